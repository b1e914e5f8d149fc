"""Edits of policies applied to an estate, as who carries a remedy out by hand would."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from doorward.model.directory import Put, one
from doorward.model.identity import Group, InlinePolicy, ManagedPolicy, PolicyVersion, Role, User
from doorward.model.organization import OrganizationPolicy
from doorward.model.resource import RegisteredResource
from doorward.model.schema import Entity
from doorward.model.snapshot import Snapshot
from doorward.policy.arn import parse_arn
from doorward.results.finding import Edit


def edited(snapshot: Snapshot, edit: Edit) -> Snapshot:
    """Return the estate in which a policy is as an edit says.

    Its text has to be, as JSON, what the edit says that it was.
    """
    entity, field = _holder(snapshot, edit)
    before: str = getattr(entity, field)
    assert json.loads(before) == json.loads(edit.before), edit
    changed = msgspec.structs.replace(entity, **{field: edit.after})
    return snapshot.apply([Put(changed)], {})


def _holder(snapshot: Snapshot, edit: Edit) -> tuple[Any, str]:
    """Return the entity that holds a policy's text, and the field in which."""
    managed = one(snapshot, ManagedPolicy, arn=edit.policy)
    if managed is not None:
        version = snapshot.get(PolicyVersion, managed.id, managed.default_version)
        assert version is not None
        return version, "document"
    resource = snapshot.get(RegisteredResource, edit.policy)
    if resource is not None:
        return resource, "policy"
    organization = _organization_policy(snapshot, edit.policy)
    if organization is not None:
        return organization, "content"
    owner = _principal(snapshot, edit.policy)
    if edit.name is None:
        assert isinstance(owner, Role), edit
        return owner, "trust_policy"
    inline = snapshot.get(InlinePolicy, owner.id, edit.name)
    assert inline is not None, edit
    return inline, "document"


def _organization_policy(snapshot: Snapshot, arn: str) -> Entity | None:
    return snapshot.get(OrganizationPolicy, arn.rpartition("/")[2])


def _principal(snapshot: Snapshot, arn: str) -> User | Group | Role:
    parsed = parse_arn(arn)
    assert parsed is not None
    kinds: dict[str, type[User | Group | Role]] = {"user": User, "group": Group, "role": Role}
    kind, _, path = parsed.resource.partition("/")
    found = snapshot.get(kinds[kind], parsed.account, path.rpartition("/")[2].lower())
    assert found is not None, arn
    return found
