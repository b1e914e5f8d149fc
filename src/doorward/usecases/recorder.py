"""Where calls are recorded: writes with their effects, everything else in small batches.

A call that changes the directory records its event in its own transaction. Events of reads and
denials wait up to ``BATCH_SECONDS`` and are then written together, in one durable transaction, and
so are the marks of last uses of every call. Whatever waits can be looked up already.

While the log cannot take events (the database is gone, the disk is full) they wait in memory,
packed, so that decisions can go on for a long while.
"""

from __future__ import annotations

import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import datetime
from itertools import chain

import msgspec
import structlog

from doorward.errors import StoreConflict, StoreUnavailable
from doorward.model.directory import EventLog
from doorward.model.event import Event
from doorward.model.use import GRANULARITY, WHOLE, Use, UseLog, kept
from doorward.usecases.spool import Spool

BATCH_SECONDS = 0.2
"""How long an event may wait to be written."""

MOST_WAITING = 1_000_000
"""How many events may wait; when so many do, no further call is answered."""

GATHER_SECONDS = 0.002
"""How long an event that somebody waits for is held back for others, where others came with the
last one: a transaction and its sync cost far more than an event."""

PACK = 1000
"""How many events are packed together."""

LAST_TRIES = 5
"""How often the last batch is tried when the recorder is closed."""

MOST_MARKS = 100_000
"""How many marks are remembered as fresh, so that they are not written again."""

_log = structlog.get_logger(__name__)

_unpacked = msgspec.msgpack.Decoder(tuple[Event, ...]).decode


class _Pack(msgspec.Struct, frozen=True):
    """``PACK`` events that wait for long, compressed to a fraction of their size."""

    count: int
    content: bytes

    @classmethod
    def of(cls, events: tuple[Event, ...]) -> _Pack:
        return cls(len(events), zlib.compress(msgspec.msgpack.encode(events), 1))

    def events(self) -> tuple[Event, ...]:
        return _unpacked(zlib.decompress(self.content))


class Recorder:
    """Implements ``model.directory.EventLog`` and ``model.use.UseLog`` over others, in batches."""

    def __init__(
        self,
        log: EventLog,
        uses: UseLog,
        *,
        alone: bool = True,
        is_scarce: Callable[[], bool] = lambda: False,
        spool: Spool | None = None,
    ) -> None:
        """Start the thread that writes the batches.

        ``alone`` says that no other process of this server records calls, and ``is_scarce`` that
        the disk has no room for events now: they wait until it has.
        """
        self._alone = alone
        self._is_scarce = is_scarce
        self._packs: deque[_Pack] = deque()
        self._log = log
        self._uses = uses
        self._fresh: dict[tuple[str, str], datetime] = {}
        self._waiting_uses: dict[tuple[str, str], Use] = {}
        self._writing_uses: dict[tuple[str, str], Use] = {}
        self._waiting: list[Event] = [] if spool is None else list(spool.left())
        self._writing: tuple[Event, ...] = ()
        self._spool = spool
        self._promised: dict[str, Future[None]] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def append(self, events: tuple[Event, ...]) -> None:
        """Take events to be written soon; raises ``StoreUnavailable`` when too many wait."""
        with self._changed:
            if self._stopping or self._count() >= MOST_WAITING:
                raise StoreUnavailable("the event log does not take events now")
            if not self._has_waiting():
                self._changed.notify_all()
            self._waiting.extend(events)

    def promise(self, event: Event) -> Future[None]:
        """Take an event to be written at once; the future is done when it is on disk.

        Those that come at the same time are written together; one that comes alone does not wait
        for company. The future raises
        ``StoreUnavailable`` when the log does not take the event: then it is not recorded at all.
        """
        promised: Future[None] = Future()
        promised.set_running_or_notify_cancel()  # nobody who waits can cancel it
        with self._changed:
            if self._stopping or len(self._waiting) >= MOST_WAITING:
                raise StoreUnavailable("the event log does not take events now")
            self._promised[event.id] = promised
            self._waiting.append(event)
            if len(self._promised) == 1:
                self._changed.notify_all()
        return promised

    def note(self, uses: tuple[Use, ...]) -> None:
        """Take marks to be written soon. Never raises: no call fails for want of a mark.

        Of several uses within ``GRANULARITY`` the first is kept.
        """
        with self._changed:
            idle = not self._has_waiting()
            for use in uses:
                key = use.key
                until = self._fresh.get(key)
                if until is not None and use.time < until:
                    continue
                if len(self._fresh) >= MOST_MARKS:
                    self._fresh.pop(next(iter(self._fresh)))
                if len(self._waiting_uses) < MOST_MARKS:
                    self._fresh[key] = use.time + GRANULARITY
                    self._waiting_uses.setdefault(key, use)
            if idle and self._waiting_uses:
                self._changed.notify_all()

    def last(self, subjects: Iterable[str]) -> dict[str, Use]:
        """Return the marks of subjects as a whole, by subject, written or waiting."""
        wanted = set(subjects)
        waiting = self._waiting_marks(wanted)
        found = dict(self._uses.last(wanted))
        for use in waiting:
            if use.scope == WHOLE:
                found[use.subject] = kept(found.get(use.subject), use)
        return found

    def scoped(self, subjects: Iterable[str]) -> tuple[Use, ...]:
        """Return the marks of services and actions by ``subjects``, written or waiting."""
        wanted = set(subjects)
        waiting = self._waiting_marks(wanted)
        found = {use.key: use for use in self._uses.scoped(wanted)}
        for use in waiting:
            if use.scope != WHOLE:
                found[use.key] = kept(found.get(use.key), use)
        return tuple(found.values())

    def _waiting_marks(self, subjects: set[str]) -> list[Use]:
        """Return the marks that are not written yet, oldest first."""
        with self._changed:
            waiting = (*self._writing_uses.values(), *self._waiting_uses.values())
        return [use for use in waiting if use.subject in subjects]

    def by_request(self, request_id: str) -> Event | None:
        """Return the call with this request id, written or waiting.

        It may wait in another process of this server: what is not found is looked for once more
        when that one has written its batch.
        """
        found = self._found(request_id)
        if found is None and not self._alone:
            threading.Event().wait(2 * BATCH_SECONDS)
            found = self._log.by_request(request_id)
        return found

    def _found(self, request_id: str) -> Event | None:
        """Return the call as far as this process knows of it."""
        with self._changed:
            waiting, packs = (*self._writing, *self._waiting), tuple(self._packs)
        unpacked = chain.from_iterable(pack.events() for pack in packs)
        for event in chain(waiting, unpacked):
            if event.request_id == request_id:
                return event
        return self._log.by_request(request_id)

    def of_account(self, account: str, *, limit: int) -> tuple[Event, ...]:
        """Return the latest calls that ``account`` may read, newest first; all are written.

        Raises ``StoreUnavailable`` when what waits cannot be written.
        """
        self.flush()
        return self._log.of_account(account, limit=limit)

    def waiting(self) -> int:
        """Return how many events wait to be written."""
        with self._changed:
            return self._count()

    def flush(self) -> None:
        """Wait until everything that waits now is written.

        Raises ``StoreUnavailable`` when that takes too long.
        """
        with self._changed:
            empty = self._changed.wait_for(
                lambda: not (self._has_waiting() or self._writing or self._writing_uses),
                timeout=10 * BATCH_SECONDS,
            )
        if not empty:
            raise StoreUnavailable("events wait to be written, and the log does not take them")

    def close(self) -> None:
        """Write what waits, and stop.

        Raises ``StoreUnavailable`` when the log does not take it: those events are lost.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join()
        if self._count():
            raise StoreUnavailable(f"{self._count()} events could not be recorded")

    def _run(self) -> None:
        """Write batch after batch until closed."""
        pause = threading.Event()
        tries = promises = 0
        while tries < LAST_TRIES:
            with self._changed:
                self._changed.wait_for(lambda: self._has_waiting() or self._stopping)
                if not self._has_waiting():
                    return
                if not self._packs:
                    self._changed.wait_for(
                        lambda: self._stopping or bool(self._promised), timeout=BATCH_SECONDS
                    )
            if promises > 1 and self._promised:
                pause.wait(GATHER_SECONDS)
            with self._changed:
                promises = len(self._promised)
                pack = self._take()
            scarce = self._is_scarce()
            unwritten = self._writing if scarce else self._write(self._writing)
            unwritten = self._settled(self._writing, unwritten)
            unmarked = self._writing_uses if scarce else self._mark(self._writing_uses)
            failed = bool(unwritten or unmarked)
            with self._changed:
                if pack is not None and len(unwritten) == pack.count:
                    self._packs.appendleft(pack)
                else:
                    self._waiting[:0] = unwritten
                self._writing = ()
                self._waiting_uses = unmarked | self._waiting_uses
                self._writing_uses = {}
                tries = tries + 1 if failed and self._stopping else 0
                self._changed.notify_all()
            if not failed and pack is None and self._spool:
                self._spool.clear()  # all that waited when this batch was taken is written
            if failed:
                self._break()
                self._pack()
                pause.wait(BATCH_SECONDS)

    def _settled(
        self, events: tuple[Event, ...], unwritten: tuple[Event, ...]
    ) -> tuple[Event, ...]:
        """Keep or break the promises of ``events``; return what is left to be written later."""
        if not self._promised:
            return unwritten
        failed = {event.id for event in unwritten}
        with self._changed:
            promised = [
                (event, self._promised.pop(event.id))
                for event in events
                if event.id in self._promised
            ]
        endangered = [event for event, _ in promised if event.id in failed]
        broken = self._spooled(endangered)
        for event, promise in promised:
            if broken is not None and event.id in failed:
                promise.set_exception(broken)
            else:
                promise.set_result(None)
        lost = {event.id for event in endangered} if broken is not None else set()
        return tuple(event for event in unwritten if event.id not in lost)

    def _spooled(self, events: list[Event]) -> StoreUnavailable | None:
        """Put promised events that the log does not take into the spool, or say why not."""
        if not events:
            return None
        if self._spool is None:
            return StoreUnavailable("the event log does not take events now")
        try:
            self._spool.keep(events)
        except StoreUnavailable as error:
            return error
        return None

    def _break(self) -> None:
        """Settle the promises that are left: the log does not take events now."""
        with self._changed:
            promised = tuple(event for event in self._waiting if event.id in self._promised)
        kept = {event.id for event in self._settled(promised, promised)}
        lost = {event.id for event in promised} - kept
        with self._changed:
            self._waiting[:] = [event for event in self._waiting if event.id not in lost]

    def _take(self) -> _Pack | None:
        """Take what is written next, the oldest first; return the pack if it is one.

        The lock is held.
        """
        self._writing_uses, self._waiting_uses = self._waiting_uses, {}
        if self._packs:
            pack = self._packs.popleft()
            self._writing = pack.events()
            return pack
        self._writing, self._waiting = tuple(self._waiting), []
        return None

    def _pack(self) -> None:
        """Pack what waits, but for the last few; nobody waits for the lock meanwhile."""
        while True:
            with self._changed:
                if len(self._waiting) < PACK:
                    return
                self._writing = tuple(self._waiting[:PACK])
                del self._waiting[:PACK]
            try:
                packs = [_Pack.of(self._writing)]
            except ValueError:  # text that is none, which no log takes either
                packs = []
            with self._changed:
                self._packs.extend(packs)
                self._waiting[:0] = () if packs else self._writing
                self._writing = ()
            if not packs:
                return

    def _has_waiting(self) -> bool:
        return bool(self._packs or self._waiting or self._waiting_uses)

    def _count(self) -> int:
        """Return how many events wait, those that are being written among them."""
        return PACK * len(self._packs) + len(self._waiting) + len(self._writing)

    def _mark(self, uses: dict[tuple[str, str], Use]) -> dict[tuple[str, str], Use]:
        """Write marks; return those to be tried again."""
        try:
            self._uses.note(tuple(uses.values()))
        except StoreUnavailable as error:
            _log.error("marks of last uses not written", count=len(uses), reason=str(error))
            return uses
        except Exception as error:  # noqa: BLE001 - nothing may end the thread that records
            _log.error("marks of last uses lost", count=len(uses), exc_info=error)
        return {}

    def _write(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        """Write events; return those that the log did not take.

        A batch that is refused because of one of its events is written event by event. An event
        that is there already is written: the answer to an earlier try was lost on the way.
        """
        if not events:
            return ()
        try:
            self._log.append(events)
        except StoreUnavailable as error:
            _log.error("events not written", count=len(events), reason=str(error))
            return events
        except Exception as error:  # noqa: BLE001 - nothing may end the thread that records
            if len(events) > 1:
                return tuple(left for event in events for left in self._write((event,)))
            if not isinstance(error, StoreConflict):
                _log.error("event not written", request_id=events[0].request_id, exc_info=error)
                return events
        return ()
