"""Numeric operators: integers and decimals, read strictly, compared exactly (C9)."""

from __future__ import annotations

import operator
import re
from decimal import Decimal

from doorward.policy.conditions.operator import Operator, comparison

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def number(text: str) -> Decimal | None:
    """Read a decimal number without exponent, or ``None``; exact at any length."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


OPERATORS = (
    Operator("NumericEquals", comparison(number, operator.eq)),
    Operator("NumericNotEquals", comparison(number, operator.eq), negated=True),
    Operator("NumericLessThan", comparison(number, operator.lt)),
    Operator("NumericLessThanEquals", comparison(number, operator.le)),
    Operator("NumericGreaterThan", comparison(number, operator.gt)),
    Operator("NumericGreaterThanEquals", comparison(number, operator.ge)),
)
