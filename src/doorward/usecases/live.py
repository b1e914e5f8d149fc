"""The current snapshot, kept equal to the store.

Decisions read memory only. A write is applied to the snapshot before its caller hears of it, so
the next request sees it: revocation holds from then on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from doorward.model.directory import Transaction
from doorward.model.snapshot import Snapshot
from doorward.store.database import Store

T = TypeVar("T")


class Live:
    """Holds the snapshot of a store and is the only way to write to it."""

    def __init__(self, store: Store, *, alone: bool) -> None:
        """Load the whole directory; raises ``StoreUnavailable`` when it cannot be read.

        ``alone`` says that no other process can write to the store, so none need be looked for.
        """
        self._store = store
        self._alone = alone
        self._snapshot = store.load()
        self._lock = threading.Lock()

    def current(self) -> Snapshot:
        """Return the snapshot that decisions are taken on now.

        What another process has committed since is read first, where the store is shared.
        """
        snapshot = self._snapshot
        if self._alone or self._store.is_current(snapshot):
            return snapshot
        with self._lock:
            return self._caught_up()

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
        """Apply what another process has committed since; the lock is held."""
        if not (self._alone or self._store.is_current(self._snapshot)):
            self._snapshot = self._snapshot.apply(*self._store.changes_since(self._snapshot))
        return self._snapshot
