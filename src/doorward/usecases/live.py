"""The current snapshot, kept equal to the store.

Decisions read memory only. A write is applied to the snapshot before its caller hears of it, so
the next request sees it: revocation holds from then on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from doorward.errors import StoreError, StoreUnavailable
from doorward.model.directory import Transaction
from doorward.model.snapshot import Snapshot
from doorward.store.database import Store
from doorward.usecases.clock import Clock

T = TypeVar("T")

MOST_STALE = timedelta(hours=24)
"""How long decisions go on from the last snapshot while the store cannot be reached."""


class Live:
    """Holds the snapshot of a store and is the only way to write to it."""

    def __init__(self, store: Store, *, alone: bool, clock: Clock) -> None:
        """Load the whole directory; raises ``StoreUnavailable`` when it cannot be read.

        ``alone`` says that no other process can write to the store, so none need be looked for.
        """
        self.alone = alone
        self._store = store
        self._clock = clock
        self._snapshot = store.load()
        self._seen = clock()
        self._lock = threading.Lock()

    def current(self) -> Snapshot:
        """Return the snapshot that decisions are taken on now.

        What another process has committed since is read first, where the store is shared. While
        the store cannot be reached the last snapshot serves, for ``MOST_STALE`` at the most; then
        this raises ``StoreUnavailable``, and calls are refused.
        """
        snapshot = self._snapshot
        if self.alone:
            return snapshot
        try:
            if self._store.is_current(snapshot):
                self._seen = self._clock()
                return snapshot
            with self._lock:
                return self._caught_up()
        except StoreUnavailable:
            if self._clock() - self._seen > MOST_STALE:
                raise
            return snapshot

    def write(self, work: Callable[[Transaction, Snapshot], T]) -> T:
        """Run ``work`` in a transaction, commit it, apply it to the snapshot; return its value.

        One at a time in a process, so that the snapshot goes through the same states as the store.
        ``work`` is given the snapshot that its transaction begins from, so that what was decided
        on an older one can be decided again.
        """
        with self._lock:
            before = self._caught_up()
            committed = self._store.write(lambda transaction: work(transaction, before))
            self._snapshot = self._store.advance(before, committed)
        return committed.value

    def _caught_up(self) -> Snapshot:
        """Apply what another process has committed since; the lock is held.

        A store whose changes do not continue the snapshot (a backup was restored) is read anew.
        """
        if self.alone:
            return self._snapshot
        if not self._store.is_current(self._snapshot):
            try:
                self._snapshot = self._snapshot.apply(*self._store.changes_since(self._snapshot))
            except StoreUnavailable:
                raise
            except StoreError:
                self._snapshot = self._store.load()
        self._seen = self._clock()
        return self._snapshot
