"""Whether a SQLite store's files are still the ones that it was opened from.

Who moves another file into the place of one that is open, or deletes its log, parts the processes
that have it open from those that open it next: what is written on is lost with the last of them.
"""

from __future__ import annotations

import os
from pathlib import Path

from doorward.errors import StoreUnavailable

_Identity = tuple[int, int]


class Whereabouts:
    """Looks at the names of an open store's file and of its log."""

    def __init__(self, store_file: Path) -> None:
        """Remember the file; it is open and stays so, so its log stays, too."""
        self._names = (str(store_file), f"{store_file}-wal")
        self._known: list[_Identity | None] = [_identity(self._names[0]), None]

    def check(self) -> None:
        """Raise ``StoreUnavailable`` when another file, or none, is where one of ours was.

        The log is remembered when it is first seen. Takes microseconds.
        """
        for place, name in enumerate(self._names):
            found, known = _identity(name), self._known[place]
            if known is None:
                self._known[place] = found
            elif found != known:
                raise StoreUnavailable(
                    f"{name} is not the file that was opened: it was replaced or deleted while"
                    " the server was running; stop the server, put the right file and its log"
                    " back, and start it again"
                )


def _identity(name: str) -> _Identity | None:
    """Return what tells a file from every other; ``None`` when there is none."""
    try:
        found = os.stat(name)  # noqa: PTH116 - half the time of Path.stat, at every transaction
    except OSError:
        return None
    return found.st_dev, found.st_ino
