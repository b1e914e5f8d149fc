"""Identity providers, certificates, SSH keys, credentials for one service, deleted roles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_KINDS = {"text": sa.Text, "number": sa.BigInteger, "bytes": sa.LargeBinary}

# Name; columns (``?``: may be null); key; unique columns.
_TABLES: tuple[tuple[str, dict[str, str], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "ssh_public_keys",
        {
            "id": "text",
            "account": "text",
            "owner_id": "text",
            "body": "text",
            "uploaded": "number",
            "status": "text",
        },
        ("id",),
        (),
    ),
    (
        "signing_certificates",
        {
            "id": "text",
            "account": "text",
            "owner_id": "text",
            "body": "text",
            "fingerprint": "text",
            "uploaded": "number",
            "status": "text",
        },
        ("id",),
        (),
    ),
    (
        "server_certificates",
        {
            "account": "text",
            "name_key": "text",
            "name": "text",
            "id": "text",
            "body": "text",
            "uploaded": "number",
            "expires": "number",
            "path": "text",
            "chain?": "text",
            "tags": "text",
        },
        ("account", "name_key"),
        ("id",),
    ),
    (
        "service_credentials",
        {
            "id": "text",
            "account": "text",
            "owner_id": "text",
            "service": "text",
            "alias": "text",
            "sealed_secret": "bytes",
            "created": "number",
            "status": "text",
            "expires?": "number",
        },
        ("id",),
        (),
    ),
    (
        "openid_providers",
        {
            "arn": "text",
            "account": "text",
            "url": "text",
            "created": "number",
            "client_ids": "text",
            "thumbprints": "text",
            "tags": "text",
        },
        ("arn",),
        (),
    ),
    (
        "saml_providers",
        {
            "arn": "text",
            "account": "text",
            "name": "text",
            "id": "text",
            "created": "number",
            "metadata": "text",
            "valid_until": "number",
            "tags": "text",
            "encryption?": "text",
            "private_keys": "text",
        },
        ("arn",),
        (),
    ),
    (
        "role_deletions",
        {"id": "text", "account": "text", "completed": "number"},
        ("id",),
        (),
    ),
)

_INDEXES = (
    ("ssh_public_keys", "owner_id"),
    ("signing_certificates", "owner_id"),
    ("signing_certificates", "account"),
    ("service_credentials", "owner_id"),
    ("service_credentials", "account"),
    ("openid_providers", "account"),
    ("saml_providers", "account"),
)


def upgrade() -> None:
    """Make every table and index that is not there."""
    for name, columns, key, unique in _TABLES:
        op.create_table(
            name,
            *(
                sa.Column(column.removesuffix("?"), _KINDS[kind](), nullable=column.endswith("?"))
                for column, kind in columns.items()
            ),
            sa.PrimaryKeyConstraint(*key),
            *(sa.UniqueConstraint(column, name=f"{name}_{column}_unique") for column in unique),
            if_not_exists=True,
        )
    for table, column in _INDEXES:
        op.create_index(f"{table}_by_{column}", table, [column], if_not_exists=True)
