"""An estate read from the database, inside one read transaction."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from operator import itemgetter
from typing import Any, TypeVar, cast

from sqlalchemy import Connection

from doorward.model.directory import Directory
from doorward.model.schema import SCHEMAS, Entity
from doorward.store.statements import ALL_VERSIONS, KINDS, VERSION, KindStatements

E = TypeVar("E", bound=Entity)
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def _ordered(of: KindStatements, rows: Any) -> tuple[Any, ...]:  # noqa: ANN401 (SQLAlchemy rows)
    """Make entities of rows, ordered by key as Python orders text.

    The database does not order them: its collation is not ours to choose.
    """
    entities = [of.kind(*row) for row in rows]
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
        if len(key) != len(of.key):
            raise LookupError(f"the key of {kind.__name__} is {of.key}, not {key}")
        parameters = {f"at_{name}": value for name, value in zip(of.key, key, strict=True)}
        row = self._connection.execute(of.get, parameters).first()
        return None if row is None else kind(*row)

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

    def entities(self) -> list[Entity]:
        """Return everything, in no order."""
        found: list[Entity] = []
        for kind in SCHEMAS:
            found.extend(kind(*row) for row in self._connection.execute(KINDS[kind].all))
        return found
