"""One account of an estate: what AWS's tools say of it, entry by entry, drawn from a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, NamedTuple

from benchmarks.estates.policies import (
    NAMES,
    STAGES,
    Json,
    boundary,
    identity_policy,
    trust_policy,
)
from doorward.model.ids import unique_id
from doorward.policy.catalog.managed import aws_managed_policy

NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""When the estate was exported."""

_AWS_NAMES: Final = (
    "ReadOnlyAccess", "SecurityAudit", "AmazonS3ReadOnlyAccess", "AmazonS3FullAccess",
    "AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy", "AmazonDynamoDBReadOnlyAccess",
    "AmazonSQSFullAccess", "IAMReadOnlyAccess", "PowerUserAccess", "AdministratorAccess",
    "AmazonEC2ContainerRegistryReadOnly", "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AmazonECSTaskExecutionRolePolicy", "AWSXRayDaemonWriteAccess",
)  # fmt: skip
_RARE: Final = frozenset({"AdministratorAccess", "PowerUserAccess"})
_AWS: Final = "arn:aws:iam::aws:policy/"
_SHARED_INLINE: Final = 500
"""Inline policies that the whole organization shares, as a landing zone rolls them out."""


class Size(NamedTuple):
    """How much an account holds; ``policies`` are the customer's own, without the boundary."""

    users: int
    roles: int
    groups: int
    policies: int


class Person(NamedTuple):
    """A user, and what its row of the credential report is drawn from."""

    name: str
    arn: str
    id: str
    path: str
    created: datetime
    has_password: bool
    has_mfa: bool


class AccountMaker:
    """Draws an account: the same for the same seed and number, whatever else is drawn."""

    def __init__(self, seed: int, number: str, size: Size, neighbour: str) -> None:
        """Make the account ``number``, which trusts ``neighbour`` here and there."""
        self.number = number
        self.size = size
        self._neighbour = neighbour
        self._draw = random.Random(f"{seed} {number}")
        self._ids = 0
        self.groups = [f"{name}-{n}" for n, name in enumerate(self._names(size.groups))]
        self._policies = [f"{name}-{n}" for n, name in enumerate(self._names(size.policies))]
        self.people = [self._person(n) for n in range(size.users)]

    def _names(self, number: int) -> list[str]:
        return [f"{self._draw.choice(NAMES)}-{self._draw.choice(STAGES)}" for _ in range(number)]

    def id(self, prefix: str) -> str:
        """The next unique id."""
        self._ids += 1
        return unique_id(prefix, self.number, self._ids.to_bytes(8))

    def when(self, most: int = 2000) -> datetime:
        """A time within the last ``most`` days."""
        return NOW - timedelta(seconds=self._draw.randrange(1, most * 86400))

    def arn(self, rest: str) -> str:
        """An ARN of IAM in the account."""
        return f"arn:aws:iam::{self.number}:{rest}"

    def _person(self, number: int) -> Person:
        machine = number % 4 == 3
        name = f"svc-{self._draw.choice(NAMES)}-{number}" if machine else f"person.{number:04}"
        path = "/machines/" if machine else "/"
        has_password = not machine and self._draw.random() < 0.9
        return Person(
            name,
            self.arn(f"user{path}{name}"),
            self.id("AIDA"),
            path,
            self.when(),
            has_password,
            has_password and self._draw.random() < 0.8,
        )

    # --------------------------------------------------------------- authorization details

    def entries(self) -> Iterator[tuple[str, Json]]:
        """Yield the entries of the authorization details, each with the name of its list."""
        for person in self.people:
            yield "UserDetailList", self._user(person)
        for name in self.groups:
            yield "GroupDetailList", self._group(name)
        for number in range(self.size.roles):
            yield "RoleDetailList", self._role(number)
        yield "Policies", self._boundary_policy()
        for name in self._policies:
            yield "Policies", self._policy(name)
        for name in _AWS_NAMES:
            yield "Policies", _aws_policy(name)

    def _head(self, kind: str, name: str, identifier: str, path: str, made: datetime) -> Json:
        return {
            "Path": path,
            f"{kind}Name": name,
            f"{kind}Id": identifier,
            "Arn": self.arn(f"{kind.lower()}{path}{name}"),
            "CreateDate": _spelt(made),
        }

    def _user(self, person: Person) -> Json:
        draw = self._draw
        found = self._head("User", person.name, person.id, person.path, person.created)
        if person.path != "/":
            found["UserPolicyList"] = self._inline(0.5)
        found["GroupList"] = draw.sample(self.groups, min(len(self.groups), draw.randint(0, 3)))
        found["AttachedManagedPolicies"] = self._attached(1 if person.path == "/" else 2)
        if draw.random() < 0.2:
            found["PermissionsBoundary"] = self._bounded()
        found["Tags"] = self._tags()
        return found

    def _group(self, name: str) -> Json:
        return self._head("Group", name, self.id("AGPA"), "/", self.when()) | {
            "GroupPolicyList": self._inline(0.3),
            "AttachedManagedPolicies": self._attached(4),
        }

    def _role(self, number: int) -> Json:
        draw = self._draw
        name, path = f"{draw.choice(NAMES)}-{draw.choice(STAGES)}-{number}", "/app/"
        found = self._head("Role", name, self.id("AROA"), path, self.when())
        found["AssumeRolePolicyDocument"] = trust_policy(draw, self.number, self._neighbour)
        found["InstanceProfileList"] = []
        found["RolePolicyList"] = self._inline(0.3)
        found["AttachedManagedPolicies"] = self._attached(4)
        if draw.random() < 0.4:
            found["PermissionsBoundary"] = self._bounded()
        found["Tags"] = self._tags()
        found["RoleLastUsed"] = (
            {"LastUsedDate": _spelt(self.when(390)), "Region": "eu-west-1"}
            if draw.random() < 0.7
            else {}
        )
        return found

    def _inline(self, share: float) -> list[Json]:
        if self._draw.random() >= share:
            return []
        number = self._draw.randrange(_SHARED_INLINE)
        return [{"PolicyName": f"inline-{number}", "PolicyDocument": _shared_inline(number)}]

    def _attached(self, most: int) -> list[Json]:
        draw = self._draw
        own = [self.arn(f"policy/{each}") for each in self._policies]
        names = [each for each in _AWS_NAMES if each not in _RARE or draw.random() < 0.05]
        aws = [f"{_AWS}{each}" for each in names]
        wanted = draw.randint(0, most)
        chosen = draw.sample(own, min(len(own), wanted)) + draw.sample(aws, wanted // 2)
        return [{"PolicyName": each.rpartition("/")[2], "PolicyArn": each} for each in chosen]

    def _bounded(self) -> Json:
        arn = self.arn("policy/limits/boundary")
        return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}

    def _tags(self) -> list[Json]:
        draw = self._draw
        said = {"team": draw.choice(NAMES), "stage": draw.choice(STAGES)}
        return [{"Key": key, "Value": value} for key, value in said.items()]

    def _boundary_policy(self) -> Json:
        made = self.when()
        return _policy_entry(
            self._head("Policy", "boundary", self.id("ANPA"), "/limits/", made),
            [("v1", boundary(self.number), made)],
        )

    def _policy(self, name: str) -> Json:
        made = self.when()
        versions = [
            (f"v{n}", identity_policy(self._draw, self.number), made + timedelta(hours=n))
            for n in range(self._draw.choice((1, 1, 2, 3)), 0, -1)
        ]
        return _policy_entry(self._head("Policy", name, self.id("ANPA"), "/", made), versions)

    # ------------------------------------------------------------------------- resources

    def resources(self) -> list[Json]:
        """The resources of the account, some of them open to others."""
        draw, number = self._draw, self.number
        found = []
        for n in range(4):
            name = f"{draw.choice(NAMES)}-{number}-{n}"
            roll = draw.random()
            principal = "*" if roll < 0.03 else f"arn:aws:iam::{self._neighbour}:root"
            statement = {
                "Effect": "Allow",
                "Principal": {"AWS": principal if roll < 0.3 else self.arn("root")},
                "Action": ["s3:GetObject", "s3:ListBucket"],
                "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
            }
            written = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            found.append(
                {
                    "Arn": f"arn:aws:s3:::{name}",
                    "Type": "AWS::S3::Bucket",
                    "Account": number,
                    "Policy": written,
                    "Tags": self._tags(),
                }
            )
        return found


def _spelt(when: datetime) -> str:
    return when.isoformat()


def _policy_entry(head: Json, versions: list[tuple[str, Json, datetime]]) -> Json:
    """A managed policy with its versions, the newest of which counts."""
    default, _, updated = versions[0]
    return head | {
        "DefaultVersionId": default,
        "AttachmentCount": 1,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "UpdateDate": _spelt(updated),
        "PolicyVersionList": [
            {
                "Document": document,
                "VersionId": name,
                "IsDefaultVersion": name == default,
                "CreateDate": _spelt(made),
            }
            for name, document, made in versions
        ],
    }


@cache
def _shared_inline(number: int) -> Json:
    """One of the inline policies that are the same everywhere."""
    return identity_policy(random.Random(f"inline {number}"), "*", 4)


@cache
def _aws_policy(name: str) -> Json:
    """A policy of AWS's as every account's export has it."""
    found = aws_managed_policy(f"{_AWS}{name}")
    assert found is not None
    version, made = found.version or "v1", found.created or NOW
    head = {
        "PolicyName": found.name,
        "PolicyId": found.id,
        "Arn": found.arn,
        "Path": f"/{name.rpartition('/')[0]}/".replace("//", "/"),
        "CreateDate": _spelt(made),
    }
    return _policy_entry(head, [(version, json.loads(found.document), found.updated or made)])
