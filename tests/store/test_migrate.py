"""Migrations: again and again, interrupted anywhere, two at a time, and never backwards."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from doorward.errors import StoreDamaged, StoreIncompatible, StoreUnavailable
from doorward.model.credential import MfaDevice
from doorward.model.directory import Transaction
from doorward.model.identity import User
from doorward.model.organization import Account, Organization
from doorward.model.snapshot import Snapshot
from doorward.store import Store
from doorward.store.tables import METADATA
from tests.faults.calls import FailingCalls
from tests.store.estates import NOW, A, user
from tests.store.places import postgresql_database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store without a schema."""
    if request.param == "sqlite":
        opened = Store.open(f"sqlite:///{request.getfixturevalue('tmp_path')}/doorward.db")
        yield opened
        opened.close()
    else:
        server = request.getfixturevalue("postgresql")
        with postgresql_database(server) as database:
            opened = Store.open(database)
            yield opened
            opened.close()


def run(store: Store, *statements: str) -> None:
    with store._engines.writing.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def tables(store: Store) -> set[str]:
    with store._engines.reading.connect() as connection:
        return set(inspect(connection).get_table_names())


def test_a_store_without_a_schema_says_that_it_cannot_answer(store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        store.load()


def test_migrating_again_changes_nothing(store: Store) -> None:
    store.migrate()
    assert tables(store) == {*METADATA.tables, "alembic_version"}
    store.write(lambda t: t.add(user("a")))
    before = store.load()
    store.migrate()
    assert store.is_current(before)
    assert [u.name for u in store.load().all(type(user("a")))] == ["a"]


@pytest.mark.parametrize("kept", [0, 1, 7, len(METADATA.tables) - 1, len(METADATA.tables)])
def test_a_migration_interrupted_halfway_goes_on(store: Store, kept: int) -> None:
    """As on a database where each change of the schema is a transaction of its own."""
    store.migrate()
    names = list(METADATA.tables)
    run(store, *(f"DROP TABLE {name}" for name in names[kept:]), "DELETE FROM alembic_version")
    store.migrate()
    assert tables(store) == {*names, "alembic_version"}
    with store._engines.reading.connect() as connection:
        there = inspect(connection)
        for table in METADATA.tables.values():
            found = {index["name"] for index in there.get_indexes(table.name)}
            assert {index.name for index in table.indexes} <= found


NEW_IN_0009 = (
    ("organizations", "trusted_services"),
    ("organizations", "root_features"),
    ("accounts", "token_version"),
    ("accounts", "properties"),
    ("roles", "max_signin_session"),
    ("openid_providers", "context_provider"),
    ("saml_providers", "context_provider"),
)


def test_what_was_stored_before_new_columns_has_their_defaults(store: Store) -> None:
    """Revision 0009 adds columns: an older store's rows get what nobody set."""
    store.migrate()
    held = (Account(A, "acme", NOW), Organization("o-acme", A, "r-acme", NOW))

    def fill(transaction: Transaction) -> None:
        for entity in held:
            transaction.add(entity)

    store.write(fill)
    run(
        store,
        *(f"ALTER TABLE {table} DROP COLUMN {column}" for table, column in NEW_IN_0009),
        "UPDATE alembic_version SET version_num = '0008'",
    )
    store.migrate()
    loaded = store.load()
    assert (*loaded.all(Account), *loaded.all(Organization)) == held


def test_rows_of_before_are_added_up(store: Store) -> None:
    """Revision 0010 adds sums: a store as 0009 left it is whole, and damage shows from then on."""
    store.migrate()
    store.write(lambda t: t.add(user("a")))
    store.write(lambda t: t.add(user("b")))
    run(
        store,
        "ALTER TABLE versions DROP COLUMN digest",
        "ALTER TABLE versions DROP COLUMN named_digest",
        "ALTER TABLE changes DROP COLUMN digest",
        "ALTER TABLE changes DROP COLUMN event_id",
        "UPDATE alembic_version SET version_num = '0009'",
    )
    store.migrate()
    before = store.load()
    assert [each.name for each in before.all(User)] == ["a", "b"]
    assert Snapshot.empty().apply(*store.changes_since(Snapshot.empty())).all(User) == before.all(
        User
    )
    store.write(lambda t: t.add(user("c")))
    assert len(store.load().all(User)) == 3
    run(store, "UPDATE users SET path = '/x/' WHERE name = 'a'")
    with pytest.raises(StoreDamaged, match=f"{A} a of users"):
        store.load()


def test_a_damaged_store_is_not_migrated(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later migration would add up the rows as they are, and hide what was done to them."""
    store.migrate()
    store.write(lambda t: t.add(user("a")))
    run(
        store,
        "UPDATE users SET path = '/x/'",
        "UPDATE alembic_version SET version_num = '0009'",
    )
    monkeypatch.setattr("doorward.store.migrate._FIRST_WITH_SUMS", "0009")
    with pytest.raises(StoreDamaged, match=f"{A} a of users"):
        store.migrate()


def test_a_server_of_before_writes_no_more(store: Store) -> None:
    """It knows of no sums; on SQLite two servers cannot have one file."""
    store.migrate()
    statement = "INSERT INTO versions (scope, version) VALUES ('1', 1)"
    if store.is_prompt:
        run(store, statement)
        with pytest.raises(StoreDamaged):
            store.load()
    else:
        with pytest.raises(IntegrityError):
            run(store, statement)


def test_devices_of_before_have_a_clock_that_is_right(store: Store) -> None:
    """A store as 0005 left it, with a device, brought to what is now."""
    store.migrate()
    before = MfaDevice("arn:aws:iam::111122223333:mfa/old", "111122223333", b"s", NOW)
    store.write(lambda t: t.add(before))
    run(
        store,
        "ALTER TABLE mfa_devices DROP COLUMN drift",
        "ALTER TABLE mfa_devices DROP COLUMN certifications",
        "DROP TABLE account_quotas",
        *(f"ALTER TABLE {table} DROP COLUMN {column}" for table, column in NEW_IN_0009),
        "UPDATE alembic_version SET version_num = '0005'",
    )
    store.migrate()
    assert store.load().all(MfaDevice) == (before,)
    assert (before.drift, before.certifications) == (0, ())


def test_a_newer_schema_is_refused_and_left_alone(store: Store) -> None:
    store.migrate()
    run(store, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreIncompatible, match="9999"):
        store.migrate()
    assert tables(store) == {*METADATA.tables, "alembic_version"}


def test_several_servers_may_start_at_once(store: Store) -> None:
    url = store._engines.writing.url.render_as_string(hide_password=False)
    program = "import sys; from doorward.store import Store; Store.open(sys.argv[1]).migrate()"
    servers = [
        subprocess.Popen([sys.executable, "-c", program, url.replace("+psycopg", "")])
        for _ in range(3)
    ]
    assert [server.wait(timeout=60) for server in servers] == [0, 0, 0]
    assert tables(store) == {*METADATA.tables, "alembic_version"}


def test_row_79_a_migration_interrupted_at_any_statement_goes_on(store: Store) -> None:
    """The statement fails; what came before it is taken back, or taken up again."""
    calls = FailingCalls(store)
    interrupted = 0
    for nth in count(2, 9):
        calls.arm("refused", nth)
        try:
            store.migrate()
        except StoreUnavailable:
            interrupted += 1
            continue
        break
    calls.disarm()
    assert interrupted > 5
    assert tables(store) == {*METADATA.tables, "alembic_version"}
    store.write(lambda t: t.add(user("a")))
