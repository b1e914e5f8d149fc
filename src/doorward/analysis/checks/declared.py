"""Checks of organization policies that declare something, and decide on no request."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from doorward.analysis.command import aws
from doorward.analysis.guardrails import above
from doorward.analysis.registry import PASSED, Extent, Miss, Passed, Scope, check
from doorward.model.evidence import Source
from doorward.model.organization import Account, Organization
from doorward.model.organization_report import DeclaredPolicy, DeclaredType, OrganizationReport
from doorward.results.finding import Remedy, Severity, State

_NONE: Final = "@@none"
_CHILDREN: Final = "@@operators_allowed_for_child_policies"
_DEFAULT: Final = "default"
_OUT, _IN = "optOut", "optIn"

OPT_OUT: Final = json.dumps({
    "services": {
        _CHILDREN: [_NONE],
        _DEFAULT: {
            _CHILDREN: [_NONE],
            "opt_out_policy": {_CHILDREN: [_NONE], "@@assign": _OUT},
        },
    }
})  # fmt: skip
"""Everything opted out of, for good (Organizations User Guide, "AI services opt-out policy syntax
and examples")."""

TAGS: Final = json.dumps({"tags": {"owner": {"tag_key": {"@@assign": "owner"}}}})
"""A tag policy that has an effect: how one key is spelt."""


def _organization(scope: Scope) -> tuple[Organization, OrganizationReport]:
    found = scope.snapshot.get(Organization, scope.id)
    if found is None:
        raise LookupError(scope.id)
    return found, scope.evidence.organizations[scope.id]


def _introduced(kind: DeclaredType, content: str, root: str, *, enabled: bool) -> Remedy:
    name = kind.value.lower().replace("_", "-")
    enable = aws("organizations", "enable-policy-type", root_id=root, policy_type=kind.value)
    return Remedy(
        "Write the policy, and attach it to the root.",
        (
            *(() if enabled else (enable,)),
            aws(
                "organizations",
                "create-policy",
                type=kind.value,
                name=name,
                description="for all accounts",
                content=content,
            ),
            aws("organizations", "attach-policy", policy_id="<policy-id>", target_id=root),
        ),
    )


def _unreadable(policy: DeclaredPolicy) -> Miss:
    return Miss(
        policy.id,
        f"what the policy {policy.name} says cannot be read",
        state=State.UNKNOWN,
        remedy=Remedy("Correct the policy, or export it again."),
    )


def _value(policy: DeclaredPolicy, member: str) -> Mapping[str, Any] | None:
    """The object below the one member of a policy; ``None`` if it cannot be read."""
    try:
        found = json.loads(policy.content)
    except ValueError:
        return None
    below = found.get(member) if isinstance(found, dict) else None
    return below if isinstance(below, dict) else None


# ----------------------------------------------------------------------- opting out of AI


@check(
    "org.ai_optout",
    "A policy opts out of AI services' use of content",
    Severity.LOW,
    needs=(Source.ORGANIZATION, Source.AI_OPT_OUT_POLICIES),
    practices=("BP8",),
    extent=Extent.ORGANIZATION,
)
def ai_optout(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails unless a policy on the root opts out of all AI services, and for whatever opts in.

    Where nobody opts out, AWS's AI services may keep what they are given, in other Regions, too,
    and improve themselves by it. Looked at are policies of the type AISERVICES_OPT_OUT_POLICY: the
    type has to be enabled; one on the root has to assign ``optOut`` to ``default``, in exactly
    this spelling; none on the root may assign it something else. Each attached policy that assigns
    ``optIn``, to a service or to the default, is a finding of its own, unless a policy on the root
    lets those below change nothing (``@@operators_allowed_for_child_policies``: ``@@none``).
    """
    organization, report = _organization(scope)
    policies = report.of_type(DeclaredType.AISERVICES_OPT_OUT_POLICY)
    read = [(each, _value(each, "services")) for each in policies]
    for policy, services in read:
        if services is None:
            yield _unreadable(policy)
    known = [(policy, services) for policy, services in read if services is not None]
    root = organization.root_id
    at_root = [each for each in known if root in each[0].targets]
    yield _opted_out(organization, report, at_root)
    for policy, services in known:
        yield _exceptions(policy, services, [] if root in policy.targets else at_root)


_Read = tuple[DeclaredPolicy, Mapping[str, Any]]


def _opted_out(
    organization: Organization, report: OrganizationReport, at_root: list[_Read]
) -> Passed | Miss:
    enabled = report.is_enabled(DeclaredType.AISERVICES_OPT_OUT_POLICY)
    defaults = {_assigned(services, _DEFAULT) for _, services in at_root}
    others = sorted(each for each in defaults if each not in {None, _OUT})
    if enabled and _OUT in defaults and not others:
        return PASSED
    if not enabled:
        why = "AI services opt-out policies are not enabled"
    elif others:
        why = f"policies on the root assign {' and '.join(others)} to the default"
    else:
        why = "no policy on the root opts out of AI services by default"
    wrong = [each for each in at_root if _assigned(each[1], _DEFAULT) in others]
    kind, root = DeclaredType.AISERVICES_OPT_OUT_POLICY, organization.root_id
    remedy = (
        _opting_out(wrong, {_DEFAULT})
        if enabled and wrong
        else _introduced(kind, OPT_OUT, root, enabled=enabled)
    )
    return Miss(organization.arn, why, about="default", remedy=remedy)


def _exceptions(
    policy: DeclaredPolicy, services: Mapping[str, Any], above_it: list[_Read]
) -> Passed | Miss:
    """Say what a policy opts in to, as far as those on the root, if it is below, let it."""
    opted_in = [
        name
        for name in services
        if _assigned(services, name) == _IN and not any(_locks(each, name) for _, each in above_it)
    ]
    if not opted_in:
        return PASSED
    return Miss(
        policy.id,
        f"the policy {policy.name} opts in to {', '.join(opted_in)}",
        facts=tuple(("attached to", each) for each in policy.targets),
        about="optIn",
        remedy=_opting_out([(policy, services)], opted_in),
    )


def _opting_out(policies: Iterable[_Read], names: Collection[str]) -> Remedy:
    """Return how policies come to opt out of what they assign something else to."""
    commands = []
    for policy, services in policies:
        changed = {
            name: {**body, "opt_out_policy": {**body["opt_out_policy"], "@@assign": _OUT}}
            if name in names
            else body
            for name, body in services.items()
        }
        content = json.dumps({**json.loads(policy.content), "services": changed})
        commands.append(
            aws("organizations", "update-policy", policy_id=policy.id, content=content)
        )
    return Remedy(
        "Let the policy opt out; or suppress the finding, with the reason, if it is meant.",
        tuple(commands),
    )


def _assigned(services: Mapping[str, Any], name: str) -> str | None:
    """What a policy assigns to a service, if it does."""
    below = _below(services.get(name), "opt_out_policy")
    found = below.get("@@assign")
    return found if isinstance(found, str) else None


def _locks(services: Mapping[str, Any], name: str) -> bool:
    """Whether a policy on the root keeps those below from assigning something to a service."""
    there = services.get(name)
    if there is None:
        return _is_closed(services)  # no services may be added
    return _is_closed(there) or _is_closed(_below(there, "opt_out_policy"))


def _below(value: object, member: str) -> Mapping[str, Any]:
    found = value.get(member) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _is_closed(value: object) -> bool:
    return isinstance(value, Mapping) and value.get(_CHILDREN) == [_NONE]


# ------------------------------------------------------------------------------------ tags


@check(
    "org.tag_policy",
    "A tag policy is attached",
    Severity.LOW,
    needs=(Source.ORGANIZATION, Source.TAG_POLICIES),
    practices=("BP8",),
    extent=Extent.ORGANIZATION,
)
def tag_policy(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails where tag policies are not enabled, and for each account that none is attached to.

    Who decides by tags has to know how they are spelt. A tag policy counts for an account where it
    is attached to the account itself, a unit above it or the root, and says something about some
    tag key. Whether it is enforced is not looked at.
    """
    organization, report = _organization(scope)
    targets: set[str] = set()
    for policy in report.of_type(DeclaredType.TAG_POLICY):
        tags = _value(policy, "tags")
        if tags is None:
            yield _unreadable(policy)
        elif any(not key.startswith("@@") for key in tags):
            targets.update(policy.targets)
    enabled = report.is_enabled(DeclaredType.TAG_POLICY)
    remedy = _introduced(DeclaredType.TAG_POLICY, TAGS, organization.root_id, enabled=enabled)
    if not enabled or not targets:
        why = "no tag policy is attached" if enabled else "tag policies are not enabled"
        yield Miss(organization.arn, why, remedy=remedy)
        return
    for account in scope.snapshot.find(Account, organization_id=organization.id):
        if targets.intersection(above(scope.snapshot, account.id)):
            yield PASSED
        else:
            message = f"no tag policy is attached to the account {account.name}, or above it"
            yield Miss(account.id, message, remedy=remedy)
