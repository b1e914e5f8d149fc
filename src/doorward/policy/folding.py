"""ASCII case folding, the only kind of case-insensitivity that AWS's names know."""

from __future__ import annotations

_UPPER_TO_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def fold(name: str) -> str:
    """Lower-case the ASCII letters of ``name`` and nothing else.

    ``str.lower`` would make the Kelvin sign equal to ``k``; AWS compares names in ASCII.
    """
    return name.lower() if name.isascii() else name.translate(_UPPER_TO_LOWER)
