"""Where calls are recorded: writes with their effects, everything else in small batches.

A call that changes the directory records its event in its own transaction. Events of reads and
denials wait up to ``BATCH_SECONDS`` and are then written together, in one durable transaction.
Whatever waits can be looked up already.
"""

from __future__ import annotations

import threading

import structlog

from doorward.errors import StoreConflict, StoreUnavailable
from doorward.model.directory import EventLog
from doorward.model.event import Event

BATCH_SECONDS = 0.2
"""How long an event may wait to be written."""

MOST_WAITING = 10_000
"""How many events may wait; while the log cannot take them, no further call is answered."""

LAST_TRIES = 5
"""How often the last batch is tried when the recorder is closed."""

_log = structlog.get_logger(__name__)


class Recorder:
    """Implements ``model.directory.EventLog`` over another one, with a batch in front of it."""

    def __init__(self, log: EventLog) -> None:
        """Start the thread that writes the batches."""
        self._log = log
        self._waiting: list[Event] = []
        self._writing: tuple[Event, ...] = ()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def append(self, events: tuple[Event, ...]) -> None:
        """Take events to be written soon; raises ``StoreUnavailable`` when too many wait."""
        with self._changed:
            if self._stopping or len(self._waiting) >= MOST_WAITING:
                raise StoreUnavailable("the event log does not take events now")
            if not self._waiting:
                self._changed.notify_all()
            self._waiting.extend(events)

    def by_request(self, request_id: str) -> Event | None:
        """Return the call with this request id, written or waiting."""
        with self._changed:
            waiting = (*self._writing, *self._waiting)
        for event in waiting:
            if event.request_id == request_id:
                return event
        return self._log.by_request(request_id)

    def of_account(self, account: str, *, limit: int) -> tuple[Event, ...]:
        """Return the latest calls that ``account`` may read, newest first; all are written.

        Raises ``StoreUnavailable`` when what waits cannot be written.
        """
        self.flush()
        return self._log.of_account(account, limit=limit)

    def flush(self) -> None:
        """Wait until everything that waits now is written.

        Raises ``StoreUnavailable`` when that takes too long.
        """
        with self._changed:
            empty = self._changed.wait_for(
                lambda: not self._waiting and not self._writing, timeout=10 * BATCH_SECONDS
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
        if self._waiting:
            raise StoreUnavailable(f"{len(self._waiting)} events could not be recorded")

    def _run(self) -> None:
        """Write batch after batch until closed."""
        pause = threading.Event()
        tries = 0
        while tries < LAST_TRIES:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting) or self._stopping)
                if not self._waiting:
                    return
                self._changed.wait_for(lambda: self._stopping, timeout=BATCH_SECONDS)
                self._writing, self._waiting = tuple(self._waiting), []
            unwritten = self._write(self._writing)
            with self._changed:
                self._waiting[:0] = unwritten
                self._writing = ()
                tries = tries + 1 if unwritten and self._stopping else 0
                self._changed.notify_all()
            if unwritten:
                pause.wait(BATCH_SECONDS)

    def _write(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        """Write events; return those that the log did not take.

        A batch that is refused because of one of its events is written event by event. An event
        that is there already is written: the answer to an earlier try was lost on the way.
        """
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
