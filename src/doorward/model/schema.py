"""The entities of an estate, and how each is identified and looked up: one table.

Holders of a directory (``model.snapshot``, ``store.directory``) are generic over this table.
"""

from __future__ import annotations

import msgspec

from doorward.model.certificate import (
    ServerCertificate,
    ServiceCredential,
    SigningCertificate,
    SshPublicKey,
)
from doorward.model.credential import AccessKey, LoginProfile, MfaDevice, PasswordPolicy
from doorward.model.federation import OpenIdProvider, SamlProvider
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
    AccountCreation,
    AccountQuota,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
)
from doorward.model.resource import RegisteredResource
from doorward.model.service_linked import RoleDeletion

Entity = (
    User
    | Group
    | Membership
    | Role
    | InstanceProfile
    | ManagedPolicy
    | PolicyVersion
    | InlinePolicy
    | Attachment
    | AccessKey
    | MfaDevice
    | LoginProfile
    | PasswordPolicy
    | SshPublicKey
    | SigningCertificate
    | ServerCertificate
    | ServiceCredential
    | OpenIdProvider
    | SamlProvider
    | RoleDeletion
    | Account
    | AccountCreation
    | AccountQuota
    | Organization
    | OrganizationalUnit
    | OrganizationPolicy
    | PolicyTarget
    | RegisteredResource
)
"""Everything that a directory holds; a tagged union, so that it has a JSON codec."""


class Lookup(msgspec.Struct, frozen=True):
    """A way to find entities by the values of some fields; ``unique`` ones find at most one."""

    fields: tuple[str, ...]
    unique: bool = False


class EntitySchema(msgspec.Struct, frozen=True):
    """How one kind of entity is identified (``key``) and looked up (``lookups``)."""

    kind: type
    key: tuple[str, ...]
    lookups: tuple[Lookup, ...] = ()


SCHEMAS: dict[type, EntitySchema] = {
    schema.kind: schema
    for schema in (
        EntitySchema(
            User, ("account", "name_key"), (Lookup(("id",), unique=True), Lookup(("account",)))
        ),
        EntitySchema(
            Group, ("account", "name_key"), (Lookup(("id",), unique=True), Lookup(("account",)))
        ),
        EntitySchema(
            Membership, ("user_id", "group_id"), (Lookup(("user_id",)), Lookup(("group_id",)))
        ),
        EntitySchema(
            Role, ("account", "name_key"), (Lookup(("id",), unique=True), Lookup(("account",)))
        ),
        EntitySchema(
            InstanceProfile,
            ("account", "name_key"),
            (Lookup(("id",), unique=True), Lookup(("account",)), Lookup(("role_id",))),
        ),
        EntitySchema(
            ManagedPolicy,
            ("account", "name_key"),
            (Lookup(("id",), unique=True), Lookup(("arn",), unique=True), Lookup(("account",))),
        ),
        EntitySchema(PolicyVersion, ("policy_id", "version"), (Lookup(("policy_id",)),)),
        EntitySchema(InlinePolicy, ("owner_id", "name"), (Lookup(("owner_id",)),)),
        EntitySchema(
            Attachment,
            ("owner_id", "policy_arn"),
            (Lookup(("owner_id",)), Lookup(("policy_arn",)), Lookup(("account",))),
        ),
        EntitySchema(AccessKey, ("id",), (Lookup(("owner_id",)), Lookup(("account",)))),
        EntitySchema(MfaDevice, ("serial",), (Lookup(("owner_id",)), Lookup(("account",)))),
        EntitySchema(LoginProfile, ("user_id",)),
        EntitySchema(PasswordPolicy, ("account",)),
        EntitySchema(SshPublicKey, ("id",), (Lookup(("owner_id",)),)),
        EntitySchema(SigningCertificate, ("id",), (Lookup(("owner_id",)), Lookup(("account",)))),
        EntitySchema(
            ServerCertificate,
            ("account", "name_key"),
            (Lookup(("id",), unique=True), Lookup(("account",))),
        ),
        EntitySchema(ServiceCredential, ("id",), (Lookup(("owner_id",)), Lookup(("account",)))),
        EntitySchema(OpenIdProvider, ("arn",), (Lookup(("account",)),)),
        EntitySchema(SamlProvider, ("arn",), (Lookup(("account",)),)),
        EntitySchema(RoleDeletion, ("id",)),
        EntitySchema(Account, ("id",), (Lookup(("organization_id",)), Lookup(("parent_id",)))),
        EntitySchema(AccountQuota, ("account", "name")),
        EntitySchema(AccountCreation, ("id",), (Lookup(("organization_id",)),)),
        EntitySchema(Organization, ("id",), (Lookup(("management_account",), unique=True),)),
        EntitySchema(
            OrganizationalUnit, ("id",), (Lookup(("parent_id",)), Lookup(("organization_id",)))
        ),
        EntitySchema(OrganizationPolicy, ("id",), (Lookup(("organization_id",)),)),
        EntitySchema(
            PolicyTarget,
            ("target_id", "policy_id"),
            (Lookup(("target_id",)), Lookup(("policy_id",)), Lookup(("organization_id",))),
        ),
        EntitySchema(RegisteredResource, ("arn",), (Lookup(("account",)),)),
    )
}
