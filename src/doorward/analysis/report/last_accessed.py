"""The report of last accesses: the services that policies grant, and who used them when last.

Source: IAM API Reference, GenerateServiceLastAccessedDetails, GetServiceLastAccessedDetails and
ServiceLastAccessed. Accesses are the marks that are kept of authenticated calls (``model.use``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from doorward.analysis.report.granted import granted, services
from doorward.engine.layers import Policies
from doorward.model.identity import Role, User
from doorward.model.use import Use
from doorward.policy import catalog
from doorward.policy.folding import fold


class Entity(msgspec.Struct, frozen=True):
    """A user or role that could have used the policies; ``type`` is ``USER`` or ``ROLE``."""

    id: str
    type: str
    name: str
    path: str
    arn: str


class Access(msgspec.Struct, frozen=True):
    """The last access by one entity."""

    entity: str
    time: datetime
    region: str


class ActionAccess(msgspec.Struct, frozen=True):
    """The last access to one action, by whoever it was."""

    name: str
    access: Access


class ServiceAccess(msgspec.Struct, frozen=True):
    """A service that the policies grant, its name for people, and its accesses, newest first."""

    prefix: str
    name: str
    accesses: tuple[Access, ...]
    actions: tuple[ActionAccess, ...]


class LastAccessed(msgspec.Struct, frozen=True):
    """The services by prefix, and everybody who could have accessed them, by name."""

    entities: tuple[Entity, ...]
    services: tuple[ServiceAccess, ...]


def last_accessed(
    policies: Policies, entities: Iterable[User | Role], uses: Iterable[Use], since: datetime
) -> LastAccessed:
    """Return the report on what ``policies`` grant to ``entities``.

    ``uses`` are the marks of services and actions by the entities; older ones than ``since`` do
    not count.
    """
    actions = granted(policies)
    by_scope: dict[str, list[Use]] = {}
    for use in sorted(uses, key=lambda use: (use.time, use.subject), reverse=True):
        if use.time >= since:
            by_scope.setdefault(fold(use.scope), []).append(use)
    return LastAccessed(
        tuple(
            _entity(each) for each in sorted(entities, key=lambda each: (each.name_key, each.id))
        ),
        tuple(
            ServiceAccess(
                prefix,
                _name(prefix),
                tuple(_access(use) for use in by_scope.get(prefix, ())),
                tuple(
                    ActionAccess(found[0].scope.partition(":")[2], _access(found[0]))
                    for scope, found in sorted(by_scope.items())
                    if scope.startswith(f"{prefix}:") and scope in actions
                ),
            )
            for prefix in sorted(services(actions))
        ),
    )


def _entity(entity: User | Role) -> Entity:
    kind = "USER" if isinstance(entity, User) else "ROLE"
    return Entity(entity.id, kind, entity.name, entity.path, entity.arn)


def _access(use: Use) -> Access:
    return Access(use.subject, use.time, use.region)


def _name(prefix: str) -> str:
    found = catalog.service(prefix)
    return found.name if found else prefix
