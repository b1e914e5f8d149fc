"""An estate read and changed in the database, inside one atomic transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection

from doorward.errors import StoreConflict
from doorward.model.directory import Change, Put, Remove
from doorward.model.event import Event
from doorward.model.schema import Entity
from doorward.store import feed
from doorward.store.digests import MODULUS, PER_VERSION, Sums
from doorward.store.directory import SqlDirectory
from doorward.store.event_log import record
from doorward.store.statements import ADD_CHANGES, KINDS, RAISE_VERSION, KindStatements

E = TypeVar("E", bound=Entity)


class SqlTransaction(SqlDirectory):
    """Implements ``model.directory.Transaction``; sees its own writes.

    Nothing here aborts the database's transaction: a refused write is found out by a row count, so
    the work may go on after ``StoreConflict`` on every database alike.
    """

    def __init__(self, connection: Connection) -> None:
        """Write through ``connection``, whose transaction the caller owns."""
        super().__init__(connection)
        self._changes: list[Change] = []
        self._scopes: set[str] = set()
        self._sums = Sums()
        self._event: str | None = None

    @property
    def wrote(self) -> bool:
        """Whether something would have to be taken back now."""
        return self._event is not None or bool(self._changes)

    def add(self, entity: Entity) -> None:
        """Add a new entity; raise ``StoreConflict`` when its key or a unique lookup is taken."""
        of = KINDS[type(entity)]
        statement = of.insert.on(self._connection.dialect.name)
        if self._connection.execute(statement, of.row(entity)).rowcount != 1:
            raise StoreConflict(of.kind.__name__)
        self._sums.add(of.layout, of.held(entity))
        self._note(Put(entity), entity)

    def put(self, entity: Entity) -> None:
        """Replace the entity that has the same key.

        Raises ``LookupError`` when there is none, ``StoreConflict`` when a unique lookup is taken.
        """
        of = KINDS[type(entity)]
        held = self._present(of, entity)
        old = of.entity(held)
        for fields in of.unique:
            wanted = {name: getattr(entity, name) for name in fields}
            if wanted != {name: getattr(old, name) for name in fields} and self.find(
                of.kind, **wanted
            ):
                raise StoreConflict(of.kind.__name__)
        self._connection.execute(of.update, of.row(entity) | of.key_parameters(entity))
        self._sums.add(of.layout, held, -1)
        self._sums.add(of.layout, of.held(entity))
        self._note(Put(entity), old, entity)

    def remove(self, entity: Entity) -> None:
        """Remove the entity that has the same key; raise ``LookupError`` when there is none."""
        of = KINDS[type(entity)]
        held = self._present(of, entity)
        old = of.entity(held)
        self._connection.execute(of.delete, of.key_parameters(entity))
        self._sums.add(of.layout, held, -1)
        self._note(Remove(old), old)

    def append(self, event: Event) -> None:
        """Record what happened; raise ``StoreConflict`` when the event's id is known already."""
        record(self._connection, (event,))
        self._event = event.id

    def finish(self) -> tuple[tuple[Change, ...], dict[str, int]]:
        """Raise the version of each scope that changed and write the feed.

        Returns the changes in their order, and the new versions.
        """
        versions: dict[str, int] = {}
        raise_version = RAISE_VERSION.on(self._connection.dialect.name)
        for scope in sorted(self._scopes):
            plain, named = self._sums.of(scope)
            risen = (plain + PER_VERSION) % MODULUS
            parameters = {"scope": scope, "digest": risen, "named_digest": named}
            versions[scope] = self._connection.execute(raise_version, parameters).scalar_one()
        if versions:
            body = feed.encode(self._changes)
            rows = [
                {
                    "scope": scope,
                    "version": version,
                    "body": body,
                    "digest": self._sums.of(scope)[0],
                    "event_id": self._event,
                }
                for scope, version in versions.items()
            ]
            self._connection.execute(ADD_CHANGES, rows)
        return tuple(self._changes), versions

    def _present(self, of: KindStatements, entity: Entity) -> Sequence[Any]:
        """Return the row that has the entity's key, as the database holds it now."""
        key = tuple(getattr(entity, name) for name in of.key)
        held = self.held(of, *key)
        if held is None:
            raise LookupError(f"no {of.kind.__name__} with key {key}")
        return held

    def _note(self, change: Change, *touched: Entity) -> None:
        """Remember the change, and the scopes that it leaves and comes to."""
        self._changes.append(change)
        self._scopes.update(entity.scope for entity in touched)
