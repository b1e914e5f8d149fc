"""Checks of how far grants may go: boundaries, and who may grant at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from doorward.analysis import effective
from doorward.analysis.checks.users import circumstances
from doorward.analysis.effective import Actor, Ask, Held, identities, making_granter, powers
from doorward.analysis.holdings import Holder, reason, unknown
from doorward.analysis.reach import USUAL, Reach
from doorward.analysis.registry import IF_ORGANIZED, PASSED, Miss, Passed, Scope, check
from doorward.analysis.remedies import json_text, on, taking_all
from doorward.engine.context import Context, Provenance, build, overlay
from doorward.errors import DoorwardError
from doorward.model.evidence import Source
from doorward.model.identity import Role, User
from doorward.policy.arn import parse_arn
from doorward.results.finding import Remedy, Severity

_USER: Final = "arn:{p}:iam::{a}:user/{n}"
_ROLE: Final = "arn:{p}:iam::{a}:role/{n}"

_MAKING: Final = (
    Ask("iam:CreateUser", _USER),
    Ask("iam:CreateRole", _ROLE),
    Ask("iam:PutUserPolicy", _USER),
    Ask("iam:AttachUserPolicy", _USER),
    Ask("iam:PutRolePolicy", _ROLE),
    Ask("iam:AttachRolePolicy", _ROLE),
)
"""What makes an identity, or gives it permissions; each knows the key iam:PermissionsBoundary.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Identity
and Access Management"."""


@check(
    "boundary.missing",
    "Whoever makes identities has to bound them",
    Severity.HIGH,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP12",),
)
def missing(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a user or role that may make or change others without a boundary.

    Delegated administration needs a bound: who may create a role, or give one permissions, and
    need not set a boundary, may give more than they have. It is asked, with everything that the
    identity has, whether it may create users or roles, or put or attach policies, on names that no
    policy means in particular, in a request that sets no boundary, or AdministratorAccess as one.
    A condition on ``iam:PermissionsBoundary`` that names the boundary ends that, in an Allow or in
    a Deny.

    Administrators are told of by ``user.admin`` and ``role.admin``, and pass here.
    """
    power = powers(scope)
    for who in identities(scope):
        held = power[who.id]
        if held.administers is Held.UNKNOWN:
            yield unknown(who.arn, held.why)
            continue
        if held.administers is Held.YES or not held.concerned:
            yield PASSED
            continue
        acting = effective.actor(scope.snapshot, who)
        found = {ask.action: _unbounded(acting, ask) for ask in _MAKING}
        may = tuple(action for action, each in found.items() if each.granted)
        keys = _common_keys(found[action] for action in may)
        if not may:
            yield PASSED
            continue
        deny = {
            "Effect": "Deny",
            "Action": [ask.action for ask in _MAKING],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"iam:PermissionsBoundary": "<boundary-arn>"}},
        }
        yield Miss(
            who.arn,
            f"may {_listed(may)} without a boundary{circumstances(keys)}",
            facts=(*(("may", action) for action in may), *(("only with", key) for key in keys)),
            remedy=Remedy(
                "Allow it with a boundary alone.", (_denying(who, "RequireBoundary", deny),)
            ),
        )


def _unbounded(acting: Actor, ask: Ask) -> Reach:
    """Whether it may without a boundary, or with one that bounds nothing."""
    said = acting.ask(ask)
    return said if said.granted else acting.ask(ask, _boundless(acting))


def _boundless(acting: Actor) -> Context:
    """What a request carries that sets a boundary which bounds nothing."""
    boundary = {"iam:PermissionsBoundary": acting.home.aws_policy("AdministratorAccess")}
    return overlay(USUAL, build(boundary, Provenance.GIVEN))


def _common_keys(found: Iterable[Reach]) -> tuple[str, ...]:
    """The keys on which it depends whether anything may be done; none if something outright."""
    keys = [each.keys for each in found]
    return tuple(dict.fromkeys(key for each in keys for key in each)) if all(keys) else ()


def _listed(actions: tuple[str, ...]) -> str:
    names = [action.partition(":")[2] for action in actions]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if names[3:] else "")


def _denying(who: Holder, name: str, statement: Mapping[str, object]) -> str:
    """The command that gives an identity an inline policy of one Deny."""
    document = json_text({"Version": "2012-10-17", "Statement": [statement]})
    return on("put", who, "-policy", policy_name=name, policy_document=document)


@check(
    "boundary.removable",
    "Nobody can take off their own boundary",
    Severity.CRITICAL,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP12",),
)
def removable(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a user or role with a boundary that it may itself remove, replace or rewrite.

    A boundary that can be taken off bounds nothing. It is asked, with everything that the identity
    has, the boundary included, whether it may delete its boundary, put another in its place, or
    make another version of the boundary's policy the default one. Identities without a boundary
    are not looked at.
    """
    for who in identities(scope):
        if who.permissions_boundary is None:
            continue
        try:
            acting = effective.actor(scope.snapshot, who)
            asked = _ways_off(who, who.permissions_boundary)
            said = [(ask, arn, _may(acting, ask, arn)) for ask, arn in asked]
        except DoorwardError as error:
            yield unknown(who.arn, reason(error))
            continue
        ways = [(ask, arn) for ask, arn, each in said if each.granted]
        keys = _common_keys(each for *_, each in said if each.granted)
        if not ways:
            yield PASSED
            continue
        deny = {
            "Effect": "Deny",
            "Action": [ask.action for ask, _ in ways],
            "Resource": list(dict.fromkeys(arn for _, arn in ways)),
        }
        yield Miss(
            who.arn,
            f"may {_listed(tuple(ask.action for ask, _ in ways))}, and so be rid of its boundary"
            + circumstances(keys),
            facts=(
                ("boundary", who.permissions_boundary),
                *(("may", ask.action) for ask, _ in ways),
                *(("only with", key) for key in keys),
            ),
            remedy=Remedy(
                "Deny it, best in the boundary itself, for all who have it.",
                (_denying(who, "KeepBoundary", deny),),
            ),
        )


def _ways_off(who: User | Role, boundary: str) -> Iterator[tuple[Ask, str]]:
    kind = "User" if isinstance(who, User) else "Role"
    yield Ask(f"iam:Delete{kind}PermissionsBoundary"), who.arn
    yield Ask(f"iam:Put{kind}PermissionsBoundary"), who.arn
    parsed = parse_arn(boundary)
    if parsed is not None and parsed.account == who.account:
        yield Ask("iam:CreatePolicyVersion"), boundary
        yield Ask("iam:SetDefaultPolicyVersion"), boundary


def _may(acting: Actor, ask: Ask, arn: str) -> Reach:
    """Whether it may; what it puts is another boundary, what it takes off is its own."""
    puts = ask.action.startswith("iam:Put")
    return acting.ask(ask, _boundless(acting) if puts else USUAL, on=arn)


@check(
    "account.granters",
    "Few may grant permissions",
    Severity.MEDIUM,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP11", "BP22"),
)
def granters(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for an account in which too many users and roles may give permissions.

    Whoever may attach or write policies, add users to groups or change whom a role trusts has, in
    the end, all permissions that can be given. It is asked, with everything that an identity has,
    whether it may do any of that, to others or to itself. More than ``granting_share`` of a
    hundred (10) are too many; a single one never is. Service-linked roles count on neither side.

    The finding names those that may, administrators first. If there are some of whom it cannot be
    said, the account is UNKNOWN unless the others are too many already. The remedy takes the
    policies behind it from those beyond the number that may be; choose yourself who keeps them.
    """
    power = powers(scope)
    everybody = identities(scope)
    may = [each for each in everybody if power[each.id].grants is Held.YES]
    unsure = [each for each in everybody if power[each.id].grants is Held.UNKNOWN]
    most = max(1, len(everybody) * scope.thresholds.granting_share // 100)
    if len(may) <= most:
        if len(may) + len(unsure) > most:
            yield unknown(scope.id, f"{unsure[0].arn}: {power[unsure[0].id].why}")
        else:
            yield PASSED
        return
    may.sort(key=lambda each: (power[each.id].administers is Held.NO, isinstance(each, User)))
    yield Miss(
        scope.id,
        f"{len(may)} of {len(everybody)} users and roles may grant permissions",
        facts=(
            ("may grant", str(len(may))),
            ("users and roles", str(len(everybody))),
            ("at most", str(most)),
            *(
                ("may grant", each.arn + circumstances(power[each.id].keys))
                for each in may[:_MOST_TOLD]
            ),
        ),
        remedy=Remedy(
            "Leave it to few, and take the policies behind it from the others.",
            tuple(
                dict.fromkeys(
                    command
                    for each in may[most : most + _MOST_TOLD]
                    for command in _ending(scope, each)
                )
            ),
        ),
    )


_MOST_TOLD: Final = 50


def _ending(scope: Scope, who: User | Role) -> tuple[str, ...]:
    acting = effective.actor(scope.snapshot, who)
    return taking_all(who, making_granter(acting, who))
