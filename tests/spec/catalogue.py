"""The catalogue of bad input and faults as values: ``catalogue.toml``, read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_suffix(".toml")
GROUPS = (
    (1, "Authentication and signatures"),
    (24, "Authorization and identity"),
    (45, "Parsing and exhaustion"),
    (69, "Storage, crashes, events"),
    (84, "Decisions without the store, enforcement elsewhere"),
)
"""The first row of each group, and its title."""

LAST = 90


class Row(NamedTuple):
    """One row: what comes, what is answered, and what shows it or why nothing does."""

    number: int
    comes: str
    answer: str
    tests: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    open: str | None = None
    not_built: str | None = None


def rows() -> tuple[Row, ...]:
    """Return every row in order; a field that no row has is a ``TypeError``."""
    found = tomllib.loads(FILE.read_text("utf-8"))
    return tuple(
        Row(int(number), **{**given, **_tuples(given)})
        for number, given in sorted(found.items(), key=lambda item: int(item[0]))
    )


def _tuples(given: dict[str, object]) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(value)
        for name in ("tests", "verbs")
        if isinstance(value := given.get(name), list)
    }
