"""Values of a condition key that a policy's value is likely to tell apart.

They are used to find out what a request would be answered if it carried a key that it does not:
each is tried by a real decision, so a poor sample can hide a difference, but never invent one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from doorward.policy.conditions.date import instant
from doorward.policy.conditions.ip import block
from doorward.policy.conditions.numeric import number
from doorward.policy.folding import fold

OTHER = "another-value"
"""A text that no policy is likely to hold."""

_OUTSIDE = ("192.0.2.1", "2001:db8::1")  # RFC 5737, RFC 3849: addresses of documentation


def samples(operator: str, value: str) -> tuple[str, ...]:
    """Return values to try for a key that ``operator`` compares with ``value``.

    The first is one that is equal in the operator's sense, as far as there is such a one.
    """
    base = fold(operator).rpartition(":")[2]
    family = next((each for each in _FAMILIES if base.startswith(each)), None)
    return _FAMILIES[family](value) if family else (value, OTHER)


def _glob(value: str) -> tuple[str, ...]:
    return value.replace("*", "").replace("?", "x"), OTHER


def _arn(value: str) -> tuple[str, ...]:
    return value.replace("*", "x").replace("?", "x"), f"arn:aws:{OTHER}:::{OTHER}"


def _number(value: str) -> tuple[str, ...]:
    found = number(value)
    return ("0",) if found is None else (value, f"{found - 1:f}", f"{found + 1:f}")


def _date(value: str) -> tuple[str, ...]:
    found = instant(value)
    return ("0",) if found is None else (value, f"{found[0] - 1:f}", f"{found[0] + 1:f}")


def _bool(_value: str) -> tuple[str, ...]:
    return "true", "false"


def _any(_value: str) -> tuple[str, ...]:
    return (OTHER,)


def _address(value: str) -> tuple[str, ...]:
    return (value.partition("/")[0], *_OUTSIDE) if block(value) else _OUTSIDE


_FAMILIES: Mapping[str, Callable[[str], tuple[str, ...]]] = {
    "stringlike": _glob,
    "stringnotlike": _glob,
    "arn": _arn,
    "numeric": _number,
    "date": _date,
    "bool": _bool,
    "null": _any,
    "ipaddress": _address,
    "notipaddress": _address,
}
"""By the beginning of an operator's folded name."""
