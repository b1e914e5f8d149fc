"""Small estates, for the rows whose rule is about which policies apply (``engine.gather``)."""

from __future__ import annotations

import datetime as dt
import json

from doorward.model.identity import InlinePolicy, ManagedPolicy, PolicyVersion, User
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
)
from doorward.model.principal import FederatedUser
from doorward.model.resource import RegisteredResource
from doorward.model.schema import Entity
from tests.engine.build import ALICE, QUEUE, QUEUE_B, A, B, allow, deny, doc, to
from tests.engine.build import FEDERATED as FEDERATED_ARN

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LEADER = "999999999999"
SCP, RCP = PolicyType.SERVICE_CONTROL_POLICY, PolicyType.RESOURCE_CONTROL_POLICY
FEDERATED = FederatedUser(FEDERATED_ARN, ALICE)
"""A federated session of Alice's."""
FEDERATED_BY_ROOT = FederatedUser(FEDERATED_ARN, f"arn:aws:iam::{A}:root")
"""A federated session that the root user asked for."""

ALL = json.dumps(doc(allow()))
LITTLE = json.dumps(doc(allow(Action="ec2:*")))
NO_CALL = json.dumps(doc(deny()))
NO_ACCESS = json.dumps(doc(deny(Principal="*")))


def people() -> list[Entity]:
    """Account A, in which Alice may do everything."""
    return [User(A, "alice", "AIDAALICE", NOW), InlinePolicy(A, "AIDAALICE", "all", ALL)]


def member(account: str, kind: PolicyType) -> list[Entity]:
    """Alice, and an organization that denies everything to a member account, by one policy."""
    return [*people(), *_organization(account, LEADER, kind)]


def management(account: str, kind: PolicyType) -> list[Entity]:
    """Alice, and an organization that denies everything, managed by that account."""
    return [*people(), *_organization(account, account, kind)]


def named(principal: str, *, bounded: bool = False) -> list[Entity]:
    """Alice, who has no policies but perhaps a boundary of little; a queue for somebody."""
    boundary = f"arn:aws:iam::{A}:policy/Little"
    return [
        User(A, "alice", "AIDAALICE", NOW, permissions_boundary=boundary if bounded else None),
        ManagedPolicy(A, "Little", "ANPALITTLE", NOW, NOW),
        PolicyVersion(A, "ANPALITTLE", "v1", LITTLE, NOW),
        RegisteredResource(QUEUE, A, NOW, policy=json.dumps(to({"AWS": principal}))),
    ]


def _organization(account: str, leader: str, kind: PolicyType) -> list[Entity]:
    text = NO_CALL if kind is SCP else NO_ACCESS
    return [
        Organization("o-1", leader, "r-1", NOW, enabled_policy_types=(SCP, RCP)),
        Account(account, "account", NOW, organization_id="o-1", parent_id="r-1"),
        OrganizationPolicy("p-1", "o-1", "Nothing", kind, text, NOW),
        *(PolicyTarget("o-1", target, "p-FullAWSAccess", 0) for target in ("r-1", account)),
        PolicyTarget("o-1", "r-1", "p-1", 1),
        RegisteredResource(QUEUE_B, B, NOW, policy=json.dumps(to({"AWS": A}))),
    ]
