"""Who a principal is to a policy: the names that a ``Principal`` element may call it by.

A principal has a handful of names, each with the kind of match that it makes; an entry of a policy
has one. Matching is looking the entry's name up. What a kind is worth is for ``combine`` to say.

Source: IAM User Guide, "AWS JSON policy elements: Principal"; the table in
``docs/reference/evaluation.md``, "Principals".
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from functools import lru_cache
from typing import assert_never

import msgspec

from doorward.model.principal import (
    Anonymous,
    CanonicalUser,
    FederatedIdentity,
    FederatedUser,
    IamUser,
    Principal,
    RoleSession,
    RootUser,
    ServicePrincipal,
)
from doorward.policy.arn import is_account_id
from doorward.policy.document import PrincipalKind
from doorward.policy.folding import fold


class MatchKind(enum.Enum):
    """How a policy meets a caller: the kinds of the table of principals."""

    EVERYONE = "everyone"
    DIRECT = "direct"
    ROLE = "role"
    PARENT_USER = "parent-user"
    ACCOUNT = "account"

    # Members are single objects: their identity is a hash, and many times cheaper than Enum's.
    __hash__ = object.__hash__


Name = tuple[str, ...]
"""A name in a normal form: its sort, and what tells it apart."""

EVERYONE: Name = ("*",)


class Caller(msgspec.Struct, frozen=True):
    """A principal, taken apart once for each decision.

    ``account``, ``partition`` (folded) and ``arn`` are ``None`` for principals that live in no
    account. ``arn`` is the value of ``aws:PrincipalArn``: for a session the role's, never its own.
    ``is_root``: the root user of its account; ``as_root``: that, or a federated user whose session
    the root user asked for (10); ``is_service_linked``: a service-linked role's (S8).
    """

    principal: Principal
    account: str | None
    partition: str | None
    arn: str | None
    names: Mapping[Name, MatchKind]
    endpoint_names: Mapping[Name, MatchKind]
    is_root: bool = False
    as_root: bool = False
    is_service_linked: bool = False


def entry_name(kind: PrincipalKind, text: str) -> Name:
    """Return the name by which an entry of a ``Principal`` element calls somebody."""
    if kind is PrincipalKind.EVERYONE or (kind is PrincipalKind.AWS and text == "*"):
        return EVERYONE
    if kind is not PrincipalKind.AWS:
        return (kind.value, text)
    if is_account_id(text):
        return ("account", text)
    if not text.startswith("arn:"):
        return ("id", text)
    _, partition, service, _, account, resource = _parts(text)
    if service == "iam" and resource == "root":
        return ("account", account, partition)
    if service == "iam" and resource.startswith("role/"):
        return role_name(text)
    return ("arn", text)


def caller_of(principal: Principal, *, federates: bool) -> Caller:
    """Take a principal apart.

    ``federates`` says whether the action is one by which identity providers' users come in:
    nowhere else does a ``Federated`` entry match.
    """
    arn = principal_arn(principal)
    names = {EVERYONE: MatchKind.EVERYONE} | _own_names(principal, federates=federates)
    if arn is None:
        return Caller(principal, None, None, None, names, names)
    is_root = isinstance(principal, RootUser)
    _, partition, _, _, account, _ = _parts(arn)
    delegated = {
        ("account", account): MatchKind.ACCOUNT,
        ("account", account, partition): MatchKind.ACCOUNT,
    }
    everywhere = names | delegated
    # In an endpoint policy an account stands for its root user alone (P5).
    at_endpoint = everywhere if is_root else names
    return Caller(
        principal,
        account,
        fold(partition),
        arn,
        everywhere,
        at_endpoint,
        is_root=is_root,
        as_root=is_root or _of_root(principal, f"arn:{partition}:iam::{account}:root"),
        is_service_linked=is_service_linked(principal),
    )


def _of_root(principal: Principal, root: str) -> bool:
    """Whether the root user asked for this federated user's session."""
    return isinstance(principal, FederatedUser) and principal.user_arn == root


def principal_arn(principal: Principal) -> str | None:
    """Return the value of ``aws:PrincipalArn``, ``None`` for principals without an account."""
    match principal:
        case RootUser():
            return f"arn:{principal.partition}:iam::{principal.account}:root"
        case IamUser() | FederatedUser():
            return principal.arn
        case RoleSession():
            return principal.role_arn
        case Anonymous() | ServicePrincipal() | FederatedIdentity() | CanonicalUser():
            return None
        case _:
            assert_never(principal)


def principal_account(principal: Principal) -> str | None:
    """Return the account that a principal lives in, ``None`` if it lives in none."""
    arn = principal_arn(principal)
    return None if arn is None else _parts(arn)[4]


def is_service_linked(principal: Principal) -> bool:
    """Whether this is a session of a service-linked role: said to be, or by its path (S8)."""
    return isinstance(principal, RoleSession) and (
        principal.service_linked or is_service_linked_role(principal.role_arn)
    )


def is_service_linked_role(role_arn: str) -> bool:
    """Whether a role's path is the one that is kept for service-linked roles (S8).

    Source: IAM User Guide, "Service-linked roles"; "IAM identifiers".
    """
    return _parts(role_arn)[5].startswith("role/aws-service-role/")


def session_arn(session: RoleSession) -> str | None:
    """Return a role session's own ARN, which has no path; ``None`` if its name is unknown."""
    if session.session_name is None:
        return None
    _, partition, _, _, account, resource = _parts(session.role_arn)
    role = resource.rpartition("/")[2]
    return f"arn:{partition}:sts::{account}:assumed-role/{role}/{session.session_name}"


def _parts(arn: str) -> tuple[str, str, str, str, str, str]:
    """Split an ARN into its six parts; what is missing is empty, and so meets nobody."""
    scheme, partition, service, region, account, resource = (*arn.split(":", 5), *[""] * 5)[:6]
    return scheme, partition, service, region, account, resource


@lru_cache(maxsize=4096)
def role_name(role_arn: str) -> Name:
    """Name a role by partition, account and name, ignoring case and path, as sessions do."""
    _, partition, _, _, account, resource = _parts(role_arn)
    return ("role", fold(partition), fold(account), fold(resource.rpartition("/")[2]))


def _own_names(principal: Principal, *, federates: bool) -> dict[Name, MatchKind]:
    """The names of the principal itself, beside its account's."""
    match principal:
        case IamUser(arn=arn, unique_id=unique_id):
            return _known({("arn", arn): MatchKind.DIRECT, ("id", unique_id): MatchKind.DIRECT})
        case RoleSession(unique_id=unique_id):
            return _known(
                {
                    ("arn", session_arn(principal)): MatchKind.DIRECT,
                    role_name(principal.role_arn): MatchKind.ROLE,
                    ("id", unique_id): MatchKind.ROLE,
                }
            )
        case FederatedUser(arn=arn, user_arn=user_arn):
            return _known(
                {
                    ("arn", user_arn): MatchKind.PARENT_USER,
                    ("arn", arn): MatchKind.DIRECT,
                }
            )
        case ServicePrincipal(name=name):
            return {("Service", name): MatchKind.DIRECT}
        case FederatedIdentity(provider=provider):
            return {("Federated", provider): MatchKind.DIRECT} if federates else {}
        case CanonicalUser(id=id_):
            return {("CanonicalUser", id_): MatchKind.DIRECT}
        case RootUser() | Anonymous():
            return {}
        case _:
            assert_never(principal)


def _known(names: Mapping[tuple[str | None, ...], MatchKind]) -> dict[Name, MatchKind]:
    """Leave out the names of which a part is not known."""
    return {
        tuple(part for part in name if part is not None): kind
        for name, kind in names.items()
        if None not in name
    }
