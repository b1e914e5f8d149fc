"""Whom a statement names, and by which name.

Sources: IAM User Guide, "AWS JSON policy elements: Principal", "NotPrincipal", "IAM identifiers"
(prefixes of unique ids) and "IAM policy validation check reference"; rules G5, P1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from doorward.policy.document import Effect, PrincipalKind
from doorward.policy.kind import PolicyKind
from doorward.policy.problem import Finding, Severity, quoted
from doorward.policy.validation.rule import WITH_PRINCIPAL, Rule
from doorward.policy.validation.subject import Subject, at_text

_TRUST = frozenset({PolicyKind.TRUST})
_ELSEWHERE = frozenset({PolicyKind.RESOURCE, PolicyKind.ENDPOINT})
_ROLE_ID = re.compile(r"AROA[A-Z0-9]{12,}")
_USER_ID = re.compile(r"AIDA[A-Z0-9]{12,}")


def wildcard(subject: Subject) -> Iterator[Finding]:
    """A wildcard is a whole AWS principal or no part of one."""
    for _, entry in subject.principals(*PrincipalKind):
        text = entry.text
        if text.value == "*" and entry.kind in {PrincipalKind.AWS, PrincipalKind.EVERYONE}:
            continue
        if "*" in text.value or "?" in text.value:
            yield at_text(
                text,
                "A wildcard cannot stand for part of a principal",
                "Name the principal in full, or use * with a condition on aws:PrincipalArn",
            )


def group(subject: Subject) -> Iterator[Finding]:
    """A group is not a principal.

    The code is ours: Access Analyzer has none.
    """
    for _, entry in subject.principals(PrincipalKind.AWS):
        if ":group/" in entry.text.value:
            yield at_text(entry.text, "A group is not a principal", "Name its users")


def role_id(subject: Subject) -> Iterator[Finding]:
    """A role is named by its ARN, not by its unique id."""
    for _, entry in subject.principals(PrincipalKind.AWS):
        if _ROLE_ID.fullmatch(entry.text.value):
            message = f"{quoted(entry.text.value)} is a role's id: perhaps of one that was deleted"
            yield at_text(entry.text, message, "Write the role's ARN")


def user_id(subject: Subject) -> Iterator[Finding]:
    """A user is named by its ARN, not by its unique id."""
    for _, entry in subject.principals(PrincipalKind.AWS):
        if _USER_ID.fullmatch(entry.text.value):
            message = f"{quoted(entry.text.value)} is a user's id: perhaps of one that was deleted"
            yield at_text(entry.text, message, "Write the user's ARN")


def allow_with_not_principal(subject: Subject) -> Iterator[Finding]:
    """An Allow names whom it is for, not whom it is not for."""
    for statement in subject.statements:
        principals = statement.principals
        if statement.effect is Effect.ALLOW and principals is not None and principals.negated:
            message = "An Allow with NotPrincipal is for everyone else, anonymous callers too"
            hint = "Use Principal; if need be, add a Deny"
            yield Finding(principals.pointer, principals.span, message, hint)


def federated(subject: Subject) -> Iterator[Finding]:
    """A federated principal stands in a trust policy: elsewhere its sessions are named."""
    for _, entry in subject.principals(PrincipalKind.FEDERATED):
        message = "Identity providers are principals in the trust policies of roles alone"
        yield at_text(entry.text, message, "Name the role, or its sessions")


RULES = (
    Rule(
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        Severity.ERROR,
        wildcard,
        WITH_PRINCIPAL - _TRUST,
        WITH_PRINCIPAL - _TRUST,
    ),
    Rule(
        "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        Severity.ERROR,
        wildcard,
        _TRUST,
        _TRUST,
    ),
    Rule("INVALID_PRINCIPAL", Severity.ERROR, group, WITH_PRINCIPAL, WITH_PRINCIPAL),
    Rule("INVALID_ROLE_REFERENCE", Severity.WARNING, role_id, WITH_PRINCIPAL),
    Rule("INVALID_USER_REFERENCE", Severity.WARNING, user_id, WITH_PRINCIPAL),
    Rule(
        "ALLOW_WITH_NOT_PRINCIPAL", Severity.SECURITY_WARNING, allow_with_not_principal, _ELSEWHERE
    ),
    Rule("FEDERATED_PRINCIPAL_NOT_SUPPORTED", Severity.ERROR, federated, _ELSEWHERE),
)
