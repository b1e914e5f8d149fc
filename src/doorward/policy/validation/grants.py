"""Two permissions that reach further than they seem: to pass roles, and to make linked ones.

Whoever may pass any role to a service gets, through it, what the most powerful role may do. Each
permission is looked for in every Allow of an identity policy, in three ways of naming the action
and two of naming the resources. A permissions boundary, a session policy and an SCP grant nothing:
there it is not looked for.

Sources: IAM User Guide, "Grant a user permissions to pass a role to an AWS service" and "IAM
policy validation check reference" (Pass role with …, Create SLR with …). A condition that needs
``iam:PassedToService`` is what AWS advises where the resource has a wildcard; it gives no such
advice for ``NotResource``, nor for service-linked roles.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator

import msgspec

from doorward.policy.action_patterns import compile_action
from doorward.policy.conditions.registry import OPERATORS
from doorward.policy.document import Actions, Effect, Statement, Text
from doorward.policy.folding import fold
from doorward.policy.kind import PolicyKind
from doorward.policy.patterns import compile_glob, subsumes
from doorward.policy.problem import Finding, Severity
from doorward.policy.validation.rule import Rule
from doorward.policy.validation.subject import Subject

_IDENTITY = frozenset({PolicyKind.IDENTITY})


class Naming(enum.Enum):
    """How a statement comes to allow an action."""

    NAMED = "as it is"
    COVERED = "by a wildcard"
    LEFT = "by leaving it out of NotAction"


class Reach(enum.Enum):
    """How a statement names more resources than meant."""

    EVERYTHING = "by a wildcard over all"
    EXCEPTIONS = "by NotResource"


class Grant(msgspec.Struct, frozen=True):
    """A permission to look for: its action, the part of an ARN that is too wide, its cure."""

    action: str
    all_of_them: str
    narrowed_by: str | None
    message: str
    hint: str


PASS_ROLE = Grant(
    "iam:PassRole",
    "role/*",
    "iam:passedtoservice",
    "Any role may be passed to any service, which then has the role's permissions",
    "Name the roles, or add a condition on iam:PassedToService",
)
CREATE_LINKED_ROLE = Grant(
    "iam:CreateServiceLinkedRole",
    "role/aws-service-role/*",
    None,
    "Service-linked roles may be made for any service",
    "Name the roles: arn:aws:iam::ACCOUNT:role/aws-service-role/SERVICE/*",
)

Granted = tuple[Naming, Reach, Finding]


def _passed(subject: Subject) -> tuple[Granted, ...]:
    return tuple(_granted(subject, PASS_ROLE))


def _linked(subject: Subject) -> tuple[Granted, ...]:
    return tuple(_granted(subject, CREATE_LINKED_ROLE))


def _granted(subject: Subject, grant: Grant) -> Iterator[Granted]:
    for statement in subject.statements:
        if statement.effect is not Effect.ALLOW:
            continue
        naming, at = _naming(statement, fold(grant.action))
        reach = _reach(subject, statement, grant) if naming else None
        if naming is None or reach is None:
            continue
        if reach is Reach.EXCEPTIONS or not _is_narrowed(subject, statement, grant):
            yield naming, reach, Finding(at.pointer, at.span, grant.message, grant.hint)


def _naming(statement: Statement, action: str) -> tuple[Naming | None, Text | Actions]:
    """How the statement names the action, and where."""
    matching = [
        text
        for text in statement.actions.patterns
        if fold(text.value[:1]) in {"i", "*", "?"} and compile_action(text.value)(action)
    ]
    if statement.actions.negated:
        return (None if matching else Naming.LEFT), statement.actions
    for text in matching:
        if fold(text.value) == action:
            return Naming.NAMED, text
    return (Naming.COVERED, matching[0]) if matching else (None, statement.actions)


def _reach(subject: Subject, statement: Statement, grant: Grant) -> Reach | None:
    """How the statement names more resources than meant, if it does."""
    resources = statement.resources
    if resources is None:
        return None
    if resources.negated:
        return Reach.EXCEPTIONS
    everything = compile_glob(grant.all_of_them)
    for text in resources.patterns:
        globs = subject.resource(text.value)
        narrowed = globs.variables or globs.misplaced_variable
        if not narrowed and globs.service.matches("iam") and subsumes(globs.tail, everything):
            return Reach.EVERYTHING
    return None


def _is_narrowed(subject: Subject, statement: Statement, grant: Grant) -> bool:
    """Whether a condition of the statement needs the key that narrows the permission."""
    return any(
        clause.base in OPERATORS and not OPERATORS[clause.base].negated and not clause.if_exists
        for clause in subject.keys_of(statement).get(grant.narrowed_by or "", ())
    )


def _rule(
    code: str,
    severity: Severity,
    grant: Grant,
    found: Callable[[Subject], tuple[Granted, ...]],
    forms: tuple[Naming, Reach],
) -> Rule:
    """Make the rule that a grant does not come in two forms together."""

    def check(subject: Subject) -> Iterator[Finding]:
        return (each for *seen, each in subject.once(found) if tuple(seen) == forms)

    naming, reach = forms
    check.__doc__ = f"No Allow names {grant.action} {naming.value} and its roles {reach.value}."
    return Rule(code, severity, check, _IDENTITY)


_FORMS = {
    "NOT_RESOURCE": (Naming.NAMED, Reach.EXCEPTIONS),
    "STAR_IN_ACTION_AND_NOT_RESOURCE": (Naming.COVERED, Reach.EXCEPTIONS),
    "NOT_ACTION_AND_NOT_RESOURCE": (Naming.LEFT, Reach.EXCEPTIONS),
    "STAR_IN_RESOURCE": (Naming.NAMED, Reach.EVERYTHING),
    "STAR_IN_ACTION_AND_RESOURCE": (Naming.COVERED, Reach.EVERYTHING),
    "STAR_IN_RESOURCE_AND_NOT_ACTION": (Naming.LEFT, Reach.EVERYTHING),
}
"""The second half of each code, after ``PASS_ROLE_WITH_`` and ``CREATE_SLR_WITH_``."""

RULES = (
    *(
        _rule(f"PASS_ROLE_WITH_{name}", Severity.SECURITY_WARNING, PASS_ROLE, _passed, forms)
        for name, forms in _FORMS.items()
    ),
    *(
        _rule(f"CREATE_SLR_WITH_{name}", Severity.WARNING, CREATE_LINKED_ROLE, _linked, forms)
        for name, forms in _FORMS.items()
    ),
)
