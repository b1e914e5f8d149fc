"""Wrong MFA codes and passwords counted in memory, for one process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from doorward.control.guesses import LOCKED_FOR, TRIES, Guesses

T = TypeVar("T")

DEVICES = 100_000
"""How many devices and users are kept count of. Who was tried longest ago is forgotten first."""


class GuessesInMemory:
    """Implements ``control.guesses.Guesses``; safe to call from several threads.

    Servers that share a store count by themselves, and a restart forgets.
    """

    def __init__(self) -> None:
        """Have counted nothing yet."""
        self._tried: dict[str, tuple[int, datetime]] = {}
        self._lock = threading.Lock()

    def judged(self, subject: str, now: datetime, verify: Callable[[], T | None]) -> T | None:
        """Return what ``verify`` says of a try, ``None`` while the subject is locked."""
        if not self._admitted(subject, now):
            return None
        found = verify()
        if found is not None:
            with self._lock:
                self._tried.pop(subject, None)
        return found

    def _admitted(self, subject: str, now: datetime) -> bool:
        """Count a try before it is judged: of many at once, no more than the limit get through.

        The count outlives the lock, so that each further wrong one locks the subject again.
        """
        with self._lock:
            tries, last = self._tried.get(subject, (0, now))
            if tries >= TRIES and now - last < LOCKED_FOR:
                return False
            self._tried.pop(subject, None)
            if len(self._tried) >= DEVICES:
                del self._tried[next(iter(self._tried))]
            self._tried[subject] = (tries + 1, max(last, now))
            return True


class GuessesOfACall:
    """Counts each try of one call once, however often the call's work is run again."""

    def __init__(self, guesses: Guesses) -> None:
        """Count with ``guesses``."""
        self._guesses = guesses
        self._right: dict[str, bool] = {}

    def judged(self, subject: str, now: datetime, verify: Callable[[], T | None]) -> T | None:
        """Return what ``verify`` says; what was wrong, or locked, the first time stays so."""
        if subject in self._right:
            return verify() if self._right[subject] else None
        found = self._guesses.judged(subject, now, verify)
        self._right[subject] = found is not None
        return found
