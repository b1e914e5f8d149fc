"""What could be decided without what is not known: every unknown policy taken to allow everything.

Whatever an unknown policy says, it allows no more than that: what is denied all the same is denied
for certain. What is allowed is not decided at all, for the policy may just as well deny.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from typing import Final, TypeVar, cast

import msgspec

from doorward.engine.compile import read_document
from doorward.engine.principals import principal_arn, session_arn
from doorward.importers.estate.source import EPOCH
from doorward.model.directory import Directory, one
from doorward.model.identity import (
    Group,
    InlinePolicy,
    ManagedPolicy,
    PolicyVersion,
    Role,
    User,
)
from doorward.model.organization import OrganizationPolicy
from doorward.model.principal import (
    CanonicalUser,
    FederatedIdentity,
    Principal,
    RoleSession,
    ServicePrincipal,
)
from doorward.model.resource import RegisteredResource
from doorward.model.schema import Entity
from doorward.model.snapshot import Snapshot
from doorward.policy.catalog import aws_managed_policy
from doorward.policy.problem import MalformedPolicy

E = TypeVar("E", bound=Entity)
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_TEXTS: Final[dict[type, str]] = {
    InlinePolicy: "document",
    PolicyVersion: "document",
    Role: "trust_policy",
    RegisteredResource: "policy",
    OrganizationPolicy: "content",
}
"""Where the text of a policy is, by kind of entity."""

_RESOURCE_SIDE: Final = (Role, RegisteredResource)
_SUPPOSED: Final = "(supposed)"


class Supposing:
    """An estate in which every policy that is not known allows ``principal`` everything.

    A ``model.directory.Directory``. ``supposed`` says what was not known, of what was looked at.
    """

    def __init__(self, snapshot: Snapshot, principal: Principal) -> None:
        """Suppose about ``snapshot``."""
        self._snapshot = snapshot
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        self._allow = _written(everything)
        self._allow_principal = _written({**everything, "Principal": _names(principal)})
        self.supposed: list[str] = []

    def get(self, kind: type[E], *key: str) -> E | None:
        """Return the entity of ``kind`` with this key, as ``Snapshot.get`` does."""
        if kind is PolicyVersion and key[1] == _SUPPOSED:
            return cast("E", PolicyVersion("", key[0], _SUPPOSED, self._allow, EPOCH))
        found = self._snapshot.get(kind, *key)
        return None if found is None else self._readable(found)

    def find(self, kind: type[E], **fields: str) -> tuple[E, ...]:
        """Return the entities whose ``fields`` have these values, as ``Snapshot.find`` does."""
        found = self._snapshot.find(kind, **fields)
        if not found:
            missing = self._missing(kind, fields)
            return () if missing is None else (cast("E", missing),)
        return tuple(self._readable(each) for each in found)

    def count(self, kind: type[E], **fields: str) -> int:
        """Return how many entities ``find`` would."""
        return len(self.find(kind, **fields))

    def all(self, kind: type[E]) -> tuple[E, ...]:
        """Return every entity of ``kind``, as ``Snapshot.all`` does."""
        return tuple(self._readable(each) for each in self._snapshot.all(kind))

    def version(self, scope: str) -> int:
        """Return the version of a scope."""
        return self._snapshot.version(scope)

    def derived(self, make: Callable[[Directory, K], V], key: K) -> V:
        """Return ``make(self, key)``, anew every time: what is looked at is noted."""
        return make(self, key)

    def _missing(self, kind: type, fields: dict[str, str]) -> Entity | None:
        """What stands for something that is referred to and not there."""
        if kind is ManagedPolicy and "arn" in fields:
            arn = fields["arn"]
            if aws_managed_policy(arn) is not None:
                return None
            name = f"{arn}, not known, taken to allow everything"
            self._suppose(f"the policy {arn}")
            return ManagedPolicy("", name, arn, EPOCH, EPOCH, default_version=_SUPPOSED)
        if kind is Group and "id" in fields:
            self._suppose(f"the group {fields['id'].removeprefix('?')}")
            return Group("", fields["id"], f"{_SUPPOSED}{fields['id']}", EPOCH)
        owner = fields.get("owner_id", "")
        if kind is InlinePolicy and owner.startswith(_SUPPOSED):
            return InlinePolicy("", owner, "taken to allow everything", self._allow)
        return None

    def _readable(self, entity: E) -> E:
        """The entity, its policy replaced if it cannot be evaluated."""
        field = _TEXTS.get(type(entity))
        text = getattr(entity, field) if field is not None else None
        if field is None or text is None:
            return entity
        try:
            read_document(text)
        except MalformedPolicy:
            self._suppose(_described(entity, self._snapshot))
            allow = self._allow_principal if isinstance(entity, _RESOURCE_SIDE) else self._allow
            return msgspec.structs.replace(entity, **{field: allow})
        return entity

    def _suppose(self, what: str) -> None:
        if what not in self.supposed:
            self.supposed.append(what)


def _names(principal: Principal) -> dict[str, list[str]]:
    """Everything that a policy may call the principal by, for some names are worth more."""
    match principal:
        case ServicePrincipal(name=name):
            return {"AWS": ["*"], "Service": [name]}
        case FederatedIdentity(provider=provider):
            return {"AWS": ["*"], "Federated": [provider]}
        case CanonicalUser(id=identifier):
            return {"AWS": ["*"], "CanonicalUser": [identifier]}
        case RoleSession():
            found = (principal_arn(principal), session_arn(principal))
        case _:
            found = (principal_arn(principal), None)
    return {"AWS": ["*", *(each for each in found if each is not None)]}


def _written(statement: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _described(entity: Entity, snapshot: Snapshot) -> str:
    match entity:
        case Role(arn=arn):
            return f"the trust policy of {arn}"
        case RegisteredResource(arn=arn):
            return f"the policy of {arn}"
        case InlinePolicy(name=name, owner_id=owner):
            holder = (
                one(snapshot, User, id=owner)
                or one(snapshot, Group, id=owner)
                or one(snapshot, Role, id=owner)
            )
            whose = holder.arn if holder is not None else owner
            return f"the inline policy {name.removeprefix('?')} of {whose}"
        case PolicyVersion(policy_id=identifier):
            policy = one(snapshot, ManagedPolicy, id=identifier)
            return f"the policy {policy.arn if policy else identifier}"
        case OrganizationPolicy(name=name):
            return f"the organization policy {name.removeprefix('?')}"
        case _:
            raise AssertionError("every kind that has a text is described")
