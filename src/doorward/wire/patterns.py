r"""The models' regular expressions, which are Java's, as Python's.

A value must match a pattern as a whole, as ``java.util.regex.Matcher.matches`` has it. The
differences that the models touch: Java's ``\w``, ``\d``, ``\s`` and ``\b`` know ASCII only; its
``.`` stops at five line terminators, Python's at one; ``\p{L}`` and its like are Unicode general
categories, which Python has not. Whatever else differs is refused, so that a new model cannot be
misread in silence. ``\u10000-\u10FFFF`` means ``\u1000``, the range ``0-\u10FF``, ``F``, ``F`` in
both languages, whatever its author meant.

Source: the class documentation of ``java.util.regex.Pattern``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import groupby

_TOKEN = re.compile(
    r"\\p\{(?P<category>[A-Z][a-z]?)\}|\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})"
    r"|(?P<escape>\\.)|(?P<plain>.)",
    re.DOTALL,
)
_ONE_CLASS = re.compile(r"\^?\[(\\.|[^\]\\])+\][*+]\$?", re.DOTALL)
_SAME_ESCAPES = frozenset("dDwWsSbBnrtf")
_DOT = "[^\n\r\u0085\u2028\u2029]"
_ASSIGNED_TEXT = range(0x40000)  # letters, numbers and separators lie in planes 0 to 3


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a model's pattern ready for ``fullmatch``.

    Raises ``ValueError`` for syntax whose meaning differs between the languages and that no model
    served has used so far.
    """
    return re.compile(_translated(pattern), re.ASCII)


def matches(pattern: str, value: str) -> bool:
    """Say whether a whole value matches a model's pattern."""
    return compiled(pattern).fullmatch(value) is not None


def is_one_class(pattern: str) -> bool:
    """Say whether a pattern is one repeated character class, which needs one pass over a text."""
    return _ONE_CLASS.fullmatch(pattern) is not None


def _translated(pattern: str) -> str:
    out: list[str] = []
    in_class = False
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        if token["category"]:
            ranges = _category(token["category"])
            out.append(ranges if in_class else f"[{ranges}]")
        elif token["escape"]:
            out.append(_escape(text))
        elif in_class and (text == "[" or pattern.startswith("&&", token.start())):
            raise ValueError(f"{pattern}: set operations in a character class")
        else:
            in_class = text == "[" or (in_class and text != "]")
            out.append(_DOT if text == "." and not in_class else text)
    return "".join(out)


def _escape(text: str) -> str:
    character = text[1]
    if character.isalnum() and character not in _SAME_ESCAPES:
        raise ValueError(f"{text}: an escape that Java and Python read differently")
    return text


@cache
def _category(name: str) -> str:
    """Return the characters of a Unicode general category, as the inside of a class."""
    ranges: list[tuple[int, int]] = []
    for category, first, last in _runs():
        if category.startswith(name):
            joins = bool(ranges) and ranges[-1][1] == first - 1
            ranges.append((ranges.pop()[0] if joins else first, last))
    return "".join(
        re.escape(chr(first)) + ("-" + re.escape(chr(last)) if last > first else "")
        for first, last in ranges
    )


@cache
def _runs() -> tuple[tuple[str, int, int], ...]:
    """Return the neighbours of one category: its name, the first and the last of them."""
    runs = []
    for category, codes in groupby(_ASSIGNED_TEXT, lambda code: unicodedata.category(chr(code))):
        first, *others = codes
        runs.append((category, first, others[-1] if others else first))
    return tuple(runs)
