"""One at a time: who may use the one connection, or the one place for a writer, of SQLite."""

from __future__ import annotations

import threading


class Turn:
    """A lock that tells a thread when it waits for itself, where others would wait for ever."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder: int | None = None

    def __enter__(self) -> None:
        """Wait for the turn; raise ``RuntimeError`` when this thread has it already."""
        if self._holder == threading.get_ident():
            raise RuntimeError("a transaction of the store was begun within another")
        self._lock.acquire()
        self._holder = threading.get_ident()

    def __exit__(self, *_error: object) -> None:
        self._holder = None
        self._lock.release()
