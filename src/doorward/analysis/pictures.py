"""What the pictures of a report show, gathered from an estate and what was seen beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from doorward.analysis.thresholds import Thresholds
from doorward.model.evidence import Evidence, ReportedKey, ReportedUser
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
)
from doorward.model.snapshot import Snapshot
from doorward.results.finding import Report, Severity, State
from doorward.results.picture import (
    Credential,
    CredentialPicture,
    Guardrail,
    Holder,
    Node,
    NodeKind,
    OrganizationPicture,
)

_KIND: Final = {"SERVICE_CONTROL_POLICY": "SCP", "RESOURCE_CONTROL_POLICY": "RCP"}
_AWS_OWN: Final = {"p-FullAWSAccess": "SCP", "p-RCPFullAWSAccess": "RCP"}
"""AWS's own policies, of which only the attachments are stored; they take nothing away."""


class _Found:
    """What a report says of each account and organization, in numbers."""

    def __init__(self, report: Report) -> None:
        self.counts: dict[str, Counter[Severity]] = {}
        self.looked: Counter[str] = Counter()
        self.gaps: Counter[str] = Counter()
        for verdict in report.verdicts:
            self.looked[verdict.account] += verdict.state is not State.NOT_CHECKED
            full = verdict.state in (State.PASS, State.FAIL) and not verdict.reason
            self.gaps[verdict.account] += not full
        for finding in report.findings():
            self.counts.setdefault(finding.account, Counter())[finding.severity] += 1


def organization_pictures(snapshot: Snapshot, report: Report) -> tuple[OrganizationPicture, ...]:
    """Return every organization of an estate as a tree, with what the report found where.

    Accounts of the estate that stand alone, or nobody knows where, are with the first one.
    """
    found = _Found(report)
    roots = [(each.id, _root(snapshot, each, found)) for each in snapshot.all(Organization)]
    drawn = {node.id for _, root in roots for node in _below(root)}
    alone = tuple(
        _account(snapshot, account, found, is_management=False)
        for account in snapshot.all(Account)
        if account.id not in drawn
    )
    return tuple(
        OrganizationPicture(identifier, root, alone if number == 0 else ())
        for number, (identifier, root) in enumerate(roots)
    )


def _below(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _below(child)


def _root(snapshot: Snapshot, organization: Organization, found: _Found) -> Node:
    return Node(
        organization.root_id,
        "Root",
        NodeKind.ROOT,
        tuple(_guardrails(snapshot, organization.root_id)),
        found.counts.get(organization.id, {}),
        tuple(_children(snapshot, organization.root_id, organization, found)),
    )


def _children(
    snapshot: Snapshot, parent: str, organization: Organization, found: _Found
) -> Iterator[Node]:
    for unit in snapshot.find(OrganizationalUnit, parent_id=parent):
        yield Node(
            unit.id,
            unit.name,
            NodeKind.UNIT,
            tuple(_guardrails(snapshot, unit.id)),
            children=tuple(_children(snapshot, unit.id, organization, found)),
        )
    for account in snapshot.find(Account, parent_id=parent):
        is_management = account.id == organization.management_account
        yield _account(snapshot, account, found, is_management=is_management)


def _account(snapshot: Snapshot, account: Account, found: _Found, *, is_management: bool) -> Node:
    return Node(
        account.id,
        account.name,
        NodeKind.ACCOUNT,
        tuple(_guardrails(snapshot, account.id)),
        found.counts.get(account.id, {}),
        is_management=is_management,
        looked=found.looked[account.id],
        gaps=found.gaps[account.id],
    )


def _guardrails(snapshot: Snapshot, target: str) -> Iterator[Guardrail]:
    for attached in snapshot.find(PolicyTarget, target_id=target):
        own = _AWS_OWN.get(attached.policy_id)
        policy = snapshot.get(OrganizationPolicy, attached.policy_id)
        if policy is not None:
            yield Guardrail(policy.name, _KIND[policy.type.value])
        elif own is not None:
            yield Guardrail(attached.policy_id.removeprefix("p-"), own, allows_all=True)
        else:
            yield Guardrail(attached.policy_id, "policy")


def credential_picture(
    evidence: Evidence, now: datetime, thresholds: Thresholds | None = None
) -> CredentialPicture | None:
    """Return the credentials of every reported user by age, ``None`` without credential reports.

    ``now`` is aware; ages are whole days, rounded down.
    """
    holders = [_holder(row, now) for rows in evidence.reported.values() for row in rows]
    if not holders:
        return None
    limits = thresholds or Thresholds()
    holders.sort(key=lambda each: (not each.is_root, -each.oldest, each.account, each.name))
    return CredentialPicture(tuple(holders), limits.key_age, limits.key_unused)


def _holder(row: ReportedUser, now: datetime) -> Holder:
    first, second = (_key(key, now) for key in row.keys)
    return Holder(
        row.account, row.name, row.is_root, row.mfa, _password(row, now), (first, second)
    )


def _password(row: ReportedUser, now: datetime) -> Credential | None:
    if row.password is False or (row.password is None and row.password_used is None):
        return None
    return Credential(
        _days(row.password_changed, now),
        _days(row.password_used or row.password_changed, now),
        row.password_used is None,
    )


def _key(key: ReportedKey, now: datetime) -> Credential | None:
    if not key.active:
        return None
    return Credential(_days(key.rotated, now), _days(key.used or key.rotated, now), not key.used)


def _days(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max((now - since).days, 0)
