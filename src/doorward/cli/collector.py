"""The collector of garbage in a command that reads much and then ends.

An estate, and what is found of it, stay until the end: Python's usual thresholds would have them
looked through again and again, for half of the time of a large audit.
"""

from __future__ import annotations

import gc
from typing import Final

THRESHOLDS: Final = (100_000, 50, 100)
"""Young objects are still looked at, for cycles that die early."""


def collect_seldom() -> None:
    """Let the process collect garbage a hundred times less often than Python would."""
    gc.set_threshold(*THRESHOLDS)
