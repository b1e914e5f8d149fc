"""How far a long command is: one line on standard error, where a terminal shows it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def shown_progress(of: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Give what is told how much is done, of how much; it rewrites one line of a terminal.

    Where standard error is no terminal, every tenth of the way has a line of its own; none if
    ``quiet``, where standard error tells something else.
    """
    terminal = sys.stderr.isatty()
    last = [-1]

    def told(done: int, most: int) -> None:
        share = 100 if most == 0 else done * 100 // most
        step = share if terminal else share // 10
        if step == last[0] or (quiet and not terminal):
            return
        last[0] = step
        line = f"{of}: {done} of {most}"
        click.echo(f"\r\x1b[K{line}" if terminal else line, nl=not terminal, err=True)

    try:
        yield told
    finally:
        if terminal and last[0] >= 0:
            click.echo("\r\x1b[K", nl=False, err=True)
