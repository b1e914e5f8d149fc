"""``python -m tests.rows [ROW …]``: catalogue rows at the numbers that they name.

35: a thousand users deleted while others give them keys, on each place. 77: bytes changed at ten
thousand places of a SQLite file. 78: a million callers. ``--times N`` sets another number. Ends
with 1 and what is wrong at the first thing that is.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import tests.conftest  # noqa: F401 - seals off the developer's AWS
from tests.rows.callers import MOST_GROWTH, growth
from tests.server.test_at_once import interleaved, running
from tests.store.test_damage import flipped, make_whole

PLACES = ("sqlite", "postgresql", "two on postgresql")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def interleavings(times: int, folder: Path) -> None:
    """Row 35."""
    for place in PLACES:
        with running(place, folder) as servers:
            refused = interleaved(servers, times)
        say(f"row 35, {place}: {refused.total()} interleavings, refused {_counted(refused)}")


def flips(times: int, folder: Path) -> None:
    """Row 77."""
    whole = folder / "whole.db"
    make_whole(whole)
    ended = flipped(whole, folder, times)
    say(f"row 77: {ended.total()} bytes changed, {_counted(ended)}")


def callers(times: int, folder: Path) -> None:
    """Row 78: once what a server remembers is full, a quarter being through, it grows no more."""
    seen = []
    for count, mib in growth(times, folder):
        say(f"row 78: {count} callers, {mib:.0f} MiB")
        seen.append(mib)
    grown = max(seen[2:]) - seen[1]
    assert grown < MOST_GROWTH, f"it has grown by {grown:.0f} MiB since {times // 4} callers"
    say(f"row 78: grown by {grown:.0f} MiB since {times // 4} callers")


ROWS: dict[int, tuple[int, Callable[[int, Path], None]]] = {
    35: (1000, interleavings),
    77: (10_000, flips),
    78: (1_000_000, callers),
}
"""The rows: how often each is tried, and by what."""


def _counted(ended: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(ended.items()))


def main() -> int:
    """Show the rows that are asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.rows", description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, metavar="ROW")
    parser.add_argument("--times", type=int)
    options = parser.parse_args()
    for row in options.rows or ROWS:
        if row not in ROWS:
            parser.error(
                f"row {row} has no number of its own; there are {', '.join(map(str, ROWS))}"
            )
        times, show = ROWS[row]
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="doorward-rows-") as folder:
            try:
                show(options.times or times, Path(folder))
            except AssertionError as error:
                say(f"row {row}: wrong: {error}")
                return 1
        say(f"row {row}: {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
