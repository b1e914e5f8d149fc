"""AWS's own managed policies, from the package's data.

Source: AWS Managed Policy Reference Guide, "AdministratorAccess"; AWS Organizations User Guide,
"SCP evaluation" (FullAWSAccess) and "Resource control policies" (RCPFullAWSAccess).
"""

from __future__ import annotations

import functools
import pkgutil
from datetime import datetime

import msgspec

FULL_AWS_ACCESS_ARN = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
"""The SCP that every root, unit and account begins with."""

RCP_FULL_AWS_ACCESS_ARN = (
    "arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess"
)
"""The RCP that is on every root, unit and account and cannot be detached."""


class ManagedPolicyText(msgspec.Struct, frozen=True):
    """A policy that AWS manages; ``document`` is its default version's text.

    ``created`` and ``version`` (``v1`` …) are ``None`` for organization policies: they have none.
    """

    arn: str
    id: str
    name: str
    description: str
    document: str
    created: datetime | None = None
    version: str | None = None


@functools.cache
def _catalog() -> dict[str, ManagedPolicyText]:
    data = pkgutil.get_data("doorward.policy", "data/managed_policies.json") or b"[]"
    policies = msgspec.json.decode(data, type=tuple[ManagedPolicyText, ...])
    return {policy.arn: policy for policy in policies}


def aws_managed_policies() -> tuple[ManagedPolicyText, ...]:
    """Return every policy that AWS manages and this version of Doorward knows."""
    return tuple(_catalog().values())


def aws_managed_policy(arn: str) -> ManagedPolicyText | None:
    """Return the AWS managed policy of that ARN, ``None`` if there is none."""
    return _catalog().get(arn)


def managed_policy_text(arn: str) -> str | None:
    """Return the document's text of an AWS managed policy, ``None`` if there is none."""
    policy = _catalog().get(arn)
    return policy.document if policy else None
