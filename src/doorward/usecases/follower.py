"""Looks at a database for everybody, on a thread of its own, so that nobody waits for it long.

A database on a network may be gone in many ways: refuse, be silent, or take an answer's time for
each question. Decisions must not take that time. Callers who ask at once share one look; when one
has not ended in ``PATIENCE`` seconds, or failed, nobody waits any more until a look succeeds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from doorward.errors import StoreUnavailable

PATIENCE = 1.0
"""Seconds that a caller waits for a look, once."""

PAUSE = 0.5
"""Seconds between looks at a database that does not answer."""


class Follower:
    """Runs ``look``, which raises ``StoreUnavailable`` when the database cannot be reached."""

    def __init__(self, look: Callable[[], object], *, patience: float = PATIENCE) -> None:
        """Begin to follow."""
        self._look = look
        self._patience = patience
        self._changed = threading.Condition()
        self._asked = self._begun = self._done = 0
        self._error: str | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raise ``StoreUnavailable`` at once while the database is known not to answer."""
        if self._error is not None:
            raise StoreUnavailable(self._error)

    def wait(self) -> None:
        """Return when a look that began after this call has succeeded.

        Raises ``StoreUnavailable`` when it fails or takes too long, and at once while the database
        is known not to answer.
        """
        self.check()
        with self._changed:
            wanted = self._begun + 1
            self._asked = max(self._asked, wanted)
            self._changed.notify_all()
            if not self._changed.wait_for(
                lambda: self._done >= wanted or self._error is not None, self._patience
            ):
                self._error = "the store does not answer"
        self.check()

    def close(self) -> None:
        """Stop; a look that hangs is not waited for."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(self._patience)

    def _run(self) -> None:
        """Look when somebody asks, and again and again while the database does not answer."""
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._stopping or self._asked > self._begun or self._error is not None
                )
                if self._stopping:
                    return
                self._begun += 1
                look = self._begun
            error = self._looked()
            with self._changed:
                self._done, self._error = look, error
                self._changed.notify_all()
                if error is not None:
                    self._changed.wait_for(lambda: self._stopping, PAUSE)

    def _looked(self) -> str | None:
        """Look; return why that failed."""
        try:
            self._look()
        except Exception as error:  # noqa: BLE001 - nothing may end the thread that follows
            return str(error) or type(error).__name__
        return None
