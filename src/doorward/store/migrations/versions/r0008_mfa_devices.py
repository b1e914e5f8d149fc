"""What is known of an MFA device besides its seed: its clock's drift, its certifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0005"


def upgrade() -> None:
    """Add the two columns that are not there."""
    there = {each["name"] for each in sa.inspect(op.get_bind()).get_columns("mfa_devices")}
    columns: tuple[sa.Column[object], ...] = (
        sa.Column("drift", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("certifications", sa.Text(), nullable=False, server_default="[]"),
    )
    for column in columns:
        if column.name not in there:
            op.add_column("mfa_devices", column)
