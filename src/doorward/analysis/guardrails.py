"""What the organization lets the principals of an account do, level by level.

A chain is that of ``engine.gather``: one level for the root, each unit down, the account.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from doorward.engine.combine import decide
from doorward.engine.compile import read_document
from doorward.engine.context import Provenance, build
from doorward.engine.decision import Decision
from doorward.engine.gather import gather
from doorward.engine.layers import Layers, Policies, Policy
from doorward.engine.request import Request, Resource
from doorward.engine.subject import Subject
from doorward.errors import InvalidInput, Unsupported
from doorward.model.directory import Directory, Put
from doorward.model.home import Home, home_of
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
)
from doorward.model.principal import IamUser, RoleSession
from doorward.model.snapshot import Snapshot
from doorward.policy.document import Document, Effect, Statement
from doorward.policy.partitions import COMMERCIAL
from doorward.policy.validation.effort import Effort
from doorward.policy.validation.redundancy import Meaning, covers, meanings
from doorward.policy.validation.subject import Subject as Examined

UNREADABLE = (InvalidInput, Unsupported)
"""What is raised where a policy on the way cannot be read, or a place is not known."""

EVERYTHING: Policies = (
    Policy(
        read_document(
            '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
        )
    ),
)
"""An identity side that allows everything: what is denied even so, a guardrail denies."""

FULL_AWS_ACCESS = "p-FullAWSAccess"
"""The id of AWS's own service control policy, which allows everything."""

_NEWCOMER = "000000000000"


def members(directory: Directory, organization: Organization) -> tuple[Account, ...]:
    """Return the accounts that guardrails can limit: all but the management account, by id."""
    return tuple(
        each
        for each in directory.find(Account, organization_id=organization.id)
        if each.id != organization.management_account
    )


def below(directory: Directory, target: str) -> Iterator[str]:
    """Yield the accounts on or below a root, unit or account, as far as they are known."""
    if directory.get(Account, target) is not None:
        yield target
        return
    waiting, seen = [target], {target}
    while waiting:
        parent = waiting.pop()
        yield from (each.id for each in directory.find(Account, parent_id=parent))
        for unit in directory.find(OrganizationalUnit, parent_id=parent):
            if unit.id not in seen:  # of an estate that was read anything may be true
                seen.add(unit.id)
                waiting.append(unit.id)


def above(directory: Directory, target: str) -> tuple[str, ...]:
    """Return a target and all that is above it, from itself up."""
    path: list[str] = []
    at: str | None = target
    while at is not None and at not in path:
        path.append(at)
        account = directory.get(Account, at)
        unit = None if account is not None else directory.get(OrganizationalUnit, at)
        at = account.parent_id if account is not None else None if unit is None else unit.parent_id
    return tuple(path)


def probe(home: Home) -> RoleSession:
    """Return a session of a role that nobody made exceptions for."""
    return RoleSession(home.iam("role/doorward-audit-probe"), "probe")


def limits_of(directory: Directory, account: str) -> Layers:
    """Return the layers that limit an ordinary role of an account, and what is in it.

    Raises ``UNREADABLE``.
    """
    home = home_of(directory, account)
    bucket = Resource(home.at("arn:{p}:s3:::{n}", "probe"), account)
    return gather(directory, Subject(probe(home)), bucket)


def with_newcomer(snapshot: Snapshot, unit: OrganizationalUnit) -> tuple[Snapshot, str]:
    """Return the estate with one more account in a unit, and its id: what would limit it there.

    AWS attaches FullAWSAccess to every new account.
    """
    organization = snapshot.get(Organization, unit.organization_id)
    account = Account(
        _NEWCOMER,
        "newcomer",
        unit.created,
        organization_id=unit.organization_id,
        parent_id=unit.id,
        partition=organization.partition if organization is not None else COMMERCIAL,
    )
    full = PolicyTarget(unit.organization_id, account.id, FULL_AWS_ACCESS, 0)
    return snapshot.apply((Put(account), Put(full)), {}), account.id


def is_limited(chain: tuple[Policies, ...] | None) -> bool:
    """Whether some level denies something, or does not allow everything."""
    return any(
        any(each.effect is Effect.DENY for each in _statements(level))
        or not any(_allows_everything(each) for each in _statements(level))
        for level in chain or ()
    )


def _statements(level: Policies) -> Iterator[Statement]:
    for policy in level:
        yield from policy.document.statements


def _allows_everything(statement: Statement) -> bool:
    resources = statement.resources
    return (
        statement.effect is Effect.ALLOW
        and not statement.conditions
        and not statement.actions.negated
        and any(each.value == "*" for each in statement.actions.patterns)
        and resources is not None
        and not resources.negated
        and any(each.value == "*" for each in resources.patterns)
    )


def asked(
    layers: Layers,
    principal: IamUser | RoleSession,
    action: str,
    resource: Resource,
    region: str = "us-east-1",
) -> Decision:
    """Decide as if the principal's own policies allowed everything: its SCPs remain."""
    context = build(
        {
            "aws:RequestedRegion": region,
            "aws:SecureTransport": "true",
            "aws:MultiFactorAuthPresent": "true",
        },
        Provenance.SUPPOSED,
    )
    limits = Layers(identity=EVERYTHING, service_control=layers.service_control)
    return decide(limits, Request(principal, action, (resource,), context))


# --- what is said already


class Held(msgspec.Struct, frozen=True):
    """A policy on a target, read; ``order`` is that of its attachment among others there."""

    policy: OrganizationPolicy | None
    document: Document
    target: str
    order: int


def is_redundant(held: Held, others: tuple[Held, ...]) -> bool:
    """Whether a policy surely changes nothing beside ``others`` on its target and above.

    Every Deny of it has to be covered by a Deny of another, every Allow by an Allow on the same
    target, statement by statement (as in the validation check ``REDUNDANT_STATEMENT``). Of two
    that cover each other on one target, the later is redundant.
    """
    effort = Effort()
    found = [(each, _meanings(each.document)) for each in others if each is not held]
    mine = _meanings(held.document)
    return bool(mine) and all(
        any(
            _said_by(other, wide, held, narrow, effort)
            for other, theirs in found
            for wide in theirs
        )
        for narrow in mine
    )


def _said_by(other: Held, wide: Meaning, held: Held, narrow: Meaning, effort: Effort) -> bool:
    if wide.statement.effect is Effect.ALLOW and other.target != held.target:
        return False
    if not _read_alike(other.document, held.document) or not covers(wide, narrow, effort):
        return False
    goes_before = other.target != held.target or other.order < held.order
    return goes_before or not covers(narrow, wide, effort)


def _read_alike(one: Document, other: Document) -> bool:
    """Whether ``${…}`` means the same in both (V1)."""
    return one.has_variables == other.has_variables or not any(
        "${" in each.source for each in (one, other)
    )


def _meanings(document: Document) -> tuple[Meaning, ...]:
    return meanings(Examined(document, None, None))
