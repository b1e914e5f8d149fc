"""The recorded calls in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import msgspec
from sqlalchemy import Connection

from doorward.errors import StoreConflict
from doorward.model.event import Event
from doorward.store.statements import (
    ADD_EVENT,
    ADD_EVENT_READER,
    EVENT_OF_REQUEST,
    EVENTS_OF_ACCOUNT,
)


def record(connection: Connection, events: Sequence[Event]) -> None:
    """Write ``events`` in the connection's transaction; raise ``StoreConflict`` for a known id."""
    if not events:
        return
    statement = ADD_EVENT.on(connection.dialect.name)
    written = connection.execute(statement, [msgspec.structs.asdict(event) for event in events])
    if written.rowcount != len(events):
        raise StoreConflict("Event")
    readers = [
        {"account": account, "time": event.time, "event_id": event.id}
        for event in events
        for account in sorted(set(event.accounts))
    ]
    if readers:
        connection.execute(ADD_EVENT_READER, readers)


class SqlEventLog:
    """Implements ``model.directory.EventLog``; every call is a transaction of its own."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        writing: Callable[[Callable[[Connection], None]], object],
    ) -> None:
        """Use ``reading`` for a read transaction, and ``writing`` to run work in a write."""
        self._reading = reading
        self._writing = writing

    def append(self, events: tuple[Event, ...]) -> None:
        """Record calls that changed nothing (reads and denials), all or none, durably."""
        if events:
            self._writing(lambda connection: record(connection, events))

    def by_request(self, request_id: str) -> Event | None:
        """Return the call with this request id, or ``None``; of several, the first."""
        with self._reading() as connection:
            row = connection.execute(EVENT_OF_REQUEST, {"at_request_id": request_id}).first()
        return None if row is None else Event(*row)

    def of_account(self, account: str, *, limit: int) -> tuple[Event, ...]:
        """Return the latest ``limit`` calls that ``account`` may read, newest first."""
        parameters = {"at_account": account, "most": limit}
        with self._reading() as connection:
            rows = connection.execute(EVENTS_OF_ACCOUNT, parameters).all()
        return tuple(Event(*row) for row in rows)
