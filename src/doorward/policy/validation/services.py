"""Resource policies for AWS services: on whose behalf a service asks.

A service principal asks for whoever uses the service; without a condition on the source everyone
who does can make it ask (the confused deputy).

Sources: IAM User Guide, "The confused deputy problem", "AWS global condition context keys" and
"IAM policy validation check reference" (Restrict access to service principal, Recommended
condition key for service principal, Unsupported condition key for service principal). AWS gives
examples of the keys in the last two, not a list; those here are of callers with an identity of
their own, which a service has not.
"""

from __future__ import annotations

from collections.abc import Iterator

from doorward.policy.conditions.registry import OPERATORS
from doorward.policy.document import Effect, PrincipalEntry, PrincipalKind, Statement
from doorward.policy.kind import PolicyKind
from doorward.policy.problem import Finding, Severity
from doorward.policy.validation.rule import Rule
from doorward.policy.validation.subject import Subject, at_text

_RESOURCE = frozenset({PolicyKind.RESOURCE})
_SOURCE = frozenset(
    {"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"}
)
_INSTEAD = frozenset({"aws:referer", "aws:sourceowner"})
"""What policies written before there were such keys put in their place."""

_OF_IDENTITIES = frozenset(
    {
        "aws:federatedprovider",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceidentity",
        "aws:username",
    }
)
_PRINCIPAL_TAG = "aws:principaltag/"
_HINT = (
    "Add a condition on aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths"
)


def _granted(subject: Subject) -> Iterator[tuple[Statement, PrincipalEntry]]:
    for statement, entry in subject.principals(PrincipalKind.SERVICE):
        negated = statement.principals is not None and statement.principals.negated
        if statement.effect is Effect.ALLOW and not negated:
            yield statement, entry


def unrestricted(subject: Subject) -> Iterator[Finding]:
    """What a service may do is restricted to a source: a resource, an account, an organization."""
    for statement, entry in _granted(subject):
        if subject.keys_of(statement).keys().isdisjoint(_SOURCE | _INSTEAD):
            message = "The service may ask on behalf of anyone"
            yield at_text(entry.text, message, _HINT)


def restricted_otherwise(subject: Subject) -> Iterator[Finding]:
    """The source of a service's request is checked by the keys that are meant for it."""
    for statement, entry in _granted(subject):
        keys = subject.keys_of(statement).keys()
        if keys.isdisjoint(_SOURCE) and not keys.isdisjoint(_INSTEAD):
            message = "The source of the request is checked by a key that is not meant for it"
            yield at_text(entry.text, message, _HINT)


def never_carried(subject: Subject) -> Iterator[Finding]:
    """A statement for services needs no key that a service's request never carries."""
    for clause in subject.clauses:
        principals = clause.statement.principals
        if principals is None or principals.negated or not _needs(clause.key):
            continue
        operator = OPERATORS.get(clause.base)
        if operator is None or operator.negated or clause.if_exists or clause.quantifier:
            continue
        if all(entry.kind is PrincipalKind.SERVICE for entry in principals.entries):
            message = "Requests of services do not carry this key: the statement never applies"
            yield clause.at(message, "Remove it; aws:SourceOrgID tells the organization")


def _needs(key: str) -> bool:
    return key in _OF_IDENTITIES or key.startswith(_PRINCIPAL_TAG)


RULES = (
    Rule(
        "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", Severity.SECURITY_WARNING, unrestricted, _RESOURCE
    ),
    Rule(
        "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        Severity.SUGGESTION,
        restricted_otherwise,
        _RESOURCE,
    ),
    Rule(
        "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        Severity.ERROR,
        never_carried,
        frozenset({PolicyKind.RESOURCE, PolicyKind.TRUST}),
    ),
)
