"""PostgreSQL refuses one of two transactions that cross each other: it is run again, whole."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

import msgspec
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from doorward.errors import StoreConflict, StoreUnavailable
from doorward.model.credential import AccessKey
from doorward.model.directory import Transaction
from doorward.model.identity import User
from doorward.store import Store
from doorward.store.database import _TRIES
from tests.store.estates import NOW, A, call, user
from tests.store.places import clear, postgresql_database

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def url(postgresql: str) -> Iterator[str]:
    with postgresql_database(postgresql) as database:
        store = Store.open(database)
        store.migrate()
        store.close()
        yield database


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def store(url: str, pauses: list[float]) -> Iterator[Store]:
    opened = Store.open(url, pause=pauses.append)
    clear(opened)
    opened.write(lambda t: t.add(user("a", path="0")))
    yield opened
    opened.close()


@pytest.fixture
def other(url: str) -> Iterator[Store]:
    """Another server on the same database."""
    opened = Store.open(url)
    yield opened
    opened.close()


def count_up(t: Transaction) -> None:
    found = t.get(User, A, "a")
    assert found is not None
    t.put(msgspec.structs.replace(found, path=str(int(found.path) + 1)))


@pytest.mark.parametrize("refusals", [1, 2, _TRIES - 1])
def test_a_refused_transaction_is_run_again_whole(
    store: Store, other: Store, pauses: list[float], refusals: int
) -> None:
    runs: list[int] = []

    def work(t: Transaction) -> int:
        runs.append(t.version(A))
        t.append(call("once"))
        t.add(user(f"b{len(runs)}"))
        if len(runs) <= refusals:
            other.write(count_up)
        count_up(t)
        return len(runs)

    committed = store.write(work)
    assert committed.value == refusals + 1
    assert runs == list(range(1, refusals + 2)), "each run sees what the other did"
    assert len(pauses) == refusals
    assert pauses == sorted(pauses)
    snapshot = store.load()
    assert [u.name for u in snapshot.all(User)] == ["a", f"b{refusals + 1}"]
    assert snapshot.all(User)[0].path == str(refusals + 1)
    assert snapshot.version(A) == refusals + 2
    assert len(store.events.of_account(A, limit=9)) == 1
    assert len(committed.changes) == 2


def test_one_refused_too_often_is_unavailable(store: Store, other: Store) -> None:
    runs: list[int] = []

    def work(t: Transaction) -> None:
        runs.append(1)
        assert t.get(User, A, "a")
        other.write(count_up)
        count_up(t)

    with pytest.raises(StoreUnavailable, match=f"{_TRIES} times"):
        store.write(work)
    assert len(runs) == _TRIES
    assert store.load().version(A) == _TRIES + 1


def test_a_name_taken_meanwhile_is_a_conflict_and_not_a_failure(
    store: Store, other: Store
) -> None:
    def work(t: Transaction) -> None:
        t.get(User, A, "new")
        if other.load().get(User, A, "new") is None:
            other.write(lambda o: o.add(user("new")))
        t.add(user("new"))

    with pytest.raises(StoreConflict):
        store.write(work)


def test_a_unique_value_taken_meanwhile_is_a_conflict(store: Store, other: Store) -> None:
    def work(t: Transaction) -> None:
        mine = t.get(User, A, "a")
        assert mine is not None
        if not other.load().find(User, id="AIDATAKEN"):
            other.write(lambda o: o.add(User("444455556666", "x", "AIDATAKEN", NOW)))
        t.put(msgspec.structs.replace(mine, id="AIDATAKEN"))

    with pytest.raises(StoreConflict):
        store.write(work)


def test_connections_that_the_server_cut_are_made_anew(store: Store, url: str) -> None:
    """By pg_terminate_backend."""
    store.write(count_up)
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    store.write(count_up)
    assert store.load().version(A) == 3


def test_a_connection_cut_within_a_transaction_leaves_nothing(store: Store, url: str) -> None:
    def work(t: Transaction) -> None:
        count_up(t)
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        count_up(t)

    with pytest.raises(StoreUnavailable):
        store.write(work)
    assert store.load().version(A) == 1
    store.write(count_up)


def test_row_70_commits_are_durable_whatever_the_database_is_set_to(url: str) -> None:
    """A stronger setting, for replicas, stays."""
    database = sql.Identifier(make_url(url).database or "")
    setting = sql.SQL("ALTER DATABASE {} SET synchronous_commit = {}")
    with psycopg.connect(url, autocommit=True) as admin:
        for given, held in (("off", "on"), ("on", "on"), ("remote_apply", "remote_apply")):
            admin.execute(setting.format(database, sql.Literal(given)))
            opened = Store.open(url)
            with opened._engines.writing.begin() as connection:
                shown = connection.exec_driver_sql("SHOW synchronous_commit").scalar()
            opened.close()
            assert shown == held
        admin.execute(setting.format(database, sql.Literal("on")))


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnavailable, match="read-only"), store._reading() as connection:
        connection.exec_driver_sql("DELETE FROM users")


def test_a_server_that_is_not_there_is_unavailable() -> None:
    store = Store.open("postgresql://nobody:secret@127.0.0.1:1/doorward")
    with pytest.raises(StoreUnavailable) as caught:
        store.load()
    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_errors_do_not_tell_what_was_stored(store: Store) -> None:
    with store._engines.writing.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE access_keys RENAME TO mislaid")
    key = AccessKey("AKIA", A, "AIDA", f"{1234:05x}".encode(), NOW)
    try:
        with pytest.raises(StoreUnavailable) as caught:
            store.write(lambda t: t.add(key))
        told = "".join(traceback.format_exception(caught.value))
        assert "does not exist" in told
        assert key.sealed_secret.decode() not in told
        assert key.sealed_secret.hex() not in told
    finally:
        with store._engines.writing.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE mislaid RENAME TO access_keys")
