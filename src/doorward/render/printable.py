"""Text that cannot steer a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """Escape what is not printable: control characters, bidirectional overrides, surrogates."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )
