"""Checks of policies that lie about, and of what is written and does nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from doorward.analysis import effective
from doorward.analysis.effective import Held, powers
from doorward.analysis.grants import each_policy, own
from doorward.analysis.holdings import Holder, Origin, Written, holdings, told_of
from doorward.analysis.registry import IF_ORGANIZED, PASSED, Miss, Passed, Scope, check
from doorward.analysis.remedies import Value, changed, deleted, iam, rewritten
from doorward.analysis.report.granted import granted
from doorward.engine.compile import read_document
from doorward.engine.layers import Policy
from doorward.errors import DoorwardError
from doorward.model.evidence import Source
from doorward.model.identity import Group, Membership, PolicyVersion, Role, User
from doorward.policy import catalog
from doorward.policy.document import Document, Effect, Statement
from doorward.policy.folding import fold
from doorward.results.finding import Remedy, Severity

# ----------------------------------------------------------------- what lies about


@check(
    "policy.unattached",
    "Every policy is attached to somebody",
    Severity.LOW,
    needs=(Source.DETAILS,),
    practices=("BP22",),
)
def unattached(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a customer managed policy that nobody has, as a policy or as a boundary."""
    for written in holdings(scope).written(Origin.CUSTOMER):
        if written.holders or written.bounds:
            yield PASSED
            continue
        yield Miss(
            written.subject,
            "is attached to nobody",
            remedy=Remedy("Delete the policy.", deleted(scope.snapshot, written)),
        )


_MOST_VERSIONS: Final = 5


@check(
    "policy.versions",
    "Old versions of policies are neither in the way nor a way up",
    Severity.LOW,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP22", "BP11"),
)
def versions(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a customer managed policy with an older version that grants more, or with five.

    Whoever may set the default version of a policy can bring back what was taken out of it. A
    version that grants actions which the default does not is told; with high severity if a user or
    role that is no administrator may call iam:SetDefaultPolicyVersion on the policy. Five versions
    are all that a policy can have: the next change of it fails.

    Actions are compared, not resources and conditions. A version that cannot be read is UNKNOWN.
    """
    setters = _setters(scope)

    def judge(written: Written, document: Document) -> Miss | None:
        policy = written.policy
        if policy is None:
            return None
        others = [
            each
            for each in scope.snapshot.find(PolicyVersion, policy_id=policy.id)
            if each.version != policy.default_version
        ]
        if not others:
            return None
        now = _actions(document.source)
        more = [each for each in others if _actions(each.document) - now]
        if not more and len(others) + 1 < _MOST_VERSIONS:
            return None
        holder = next((each for each in setters if _may_set(scope, each, written)), None)
        is_high = bool(more) and holder is not None
        gone = more or [min(others, key=lambda each: each.created)]
        return Miss(
            written.subject,
            f"version {', '.join(each.version for each in more)} grants more than the default"
            if more
            else "has as many versions as it can have",
            facts=(
                *(("version", each.version) for each in more),
                *((("may be set by", holder.arn),) if is_high and holder else ()),
            ),
            remedy=Remedy(
                "Delete the versions that nobody goes back to.",
                tuple(
                    iam(
                        "delete-policy-version",
                        policy_arn=written.subject,
                        version_id=each.version,
                    )
                    for each in gone
                ),
            ),
            severity=Severity.HIGH if is_high else None,
        )

    return each_policy(holdings(scope).written(Origin.CUSTOMER), judge)


@lru_cache(maxsize=1024)
def _actions(text: str) -> frozenset[str]:
    return granted((Policy(read_document(text)),))


_SET: Final = effective.Ask("iam:SetDefaultPolicyVersion")


def _setters(scope: Scope) -> list[User | Role]:
    """Users and roles that may set some version, and are not administrators."""
    power = powers(scope)
    return [
        each
        for each in effective.identities(scope)
        if power[each.id].administers is Held.NO and power[each.id].sets_versions
    ]


def _may_set(scope: Scope, holder: Holder, written: Written) -> bool:
    try:
        return effective.actor(scope.snapshot, holder).ask(_SET, on=written.subject).granted
    except DoorwardError:
        return False


# ------------------------------------------------------------------ what does nothing

_GROUP: Final = re.compile(r"arn:[^:]*:iam::[^:]*:group/(.+)")


@check(
    "policy.deny_group_ineffective",
    "What is denied about users names users",
    Severity.HIGH,
    needs=(Source.DETAILS,),
    practices=("BP13", "BP5"),
)
def deny_group_ineffective(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a policy that denies actions on users and names groups as their resource.

    A group is not its members: iam:DeleteUser is asked on a user, so a Deny on the ARN of a group
    never holds. Actions that groups take part in, such as iam:AddUserToGroup, are well denied so.
    The remedy names the members of the group instead.
    """

    def judge(written: Written, document: Document) -> Miss | None:
        found = [each for each in document.statements if _misses(each)]
        if not found:
            return None

        def change(statement: Statement, value: Value) -> list[Value]:
            if statement not in found or statement.resources is None:
                return [value]
            users = _members(scope, (each.value for each in statement.resources.patterns))
            return [{**value, "Resource": users}]

        return Miss(
            written.subject,
            f"the {written.origin.value} {written.name} denies actions on users for a group's ARN",
            facts=(*told_of(written), *(("at", each.pointer) for each in found)),
            remedy=changed(
                scope.snapshot, written, rewritten(document, change), "Name the users."
            ),
            about=written.about,
        )

    return each_policy(own(scope), judge)


def _misses(statement: Statement) -> bool:
    """Whether a Deny names actions on users alone, and groups alone."""
    resources = statement.resources
    if statement.effect is Effect.ALLOW or resources is None or resources.negated:
        return False
    if statement.actions.negated or not all(_GROUP.match(e.value) for e in resources.patterns):
        return False
    return any(_is_on_users(pattern.value) for pattern in statement.actions.patterns)


def _is_on_users(text: str) -> bool:
    if not fold(text).startswith("iam:"):
        return False
    found = catalog.expand(text)
    return bool(found) and all({t.name for t in each.resources} == {"user"} for each in found)


def _members(scope: Scope, patterns: Iterable[str]) -> list[str]:
    """The ARNs of the members of groups; all users, where a group is not there."""
    found: list[str] = []
    for pattern in patterns:
        match = _GROUP.match(pattern)
        name = "" if match is None else match[1].rpartition("/")[2]
        group = scope.snapshot.get(Group, scope.id, fold(name))
        if group is None:
            return [scope.home.iam("user/*")]
        for each in scope.snapshot.find(Membership, group_id=group.id):
            users = scope.snapshot.find(User, id=each.user_id)
            found += [user.arn for user in users]
    return found or [scope.home.iam("user/*")]
