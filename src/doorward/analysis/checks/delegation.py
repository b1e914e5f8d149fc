"""Checks of what an organization's management account has delegated, and to whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from doorward.analysis.command import aws
from doorward.analysis.guardrails import EVERYTHING, members, probe
from doorward.analysis.outsiders import Zone, example, named
from doorward.analysis.registry import PASSED, Extent, Miss, Passed, Scope, check
from doorward.engine.combine import decide
from doorward.engine.compile import read_document
from doorward.engine.context import Provenance, build
from doorward.engine.decision import Effect
from doorward.engine.dependencies import dependencies
from doorward.engine.layers import Layers, Policy
from doorward.engine.principals import principal_account
from doorward.engine.request import Request, Resource
from doorward.errors import DoorwardError
from doorward.model.evidence import Source
from doorward.model.home import Home
from doorward.model.organization import Organization
from doorward.model.organization_report import Delegate, OrganizationReport
from doorward.model.principal import Principal
from doorward.policy.document import Document
from doorward.policy.document import Effect as Says
from doorward.results.finding import Remedy, Severity, State

MANAGING: Final = (
    "organizations:AttachPolicy",
    "organizations:CreatePolicy",
    "organizations:UpdatePolicy",
)
"""Any one of these manages policies."""

DELEGABLE: Final = frozenset({
    "access-analyzer.amazonaws.com", "account.amazonaws.com", "auditmanager.amazonaws.com",
    "backup.amazonaws.com", "cloudtrail.amazonaws.com", "compute-optimizer.amazonaws.com",
    "config-multiaccountsetup.amazonaws.com", "config.amazonaws.com", "detective.amazonaws.com",
    "devops-guru.amazonaws.com", "fms.amazonaws.com", "guardduty.amazonaws.com",
    "health.amazonaws.com", "iam.amazonaws.com", "inspector2.amazonaws.com",
    "ipam.amazonaws.com", "license-manager.amazonaws.com", "macie.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com", "networkmanager.amazonaws.com",
    "reporting.trustedadvisor.amazonaws.com", "resource-explorer-2.amazonaws.com",
    "securityhub.amazonaws.com", "securitylake.amazonaws.com", "servicecatalog.amazonaws.com",
    "ssm.amazonaws.com", "sso.amazonaws.com", "storage-lens.s3.amazonaws.com",
})  # fmt: skip
"""Services that can have a delegated administrator, by the principals that trusted access names.

Organizations User Guide, "AWS services that you can use with AWS Organizations"; not all of them.
"""


@check(
    "org.delegated_admins",
    "Delegated administrators are those that are expected",
    Severity.HIGH,
    needs=(Source.ORGANIZATION, Source.DELEGATED_ADMINISTRATORS),
    practices=("BP8", "BP11"),
    extent=Extent.ORGANIZATION,
    settings=("delegated_administrators",),
)
def delegated_admins(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for each delegated administrator that ``delegated_administrators`` does not name.

    A delegated administrator sees every account of the organization and rules a service in all of
    them: whoever gets into it has that. Without the list of those that are expected the check is
    not carried out. An entry is an account (``111122223333``), for whatever service, or an account
    and a service (``111122223333/guardduty.amazonaws.com``). Where the latter is all that names an
    account and its services were not brought, the end is UNKNOWN.
    """
    expected = frozenset(scope.thresholds.delegated_administrators)
    for each in scope.evidence.organizations[scope.id].delegates:
        yield from _expected(each, expected)


def _expected(found: Delegate, expected: frozenset[str]) -> Iterator[Passed | Miss]:
    if found.account in expected:
        yield PASSED
        return
    if found.services is None:
        partly = any(each.startswith(f"{found.account}/") for each in expected)
        yield _unexpected(found.account, None, State.UNKNOWN if partly else State.FAIL)
        return
    for service in found.services:
        is_meant = f"{found.account}/{service}" in expected
        yield PASSED if is_meant else _unexpected(found.account, service)
    if not found.services:
        yield _unexpected(found.account, None)


def _unexpected(account: str, service: str | None, state: State = State.FAIL) -> Miss:
    if state is State.UNKNOWN:
        return Miss(
            account,
            "of which services this account is the delegated administrator is not known",
            state=state,
            remedy=Remedy(
                "Bring its services.",
                (aws("organizations", "list-delegated-services-for-account", account_id=account),),
            ),
        )
    of_what = service or "a service"
    return Miss(
        account,
        f"the account is a delegated administrator of {of_what}, which nobody expects",
        facts=() if service is None else (("service", service),),
        about=service or "",
        remedy=Remedy(
            "Take the delegation back; or name it in delegated_administrators, if it is meant.",
            (
                aws(
                    "organizations",
                    "deregister-delegated-administrator",
                    account_id=account,
                    service_principal=service or "<service-principal>",
                ),
            ),
        ),
    )


@check(
    "org.delegated_policies",
    "The management of policies and services is delegated",
    Severity.MEDIUM,
    needs=(
        Source.ORGANIZATION,
        Source.DELEGATION_POLICY,
        Source.TRUSTED_SERVICES,
        Source.DELEGATED_ADMINISTRATORS,
        Source.DELEGATED_SERVICES,
    ),
    practices=("BP8", "BP11"),
    references={"cis7": "2.1.5 2.1.6"},
    extent=Extent.ORGANIZATION,
)
def delegated_policies(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails where policies, or a service, can be managed from the management account alone.

    No service control policy limits the management account: the less is done there, the better.
    Policies are delegated by the organization's resource policy; the engine is asked whether it
    lets some member account attach, create or update one, with whatever conditions it has. A
    service is delegated when an account is registered as its administrator; looked at are services
    with trusted access, of those that Doorward knows to have delegated administrators.
    """
    organization = scope.snapshot.get(Organization, scope.id)
    if organization is None:
        raise LookupError(scope.id)
    report = scope.evidence.organizations[scope.id]
    yield _policies(scope, organization, report)
    yield from _services(organization, report)


def _policies(
    scope: Scope, organization: Organization, report: OrganizationReport
) -> Passed | Miss:
    if report.resource_policy is None:
        return _not_delegated(organization, "the organization has no resource policy")
    try:
        document = read_document(report.resource_policy)
        if any(_may_manage(scope, organization, document)):
            return PASSED
    except DoorwardError as error:
        return Miss(
            organization.arn,
            f"what the organization's resource policy delegates is not known: {error}",
            about="policies",
            state=State.UNKNOWN,
            remedy=Remedy("Correct the resource policy, or export it again."),
        )
    return _not_delegated(
        organization, "the organization's resource policy lets no member account manage policies"
    )


def _may_manage(scope: Scope, organization: Organization, document: Document) -> Iterator[bool]:
    """Yield, call by call, whether somebody of a member account could change policies.

    Asked are those whom the document names, and a role that it does not.
    """
    theirs = {each.id for each in members(scope.snapshot, organization)}
    partition = organization.partition
    head = Zone(frozenset({organization.management_account}), organization.id, partition)
    principals: list[Principal] = [
        *(probe(Home(each, partition)) for each in sorted(theirs)[:1]),
        *(each.principal for each in named(document, head)),
    ]
    places = dict.fromkeys(
        example(pattern.value)
        for statement in document.statements
        if statement.effect is Says.ALLOW and statement.resources is not None
        for pattern in statement.resources.patterns
    )
    given = build(
        {"aws:SecureTransport": "true", "aws:PrincipalOrgID": organization.id},
        Provenance.SUPPOSED,
    )
    layers = Layers(identity=EVERYTHING, resource=Policy(document, arn=organization.arn))
    for principal in principals:
        if principal_account(principal) not in theirs:
            continue
        for arn in places:
            resource = Resource(arn, organization.management_account)
            for action in MANAGING:
                yield _allows(layers, Request(principal, action, (resource,), given))


def _allows(layers: Layers, request: Request) -> bool:
    decision = decide(layers, request)
    return decision.allowed or any(
        each.effect is Effect.ALLOW
        for each in dependencies(layers, request, decision).suppositions
    )


def _not_delegated(organization: Organization, message: str) -> Miss:
    statement = {
        "Sid": "DelegatePolicies",
        "Effect": "Allow",
        "Principal": {"AWS": Home("<account-id>", organization.partition).root},
        "Action": ["organizations:Describe*", "organizations:List*", *MANAGING],
        "Resource": "*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return Miss(
        organization.arn,
        message,
        about="policies",
        remedy=Remedy(
            "Let a member account of those who write guardrails manage policies, and narrow what"
            " it may to the types and units that it is meant for. The command replaces the whole"
            " resource policy: keep what else it says.",
            (aws("organizations", "put-resource-policy", content=policy),),
        ),
    )


def _services(organization: Organization, report: OrganizationReport) -> Iterator[Passed | Miss]:
    delegated = {service for each in report.delegates for service in each.services or ()}
    for trusted in organization.trusted_services:
        if trusted.principal not in DELEGABLE:
            continue
        if trusted.principal in delegated:
            yield PASSED
            continue
        yield Miss(
            organization.arn,
            f"{trusted.principal} has trusted access, and no delegated administrator",
            facts=(("service", trusted.principal),),
            about=trusted.principal,
            remedy=Remedy(
                "Register a member account as its administrator. Some services have a setting of"
                " their own for it, which does more than this command.",
                (
                    aws(
                        "organizations",
                        "register-delegated-administrator",
                        account_id="<account-id>",
                        service_principal=trusted.principal,
                    ),
                ),
            ),
        )
