"""All rows of one store into another, whatever databases they are.

Values are carried as the databases hold them: text, whole numbers and bytes are alike everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Connection, Table, column, func, inspect, select, table
from sqlalchemy.types import NullType

from doorward.store.tables import METADATA

_AT_ONCE = 1000


def copy(source: Connection, target: Connection) -> Mapping[str, int]:
    """Copy every row; return how many of each table. Both have this program's schema."""
    counted = {}
    for each in METADATA.sorted_tables:
        plain = _plain(each)
        rows = source.execute(select(*plain.c), execution_options={"yield_per": _AT_ONCE})
        counted[each.name] = 0
        for part in rows.mappings().partitions(_AT_ONCE):
            batch = [dict(row) for row in part]
            target.execute(plain.insert(), batch)
            counted[each.name] += len(batch)
    return counted


def counts(connection: Connection) -> Mapping[str, int]:
    """Return how many rows each table has; tables that are not there have none."""
    there = set(inspect(connection).get_table_names())
    return {
        each.name: connection.execute(select(func.count()).select_from(each)).scalar_one()
        if each.name in there
        else 0
        for each in METADATA.sorted_tables
    }


def _plain(of: Table) -> Any:  # noqa: ANN401 (a table clause, of columns by name)
    """Return a table whose values are as the database has them; truth values are not alike."""
    columns = (
        column(each.name, each.type if isinstance(each.type, Boolean) else NullType())
        for each in of.columns
    )
    return table(of.name, *columns)
