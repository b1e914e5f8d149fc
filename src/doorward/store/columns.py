"""How the values of entities stand in columns: text, whole numbers and bytes, and nothing else.

Every database spells these alike. What needs more (times, tags, enumerations) is written here.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, ColumnElement, Dialect, Text, type_coerce
from sqlalchemy.types import NullType, TypeDecorator

E = TypeVar("E", bound=enum.Enum)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def words(value: str) -> str:
    """Return text as a column holds it; ``ValueError`` for what PostgreSQL refuses, U+0000."""
    if "\0" in value:
        raise ValueError("text with U+0000 cannot be stored")
    return value


def instant(value: datetime) -> int:
    """Return a time as a column holds it; ``TypeError`` for one without a time zone."""
    return (value - _EPOCH) // _MICROSECOND


class Words(TypeDecorator[str]):
    """Text, byte-exact; U+0000 is refused, for PostgreSQL cannot hold it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Refuse what one of the databases would refuse or alter, with ``ValueError``."""
        del dialect
        return None if value is None else words(value)


class Instant(TypeDecorator[datetime]):
    """A point in time, as whole microseconds since 1970-01-01 UTC; read back in UTC."""

    impl = BigInteger
    cache_ok = True

    write = staticmethod(instant)

    @staticmethod
    def read(value: int) -> datetime:
        """Return the time in UTC; raise ``TypeError`` or ``OverflowError`` for what is none."""
        return _EPOCH + timedelta(microseconds=value)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the microseconds; raise ``TypeError`` for a time without a time zone."""
        del dialect
        return None if value is None else instant(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return what was stored, as ``read`` does."""
        del dialect
        return None if value is None else self.read(value)


class Choice(TypeDecorator[E], Generic[E]):
    """A member of an enumeration, as its value."""

    impl = Text
    cache_ok = True

    def __init__(self, members: type[E]) -> None:
        super().__init__()
        self.members = members
        self.read: Callable[[str], E] = members

    @staticmethod
    def write(value: E) -> str:
        """Return the member's value."""
        return str(value.value)

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        """Return the member's value."""
        del dialect
        return None if value is None else self.write(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        """Return the member; raise ``ValueError`` for a value that is none of them."""
        del dialect
        return None if value is None else self.members(value)


class Json(TypeDecorator[Any]):
    """A value of the type ``shape``, as compact JSON text."""

    impl = Text
    cache_ok = True

    def __init__(self, shape: Any) -> None:  # noqa: ANN401 (any type expression)
        super().__init__()
        self.shape = shape
        self.read: Callable[[str], Any] = msgspec.json.Decoder(shape).decode

    @staticmethod
    def write(value: object) -> str:
        """Return the JSON text."""
        return msgspec.json.encode(value).decode()

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Return the JSON text."""
        del dialect
        return None if value is None else self.write(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        """Return the value; raise ``msgspec.ValidationError`` for another shape."""
        del dialect
        return None if value is None else self.read(value)


def as_held(column: Column[Any]) -> ColumnElement[Any]:
    """Return the column read as the database holds it; truth values are not alike everywhere."""
    return column if isinstance(column.type, Boolean) else type_coerce(column, NullType())


def reader_of(column: Column[Any]) -> Callable[[Any], Any] | None:
    """Return what makes a field's value of what the database holds; ``None``: they are the same.

    It raises ``ValueError``, ``TypeError`` or ``msgspec.MsgspecError`` for what was never written.
    """
    kind = column.type
    return kind.read if isinstance(kind, (Instant, Choice, Json)) else None


def writer_of(column: Column[Any]) -> Callable[[Any], Any] | None:
    """Return what makes of a field's value what the database holds; ``None``: they are the same.

    It raises ``TypeError`` for what no database can hold.
    """
    kind = column.type
    return kind.write if isinstance(kind, (Instant, Choice, Json)) else None
