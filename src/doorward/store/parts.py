"""What tables are made of: columns, keys and indexes, named alike everywhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from doorward.store.columns import Instant, Json, Words

METADATA = MetaData()


def text(name: str, *, optional: bool = False) -> Column[Any]:
    """A column of text."""
    return Column(name, Words, nullable=optional)


def time(name: str, *, optional: bool = False) -> Column[Any]:
    """A column of points in time."""
    return Column(name, Instant, nullable=optional)


def number(name: str, *, optional: bool = False) -> Column[Any]:
    """A column of whole numbers."""
    return Column(name, BigInteger, nullable=optional)


def json(name: str, shape: object, *, optional: bool = False) -> Column[Any]:
    """A column of values of the type ``shape``."""
    return Column(name, Json(shape), nullable=optional)


def key(*columns: str) -> PrimaryKeyConstraint:
    """The key of a table."""
    return PrimaryKeyConstraint(*columns)


def unique(table: str, column: str) -> UniqueConstraint:
    """A column whose values are unique."""
    return UniqueConstraint(column, name=f"{table}_{column}_unique")


def index(table: str, *columns: str) -> Index:
    """Columns by which rows are found."""
    return Index(f"{table}_by_{'_'.join(columns)}", *columns)
