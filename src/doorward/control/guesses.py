"""How often codes of an MFA device and passwords may be guessed: the limit, who keeps count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

T = TypeVar("T")

TRIES = 10
"""Wrong codes for one device, or passwords of one user, before it is locked."""

LOCKED_FOR = timedelta(minutes=5)
"""How long a locked device accepts no code, or user no password, from the last wrong one on.

Six digits at one try each five minutes, three codes being right at any moment: a guesser needs
about a year for a chance of one in four. AWS publishes no figure; this one is Doorward's.
"""


class Guesses(Protocol):
    """Counts the wrong tries for each device and each user, across calls and threads."""

    def judged(self, subject: str, now: datetime, verify: Callable[[], T | None]) -> T | None:
        """Return what ``verify`` says of a try: ``None`` if it is wrong.

        ``subject`` is what is guessed at: a device by its serial number, a user's password by the
        user's unique id, so that the two are counted apart. While it is locked ``verify`` is not
        called and every try is wrong. A right one starts the count again.
        """
        ...
