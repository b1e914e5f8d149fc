"""The workload that the engines are measured on: one role session, distinct requests, from a seed.

Ten identity policies of ten statements (90 Allow, 10 Deny) with wildcards, every fifth with a
variable that has a default, six of ten with a condition, over nine operators; three levels of
service control policies and a boundary, all with statements that decide something. Actions,
resources and condition keys are real ones, so that an engine which knows the services can judge
them; the identity policies keep to what Cedar can say.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple

Json = dict[str, Any]

SEED = 12
REQUESTS = 2000
ACCOUNT = "111111111111"
TAGS = {"team": "red"}
SESSION: Json = {
    "type": "AWS",
    "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/App/one",
    "roleArn": f"arn:aws:iam::{ACCOUNT}:role/App",
    "tags": TAGS,
}
TEAMS = ("red", "blue", "green", "amber", "violet", "white", "black")
VERSION = "2012-10-17"
FULL: Json = {"Effect": "Allow", "Action": "*", "Resource": "*"}

SERVICES: dict[str, tuple[str, str]] = {
    "s3": (
        "arn:aws:s3:::acme/{}/{}",
        (
            "GetObject GetObjectAcl GetObjectTagging GetObjectVersion PutObject PutObjectAcl "
            "PutObjectTagging DeleteObject DeleteObjectTagging"
        ),
    ),
    "ssm": (
        "arn:aws:ssm:us-east-1:{account}:parameter/{}/{}",
        (
            "GetParameter GetParameters GetParameterHistory GetParametersByPath PutParameter "
            "DeleteParameter DeleteParameters LabelParameterVersion"
        ),
    ),
    "ecr": (
        "arn:aws:ecr:us-east-1:{account}:repository/{}/{}",
        (
            "BatchGetImage GetDownloadUrlForLayer DescribeImages ListImages PutImage "
            "InitiateLayerUpload UploadLayerPart BatchDeleteImage DeleteRepository"
        ),
    ),
    "sqs": (
        "arn:aws:sqs:us-east-1:{account}:{}-{}",
        (
            "SendMessage ReceiveMessage DeleteMessage GetQueueAttributes GetQueueUrl "
            "PurgeQueue DeleteQueue ChangeMessageVisibility SetQueueAttributes"
        ),
    ),
    "sns": (
        "arn:aws:sns:us-east-1:{account}:{}-{}",
        (
            "Publish Subscribe GetTopicAttributes SetTopicAttributes DeleteTopic "
            "ListSubscriptionsByTopic AddPermission RemovePermission"
        ),
    ),
    "dynamodb": (
        "arn:aws:dynamodb:us-east-1:{account}:table/{}-{}",
        (
            "GetItem BatchGetItem Query Scan PutItem UpdateItem DeleteItem BatchWriteItem "
            "DescribeTable DeleteTable"
        ),
    ),
    "lambda": (
        "arn:aws:lambda:us-east-1:{account}:function:{}-{}",
        (
            "InvokeFunction GetFunction GetFunctionConfiguration UpdateFunctionCode "
            "DeleteFunction PublishVersion PutFunctionConcurrency AddPermission"
        ),
    ),
}
"""Service → resource of a team, and actions on it."""

SLASHED = ("s3", "ssm", "ecr")
"""The services whose resources have the team between slashes, where a variable may stand."""

CONDITIONS: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ("StringLike", "aws:UserAgent", (["aws-cli/*", "Boto3/*"], "*/1.*", ["Boto3/1.4*", "aws*"])),
    ("StringNotEquals", "aws:RequestedRegion", (["eu-west-1", "eu-central-1"], "eu-west-1")),
    ("Bool", "aws:SecureTransport", ("true", "true", "false")),
    ("IpAddress", "aws:SourceIp", (["10.0.0.0/8", "203.0.113.0/24"], "10.1.0.0/16", "10.0.0.0/8")),
    ("DateGreaterThan", "aws:CurrentTime", ("2026-01-01T00:00:00Z", "2025-06-30", "2026-02-01")),
    ("NumericLessThan", "aws:MultiFactorAuthAge", ("3600", "900", "86400")),
    (
        "ArnLike",
        "aws:PrincipalArn",
        (f"arn:aws:iam::{ACCOUNT}:role/A*", "arn:aws:iam::*:role/App"),
    ),
    ("Null", "aws:SourceVpce", ("true", "true", "false")),
    ("ForAnyValue:StringEquals", "aws:TagKeys", (["team", "cost-center"], ["owner"], ["stage"])),
)
"""Operator, key, and values of which a statement has one."""


class Workload(NamedTuple):
    """Layers, as ``doorward.layers`` takes them; requests, as ``doorward.request`` does."""

    layers: Json
    requests: list[Json]


def workload(requests: int = REQUESTS, seed: int = SEED) -> Workload:
    """Make it; the same for the same seed."""
    rng = random.Random(seed)
    identity = [identity_policy(rng) for _ in range(10)]
    layers = {
        "identity": identity,
        "permissions_boundary": [BOUNDARY],
        "service_control": [[level] for level in LEVELS],
    }
    return Workload(layers, [_request(rng, number) for number in range(requests)])


def identity_policy(rng: random.Random) -> Json:
    """Ten statements: the last denies, two have a variable, six a condition."""
    conditional = rng.sample(range(10), 6)
    return _policy(
        [
            _statement(rng, denies=n == 9, variable=n % 5 == 0, conditional=n in conditional)
            for n in range(10)
        ]
    )


def _policy(statements: list[Json]) -> Json:
    return {"Version": VERSION, "Statement": statements}


LEVELS = (
    _policy(
        [
            FULL,
            {
                "Effect": "Deny",
                "NotAction": ["iam:*", "sts:*"],
                "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1"]}},
            },
        ]
    ),
    _policy(
        [
            FULL,
            {
                "Effect": "Deny",
                "Action": ["s3:Delete*", "sqs:Delete*", "dynamodb:Delete*"],
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ]
    ),
    _policy(
        [
            {"Effect": "Allow", "NotAction": ["organizations:*", "ecr:Delete*"], "Resource": "*"},
            {"Effect": "Deny", "Action": "ssm:*", "Resource": "arn:aws:ssm:*:*:parameter/amber/*"},
        ]
    ),
)
"""Service control policies: the root, a unit below it, the account."""

BOUNDARY = _policy(
    [
        {
            "Effect": "Allow",
            "Action": [f"{service}:*" for service in SERVICES if service != "sns"],
            "Resource": "*",
        },
        {"Effect": "Allow", "Action": ["sns:Get*", "sns:Publish"], "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/28"}},
        },
    ]
)


def _statement(rng: random.Random, *, denies: bool, variable: bool, conditional: bool) -> Json:
    service = rng.choice(SLASHED if variable else list(SERVICES))
    resource, names = SERVICES[service]
    teams = rng.sample(TEAMS, rng.choice((1, 1, 2)))
    if variable:
        teams[0] = "${aws:PrincipalTag/team, 'blue'}"
    elif denies and rng.random() < 0.2:
        teams = ["*"]
    statement: Json = {
        "Effect": "Deny" if denies else "Allow",
        "Action": [
            _action(rng, service, name) for name in rng.sample(names.split(), rng.randint(1, 4))
        ],
        "Resource": [resource.format(team, "*", account=ACCOUNT) for team in teams],
    }
    if conditional:
        operator, key, values = rng.choice(CONDITIONS)
        statement["Condition"] = {operator: {key: rng.choice(values)}}
    return statement


def _action(rng: random.Random, service: str, name: str) -> str:
    return f"{service}:{rng.choice((name, name[:3] + '*', '*' + name[-6:]))}"


def _request(rng: random.Random, number: int) -> Json:
    """One request; its number in the resource makes it distinct."""
    service = rng.choice(list(SERVICES))
    resource, names = SERVICES[service]
    context: Json = {
        "aws:SecureTransport": rng.choice(["true"] * 7 + ["false"]),
        "aws:SourceIp": rng.choice(("10.1.2.3", "10.9.8.7", "203.0.113.7") * 3 + ("192.0.2.1",)),
        "aws:CurrentTime": rng.choice(("2026-03-01T12:00:00Z", "2025-11-01T08:00:00Z")),
        "aws:RequestedRegion": rng.choice(["us-east-1"] * 19 + ["eu-west-1"]),
        "aws:UserAgent": rng.choice(("aws-cli/2.31.0", "Boto3/1.44.5", "Terraform/1.9")),
        "aws:TagKeys": rng.choice((["team"], ["owner"], ["owner", "cost-center"])),
    }
    if rng.random() < 0.5:
        context["aws:MultiFactorAuthAge"] = rng.choice(("60", "7200"))
    return {
        "principal": SESSION,
        "action": f"{service}:{rng.choice(names.split())}",
        "resource": resource.format(rng.choice(TEAMS), number, account=ACCOUNT),
        "resource_account": ACCOUNT,
        "context": context,
    }
