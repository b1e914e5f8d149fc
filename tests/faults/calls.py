"""Database calls that fail: the n-th of a write transaction, in one of the ways databases have."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from doorward.store import Store


class RefusedBySqlite(sqlite3.OperationalError):
    """SQLite never refuses so; the program does not ask which database it is."""

    sqlstate = "40001"


AGAIN = "40001"
"""The one fault after which a transaction is run again, and succeeds."""

FAULTS: Mapping[str, Mapping[str, Callable[[], Exception] | None]] = {
    AGAIN: {
        "sqlite": RefusedBySqlite,
        "postgresql": psycopg.errors.SerializationFailure,
    },
    "refused": {
        "sqlite": lambda: sqlite3.OperationalError("disk I/O error"),
        "postgresql": lambda: psycopg.OperationalError("out of shared memory"),
    },
    "timed out": {
        "sqlite": lambda: sqlite3.OperationalError("database is locked"),
        "postgresql": lambda: psycopg.errors.QueryCanceled("statement timeout"),
    },
    "disconnected": {"sqlite": None, "postgresql": None},
}
"""What a call raises, by database; ``None``: its connection is closed before it."""


class FailingCalls:
    """Counts the calls of this thread's write transactions, and has one of them fail.

    A call is a statement, the beginning of a transaction where it is a statement, or its commit.
    """

    def __init__(self, store: Store) -> None:
        self._engine = store._engines.writing
        self._thread = threading.get_ident()
        self._used: dict[int, Engine] = {}
        self._fault = ""
        self._nth: int | None = None
        self.count = 0
        for name in ("do_execute", "do_executemany", "do_execute_no_params"):
            event.listen(self._engine, name, self._executes)
        commit = self._engine.dialect.do_commit

        def do_commit(connection: Any) -> None:
            if self._used.get(id(connection.dbapi_connection)) is self._engine:
                self._call(connection.dbapi_connection, commits=True)
            commit(connection)

        dialect: Any = self._engine.dialect
        dialect.do_commit = do_commit

    def arm(self, fault: str, nth: int | None) -> None:
        """Have the ``nth`` call from now on fail; count from 1. ``None``: the next commit."""
        self._fault, self._nth, self.count = fault, nth, 0

    @property
    def fired(self) -> bool:
        """Whether the fault has happened."""
        return self._fault == ""

    def disarm(self) -> None:
        """Let everything pass again."""
        self._fault = ""

    def _executes(self, cursor: Any, *given: Any) -> None:
        """Count a statement, unless it is a reader's."""
        engine = given[-1].root_connection.engine
        self._used[id(cursor.connection)] = engine
        if engine is self._engine:
            self._call(cursor.connection)

    def _call(self, connection: Any, *, commits: bool = False) -> None:
        if not self._fault or threading.get_ident() != self._thread:
            return
        self.count += 1
        if not (commits if self._nth is None else self.count == self._nth):
            return
        raised = FAULTS[self._fault][self._engine.dialect.name]
        self._fault = ""
        if raised is None:
            connection.close()
            return
        raise raised()
