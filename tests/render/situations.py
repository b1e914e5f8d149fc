"""Decisions to draw: one for each way in which a request can be allowed or denied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from doorward.engine.combine import decide
from doorward.engine.decision import Decision, Rule
from doorward.engine.layers import Layers, Policy
from doorward.engine.question import layers
from doorward.engine.request_form import request
from doorward.policy.parse import parse_or_raise
from doorward.usecases.queries import explanation

A, B = "111122223333", "444455556666"
BOB = f"arn:aws:iam::{A}:user/team/Bob"
ROLE = f"arn:aws:iam::{A}:role/team/Deploy"
SESSION = {
    "type": "AWS",
    "arn": f"arn:aws:sts::{A}:assumed-role/Deploy/bob",
    "roleArn": ROLE,
}
BUCKET = "arn:aws:s3:::acme-sensitive-data"
KEY = f"{BUCKET}/report.csv"

FULL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
OTHER = {"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}
DENY = {"Statement": {"Sid": "NoReads", "Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}}

GUARDRAIL = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "*", "Resource": "*"},
    {
      "Sid": "DenyReadsOfSensitiveData",
      "Effect": "Deny",
      "Action": [
        "s3:GetObject",
        "s3:GetObjectVersion"
      ],
      "Resource": "arn:aws:s3:::acme-sensitive-data/*"
    }
  ]
}
"""


class Situation(msgspec.Struct, frozen=True):
    """A decision, the layers it was taken on, and the rule it is an example of."""

    decision: Decision
    layers: Layers


def situation(
    policies: Mapping[str, Any],
    *,
    principal: object = BOB,
    action: str = "s3:GetObject",
    resource: str | list[str] = KEY,
    resource_account: str | None = A,
    resource_facts: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    expand: bool = False,
) -> Situation:
    """Decide one request."""
    stack = layers(**policies)
    asked = request(
        principal=principal,
        action=action,
        resource=resource,
        resource_account=resource_account,
        resource_facts=resource_facts,
        context=context,
    )
    return Situation(decide(stack, asked, expand=expand), stack)


def explained(found: Situation) -> dict[str, Any]:
    """The record of an explanation of the same request."""
    return explanation(found.layers, found.decision.request)


def resource_policy(principal: object, effect: str = "Allow") -> dict[str, Any]:
    """A bucket policy for everything."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": effect, "Principal": principal, "Action": "s3:*", "Resource": "*"}
        ],
    }


def trust_policy(effect: str, account: str) -> dict[str, Any]:
    """A role's trust policy."""
    return {
        "Statement": {
            "Effect": effect,
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": "sts:AssumeRole",
        }
    }


NAMED = Policy(
    parse_or_raise(GUARDRAIL),
    "SensitiveData",
    f"arn:aws:organizations::{B}:policy/o-acme000001/service_control_policy/p-guard0001",
    "ou-acme-workload",
)
ASSUME: dict[str, Any] = {"action": "sts:AssumeRole", "resource": ROLE}
DECRYPT: dict[str, Any] = {
    "action": "kms:Decrypt",
    "resource": f"arn:aws:kms:eu-west-1:{A}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
}

BY_RULE: dict[Rule, Situation] = {
    Rule.NO_PERMISSION_NEEDED: situation(
        {"identity": [DENY]}, action="sts:GetCallerIdentity", resource="*"
    ),
    Rule.EXPLICIT_DENY: situation(
        {"identity": [FULL], "service_control": [[FULL], [FULL, NAMED]]}, principal=SESSION
    ),
    Rule.SESSION_LIMIT: situation(
        {"identity": [FULL]}, principal=SESSION, action="sts:GetFederationToken", resource="*"
    ),
    Rule.RESERVED_BY_AWS: situation(
        {"identity": [FULL]},
        action="iam:DeletePolicy",
        resource="arn:aws:iam::aws:policy/ReadOnlyAccess",
    ),
    Rule.CROSS_PARTITION: situation(
        {"identity": [FULL], "resource": resource_policy("*")},
        resource="arn:aws-cn:s3:::elsewhere/key",
        resource_account=B,
    ),
    Rule.RESOURCE_CONTROL_IMPLICIT_DENY: situation(
        {"identity": [FULL], "resource_control": [[resource_policy("*")], []]}
    ),
    Rule.SERVICE_CONTROL_IMPLICIT_DENY: situation(
        {"identity": [FULL], "service_control": [[FULL], [OTHER]]}
    ),
    Rule.ENDPOINT_IMPLICIT_DENY: situation({"identity": [FULL], "endpoint": []}),
    Rule.TRUST_IMPLICIT_DENY: situation(
        {"identity": [FULL], "resource": trust_policy("Allow", B)}, **ASSUME
    ),
    Rule.KEY_POLICY_IMPLICIT_DENY: situation({"identity": [FULL]}, **DECRYPT),
    Rule.BLOCK_PUBLIC_ACCESS: situation(
        {"resource": resource_policy("*")},
        principal={"type": "Anonymous"},
        resource_facts={"blockPublicAccess": True},
    ),
    Rule.RESOURCE_IMPLICIT_DENY: situation({"identity": [FULL]}, resource_account=B),
    Rule.IDENTITY_IMPLICIT_DENY: situation({"identity": [OTHER]}),
    Rule.BOUNDARY_IMPLICIT_DENY: situation({"identity": [FULL], "permissions_boundary": [OTHER]}),
    Rule.SESSION_IMPLICIT_DENY: situation(
        {"identity": [FULL], "session": [OTHER]}, principal=SESSION
    ),
    Rule.ROOT_USER_ALLOW: situation({}, principal=f"arn:aws:iam::{A}:root"),
    Rule.IDENTITY_ALLOW: situation({"identity": [FULL, DENY]}, action="s3:PutObject", expand=True),
    Rule.RESOURCE_ALLOW: situation({"resource": resource_policy({"AWS": BOB})}),
    Rule.GRANT_ALLOW: situation(
        {},
        resource_facts={"kmsGrants": [{"GranteePrincipal": BOB, "Operations": ["Decrypt"]}]},
        **DECRYPT,
    ),
    Rule.CROSS_ACCOUNT_ALLOW: situation(
        {"identity": [FULL], "resource": resource_policy({"AWS": A})}, resource_account=B
    ),
    Rule.NON_ACCOUNT_ALLOW: situation(
        {"resource": resource_policy("*")}, principal={"type": "Anonymous"}
    ),
}
"""One decision for every rule."""
