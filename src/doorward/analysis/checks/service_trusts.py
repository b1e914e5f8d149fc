"""Checks of trust policies: for whom services and identity providers may use roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doorward.analysis.registry import IF_ORGANIZED, PASSED, Miss, Passed, Scope, check
from doorward.analysis.remedies import Value, changing, with_condition
from doorward.analysis.trust import (
    PUBLIC,
    Trusting,
    bound_to_source,
    each_role,
    for_a_stranger,
    host_of,
    lets_in,
    providers_named,
    services_named,
    subjects_left_open,
)
from doorward.model.evidence import Source
from doorward.policy.document import Statement
from doorward.policy.folding import fold
from doorward.results.finding import Severity


def _judged(scope: Scope, found: Trusting, told: str, *, bound: bool) -> Passed | Miss:
    """Say which services may use a role for a stranger, though bound to a source or not."""
    services = [
        each
        for each in services_named(found)
        if bound_to_source(found, each) is bound and for_a_stranger(found, each)
    ]
    if not services:
        return PASSED

    def meant(statement: Statement) -> bool:
        principals = statement.principals
        return principals is not None and any(
            fold(entry.text.value) in services for entry in principals.entries
        )

    return Miss(
        found.role.arn,
        f"{', '.join(services)} may use the role for {told}",
        facts=tuple(("service", each) for each in services),
        remedy=changing(
            found,
            meant,
            lambda value: with_condition(value, "StringEquals", {"aws:SourceAccount": scope.id}),
            "Let the service act for this account alone; aws:SourceArn narrows it further.",
        ),
        about=",".join(services),
    )


@check(
    "role.confused_deputy",
    "Services can use roles for their own account alone",
    Severity.HIGH,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP3", "BP4"),
)
def confused_deputy(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a role that trusts a service for whomever it acts.

    A service works for all its customers. Without aws:SourceArn, aws:SourceAccount,
    aws:SourceOrgID or aws:SourceOrgPaths in the trust policy, another customer may get it to use
    your role. Only services whose documentation has these keys in the trust policies of roles are
    looked at: airflow-env, appstream, bedrock, bedrock-agentcore, codedeploy, ecs-tasks,
    frauddetector, iot, personalize, pipes, scheduler, ssm, states, transfer and vpc-flow-logs.
    Others, such as ec2.amazonaws.com and lambda.amazonaws.com, are
    not known to send them, and a condition would lock them out.
    """

    def judge(found: Trusting) -> Iterator[Passed | Miss]:
        yield _judged(scope, found, "anybody", bound=False)

    yield from each_role(scope, judge)


@check(
    "role.service_trust_scope",
    "What binds a service to its source admits no other account",
    Severity.MEDIUM,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP3", "BP13"),
)
def service_trust_scope(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a role that binds a service to a source in a way that other accounts fit too.

    ``"aws:SourceArn": "arn:aws:states:*:*:*"`` looks like a bound and is none. It is asked whether
    the service may use the role on behalf of a resource of an account that nobody has. Looked at
    are the services of ``role.confused_deputy``.
    """

    def judge(found: Trusting) -> Iterator[Passed | Miss]:
        yield _judged(scope, found, "resources of other accounts", bound=True)

    yield from each_role(scope, judge)


_FOREIGN: Final = "repo:doorward-representative-7c1f/any:ref:refs/heads/any"


@check(
    "role.oidc_scope",
    "Web identities that may assume a role are told apart",
    Severity.HIGH,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP4", "BP18"),
)
def oidc_scope(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a role that lets in all users of an OpenID Connect provider, or far too many.

    Everybody who builds on GitHub or GitLab has a token of the same provider: without a condition
    on ``sub``, or with one that any repository meets (``repo:*``), all of them may assume the
    role. It is asked whether a subject that nobody has is let in, whatever the audience. A
    condition that any repository of one owner meets (``repo:owner/*``) is told with medium
    severity: whoever may make a repository there may assume the role.

    Of providers that everybody can be a user of (Google, Facebook, Amazon, Cognito), the
    application (``aud``, ``app_id``) has to be named instead.
    """

    def judge(found: Trusting) -> Iterator[Passed | Miss]:
        said = [(each, _unscoped(found, each)) for each in providers_named(found)]
        missed = [(provider, told) for provider, told in said if told is not None]
        yield _open_to_users(found, missed) if missed else PASSED

    yield from each_role(scope, judge)


def _unscoped(found: Trusting, provider: str) -> tuple[str, Severity] | None:
    """Say whom a role lets in of a provider's users, if it is too many, and how bad that is."""
    claim = _claim(provider)
    everybody = f"whoever {host_of(provider)} knows"
    if lets_in(found, provider, claim, _FOREIGN):
        return everybody, Severity.HIGH
    let_in = {
        owner
        for subject, owner in subjects_left_open(found, provider)
        if claim == "sub" and lets_in(found, provider, claim, subject)
    }
    if not let_in:
        return None
    if "" in let_in:
        return everybody, Severity.HIGH
    return f"any repository of {' and '.join(sorted(let_in))}", Severity.MEDIUM


def _claim(provider: str) -> str:
    return PUBLIC.get(provider, "sub")


def _open_to_users(found: Trusting, missed: list[tuple[str, tuple[str, Severity]]]) -> Miss:
    providers = [provider for provider, _ in missed]

    def meant(statement: Statement) -> bool:
        return bool(_named(statement, providers))

    def narrowed(value: Value) -> Value:
        federated = value["Principal"]["Federated"]
        named = [federated] if isinstance(federated, str) else federated
        for provider in providers:
            if provider in named:
                value = _narrowed(value, host_of(provider), _claim(provider))
        return value

    return Miss(
        found.role.arn,
        f"{' and '.join(told for _, (told, _) in missed)} may assume the role",
        facts=tuple(
            fact
            for provider in providers
            for fact in (
                ("provider", provider),
                ("key", f"{host_of(provider)}:{_claim(provider)}"),
            )
        ),
        remedy=changing(
            found,
            meant,
            narrowed,
            "Name what may assume the role, such as repo:owner/name:ref:refs/heads/main.",
        ),
        about=",".join(providers),
        severity=min((severity for _, (_, severity) in missed), key=lambda each: each.rank),
    )


def _named(statement: Statement, providers: list[str]) -> list[str]:
    principals = statement.principals
    entries = principals.entries if principals is not None else ()
    return [entry.text.value for entry in entries if entry.text.value in providers]


def _narrowed(value: Value, host: str, claim: str) -> Value:
    """A statement in which a claim has to be one value, and nothing else is asked of it."""
    key = f"{host}:{claim}"
    blocks = {
        operator: {name: each for name, each in block.items() if fold(name) != fold(key)}
        for operator, block in value.get("Condition", {}).items()
    }
    bare = {**value, "Condition": {name: block for name, block in blocks.items() if block}}
    return with_condition(bare, "StringEquals", {key: f"<{claim.replace('_', '-')}>"})
