"""What is fit to be printed: text that others wrote must not steer the terminal that shows it."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return text with everything but line feeds, tabs and printable characters escaped."""
    return "".join(
        letter
        if letter.isprintable() or letter in "\n\t"
        else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )
