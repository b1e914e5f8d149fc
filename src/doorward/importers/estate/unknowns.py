"""What is left of entities of which files say different things, and which of two is newer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from doorward.importers.estate.source import UNKNOWN, unknown_name
from doorward.model.identity import Group, InlinePolicy, ManagedPolicy, PolicyVersion, Role, User
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
)
from doorward.model.resource import RegisteredResource
from doorward.model.schema import Entity

_FORGOTTEN: Final[Mapping[type, Mapping[str, object]]] = {
    Role: {"trust_policy": UNKNOWN},
    RegisteredResource: {"policy": UNKNOWN},
    OrganizationPolicy: {"content": UNKNOWN},
    Account: {"parent_id": unknown_name("parent")},
    OrganizationalUnit: {"parent_id": unknown_name("parent")},
}
"""What is no longer known of an entity that is contradicted, by kind."""


def forgotten(entity: Entity) -> Iterator[Entity]:
    """Yield what is left of an entity that is contradicted: what rests on it is not decided."""
    if isinstance(entity, Organization):
        return
    yield msgspec.structs.replace(entity, **_FORGOTTEN.get(type(entity), {}))
    if isinstance(entity, ManagedPolicy):
        version = entity.default_version
        yield PolicyVersion(entity.account, entity.id, version, UNKNOWN, entity.created)
    if isinstance(entity, User | Group | Role):
        yield unknown_policy(entity)


def unknown_policy(owner: User | Group | Role, what: str = "entries") -> InlinePolicy:
    """Return an inline policy that says that not all is known of its owner."""
    return InlinePolicy(owner.account, owner.id, unknown_name(what), UNKNOWN)


def is_newer(new: Entity, old: Entity) -> bool | None:
    """Say which of two of AWS's own policies has the later version; ``None`` of all others.

    Exports of several moments may hold several.
    """
    if not isinstance(old, ManagedPolicy) or not isinstance(new, ManagedPolicy):
        return None
    if old.account != "aws" or old.default_version == new.default_version:
        return None
    return _number(old.default_version) <= _number(new.default_version)


def _number(version: str) -> int:
    digits = version[1:]
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 0
