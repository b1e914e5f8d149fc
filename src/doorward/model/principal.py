"""Who makes a request: one type per kind of principal, matched exhaustively.

Source: IAM User Guide, "AWS JSON policy elements: Principal"; rules of
``docs/reference/evaluation.md``, "Principals".
"""

from __future__ import annotations

import msgspec

from doorward.policy.partitions import COMMERCIAL

Tags = tuple[tuple[str, str], ...]
"""Tags as ordered pairs (key, value); keys keep their case."""


def overlaid(under: Tags, over: Tags) -> Tags:
    """Return ``under`` with ``over``'s tags in place of those with the same key (any case)."""
    taken = {key.lower() for key, _ in over}
    return (*((key, value) for key, value in under if key.lower() not in taken), *over)


class Anonymous(msgspec.Struct, frozen=True, tag="Anonymous"):
    """An unsigned request."""


class ServicePrincipal(msgspec.Struct, frozen=True, tag="Service"):
    """An AWS service acting as itself, by its service principal name."""

    name: str


class FederatedIdentity(msgspec.Struct, frozen=True, tag="Federated"):
    """Somebody vouched for by an identity provider, in AssumeRoleWithSAML or …WithWebIdentity."""

    provider: str


class CanonicalUser(msgspec.Struct, frozen=True, tag="CanonicalUser"):
    """An S3 canonical user id; S3 bucket policies alone name these."""

    id: str


class RootUser(msgspec.Struct, frozen=True, tag="Root"):
    """The root user of an account."""

    account: str
    partition: str = COMMERCIAL


class IamUser(msgspec.Struct, frozen=True, tag="User"):
    """An IAM user; ``unique_id`` (AIDA…) is ``None`` where only the ARN is known."""

    arn: str
    unique_id: str | None = None
    tags: Tags = ()


class RoleSession(msgspec.Struct, frozen=True, tag="AssumedRole"):
    """A session of a role.

    ``session_name`` is ``None`` when the question names the role alone ("some session of it").
    ``role_arn`` carries the role's path; a session ARN does not. ``unique_id`` is the role's
    (AROA…). ``tags`` are the role's tags overlaid by session tags. ``service_linked`` sessions are
    exempt from SCPs and RCPs.
    """

    role_arn: str
    session_name: str | None
    unique_id: str | None = None
    tags: Tags = ()
    service_linked: bool = False


class FederatedUser(msgspec.Struct, frozen=True, tag="FederatedUser"):
    """A GetFederationToken session; ``user_arn`` is the IAM user who asked for it, if known."""

    arn: str
    user_arn: str | None = None
    tags: Tags = ()


AwsPrincipal = RootUser | IamUser | RoleSession | FederatedUser
"""Principals that live in an account, and so have identity, boundary, session and SCP layers."""

Principal = AwsPrincipal | Anonymous | ServicePrincipal | FederatedIdentity | CanonicalUser
"""Every kind of principal."""


def somebody(account: str, partition: str = COMMERCIAL) -> IamUser:
    """Return a user of whom nothing is known but the account: neither ARN nor name are keys."""
    return IamUser(f"arn:{partition}:iam::{account}:{_NOBODY}")


def is_somebody(principal: Principal) -> bool:
    """Whether this is a user of whom nothing is known but the account."""
    return isinstance(principal, IamUser) and principal.arn.endswith(f":{_NOBODY}")


_NOBODY = "user/"
