"""Trust policies: who may assume a role, and by which call.

Sources: IAM User Guide, "IAM policy validation check reference" (the checks of role trust
policies), "AWS JSON policy elements: Principal" (role sessions, SAML and OIDC providers); STS API
Reference, "AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"; IAM Roles Anywhere User
Guide, "The IAM Roles Anywhere trust model" (what its trust policies allow).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from doorward.policy.action_patterns import compile_action
from doorward.policy.arn import parse_arn
from doorward.policy.document import Actions, Effect, PrincipalEntry, PrincipalKind, Statement
from doorward.policy.folding import fold
from doorward.policy.kind import PolicyKind
from doorward.policy.problem import Finding, Severity, quoted
from doorward.policy.validation.rule import Rule
from doorward.policy.validation.subject import Subject, at_text

_TRUST = frozenset({PolicyKind.TRUST})
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_SAML_PROVIDER = re.compile(r"arn:[a-z0-9-]+:iam::[0-9]{12}:saml-provider/.+")
_OIDC_PROVIDER = re.compile(r"arn:[a-z0-9-]+:iam::[0-9]{12}:oidc-provider/.+")
_ROLES_ANYWHERE = "rolesanywhere.amazonaws.com"


def by_saml(entry: PrincipalEntry) -> bool:
    """Whether a principal is a SAML provider."""
    return _is_federated(entry) and _SAML_PROVIDER.fullmatch(entry.text.value) is not None


def by_web_identity(entry: PrincipalEntry) -> bool:
    """Whether a principal is an OIDC provider, by its ARN or as one that IAM knows by domain."""
    return _is_federated(entry) and not by_saml(entry)


def _is_federated(entry: PrincipalEntry) -> bool:
    return entry.kind is PrincipalKind.FEDERATED


def _is_asking_itself(entry: PrincipalEntry) -> bool:
    return not _is_federated(entry)


_CALLERS: dict[str, tuple[Callable[[PrincipalEntry], bool], str]] = {
    "sts:assumerole": (_is_asking_itself, "an AWS principal or a service"),
    "sts:assumerolewithsaml": (by_saml, "the ARN of a SAML provider as Federated principal"),
    "sts:assumerolewithwebidentity": (by_web_identity, "an OIDC provider as Federated principal"),
}
"""Who can make each call that assumes a role."""


def malformed_provider(subject: Subject) -> Iterator[Finding]:
    """A federated principal is a domain name, or the ARN of a SAML or OIDC provider."""
    for _, entry in subject.principals(PrincipalKind.FEDERATED):
        value = entry.text.value
        if not any(form.fullmatch(value) for form in (_DOMAIN, _SAML_PROVIDER, _OIDC_PROVIDER)):
            message = f"{quoted(value)} is neither a domain name nor a provider's ARN"
            hint = "For example arn:aws:iam::111122223333:saml-provider/Name"
            yield at_text(entry.text, message, hint)


def mismatched_action(subject: Subject) -> Iterator[Finding]:
    """The call that assumes the role can be made by a principal of the statement.

    A statement for several kinds of callers is in order as long as each of its calls has one.
    """
    for statement in subject.statements:
        principals = statement.principals
        if principals is None or principals.negated or statement.actions.negated:
            continue
        if any(entry.text.value == "*" for entry in principals.entries):
            continue
        idle = {
            call: who
            for call, (can_call, who) in _CALLERS.items()
            if not any(can_call(entry) for entry in principals.entries)
        }
        for action in statement.actions.patterns:
            who = idle.get(fold(action.value))
            if who is not None:
                message = f"No principal of this statement can call {action.value}"
                yield at_text(action, message, f"It is called by {who}")


def roles_anywhere(subject: Subject) -> Iterator[Finding]:
    """The service Roles Anywhere needs AssumeRole, TagSession and SetSourceIdentity."""
    granting = [statement for statement in subject.statements if _trusts_anywhere(statement)]
    for needed in ("AssumeRole", "TagSession", "SetSourceIdentity"):
        if granting and not any(_allows(each.actions, f"sts:{needed}") for each in granting):
            actions = granting[0].actions
            message = f"IAM Roles Anywhere cannot use this role without sts:{needed}"
            yield Finding(actions.pointer, actions.span, message, f"Add sts:{needed}")


def _trusts_anywhere(statement: Statement) -> bool:
    principals = statement.principals
    return (
        statement.effect is Effect.ALLOW
        and principals is not None
        and not principals.negated
        and any(
            entry.kind is PrincipalKind.SERVICE and entry.text.value == _ROLES_ANYWHERE
            for entry in principals.entries
        )
    )


def _allows(actions: Actions, action: str) -> bool:
    matched = any(compile_action(each.value)(fold(action)) for each in actions.patterns)
    return matched is not actions.negated


def redundant_session(subject: Subject) -> Iterator[Finding]:
    """A session is not named beside the role that it is a session of."""
    for statement in subject.statements:
        roles: set[tuple[str, str, str]] = set()
        sessions: list[tuple[tuple[str, str, str], PrincipalEntry]] = []
        for entry in statement.principals.entries if statement.principals else ():
            arn = parse_arn(entry.text.value)
            if arn is None:
                continue
            if arn.service == "iam" and arn.resource_type == "role":
                roles.add((arn.partition, arn.account, fold(arn.name)))
            elif arn.service == "sts" and arn.resource_type == "assumed-role":
                role = fold(arn.resource_id.partition("/")[0])
                sessions.append(((arn.partition, arn.account, role), entry))
        for role_of, entry in sessions:
            if role_of in roles:
                message = "The role of this session is a principal, too, and covers it"
                yield at_text(entry.text, message, "Remove the session")


RULES = (
    Rule(
        "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
        Severity.ERROR,
        malformed_provider,
        _TRUST,
        _TRUST,
    ),
    Rule("MISMATCHED_ACTION_FOR_PRINCIPAL", Severity.ERROR, mismatched_action, _TRUST),
    Rule("MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY", Severity.ERROR, roles_anywhere, _TRUST),
    Rule(
        "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", Severity.SUGGESTION, redundant_session, _TRUST
    ),
)
