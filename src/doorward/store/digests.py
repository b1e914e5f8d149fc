"""What tells whether the rows of an estate are those that were written: none altered, none lost.

Beside the version of each account and organization stand two sums over its rows in all tables of
entities. A transaction adds what it writes and takes off what it removes, in the statement that
raises the version, so they cost no statement of their own. Who reads the whole estate adds up
again and compares: a row altered, lost or come from nowhere shows, wherever the damage is.

The first sum is of the rows' digests, and of the version. In the second each digest counts as
often as the digest of the row's table and key says: when one row alone is not as it was written,
the differences of both sums name it, even if it is gone.

They are no seal. Who can write to the database can write the sums, too.

Digests are of values as the database holds them, so a program whose tables have other columns can
still look at a store before it migrates it. A migration that alters a table of entities ends with
``write_anew``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from operator import itemgetter
from typing import Any, Final

import msgspec
from sqlalchemy import Boolean, Connection, column, inspect, select, table, update
from sqlalchemy.types import NullType

from doorward.model.schema import SCHEMAS
from doorward.store.tables import CHANGES, TABLES, VERSIONS

MODULUS: Final = 2**61 - 1
"""Sums are modulo this prime, so that two of them can be added as eight-byte numbers."""

PER_VERSION: Final = 1_111_111_111_111_111_111
"""What each version adds to the first sum, so that an altered version shows as well."""

_SHOWN = 5
_encode = msgspec.msgpack.Encoder().encode


def _digest(value: Any) -> int:  # noqa: ANN401 (texts, numbers, bytes)
    """Return an eight-byte number that depends on every byte of ``value``."""
    return int.from_bytes(sha256(_encode(value)).digest()[:8])


def name_digest(table: str, key: Sequence[str]) -> int:
    """Return the digest of a row's name: its table and key."""
    return _digest((table, *key)) % MODULUS


class Layout:
    """Where in the rows of a table of entities its columns stand, whatever their order."""

    def __init__(self, table: str, columns: Sequence[str], key: Sequence[str]) -> None:
        """Say which columns rows have, in their order, and which of them are the key."""
        at = {name: place for place, name in enumerate(columns)}
        self.table = str(table)  # SQLAlchemy has a kind of text of its own
        self._sorted = itemgetter(*(at[name] for name in sorted(columns)))
        self._key = tuple(at[name] for name in key)
        scope = ("account",) if "account" in at else ("organization_id", "id")
        places = tuple(at[name] for name in scope if name in at)
        self.scope: Callable[[Sequence[Any]], str] = (
            itemgetter(*places) if len(places) == 1 else partial(_first, places)
        )
        """Return the account or organization that a row belongs to, as its entity's ``scope``."""

    def digest(self, row: Sequence[Any]) -> int:
        """Return the digest of a row."""
        return _digest((self.table, self._sorted(row)))

    def key(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """Return the key of a row."""
        return tuple(row[place] for place in self._key)


def _first(places: tuple[int, ...], row: Sequence[Any]) -> str:
    """Return the first of some values of a row that is there."""
    return next((row[place] for place in places if row[place] is not None), "")


class Sums:
    """Digests of rows, added up by account and organization."""

    __slots__ = ("named", "plain")

    def __init__(self) -> None:
        self.plain: dict[str, int] = {}
        self.named: dict[str, int] = {}

    def add(self, layout: Layout, row: Sequence[Any], sign: int = 1) -> None:
        """Count a row in both sums; with the sign -1, take it off."""
        scope, digest = layout.scope(row), sign * layout.digest(row)
        weight = name_digest(layout.table, layout.key(row))
        self.plain[scope] = self.plain.get(scope, 0) + digest
        self.named[scope] = self.named.get(scope, 0) + digest * weight

    def add_plain(self, layout: Layout, rows: Iterable[Sequence[Any]]) -> None:
        """Count many rows in the first sum alone."""
        plain, digest, scope_of = self.plain, layout.digest, layout.scope
        for row in rows:
            scope = scope_of(row)
            plain[scope] = plain.get(scope, 0) + digest(row)

    def of(self, scope: str) -> tuple[int, int]:
        """Return both sums of an account or organization."""
        return self.plain.get(scope, 0) % MODULUS, self.named.get(scope, 0) % MODULUS

    def agree(self, versions: Iterable[tuple[str, int, int]]) -> bool:
        """Tell whether the first sums are those written: each scope, its version, its sum."""
        written = {scope: _without(version, digest) for scope, version, digest in versions}
        return all(
            self.plain.get(scope, 0) % MODULUS == written.get(scope, 0)
            for scope in self.plain.keys() | written.keys()
        )


def _whole(value: Any) -> int:  # noqa: ANN401 (a damaged column may hold anything)
    """Return a number; of what is none, another one than was written."""
    return value if isinstance(value, int) else _digest(value)


def _without(version: Any, digest: Any) -> int:  # noqa: ANN401 (as above)
    """Return the first sum, as it was written, without what the version adds to it."""
    return (_whole(digest) - PER_VERSION * _whole(version)) % MODULUS


def altered(connection: Connection) -> tuple[str, ...]:
    """Return, in words, what is not as it was written: nothing, or a line for each scope.

    Names rows by table and key, and never shows what is in them.
    """
    tables = _tables(connection)
    found = _added_up(connection, tables)
    rows = connection.execute(
        select(VERSIONS.c.scope, VERSIONS.c.version, VERSIONS.c.digest, VERSIONS.c.named_digest)
    ).all()
    written = {scope: (_without(v, digest), _whole(named)) for scope, v, digest, named in rows}
    off = {}
    for scope in found.plain.keys() | written.keys():
        have, want = found.of(scope), written.get(scope, (0, 0))
        plain, named = ((w - h) % MODULUS for w, h in zip(want, have, strict=True))
        if plain:
            off[scope] = named * pow(plain, -1, MODULUS) % MODULUS
    if not off:
        return ()
    there = {name_digest(*name): name for name in _names_there(connection, tables)}
    once = {name_digest(*name): name for name in _names_in_feed(connection)}
    return tuple(
        f"{scope}: {_told(weight, there, once)}" for scope, weight in sorted(off.items(), key=str)
    )


def damage(connection: Connection, otherwise: str) -> str:
    """Return a message that says what was altered; ``otherwise`` if no sum shows it."""
    found = altered(connection)
    shown = "; ".join(found[:_SHOWN]) + ("; and more" if len(found) > _SHOWN else "")
    return f"the store is damaged: {shown or otherwise}; bring it back from a backup"


def write_anew(connection: Connection) -> None:
    """Write the sums of the rows as they are; for the end of a migration that alters tables."""
    found = _added_up(connection, _tables(connection))
    for scope, version in connection.execute(select(VERSIONS.c.scope, VERSIONS.c.version)).all():
        plain, named = found.of(scope)
        connection.execute(
            update(VERSIONS)
            .where(VERSIONS.c.scope == scope)
            .values(digest=(plain + PER_VERSION * version) % MODULUS, named_digest=named)
        )


_Name = tuple[str, Sequence[str]]


def _told(weight: int, there: Mapping[int, _Name], once: Mapping[int, _Name]) -> str:
    """Say which row is not as it was written, by what the sums say of it."""
    name = there.get(weight) or once.get(weight)
    if name is None:
        return "rows are not those that were written, or their sum is not"
    table, key = name
    said = "is not as it was written" if weight in there else "is gone"
    return f"the row {' '.join(map(str, key))} of {table} {said}"


def _tables(connection: Connection) -> list[tuple[Layout, Any]]:
    """Return each table of entities that is there, with a statement that reads all of its rows."""
    keys = {of.name: SCHEMAS[kind].key for kind, of in TABLES.items()}
    there = inspect(connection).get_multi_columns(filter_names=list(keys))
    found = []
    for (_, name), columns in there.items():
        if not columns:
            continue
        types = {each["name"]: each["type"] for each in columns}
        plain = (
            column(each, type_ if isinstance(type_, Boolean) else NullType())
            for each, type_ in types.items()
        )
        layout = Layout(name, tuple(types), keys[name])
        found.append((layout, select(*plain).select_from(table(name))))
    return found


def _added_up(connection: Connection, tables: Iterable[tuple[Layout, Any]]) -> Sums:
    """Add up the rows of every table, whatever columns it has now."""
    sums = Sums()
    for layout, everything in tables:
        for row in connection.execute(everything):
            sums.add(layout, row)
    return sums


def _names_there(connection: Connection, tables: Iterable[tuple[Layout, Any]]) -> Iterator[_Name]:
    """Yield the name of every row."""
    for layout, everything in tables:
        for row in connection.execute(everything):
            yield layout.table, layout.key(row)


def _names_in_feed(connection: Connection) -> Iterator[_Name]:
    """Yield the name of every row that a change touched, as far as the feed can be read."""
    tables = {kind.__name__: str(of.name) for kind, of in TABLES.items()}
    for body in connection.execute(select(CHANGES.c.body)).scalars():
        try:
            touched = msgspec.json.decode(body, type=list[tuple[str, ...]])
        except msgspec.MsgspecError:
            continue
        for kind, *key in touched:
            if kind in tables:
                yield tables[kind], key
