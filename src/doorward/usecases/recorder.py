"""Where calls are recorded: writes with their effects, everything else in small batches.

A call that changes the directory records its event in its own transaction. Events of reads and
denials wait up to ``BATCH_SECONDS`` and are then written together, in one durable transaction.
Whatever waits can be looked up already.
"""

from __future__ import annotations

import threading

import structlog

from doorward.errors import StoreError, StoreUnavailable
from doorward.model.directory import EventLog
from doorward.model.event import Event

BATCH_SECONDS = 0.2
"""How long an event may wait to be written."""

MOST_WAITING = 10_000
"""How many events may wait; while the log cannot take them, no further call is answered."""

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
            self._waiting.extend(events)
            self._changed.notify()

    def by_request(self, request_id: str) -> Event | None:
        """Return the call with this request id, written or waiting."""
        with self._changed:
            waiting = (*self._writing, *self._waiting)
        for event in waiting:
            if event.request_id == request_id:
                return event
        return self._log.by_request(request_id)

    def of_account(self, account: str, *, limit: int) -> tuple[Event, ...]:
        """Return the latest calls that ``account`` may read, newest first; all are written."""
        self.flush()
        return self._log.of_account(account, limit=limit)

    def flush(self) -> None:
        """Wait until everything that waits now is written, or cannot be."""
        with self._changed:
            self._changed.notify()
            self._changed.wait_for(
                lambda: not self._waiting and not self._writing, timeout=10 * BATCH_SECONDS
            )

    def close(self) -> None:
        """Write what waits, and stop."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        """Write batch after batch until closed."""
        pause = threading.Event()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting) or self._stopping)
                if not self._waiting:
                    return
                stopping = self._stopping
            if not stopping:
                pause.wait(BATCH_SECONDS)
            with self._changed:
                self._writing, self._waiting = tuple(self._waiting), []
            written = self._write(self._writing)
            with self._changed:
                if not written and not self._stopping:
                    self._waiting[:0] = self._writing
                self._writing = ()
                self._changed.notify_all()

    def _write(self, events: tuple[Event, ...]) -> bool:
        """Write one batch; say whether the log took it."""
        try:
            self._log.append(events)
        except StoreError as error:
            _log.error("events not written", count=len(events), reason=str(error))
            return False
        return True
