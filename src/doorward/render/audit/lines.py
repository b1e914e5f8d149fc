"""A change of a policy as lines: what goes, what comes, and a little of what stays around it."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

import msgspec

_AROUND: Final = 3
_MOST_MIDDLE: Final = 600
"""Lines that are compared one by one; more than that are told as replaced altogether."""


class Mark(enum.Enum):
    """What becomes of a line."""

    STAYS = " "
    GOES = "-"
    COMES = "+"
    GAP = "…"  # lines that stay, left out; the text is how many


class Line(msgspec.Struct, frozen=True):
    """A line of the difference."""

    mark: Mark
    text: str


class Replaced(msgspec.Struct, frozen=True):
    """Old lines from ``begin`` (counted from 0) up to ``end``, and what stands in their place."""

    begin: int
    end: int
    lines: tuple[str, ...]


def formatted(document: str) -> str:
    """Return JSON in lines of two spaces' indent; what is no JSON stays as it is.

    Only the space between tokens changes: names and values stay as they are written.
    """
    try:
        return msgspec.json.format(document, indent=2)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return document


@lru_cache(maxsize=4096)
def replacements(before: str, after: str) -> tuple[Replaced, ...]:
    """Return what has to be replaced in the lines of ``before``, both formatted already."""
    old, new = before.split("\n"), after.split("\n")
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    if not left and not right:
        return ()
    if len(left) > _MOST_MIDDLE or len(right) > _MOST_MIDDLE:
        return (Replaced(head, head + len(left), tuple(right)),)
    return tuple(
        Replaced(head + begin, head + end, tuple(right[first:last]))
        for tag, begin, end, first, last in SequenceMatcher(
            None, left, right, autojunk=False
        ).get_opcodes()
        if tag != "equal"
    )


def _shared(left: list[str], right: list[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


@lru_cache(maxsize=4096)
def difference_lines(before: str, after: str) -> tuple[Line, ...]:
    """Return the difference of two documents for people, both as they are written."""
    old = formatted(before)
    lines = old.split("\n")
    return tuple(_drawn(lines, replacements(old, formatted(after))))


def _drawn(lines: list[str], changes: tuple[Replaced, ...]) -> Iterator[Line]:
    at = 0
    for number, change in enumerate(changes):
        yield from _stays(lines[at : change.begin], first=number == 0)
        yield from (Line(Mark.GOES, line) for line in lines[change.begin : change.end])
        yield from (Line(Mark.COMES, line) for line in change.lines)
        at = change.end
    rest = lines[at:]
    yield from (Line(Mark.STAYS, line) for line in rest[:_AROUND])
    yield from _gap(len(rest) - _AROUND)


def _stays(lines: list[str], *, first: bool) -> Iterator[Line]:
    """Lines between changes: the last of them, and the first too unless none stands before."""
    head = 0 if first else _AROUND
    if len(lines) <= head + _AROUND + 1:
        yield from (Line(Mark.STAYS, line) for line in lines)
        return
    yield from (Line(Mark.STAYS, line) for line in lines[:head])
    yield from _gap(len(lines) - head - _AROUND)
    yield from (Line(Mark.STAYS, line) for line in lines[-_AROUND:])


def _gap(count: int) -> Iterator[Line]:
    if count > 0:
        yield Line(Mark.GAP, f"{count} lines" if count > 1 else "1 line")
