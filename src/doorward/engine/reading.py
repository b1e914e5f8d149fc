"""Reading JSON values strictly: every failure says where it is, and what was wanted.

Unknown and missing fields, ``null`` and wrong types are errors: nothing in a question is skipped.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from doorward.errors import InvalidInput


class Field(msgspec.Struct, frozen=True, gc=False):
    """A value and where it stands in the question: below ``above``, by ``step``."""

    value: object
    step: str | int = ""
    above: Field | None = None

    def child(self, key: str | int, value: object) -> Field:
        """Return a value within this one."""
        return Field(value, key, self)

    @property
    def pointer(self) -> str:
        """The JSON pointer to the value; only errors ask for it."""
        if self.above is None:
            return str(self.step)
        step = str(self.step).replace("~", "~0").replace("/", "~1")
        return f"{self.above.pointer}/{step}"


def fail(field: Field, message: str, *, code: str = "InvalidValue") -> InvalidInput:
    """Make the error that says what is wrong with ``field``."""
    return InvalidInput(code, message, pointer=field.pointer)


def mapping(field: Field) -> Mapping[str, object]:
    """Read an object; every key must be text."""
    value = field.value
    if isinstance(value, dict | Mapping):
        for key in value:
            if not isinstance(key, str):
                break
        else:
            return value
    raise fail(field, "an object is wanted here", code="InvalidType")


def fields(
    field: Field, *, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()
) -> dict[str, Field]:
    """Read an object with exactly these fields."""
    value = mapping(field)
    found = {}
    for key, item in value.items():
        found[key] = Field(item, key, field)
        if key not in required and key not in optional:
            known = ", ".join((*required, *optional))
            raise fail(found[key], f"unknown field; known here: {known}", code="UnknownField")
    for key in required:
        if key not in found:
            raise fail(field.child(key, None), f"{key} is required", code="MissingField")
    return found


def items(field: Field) -> tuple[Field, ...]:
    """Read a list."""
    value = field.value
    if not isinstance(value, Sequence) or isinstance(value, str | bytes | bytearray):
        raise fail(field, "a list is wanted here", code="InvalidType")
    return tuple(field.child(index, item) for index, item in enumerate(value))


def text(field: Field) -> str:
    """Read text that is not empty."""
    if not isinstance(field.value, str):
        raise fail(field, "text is wanted here", code="InvalidType")
    if not field.value:
        raise fail(field, "text must not be empty here")
    return field.value


def flag(field: Field) -> bool:
    """Read ``true`` or ``false``."""
    if not isinstance(field.value, bool):
        raise fail(field, "true or false is wanted here", code="InvalidType")
    return field.value


def scalar(field: Field) -> str:
    """Read one context value as text: numbers and booleans are normalised (G2)."""
    value = field.value
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return format(Decimal(value), "f")  # `str` refuses integers of thousands of digits
    if isinstance(value, float) and math.isfinite(value):
        return format(Decimal(repr(value)), "f")
    raise fail(field, "text, a number or a boolean is wanted here", code="InvalidType")


def pairs(field: Field) -> tuple[tuple[str, str], ...]:
    """Read an object of texts, such as tags; values may be empty, keys may not."""
    found = []
    for key, value in mapping(field).items():
        item = field.child(key, value)
        if not key:
            raise fail(item, "a key must not be empty")
        if not isinstance(value, str):
            raise fail(item, "text is wanted here", code="InvalidType")
        found.append((key, value))
    return tuple(found)
