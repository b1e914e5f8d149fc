"""Checks of guardrails: what an organization keeps its accounts from, and what keeps nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doorward.analysis.guardrails import (
    FULL_AWS_ACCESS,
    UNREADABLE,
    Held,
    above,
    asked,
    below,
    is_limited,
    is_redundant,
    limits_of,
    members,
    probe,
    with_newcomer,
)
from doorward.analysis.registry import PASSED, Extent, Miss, Passed, Scope, check
from doorward.engine.compile import read_document
from doorward.engine.gather import gather
from doorward.engine.request import Resource
from doorward.engine.subject import Subject
from doorward.model.evidence import Source
from doorward.model.home import home_of
from doorward.model.identity import Role, User
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
)
from doorward.model.principal import IamUser, RoleSession
from doorward.model.snapshot import Snapshot
from doorward.policy.catalog import FULL_AWS_ACCESS_ARN, managed_policy_text
from doorward.policy.patterns import compile_glob
from doorward.policy.problem import MalformedPolicy
from doorward.results.finding import Remedy, Severity, State

_SCP: Final = PolicyType.SERVICE_CONTROL_POLICY
_AGAIN: Final = "Correct what cannot be read, or export the organization again."


def _enabling(organization: Organization) -> tuple[str, ...]:
    if _SCP in organization.enabled_policy_types:
        return ()
    root = organization.root_id
    return (f"aws organizations enable-policy-type --root-id {root} --policy-type {_SCP.value}",)


def _attaching(organization: Organization, target: str) -> tuple[str, ...]:
    attach = f"aws organizations attach-policy --policy-id <policy-id> --target-id {target}"
    return (*_enabling(organization), attach)


# --- what limits


@check(
    "org.guardrails",
    "Accounts and units have guardrails",
    Severity.MEDIUM,
    needs=(Source.ORGANIZATION,),
    practices=("BP9", "BP8"),
    references={"cis7": "2.1.2"},
    extent=Extent.ORGANIZATION,
)
def guardrails(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for each member account and unit that no guardrail limits.

    A guardrail is a service or resource control policy that counts there, its own or from above,
    and denies something or leaves something out. AWS's own FullAWSAccess and RCPFullAWSAccess, and
    copies of them, limit nothing. Of a unit is asked what would limit a new account in it.
    """
    organization = scope.snapshot.get(Organization, scope.id)
    if organization is None:
        return
    for unit in scope.snapshot.find(OrganizationalUnit, organization_id=organization.id):
        estate, newcomer = with_newcomer(scope.snapshot, unit)
        yield _guarded(estate, organization, newcomer, unit.id, f"the unit {unit.name}")
    for account in members(scope.snapshot, organization):
        name = f"the account {account.name}"
        yield _guarded(scope.snapshot, organization, account.id, account.id, name)


def _guarded(
    estate: Snapshot, organization: Organization, account: str, target: str, name: str
) -> Passed | Miss:
    try:
        layers = limits_of(estate, account)
    except UNREADABLE as error:
        return Miss(
            target,
            f"what limits {name} is not known: {error}",
            remedy=Remedy(_AGAIN),
            state=State.UNKNOWN,
        )
    if is_limited(layers.service_control) or is_limited(layers.resource_control):
        return PASSED
    return Miss(
        target,
        f"no service or resource control policy limits {name}",
        facts=(("path", " < ".join(above(estate, target))),),
        remedy=Remedy(
            "Attach a policy that denies what nobody there should ever do, such as leaving the"
            " organization (organizations:LeaveOrganization); to a unit rather than to each"
            " account.",
            _attaching(organization, target),
        ),
    )


# --- where work is done

PROBES: Final = (
    "ec2:RunInstances",
    "lambda:CreateFunction",
    "s3:CreateBucket",
    "rds:CreateDBInstance",
)
"""Actions that make something in a Region."""


@check(
    "org.region_deny",
    "Regions that are not used are closed",
    Severity.MEDIUM,
    needs=(Source.ORGANIZATION,),
    practices=("BP9",),
    extent=Extent.ORGANIZATION,
)
def region_deny(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for each member account in which work can be done in a Region that nobody uses.

    The engine is asked, for each Region of the partition that is open to every account (17 in
    ``aws``), whether an ordinary role that is allowed everything could launch an instance, make a
    function, a bucket or a database there (``ec2:RunInstances``, ``lambda:CreateFunction``,
    ``s3:CreateBucket``, ``rds:CreateDBInstance``). A Region is closed if service control policies
    deny all four. With the setting ``allowed_regions``, all others have to be closed; without it,
    one is enough: it shows that somebody chose. A partition of one Region passes then. Exceptions
    for roles by name are not looked at.
    """
    organization = scope.snapshot.get(Organization, scope.id)
    if organization is None:
        return
    for account in members(scope.snapshot, organization):
        yield _regions(scope, organization, account)


def _regions(scope: Scope, organization: Organization, account: Account) -> Passed | Miss:
    try:
        layers = limits_of(scope.snapshot, account.id)
    except UNREADABLE as error:
        return Miss(
            account.id,
            f"what limits the account is not known: {error}",
            remedy=Remedy(_AGAIN),
            state=State.UNKNOWN,
        )
    home = home_of(scope.snapshot, account.id)
    principal = probe(home)
    everything = Resource("*", account.id)
    allowed = scope.thresholds.allowed_regions
    wanted = sorted(set(home.regions) - set(allowed))
    is_open = [
        region
        for region in wanted
        if any(asked(layers, principal, each, everything, region).allowed for each in PROBES)
    ]
    if not is_open or (not allowed and (len(is_open) < len(wanted) or len(wanted) == 1)):
        return PASSED
    return Miss(
        account.id,
        "every Region can be worked in"
        if not allowed
        else f"can be worked in, though not allowed: {', '.join(is_open)}",
        facts=(("open Regions", ", ".join(is_open)),),
        remedy=Remedy(
            "Attach a service control policy that denies everything but global services where"
            " aws:RequestedRegion is none of those you use; to the root or to a unit.",
            _attaching(organization, account.id),
        ),
    )


# --- emergencies

REPAIRS: Final = (
    "iam:ListRoles",
    "iam:AttachRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
    "iam:DeleteRolePolicy",
    "iam:UpdateAssumeRolePolicy",
)
"""What gives others their access back."""


@check(
    "org.break_glass",
    "Guardrails leave a way in for emergencies",
    Severity.HIGH,
    needs=(Source.ORGANIZATION, Source.DETAILS),
    practices=("BP9", "BP23"),
    settings=("break_glass",),
)
def break_glass(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for each emergency role or user that service control policies keep from repairs.

    They are those whose ARN matches the setting ``break_glass`` (such as
    ``arn:aws:iam::*:role/break-glass``); without it the check is not carried out. The engine is
    asked whether they could list roles, attach, detach, write and delete their policies, and
    change whom they trust, if their own policies allowed everything. Where a guardrail denies
    one of these, the account can be repaired from outside alone.
    """
    patterns = [compile_glob(each) for each in scope.thresholds.break_glass]
    everybody: tuple[User | Role, ...] = (
        *scope.snapshot.find(User, account=scope.id),
        *scope.snapshot.find(Role, account=scope.id),
    )
    for each in everybody:
        if any(pattern.matches(each.arn) for pattern in patterns):
            yield _way_in(scope, each)


def _way_in(scope: Scope, who: User | Role) -> Passed | Miss:
    principal = (
        IamUser(who.arn, who.id, who.tags)
        if isinstance(who, User)
        else RoleSession(who.arn, "emergency", who.id, who.tags)
    )
    somebody = Resource(scope.home.iam("role/anybody"), scope.id)
    try:
        layers = gather(scope.snapshot, Subject(principal), somebody)
    except UNREADABLE as error:
        return Miss(
            who.arn,
            f"what limits it is not known: {error}",
            remedy=Remedy(_AGAIN),
            state=State.UNKNOWN,
        )
    decisions = [(each, asked(layers, principal, each, somebody)) for each in REPAIRS]
    denied = [action for action, decision in decisions if not decision.allowed]
    if not denied:
        return PASSED
    by = dict.fromkeys(
        ref.policy_arn or ref.policy_name or ""
        for _, decision in decisions
        if not decision.allowed
        for ref in decision.determining
    )
    return Miss(
        who.arn,
        f"service control policies deny it {', '.join(denied)}",
        facts=(("denied", ", ".join(denied)), ("by", ", ".join(by) or "no level allows it")),
        remedy=Remedy(
            "Except it from these statements: a condition ArnNotLike on aws:PrincipalArn with its"
            " ARN.",
        ),
    )


# --- policies that limit nobody


@check(
    "org.scp_ineffective",
    "Every service control policy has an effect",
    Severity.MEDIUM,
    needs=(Source.ORGANIZATION,),
    practices=("BP9",),
    extent=Extent.ORGANIZATION,
)
def scp_ineffective(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for each attachment of a service control policy that limits nobody.

    That is one to the management account, which none limits; one while the type of policy is not
    enabled; one to a unit or root with no member account below it (low); and one that says nothing
    new: each of its Deny statements is covered by one of another policy on the same target or
    above, each Allow by one on the same target. Covered means statement by statement, with the
    same conditions or fewer: what is reported can be detached without any effect; what says the
    same by other means is not found. AWS's own FullAWSAccess is left out.
    """
    organization = scope.snapshot.get(Organization, scope.id)
    if organization is None:
        return
    targets = scope.snapshot.find(PolicyTarget, organization_id=organization.id)
    for attached in targets:
        policy = scope.snapshot.get(OrganizationPolicy, attached.policy_id)
        if policy is not None and policy.type is _SCP:
            yield _effect(scope, organization, policy, attached)


def _effect(
    scope: Scope, organization: Organization, policy: OrganizationPolicy, attached: PolicyTarget
) -> Passed | Miss:
    target = attached.target_id
    arn = f"{organization.owner}:policy/{organization.id}/{_SCP.value.lower()}/{policy.id}"
    detach = (f"aws organizations detach-policy --policy-id {policy.id} --target-id {target}",)
    try:
        read_document(policy.content)
    except MalformedPolicy as error:
        return Miss(
            arn,
            f"{policy.name} cannot be read: {error}",
            remedy=Remedy(_AGAIN),
            about=target,
            state=State.UNKNOWN,
        )
    why, severity, remedy = _why_ineffective(scope.snapshot, organization, attached)
    if not why:
        return PASSED
    return Miss(
        arn,
        f"{policy.name} on {target} has no effect: {why}",
        facts=(("policy", policy.name), ("target", target)),
        remedy=remedy or Remedy("Detach it there.", detach),
        about=target,
        severity=severity,
    )


def _why_ineffective(
    snapshot: Snapshot, organization: Organization, attached: PolicyTarget
) -> tuple[str, Severity | None, Remedy | None]:
    """Return why an attachment limits nobody, how bad that is, and what else to do about it."""
    target = attached.target_id
    if target == organization.management_account:
        return "no policy limits the management account", None, None
    if _SCP not in organization.enabled_policy_types:
        remedy = Remedy("Enable service control policies.", _enabling(organization))
        return "service control policies are not enabled", Severity.HIGH, remedy
    if set(below(snapshot, target)) <= {organization.management_account}:
        return "no member account is below it", Severity.LOW, None
    others = _held(snapshot, above(snapshot, target))
    mine = next(
        each
        for each in others
        if each.target == target and each.policy and each.policy.id == attached.policy_id
    )
    if is_redundant(mine, others):
        return "other policies there or above say all that it does", None, None
    return "", None, None


def _held(snapshot: Snapshot, path: tuple[str, ...]) -> tuple[Held, ...]:
    """Return the service control policies on these targets that can be read."""
    found = []
    for target in path:
        for attached in snapshot.find(PolicyTarget, target_id=target):
            policy = snapshot.get(OrganizationPolicy, attached.policy_id)
            text = policy.content if policy else None
            if attached.policy_id == FULL_AWS_ACCESS:
                text = managed_policy_text(FULL_AWS_ACCESS_ARN)
            if text is None or (policy is not None and policy.type is not _SCP):
                continue
            try:
                document = read_document(text)
            except MalformedPolicy:
                continue  # it covers nothing that could be shown
            found.append(Held(policy, document, target, attached.ordinal))
    return tuple(found)
