"""Checks of groups."""

from __future__ import annotations

from collections.abc import Iterator

from doorward.analysis.checks.users import administration
from doorward.analysis.effective import powers
from doorward.analysis.holdings import Origin, holdings, unknown
from doorward.analysis.registry import IF_ORGANIZED, PASSED, Miss, Passed, Scope, check
from doorward.analysis.remedies import iam, moving, on
from doorward.model.evidence import Source
from doorward.model.identity import Group, Membership
from doorward.results.finding import Remedy, Severity


@check(
    "group.admin",
    "No group makes its members administrators",
    Severity.HIGH,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP11", "BP14"),
)
def admin(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a group whose policies alone let a member do everything.

    Whoever may add a user to such a group may make an administrator. It is found out as for
    ``user.admin``, for a user that has nothing but the group, no boundary either; so a group
    without members fails too.
    """
    power = powers(scope)
    for group in holdings(scope).groups:
        yield administration(scope, group, power[group.id], Severity.HIGH)


@check(
    "group.empty",
    "No group is empty",
    Severity.LOW,
    needs=(Source.DETAILS,),
    practices=("BP22",),
)
def empty(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a group without members.

    Its permissions wait for whoever is put into it, and nobody reviews them.
    """
    found = holdings(scope)
    for group in found.groups:
        if scope.snapshot.count(Membership, group_id=group.id):
            yield PASSED
            continue
        policies = [each for each in found.policies if group in each.holders]
        taken = tuple(
            on("delete", group, "-policy", policy_name=each.name)
            if each.origin is Origin.INLINE
            else on("detach", group, "-policy", policy_arn=each.subject)
            for each in policies
        )
        yield Miss(
            group.arn,
            "has no members",
            facts=tuple((each.origin.value, each.name) for each in policies),
            remedy=Remedy(
                "Delete the group.", (*taken, iam("delete-group", group_name=group.name))
            ),
        )


@check(
    "group.inline",
    "Groups have no inline policies",
    Severity.LOW,
    needs=(Source.DETAILS,),
    practices=("BP6",),
)
def inline(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for each inline policy of a group.

    Inline policies have no versions to go back to, cannot be used again, and are not seen in the
    list of an account's policies. The remedy makes a managed policy of each.
    """
    found = holdings(scope)
    with_inline = set()
    for each in found.written(Origin.INLINE):
        group = each.holders[0]
        if not isinstance(group, Group):
            continue
        with_inline.add(group.id)
        if each.text is None:
            yield unknown(group.arn, each.trouble, each.name)
            continue
        yield Miss(
            group.arn,
            f"has the inline policy {each.name}",
            remedy=Remedy(
                "Make a managed policy of it, attach that, and delete the inline policy.",
                moving(group, each, scope.id),
            ),
            about=each.name,
        )
    yield from (PASSED for group in found.groups if group.id not in with_inline)
