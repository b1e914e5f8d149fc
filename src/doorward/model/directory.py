"""The read protocol of an estate, and the changes that one can undergo.

One protocol, several holders: ``model.snapshot.Snapshot`` in memory, ``store.directory`` in SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Protocol, TypeVar

import msgspec

from doorward.model.event import Event
from doorward.model.schema import Entity

E = TypeVar("E", bound=Entity)
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Directory(Protocol):
    """Read access to an estate. Results are values; missing is ``None`` or an empty tuple."""

    def get(self, kind: type[E], *key: str) -> E | None:
        """Return the entity of ``kind`` with this key (``SCHEMAS[kind].key``), or ``None``."""
        ...

    def find(self, kind: type[E], **fields: str) -> tuple[E, ...]:
        """Return the entities whose ``fields`` have these values, ordered by key.

        The names must be exactly those of one of ``SCHEMAS[kind].lookups``; anything else raises
        ``LookupError``: a scan is never done behind the caller's back.
        """
        ...

    def count(self, kind: type[E], **fields: str) -> int:
        """Return how many entities ``find`` would; raise ``LookupError`` as it does."""
        ...

    def all(self, kind: type[E]) -> tuple[E, ...]:
        """Return every entity of ``kind``, ordered by key."""
        ...

    def version(self, scope: str) -> int:
        """Return the version of an account or organization: 0 before its first change."""
        ...

    def derived(self, make: Callable[[Directory, K], V], key: K) -> V:
        """Return ``make(directory, key)``; a directory that cannot change may remember it.

        ``make`` must be a function of these two alone, defined once.
        """
        ...


class Put(msgspec.Struct, frozen=True, tag="put"):
    """An entity that now is as given, whether it was there before or not."""

    entity: Entity


class Remove(msgspec.Struct, frozen=True, tag="remove"):
    """An entity that is no more; the value is what it was last."""

    entity: Entity


Change = Put | Remove


def one(directory: Directory, kind: type[E], **fields: str) -> E | None:
    """Return the entity that a unique lookup finds, or ``None``."""
    found = directory.find(kind, **fields)
    return found[0] if found else None


class Transaction(Directory, Protocol):
    """Write access, inside one atomic transaction that sees its own writes.

    The work of a transaction may be run again from the start when the database reports a
    serialization failure, so it must have no effect but through these methods.
    """

    def add(self, entity: Entity) -> None:
        """Add a new entity; raise ``StoreConflict`` when its key or a unique lookup is taken."""
        ...

    def put(self, entity: Entity) -> None:
        """Replace the entity that has the same key; raise ``LookupError`` when there is none."""
        ...

    def remove(self, entity: Entity) -> None:
        """Remove the entity that has the same key; raise ``LookupError`` when there is none."""
        ...

    def append(self, event: Event) -> None:
        """Record what happened, in the same transaction as its effects."""
        ...


class EventLog(Protocol):
    """The recorded calls, in order of recording."""

    def append(self, events: tuple[Event, ...]) -> None:
        """Record calls that changed nothing (reads and denials), durably."""
        ...

    def by_request(self, request_id: str) -> Event | None:
        """Return the call with this request id, or ``None``."""
        ...

    def of_account(self, account: str, *, limit: int) -> tuple[Event, ...]:
        """Return the latest ``limit`` calls that ``account`` may read, newest first."""
        ...
