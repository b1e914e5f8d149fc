"""Catalogue row 75: a standby takes the database's place; no connection is left.

Decisions go on meanwhile, no acknowledged write is lost or done twice, and writes go on soon.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
import pytest
from botocore.exceptions import ClientError
from sqlalchemy import select

from doorward.store import Store
from doorward.store.tables import EVENTS
from tests.acceptance.crash.database import database
from tests.acceptance.crash.invariants import verify_any
from tests.acceptance.outage.load import Load
from tests.acceptance.outage.outages import SOON
from tests.acceptance.outage.standby import cluster
from tests.live import LiveServer, serving
from tests.store.places import postgresql_database

pytestmark = pytest.mark.postgres

FEW = 20
"""Connections that a database admits: a server may have ten of them."""


class Writer(threading.Thread):
    """Creates users, one after another; what was answered that it cannot be done is left."""

    def __init__(self, server: LiveServer, name: str) -> None:
        super().__init__(daemon=True)
        self.made: list[str] = []
        self.refused: list[str] = []
        self.times: list[float] = []
        self._iam = server.client("iam")
        self._name = name
        self._ends = threading.Event()

    def run(self) -> None:
        number = 0
        while not self._ends.is_set():
            name = f"{self._name}-{number}"
            try:
                self._iam.create_user(UserName=name)
            except ClientError as error:
                self.refused.append(error.response["Error"]["Code"])
                self._ends.wait(0.05)
            else:
                self.made.append(name)
                self.times.append(time.monotonic())
            number += 1

    def end(self) -> None:
        self._ends.set()
        self.join(timeout=30)
        assert not self.is_alive()


@contextmanager
def busy(server: LiveServer) -> Iterator[tuple[Load, list[Writer]]]:
    """Have decisions asked and users made meanwhile."""
    load = Load(server.client("sts").get_caller_identity, 0.02)
    writers = [Writer(server, f"w{number}") for number in range(3)]
    load.once()
    for each in (load, *writers):
        each.start()
    try:
        yield load, writers
    finally:
        load.end()
        for writer in writers:
            writer.end()


def goes_on(writers: list[Writer], since: float) -> float:
    """Wait until each has written again; return after how many seconds."""
    while not all(writer.times and writer.times[-1] > since for writer in writers):
        assert time.monotonic() - since < 60, "writes did not go on"
        time.sleep(0.05)
    return max(min(at for at in writer.times if at > since) for writer in writers) - since


def nothing_lost_or_twice(url: str, writers: list[Writer]) -> None:
    """Every user that was acknowledged is there, and was made by one call."""
    store = Store.open(url)
    try:
        names = store.look(
            lambda connection: (
                connection.execute(
                    select(EVENTS.c.record).where(
                        EVENTS.c.name == "CreateUser", EVENTS.c.error_code.is_(None)
                    )
                )
                .scalars()
                .all()
            )
        )
    finally:
        store.close()
    text = "\n".join(names)
    made = [name for writer in writers for name in writer.made]
    assert {text.count(f'"userName":"{name}"}},"responseElements"') for name in made} == {1}
    assert verify_any(url) == []


def test_row_75_a_standby_takes_the_place_of_the_database() -> None:
    with cluster() as held, serving(held.url) as server:
        with busy(server) as (load, writers):
            goes_on(writers, time.monotonic())
            before = sum(len(writer.made) for writer in writers)
            held.fail_over()
            after = goes_on(writers, time.monotonic())
        assert load.failed == []
        assert after < SOON
        assert sum(len(writer.made) for writer in writers) > before > 0
        assert {code for writer in writers for code in writer.refused} <= {"ServiceUnavailable"}
        nothing_lost_or_twice(held.url, writers)
        assert server.stop() == 0


def test_row_75_no_connection_is_left() -> None:
    """Others have them all, those of the server too: writes wait or are refused, and come back."""
    with database() as held, ExitStack() as others:
        with psycopg.connect(held.url, autocommit=True) as admin:
            admin.execute(f"ALTER SYSTEM SET max_connections = {FEW}")
        held.kill()
        held.start()
        url = others.enter_context(postgresql_database(held.url))
        server = others.enter_context(serving(url))
        with busy(server) as (load, writers):
            goes_on(writers, time.monotonic())
            taken = _take_all(held.url)
            full = time.monotonic()
            time.sleep(1.5)
            refused = [code for writer in writers for code in writer.refused]
            written = sum(at > full + 0.5 for writer in writers for at in writer.times)
            for connection in taken:
                connection.close()
            after = goes_on(writers, time.monotonic())
        assert load.failed == []
        assert set(refused) == {"ServiceUnavailable"}
        assert written == 0
        assert after < SOON
        nothing_lost_or_twice(url, writers)
        assert server.stop() == 0


def _take_all(url: str) -> list[Any]:
    """Take every connection that a database admits, ending those that others have."""
    taken: list[Any] = [psycopg.connect(url, autocommit=True)]
    rounds = 0
    while rounds < 3:
        taken[0].execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND application_name <> 'taken'"
            " AND pid <> pg_backend_pid()"
        )
        try:
            while True:
                taken.append(psycopg.connect(url, application_name="taken"))
        except psycopg.OperationalError as error:
            if "too many clients" not in str(error):
                raise
            rounds += 1
    return taken
