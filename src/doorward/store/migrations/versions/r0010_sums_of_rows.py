"""Sums of the rows of each account and organization; by which call each change was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from doorward.store import digests

revision = "0010"
down_revision = "0009"

_SUMS = ("digest", "named_digest")
_OF_CHANGES: tuple[tuple[str, type[sa.Text | sa.BigInteger]], ...] = (
    ("digest", sa.BigInteger),
    ("event_id", sa.Text),
)


def upgrade() -> None:
    """Add the columns that are not there, and add up the rows that are.

    On PostgreSQL a sum has no default, so that a server of an earlier version, which knows of no
    sums, can write no more.
    """
    connection = op.get_bind()
    there = {
        (table, column["name"])
        for table in ("versions", "changes")
        for column in sa.inspect(connection).get_columns(table)
    }
    for name in _SUMS:
        if ("versions", name) not in there:
            column = sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
            op.add_column("versions", column)
    for name, kind in _OF_CHANGES:
        if ("changes", name) not in there:
            op.add_column("changes", sa.Column(name, kind(), nullable=True))
    digests.write_anew(connection)
    if connection.dialect.name == "postgresql":
        for name in _SUMS:
            op.alter_column("versions", name, server_default=None)
