"""Many globs matched at once, in one pass over the text.

Each glob is a row of states: in state i its first i characters are matched. A set of states is one
integer, a bit a state, and a character moves all states of all globs by a few operations on whole
integers. So the work for a text is its length times the length of all globs, divided by the bits
of a machine word; a list of hostile globs costs little more than its reading.

The technique is the bit-parallel simulation of automata (Baeza-Yates and Gonnet, "A new approach
to text searching", 1992); ``*`` keeps a state where it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from doorward.policy.patterns import Token, Wildcard

_CHUNK = 65_536
"""States to a chunk at most."""

_MASKS = 2**26
"""Bits of the masks of a chunk, one for each letter, at most: 8 MiB."""

MANY = 8
"""From this many globs on, one pass over all of them is cheaper than one over each."""


class GlobSet:
    """Globs, given by their tokens; ``matching(text)`` yields the indexes of those that match."""

    __slots__ = ("_chunks",)

    def __init__(self, globs: Iterable[tuple[Token, ...]]) -> None:
        """Lay the states of all globs side by side."""
        self._chunks: list[_Chunk] = []
        chunk = _Chunk(0)
        for index, tokens in enumerate(globs):
            if chunk.full:
                self._chunks.append(chunk.sealed())
                chunk = _Chunk(index)
            chunk.add(tokens)
        self._chunks.append(chunk.sealed())

    def matches(self, text: str) -> bool:
        """Whether any glob matches the whole of ``text``."""
        return any(chunk.run(text) for chunk in self._chunks)

    def matching(self, text: str) -> Iterable[int]:
        """Yield the index of every glob that matches the whole of ``text``."""
        for chunk in self._chunks:
            yield from chunk.indexes(chunk.run(text))


class _Chunk:
    """Some of the globs: the positions of their letters, then the masks made of them."""

    __slots__ = ("_any", "_ends", "_first", "_letters", "_masks", "_start", "_stay", "width")

    def __init__(self, first: int) -> None:
        self.width = 0
        self._first = first
        self._letters: dict[str, list[int]] = {}
        self._any: list[int] = []
        self._stay: list[int] = []
        self._start: list[int] = []
        self._ends: list[int] = []
        self._masks: tuple[dict[str, int], int, int, int, int] = ({}, 0, 0, 0, 0)

    @property
    def full(self) -> bool:
        """Whether the next glob begins another chunk."""
        return self.width >= _CHUNK or self.width * len(self._letters) >= _MASKS

    def add(self, tokens: tuple[Token, ...]) -> None:
        """Append a glob's states."""
        at = self.width
        self._start.append(at)
        for token in tokens:
            if token is Wildcard.ANY:
                self._stay.append(at)
            elif token is Wildcard.ONE:
                self._any.append(at)
                at += 1
            else:
                for letter in token:
                    self._letters.setdefault(letter, []).append(at)
                    at += 1
        self._ends.append(at)
        self.width = at + 1

    def sealed(self) -> _Chunk:
        """Make the masks, once all globs are there."""
        everywhere = self._mask(self._any)
        letters = {
            letter: self._mask(places) | everywhere for letter, places in self._letters.items()
        }
        self._masks = (
            letters,
            everywhere,
            self._mask(self._stay),
            self._mask(self._start),
            self._mask(self._ends),
        )
        self._letters = {}
        return self

    def _mask(self, places: list[int]) -> int:
        bits = bytearray(self.width // 8 + 1)
        for place in places:
            bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")

    def run(self, text: str) -> int:
        """Return the end states that ``text`` leads to, as bits."""
        letters, everywhere, stay, states, ends = self._masks
        for letter in text:
            states = ((states & letters.get(letter, everywhere)) << 1) | (states & stay)
            if not states:
                return 0
        return states & ends

    def indexes(self, reached: int) -> Iterable[int]:
        """Yield the globs whose end states are among ``reached``."""
        if reached:
            for index, end in enumerate(self._ends, self._first):
                if reached >> end & 1:
                    yield index
