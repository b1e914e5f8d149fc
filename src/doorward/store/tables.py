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
from doorward.store.parts import METADATA
from doorward.store.parts import index as _index
from doorward.store.parts import json as _json
from doorward.store.parts import key as _key
from doorward.store.parts import number as _number
from doorward.store.parts import text as _text
from doorward.store.parts import time as _time
from doorward.store.parts import unique as _unique
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

__all__ = ["CHANGES", "EVENTS", "EVENT_READERS", "METADATA", "TABLES", "VERSIONS"]

TABLES: dict[type, Table] = {
    User: Table(
        "users",
        METADATA,
        _text("account"),
        _text("name_key"),
        _text("name"),
        _text("id"),
        _time("created"),
        _text("path"),
        _json("tags", Tags),
        _text("permissions_boundary", optional=True),
        _key("account", "name_key"),
        _unique("users", "id"),
    ),
    Group: Table(
        "groups",
        METADATA,
        _text("account"),
        _text("name_key"),
        _text("name"),
        _text("id"),
        _time("created"),
        _text("path"),
        _key("account", "name_key"),
        _unique("groups", "id"),
    ),
    Membership: Table(
        "memberships",
        METADATA,
        _text("user_id"),
        _text("group_id"),
        _text("account"),
        _key("user_id", "group_id"),
        _index("memberships", "group_id"),
    ),
    Role: Table(
        "roles",
        METADATA,
        _text("account"),
        _text("name_key"),
        _text("name"),
        _text("id"),
        _time("created"),
        _text("trust_policy"),
        _text("path"),
        _text("description", optional=True),
        _number("max_session_duration"),
        _json("tags", Tags),
        _text("permissions_boundary", optional=True),
        _key("account", "name_key"),
        _unique("roles", "id"),
    ),
    InstanceProfile: Table(
        "instance_profiles",
        METADATA,
        _text("account"),
        _text("name_key"),
        _text("name"),
        _text("id"),
        _time("created"),
        _text("path"),
        _text("role_id", optional=True),
        _json("tags", Tags),
        _key("account", "name_key"),
        _unique("instance_profiles", "id"),
        _index("instance_profiles", "role_id"),
    ),
    ManagedPolicy: Table(
        "managed_policies",
        METADATA,
        _text("account"),
        _text("name_key"),
        _text("name"),
        _text("id"),
        _text("arn"),
        _time("created"),
        _time("updated"),
        _text("path"),
        _text("description", optional=True),
        _text("default_version"),
        _number("versions_ever"),
        _json("tags", Tags),
        _key("account", "name_key"),
        _unique("managed_policies", "id"),
        _unique("managed_policies", "arn"),
    ),
    PolicyVersion: Table(
        "policy_versions",
        METADATA,
        _text("policy_id"),
        _text("version"),
        _text("account"),
        _text("document"),
        _time("created"),
        _key("policy_id", "version"),
    ),
    InlinePolicy: Table(
        "inline_policies",
        METADATA,
        _text("owner_id"),
        _text("name"),
        _text("account"),
        _text("document"),
        _key("owner_id", "name"),
    ),
    Attachment: Table(
        "attachments",
        METADATA,
        _text("owner_id"),
        _text("policy_arn"),
        _text("account"),
        _number("ordinal"),
        _key("owner_id", "policy_arn"),
        _index("attachments", "policy_arn"),
        _index("attachments", "account"),
    ),
    AccessKey: Table(
        "access_keys",
        METADATA,
        _text("id"),
        _text("account"),
        _text("owner_id"),
        Column("sealed_secret", LargeBinary, nullable=False),
        _time("created"),
        Column("status", Choice(KeyStatus), nullable=False),
        _key("id"),
        _index("access_keys", "owner_id"),
        _index("access_keys", "account"),
    ),
    MfaDevice: Table(
        "mfa_devices",
        METADATA,
        _text("serial"),
        _text("account"),
        Column("sealed_seed", LargeBinary, nullable=False),
        _time("created"),
        _text("owner_id", optional=True),
        _time("enabled", optional=True),
        _number("last_step"),
        _json("tags", Tags),
        _key("serial"),
        _index("mfa_devices", "owner_id"),
        _index("mfa_devices", "account"),
    ),
    **PASSWORD_TABLES,
    **CREDENTIAL_TABLES,
    Account: Table(
        "accounts",
        METADATA,
        _text("id"),
        _text("name"),
        _time("created"),
        _text("email", optional=True),
        _text("organization_id", optional=True),
        _text("parent_id", optional=True),
        _time("joined", optional=True),
        _text("joined_method"),
        _text("status"),
        _text("alias", optional=True),
        _json("tags", Tags),
        Column("installation", Boolean, nullable=False),
        _key("id"),
        _index("accounts", "organization_id"),
        _index("accounts", "parent_id"),
    ),
    AccountCreation: Table(
        "account_creations",
        METADATA,
        _text("id"),
        _text("organization_id"),
        _text("account_name"),
        _text("state"),
        _time("requested"),
        _time("completed", optional=True),
        _text("account_id", optional=True),
        _text("failure_reason", optional=True),
        _key("id"),
        _index("account_creations", "organization_id"),
    ),
    Organization: Table(
        "organizations",
        METADATA,
        _text("id"),
        _text("management_account"),
        _text("root_id"),
        _time("created"),
        _text("feature_set"),
        _json("enabled_policy_types", tuple[PolicyType, ...]),
        _key("id"),
        _unique("organizations", "management_account"),
    ),
    OrganizationalUnit: Table(
        "organizational_units",
        METADATA,
        _text("id"),
        _text("organization_id"),
        _text("parent_id"),
        _text("name"),
        _time("created"),
        _key("id"),
        _index("organizational_units", "parent_id"),
        _index("organizational_units", "organization_id"),
    ),
    OrganizationPolicy: Table(
        "organization_policies",
        METADATA,
        _text("id"),
        _text("organization_id"),
        _text("name"),
        Column("type", Choice(PolicyType), nullable=False),
        _text("content"),
        _time("created"),
        _text("description"),
        _key("id"),
        _index("organization_policies", "organization_id"),
    ),
    PolicyTarget: Table(
        "policy_targets",
        METADATA,
        _text("target_id"),
        _text("policy_id"),
        _text("organization_id"),
        _number("ordinal"),
        _key("target_id", "policy_id"),
        _index("policy_targets", "policy_id"),
        _index("policy_targets", "organization_id"),
    ),
    RegisteredResource: Table(
        "registered_resources",
        METADATA,
        _text("arn"),
        _text("account"),
        _time("updated"),
        _text("policy", optional=True),
        _text("type", optional=True),
        _json("tags", Tags),
        _key("arn"),
        _index("registered_resources", "account"),
    ),
}
"""The table of each kind of entity. A lookup that begins its key needs no index of its own."""

VERSIONS = Table("versions", METADATA, _text("scope"), _number("version"), _key("scope"))
"""The version of each account and organization that ever changed."""

CHANGES = Table(
    "changes",
    METADATA,
    _text("scope"),
    _number("version"),
    _text("body"),
    _key("scope", "version"),
)
"""The change feed: for every version of a scope, the transaction that made it (``store.feed``)."""

EVENTS = Table(
    "events",
    METADATA,
    _text("id"),
    _text("request_id"),
    _text("account"),
    _time("time"),
    _text("source"),
    _text("name"),
    _text("record"),
    _text("decisions"),
    _json("accounts", tuple[str, ...]),
    _text("principal", optional=True),
    _text("error_code", optional=True),
    _key("id"),
    _index("events", "request_id"),
)
"""The recorded calls."""

EVENT_READERS = Table(
    "event_readers",
    METADATA,
    _text("account"),
    _time("time"),
    _text("event_id"),
    _key("account", "time", "event_id"),
)
"""Which accounts may read an event, in the order in which they read: by time."""
