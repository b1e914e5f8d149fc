"""Checks of an organization: who is in it, where accounts stand, what the first account does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doorward.analysis.registry import PASSED, Extent, Miss, Passed, Scope, check
from doorward.engine.combine import decide
from doorward.engine.context import Provenance, build
from doorward.engine.decision import Effect
from doorward.engine.dependencies import dependencies
from doorward.engine.request import Resource
from doorward.engine.situation import situation
from doorward.engine.subject import Subject
from doorward.errors import InvalidInput, Unsupported
from doorward.model.evidence import Source
from doorward.model.identity import Role
from doorward.model.organization import Account, Organization
from doorward.model.principal import ServicePrincipal
from doorward.policy.partitions import spellings
from doorward.results.finding import Remedy, Severity, State

COMPUTE: Final = (
    "ec2.amazonaws.com",
    "lambda.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "pods.eks.amazonaws.com",
    "eks.amazonaws.com",
    "batch.amazonaws.com",
    "tasks.apprunner.amazonaws.com",
    "elasticbeanstalk.amazonaws.com",
    "codebuild.amazonaws.com",
    "glue.amazonaws.com",
    "elasticmapreduce.amazonaws.com",
    "sagemaker.amazonaws.com",
)
"""Services that run the code of their customers, by a role of theirs."""

_INVITE: Final = "aws organizations invite-account-to-organization"
_LINKED: Final = "/aws-service-role/"


@check(
    "org.member",
    "The account belongs to an organization",
    Severity.MEDIUM,
    needs=(Source.ORGANIZATION,),
    practices=("BP8", "BP9"),
)
def member(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for an account that stands alone.

    No service control policy limits it, nobody can take over its root user's tasks, and it is
    missing wherever somebody looks at all accounts.
    """
    account = scope.snapshot.get(Account, scope.id)
    if account is not None and account.organization_id is not None:
        yield PASSED
        return
    yield Miss(
        scope.id,
        "the account belongs to no organization",
        remedy=Remedy(
            "Invite it from the organization's management account, and accept in the account;"
            " without an organization, create one.",
            (
                f"{_INVITE} --target Id={scope.id},Type=ACCOUNT",
                "aws organizations accept-handshake --handshake-id <handshake-id>",
            ),
        ),
    )


@check(
    "org.ou_structure",
    "Accounts stand in organizational units",
    Severity.MEDIUM,
    needs=(Source.ORGANIZATION,),
    practices=("BP8",),
    references={"cis7": "2.1.4"},
    extent=Extent.ORGANIZATION,
)
def ou_structure(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for each member account that stands directly below the root.

    Guardrails are given to units: production, development, sandbox. An account outside of them has
    those of everybody or its own. Whether units follow environments is not looked at: names do not
    tell. The management account may stand where it is.
    """
    organization = scope.snapshot.get(Organization, scope.id)
    if organization is None:
        return
    root = organization.root_id
    for account in scope.snapshot.find(Account, organization_id=organization.id):
        if account.id == organization.management_account:
            continue
        if account.parent_id != root:
            yield PASSED
            continue
        move = (
            f"aws organizations move-account --account-id {account.id} --source-parent-id {root}"
        )
        yield Miss(
            account.id,
            f"the account {account.name} stands directly below the root",
            facts=(("parent", root),),
            remedy=Remedy(
                "Move it to the unit of its environment.",
                (f"{move} --destination-parent-id <unit-id>",),
            ),
        )


@check(
    "org.mgmt_workload",
    "Nothing runs in the management account",
    Severity.MEDIUM,
    needs=(Source.ORGANIZATION, Source.DETAILS),
    practices=("BP8", "BP3"),
    references={"cis7": "2.1.3"},
)
def mgmt_workload(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for each role of the management account that code can run with.

    No service control policy limits the management account, so whoever breaks into what runs there
    can change the whole organization. Looked at are roles that a service may assume which runs its
    customers' code: EC2, Lambda, ECS, EKS, Batch and others. Asked is the engine: a trust policy
    counts by what it allows. Roles linked to services are left out.
    """
    account = scope.snapshot.get(Account, scope.id)
    known = account is not None and account.organization_id is not None
    organization = (
        scope.snapshot.get(Organization, account.organization_id)
        if account is not None and known and account.organization_id is not None
        else None
    )
    if organization is None or organization.management_account != scope.id:
        return
    for role in scope.snapshot.find(Role, account=scope.id):
        if not role.path.startswith(_LINKED):
            yield _workload(scope, role)


def _workload(scope: Scope, role: Role) -> Passed | Miss:
    try:
        services = [
            name
            for each in COMPUTE
            for name in spellings(each, role.partition)
            if _may_assume(scope, name, role)
        ]
    except (InvalidInput, Unsupported) as error:
        return Miss(
            role.arn,
            f"whether code runs with this role is not known: {error}",
            remedy=Remedy("Correct the trust policy, or export the account again."),
            state=State.UNKNOWN,
        )
    if not services:
        return PASSED
    return Miss(
        role.arn,
        f"{', '.join(services)} may run code with this role of the management account",
        facts=(("services", ", ".join(services)),),
        remedy=Remedy(
            "Move what runs with it to a member account; then delete its policies, and the role.",
            (f"aws iam delete-role --role-name {role.name}",),
        ),
    )


def _may_assume(scope: Scope, service: str, role: Role) -> bool:
    """Whether a service may assume a role, with whatever it may say of what it acts for."""
    given = build(
        {"aws:SourceAccount": scope.id, "aws:SecureTransport": "true"}, Provenance.SUPPOSED
    )
    layers, request = situation(
        scope.snapshot,
        Subject(ServicePrincipal(service)),
        "sts:AssumeRole",
        Resource(role.arn, scope.id),
        given=given,
    )
    decision = decide(layers, request)
    return decision.allowed or any(
        each.effect is Effect.ALLOW
        for each in dependencies(layers, request, decision).suppositions
    )
