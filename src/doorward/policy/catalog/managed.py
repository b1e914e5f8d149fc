"""AWS's own managed policies, in their default version.

Source: AWS Managed Policy Reference Guide; AWS Organizations User Guide, "SCP evaluation"
(FullAWSAccess) and "Resource control policies" (RCPFullAWSAccess).
"""

from __future__ import annotations

import base64
import functools
import hashlib
from datetime import datetime

import msgspec

from doorward.policy.catalog import archive

FULL_AWS_ACCESS_ARN = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
"""The SCP that every root, unit and account begins with."""

RCP_FULL_AWS_ACCESS_ARN = (
    "arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess"
)
"""The RCP that is on every root, unit and account and cannot be detached."""


class ManagedPolicyText(msgspec.Struct, frozen=True, array_like=True):
    """A policy that AWS manages.

    ``version`` is the default one (``v1`` …), ``updated`` its date. Organization policies have
    neither, nor ``created``. ``known_id`` and ``description`` are ``None`` where no source that
    may be redistributed tells them.
    """

    arn: str
    name: str
    version: str | None = None
    created: datetime | None = None
    updated: datetime | None = None
    known_id: str | None = None
    description: str | None = None

    @property
    def id(self) -> str:
        """AWS's id of the policy or, where it is not known, one of Doorward's own.

        Doorward's begin with ``ANPADOORWARD`` and are made of the ARN: the same everywhere.
        """
        if self.known_id is not None:
            return self.known_id
        digest = base64.b32encode(hashlib.sha256(self.arn.encode()).digest())
        return f"ANPADOORWARD{digest[:9].decode()}"

    @property
    def document(self) -> str:
        """The text of the default version."""
        return _document(self.arn)


@functools.cache
def _catalog() -> dict[str, ManagedPolicyText]:
    packed = archive.part(archive.POLICIES, "list")
    policies = msgspec.json.decode(packed, type=tuple[ManagedPolicyText, ...])
    return {policy.arn: policy for policy in policies}


@functools.lru_cache(maxsize=512)
def _document(arn: str) -> str:
    return archive.part(archive.POLICIES, f"documents/{arn}").decode()


def aws_managed_policies() -> tuple[ManagedPolicyText, ...]:
    """Return every policy that AWS manages and this version of Doorward knows, by ARN."""
    return tuple(_catalog().values())


def aws_managed_policy(arn: str) -> ManagedPolicyText | None:
    """Return the AWS managed policy of that ARN, ``None`` if there is none."""
    return _catalog().get(arn)


def managed_policy_text(arn: str) -> str | None:
    """Return the document's text of an AWS managed policy, ``None`` if there is none."""
    policy = _catalog().get(arn)
    return policy.document if policy else None
