"""Groups and who is in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the two tables and the index that are not there."""
    op.create_table(
        "groups",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("account", "name_key", "name", "id", "path")
        ),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "name_key"),
        sa.UniqueConstraint("id", name="groups_id_unique"),
        if_not_exists=True,
    )
    op.create_table(
        "memberships",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("user_id", "group_id", "account")
        ),
        sa.PrimaryKeyConstraint("user_id", "group_id"),
        if_not_exists=True,
    )
    op.create_index("memberships_by_group_id", "memberships", ["group_id"], if_not_exists=True)
