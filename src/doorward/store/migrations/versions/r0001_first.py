"""The first schema: entities, versions, the change feed and events."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.Text(),
    "number": sa.BigInteger(),
    "bytes": sa.LargeBinary(),
    "flag": sa.Boolean(),
}


def upgrade() -> None:
    """Make every table and index that is not there."""
    for name, columns, key, unique in _TABLES:
        op.create_table(
            name,
            *(
                sa.Column(column.rstrip("?"), _TYPES[kind], nullable=column.endswith("?"))
                for column, kind in columns.items()
            ),
            sa.PrimaryKeyConstraint(*key),
            *(sa.UniqueConstraint(column, name=f"{name}_{column}_unique") for column in unique),
            if_not_exists=True,
        )
    for table, column in _INDEXES:
        op.create_index(f"{table}_by_{column}", table, [column], if_not_exists=True)


# Name, columns (`?`: may be null), key, unique columns.
_TABLES: tuple[tuple[str, dict[str, str], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "users",
        {
            "account": "text",
            "name_key": "text",
            "name": "text",
            "id": "text",
            "created": "number",
            "path": "text",
            "tags": "text",
            "permissions_boundary?": "text",
        },
        ("account", "name_key"),
        ("id",),
    ),
    (
        "roles",
        {
            "account": "text",
            "name_key": "text",
            "name": "text",
            "id": "text",
            "created": "number",
            "trust_policy": "text",
            "path": "text",
            "description?": "text",
            "max_session_duration": "number",
            "tags": "text",
            "permissions_boundary?": "text",
        },
        ("account", "name_key"),
        ("id",),
    ),
    (
        "managed_policies",
        {
            "account": "text",
            "name_key": "text",
            "name": "text",
            "id": "text",
            "arn": "text",
            "created": "number",
            "updated": "number",
            "path": "text",
            "description?": "text",
            "default_version": "text",
            "versions_ever": "number",
            "tags": "text",
        },
        ("account", "name_key"),
        ("arn", "id"),
    ),
    (
        "policy_versions",
        {
            "policy_id": "text",
            "version": "text",
            "account": "text",
            "document": "text",
            "created": "number",
        },
        ("policy_id", "version"),
        (),
    ),
    (
        "inline_policies",
        {"owner_id": "text", "name": "text", "account": "text", "document": "text"},
        ("owner_id", "name"),
        (),
    ),
    (
        "attachments",
        {"owner_id": "text", "policy_arn": "text", "account": "text", "ordinal": "number"},
        ("owner_id", "policy_arn"),
        (),
    ),
    (
        "access_keys",
        {
            "id": "text",
            "account": "text",
            "owner_id": "text",
            "sealed_secret": "bytes",
            "created": "number",
            "status": "text",
        },
        ("id",),
        (),
    ),
    (
        "mfa_devices",
        {
            "serial": "text",
            "account": "text",
            "sealed_seed": "bytes",
            "created": "number",
            "owner_id?": "text",
            "enabled?": "number",
            "last_step": "number",
            "tags": "text",
        },
        ("serial",),
        (),
    ),
    (
        "accounts",
        {
            "id": "text",
            "name": "text",
            "created": "number",
            "email?": "text",
            "organization_id?": "text",
            "parent_id?": "text",
            "joined?": "number",
            "joined_method": "text",
            "status": "text",
            "alias?": "text",
            "tags": "text",
            "installation": "flag",
        },
        ("id",),
        (),
    ),
    (
        "account_creations",
        {
            "id": "text",
            "organization_id": "text",
            "account_name": "text",
            "state": "text",
            "requested": "number",
            "completed?": "number",
            "account_id?": "text",
            "failure_reason?": "text",
        },
        ("id",),
        (),
    ),
    (
        "organizations",
        {
            "id": "text",
            "management_account": "text",
            "root_id": "text",
            "created": "number",
            "feature_set": "text",
            "enabled_policy_types": "text",
        },
        ("id",),
        ("management_account",),
    ),
    (
        "organizational_units",
        {
            "id": "text",
            "organization_id": "text",
            "parent_id": "text",
            "name": "text",
            "created": "number",
        },
        ("id",),
        (),
    ),
    (
        "organization_policies",
        {
            "id": "text",
            "organization_id": "text",
            "name": "text",
            "type": "text",
            "content": "text",
            "created": "number",
            "description": "text",
        },
        ("id",),
        (),
    ),
    (
        "policy_targets",
        {"target_id": "text", "policy_id": "text", "organization_id": "text", "ordinal": "number"},
        ("target_id", "policy_id"),
        (),
    ),
    (
        "registered_resources",
        {
            "arn": "text",
            "account": "text",
            "updated": "number",
            "policy?": "text",
            "type?": "text",
            "tags": "text",
        },
        ("arn",),
        (),
    ),
    ("versions", {"scope": "text", "version": "number"}, ("scope",), ()),
    ("changes", {"scope": "text", "version": "number", "body": "text"}, ("scope", "version"), ()),
    (
        "events",
        {
            "id": "text",
            "request_id": "text",
            "account": "text",
            "time": "number",
            "source": "text",
            "name": "text",
            "record": "text",
            "decisions": "text",
            "accounts": "text",
            "principal?": "text",
            "error_code?": "text",
        },
        ("id",),
        (),
    ),
    (
        "event_readers",
        {"account": "text", "time": "number", "event_id": "text"},
        ("account", "time", "event_id"),
        (),
    ),
)

_INDEXES = (
    ("attachments", "account"),
    ("attachments", "policy_arn"),
    ("access_keys", "account"),
    ("access_keys", "owner_id"),
    ("mfa_devices", "account"),
    ("mfa_devices", "owner_id"),
    ("accounts", "organization_id"),
    ("accounts", "parent_id"),
    ("account_creations", "organization_id"),
    ("organizational_units", "organization_id"),
    ("organizational_units", "parent_id"),
    ("organization_policies", "organization_id"),
    ("policy_targets", "organization_id"),
    ("policy_targets", "policy_id"),
    ("registered_resources", "account"),
    ("events", "request_id"),
)
