"""The current snapshot, kept equal to the store.

Decisions read memory only. A write is applied to the snapshot before its caller hears of it, so
the next request sees it: revocation holds from then on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from doorward.errors import StoreError, StoreFull, StoreUnavailable
from doorward.model.directory import Transaction
from doorward.model.snapshot import Snapshot
from doorward.store.database import Store
from doorward.store.together import Committed, Together, Work
from doorward.usecases.clock import Clock
from doorward.usecases.follower import Follower
from doorward.usecases.turns import Turns

T = TypeVar("T")

MOST_STALE = timedelta(hours=24)
"""How long decisions go on from the last snapshot while the store cannot be reached."""


class _Write(Generic[T]):
    """A call that is to be written, and what became of it."""

    __slots__ = ("outcome", "urgent", "work")

    def __init__(self, work: Work[T], *, urgent: bool) -> None:
        self.work = work
        self.urgent = urgent
        self.outcome: Committed[T] | Exception | None = None

    def value(self) -> T:
        """Return what the work returned, or raise what it, or the store, raised."""
        if isinstance(self.outcome, Committed):
            return self.outcome.value
        raise self.outcome or StoreUnavailable("the write was given up")


class Live:
    """Holds the snapshot of a store and is the only way to write to it."""

    def __init__(
        self, store: Store, *, alone: bool, clock: Clock, most_stale: timedelta = MOST_STALE
    ) -> None:
        """Load the whole directory; raises ``StoreUnavailable`` when it cannot be read.

        ``alone`` says that no other process can write to the store, so none need be looked for.
        While the store cannot be reached the last snapshot serves for ``most_stale``.
        """
        self.alone = alone
        self.most_stale = most_stale
        self._store = store
        self._clock = clock
        self._snapshot = store.load()
        self._seen = clock()
        self._following = threading.Lock()
        self._doubts = self._settled = 0
        self._follower = None if store.is_prompt else Follower(self._caught_up)
        self._turns: Turns[_Write[Any]] = Turns(self._write_together)

    def held(self) -> Snapshot | None:
        """Return the snapshot if it is seen at once that nothing was written since, else ``None``.

        Takes microseconds and never waits, nor raises: ``current`` finds out the rest.
        """
        snapshot = self._snapshot
        if self.alone:
            return snapshot if self._settled == self._doubts else None
        try:
            if self._store.is_known_current(snapshot):
                self._seen = self._clock()
                return snapshot
        except StoreUnavailable:
            pass
        return None

    def seen(self) -> datetime:
        """Return when the snapshot was last seen to be the store's newest state."""
        return self._clock() if self.alone else self._seen

    def close(self) -> None:
        """Follow the store no longer."""
        if self._follower:
            self._follower.close()

    def current(self) -> Snapshot:
        """Return the snapshot that decisions are taken on now.

        What another process has committed since is read first, where the store is shared. While
        the store cannot be reached the last snapshot serves, for ``most_stale`` at the most; then
        this raises ``StoreUnavailable``, and calls are refused. Takes a second at the
        most, once, when a database becomes silent.
        """
        snapshot = self._snapshot
        if self.alone and self._settled == self._doubts:
            return snapshot
        try:
            if self._follower is None:
                return self._caught_up()
            self._follower.wait()
            return self._snapshot
        except StoreUnavailable:
            if self._clock() - self._seen > self.most_stale:
                raise
            return snapshot

    def write(self, work: Callable[[Transaction, Snapshot], T], *, urgent: bool = False) -> T:
        """Run ``work`` in a transaction, commit it, apply it to the snapshot; return its value.

        Works that are asked for at the same time share a transaction, one after the other, so that
        they share its sync to disk: each sees those before it, and one that raises takes back its
        own changes alone. ``work`` is given the snapshot that it begins from, so that what was
        decided on an older one can be decided again; it may be run again from the start. Raises
        ``StoreUnavailable`` when the commit failed, for every work in it. An ``urgent`` work takes
        something away: it is written when the disk has room for nothing else.
        """
        if self._follower:
            self._follower.check()
        write = _Write(work, urgent=urgent)
        self._turns.take(write)
        return write.value()

    def _write_together(self, writes: Sequence[_Write[Any]]) -> None:
        """Write all of ``writes`` and note what became of each; never raises."""
        left = self._admitted(writes)
        room_made = False
        while left:
            try:
                done = self._committed([write.work for write in left])
            except StoreFull as error:
                self._doubts += 1
                if room_made:
                    _end(left, error)
                    return
                self._store.make_room()
                room_made = True
                _end([write for write in left if not write.urgent], error)
                left = [write for write in left if write.urgent]
                continue
            except Exception as error:  # noqa: BLE001 - every call has to hear of it
                self._doubts += 1
                _end(left, error)
                return
            for write, outcome in zip(left, done, strict=False):
                write.outcome = outcome
            left = left[len(done) :]

    def _admitted(self, writes: Sequence[_Write[Any]]) -> list[_Write[Any]]:
        """Return the writes that there is room for; the others have ended."""
        if not self._store.is_scarce():
            return list(writes)
        full = StoreFull("the disk is about to be full: only what takes away is written")
        _end([write for write in writes if not write.urgent], full)
        return [write for write in writes if write.urgent]

    def _committed(self, works: Sequence[Work[Any]]) -> Sequence[Committed[Any] | Exception]:
        """Commit the first of some works, and have the snapshot show them; return what they did.

        Where nobody else writes, the snapshot is what the store holds, unless a commit failed:
        then it is not known what was committed. Where others write, it catches up within the
        transaction, when on SQLite nobody else can write any more.
        """
        if self._settled != self._doubts:
            self._caught_up()
        catch_up = (lambda: self._snapshot) if self.alone else self._caught_up
        together = self._store.write_together(works, catch_up)
        self._show(together)
        return together.outcomes

    def _show(self, together: Together[Any]) -> None:
        """Have the snapshot show a transaction, which it may have heard of by another way."""
        with self._following:
            if self._snapshot is together.before:
                self._snapshot = together.after
                return
            for outcome in together.outcomes:
                if isinstance(outcome, Committed):
                    self._snapshot = self._store.advance(self._snapshot, outcome)

    def _caught_up(self) -> Snapshot:
        """Apply what others have committed since, and what this process does not know of itself.

        A store whose changes do not continue the snapshot (a backup was restored) is read anew.
        """
        doubts = self._doubts
        if not self._store.is_current(self._snapshot):
            with self._following:
                self._follow()
        self._seen = self._clock()
        self._settled = doubts
        return self._snapshot

    def _follow(self) -> None:
        """Read what was committed since the snapshot."""
        try:
            self._snapshot = self._snapshot.apply(*self._store.changes_since(self._snapshot))
        except StoreUnavailable:
            raise
        except StoreError:
            self._snapshot = self._store.load()


def _end(writes: Sequence[_Write[Any]], error: Exception) -> None:
    """Have writes fail; each thread raises an exception of its own."""
    for write in writes:
        own = type(error)(str(error)) if isinstance(error, StoreUnavailable) else error
        write.outcome = own
