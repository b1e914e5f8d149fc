"""Date operators: W3C ISO 8601 dates and times, or epoch seconds (C10).

A date alone is midnight UTC; a time must say its offset (``Z`` or ``±hh:mm``), as W3C's profile
asks. Source: IAM User Guide, "Date condition operators"; W3C NOTE-dt.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from decimal import Decimal

from doorward.policy.conditions.operator import Operator, comparison

Instant = tuple[Decimal, Decimal]
"""Whole seconds since 1970-01-01T00:00:00Z, and the fraction of a second on top (never negative):
a pair, because adding the two would round."""

_EPOCH = re.compile(r"[+-]?[0-9]+")
_DATE_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]+)?)?(?:Z|([+-])([0-9]{2}):([0-9]{2})))?"
)
_NO_FRACTION = Decimal(0)


def instant(text: str) -> Instant | None:
    """Read a point in time, or ``None`` if ``text`` is none."""
    if _EPOCH.fullmatch(text):
        return Decimal(text), _NO_FRACTION
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, sign, off_hour, off_minute = match.groups("")
    try:
        offset = dt.time(int(off_hour or 0), int(off_minute or 0))
        local = dt.datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            tzinfo=dt.UTC,
        )  # fmt: skip
    except ValueError:
        return None
    seconds = (local.toordinal() - _EPOCH_DAY) * 86_400
    seconds += local.hour * 3600 + local.minute * 60 + local.second
    ahead = (offset.hour * 60 + offset.minute) * 60
    seconds += ahead if sign == "-" else -ahead
    return Decimal(seconds), Decimal("0" + fraction) if fraction else _NO_FRACTION


_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()

OPERATORS = (
    Operator("DateEquals", comparison(instant, operator.eq)),
    Operator("DateNotEquals", comparison(instant, operator.eq), negated=True),
    Operator("DateLessThan", comparison(instant, operator.lt)),
    Operator("DateLessThanEquals", comparison(instant, operator.le)),
    Operator("DateGreaterThan", comparison(instant, operator.gt)),
    Operator("DateGreaterThanEquals", comparison(instant, operator.ge)),
)
