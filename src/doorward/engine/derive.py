"""Condition keys that follow from the principal and the resource of a request.

Source: IAM User Guide, "AWS global condition context keys"; listed in
``docs/reference/evaluation.md``, "Keys that follow from the request".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import assert_never

import msgspec

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
    is_somebody,
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


class Asker(msgspec.Struct, frozen=True, gc=False):
    """A caller, with the condition keys that it brings."""

    caller: Caller
    keys: Mapping[str, ContextValue]


@lru_cache(maxsize=4096)
def asker_of(principal: Principal, *, federates: bool) -> Asker:
    """Take a principal apart; kept, by all that it holds, because callers come again.

    ``federates`` is as for ``caller_of``.
    """
    caller = caller_of(principal, federates=federates)
    return Asker(caller, _of_caller(caller))


def complete(given: Context, asker: Asker, resource: Resource, account: str | None) -> Context:
    """Return ``given`` with every key that follows from the caller and the resource.

    ``account`` owns the resource. What was given wins. Nothing is read from a clock or a
    directory.
    """
    entries = dict(asker.keys)
    if account is not None:
        entries[_RESOURCE_ACCOUNT] = _resource_account(account)
    for key, value in resource.tags:
        entries[fold(f"aws:ResourceTag/{key}")] = _derived(f"aws:ResourceTag/{key}", value)
    entries.update(given.entries)
    return Context(entries)


_RESOURCE_ACCOUNT = "aws:resourceaccount"


@lru_cache(maxsize=1024)
def _resource_account(account: str) -> ContextValue:
    return _derived("aws:ResourceAccount", account)


def _derived(key: str, value: str) -> ContextValue:
    return ContextValue(key, (value,), multi=False, provenance=Provenance.DERIVED)


def resource_account(resource: Resource) -> str | None:
    """The account that owns ``resource``: as the asker says, else as the ARN says, else unknown.

    Some ARNs have no account (S3), ``*``, or ``aws`` where AWS itself owns what everybody uses.
    """
    if resource.account is not None:
        return resource.account
    parts = resource.arn.split(":", 5)
    return _account_id(parts[4]) if len(parts) == 6 else None


@lru_cache(maxsize=1024)
def _account_id(text: str) -> str | None:
    return text if is_account_id(text) else None


def _of_caller(caller: Caller) -> Mapping[str, ContextValue]:
    """The keys of a principal."""
    principal = caller.principal
    keys: dict[str, str | None] = {
        "aws:PrincipalArn": None if is_somebody(principal) else caller.arn,
        "aws:PrincipalAccount": _account(caller),
        "aws:PrincipalType": next((n for kind, n in _TYPES if isinstance(principal, kind)), None),
        "aws:PrincipalIsAWSService": "false",
        "aws:userid": _user_id(caller),
    }
    match principal:
        case IamUser(tags=tags):
            keys["aws:username"] = _last_name(caller) or None
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
