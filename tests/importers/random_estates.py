"""Random estates of a few accounts that know each other, and questions about them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from doorward.importers.estate.source import EPOCH
from doorward.model.identity import (
    Attachment,
    Group,
    InlinePolicy,
    ManagedPolicy,
    Membership,
    PolicyVersion,
    Role,
    User,
)
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
)
from doorward.model.resource import RegisteredResource
from doorward.model.schema import Entity
from doorward.model.snapshot import Snapshot

NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
M, A, B = "999988887777", "111122223333", "444455556666"
ACTIONS = ("s3:GetObject", "s3:PutObject", "sqs:SendMessage", "sts:AssumeRole", "iam:GetRole")
BUCKET, QUEUE = "arn:aws:s3:::box", f"arn:aws:sqs:us-east-1:{A}:jobs"
_AWS = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


class _Maker:
    """Draws the parts of one estate."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.made: list[Entity] = []
        self._ids = 0
        self._ordinals: dict[str, int] = {}

    def id(self, prefix: str) -> str:
        self._ids += 1
        return f"{prefix}{self._ids:017d}"

    def document(self, *, trust: bool = False, **principal: object) -> str:
        draw = self.draw
        statements = []
        for _ in range(draw.randint(1, 3)):
            statement: dict[str, Any] = {"Effect": draw.choice(["Allow", "Allow", "Deny"])}
            statement |= principal
            name = draw.choice(["Action", "Action", "NotAction"])
            statement[name] = draw.sample([*ACTIONS, "s3:*", "*"], draw.randint(1, 3))
            if not trust or draw.random() < 0.8:
                choices = ["*", f"{BUCKET}/*", QUEUE, f"arn:aws:iam::{A}:role/*"]
                statement["Resource"] = draw.choice(choices)
            if draw.random() < 0.4:
                key, value = draw.choice(
                    [
                        ("aws:PrincipalTag/team", "data"),
                        ("aws:ResourceTag/team", "data"),
                        ("aws:PrincipalOrgID", "o-random"),
                        ("aws:PrincipalAccount", A),
                        ("aws:username", "user0"),
                    ]
                )
                operator = draw.choice(["StringEquals", "StringNotEquals", "StringLikeIfExists"])
                statement["Condition"] = {operator: {key: value}}
            statements.append(statement)
        return json.dumps({"Version": "2012-10-17", "Statement": statements})

    def tags(self) -> tuple[tuple[str, str], ...]:
        return self.draw.choice([(), (("team", "data"),), (("Team", "ops"), ("x", ""))])

    def account(self, account: str) -> None:
        policies = [self.managed(account, index) for index in range(3)]
        groups = [self.group(account, index, policies) for index in range(2)]
        for index in range(2):
            user = User(
                account,
                f"user{index}",
                self.id("AIDA"),
                NOW,
                path=self.draw.choice(["/", "/a/b/"]),
                tags=self.tags(),
                permissions_boundary=self.draw.choice([None, None, *policies, _AWS]),
            )
            self.made.append(user)
            self.held(account, user.id, policies)
            self.made += [
                Membership(account, user.id, group)
                for group in self.draw.sample(groups, self.draw.randint(0, 2))
            ]
        for index in range(2):
            role = Role(
                account,
                f"role{index}",
                self.id("AROA"),
                NOW,
                self.document(trust=True, Principal={"AWS": self.draw.choice(["*", A, B])}),
                path=self.draw.choice(["/", "/a/", "/aws-service-role/x.amazonaws.com/"]),
                tags=self.tags(),
                permissions_boundary=self.draw.choice([None, None, *policies]),
            )
            self.made.append(role)
            self.held(account, role.id, policies)

    def managed(self, account: str, index: int) -> str:
        policy = ManagedPolicy(
            account,
            f"policy{index}",
            self.id("ANPA"),
            NOW,
            NOW,
            path=self.draw.choice(["/", "/p/"]),
            default_version="v2",
            versions_ever=2,
        )
        self.made.append(policy)
        for version in ("v1", "v2"):
            document = self.document()
            self.made.append(PolicyVersion(account, policy.id, version, document, NOW))
        return policy.arn

    def group(self, account: str, index: int, policies: list[str]) -> str:
        group = Group(account, f"group{index}", self.id("AGPA"), NOW)
        self.made.append(group)
        self.held(account, group.id, policies)
        return group.id

    def held(self, account: str, owner: str, policies: list[str]) -> None:
        for index in range(self.draw.randint(0, 2)):
            self.made.append(InlinePolicy(account, owner, f"inline{index}", self.document()))
        chosen = self.draw.sample([*policies, _AWS], self.draw.randint(0, 2))
        for ordinal, arn in enumerate(chosen):
            self.made.append(Attachment(account, owner, arn, ordinal))

    def organization(self) -> None:
        types = self.draw.choice([(), tuple(PolicyType)[:1], tuple(PolicyType)])
        self.made.append(Organization("o-random", M, "r-1", EPOCH, enabled_policy_types=types))
        self.made.append(OrganizationalUnit("ou-1", "o-random", "r-1", "outer", EPOCH))
        self.made.append(OrganizationalUnit("ou-2", "o-random", "ou-1", "inner", EPOCH))
        for account in (M, A, B):
            parent = self.draw.choice(["r-1", "ou-1", "ou-2"])
            self.made.append(Account(account, account, EPOCH, None, "o-random", parent, EPOCH))
        targets = sorted(["r-1", "ou-1", "ou-2", A, B])
        if PolicyType.SERVICE_CONTROL_POLICY in types:
            for target in targets:
                self.attach(target, "p-FullAWSAccess")
        for index in range(3):
            kind = self.draw.choice(list(PolicyType))
            extra: dict[str, Any] = {}
            if kind is PolicyType.RESOURCE_CONTROL_POLICY:
                extra["Principal"] = "*"
            policy = OrganizationPolicy(
                f"p-{index}", "o-random", f"policy{index}", kind, self.document(**extra), EPOCH
            )
            self.made.append(policy)
            if kind in types:
                for target in sorted(self.draw.sample(targets, 2)):
                    self.attach(target, policy.id)

    def attach(self, target: str, policy: str) -> None:
        ordinal = self._ordinals[target] = self._ordinals.get(target, -1) + 1
        self.made.append(PolicyTarget("o-random", target, policy, ordinal))


def random_estate(seed: int) -> Snapshot:
    """An estate, the same for the same seed."""
    maker = _Maker(seed)
    for account in (A, B):
        maker.account(account)
    if maker.draw.random() < 0.7:
        maker.organization()
    else:
        maker.made += [Account(A, A, EPOCH), Account(B, B, EPOCH)]
    queue_policy = maker.draw.choice([None, maker.document(Principal="*")])
    maker.made += [
        RegisteredResource(
            BUCKET,
            maker.draw.choice([A, B]),
            EPOCH,
            maker.document(Principal={"AWS": "*"}),
            "AWS::S3::Bucket",
            maker.tags(),
        ),
        RegisteredResource(QUEUE, A, EPOCH, queue_policy, tags=maker.tags()),
    ]
    return Snapshot.of(maker.made, {})


def questions(snapshot: Snapshot, seed: int, number: int) -> Iterator[tuple[str, str, str]]:
    """Principals, actions and resources to ask about."""
    draw = random.Random(seed)
    roles = [each.arn for each in snapshot.all(Role)]
    who = [each.arn for each in snapshot.all(User)] + roles
    who += [f"arn:aws:iam::{A}:root"]
    for _ in range(number):
        on = draw.choice([BUCKET, f"{BUCKET}/key", QUEUE, "*", *roles])
        yield draw.choice(who), draw.choice(ACTIONS), on
