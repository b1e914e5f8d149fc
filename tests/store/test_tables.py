"""The tables hold exactly what the schema of entities says, and the migrations make the tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import NoneType
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Boolean, LargeBinary, Table, UniqueConstraint, inspect

from doorward.model.event import Event
from doorward.model.organization import Account
from doorward.model.report import Report
from doorward.model.schema import SCHEMAS
from doorward.model.use import Use
from doorward.store import Store
from doorward.store.columns import Instant, Words
from doorward.store.statements import SUPPOSED
from doorward.store.tables import EVENTS, METADATA, REPORTS, TABLES, USES
from tests.store.places import postgresql_database

KINDS = pytest.mark.parametrize("kind", SCHEMAS, ids=lambda kind: kind.__name__)
HOLDERS = [*TABLES.items(), (Event, EVENTS), (Use, USES), (Report, REPORTS)]


def unique_columns(table: Table) -> set[tuple[str, ...]]:
    return {
        tuple(column.name for column in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    }


def test_every_kind_has_a_table() -> None:
    assert set(TABLES) == set(SCHEMAS)


@KINDS
def test_key_and_unique_lookups_are_constraints(kind: type) -> None:
    schema, table = SCHEMAS[kind], TABLES[kind]
    assert tuple(column.name for column in table.primary_key.columns) == schema.key
    assert unique_columns(table) == {x.fields for x in schema.lookups if x.unique}


@KINDS
def test_other_lookups_are_indexes_or_begin_the_key(kind: type) -> None:
    schema, table = SCHEMAS[kind], TABLES[kind]
    indexed = {tuple(column.name for column in index.columns) for index in table.indexes}
    assert indexed == {
        lookup.fields
        for lookup in schema.lookups
        if not lookup.unique and schema.key[: len(lookup.fields)] != lookup.fields
    }
    assert not any(index.unique for index in table.indexes)


@pytest.mark.parametrize(("kind", "table"), HOLDERS, ids=lambda x: getattr(x, "name", ""))
def test_columns_are_the_fields_and_what_lookups_derive(kind: type[Any], table: Table) -> None:
    hints = get_type_hints(kind)
    fields = {field.name for field in msgspec.structs.fields(kind)} - SUPPOSED.keys()
    schema = SCHEMAS.get(kind)
    looked_up = {*schema.key, *(f for x in schema.lookups for f in x.fields)} if schema else set()
    assert {column.name for column in table.columns} == fields | looked_up
    for column in table.columns:
        hint = hints.get(column.name, str)
        optional = NoneType in get_args(hint)
        assert column.nullable == optional, column
        plain = next(part for part in get_args(hint) if part is not NoneType) if optional else hint
        assert (plain is str) == isinstance(column.type, Words), column
        assert (plain is bool) == isinstance(column.type, Boolean), column
        assert (plain is bytes) == isinstance(column.type, LargeBinary), column
        assert (plain.__name__ == "datetime") == isinstance(column.type, Instant), column


def test_no_number_is_given_by_the_database() -> None:
    for table in METADATA.tables.values():
        for column in table.columns:
            assert column.server_default is None
            assert column.autoincrement in (False, "auto")
            assert column.name != "id" or isinstance(column.type, Words)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a place without a schema."""
    if request.param == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('tmp_path')}/doorward.db"
    else:
        server = request.getfixturevalue("postgresql")
        with postgresql_database(server) as database:
            yield database


def test_the_migrations_make_the_tables(url: str) -> None:
    store = Store.open(url)
    store.migrate()
    with store._engines.reading.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
        there = inspect(connection)
        for table in METADATA.tables.values():
            key = there.get_pk_constraint(table.name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key.columns]
    store.close()


def test_what_is_stored_is_of_the_partition_aws(url: str) -> None:
    """Of a field that no table has, no other value is lost: it is refused."""
    store = Store.open(url)
    store.migrate()
    elsewhere = Account(
        "111122223333", "gov", datetime(2026, 1, 1, tzinfo=UTC), partition="aws-us-gov"
    )
    with pytest.raises(ValueError, match="partition"):
        store.write(lambda transaction: transaction.add(elsewhere))
    assert store.load().all(Account) == ()
    store.close()
