"""What could be left out, because something else in the same place covers it.

An entry of a list is covered by a pattern that matches all that it matches; a statement by another
of the same effect that has no condition more and names at least its principals, actions and
resources. What covers each other is reported once, at the later place. A statement that says the
same by other means (``NotAction`` against ``Action``, a negated condition) is not found: what is
reported could really be left out.

These checks compare everything with everything; how far they go is bounded (``effort``), and if a
comparison was not made, a remark says so.

Source: IAM User Guide, "IAM policy validation check reference" (Redundant action, Redundant
resource, Redundant statement).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from doorward.policy.document import Effect, PrincipalKind, Principals, Statement, Text
from doorward.policy.folding import fold
from doorward.policy.patterns import Glob
from doorward.policy.problem import Finding, Severity, quoted
from doorward.policy.resource_globs import ResourceGlobs
from doorward.policy.validation.effort import Effort
from doorward.policy.validation.listing import ACTIONS, Listing, resource_language
from doorward.policy.validation.rule import Rule
from doorward.policy.validation.subject import Subject, at_text

_STEPS_OF_A_PAIR = 3


class Meaning(msgspec.Struct, frozen=True):
    """A statement as far as its coverage goes; what is ``None`` is not there."""

    statement: Statement
    actions: Listing[Glob]
    resources: Listing[ResourceGlobs] | None
    conditions: frozenset[tuple[str, str, frozenset[str]]]


def meanings(subject: Subject) -> tuple[Meaning, ...]:
    """Return the statements of a document as they are compared, in their order."""
    language = resource_language(subject.resource)
    return tuple(
        Meaning(
            statement,
            Listing(statement.actions.patterns, ACTIONS),
            Listing(statement.resources.patterns, language) if statement.resources else None,
            frozenset(
                (fold(each.operator.value), fold(each.key.value), _values(each.values))
                for each in statement.conditions
            ),
        )
        for statement in subject.statements
    )


def _values(texts: tuple[Text, ...]) -> frozenset[str]:
    return frozenset(text.value for text in texts)


def redundant_action(subject: Subject) -> Iterator[Finding]:
    """No action of a list is covered by another."""
    for meaning in subject.once(meanings):
        for text, by in meaning.actions.redundant(subject.effort):
            yield at_text(text, f"{quoted(by.value)} covers this action", "Remove it")


def redundant_resource(subject: Subject) -> Iterator[Finding]:
    """No resource of a list is covered by another.

    But a variable without a value decides alone in ``NotResource`` (R7): it is never redundant.
    """
    for meaning in subject.once(meanings):
        resources = meaning.statement.resources
        negated = resources is not None and resources.negated
        for text, by in meaning.resources.redundant(subject.effort) if meaning.resources else ():
            decides = negated and subject.resource(text.value).variables
            if text.value == by.value or not decides:
                yield at_text(text, f"{quoted(by.value)} covers this resource", "Remove it")


def redundant_statement(subject: Subject) -> Iterator[Finding]:
    """No statement is covered by another."""
    found = subject.once(meanings)
    for narrow in found:
        by = _covering(narrow, found, subject.effort)
        if by is not None:
            statement = narrow.statement
            verb = "denies" if statement.effect is Effect.DENY else "allows"
            message = f"The statement at {by.pointer} {verb} all that this one does"
            yield Finding(statement.pointer, statement.span, message, "Remove it")


def _covering(narrow: Meaning, among: tuple[Meaning, ...], effort: Effort) -> Statement | None:
    for wide in among:
        if wide is narrow:
            continue
        if not effort.spend(_STEPS_OF_A_PAIR):
            return None
        if covers(wide, narrow, effort) and (
            wide.statement.index < narrow.statement.index or not covers(narrow, wide, effort)
        ):
            return wide.statement
    return None


def covers(wide: Meaning, narrow: Meaning, effort: Effort) -> bool:
    """Whether a statement surely says all that another of the same effect does.

    Both are of documents that read ``${…}`` alike (V1).
    """
    one, other = wide.statement, narrow.statement
    return (
        one.effect is other.effect
        and wide.conditions <= narrow.conditions
        and _same_or_more(one.principals, other.principals)
        and one.actions.negated is other.actions.negated
        and _lists_cover(wide.actions, narrow.actions, effort, negated=one.actions.negated)
        and _resources_cover(wide, narrow, effort)
    )


def _lists_cover(
    wide: Listing[Glob], narrow: Listing[Glob], effort: Effort, *, negated: bool
) -> bool:
    return narrow.covers(wide, effort) if negated else wide.covers(narrow, effort)


def _resources_cover(wide: Meaning, narrow: Meaning, effort: Effort) -> bool:
    """Of ``NotResource`` only the same is said to cover: its variables decide by effect (R7)."""
    one, other = wide.statement.resources, narrow.statement.resources
    if one is None or other is None or wide.resources is None or narrow.resources is None:
        return one is other
    if one.negated or other.negated:
        return one.negated is other.negated and _values(one.patterns) == _values(other.patterns)
    return wide.resources.covers(narrow.resources, effort)


def _same_or_more(wide: Principals | None, narrow: Principals | None) -> bool:
    if wide is None or narrow is None:
        return wide is narrow
    if wide.negated or narrow.negated:
        return wide.negated is narrow.negated and _named(wide) == _named(narrow)
    everyone = wide.entries[0].kind is PrincipalKind.EVERYONE
    return everyone or _named(wide) >= _named(narrow)


def _named(principals: Principals) -> frozenset[tuple[PrincipalKind, str]]:
    return frozenset((entry.kind, entry.text.value) for entry in principals.entries)


def incomplete(subject: Subject) -> Iterator[Finding]:
    """Everything was compared that had to be.

    The code is ours: nothing is left out without a word.
    """
    if subject.effort.exhausted:
        message = "The policy is too large to be searched for everything that is redundant in it"
        yield Finding("", subject.whole, message, "Remove what was found, and look again")


RULES = (
    Rule("REDUNDANT_ACTION", Severity.SUGGESTION, redundant_action),
    Rule("REDUNDANT_RESOURCE", Severity.SUGGESTION, redundant_resource),
    Rule("REDUNDANT_STATEMENT", Severity.SUGGESTION, redundant_statement),
    Rule("REDUNDANCY_CHECK_INCOMPLETE", Severity.SUGGESTION, incomplete),
)
"""The last one must stand last: it tells whether those before it came to their end."""
