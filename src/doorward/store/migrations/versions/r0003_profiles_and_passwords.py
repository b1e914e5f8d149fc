"""Instance profiles, login profiles and password policies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the three tables and the index that are not there."""
    op.create_table(
        "instance_profiles",
        *_columns(sa.Text, "account", "name_key", "name", "id", "path", "tags"),
        *_columns(sa.BigInteger, "created"),
        sa.Column("role_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account", "name_key"),
        sa.UniqueConstraint("id", name="instance_profiles_id_unique"),
        if_not_exists=True,
    )
    op.create_index(
        "instance_profiles_by_role_id", "instance_profiles", ["role_id"], if_not_exists=True
    )
    op.create_table(
        "login_profiles",
        *_columns(sa.Text, "user_id", "account", "password_hash", "earlier_hashes"),
        *_columns(sa.BigInteger, "created", "changed"),
        *_columns(sa.Boolean, "reset_required"),
        sa.Column("max_session", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("user_id"),
        if_not_exists=True,
    )
    op.create_table(
        "password_policies",
        *_columns(sa.Text, "account"),
        *_columns(sa.BigInteger, "minimum_length", "max_age", "reuse_prevention"),
        *_columns(
            sa.Boolean,
            *(f"require_{each}" for each in ("symbols", "numbers", "uppercase", "lowercase")),
            "users_may_change",
            "hard_expiry",
        ),
        sa.PrimaryKeyConstraint("account"),
        if_not_exists=True,
    )


def _columns(
    kind: type[sa.Text | sa.BigInteger | sa.Boolean], *names: str
) -> tuple[sa.Column[object], ...]:
    """Columns of one type that always have a value."""
    return tuple(sa.Column(name, kind(), nullable=False) for name in names)
