"""The registry of condition operators, and the compiler of conditions.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Multivalued context
keys"; ``docs/reference/evaluation.md``, rules C1 to C17.
"""

from __future__ import annotations

import enum
from collections.abc import Callable

import msgspec

from doorward.policy.conditions import arn, binary, boolean, date, ip, null, numeric, string
from doorward.policy.conditions.operator import Member, Operator
from doorward.policy.document import Condition
from doorward.policy.folding import fold
from doorward.policy.variables import Values

Check = Callable[[Values], bool]
"""Whether a condition holds in a request context."""

OPERATORS: dict[str, Operator] = {
    fold(operator.name): operator
    for family in (string, numeric, date, boolean, binary, ip, arn)
    for operator in family.OPERATORS
}
"""Every operator that compares values, by its folded name; ``Null`` compares none."""


class Quantifier(enum.Enum):
    """The set prefixes, folded."""

    FOR_ALL = "forallvalues"
    FOR_ANY = "foranyvalue"


class OperatorName(msgspec.Struct, frozen=True):
    """An operator's name, taken apart; ``base`` is folded and perhaps unknown."""

    base: str
    quantifier: Quantifier | None
    if_exists: bool


NULL = OperatorName(fold(null.NAME), None, if_exists=False)
"""``Null``, which takes no prefix and no suffix."""

_QUANTIFIERS = {quantifier.value: quantifier for quantifier in Quantifier}
_IF_EXISTS = "ifexists"


def take_apart(name: str) -> OperatorName:
    """Take an operator's name apart; whether there is such an operator is another question."""
    prefix, colon, rest = fold(name).partition(":")
    quantifier = _QUANTIFIERS.get(prefix) if colon else None
    full = rest if quantifier else fold(name)
    base = full.removesuffix(_IF_EXISTS)
    return OperatorName(base, quantifier, if_exists=base != full)


def compile_condition(condition: Condition, *, variables: bool) -> Check | None:
    """Compile one condition, or return ``None`` when nobody can say what it means.

    That is so when its operator is unknown or malformed (C2), and when a plain operator has a list
    without values, of which AWS says two things (C17). ``variables`` says whether policy variables
    are variables in this document (V1).
    """
    name = take_apart(condition.operator.value)
    key = fold(condition.key.value)
    values = tuple(value.value for value in condition.values)
    if not values and name.quantifier is None and not name.if_exists:
        return None
    if name == NULL:
        return null.presence(key, values)
    operator = OPERATORS.get(name.base)
    if operator is None:
        return None
    member = operator.member(values, variables=variables) if values else _nothing
    if name.quantifier is Quantifier.FOR_ALL:
        return _for_all(key, member)
    if name.quantifier is Quantifier.FOR_ANY:
        return _for_any(key, member, absent=name.if_exists)
    return _single(key, member, absent=operator.negated or name.if_exists)


def _nothing(_value: str, _context: Values) -> bool:
    """Nothing satisfies a list without values, under a negated operator neither (C17)."""
    return False


def _single(key: str, member: Member, *, absent: bool) -> Check:
    """A plain operator: ``absent`` decides without the key (C3); a list never matches (C7)."""

    def check(context: Values) -> bool:
        value = context.entries.get(key)
        if value is None:
            return absent
        return not value.multi and member(value.values[0], context)

    return check


def _for_all(key: str, member: Member) -> Check:
    """``ForAllValues``: true without the key and on a null data set (C3, C5)."""

    def check(context: Values) -> bool:
        value = context.entries.get(key)
        if value is None or not any(value.values):
            return True
        return all(member(item, context) for item in value.values)

    return check


def _for_any(key: str, member: Member, *, absent: bool) -> Check:
    """``ForAnyValue``: false without the key and on a null data set (C3, C6)."""

    def check(context: Values) -> bool:
        value = context.entries.get(key)
        if value is None:
            return absent
        return any(value.values) and any(member(item, context) for item in value.values)

    return check
