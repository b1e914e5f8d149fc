"""The read protocol of an estate, and the changes that one can undergo.

One protocol, several holders: ``model.snapshot.Snapshot`` in memory, ``store.directory`` in SQL.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

import msgspec

from doorward.model.schema import Entity

E = TypeVar("E", bound=Entity)


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

    def all(self, kind: type[E]) -> tuple[E, ...]:
        """Return every entity of ``kind``, ordered by key."""
        ...

    def version(self, scope: str) -> int:
        """Return the version of an account or organization: 0 before its first change."""
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
