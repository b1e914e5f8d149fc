"""Marks of last uses, and reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the two tables and the index that are not there."""
    op.create_table(
        "uses",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("subject", "scope", "account", "service", "region")
        ),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "scope"),
        if_not_exists=True,
    )
    op.create_table(
        "reports",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("id", "account", "kind", "body")
        ),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("made", "expires")),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_index("reports_by_expires", "reports", ["expires"], if_not_exists=True)
