"""An estate read from the database, inside one read transaction."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from operator import itemgetter
from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import Connection

from doorward.errors import StoreDamaged
from doorward.model.directory import Directory
from doorward.model.schema import SCHEMAS, Entity
from doorward.store.digests import Sums, damage
from doorward.store.statements import (
    ALL_SUMS,
    ALL_VERSIONS,
    CHANGES_AFTER,
    KINDS,
    VERSION,
    KindStatements,
)

E = TypeVar("E", bound=Entity)
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def _ordered(of: KindStatements, rows: Any) -> tuple[Any, ...]:  # noqa: ANN401 (SQLAlchemy rows)
    """Make entities of rows, ordered by key as Python orders text.

    The database does not order them: its collation is not ours to choose.
    """
    entities = [of.entity(row) for row in rows]
    entities.sort(key=of.key_of)
    return tuple(entities)


class SqlDirectory:
    """Implements ``model.directory.Directory`` on one database connection."""

    def __init__(self, connection: Connection) -> None:
        """Read through ``connection``, whose transaction the caller owns."""
        self._connection = connection

    def get(self, kind: type[E], *key: str) -> E | None:
        """Return the entity of ``kind`` with this key, or ``None``."""
        of = KINDS[kind]
        held = self.held(of, *key)
        return None if held is None else cast("E", of.entity(held))

    def held(self, of: KindStatements, *key: str) -> Sequence[Any] | None:
        """Return the row with this key as the database holds it, or ``None``."""
        if len(key) != len(of.key):
            raise LookupError(f"the key of {of.kind.__name__} is {of.key}, not {key}")
        parameters = {f"at_{name}": value for name, value in zip(of.key, key, strict=True)}
        return self._connection.execute(of.get, parameters).first()

    def find(self, kind: type[E], **fields: str) -> tuple[E, ...]:
        """Return the entities whose ``fields`` have these values, ordered by key."""
        of = KINDS[kind]
        parameters = {f"at_{name}": value for name, value in fields.items()}
        rows = self._connection.execute(of.lookup(of.find, fields), parameters).all()
        return _ordered(of, rows)

    def count(self, kind: type[E], **fields: str) -> int:
        """Return how many entities ``find`` would."""
        of = KINDS[kind]
        parameters = {f"at_{name}": value for name, value in fields.items()}
        found = self._connection.execute(of.lookup(of.count, fields), parameters).scalar_one()
        return cast("int", found)

    def all(self, kind: type[E]) -> tuple[E, ...]:
        """Return every entity of ``kind``, ordered by key."""
        of = KINDS[kind]
        rows = self._connection.execute(of.all).all()
        return _ordered(of, rows)

    def version(self, scope: str) -> int:
        """Return the version of an account or organization: 0 before its first change."""
        found = self._connection.execute(VERSION, {"at_scope": scope}).scalar()
        return 0 if found is None else cast("int", found)

    def derived(self, make: Callable[[Directory, K], V], key: K) -> V:
        """Return ``make(self, key)``; the database may change, so it is made every time."""
        return make(self, key)

    def versions(self) -> dict[str, int]:
        """Return the version of every scope that ever changed."""
        rows = self._connection.execute(ALL_VERSIONS).all()
        return dict(map(itemgetter(0, 1), rows))

    def changes_after(self, scope: str, known: int) -> Sequence[Any]:
        """Return the changes of a scope since a version: of each its body and its digest."""
        parameters = {"at_scope": scope, "known": known}
        return self._connection.execute(CHANGES_AFTER, parameters).all()

    def estate(self) -> tuple[list[Entity], dict[str, int]]:
        """Return everything, in no order, and the version of each scope.

        Raises ``StoreDamaged`` when it is not what was written.
        """
        found: list[Entity] = []
        sums = Sums()
        try:
            for kind in SCHEMAS:
                of = KINDS[kind]
                rows = self._connection.execute(of.all).all()
                sums.add_plain(of.layout, rows)
                found.extend(map(of.entity, rows))
        except (ValueError, TypeError, OverflowError, msgspec.MsgspecError) as error:
            why = f"a value is not what was written ({type(error).__name__})"
            raise StoreDamaged(damage(self._connection, why)) from error
        written = self._connection.execute(ALL_SUMS).all()
        if not sums.agree((scope, version, digest) for scope, version, digest in written):
            raise StoreDamaged(damage(self._connection, "its sums are not those of its rows"))
        return found, {scope: version for scope, version, _ in written}
