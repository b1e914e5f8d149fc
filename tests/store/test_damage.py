"""Catalogue row 77: what is changed in a store behind Doorward's back.

Whatever decisions are made from is refused when it is not as it was written, in the store's own
words and by the name of the row: in every column of every table, on both databases, and wherever a
byte of the file changes.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from sqlalchemy import Boolean, Column, Connection, LargeBinary, text

from doorward.errors import ConfigurationError, StoreDamaged, StoreError, StoreUnavailable
from doorward.model.directory import Transaction
from doorward.model.identity import Attachment, User
from doorward.model.schema import SCHEMAS
from doorward.model.snapshot import Snapshot
from doorward.store import Store
from doorward.store.columns import Choice, Json, Words
from doorward.store.digests import altered
from doorward.store.directory import SqlDirectory
from doorward.store.statements import KINDS
from doorward.store.tables import TABLES
from doorward.usecases.backup import back_up
from doorward.usecases.clock import system_clock
from doorward.usecases.live import Live
from tests.acceptance.crash.invariants import differences
from tests.store.estates import NOW, ONE_OF_EACH, A, call
from tests.store.places import postgresql_database

PAGE = 8192
FLIPS = 40
ATTACHED = next(each for each in ONE_OF_EACH if isinstance(each, Attachment))


def fill(store: Store) -> None:
    """Write one of everything, each in a transaction of its own, and as many events."""
    store.migrate()
    for number, entity in enumerate(ONE_OF_EACH):
        store.write(lambda t, entity=entity: t.add(entity))  # type: ignore[misc]
        store.events.append((call(f"e{number}"),))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one of everything, closed."""
    file = tmp_path_factory.mktemp("whole") / "doorward.db"
    make_whole(file)
    return file


def make_whole(file: Path) -> None:
    """Make a store with one of everything, and close it."""
    store = Store.open(f"sqlite:///{file}")
    fill(store)
    store.close()


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def kept(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A store with one of everything, which stays so."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('kept') / 'doorward.db'}"
        else:
            server = request.getfixturevalue("postgresql")
            url = stack.enter_context(postgresql_database(server))
        store = Store.open(url)
        fill(store)
        yield store
        store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a store of the test's own is, with one of everything."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path}/doorward.db"
        else:
            server = request.getfixturevalue("postgresql")
            url = stack.enter_context(postgresql_database(server))
        store = Store.open(url)
        store.migrate()
        store.write(add_all)
        store.close()
        yield url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()


def add_all(transaction: Transaction) -> None:
    for entity in ONE_OF_EACH:
        transaction.add(entity)


def read(file: Path) -> Snapshot:
    """Read a store as a server does when it starts."""
    store = Store.open(f"sqlite:///{file}", exclusive=True)
    try:
        store.migrate()
        return store.load()
    finally:
        store.close()


def refusal(connection: Connection, change: str, **values: Any) -> str:
    """Return what a server says that starts on what a statement left; the statement is undone."""
    assert connection.execute(text(change), values).rowcount > 0, change
    try:
        with pytest.raises(StoreDamaged) as refused:
            SqlDirectory(connection).estate()
        return str(refused.value)
    finally:
        connection.rollback()


def another(column: Column[Any]) -> str:
    """Return another value than a column has: of a text the last letter, of a number the next."""
    name = column.name
    if isinstance(column.type, Boolean):
        return f"NOT {name}"
    if isinstance(column.type, LargeBinary):
        return ":bytes"
    if isinstance(column.type, (Words, Choice, Json)):
        kept = f"substr({name}, 1, length({name}) - 1)"
        return f"CASE WHEN length({name}) > 0 THEN {kept} ELSE '' END || '~'"
    return f"coalesce({name}, 0) + 1"


def test_row_77_another_value_in_any_column_of_any_table_is_refused(kept: Store) -> None:
    tried = 0
    with kept._engines.writing.connect() as connection:
        for kind, table in TABLES.items():
            for column in table.columns:
                change = f"UPDATE {table.name} SET {column.name} = {another(column)}"  # noqa: S608
                values = {"bytes": b"another"} if ":bytes" in change else {}
                said = refusal(connection, change, **values)
                if column.name not in {*SCHEMAS[kind].key, "account", "organization_id"}:
                    row = connection.execute(KINDS[kind].all).one()
                    key = " ".join(KINDS[kind].layout.key(row))
                    assert f"the row {key} of {table.name} is not as it was written" in said
                tried += 1
        assert altered(connection) == ()
    assert tried == sum(len(table.columns) for table in TABLES.values())
    kept.load()


def test_row_77_a_row_that_is_gone_or_there_twice_is_refused(kept: Store) -> None:
    with kept._engines.writing.connect() as connection:
        for kind, table in TABLES.items():
            columns = ", ".join(each.name for each in table.columns)
            changed = {*SCHEMAS[kind].key, *(f for x in SCHEMAS[kind].lookups for f in x.fields)}
            twice = ", ".join(
                f"{each.name} || '2'" if each.name in changed else each.name
                for each in table.columns
            )
            said = refusal(connection, f"DELETE FROM {table.name}")  # noqa: S608
            assert f"of {table.name} is gone" in said, said
            insert = f"INSERT INTO {table.name} ({columns}) SELECT {twice} FROM {table}"  # noqa: S608
            refusal(connection, insert)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE versions SET version = version + 1",
        "UPDATE versions SET digest = digest + 1",
        "UPDATE versions SET scope = '2' WHERE scope = '111122223333'",
        "DELETE FROM versions WHERE scope = '111122223333'",
    ],
)
def test_row_77_the_sums_are_looked_after_too(kept: Store, change: str) -> None:
    with kept._engines.writing.connect() as connection:
        refusal(connection, change)


def test_row_77_nothing_that_is_stored_is_shown(kept: Store) -> None:
    change = "UPDATE inline_policies SET document = 'a secret', name = 'b'"
    with kept._engines.writing.connect() as connection:
        said = refusal(connection, change)
    assert "secret" not in said
    assert A in said
    assert "bring it back from a backup" in said


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM attachments",
        "UPDATE attachments SET policy_arn = 'arn:aws:iam::aws:policy/AdministratorAccess'",
        "UPDATE changes SET body = replace(body, 'ATTACHMENT', 'ATTACHMEMT')",
    ],
)
def test_row_77_who_follows_the_store_refuses_too(url: str, change: str) -> None:
    """A change that another process wrote is damaged before this one reads it."""
    reader, writer = Store.open(url), Store.open(url)
    try:
        before = reader.load()
        later = Attachment(A, "AIDAANA", f"arn:aws:iam::{A}:policy/ATTACHMENT", 4)
        writer.write(lambda t: t.add(later))
        with writer._engines.writing.begin() as connection:
            if "DELETE" not in change and "changes" not in change:
                change += f" WHERE policy_arn = '{later.policy_arn}'"
            assert connection.execute(text(change)).rowcount > 0
        with pytest.raises(StoreDamaged):
            reader.changes_since(before)
    finally:
        reader.close()
        writer.close()


def test_row_77_a_damaged_feed_alone_is_gone_around(url: str) -> None:
    """The rows are whole: a server that follows reads them all anew, and goes on."""
    shared, writer = Store.open(url), Store.open(url)
    live = Live(shared, alone=False, clock=system_clock)
    try:
        writer.write(lambda t: t.remove(ATTACHED))
        with writer._engines.writing.begin() as connection:
            connection.execute(text("UPDATE changes SET body = '[]'"))
        with pytest.raises(StoreDamaged):
            shared.changes_since(live._snapshot)
        live._caught_up()
        assert live._snapshot.all(Attachment) == ()
    finally:
        live.close()
        shared.close()
        writer.close()


def test_row_77_a_change_of_what_is_damaged_does_not_hide_it(store: Store) -> None:
    """A program reads a damaged row, changes another field of it, and writes it back."""
    with store._engines.writing.begin() as connection:
        connection.execute(text("UPDATE users SET path = '/damaged/'"))

    def work(transaction: Transaction) -> None:
        (found,) = transaction.find(User, account=A)
        transaction.put(msgspec.structs.replace(found, tags=()))

    store.write(work)
    with pytest.raises(StoreDamaged, match="of users is not as it was written"):
        store.load()


def test_row_77_a_damaged_store_is_not_backed_up(store: Store, tmp_path: Path) -> None:
    with store._engines.writing.begin() as connection:
        connection.execute(text("UPDATE users SET path = '/damaged/'"))
    with pytest.raises(StoreDamaged):
        back_up(store, tmp_path / "backup", NOW)
    assert not (tmp_path / "backup").exists()


def flips(content: bytes, chance: Random) -> Iterator[int]:
    """Yield places in a store's file: one in each page, and in each text that an entity has."""
    for page in range(0, len(content), PAGE):
        yield page + chance.randrange(PAGE if page else PAGE - 100) + (0 if page else 100)
    for entity in ONE_OF_EACH:
        of = KINDS[type(entity)]
        for value in of.held(entity):
            if isinstance(value, (str, bytes)) and len(value) > 3:
                written = value.encode() if isinstance(value, str) else value
                at = content.find(written)
                while at != -1:
                    yield at + chance.randrange(len(written))
                    at = content.find(written, at + len(written) + 4 * PAGE)


def flipped(whole: Path, folder: Path, times: int) -> Counter[str]:
    """Change a bit at many places of a store's file, one at a time; return how each ended."""
    expected, chance, ended = read(whole), Random(77), Counter[str]()
    content = whole.read_bytes()
    places = sorted(set(flips(content, chance)))
    chosen = chance.sample(places, min(times, len(places)))
    chosen += [chance.randrange(100, len(content)) for _ in range(times - len(chosen))]
    for at in chosen:
        changed = bytearray(content)
        changed[at] ^= 1 << chance.randrange(8)
        with tempfile.TemporaryDirectory(dir=folder) as place:
            file = Path(place) / "doorward.db"
            file.write_bytes(changed)
            try:
                found = read(file)
            except StoreUnavailable:
                ended["unavailable"] += 1
            except (StoreError, ConfigurationError):
                ended["refused"] += 1
            else:
                assert list(differences(found, expected)) == [], f"byte {at}"
                ended["is the same"] += 1
    return ended


def test_row_77_a_byte_changed_anywhere_is_refused_or_changes_nothing(
    whole: Path, tmp_path: Path
) -> None:
    """At ten thousand places: ``dev.py rows 77``."""
    ended = flipped(whole, tmp_path, FLIPS)
    assert ended["refused"] > FLIPS // 6, ended
    assert ended["is the same"] > 0, ended


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE access_keys SET status = 'Actjve'",
        "UPDATE users SET tags = '[[\"a\",1]]'",
        "UPDATE users SET created = 'x'",
        "UPDATE users SET created = 9223372036854775807",
        "UPDATE versions SET digest = 'x'",
    ],
)
def test_row_77_what_no_column_can_hold_is_refused(
    whole: Path, tmp_path: Path, damage: str
) -> None:
    file = Path(shutil.copyfile(whole, tmp_path / "doorward.db"))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(damage)
        connection.commit()
    with pytest.raises(StoreDamaged, match="damaged"):
        read(file)
