"""Policy variables: how they are written, and where they mean something.

Sources: IAM User Guide, "IAM policy elements: Variables and tags" and "IAM policy validation check
reference"; rules V1 to V4. IAM stores what breaks these rules: the text then means itself, or
matches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from doorward.policy.conditions import arn, null, string
from doorward.policy.conditions.registry import OPERATORS
from doorward.policy.document import Statement, Text
from doorward.policy.folding import fold
from doorward.policy.problem import Finding, Severity
from doorward.policy.validation.rule import Rule
from doorward.policy.validation.subject import Subject, at_text
from doorward.policy.variables import DEFAULT, REFERENCE

_START = "${"
_ESCAPES = frozenset("*?$")
_WITH_VARIABLES = frozenset(fold(each.name) for each in (*string.OPERATORS, *arn.OPERATORS))
_WITHOUT_VARIABLES = (OPERATORS.keys() | {fold(null.NAME)}) - _WITH_VARIABLES
# The first brace or quote of what begins like a variable and is none.
_BROKEN = re.compile(r"\$\{([^'{}]*)(.?)", re.DOTALL)


def _allowed(subject: Subject) -> Iterator[Text]:
    """Yield the texts in which variables are variables, and that seem to have some."""
    for statement in subject.statements:
        for text in statement.resources.patterns if statement.resources else ():
            if _START in text.value:
                yield text
        for condition in statement.conditions:
            for text in condition.values:
                if _START in text.value:
                    yield text


def _elsewhere(statement: Statement) -> Iterator[Text]:
    for entry in statement.principals.entries if statement.principals else ():
        yield entry.text
    yield from statement.actions.patterns
    for condition in statement.conditions:
        yield condition.operator
        yield condition.key


def _references(subject: Subject) -> Iterator[tuple[Text, str]]:
    """Yield what stands between the braces of every variable, escapes apart."""
    for text in _allowed(subject) if subject.document.has_variables else ():
        for match in REFERENCE.finditer(text.value):
            if match[1] not in _ESCAPES:
                yield text, match[1]


def _broken(subject: Subject) -> Iterator[tuple[Text, str]]:
    """Yield what stops each variable that does not come to its end: brace, quote or nothing."""
    for text in _allowed(subject) if subject.document.has_variables else ():
        for match in _BROKEN.finditer(REFERENCE.sub(" ", text.value)):
            yield text, match[2]


def missing_brace(subject: Subject) -> Iterator[Finding]:
    """A variable ends with a brace."""
    for text, stop in _broken(subject):
        if stop != "'":
            yield at_text(text, "A variable is not closed", "Add } after its name")


def missing_quote(subject: Subject) -> Iterator[Finding]:
    """The default value of a variable stands in single quotes, after a comma and a space."""
    hint = "Write ${key, 'default'}"
    for text, stop in _broken(subject):
        if stop == "'":
            yield at_text(text, "A quotation mark in a variable has no partner", hint)
    for text, body in _references(subject):
        _, comma, default = body.partition(",")
        if comma and not DEFAULT.fullmatch(default):
            yield at_text(text, "The default value of a variable is not in quotes", hint)


def space_in_name(subject: Subject) -> Iterator[Finding]:
    """The name of a variable has no space."""
    for text, body in _references(subject):
        name = body.partition(",")[0]
        if name.strip() and " " in name:
            yield at_text(text, "The name of a variable has a space in it", "Remove the space")


def empty(subject: Subject) -> Iterator[Finding]:
    """A variable names a key."""
    for text, body in _references(subject):
        if not body.partition(",")[0].strip():
            yield at_text(text, "A variable names no key", "For example ${aws:username}")


def in_other_element(subject: Subject) -> Iterator[Finding]:
    """Variables stand in resources and in values of conditions alone."""
    if not subject.document.has_variables:
        return
    for statement in subject.statements:
        for text in _elsewhere(statement):
            if REFERENCE.search(text.value):
                message = "Variables mean nothing in this element"
                yield at_text(text, message, "Use a wildcard, or a condition")


def misplaced(subject: Subject) -> Iterator[Finding]:
    """A variable in a resource stands after the fifth colon.

    The code is ours: Access Analyzer has none, and a policy of AWS's own breaks the rule, which is
    that of the guide and the engine (V2).
    """
    for statement in subject.statements if subject.document.has_variables else ():
        for text in statement.resources.patterns if statement.resources else ():
            if _START in text.value and subject.resource(text.value).misplaced_variable:
                message = "A variable before the fifth colon of an ARN has no value"
                yield at_text(text, message, "Use a wildcard there, or a condition")


def in_old_version(subject: Subject) -> Iterator[Finding]:
    """Variables need version 2012-10-17."""
    if not subject.document.has_variables:
        for text in _allowed(subject):
            if REFERENCE.search(text.value):
                message = "Variables are plain text in this version of the language"
                yield at_text(text, message, 'Write "Version": "2012-10-17"')


def under_other_operator(subject: Subject) -> Iterator[Finding]:
    """Variables stand under string and ARN operators."""
    for clause in subject.under(_WITHOUT_VARIABLES) if subject.document.has_variables else ():
        for text in clause.condition.values:
            if REFERENCE.search(text.value):
                message = "Variables stand under string and ARN operators alone"
                yield at_text(text, message, "Write the value out")


RULES = (
    Rule("MISSING_BRACE_IN_VARIABLE", Severity.ERROR, missing_brace),
    Rule("MISSING_QUOTE_IN_VARIABLE", Severity.ERROR, missing_quote),
    Rule("UNSUPPORTED_SPACE_IN_VARIABLE", Severity.ERROR, space_in_name),
    Rule("EMPTY_VARIABLE", Severity.ERROR, empty),
    Rule("VARIABLE_UNSUPPORTED_IN_ELEMENT", Severity.ERROR, in_other_element),
    Rule("MISPLACED_VARIABLE_IN_ARN", Severity.WARNING, misplaced),
    Rule("VARIABLE_UNSUPPORTED_IN_VERSION", Severity.ERROR, in_old_version),
    Rule("INVALID_VARIABLE_FOR_OPERATOR", Severity.ERROR, under_other_operator),
)
