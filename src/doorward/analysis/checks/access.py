"""Checks of permissions against their use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache

from doorward.analysis.effective import identities
from doorward.analysis.holdings import reason, unknown
from doorward.analysis.registry import PASSED, Miss, Passed, Scope, check
from doorward.analysis.remedies import json_text, on
from doorward.engine.compile import read_document
from doorward.engine.gather import identity_policies
from doorward.errors import DoorwardError
from doorward.model.evidence import Source
from doorward.model.identity import Role, User
from doorward.policy import catalog
from doorward.policy.document import Effect, Statement
from doorward.policy.folding import fold
from doorward.policy.patterns import compile_glob, subsumes
from doorward.results.finding import Remedy, Severity

_MOST_TOLD = 20


@check(
    "access.stale_service",
    "Services that are granted are used",
    Severity.MEDIUM,
    needs=(Source.DETAILS, Source.LAST_ACCESSED),
    practices=("BP24", "BP11"),
)
def stale_service(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a user or role that may use services it has not used for ``service_unused`` days.

    What nobody used for a quarter of a year is hardly needed, and is what an attacker would use.
    Services are those that the policies of the identity grant anything of and do not deny
    altogether; their uses are those of its last-accessed report. More than ``service_unused``
    whole days (90) are too many; identities that are not older pass, and so do those that used
    nothing at all, of which ``role.unused`` and the checks of credentials tell.

    One finding for each identity. The remedy denies what is not used with a policy of its own; it
    is better to take it out of the policies that grant it.
    """
    limit = timedelta(days=scope.thresholds.service_unused + 1)
    for who in identities(scope):
        used = {
            fold(each.service): each.used
            for each in scope.evidence.accesses.get(who.arn, ())
            if each.used is not None
        }
        if scope.now - who.created < limit or not used:
            yield PASSED
            continue
        try:
            granted = _granted(scope, who)
        except DoorwardError as error:
            yield unknown(who.arn, reason(error))
            continue
        fresh = {service for service, at in used.items() if scope.now - at < limit}
        stale = sorted(granted - fresh)
        if not stale:
            yield PASSED
            continue
        yield _miss(who, stale, sorted(granted & fresh), len(granted))


def _miss(who: User | Role, stale: list[str], fresh: list[str], granted: int) -> Miss:
    deny = {
        "Effect": "Deny",
        "NotAction": [f"{service}:*" for service in fresh],
        "Resource": "*",
    }
    if not fresh:
        deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    document = json_text({"Version": "2012-10-17", "Statement": [deny]})
    told = ", ".join(stale[:3]) + (f" and {len(stale) - 3} more" if stale[3:] else "")
    return Miss(
        who.arn,
        f"does not use {told}",
        facts=(
            ("services granted", str(granted)),
            ("services not used", str(len(stale))),
            *(("not used", service) for service in stale[:_MOST_TOLD]),
        ),
        remedy=Remedy(
            "Take the services out of its policies, or deny them.",
            (
                on(
                    "put",
                    who,
                    "-policy",
                    policy_name="DenyUnusedServices",
                    policy_document=document,
                ),
            ),
        ),
    )


def _granted(scope: Scope, who: User | Role) -> frozenset[str]:
    """The prefixes of the services of which the policies of an identity grant something."""
    texts = [policy.document.source for policy in identity_policies(scope.snapshot, who)]
    return _together(tuple(texts))


@lru_cache(maxsize=4096)
def _together(texts: tuple[str, ...]) -> frozenset[str]:
    allowed = frozenset[str]().union(*(_allowed(each) for each in texts))
    return allowed.difference(*(_denied(each) for each in texts))


@lru_cache(maxsize=4096)
def _allowed(text: str) -> frozenset[str]:
    """The services of which the Allow statements of a policy are about some action."""
    found: set[str] = set()
    for statement in read_document(text).statements:
        if statement.effect is Effect.DENY:
            continue
        if statement.actions.negated:
            found.update(each for each in catalog.services() if not _denies(statement, each))
            continue
        for pattern in statement.actions.patterns:
            prefix = fold(pattern.value).partition(":")[0]
            matches = compile_glob(prefix).matches
            found.update(each for each in catalog.services() if matches(each))
    return frozenset(found)


@lru_cache(maxsize=4096)
def _denied(text: str) -> frozenset[str]:
    """The services that a policy denies altogether."""
    return frozenset(
        service
        for statement in read_document(text).statements
        if _whole(statement)
        for service in catalog.services()
        if _denies(statement, service)
    )


def _whole(statement: Statement) -> bool:
    """Whether a statement denies on every resource, always."""
    resources = statement.resources
    return (
        statement.effect is Effect.DENY
        and not statement.conditions
        and resources is not None
        and not resources.negated
        and any(each.value == "*" for each in resources.patterns)
    )


def _denies(statement: Statement, service: str) -> bool:
    """Whether a Deny is about all of a service; of an Allow with NotAction, whether it is not."""
    if statement.effect is Effect.DENY and statement.actions.negated:
        return not any(_meets(fold(each.value), service) for each in statement.actions.patterns)
    whole = compile_glob(f"{service}:*")
    return any(
        subsumes(compile_glob(fold(each.value)), whole) for each in statement.actions.patterns
    )


def _meets(text: str, service: str) -> bool:
    return compile_glob(text.partition(":")[0]).matches(service)
