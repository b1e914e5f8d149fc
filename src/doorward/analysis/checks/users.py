"""Checks of users: how they come by their permissions, and which of them administer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doorward.analysis import effective
from doorward.analysis.effective import Held, Power, powers
from doorward.analysis.holdings import Holder, Origin, Written, holdings, unknown
from doorward.analysis.registry import IF_ORGANIZED, PASSED, Miss, Passed, Scope, check
from doorward.analysis.remedies import iam, on, taking_all
from doorward.model.evidence import Source
from doorward.model.identity import Membership, User
from doorward.results.finding import Remedy, Severity

_LESS: Final = {Severity.CRITICAL: Severity.HIGH, Severity.HIGH: Severity.MEDIUM}
"""What a finding weighs where a credential alone is not enough."""


def administration(
    scope: Scope, holder: Holder, power: Power, severity: Severity
) -> Miss | Passed:
    """Return what is said of an identity that is, or may be, an administrator."""
    if power.administers is Held.UNKNOWN:
        return unknown(holder.arn, power.why)
    if power.administers is Held.NO:
        return PASSED
    told = f"administers the account{circumstances(power.keys)}"
    behind = effective.making_administrator(effective.actor(scope.snapshot, holder))
    return Miss(
        holder.arn,
        told,
        facts=(
            *(("policy", each.arn or f"inline {each.name}") for each in behind),
            *(("through", each.via) for each in behind if each.via),
            *(("only with", key) for key in power.keys),
            *(("withheld by guardrails", action) for action in power.withheld),
        ),
        remedy=Remedy(
            "Give it what its task needs instead, then take these policies from it.",
            taking_all(holder, behind),
        ),
        severity=_LESS[severity] if power.hindered else None,
    )


def circumstances(keys: tuple[str, ...]) -> str:
    """Return how a message says that something depends on circumstances."""
    return f", depending on {' and '.join(keys)}" if keys else ""


@check(
    "user.direct_policies",
    "Users have their permissions from groups alone",
    Severity.LOW,
    needs=(Source.DETAILS,),
    practices=("BP14", "BP6"),
    references={"cis5": "1.14", "cis7": "2.13", "hub": "IAM.2"},
)
def direct_policies(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a user with an inline policy, or with a managed policy attached to it.

    Permissions that hang on single users are forgotten when their work changes, and nobody sees
    who can do what without looking at each user. A group says it once for all who do the same
    work. A boundary grants nothing and is no such policy.

    One finding for each user. The remedy moves the policies to a group that you name.
    """
    found = holdings(scope)
    direct: dict[str, list[Written]] = {}
    for each in found.policies:
        for holder in each.holders:
            if isinstance(holder, User):
                direct.setdefault(holder.id, []).append(each)
    for user in found.users:
        policies = direct.get(user.id, [])
        if not policies:
            yield PASSED
            continue
        yield Miss(
            user.arn,
            f"has {len(policies)} {'policy' if len(policies) == 1 else 'policies'} of its own",
            facts=tuple((each.origin.value, each.name) for each in policies),
            remedy=Remedy(
                "Move the policies to a group of those who do the same work.",
                (
                    iam("create-group", group_name="<group>"),
                    *(command for each in policies for command in _moved(user, each)),
                    iam("add-user-to-group", group_name="<group>", user_name=user.name),
                ),
            ),
        )


def _moved(user: User, written: Written) -> tuple[str, str]:
    if written.origin is Origin.INLINE:
        return (
            iam(
                "put-group-policy",
                group_name="<group>",
                policy_name=written.name,
                policy_document=written.text or "<document>",
            ),
            on("delete", user, "-policy", policy_name=written.name),
        )
    return (
        iam("attach-group-policy", group_name="<group>", policy_arn=written.subject),
        on("detach", user, "-policy", policy_arn=written.subject),
    )


@check(
    "user.no_group",
    "Every user is in a group",
    Severity.LOW,
    needs=(Source.DETAILS,),
    practices=("BP14",),
)
def no_group(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a user that is in no group.

    Groups say by what work somebody has which permissions. A user without one has either no use,
    or permissions of its own that nobody reviews together with others'.
    """
    for user in holdings(scope).users:
        if scope.snapshot.count(Membership, user_id=user.id):
            yield PASSED
            continue
        yield Miss(
            user.arn,
            "is in no group",
            remedy=Remedy(
                "Put the user into the group of its work, or delete it.",
                (iam("add-user-to-group", group_name="<group>", user_name=user.name),),
            ),
        )


@check(
    "user.admin",
    "No user is an administrator",
    Severity.CRITICAL,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP11", "BP1"),
)
def admin(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a user that may, in effect, do everything.

    Users have credentials that last: whoever gets hold of those of an administrator has the
    account. Administrators should be roles that people assume for a task.

    The engine is asked, with the user's own policies, those of its groups, its boundary and the
    control policies of its organization, whether the user may do each of about thirty powerful
    actions in IAM, STS, KMS, S3, EC2, Lambda and more, on resources that no policy names in
    particular. The name of a policy counts for nothing: permissions split over several policies
    are seen, and so is what a boundary or a Deny takes away. What an organization's control
    policies take from everybody is told as "withheld" and makes nobody less of an administrator,
    as long as some way to change permissions is left.

    Where this depends on circumstances such as MFA or a source address, the finding says so, and
    is one step less severe if whoever stole a credential could not simply choose them. A user
    whose policies cannot be read is UNKNOWN.

    Not looked at: what a user could make of its permissions in several steps, and roles that it
    may assume.
    """
    power = powers(scope)
    for user in holdings(scope).users:
        yield administration(scope, user, power[user.id], Severity.CRITICAL)


@check(
    "user.mfa_admin",
    "Every user that administers has MFA",
    Severity.CRITICAL,
    needs=(Source.DETAILS, Source.CREDENTIAL_REPORT, IF_ORGANIZED),
    practices=("BP19",),
)
def mfa_admin(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a user that administers the account, in effect, and has no MFA device.

    A password or key is then all that stands between anybody and the account. Who is an
    administrator is found out as for ``user.admin``, so groups and policies that do it together
    count. A user whose permissions hold only with MFA can do nothing with them before it has a
    device, and passes.
    """
    power = powers(scope)
    mfa = {row.arn: row.mfa for row in scope.users}
    for user in holdings(scope).users:
        found = power[user.id]
        if found.administers is Held.UNKNOWN:
            yield unknown(user.arn, found.why)
        elif found.administers is Held.NO or _by_mfa(found) or mfa.get(user.arn):
            yield PASSED
        elif user.arn not in mfa:
            yield unknown(user.arn, "it is not in the credential report")
        else:
            yield Miss(
                user.arn,
                f"administers the account{circumstances(found.keys)}, without MFA",
                remedy=Remedy(
                    "Have the user enrol a device; a security key or passkey is best.",
                    (
                        iam(
                            "enable-mfa-device",
                            user_name=user.name,
                            serial_number="<serial-number>",
                            authentication_code1="<code1>",
                            authentication_code2="<code2>",
                        ),
                    ),
                ),
            )


def _by_mfa(power: Power) -> bool:
    return any(key.lower().startswith("aws:multifactorauth") for key in power.keys)
