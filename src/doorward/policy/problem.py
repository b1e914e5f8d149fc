"""Problems: what is wrong with an input, as values.

Parsing and importing return ``(value, problems)`` with every problem found, never the first alone.
"""

from __future__ import annotations

import enum

import msgspec

from doorward.policy.document import Span


class Severity(enum.Enum):
    """How bad a problem is; an ``ERROR`` means that the value cannot be used."""

    ERROR = "error"
    WARNING = "warning"


class Problem(msgspec.Struct, frozen=True):
    """One problem: a stable ``code``, the place, what is wrong, and what to do about it.

    ``pointer`` is an RFC 6901 JSON pointer, ``span`` the characters in the source text (``None``
    where the text has no such place), ``line`` and ``column`` count from 1.
    """

    code: str
    severity: Severity
    pointer: str
    message: str
    hint: str
    span: Span | None = None
    line: int | None = None
    column: int | None = None
