"""Centralized root access, settings of accounts, context providers, sign-in sessions of roles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_NOTHING = "[]"

# Table; column; its kind; what rows that are there get (``None``: no value).
_COLUMNS: tuple[tuple[str, str, type[sa.Text | sa.BigInteger], str | None], ...] = (
    ("organizations", "trusted_services", sa.Text, _NOTHING),
    ("organizations", "root_features", sa.Text, _NOTHING),
    ("accounts", "token_version", sa.BigInteger, "1"),
    ("accounts", "properties", sa.Text, _NOTHING),
    ("roles", "max_signin_session", sa.BigInteger, None),
    ("openid_providers", "context_provider", sa.Text, None),
    ("saml_providers", "context_provider", sa.Text, None),
)


def upgrade() -> None:
    """Add every column that is not there."""
    there = sa.inspect(op.get_bind())
    for table, name, kind, default in _COLUMNS:
        if name not in {column["name"] for column in there.get_columns(table)}:
            op.add_column(
                table,
                sa.Column(name, kind(), nullable=default is None, server_default=default),
            )
