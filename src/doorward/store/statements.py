"""Every statement that the store runs on entities, events and versions, built once.

Statements are values: they are compiled for a database at first use and cached by SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import (
    Delete,
    Executable,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from doorward.model.event import Event
from doorward.model.schema import SCHEMAS, Entity
from doorward.policy.partitions import COMMERCIAL
from doorward.store.columns import as_held, reader_of, writer_of
from doorward.store.digests import MODULUS, Layout
from doorward.store.tables import CHANGES, EVENT_READERS, EVENTS, TABLES, VERSIONS

Row = dict[str, Any]

SUPPOSED: Mapping[str, str | None] = {"partition": COMMERCIAL, "restricts_public": None}
"""Fields that no table has, last in their entities, and the one value that they may have there:
what is served is in the partition ``aws``, and has no buckets of its own. Other values are read
from files alone."""


class PerDatabase(msgspec.Struct, frozen=True):
    """A statement that the databases spell alike but SQLAlchemy builds for each."""

    sqlite: Executable
    postgresql: Executable

    def on(self, dialect: str) -> Executable:
        """Return the statement for the database named ``sqlite`` or ``postgresql``."""
        return self.sqlite if dialect == "sqlite" else self.postgresql


def _insert_if_absent(table: Table) -> PerDatabase:
    """Insert unless a key or unique value is taken: the row count tells, and nothing aborts."""
    return PerDatabase(
        sqlite.insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True),
        postgresql.insert(table)
        .on_conflict_do_nothing()
        .execution_options(preserve_rowcount=True),
    )


def _where(table: Table, names: tuple[str, ...]) -> list[Any]:
    """Conditions that columns equal parameters, which are named ``at_`` and the column."""
    return [table.c[name] == bindparam(f"at_{name}") for name in names]


class KindStatements:
    """The statements for one kind of entity."""

    def __init__(self, kind: type[Any]) -> None:
        schema, table = SCHEMAS[kind], TABLES[kind]
        every = tuple(field.name for field in msgspec.structs.fields(kind))
        fields = tuple(name for name in every if name not in SUPPOSED)
        derived = (column.name for column in table.columns if column.name not in fields)
        columns = (*fields, *derived)
        selected = select(*(as_held(table.c[name]) for name in columns))
        self.kind = kind
        self.key = schema.key
        self.key_of: Callable[[Any], Any] = attrgetter(*schema.key)
        self.unique = tuple(lookup.fields for lookup in schema.lookups if lookup.unique)
        self.all: Select[Any] = selected
        self.get: Select[Any] = selected.where(*_where(table, schema.key))
        self.find: dict[frozenset[str], Select[Any]] = {
            frozenset(lookup.fields): selected.where(*_where(table, lookup.fields))
            for lookup in schema.lookups
        }
        self.count: dict[frozenset[str], Select[Any]] = {
            frozenset(lookup.fields): select(func.count())
            .select_from(table)
            .where(*_where(table, lookup.fields))
            for lookup in schema.lookups
        }
        self.insert = _insert_if_absent(table)
        self.update: Update = (
            update(table)
            .where(*_where(table, schema.key))
            .values({name: bindparam(name) for name in columns if name not in schema.key})
        )
        self.delete: Delete = delete(table).where(*_where(table, schema.key))
        self.layout = Layout(table.name, columns, schema.key)
        self._columns = columns
        self._supposed = tuple(name for name in every if name in SUPPOSED)
        self._fields = len(fields)
        self._readers = tuple(
            (place, reader)
            for place, name in enumerate(fields)
            if (reader := reader_of(table.c[name])) is not None
        )
        self._writers = tuple(writer_of(table.c[name]) for name in columns)

    def lookup(
        self, statements: dict[frozenset[str], Select[Any]], fields: Mapping[str, str]
    ) -> Select[Any]:
        """Return the one of ``statements`` for these fields; raise ``LookupError`` for none."""
        statement = statements.get(frozenset(fields))
        if statement is None:
            raise LookupError(f"{self.kind.__name__} has no lookup by {tuple(sorted(fields))}")
        return statement

    def entity(self, held: Sequence[Any]) -> Any:  # noqa: ANN401 (of the kind)
        """Return the entity that a row is of, whose values are as the database holds them."""
        values = list(held[: self._fields])
        for place, read in self._readers:
            if values[place] is not None:
                values[place] = read(values[place])
        return self.kind(*values)

    def held(self, entity: Entity) -> tuple[Any, ...]:
        """Return the entity's row as the database holds it when this program writes it."""
        return tuple(
            value if write is None or value is None else write(value)
            for value, write in (
                (getattr(entity, name), write)
                for name, write in zip(self._columns, self._writers, strict=True)
            )
        )

    def row(self, entity: Entity) -> Row:
        """Return the entity's columns by name; ``ValueError`` if it is not as is ``SUPPOSED``."""
        for name in self._supposed:
            if getattr(entity, name) != SUPPOSED[name]:
                raise ValueError(f"the {name} of what is stored has to be {SUPPOSED[name]}")
        return {name: getattr(entity, name) for name in self._columns}

    def key_parameters(self, entity: Entity) -> Row:
        """Return the parameters of ``get``, ``update`` and ``delete`` for the entity's key."""
        return {f"at_{name}": getattr(entity, name) for name in self.key}


KINDS: dict[type[Any], KindStatements] = {kind: KindStatements(kind) for kind in SCHEMAS}

VERSION = select(VERSIONS.c.version).where(*_where(VERSIONS, ("scope",)))
ALL_VERSIONS = select(VERSIONS.c.scope, VERSIONS.c.version)
ALL_SUMS = select(VERSIONS.c.scope, VERSIONS.c.version, VERSIONS.c.digest)

_FIRST_VERSION = {
    "scope": bindparam("scope"),
    "version": 1,
    "digest": bindparam("digest"),
    "named_digest": bindparam("named_digest"),
}


def _raise_version(insert: Any) -> Executable:  # noqa: ANN401 (an insert of one of the databases)
    """Insert the first version, or raise the one that is there."""
    new = insert.excluded
    raised: Executable = (
        insert.values(_FIRST_VERSION)
        .on_conflict_do_update(
            index_elements=["scope"],
            set_={
                "version": VERSIONS.c.version + 1,
                "digest": (VERSIONS.c.digest + new.digest) % MODULUS,
                "named_digest": (VERSIONS.c.named_digest + new.named_digest) % MODULUS,
            },
        )
        .returning(VERSIONS.c.version)
    )
    return raised


RAISE_VERSION = PerDatabase(
    _raise_version(sqlite.insert(VERSIONS)), _raise_version(postgresql.insert(VERSIONS))
)
"""Count a scope's version up, from nothing to 1 at first; the new version is its result.

``digest`` and ``named_digest`` are added to its sums (``store.digests``).
"""

ADD_CHANGES = CHANGES.insert()
CHANGES_AFTER = select(CHANGES.c.body, CHANGES.c.digest).where(
    CHANGES.c.scope == bindparam("at_scope"), CHANGES.c.version > bindparam("known")
)

EVENT_FIELDS = tuple(field.name for field in msgspec.structs.fields(Event))
_EVENT = select(*(EVENTS.c[name] for name in EVENT_FIELDS))


def _for_drivers(table: Table, ending: str = "") -> Mapping[str, str]:
    """Return the text that inserts whole rows, by database, with its driver's marks."""
    return {
        dialect: f"INSERT INTO {table.name} ({', '.join(table.c.keys())})"  # noqa: S608 - ours
        f" VALUES ({', '.join([mark] * len(table.c))}){ending}"
        for dialect, mark in (("sqlite", "?"), ("postgresql", "%s"))
    }


ADD_EVENT = _for_drivers(EVENTS, " ON CONFLICT DO NOTHING")
ADD_EVENT_READER = _for_drivers(EVENT_READERS)
EVENT_OF_REQUEST = (
    _EVENT.where(*_where(EVENTS, ("request_id",))).order_by(EVENTS.c.time, EVENTS.c.id).limit(1)
)
EVENTS_OF_ACCOUNT = (
    _EVENT.join_from(EVENT_READERS, EVENTS, EVENT_READERS.c.event_id == EVENTS.c.id)
    .where(*_where(EVENT_READERS, ("account",)))
    .order_by(EVENT_READERS.c.time.desc(), EVENT_READERS.c.event_id.desc())
    .limit(bindparam("most"))
)
EVENTS_OF_PRINCIPAL = EVENTS_OF_ACCOUNT.where(EVENTS.c.principal == bindparam("at_principal"))
