"""The organization of an estate: units in units, accounts in them, policies on all three."""

from __future__ import annotations

import random
from typing import Final

from benchmarks.estates.policies import ORGANIZATION, STAGES, Json, document

ROOT: Final = "r-exam"
_BRANCHES: Final = 8
_SERVICE, _RESOURCE = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"

_DENIALS: Final[tuple[tuple[str, Json], ...]] = (
    ("leave", {"Action": "organizations:LeaveOrganization", "Resource": "*"}),
    ("trails", {"Action": ["cloudtrail:StopLogging", "cloudtrail:Delete*"], "Resource": "*"}),
    (
        "regions",
        {
            "NotAction": ["iam:*", "sts:*", "organizations:*", "support:*", "cloudfront:*"],
            "Resource": "*",
            "Condition": {
                "StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}
            },
        },
    ),
    (
        "root",
        {
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}},
        },
    ),
    ("users", {"Action": ["iam:CreateUser", "iam:CreateAccessKey"], "Resource": "*"}),
    ("guard", {"Action": ["guardduty:Delete*", "securityhub:Disable*"], "Resource": "*"}),
    ("limits", {"Action": "iam:*", "Resource": "arn:aws:iam::*:policy/limits/*"}),
)


def organization(accounts: list[str], seed: int) -> Json:
    """What ``organization.json`` says; the first account is the management account."""
    draw = random.Random(f"{seed} organization")
    branches = [f"ou-exam-branch{n:03}" for n in range(_BRANCHES)]
    leaves = {branch: [f"{branch}-{stage}" for stage in STAGES] for branch in branches}
    places = [leaf for found in leaves.values() for leaf in found]
    units: list[Json] = [{"Id": each, "ParentId": ROOT, "Name": each[8:]} for each in branches]
    units += [
        {"Id": leaf, "ParentId": branch, "Name": leaf[8:]}
        for branch, found in leaves.items()
        for leaf in found
    ]
    listed = [
        {
            "Id": number,
            "Arn": f"arn:aws:organizations::{accounts[0]}:account/{ORGANIZATION}/{number}",
            "Email": f"account-{number}@example.com",
            "Name": f"account {n}",
            "Status": "ACTIVE",
            "JoinedMethod": "CREATED",
            "JoinedTimestamp": "2024-01-01T00:00:00+00:00",
            "ParentId": draw.choice(places) if n else ROOT,
        }
        for n, number in enumerate(accounts)
    ]
    enabled = [{"Type": kind, "Status": "ENABLED"} for kind in (_SERVICE, _RESOURCE)]
    return {
        "Organization": {
            "Id": ORGANIZATION,
            "FeatureSet": "ALL",
            "MasterAccountId": accounts[0],
        },
        "Roots": [{"Id": ROOT, "Name": "Root", "PolicyTypes": enabled}],
        "OrganizationalUnits": units,
        "Accounts": listed,
        "Policies": _policies(draw, branches, places, accounts),
    }


def _policies(
    draw: random.Random, branches: list[str], leaves: list[str], accounts: list[str]
) -> list[Json]:
    everywhere = [ROOT, *branches, *leaves, *accounts]
    found = [_policy("FullAWSAccess", _SERVICE, [], everywhere)]
    for name, denied in _DENIALS:
        targets = [ROOT] if name in {"leave", "trails"} else draw.sample(branches, 4)
        found.append(_policy(name, _SERVICE, [{"Effect": "Deny", **denied}], targets))
    outside = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:*", "sts:AssumeRole"],
        "Resource": "*",
        "Condition": {
            "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    }
    found.append(_policy("perimeter", _RESOURCE, [outside], draw.sample(branches, 3)))
    return found


def _policy(name: str, kind: str, statements: list[Json], targets: list[str]) -> Json:
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return {
        "Id": "p-FullAWSAccess" if name == "FullAWSAccess" else f"p-{name:0<8}",
        "Name": name,
        "Type": kind,
        "AwsManaged": name == "FullAWSAccess",
        "Content": document(statements or [allow]),
        "Targets": targets,
    }
