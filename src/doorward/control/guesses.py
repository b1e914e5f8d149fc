"""How often the codes of an MFA device may be guessed: the limit, and who keeps count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

TRIES = 10
"""Wrong codes for one device before it is locked."""

LOCKED_FOR = timedelta(minutes=5)
"""How long a locked device accepts no code, from the last wrong one on.

Six digits at one try each five minutes, three codes being right at any moment: a guesser needs
about a year for a chance of one in four. AWS publishes no figure; this one is Doorward's.
"""


class Guesses(Protocol):
    """Counts the wrong codes for each device, across calls and threads."""

    def judged(self, serial: str, now: datetime, verify: Callable[[], int | None]) -> int | None:
        """Return what ``verify`` says of a code for a device: its time step, ``None`` if wrong.

        While the device is locked ``verify`` is not called and every code is wrong. A right code
        starts the count again.
        """
        ...
