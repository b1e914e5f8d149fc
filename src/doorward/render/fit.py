"""How wide text is, about, and how it is cut or wrapped to a width: pictures have no line breaks.

Widths are in em, and those of the widest of the usual fonts, so that text never runs out of its
place; with a narrower font some room is left.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

Measure = Callable[[str], float]
"""The width of text in em."""

_MONO: Final = 0.61
_WIDE: Final = 1.05  # what East Asian fonts and emoji take
_COMBINING: Final = 0.05  # something, so that a pile of marks ends somewhere
_SANS: Final = (("iljtfrI.,:;!|'`()[] ", 0.42), ("mwMW@%…", 1.0))
_SANS_USUAL: Final = 0.62
_SANS_CAPITAL: Final = 0.74
_BOLD: Final = 1.12


def mono(text: str) -> float:
    """Measure text in a font of fixed width."""
    return sum(_letter(letter, _MONO) for letter in text)


def sans(text: str) -> float:
    """Measure text in a proportional font without serifs."""
    return sum(_letter(letter, _sans_letter(letter)) for letter in text)


def bold(text: str) -> float:
    """Measure the same in bold."""
    return _BOLD * sans(text)


def cut(text: str, width: float, measure: Measure) -> str:
    """Return text that fits into ``width``: what is too long loses its middle to an ellipsis.

    Names are told apart by their ends, and by where they begin.
    """
    if measure(text) <= width:
        return text
    left, right = 0, 0
    while left + right < len(text):
        longer = (left + 1, right) if left <= right else (left, right + 1)
        if measure(_joined(text, *longer)) > width:
            break
        left, right = longer
    return _joined(text, left, right)


def _joined(text: str, left: int, right: int) -> str:
    return f"{text[:left]}…{text[len(text) - right :]}"


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Break text into lines of ``width`` at its spaces; a word that is too long is cut."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if measure(longer) <= width:
            lines[-1] = longer
        elif lines[-1]:
            lines.append(cut(word, width, measure))
        else:
            lines[-1] = cut(word, width, measure)
    return lines


def _letter(letter: str, usual: float) -> float:
    if letter.isascii():
        return usual
    if unicodedata.combining(letter):
        return _COMBINING
    return _WIDE if unicodedata.east_asian_width(letter) in "WF" else usual


def _sans_letter(letter: str) -> float:
    for letters, width in _SANS:
        if letter in letters:
            return width
    return _SANS_CAPITAL if letter.isupper() or letter.isdigit() else _SANS_USUAL
