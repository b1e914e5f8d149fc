"""Values of conditions: whether the operator can read them, and whether they say what is meant.

Sources: IAM User Guide, "IAM JSON policy elements: Condition operators" and "IAM policy validation
check reference"; rules C8 to C13. What reads a value here is what the engine reads it with. IAM
stores what breaks these rules: the value then never matches.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from doorward.policy.conditions import binary, boolean, date, ip, null, numeric, string
from doorward.policy.conditions.operator import Operator
from doorward.policy.document import Text
from doorward.policy.folding import fold
from doorward.policy.problem import Finding, Severity
from doorward.policy.validation.rule import Rule
from doorward.policy.validation.subject import Subject, at_text
from doorward.policy.variables import REFERENCE, has_wildcard, tokenize


def _names(operators: tuple[Operator, ...]) -> frozenset[str]:
    return frozenset(fold(operator.name) for operator in operators)


_BOOLEAN = _names(boolean.OPERATORS)
_DATE = _names(date.OPERATORS)
_NUMERIC = _names(numeric.OPERATORS)
_EXACT_STRINGS = frozenset(name for name in _names(string.OPERATORS) if "like" not in name)
_ORDERED = frozenset(name for name in _NUMERIC | _DATE if "than" in name)
_EPOCH = re.compile(r"[+-]?[0-9]+")


def _unreadable(
    subject: Subject, bases: frozenset[str], read: Callable[[str], object | None]
) -> Iterator[Text]:
    """Yield the values under some operators that are none of theirs; variables are not asked."""
    for clause in subject.under(bases):
        for value in clause.condition.values:
            if read(value.value) is None and not REFERENCE.search(value.value):
                yield value


def no_boolean(subject: Subject) -> Iterator[Finding]:
    """The value of a Boolean operator, and of Null, is true or false."""
    for value in _unreadable(subject, _BOOLEAN | {fold(null.NAME)}, boolean.truth):
        yield at_text(value, "The value is neither true nor false", "Write true or false")


def no_date(subject: Subject) -> Iterator[Finding]:
    """The value of a date operator is a date or a time with its offset."""
    for value in _unreadable(subject, _DATE, date.instant):
        hint = "Write 2026-12-31 or 2026-12-31T23:59:59Z"
        yield at_text(value, "The value is no date", hint)


def no_number(subject: Subject) -> Iterator[Finding]:
    """The value of a numeric operator is a number in plain decimal notation."""
    for value in _unreadable(subject, _NUMERIC, numeric.number):
        yield at_text(value, "The value is no number", "Write it in plain decimal notation")


def no_address(subject: Subject) -> Iterator[Finding]:
    """The value of an IP address operator is an address or a CIDR block."""
    for value in _unreadable(subject, _names(ip.OPERATORS), ip.block):
        yield at_text(value, "The value is no address and no CIDR block", "Write 203.0.113.0/24")


def no_base64(subject: Subject) -> Iterator[Finding]:
    """The value of a binary operator is in base64."""
    for value in _unreadable(subject, _names(binary.OPERATORS), binary.octets):
        yield at_text(value, "The value is not in base64", "Encode it, with its padding")


def epoch_seconds(subject: Subject) -> Iterator[Finding]:
    """A date is written as a date, not as seconds since 1970."""
    for clause in subject.under(_DATE):
        for value in clause.condition.values:
            if _EPOCH.fullmatch(value.value):
                message = "Seconds since 1970 are easily mistaken"
                yield at_text(value, message, "Write 2026-12-31 or 2026-12-31T23:59:59Z")


def several_booleans(subject: Subject) -> Iterator[Finding]:
    """A Boolean has one value: true and false together are no condition."""
    for clause in subject.under(_BOOLEAN):
        if len(clause.condition.values) > 1 and clause.quantifier is None:
            yield clause.at("A Boolean condition has more than one value", "Keep one")


def mixed_types(subject: Subject) -> Iterator[Finding]:
    """The values of one condition are of one JSON type."""
    source = subject.document.source
    for clause in subject.clauses:
        values = clause.condition.values
        if len({_json_type(source[each.span.start : each.span.start + 1]) for each in values}) > 1:
            message = "The values are of different JSON types"
            yield clause.at(message, "Write all of them as texts")


def _json_type(first: str) -> str:
    return "boolean" if first in {"t", "f"} else "text" if first == '"' else "number"


def wildcard_without_like(subject: Subject) -> Iterator[Finding]:
    """Wildcards stand under operators with Like: elsewhere they are plain characters."""
    variables = subject.document.has_variables
    for clause in subject.under(_EXACT_STRINGS):
        for value in clause.condition.values:
            if has_wildcard(tokenize(value.value, variables=variables)):
                message = "This operator takes * and ? as plain characters"
                yield at_text(value, message, "Use StringLike or StringNotLike, or ${*}")


def several_bounds(subject: Subject) -> Iterator[Finding]:
    """Less than and greater than have one bound: of several the widest decides."""
    for clause in subject.under(_ORDERED):
        if len(clause.condition.values) > 1:
            yield clause.at("Of several bounds the widest decides", "Keep that one")


RULES = (
    Rule("TYPE_MISMATCH_BOOLEAN", Severity.WARNING, no_boolean),
    Rule("TYPE_MISMATCH_DATE", Severity.WARNING, no_date),
    Rule("TYPE_MISMATCH_NUMBER", Severity.WARNING, no_number),
    Rule("TYPE_MISMATCH_IP_RANGE", Severity.WARNING, no_address),
    Rule("TYPE_MISMATCH_STRING", Severity.WARNING, no_base64),
    Rule("INVALID_DATE_VALUE", Severity.WARNING, epoch_seconds),
    Rule("INVALID_CONDITION_MULTIPLE_BOOLEAN", Severity.ERROR, several_booleans),
    Rule("INVALID_CONDITION_DATA_TYPE", Severity.ERROR, mixed_types),
    Rule("WILDCARD_WITHOUT_LIKE_OPERATOR", Severity.WARNING, wildcard_without_like),
    Rule("REDUNDANT_CONDITION_VALUE_NUM", Severity.SUGGESTION, several_bounds),
)
