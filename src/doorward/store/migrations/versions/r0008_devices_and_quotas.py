"""MFA devices' drift and certifications; the quotas that accounts have of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0005"


def upgrade() -> None:
    """Add the two columns and the table that are not there."""
    there = {each["name"] for each in sa.inspect(op.get_bind()).get_columns("mfa_devices")}
    columns: tuple[sa.Column[object], ...] = (
        sa.Column("drift", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("certifications", sa.Text(), nullable=False, server_default="[]"),
    )
    for column in columns:
        if column.name not in there:
            op.add_column("mfa_devices", column)
    op.create_table(
        "account_quotas",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "name"),
        if_not_exists=True,
    )
