"""The tables: one for each kind of entity, then versions, the change feed and the events.

A column is named as the field it holds. Fields by which an entity is identified or looked up, but
which it derives from others (``name_key``, ``arn``), are stored too. A test holds
keys, unique constraints and indexes equal to ``model.schema.SCHEMAS``.

The schema keeps to what SQLite, PostgreSQL and the distributed databases that speak PostgreSQL's
protocol all do: text ids, no sequences, no triggers, no foreign keys between accounts' data. No
order relies on a collation: rows are sorted by who reads them.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, LargeBinary, Table

from doorward.model.credential import AccessKey, KeyStatus, MfaDevice
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
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
)
from doorward.model.principal import Tags
from doorward.model.resource import RegisteredResource
from doorward.store.columns import Choice
from doorward.store.credential_tables import CREDENTIAL_TABLES
from doorward.store.parts import METADATA, index, json, key, number, text, time, unique
from doorward.store.password_tables import PASSWORD_TABLES
from doorward.store.use_tables import REPORTS, USES

__all__ = [
    "CHANGES",
    "EVENTS",
    "EVENT_READERS",
    "METADATA",
    "REPORTS",
    "TABLES",
    "USES",
    "VERSIONS",
]

TABLES: dict[type, Table] = {
    User: Table(
        "users",
        METADATA,
        text("account"),
        text("name_key"),
        text("name"),
        text("id"),
        time("created"),
        text("path"),
        json("tags", Tags),
        text("permissions_boundary", optional=True),
        key("account", "name_key"),
        unique("users", "id"),
    ),
    Group: Table(
        "groups",
        METADATA,
        text("account"),
        text("name_key"),
        text("name"),
        text("id"),
        time("created"),
        text("path"),
        key("account", "name_key"),
        unique("groups", "id"),
    ),
    Membership: Table(
        "memberships",
        METADATA,
        text("user_id"),
        text("group_id"),
        text("account"),
        key("user_id", "group_id"),
        index("memberships", "group_id"),
    ),
    Role: Table(
        "roles",
        METADATA,
        text("account"),
        text("name_key"),
        text("name"),
        text("id"),
        time("created"),
        text("trust_policy"),
        text("path"),
        text("description", optional=True),
        number("max_session_duration"),
        json("tags", Tags),
        text("permissions_boundary", optional=True),
        key("account", "name_key"),
        unique("roles", "id"),
    ),
    InstanceProfile: Table(
        "instance_profiles",
        METADATA,
        text("account"),
        text("name_key"),
        text("name"),
        text("id"),
        time("created"),
        text("path"),
        text("role_id", optional=True),
        json("tags", Tags),
        key("account", "name_key"),
        unique("instance_profiles", "id"),
        index("instance_profiles", "role_id"),
    ),
    ManagedPolicy: Table(
        "managed_policies",
        METADATA,
        text("account"),
        text("name_key"),
        text("name"),
        text("id"),
        text("arn"),
        time("created"),
        time("updated"),
        text("path"),
        text("description", optional=True),
        text("default_version"),
        number("versions_ever"),
        json("tags", Tags),
        key("account", "name_key"),
        unique("managed_policies", "id"),
        unique("managed_policies", "arn"),
    ),
    PolicyVersion: Table(
        "policy_versions",
        METADATA,
        text("policy_id"),
        text("version"),
        text("account"),
        text("document"),
        time("created"),
        key("policy_id", "version"),
    ),
    InlinePolicy: Table(
        "inline_policies",
        METADATA,
        text("owner_id"),
        text("name"),
        text("account"),
        text("document"),
        key("owner_id", "name"),
    ),
    Attachment: Table(
        "attachments",
        METADATA,
        text("owner_id"),
        text("policy_arn"),
        text("account"),
        number("ordinal"),
        key("owner_id", "policy_arn"),
        index("attachments", "policy_arn"),
        index("attachments", "account"),
    ),
    AccessKey: Table(
        "access_keys",
        METADATA,
        text("id"),
        text("account"),
        text("owner_id"),
        Column("sealed_secret", LargeBinary, nullable=False),
        time("created"),
        Column("status", Choice(KeyStatus), nullable=False),
        key("id"),
        index("access_keys", "owner_id"),
        index("access_keys", "account"),
    ),
    MfaDevice: Table(
        "mfa_devices",
        METADATA,
        text("serial"),
        text("account"),
        Column("sealed_seed", LargeBinary, nullable=False),
        time("created"),
        text("owner_id", optional=True),
        time("enabled", optional=True),
        number("last_step"),
        json("tags", Tags),
        key("serial"),
        index("mfa_devices", "owner_id"),
        index("mfa_devices", "account"),
    ),
    **PASSWORD_TABLES,
    **CREDENTIAL_TABLES,
    Account: Table(
        "accounts",
        METADATA,
        text("id"),
        text("name"),
        time("created"),
        text("email", optional=True),
        text("organization_id", optional=True),
        text("parent_id", optional=True),
        time("joined", optional=True),
        text("joined_method"),
        text("status"),
        text("alias", optional=True),
        json("tags", Tags),
        Column("installation", Boolean, nullable=False),
        key("id"),
        index("accounts", "organization_id"),
        index("accounts", "parent_id"),
    ),
    AccountCreation: Table(
        "account_creations",
        METADATA,
        text("id"),
        text("organization_id"),
        text("account_name"),
        text("state"),
        time("requested"),
        time("completed", optional=True),
        text("account_id", optional=True),
        text("failure_reason", optional=True),
        key("id"),
        index("account_creations", "organization_id"),
    ),
    Organization: Table(
        "organizations",
        METADATA,
        text("id"),
        text("management_account"),
        text("root_id"),
        time("created"),
        text("feature_set"),
        json("enabled_policy_types", tuple[PolicyType, ...]),
        key("id"),
        unique("organizations", "management_account"),
    ),
    OrganizationalUnit: Table(
        "organizational_units",
        METADATA,
        text("id"),
        text("organization_id"),
        text("parent_id"),
        text("name"),
        time("created"),
        key("id"),
        index("organizational_units", "parent_id"),
        index("organizational_units", "organization_id"),
    ),
    OrganizationPolicy: Table(
        "organization_policies",
        METADATA,
        text("id"),
        text("organization_id"),
        text("name"),
        Column("type", Choice(PolicyType), nullable=False),
        text("content"),
        time("created"),
        text("description"),
        key("id"),
        index("organization_policies", "organization_id"),
    ),
    PolicyTarget: Table(
        "policy_targets",
        METADATA,
        text("target_id"),
        text("policy_id"),
        text("organization_id"),
        number("ordinal"),
        key("target_id", "policy_id"),
        index("policy_targets", "policy_id"),
        index("policy_targets", "organization_id"),
    ),
    RegisteredResource: Table(
        "registered_resources",
        METADATA,
        text("arn"),
        text("account"),
        time("updated"),
        text("policy", optional=True),
        text("type", optional=True),
        json("tags", Tags),
        key("arn"),
        index("registered_resources", "account"),
    ),
}
"""The table of each kind of entity. A lookup that begins its key needs no index of its own."""

VERSIONS = Table("versions", METADATA, text("scope"), number("version"), key("scope"))
"""The version of each account and organization that ever changed."""

CHANGES = Table(
    "changes",
    METADATA,
    text("scope"),
    number("version"),
    text("body"),
    key("scope", "version"),
)
"""The change feed: for every version of a scope, the transaction that made it (``store.feed``)."""

EVENTS = Table(
    "events",
    METADATA,
    text("id"),
    text("request_id"),
    text("account"),
    time("time"),
    text("source"),
    text("name"),
    text("record"),
    text("decisions"),
    json("accounts", tuple[str, ...]),
    text("principal", optional=True),
    text("error_code", optional=True),
    key("id"),
    index("events", "request_id"),
)
"""The recorded calls."""

EVENT_READERS = Table(
    "event_readers",
    METADATA,
    text("account"),
    time("time"),
    text("event_id"),
    key("account", "time", "event_id"),
)
"""Which accounts may read an event, in the order in which they read: by time."""
