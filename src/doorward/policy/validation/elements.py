"""Which elements a statement must and must not have, by the kind of policy.

Sources: IAM User Guide, "Grammar of the IAM JSON policy language"; "IAM policy validation check
reference"; AWS Organizations User Guide, "SCP syntax", "RCP syntax"; AWS PrivateLink Guide,
"Control access to VPC endpoints using endpoint policies"; rules G2, P6. SCPs have taken the whole
language since 19 September 2025 (AWS Security Blog, "AWS Organizations service control policy now
supports full IAM language"): the codes for what they did not take are no more.
"""

from __future__ import annotations

from collections.abc import Iterator

from doorward.policy.document import Actions, Effect, PrincipalKind, Principals, Resources
from doorward.policy.kind import PolicyKind
from doorward.policy.problem import Finding, Severity
from doorward.policy.validation.rule import WITH_PRINCIPAL, WITHOUT_PRINCIPAL, Rule
from doorward.policy.validation.subject import Subject, at_text

_WITH_RESOURCE = WITHOUT_PRINCIPAL | {
    PolicyKind.SERVICE_CONTROL,
    PolicyKind.RESOURCE_CONTROL,
    PolicyKind.ENDPOINT,
}
_TRUST = frozenset({PolicyKind.TRUST})
_SCP = frozenset({PolicyKind.SERVICE_CONTROL})
_RCP = frozenset({PolicyKind.RESOURCE_CONTROL})


def _at(element: Principals | Actions | Resources, message: str, hint: str) -> Finding:
    return Finding(element.pointer, element.span, message, hint)


def missing_principal(subject: Subject) -> Iterator[Finding]:
    """A statement of a policy on a resource says whom it is about."""
    for each in subject.statements:
        if each.principals is None:
            yield Finding(each.pointer, each.span, "The statement has no Principal", "Add it")


def unsupported_principal(subject: Subject) -> Iterator[Finding]:
    """A policy of whoever asks has no Principal: it is about its owner."""
    for statement in subject.statements:
        if statement.principals is not None:
            message = "Principal is not allowed in this kind of policy"
            yield _at(statement.principals, message, "Remove it")


def missing_resource(subject: Subject) -> Iterator[Finding]:
    """A statement says which resources it is about."""
    for each in subject.statements:
        if each.resources is None:
            yield Finding(each.pointer, each.span, "The statement has no Resource", "Add it")


def resource_in_trust(subject: Subject) -> Iterator[Finding]:
    """A trust policy names no resource: it is about its role."""
    for statement in subject.statements:
        if statement.resources is not None:
            message = "Resource is not allowed in a trust policy"
            yield _at(statement.resources, message, "Remove it")


def not_principal_in_trust(subject: Subject) -> Iterator[Finding]:
    """A trust policy names who is trusted, not who is not."""
    for statement in subject.statements:
        if statement.principals is not None and statement.principals.negated:
            message = "NotPrincipal is not allowed in a trust policy"
            yield _at(statement.principals, message, "Use Principal")


def allow_in_rcp(subject: Subject) -> Iterator[Finding]:
    """A resource control policy only denies."""
    for each in subject.statements:
        if each.effect is not Effect.DENY:
            message = "A resource control policy only denies"
            yield subject.at(f"{each.pointer}/Effect", message, "Write Deny")


def not_action_in_rcp(subject: Subject) -> Iterator[Finding]:
    """A resource control policy lists actions, not exceptions."""
    for statement in subject.statements:
        if statement.actions.negated:
            yield _at(statement.actions, "NotAction is not allowed here", "Use Action")


def every_action_in_rcp(subject: Subject) -> Iterator[Finding]:
    """A resource control policy names the service of its actions."""
    for statement in subject.statements:
        for pattern in statement.actions.patterns:
            if pattern.value == "*":
                yield at_text(pattern, "Name the actions' service", "For example s3:*")


def principal_in_rcp(subject: Subject) -> Iterator[Finding]:
    """The Principal of a resource control policy is ``"*"``."""
    for statement in subject.statements:
        principals = statement.principals
        if principals is not None and not _is_everyone(principals):
            yield _at(principals, 'Principal must be "*" here', "Use conditions")


def _is_everyone(principals: Principals) -> bool:
    kinds = [entry.kind for entry in principals.entries]
    return not principals.negated and kinds == [PrincipalKind.EVERYONE]


RULES = (
    Rule("MISSING_PRINCIPAL", Severity.ERROR, missing_principal, WITH_PRINCIPAL, WITH_PRINCIPAL),
    Rule(
        "UNSUPPORTED_PRINCIPAL",
        Severity.ERROR,
        unsupported_principal,
        WITHOUT_PRINCIPAL,
        WITHOUT_PRINCIPAL,
    ),
    Rule("SCP_SYNTAX_ERROR_PRINCIPAL", Severity.ERROR, unsupported_principal, _SCP, _SCP),
    Rule("MISSING_RESOURCE", Severity.ERROR, missing_resource, _WITH_RESOURCE, _WITH_RESOURCE),
    Rule(
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
        Severity.ERROR,
        resource_in_trust,
        _TRUST,
        _TRUST,
    ),
    Rule(
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
        Severity.ERROR,
        not_principal_in_trust,
        _TRUST,
        _TRUST,
    ),
    Rule("RCP_SYNTAX_ERROR_ALLOW", Severity.ERROR, allow_in_rcp, _RCP, _RCP),
    Rule("RCP_SYNTAX_ERROR_NOTACTION", Severity.ERROR, not_action_in_rcp, _RCP, _RCP),
    Rule("RCP_SYNTAX_ERROR_ACTION_WILDCARD", Severity.ERROR, every_action_in_rcp, _RCP, _RCP),
    Rule("RCP_SYNTAX_ERROR_PRINCIPAL", Severity.ERROR, principal_in_rcp, _RCP, _RCP),
)
