"""Wrong MFA codes counted in memory, for one process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from doorward.control.guesses import LOCKED_FOR, TRIES

DEVICES = 100_000
"""How many devices are kept count of. The one tried longest ago is forgotten first."""


class GuessesInMemory:
    """Implements ``control.guesses.Guesses``; safe to call from several threads.

    Servers that share a store count by themselves, and a restart forgets.
    """

    def __init__(self) -> None:
        """Have counted nothing yet."""
        self._tried: dict[str, tuple[int, datetime]] = {}
        self._lock = threading.Lock()

    def judged(self, serial: str, now: datetime, verify: Callable[[], int | None]) -> int | None:
        """Return what ``verify`` says of a code, ``None`` while the device is locked."""
        if not self._admitted(serial, now):
            return None
        step = verify()
        if step is not None:
            with self._lock:
                self._tried.pop(serial, None)
        return step

    def _admitted(self, serial: str, now: datetime) -> bool:
        """Count a try before it is judged: of many at once, no more than the limit get through.

        The count outlives the lock, so that each further wrong code locks the device again.
        """
        with self._lock:
            tries, last = self._tried.get(serial, (0, now))
            if tries >= TRIES and now - last < LOCKED_FOR:
                return False
            self._tried.pop(serial, None)
            if len(self._tried) >= DEVICES:
                del self._tried[next(iter(self._tried))]
            self._tried[serial] = (tries + 1, max(last, now))
            return True
