"""Condition keys that follow from the principal and the resource of a request.

Source: IAM User Guide, "AWS global condition context keys"; listed in
``docs/reference/evaluation.md``, "Keys that follow from the request".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import assert_never

from doorward.engine.context import Context, ContextValue, Provenance, build
from doorward.engine.principals import Caller, caller_of
from doorward.engine.request import Resource
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
from doorward.policy.folding import fold

_TYPES: tuple[tuple[type[Principal], str], ...] = (
    (IamUser, "User"),
    (RoleSession, "AssumedRole"),
    (FederatedUser, "FederatedUser"),
    (RootUser, "Account"),
    (Anonymous, "Anonymous"),
)
"""The values of ``aws:PrincipalType``; other principals have none."""


def complete(given: Context, caller: Caller, resource: Resource, account: str | None) -> Context:
    """Return ``given`` with every key that follows from the caller and the resource.

    ``account`` owns the resource. What was given wins. Nothing is read from a clock or a
    directory.
    """
    entries = dict(principal_keys(caller.principal))
    for key, value in resource.tags:
        _add(entries, f"aws:ResourceTag/{key}", value)
    if account is not None:
        _add(entries, "aws:ResourceAccount", account)
    entries.update(given.entries)
    return Context(entries)


def _add(entries: dict[str, ContextValue], key: str, value: str) -> None:
    entries[fold(key)] = ContextValue(key, (value,), multi=False, provenance=Provenance.DERIVED)


def resource_account(resource: Resource) -> str | None:
    """The account that owns ``resource``: as the asker says, else as the ARN says, else unknown.

    Some ARNs have no account (S3), ``*``, or ``aws`` where AWS itself owns what everybody uses.
    """
    if resource.account is not None:
        return resource.account
    parts = resource.arn.split(":", 5)
    return parts[4] if len(parts) == 6 and is_account_id(parts[4]) else None


@lru_cache(maxsize=4096)
def principal_keys(principal: Principal) -> Mapping[str, ContextValue]:
    """The keys of a principal; kept, by all that it holds, because callers come again."""
    caller = caller_of(principal, federates=False)
    keys: dict[str, str | None] = {
        "aws:PrincipalArn": caller.arn,
        "aws:PrincipalAccount": _account(caller),
        "aws:PrincipalType": next((n for kind, n in _TYPES if isinstance(principal, kind)), None),
        "aws:PrincipalIsAWSService": "false",
        "aws:userid": _user_id(caller),
    }
    match principal:
        case IamUser(tags=tags):
            keys["aws:username"] = _last_name(caller)
            keys |= {f"aws:PrincipalTag/{key}": value for key, value in tags}
        case RoleSession(tags=tags) | FederatedUser(tags=tags):
            keys |= {f"aws:PrincipalTag/{key}": value for key, value in tags}
        case ServicePrincipal(name=name):
            keys["aws:PrincipalIsAWSService"] = "true"
            keys["aws:PrincipalServiceName"] = name
        case RootUser() | Anonymous() | FederatedIdentity() | CanonicalUser():
            pass
        case _:
            assert_never(principal)
    known = {key: value for key, value in keys.items() if value is not None}
    return build(known, Provenance.DERIVED).entries


def _account(caller: Caller) -> str | None:
    return "anonymous" if isinstance(caller.principal, Anonymous) else caller.account


def _last_name(caller: Caller) -> str | None:
    return None if caller.arn is None else caller.arn.rpartition("/")[2]


def _user_id(caller: Caller) -> str | None:
    """The value of ``aws:userid``, where the unique id it is made of is known."""
    match caller.principal:
        case RootUser(account=account):
            return account
        case IamUser(unique_id=unique_id):
            return unique_id
        case RoleSession(unique_id=str(unique_id), session_name=str(name)):
            return f"{unique_id}:{name}"
        case FederatedUser():
            return f"{caller.account}:{_last_name(caller)}"
        case _:
            return None
