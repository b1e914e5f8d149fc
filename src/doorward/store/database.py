"""A store: where it is opened, read, written and followed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from doorward.errors import StoreUnavailable
from doorward.model.directory import Change, EventLog, Transaction
from doorward.model.report import Reports
from doorward.model.snapshot import Snapshot
from doorward.model.use import UseLog
from doorward.store import feed, portable
from doorward.store.address import Address, Engines, connect, parse_address
from doorward.store.directory import SqlDirectory
from doorward.store.event_log import SqlEventLog
from doorward.store.faults import asks_for_retry, faults
from doorward.store.lease import Lease
from doorward.store.migrate import migrate
from doorward.store.pulse import Beat, Pulse
from doorward.store.reports import SqlReports
from doorward.store.room import Room
from doorward.store.together import Committed, OutOfDate, Spoiled, Together, Work, run
from doorward.store.transaction import SqlTransaction
from doorward.store.turn import Turn
from doorward.store.use_log import SqlUseLog
from doorward.store.whereabouts import Whereabouts

T = TypeVar("T")

_TRIES = 8
_FIRST_PAUSE = 0.002


def _pause(seconds: float) -> None:
    """Wait before a transaction is tried again."""
    threading.Event().wait(seconds)


class Store:
    """One estate in a SQLite or PostgreSQL database. Safe to use from any number of threads.

    Every method that reaches the database raises ``StoreUnavailable`` when it cannot answer.
    """

    def __init__(
        self,
        address: Address,
        engines: Engines,
        *,
        lease: Lease | None = None,
        pause: Callable[[float], None] = _pause,
    ) -> None:
        """Use ``Store.open``."""
        sqlite = engines.writing.dialect.name == "sqlite"
        self._engines = engines
        self._lease = lease
        self._pause = pause
        self._turn: AbstractContextManager[object] = Turn() if sqlite else nullcontext()
        self._reading_turn = self._turn if address.in_memory else nullcontext()
        self._retrying = threading.Lock()
        self._pulse = Pulse(engines.reading, address.file) if address.file else None
        self._whereabouts = Whereabouts(address.file) if address.file else None
        self._file = address.file
        self._room: Room | None = None
        self._known_current: tuple[Beat, Snapshot] | None = None
        self.events: EventLog = SqlEventLog(self._reading, self._recording)
        self.uses: UseLog = SqlUseLog(self._reading, self._recording)
        self.reports: Reports = SqlReports(self._reading, self._recording)

    @classmethod
    def open(
        cls, url: str, *, exclusive: bool = False, pause: Callable[[float], None] = _pause
    ) -> Store:
        """Open the store at ``url``; call ``migrate`` before anything else.

        ``sqlite:///FILE`` (made when it is not there), ``sqlite:///:memory:``, or
        ``postgresql://USER@HOST/DATABASE``. ``exclusive`` refuses a SQLite file that another
        process opened so, with ``StoreIncompatible``. ``pause`` waits, in seconds, before a
        transaction is tried again. Raises ``ConfigurationError`` for any other URL.
        """
        address = parse_address(url)
        with ExitStack() as undo, faults():
            lease = Lease(address.file) if exclusive and address.file else None
            if lease:
                undo.callback(lease.release)
            engines = connect(address)
            undo.callback(engines.writing.dispose)
            store = cls(address, engines, lease=lease, pause=pause)
            undo.pop_all()
        return store

    @property
    def is_prompt(self) -> bool:
        """Whether the store is on this machine, and tells at once whether it has changed."""
        return self._engines.writing.dialect.name == "sqlite"

    def close(self) -> None:
        """Close every connection, and let another server have the file."""
        if self._pulse:
            self._pulse.close()
        self._engines.writing.dispose()
        if self._lease:
            self._lease.release()

    def migrate(self) -> None:
        """Bring the schema to this program's; nothing happens when it is there already.

        Raises ``StoreIncompatible`` when the schema is newer than this program.
        """
        self._in_transaction(migrate)

    def keep_room(self) -> None:
        """Keep some room on the disk of a SQLite file for when there is no other."""
        if self._file:
            self._room = Room(self._file)

    def is_scarce(self) -> bool:
        """Tell whether only what takes something away may be written now."""
        return self._room is not None and self._room.is_scarce()

    def make_room(self) -> None:
        """Give up what was kept, and have the log of a SQLite file begin anew in its place.

        For when a write has found the disk full; never raises.
        """
        if self._room is None:
            return
        self._room.give_up()
        with suppress(StoreUnavailable), self._turn, faults():
            connection = self._engines.writing.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(RESTART)")
            finally:
                connection.close()

    def look(self, question: Callable[[Connection], T]) -> T:
        """Answer a question about the database itself, in one consistent state."""
        with self._reading() as connection:
            return question(connection)

    def copy_to(self, other: Store) -> Mapping[str, int]:
        """Copy every row as it is at one moment into an empty store, all or none.

        Both have this program's schema. Returns how many rows each table has. Writes go on
        meanwhile.
        """
        with self._reading() as source:
            return other._in_transaction(lambda target: portable.copy(source, target))

    @contextmanager
    def read(self) -> Iterator[SqlDirectory]:
        """Give a directory that sees one consistent state, as it is at the first read."""
        with self._reading() as connection:
            yield SqlDirectory(connection)

    def write(self, work: Callable[[Transaction], T]) -> Committed[T]:
        """Run ``work`` in one atomic, serializable and durable transaction, and commit it.

        ``work`` is run again from the start when the database asks for it, and must have no effect
        but through its argument. What it raises takes everything back and is raised here.
        """

        def once(connection: Connection) -> Committed[T]:
            transaction = SqlTransaction(connection)
            value = work(transaction)
            changes, versions = transaction.finish()
            return Committed(value, changes, versions)

        return self._in_transaction(once)

    def write_together(
        self, works: Sequence[Work[T]], catch_up: Callable[[], Snapshot]
    ) -> Together[T]:
        """Run works in one transaction as ``write`` does one, and commit what they changed.

        Each sees those before it; what one raises takes back its own changes alone and is its
        outcome. The outcomes may be those of the first works only, of one at least: the others
        were not run, and are for the next transaction. ``catch_up`` returns the estate as the
        store holds it now. Raises ``StoreUnavailable`` when nothing was committed, or when it is
        not known what was.
        """
        most = len(works)
        while True:
            try:
                return self._in_transaction(partial(run, works=works[:most], catch_up=catch_up))
            except Spoiled as spoiled:
                if spoiled.place == 0:
                    return Together((spoiled.error,), spoiled.before, spoiled.before)
                most = spoiled.place

    def load(self) -> Snapshot:
        """Return everything the store holds now, as a snapshot.

        Raises ``StoreDamaged`` when that is not what was written.
        """
        with self.read() as directory:
            return Snapshot.of(*directory.estate())

    def is_current(self, snapshot: Snapshot) -> bool:
        """Tell whether nothing was committed since ``snapshot``, by any process.

        Costs less than a microsecond on a SQLite file whose directory nobody changed since the
        last time it was asked.
        """
        seen = self._pulse.read() if self._pulse else None
        if seen is not None and self._known_current == (seen, snapshot):
            return True
        with self.read() as directory:
            current = directory.versions() == dict(snapshot.versions)
        if current and seen is not None:
            self._known_current = (seen, snapshot)
        return current

    def is_known_current(self, snapshot: Snapshot) -> bool:
        """Tell whether ``snapshot`` is seen to be current without a read; on SQLite files only."""
        known = self._known_current
        if self._pulse is None or known is None or known[1] is not snapshot:
            return False
        return self._pulse.read() == known[0]

    def changes_since(self, snapshot: Snapshot) -> tuple[tuple[Change, ...], Mapping[str, int]]:
        """Return the changes since ``snapshot``, and the versions they come to.

        ``snapshot.apply`` takes both. Raises ``StoreError`` when the store is not the one that the
        snapshot is of, went back (a backup was restored) or is damaged: ``load`` is then the way.
        """
        with self.read() as directory:
            return feed.since(snapshot, directory)

    def advance(self, snapshot: Snapshot, committed: Committed[T]) -> Snapshot:
        """Return a snapshot that contains ``committed``, whatever other commits came between.

        Returns ``snapshot`` itself when it has the commit already, and reads the store only when
        others came between.
        """
        versions = committed.versions
        if all(snapshot.version(scope) >= version for scope, version in versions.items()):
            return snapshot
        if snapshot.precedes(committed.changes, versions):
            return snapshot.apply(committed.changes, versions)
        return snapshot.apply(*self.changes_since(snapshot))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Give a connection inside a read transaction."""
        self._check_whereabouts()
        with self._reading_turn, faults(), self._engines.reading.begin() as connection:
            yield connection

    def _recording(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which leaves the directory as it is, as ``_in_transaction`` does."""
        return self._in_transaction(work, changes=False)

    def _in_transaction(self, work: Callable[[Connection], T], *, changes: bool = True) -> T:
        """Run ``work`` in a write transaction and commit it, again while the database asks for it.

        ``changes`` says that other processes have to look for what it did to the directory. The
        first try runs beside others. Later ones run one at a time in this process, so that
        some transaction among those that contend always gets through.
        """
        with faults():
            try:
                return self._once(work, changes=changes)
            except _AGAIN as error:
                if not _asks_for_retry(error):
                    raise
            with self._retrying:
                for attempt in range(1, _TRIES):
                    self._pause(_FIRST_PAUSE * 2**attempt)
                    try:
                        return self._once(work, changes=changes)
                    except _AGAIN as error:
                        if not _asks_for_retry(error):
                            raise
        raise StoreUnavailable(f"the transaction was refused {_TRIES} times by others beside it")

    def _once(self, work: Callable[[Connection], T], *, changes: bool) -> T:
        """Run ``work`` in a write transaction and commit it."""
        self._check_whereabouts()
        with self._turn:
            with ExitStack() as after, self._engines.writing.begin() as connection:
                if changes and self._pulse:
                    after.enter_context(self._pulse.changing())
                value = work(connection)
                self._check_whereabouts()
            if self._pulse and isinstance(value, Together):
                beat = self._pulse.after_change()
                if beat is not None:
                    self._known_current = (beat, value.after)
            return value

    def _check_whereabouts(self) -> None:
        """Raise ``StoreUnavailable`` when a SQLite store's files are no longer its own."""
        if self._whereabouts:
            self._whereabouts.check()


_AGAIN = (DBAPIError, OutOfDate)


def _asks_for_retry(error: DBAPIError | OutOfDate) -> bool:
    """Tell whether the whole transaction is to be run again."""
    return isinstance(error, OutOfDate) or asks_for_retry(error)
