"""Globs: ``*`` stands for any run of characters, ``?`` for exactly one.

A glob keeps its token tuple, so that later questions about it (does it contain that other glob,
what do both match) read the same value that matching reads. Matching never backtracks: a pattern
is cut at its ``*`` into pieces, and the pieces are looked for from left to right, each at its
first place. Taking the first place is always right, because a later one leaves less text for the
rest. The work is bounded by the length of the pattern times the length of the text.

Source: IAM User Guide, "IAM JSON policy elements: Resource" and "Condition operators";
``docs/reference/evaluation.md``, rules R1, R4, C8, C14.
"""

from __future__ import annotations

import enum
import itertools
import re
from collections.abc import Callable, Iterable

from doorward.policy.folding import fold


class Wildcard(enum.Enum):
    """The two wildcards: any run of characters (an empty one, too), or exactly one."""

    ANY = "*"
    ONE = "?"


Token = str | Wildcard
"""A piece of literal text, or a wildcard."""

Matcher = Callable[[str], bool]
"""Whether a text matches."""


class Glob:
    """A compiled glob: ``matches(text)`` says whether it matches the whole of ``text``.

    ``tokens`` are its normal form (no empty and no adjacent literals, no adjacent ``*``); with
    ``ignore_case`` ASCII letters are equal in either case, and the tokens are lower case.
    """

    __slots__ = ("ignore_case", "matches", "tokens")

    def __init__(self, tokens: tuple[Token, ...], *, ignore_case: bool) -> None:
        """Compile normalised ``tokens``; callers use ``compile_glob``."""
        self.tokens = tokens
        self.ignore_case = ignore_case
        matcher = _matcher(tokens)
        self.matches: Matcher = (lambda text: matcher(fold(text))) if ignore_case else matcher

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Glob)
            and self.tokens == other.tokens
            and self.ignore_case == other.ignore_case
        )

    def __hash__(self) -> int:
        return hash((self.tokens, self.ignore_case))

    def __repr__(self) -> str:
        return f"Glob({self.tokens!r}, ignore_case={self.ignore_case})"


def glob_tokens(text: str) -> tuple[Token, ...]:
    """Split ``text`` into literals and wildcards, as it is written."""
    return tuple(
        Wildcard(part) if part in {"*", "?"} else part
        for part in re.split(r"([*?])", text)
        if part
    )


def compile_glob(pattern: str | Iterable[Token], *, ignore_case: bool = False) -> Glob:
    """Compile a glob from text, or from tokens whose literals may hold ``*`` and ``?`` as text."""
    tokens = glob_tokens(pattern) if isinstance(pattern, str) else pattern
    folded = (fold(token) if isinstance(token, str) else token for token in tokens)
    return Glob(_normal(folded if ignore_case else tokens), ignore_case=ignore_case)


def _normal(tokens: Iterable[Token]) -> tuple[Token, ...]:
    """Join adjacent literals, drop empty ones, and make one of adjacent ``*``."""
    done: list[Token] = []
    for token in tokens:
        last = done[-1] if done else None
        if isinstance(token, str) and isinstance(last, str):
            done[-1] = last + token
        elif token != "" and not (token is Wildcard.ANY and last is Wildcard.ANY):
            done.append(token)
    return tuple(done)


def _matcher(tokens: tuple[Token, ...]) -> Matcher:
    """Choose the cheapest exact way to match ``tokens``."""
    if Wildcard.ANY not in tokens:
        if all(isinstance(token, str) for token in tokens):
            return "".join(token for token in tokens if isinstance(token, str)).__eq__
        whole = _Piece(tokens)
        return lambda text: len(text) == whole.width and whole.stands_at(text, 0)
    if tokens == (Wildcard.ANY,):
        return lambda _text: True
    head, *middle, tail = _pieces(tokens)
    return _literal_matcher(head, middle, tail) or _piecewise(head, tuple(middle), tail)


def _literal_matcher(head: _Piece, middle: list[_Piece], tail: _Piece) -> Matcher | None:
    """The commonest globs, all text but for one or two stars, as one call; else ``None``."""
    prefix, suffix = head.literal, tail.literal
    if prefix is None or suffix is None:
        return None
    if not middle:
        if not suffix:
            return lambda text: text.startswith(prefix)
        if not prefix:
            return lambda text: text.endswith(suffix)
        least = len(prefix) + len(suffix)
        return lambda text: (
            len(text) >= least and text.startswith(prefix) and text.endswith(suffix)
        )
    inner = middle[0].literal
    if len(middle) == 1 and inner is not None and not prefix and not suffix:
        return lambda text: inner in text
    return None


class _Piece:
    """The tokens between two ``*``: text of a fixed width, perhaps with ``?`` in it.

    ``runs`` are its literals with their offsets. A piece with ``?`` is searched for by shifting a
    word in which bit i says that the last i + 1 characters match the first i + 1 of the piece.
    """

    __slots__ = ("fits_any", "fits_by_letter", "literal", "runs", "width")

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.width = 0
        self.runs: list[tuple[int, str]] = []
        self.fits_any = 0
        self.fits_by_letter: dict[str, int] = {}
        for token in tokens:
            if isinstance(token, str):
                self.runs.append((self.width, token))
                self.width += len(token)
            else:
                self.fits_any |= 1 << self.width
                self.width += 1
        self.literal = "".join(text for _, text in self.runs) if not self.fits_any else None
        if self.fits_any:
            for offset, text in self.runs:
                for position, letter in enumerate(text, offset):
                    before = self.fits_by_letter.get(letter, self.fits_any)
                    self.fits_by_letter[letter] = before | 1 << position

    def stands_at(self, text: str, position: int) -> bool:
        """Whether the piece stands in ``text`` at ``position``, which leaves room for it."""
        for offset, run in self.runs:  # noqa: SIM110 — a generator costs more than the match
            if not text.startswith(run, position + offset):
                return False
        return True

    def end_of_first(self, text: str, start: int, stop: int) -> int:
        """Where the first occurrence in ``text[start:stop]`` ends, or -1."""
        if self.literal is not None:
            found = text.find(self.literal, start, stop)
            return found + self.width if found >= 0 else -1
        last, state = 1 << (self.width - 1), 0
        for position in range(start, stop):
            fits = self.fits_by_letter.get(text[position], self.fits_any)
            state = (state << 1 | 1) & fits
            if state & last:
                return position + 1
        return -1


def _pieces(tokens: tuple[Token, ...]) -> list[_Piece]:
    """Cut ``tokens`` at every ``*``: always one piece more than there are stars."""
    groups: list[list[Token]] = [[]]
    for token in tokens:
        if token is Wildcard.ANY:
            groups.append([])
        else:
            groups[-1].append(token)
    return [_Piece(tuple(group)) for group in groups]


def _piecewise(head: _Piece, middle: tuple[_Piece, ...], tail: _Piece) -> Matcher:
    """Match a head at the start, a tail at the end, and the pieces between in their order."""
    least = head.width + tail.width

    def matches(text: str) -> bool:
        if len(text) < least or not head.stands_at(text, 0):
            return False
        stop = len(text) - tail.width
        if not tail.stands_at(text, stop):
            return False
        position = head.width
        for piece in middle:
            position = piece.end_of_first(text, position, stop)
            if position < 0:
                return False
        return True

    return matches


def subsumes(wide: Glob, narrow: Glob) -> bool:
    """Whether ``wide`` matches every text that ``narrow`` matches; exact, as any letter may come.

    ``narrow`` is read as text of the worst kind: a ``?`` is a letter that no literal has, a ``*``
    a gap of any number of those, none at all included. ``wide`` is cut at its ``*`` into pieces,
    which must stand in that text one after the other, each within the text between two gaps, at
    its first place, and each with at least as many letters before it as there are ``?`` beside its
    ``*``. Bounded by the length of one times the length of the other. Both globs must ignore case,
    or neither.
    """
    if wide.tokens == narrow.tokens:
        return True
    runs = _runs(narrow.tokens, _unused_letter(wide.tokens))
    if not wide.matches("".join(runs)):  # the shortest text, and the only one without a `*`
        return False
    if len(runs) == 1:
        return True
    pieces, gaps = _outline(wide.tokens)
    if not gaps:
        return False
    head, *middle, tail = pieces
    room = len(runs[-1]) - tail.width
    if len(runs[0]) < head.width or not head.stands_at(runs[0], 0) or room < 0:
        return False
    runs[-1], end = runs[-1][:room], runs[-1]
    return tail.stands_at(end, room) and _stand_in_order(head.width, middle, gaps, runs)


def _stand_in_order(position: int, pieces: list[_Piece], gaps: list[int], runs: list[str]) -> bool:
    """Whether the pieces stand in the runs, each at least its gap after what was before it.

    Positions are counted over all runs; the first piece comes after ``position``, and the last
    gap before the end.
    """
    run, before = 0, 0
    for piece, gap in zip(pieces, gaps, strict=False):
        position += gap
        while True:
            start = max(position - before, 0)
            end = piece.end_of_first(runs[run], start, len(runs[run]))
            if end >= 0:
                break
            before += len(runs[run])
            run += 1
            if run == len(runs):
                return False
        position = before + end
    return position + gaps[-1] <= sum(map(len, runs))


def _outline(tokens: tuple[Token, ...]) -> tuple[list[_Piece], list[int]]:
    """Cut a glob at its ``*``; a gap is how many ``?`` stand beside that ``*``, on either side."""
    pieces: list[list[Token]] = [[]]
    gaps: list[int] = []
    for is_wildcard, group in itertools.groupby(tokens, lambda token: isinstance(token, Wildcard)):
        run = tuple(group)
        if is_wildcard and Wildcard.ANY in run:
            gaps.append(run.count(Wildcard.ONE))
            pieces.append([])
        else:
            pieces[-1] += run
    return [_Piece(tuple(piece)) for piece in pieces], gaps


def _runs(tokens: tuple[Token, ...], one: str) -> list[str]:
    """The text between the ``*`` of a glob, with ``one`` for each of its ``?``."""
    runs = [""]
    for token in tokens:
        if token is Wildcard.ANY:
            runs.append("")
        else:
            runs[-1] += token if isinstance(token, str) else one
    return runs


def _unused_letter(tokens: tuple[Token, ...]) -> str:
    """A letter that no literal of ``tokens`` has."""
    literals = [token for token in tokens if isinstance(token, str)]
    letters = map(chr, itertools.count(0xE000))
    return next(letter for letter in letters if not any(letter in text for text in literals))
