"""Calls that wait to be written, and the one of them that writes for all.

Whoever comes while nobody writes leads: it takes what waits and runs it, without any delay. Who
comes meanwhile waits; when the leader is done, the first that still waits leads the next. So the
more calls come at once, the more of them share a transaction and its sync to disk, and a single
call never waits for company.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, Literal, TypeVar

from doorward.errors import StoreUnavailable

C = TypeVar("C")

MOST_TOGETHER = 32
"""Calls that share a transaction at the most."""

PATIENCE = 10.0
"""Seconds that a call waits for its turn before it gives up, while the store does not answer."""


class _Place(Generic[C]):
    """One call's place in the queue. ``woken`` is set when it is done, or has to lead."""

    __slots__ = ("call", "done", "woken")

    def __init__(self, call: C) -> None:
        self.call = call
        self.done = False
        self.woken = threading.Event()


class Turns(Generic[C]):
    """A queue of calls and the rule of who runs them. ``run`` gets calls in order of arrival."""

    def __init__(self, run: Callable[[Sequence[C]], None], *, patience: float = PATIENCE) -> None:
        """Take what runs calls: it never raises, and notes in each call what became of it."""
        self._run = run
        self._patience = patience
        self._mutex = threading.Lock()
        self._waiting: deque[_Place[C]] = deque()
        self._leader: int | None = None

    def take(self, call: C) -> None:
        """Have ``call`` run, here or by another thread, and return when that is done.

        Raises ``StoreUnavailable`` when its turn does not come in time, and ``RuntimeError`` when
        it is made within a call that this thread is running: that would wait for itself.
        """
        place = _Place(call)
        with self._mutex:
            if self._leader == threading.get_ident():
                raise RuntimeError("a write was begun within another")
            self._waiting.append(place)
            leads = self._leader is None
            if leads:
                self._leader = threading.get_ident()
        if not leads and self._waits(place) == "done":
            return
        self._lead()

    def _waits(self, place: _Place[C]) -> Literal["done", "leads"]:
        """Wait for one of both; raise ``StoreUnavailable`` after too long."""
        if not place.woken.wait(self._patience):
            with self._mutex:
                if place in self._waiting and not place.woken.is_set():
                    self._waiting.remove(place)
                    raise StoreUnavailable("the store does not answer, and others wait before")
            place.woken.wait()
        return "done" if place.done else "leads"

    def _lead(self) -> None:
        """Run what waits, this thread's call first; then let the next lead."""
        with self._mutex:
            self._leader = threading.get_ident()
            together = [
                self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))
            ]
        try:
            self._run([place.call for place in together])
        finally:
            with self._mutex:
                for place in together:
                    place.done = True
                    place.woken.set()
                self._leader = _NOBODY_YET if self._waiting else None
                if self._waiting:
                    self._waiting[0].woken.set()


_NOBODY_YET = -1
"""Stands for a leader that is not awake yet: threads have other numbers."""
