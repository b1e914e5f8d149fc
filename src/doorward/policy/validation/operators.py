"""Condition operators, and lists without values under each of their forms.

Sources: IAM User Guide, "IAM JSON policy elements: Condition operators", "Multivalued context
keys" and "IAM policy validation check reference"; rules C2, C4, C17. IAM spells operators in one
way only: it answers ``Invalid Condition type : stringEquals``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from doorward.policy.conditions import null
from doorward.policy.conditions.registry import OPERATORS, Quantifier
from doorward.policy.folding import fold
from doorward.policy.json_source import Object
from doorward.policy.problem import Finding, Severity, quoted
from doorward.policy.validation.rule import EVERY_KIND, Rule
from doorward.policy.validation.subject import Clause, Subject, at_text

_NULL = fold(null.NAME)
_PREFIXES = ("", "ForAllValues:", "ForAnyValue:")
_SPELLINGS = {
    fold(name): name
    for name in (
        *(f"{prefix}{null.NAME}" for prefix in _PREFIXES),
        *(
            f"{prefix}{operator.name}{suffix}"
            for operator in OPERATORS.values()
            for prefix in _PREFIXES
            for suffix in ("", "IfExists")
        ),
    )
}


def unknown(subject: Subject) -> Iterator[Finding]:
    """An operator is one of AWS's, in AWS's spelling."""
    for clause in subject.clauses:
        operator = clause.condition.operator
        meant = _SPELLINGS.get(fold(operator.value))
        if meant != operator.value and not _is_null_if_exists(clause):
            message = f"The condition operator {quoted(operator.value)} is not valid"
            yield at_text(operator, message, f"Write {meant}" if meant else "")


def null_if_exists(subject: Subject) -> Iterator[Finding]:
    """Null does not take IfExists: it decides about absent keys itself."""
    for clause in filter(_is_null_if_exists, subject.clauses):
        message = "Null decides about absent keys itself, and takes no IfExists"
        yield at_text(clause.condition.operator, message, "Write Null")


def _is_null_if_exists(clause: Clause) -> bool:
    return clause.base == _NULL and clause.if_exists


def null_with_quantifier(subject: Subject) -> Iterator[Finding]:
    """Null asks about the key, not about its values: a set operator says nothing there."""
    for clause in subject.under((_NULL,)):
        if clause.quantifier is not None and not clause.if_exists:
            message = "AWS says that this is always true with ForAllValues, false with ForAnyValue"
            yield at_text(clause.condition.operator, message, "Write Null")


def no_conditions(subject: Subject) -> Iterator[Finding]:
    """A Condition that is there says something."""
    for statement in subject.statements:
        if not statement.conditions:
            pointer = f"{statement.pointer}/Condition"
            if isinstance(subject.node(pointer), Object):
                yield subject.at(pointer, "The Condition is empty", "Remove it")


def _without_values(concerns: Callable[[Clause], bool], subject: Subject) -> Iterator[Clause]:
    return (each for each in subject.clauses if not each.condition.values and concerns(each))


def _for_all(clause: Clause) -> bool:
    return clause.quantifier is Quantifier.FOR_ALL


def _for_any(clause: Clause) -> bool:
    return clause.quantifier is Quantifier.FOR_ANY


def _if_exists(clause: Clause) -> bool:
    return clause.quantifier is None and clause.if_exists


def _plain(clause: Clause) -> bool:
    return clause.quantifier is None and not clause.if_exists


def no_values(subject: Subject) -> Iterator[Finding]:
    """A condition compares with some value."""
    for clause in _without_values(_plain, subject):
        yield clause.at("There is no value: an Allow does not apply, a Deny does", "Add a value")


def no_values_for_all(subject: Subject) -> Iterator[Finding]:
    """A condition with ForAllValues compares with some value."""
    for clause in _without_values(_for_all, subject):
        yield clause.at("There is no value: this holds without the key alone", "Use Null")


def no_values_for_any(subject: Subject) -> Iterator[Finding]:
    """A condition with ForAnyValue compares with some value."""
    for clause in _without_values(_for_any, subject):
        yield clause.at("There is no value: this never holds", "Add a value")


def no_values_if_exists(subject: Subject) -> Iterator[Finding]:
    """A condition with IfExists compares with some value."""
    for clause in _without_values(_if_exists, subject):
        yield clause.at("There is no value: this holds without the key alone", "Use Null")


RULES = (
    Rule("INVALID_CONDITION_OPERATOR", Severity.ERROR, unknown, refused=EVERY_KIND),
    Rule("NULL_WITH_IF_EXISTS", Severity.ERROR, null_if_exists, refused=EVERY_KIND),
    Rule("NULL_WITH_QUALIFIER", Severity.SUGGESTION, null_with_quantifier),
    Rule("EMPTY_OBJECT_CONDITION", Severity.SUGGESTION, no_conditions),
    Rule("EMPTY_ARRAY_CONDITION", Severity.SUGGESTION, no_values),
    Rule("EMPTY_ARRAY_CONDITION_FORALLVALUES", Severity.SUGGESTION, no_values_for_all),
    Rule("EMPTY_ARRAY_CONDITION_FORANYVALUE", Severity.SUGGESTION, no_values_for_any),
    Rule("EMPTY_ARRAY_CONDITION_IFEXISTS", Severity.SUGGESTION, no_values_if_exists),
)
