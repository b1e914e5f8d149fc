"""What entities of a store refer to, and whether it is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from doorward.model.certificate import ServiceCredential, SigningCertificate, SshPublicKey
from doorward.model.credential import AccessKey, LoginProfile, MfaDevice
from doorward.model.identity import (
    Attachment,
    Group,
    InlinePolicy,
    InstanceProfile,
    ManagedPolicy,
    Membership,
    PolicyVersion,
    Role,
    User,
)
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
)
from doorward.model.schema import SCHEMAS
from doorward.model.snapshot import Snapshot
from doorward.policy.catalog.managed import aws_managed_policy

_AWS = ("p-FullAWSAccess", "p-RCPFullAWSAccess")
"""Policies of organizations that are AWS's, and in no store."""


class Reference(msgspec.Struct, frozen=True):
    """A field that names an entity: one of these kinds, by its id (of policies, their ARN)."""

    kind: type
    field: str
    to: tuple[type, ...]


_OWNERS = (User, Group, Role)
_PEOPLE = (User, Account)

REFERENCES: tuple[Reference, ...] = (
    Reference(Membership, "user_id", (User,)),
    Reference(Membership, "group_id", (Group,)),
    Reference(Attachment, "owner_id", _OWNERS),
    Reference(Attachment, "policy_arn", (ManagedPolicy,)),
    Reference(InlinePolicy, "owner_id", _OWNERS),
    Reference(User, "permissions_boundary", (ManagedPolicy,)),
    Reference(Role, "permissions_boundary", (ManagedPolicy,)),
    Reference(InstanceProfile, "role_id", (Role,)),
    Reference(AccessKey, "owner_id", _PEOPLE),
    Reference(MfaDevice, "owner_id", _PEOPLE),
    Reference(LoginProfile, "user_id", _PEOPLE),
    Reference(SshPublicKey, "owner_id", _PEOPLE),
    Reference(SigningCertificate, "owner_id", _PEOPLE),
    Reference(ServiceCredential, "owner_id", _PEOPLE),
    Reference(User, "account", (Account,)),
    Reference(Group, "account", (Account,)),
    Reference(Role, "account", (Account,)),
    Reference(ManagedPolicy, "account", (Account,)),
    Reference(Account, "organization_id", (Organization,)),
    Reference(Account, "parent_id", (OrganizationalUnit, Organization)),
    Reference(Organization, "management_account", (Account,)),
    Reference(OrganizationalUnit, "parent_id", (OrganizationalUnit, Organization)),
    Reference(OrganizationalUnit, "organization_id", (Organization,)),
    Reference(OrganizationPolicy, "organization_id", (Organization,)),
    Reference(PolicyTarget, "policy_id", (OrganizationPolicy,)),
    Reference(PolicyTarget, "target_id", (Account, OrganizationalUnit, Organization)),
)
"""Every reference that has to lead somewhere."""


def dangling(snapshot: Snapshot) -> Iterator[str]:
    """Yield each reference of a snapshot that leads nowhere, in words."""
    known = {
        kind: _known(snapshot, kind) for kind in {to for each in REFERENCES for to in each.to}
    }
    for reference in REFERENCES:
        held: tuple[Any, ...] = snapshot.all(reference.kind)
        for entity in held:
            named = getattr(entity, reference.field)
            if named is not None and not _leads(named, reference, known):
                yield f"{_called(entity)} refers to {named} ({reference.field}): it is not there"
    versions = {(each.policy_id, each.version) for each in snapshot.all(PolicyVersion)}
    policies = {policy.id: policy for policy in snapshot.all(ManagedPolicy)}
    for policy in policies.values():
        if (policy.id, policy.default_version) not in versions:
            yield f"ManagedPolicy {policy.arn} has no version {policy.default_version}"
    for policy_id, version in sorted(versions):
        if policy_id not in policies:
            yield f"PolicyVersion {version} is of policy {policy_id}, which is not there"


def _leads(named: str, reference: Reference, known: dict[type, set[str]]) -> bool:
    """Tell whether there is what a reference names, here or among what is AWS's own."""
    return (
        any(named in known[kind] for kind in reference.to)
        or named in _AWS
        or (ManagedPolicy in reference.to and aws_managed_policy(named) is not None)
    )


def _known(snapshot: Snapshot, kind: type) -> set[str]:
    """Return by what the entities of a kind are named; an organization by its root, too."""
    held: tuple[Any, ...] = snapshot.all(kind)
    if kind is ManagedPolicy:
        return {policy.arn for policy in held}
    roots = {each.root_id for each in held} if kind is Organization else set()
    return roots | {each.id for each in held}


def _called(entity: Any) -> str:  # noqa: ANN401 (any entity)
    """Name an entity by its kind and key."""
    key = (str(getattr(entity, name)) for name in SCHEMAS[type(entity)].key)
    return " ".join((type(entity).__name__, *key))
