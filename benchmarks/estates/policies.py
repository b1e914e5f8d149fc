"""Policies as people write them: wildcards, conditions, one to four kilobytes."""

from __future__ import annotations

import random
from typing import Any, Final

Json = dict[str, Any]

VERSION: Final = "2012-10-17"

SERVICES: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "s3": (
        ("arn:aws:s3:::{name}", "arn:aws:s3:::{name}/*"),
        (
            "GetObject PutObject DeleteObject ListBucket GetBucketLocation GetObjectTagging "
            "PutObjectTagging AbortMultipartUpload GetBucketPolicy PutBucketPolicy Get* List*"
        ),
    ),
    "ec2": (
        ("*", "arn:aws:ec2:*:{account}:instance/*"),
        (
            "DescribeInstances DescribeSubnets RunInstances StartInstances StopInstances "
            "Describe* TerminateInstances CreateTags AuthorizeSecurityGroupIngress CreateSnapshot"
        ),
    ),
    "dynamodb": (
        ("arn:aws:dynamodb:eu-west-1:{account}:table/{name}",),
        (
            "GetItem PutItem UpdateItem DeleteItem Query Scan BatchGetItem BatchWriteItem "
            "DescribeTable Describe*"
        ),
    ),
    "sqs": (
        ("arn:aws:sqs:eu-west-1:{account}:{name}",),
        (
            "SendMessage ReceiveMessage DeleteMessage GetQueueAttributes GetQueueUrl "
            "ChangeMessageVisibility PurgeQueue"
        ),
    ),
    "sns": (
        ("arn:aws:sns:eu-west-1:{account}:{name}",),
        "Publish Subscribe GetTopicAttributes ListSubscriptionsByTopic SetTopicAttributes",
    ),
    "lambda": (
        ("arn:aws:lambda:eu-west-1:{account}:function:{name}",),
        (
            "InvokeFunction GetFunction UpdateFunctionCode CreateFunction PublishVersion "
            "UpdateFunctionConfiguration AddPermission List* Get*"
        ),
    ),
    "kms": (
        ("arn:aws:kms:eu-west-1:{account}:key/*", "*"),
        "Decrypt Encrypt GenerateDataKey DescribeKey ReEncrypt* CreateGrant ListAliases",
    ),
    "logs": (
        ("arn:aws:logs:eu-west-1:{account}:log-group:/aws/{name}:*",),
        (
            "CreateLogGroup CreateLogStream PutLogEvents DescribeLogStreams GetLogEvents "
            "FilterLogEvents PutRetentionPolicy"
        ),
    ),
    "secretsmanager": (
        ("arn:aws:secretsmanager:eu-west-1:{account}:secret:{name}-*",),
        "GetSecretValue DescribeSecret PutSecretValue ListSecrets UpdateSecret",
    ),
    "ssm": (
        ("arn:aws:ssm:eu-west-1:{account}:parameter/{name}/*",),
        "GetParameter GetParameters GetParametersByPath PutParameter SendCommand StartSession",
    ),
    "ecr": (
        ("arn:aws:ecr:eu-west-1:{account}:repository/{name}",),
        (
            "GetDownloadUrlForLayer BatchGetImage PutImage InitiateLayerUpload UploadLayerPart "
            "CompleteLayerUpload DescribeImages"
        ),
    ),
    "cloudformation": (
        ("arn:aws:cloudformation:*:{account}:stack/{name}-*/*", "*"),
        (
            "CreateStack UpdateStack DeleteStack DescribeStacks DescribeStackEvents ListStacks "
            "CreateChangeSet ExecuteChangeSet"
        ),
    ),
    "iam": (
        ("arn:aws:iam::{account}:role/{name}-*", "arn:aws:iam::{account}:user/${{aws:username}}"),
        (
            "PassRole GetRole ListRoles ListAttachedRolePolicies ChangePassword GetUser "
            "CreateAccessKey ListAccessKeys UpdateAccessKey ListMFADevices"
        ),
    ),
    "sts": (
        ("arn:aws:iam::*:role/{name}", "arn:aws:iam::{account}:role/*"),
        "AssumeRole TagSession GetCallerIdentity",
    ),
    "cloudwatch": (
        ("*",),
        "PutMetricData GetMetricData ListMetrics PutMetricAlarm DescribeAlarms",
    ),
}
"""Service: its resources, of which a name and an account are written in, and actions on them."""

NAMES: Final = (
    "orders", "payments", "ledger", "billing", "search", "catalog", "images", "reports",
    "exports", "imports", "audit", "web", "mobile", "gateway", "events", "stream",
    "warehouse", "metrics", "backups", "artifacts", "sessions", "profiles", "mail", "alerts",
    "pricing", "stock", "shipping", "returns", "loyalty", "partners",
)  # fmt: skip

STAGES: Final = ("dev", "test", "stage", "prod")

CONDITIONS: Final[tuple[Json, ...]] = (
    {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"]}},
    {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
    {"StringLike": {"aws:PrincipalTag/stage": ["dev*", "test*"]}},
    {"ArnLike": {"aws:SourceArn": "arn:aws:cloudformation:*:*:stack/*"}},
    {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
    {"Null": {"aws:ViaAWSService": "false"}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "stage", "owner"]}},
)

RISKS: Final[tuple[tuple[int, Json], ...]] = (
    (1, {"Effect": "Allow", "Action": "*", "Resource": "*"}),
    (2, {"Effect": "Allow", "Action": ["iam:*"], "Resource": "*"}),
    (2, {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}),
    (5, {"Effect": "Allow", "Action": ["iam:PassRole", "lambda:*"], "Resource": "*"}),
    (2, {"Effect": "Allow", "Action": "iam:CreatePolicyVersion", "Resource": "*"}),
    (4, {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}),
)
"""Statements that say too much, and of how many policies in a hundred each is part."""


def document(statements: list[Json]) -> Json:
    """A policy document of these statements."""
    return {"Version": VERSION, "Statement": statements}


def identity_policy(draw: random.Random, account: str, most: int = 9) -> Json:
    """A policy of three to ``most`` statements, the last now and then one that says too much."""
    statements = [_statement(draw, account, n) for n in range(draw.randint(3, most))]
    roll = draw.randrange(100)
    for share, risk in RISKS:
        if 0 <= roll < share:
            statements.append(risk)
        roll -= share
    return document(statements)


def _statement(draw: random.Random, account: str, number: int) -> Json:
    service = draw.choice(list(SERVICES))
    resources, actions = SERVICES[service]
    name = f"{draw.choice(NAMES)}-{draw.choice(STAGES)}"
    known = actions.split()
    chosen = sorted(draw.sample(known, draw.randint(2, len(known))))
    found = [each.format(account=account, name=name) for each in resources]
    if draw.random() < 0.15:
        found = ["*"]
    denies = draw.random() < 0.08
    statement: Json = {
        "Sid": f"{service.title()}{name.title().replace('-', '')}{number}",
        "Effect": "Deny" if denies else "Allow",
        "Action": [f"{service}:{each}" for each in chosen],
        "Resource": found if len(found) > 1 else found[0],
    }
    if draw.random() < 0.35:
        statement["Condition"] = draw.choice(CONDITIONS)
    return statement


def boundary(account: str) -> Json:
    """What bounds the roles of an account."""
    allowed = [f"{service}:*" for service in SERVICES if service != "iam"]
    iam = f"arn:aws:iam::{account}:"
    return document(
        [
            {"Effect": "Allow", "Action": allowed, "Resource": "*"},
            {"Effect": "Allow", "Action": ["iam:Get*", "iam:List*"], "Resource": "*"},
            {"Effect": "Allow", "Action": "iam:PassRole", "Resource": f"{iam}role/app/*"},
            {"Effect": "Deny", "Action": "iam:*", "Resource": f"{iam}policy/limits/*"},
        ]
    )


def trust_policy(draw: random.Random, account: str, neighbour: str) -> Json:
    """Who may take on a role: mostly a service; the account, another, an outsider, a provider."""
    roll = draw.randrange(100)
    action, condition = "sts:AssumeRole", None
    principal: Json
    if roll < 45:
        names = ("ec2", "lambda", "ecs-tasks", "states", "events", "codebuild", "glue")
        principal = {"Service": f"{draw.choice(names)}.amazonaws.com"}
    elif roll < 65:
        principal = {"AWS": f"arn:aws:iam::{account}:root"}
        if roll < 55:
            condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    elif roll < 75:
        principal = {"AWS": f"arn:aws:iam::{neighbour}:root"}
        condition = {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}
    elif roll < 90:
        action = "sts:AssumeRoleWithWebIdentity"
        host = "token.actions.githubusercontent.com"
        principal = {"Federated": f"arn:aws:iam::{account}:oidc-provider/{host}"}
        said = {f"{host}:aud": "sts.amazonaws.com"}
        repository = {f"{host}:sub": f"repo:example/{draw.choice(NAMES)}:*"}
        condition = {"StringEquals": said, "StringLike": repository}
    else:
        outside = draw.choice(OUTSIDE)
        principal = {"AWS": f"arn:aws:iam::{outside}:root"}
        if roll < 97:
            condition = {"StringEquals": {"sts:ExternalId": f"{outside[:4]}-{account[-4:]}"}}
    statement: Json = {"Effect": "Allow", "Principal": principal, "Action": action}
    return document([statement | ({"Condition": condition} if condition else {})])


ORGANIZATION: Final = "o-exampleorgid"
OUTSIDE: Final = ("900000000001", "900000000002", "900000000003", "900000000004")
"""Accounts that are in no organization here."""
