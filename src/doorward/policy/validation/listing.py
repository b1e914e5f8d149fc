"""A list of actions or resources, asked what of it is covered by what.

An entry is covered by one that matches all that it matches. Whatever a pattern covers begins with
the literal text that the pattern begins with; so patterns are found by that text, and few of them
are ever compared. What comparisons cost is taken from an ``Effort``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Generic, TypeVar

import msgspec

from doorward.policy.action_patterns import action_glob
from doorward.policy.document import Text
from doorward.policy.folding import fold
from doorward.policy.patterns import subsumes
from doorward.policy.resource_globs import ResourceGlobs, contains
from doorward.policy.validation.effort import Effort

T = TypeVar("T")

_SPECIAL = re.compile(r"[*?$]")


class Language(msgspec.Struct, Generic[T], frozen=True):
    """How the entries of a list are read.

    ``key`` is equal for entries that say the same letter by letter; ``compile`` gives ``None`` for
    what matches nothing; ``covers(wide, narrow)`` compares two compiled entries, in ``steps`` of
    an ``Effort`` for short ones.
    """

    key: Callable[[str], str]
    compile: Callable[[str], T | None]
    covers: Callable[[T, T], bool]
    steps: int


ACTIONS = Language(key=fold, compile=action_glob, covers=subsumes, steps=4)
"""Actions ignore case (A1)."""


def resource_language(compiled: Callable[[str], ResourceGlobs]) -> Language[ResourceGlobs]:
    """Resources keep their case; how they are compiled depends on their document (V1)."""
    return Language(key=str, compile=compiled, covers=contains, steps=10)


class Entry(Generic[T]):
    """One entry of a list; it is compiled when somebody asks."""

    def __init__(self, text: Text, place: int, language: Language[T]) -> None:
        """Keep an entry and its ``place`` in the list."""
        self.text = text
        self.place = place
        self.key = language.key(text.value)
        self.folded = fold(text.value)
        self._compile = language.compile
        self._steps = language.steps

    @cached_property
    def compiled(self) -> T | None:
        """The entry, compiled; ``None`` if it matches nothing."""
        return self._compile(self.text.value)

    def cost(self, other: Entry[T]) -> int:
        """The steps of a comparison: its worst case is one length times the other."""
        here, there = len(self.folded), len(other.folded)
        return self._steps + (here + there) // 8 + here * there // 4096


class Listing(Generic[T]):
    """The entries of one ``Action``, ``Resource`` or ``Not…`` element."""

    def __init__(self, texts: tuple[Text, ...], language: Language[T]) -> None:
        """Read ``texts`` in ``language``."""
        self._covers = language.covers
        self._entries = [Entry(text, place, language) for place, text in enumerate(texts)]
        self._first: dict[str, Entry[T]] = {}
        for entry in self._entries:
            self._first.setdefault(entry.key, entry)

    @cached_property
    def _patterns(self) -> dict[str, list[Entry[T]]]:
        """The entries with wildcards, by the literal text that they begin with."""
        found: dict[str, list[Entry[T]]] = {}
        for entry in self._first.values():
            special = _SPECIAL.search(entry.folded)
            if special:
                found.setdefault(entry.folded[: special.start()], []).append(entry)
        return found

    @cached_property
    def _lengths(self) -> list[int]:
        return sorted({len(beginning) for beginning in self._patterns})

    def _covering(self, entry: Entry[T], effort: Effort) -> Iterator[Entry[T]]:
        """Yield the patterns that cover ``entry``, itself left out."""
        for length in self._lengths:
            if length > len(entry.folded):
                return
            for other in self._patterns.get(entry.folded[:length], ()):
                if other is not entry:
                    if not effort.spend(other.cost(entry)):
                        return
                    if self._compare(other, entry):
                        yield other

    def _compare(self, wide: Entry[T], narrow: Entry[T]) -> bool:
        one, other = wide.compiled, narrow.compiled
        return one is not None and other is not None and self._covers(one, other)

    def redundant(self, effort: Effort) -> Iterator[tuple[Text, Text]]:
        """Yield every entry that another one covers, and that other one.

        Of entries that cover each other the first is kept.
        """
        for entry in self._entries:
            first = self._first[entry.key]
            if first is not entry:
                yield entry.text, first.text
                continue
            for other in self._covering(entry, effort):
                if other.place < entry.place or not self._compare(entry, other):
                    yield entry.text, other.text
                    break

    def covers(self, other: Listing[T], effort: Effort) -> bool:
        """Whether every entry of ``other`` surely is covered by an entry of this."""
        return all(
            entry.key in self._first or any(True for _ in self._covering(entry, effort))
            for entry in other._first.values()
        )
