"""The recorded calls in the database.

Every call is written here, so events go to the database's driver as rows made by hand, where all
else is left to SQLAlchemy: that is a third of what recording costs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection

from doorward.errors import StoreConflict
from doorward.model.event import Event
from doorward.store.columns import instant, words
from doorward.store.statements import (
    ADD_EVENT,
    ADD_EVENT_READER,
    EVENT_OF_REQUEST,
    EVENTS_OF_ACCOUNT,
    EVENTS_OF_PRINCIPAL,
)


def record(connection: Connection, events: Sequence[Event]) -> None:
    """Write ``events`` in the connection's transaction; raise ``StoreConflict`` for a known id."""
    if not events:
        return
    dialect = connection.dialect.name
    written = connection.exec_driver_sql(
        ADD_EVENT[dialect],
        [_row(event) for event in events],
        execution_options={"preserve_rowcount": True},
    )
    if written.rowcount != len(events):
        raise StoreConflict("Event")
    readers = [
        (account, instant(event.time), event.id)
        for event in events
        for account in sorted(set(event.accounts))
    ]
    if readers:
        connection.exec_driver_sql(ADD_EVENT_READER[dialect], readers)


def _row(event: Event) -> tuple[Any, ...]:
    """Return the columns of an event, in the order of its fields."""
    return (
        words(event.id),
        words(event.request_id),
        words(event.account),
        instant(event.time),
        words(event.source),
        words(event.name),
        words(event.record),
        words(event.decisions),
        _accounts(event.accounts),
        None if event.principal is None else words(event.principal),
        None if event.error_code is None else words(event.error_code),
    )


@lru_cache(maxsize=1024)
def _accounts(accounts: tuple[str, ...]) -> str:
    return msgspec.json.encode(accounts).decode()


def of_principal(
    account: str, principal: str, limit: int, connection: Connection
) -> tuple[Event, ...]:
    """Return the latest ``limit`` calls by a principal's ARN that its account may read."""
    parameters = {"at_account": account, "at_principal": principal, "most": limit}
    rows = connection.execute(EVENTS_OF_PRINCIPAL, parameters).all()
    return tuple(Event(*row) for row in rows)


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
