"""Checks of roles: what they may do, and whether anybody needs them.

Service-linked roles are not looked at: a service makes them, nobody can change their permissions,
and nobody but that service can act as them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from typing import Final

from doorward.analysis.checks.users import administration
from doorward.analysis.effective import powers
from doorward.analysis.holdings import Origin, Written, holdings, unknown
from doorward.analysis.reach import document_reach
from doorward.analysis.regions import bring, seen
from doorward.analysis.registry import (
    IF_ORGANIZED,
    PASSED,
    Miss,
    Passed,
    Scope,
    Unseen,
    check,
)
from doorward.analysis.remedies import iam, json_text, moving, on
from doorward.analysis.trust import Trusting, each_role
from doorward.engine.context import Provenance, build
from doorward.engine.request import Resource
from doorward.model.evidence import Source
from doorward.model.identity import InstanceProfile, Role
from doorward.model.principal import ServicePrincipal, somebody
from doorward.policy.document import Document, Effect
from doorward.policy.folding import fold
from doorward.policy.partitions import spellings
from doorward.results.finding import Remedy, Severity

_NOT_OURS = ("/aws-reserved/", "/aws-service-role/")


@check(
    "role.admin",
    "No role is an administrator without need",
    Severity.HIGH,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP11",),
)
def admin(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a role that may, in effect, do everything.

    It is found out as for ``user.admin``: with all policies of the role, its boundary and the
    control policies of its organization, whatever the policies are called. Roles of machines and
    functions count like others: their credentials are within reach of whatever runs there.

    An account needs some way to be administered. Suppress the finding of the role that is meant
    for it, with the reason; there should be few. Roles that IAM Identity Center made are changed
    by their permission set. Service-linked roles are not looked at.
    """
    power = powers(scope)
    for role in holdings(scope).own_roles:
        yield administration(scope, role, power[role.id], Severity.HIGH)


@check(
    "role.inline",
    "Roles have no inline policies",
    Severity.LOW,
    needs=(Source.DETAILS,),
    practices=("BP6",),
)
def inline(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for each inline policy of a role.

    Inline policies have no versions to go back to, cannot be used again, and are not seen in the
    list of an account's policies. The remedy makes a managed policy of each. Roles that IAM
    Identity Center made have the inline policy of their permission set, and pass.
    """
    found = holdings(scope)
    with_inline = set()
    for each in found.written(Origin.INLINE):
        role = each.holders[0]
        if not isinstance(role, Role) or role.path.startswith(_NOT_OURS):
            continue
        with_inline.add(role.id)
        if each.text is None:
            yield unknown(role.arn, each.trouble, each.name)
            continue
        yield Miss(
            role.arn,
            f"has the inline policy {each.name}",
            remedy=Remedy(
                "Make a managed policy of it, attach that, and delete the inline policy.",
                moving(role, each, scope.id),
            ),
            about=each.name,
        )
    yield from (PASSED for role in found.own_roles if role.id not in with_inline)


@check(
    "role.unused",
    "Every role is used",
    Severity.LOW,
    needs=(Source.DETAILS, Source.ROLE_LAST_USED),
    practices=("BP22", "BP24"),
)
def unused(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a role that was not used for more than ``role_unused`` days (90).

    A role that nobody needs is a way in that nobody watches. AWS remembers the last use for 400
    days; a role of which it knows none counts from when it was made. Days are whole, rounded
    down, and a role that is just as old passes. Service-linked roles are not looked at.
    """
    limit = timedelta(days=scope.thresholds.role_unused + 1)
    found = holdings(scope)
    for role in found.own_roles:
        if role.id not in scope.evidence.role_uses:
            yield unknown(role.arn, "its last use was not told")
            continue
        used = scope.evidence.role_uses[role.id]
        since = role.created if used is None else max(used, role.created)
        if scope.now - since < limit:
            yield PASSED
            continue
        days = (scope.now - since).days
        yield Miss(
            role.arn,
            f"was never used, and made {days} days ago"
            if used is None
            else f"was last used {days} days ago",
            facts=(("last used", "never" if used is None else used.isoformat()),),
            remedy=Remedy(
                "Delete the role, unless it is kept for emergencies.",
                _deleted(scope, role, [each for each in found.policies if role in each.holders]),
            ),
        )


_EC2: Final = "ec2.amazonaws.com"


@check(
    "role.ec2_unused",
    "Roles for instances are some instance's",
    Severity.LOW,
    needs=(Source.DETAILS, Source.REGIONS, Source.INSTANCES),
    practices=("BP22", "BP2"),
)
def ec2_unused(scope: Scope) -> Iterator[Passed | Miss | Unseen]:
    """Fails for a role in an instance profile that no instance has.

    Looked at are roles that EC2 may assume, as the engine decides by their trust policies, and
    that are in an instance profile. Instances count in whatever state, unless they are terminated.
    A role that is kept for nothing is handed to the next instance because it is there.

    Launch templates, Auto Scaling groups and fleets are not seen: a profile that they will give to
    instances which do not run now is used all the same. Look there before you delete a role;
    ``role.unused`` tells whether it was used of late. As long as some enabled Region was not
    asked, no role fails: one that no instance has may have one there.
    """
    found = seen(scope)
    used = {each.profile for each in found.instances if each.state != "terminated"}
    unasked = found.enabled - found.instances_in

    def judge(trusted: Trusting) -> Iterator[Passed | Miss]:
        profiles = scope.snapshot.find(InstanceProfile, role_id=trusted.role.id)
        if not profiles or not _is_for_instances(scope, trusted):
            return
        if not used.isdisjoint(each.arn for each in profiles):
            yield PASSED
        elif not unasked:
            yield _idle(scope, trusted.role, profiles)

    yield from each_role(scope, judge)
    if unasked:
        yield Unseen(bring(Source.INSTANCES, unasked))


def _is_for_instances(scope: Scope, trusted: Trusting) -> bool:
    given = build({"aws:SourceAccount": scope.id}, Provenance.SUPPOSED)
    return any(
        trusted.admits(ServicePrincipal(each), "sts:AssumeRole", given).granted
        for each in spellings(_EC2, scope.home.partition)
    )


def _idle(scope: Scope, role: Role, profiles: Collection[InstanceProfile]) -> Miss:
    held = [each for each in holdings(scope).policies if role in each.holders]
    *before, last = _deleted(scope, role, held)
    names = [each.name for each in profiles]
    return Miss(
        role.arn,
        f"no instance has its instance profile {' or '.join(names)}",
        facts=tuple(("instance profile", each.arn) for each in profiles),
        remedy=Remedy(
            "Look for the instance profile in launch templates and Auto Scaling groups, in every"
            " Region; if it is in none, delete it, and the role.",
            (
                *before,
                *(iam("delete-instance-profile", instance_profile_name=each) for each in names),
                last,
            ),
        ),
    )


def _deleted(scope: Scope, role: Role, policies: list[Written]) -> tuple[str, ...]:
    return (
        *(
            on("delete", role, "-policy", policy_name=each.name)
            if each.origin is Origin.INLINE
            else on("detach", role, "-policy", policy_arn=each.subject)
            for each in policies
        ),
        *(
            iam(
                "remove-role-from-instance-profile",
                instance_profile_name=each.name,
                role_name=role.name,
            )
            for each in scope.snapshot.find(InstanceProfile, role_id=role.id)
        ),
        iam("delete-role", role_name=role.name),
    )


@check(
    "role.support",
    "Somebody is appointed to deal with AWS Support",
    Severity.LOW,
    needs=(Source.DETAILS,),
    practices=("BP14",),
    references={"cis5": "1.16", "cis7": "2.15", "hub": "IAM.18"},
)
def support(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for an account in which no role, group or user was given access to AWS Support.

    When there is an incident, somebody has to be able to open a case, and should not have to be
    an administrator for it. A policy that names actions of ``support`` and grants
    ``support:CreateCase`` has to be attached, such as AWS's own AWSSupportAccess. A policy that
    grants everything does not count: it appoints nobody.
    """
    yield _appointed(
        scope,
        "support:CreateCase",
        "nobody is appointed to deal with AWS Support",
        scope.home.aws_policy("AWSSupportAccess"),
        "SupportAccess",
        lambda written: _grants_by_name(written.document, "support:CreateCase"),
    )


@check(
    "role.security_audit",
    "There is a role for security audits",
    Severity.LOW,
    needs=(Source.DETAILS,),
    practices=("BP22", "BP15"),
)
def security_audit(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for an account without a role that has AWS's policy SecurityAudit.

    Auditors should see the configuration of everything and change nothing. AWS keeps that policy
    up to date with new services; so here, for once, a policy counts by its ARN.
    """
    yield _appointed(
        scope,
        "SecurityAudit",
        "no role is there for security audits",
        scope.home.aws_policy("SecurityAudit"),
        "SecurityAudit",
        lambda written: (
            written.subject.endswith(":iam::aws:policy/SecurityAudit")
            and any(isinstance(holder, Role) for holder in written.holders)
        ),
    )


def _appointed(
    scope: Scope,
    fact: str,
    message: str,
    policy: str,
    name: str,
    fits: Callable[[Written], bool],
) -> Passed | Miss:
    """Say whether a policy that fits is attached to anybody."""
    attached = [each for each in holdings(scope).policies if each.holders]
    if any(each.text is not None and fits(each) for each in attached):
        return PASSED
    unread = [each.subject for each in attached if each.text is None]
    if unread:
        return unknown(scope.id, f"{unread[0]} cannot be read")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": scope.home.root},
        "Action": "sts:AssumeRole",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    }
    trust = json_text({"Version": "2012-10-17", "Statement": [statement]})
    return Miss(
        scope.id,
        message,
        facts=(("wanted", fact),),
        remedy=Remedy(
            "Make a role for it, and let those assume it who are to.",
            (
                iam("create-role", role_name=name, assume_role_policy_document=trust),
                iam("attach-role-policy", role_name=name, policy_arn=policy),
            ),
        ),
    )


def _grants_by_name(document: Document, action: str) -> bool:
    """Whether a policy names actions of the service of ``action``, and grants it."""
    return names_service(document, action.partition(":")[0]) and (
        document_reach(document, somebody("000000000000"), action, Resource("*")).granted
    )


def names_service(document: Document, prefix: str) -> bool:
    """Say whether an Allow of a policy names a service by its prefix, not by a wildcard."""
    return any(
        fold(pattern.value).startswith(f"{prefix}:")
        for statement in document.statements
        if statement.effect is Effect.ALLOW and not statement.actions.negated
        for pattern in statement.actions.patterns
    )
