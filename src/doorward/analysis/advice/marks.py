"""How a statement singles out one caller: by a condition, or in its Principal element."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from doorward.engine.context import Context
from doorward.engine.principals import Caller, session_arn
from doorward.model.principal import (
    Anonymous,
    CanonicalUser,
    FederatedIdentity,
    Principal,
    RoleSession,
    ServicePrincipal,
)
from doorward.policy.folding import fold


class Mark(msgspec.Struct, frozen=True):
    """A condition key that tells this caller from others, and its value, as a policy has it."""

    equal: str
    different: str
    key: str
    value: str


_KEYS: Final = (
    ("ArnEquals", "ArnNotEquals", "aws:PrincipalArn"),
    ("StringEquals", "StringNotEquals", "aws:PrincipalServiceName"),
)
_ANONYMOUS: Final = ("StringEquals", "StringNotEquals", "aws:PrincipalType")


def mark_of(principal: Principal, context: Context) -> Mark | None:
    """Return the key that singles out the caller, ``None`` if the request carries none."""
    for equal, different, key in _keys(principal):
        value = context.get(key)
        if value is not None and not value.multi:
            return Mark(equal, different, key, literal(value.values[0]))
    return None


def _keys(principal: Principal) -> tuple[tuple[str, str, str], ...]:
    match principal:
        case Anonymous():
            return (*_KEYS, _ANONYMOUS)
        case FederatedIdentity(provider=provider):
            host = provider.partition("oidc-provider/")[2] or provider
            subjects = (f"{host}:sub", "saml:sub")
            return tuple([("StringEquals", "StringNotEquals", key) for key in subjects])
        case _:
            return _KEYS


def needs_escape(text: str) -> bool:
    """Whether ``text`` has characters that mean something else in a pattern."""
    return any(letter in text for letter in "*?$")


def literal(text: str) -> str:
    """Return ``text`` as a pattern of version 2012-10-17 that means just this text."""
    return "".join(f"${{{letter}}}" if letter in "*?$" else letter for letter in text)


def principal_element(caller: Caller, *, session: bool) -> Any:  # noqa: ANN401 — as JSON has it
    """Return the ``Principal`` element that names the caller most narrowly.

    Of a role's session that is the role, which keeps its name, or with ``session`` the session.
    """
    match caller.principal:
        case Anonymous():
            return "*"
        case ServicePrincipal(name=name):
            return {"Service": name}
        case FederatedIdentity(provider=provider):
            return {"Federated": provider}
        case CanonicalUser(id=id_):
            return {"CanonicalUser": id_}
        case RoleSession() as role if session:
            return {"AWS": session_arn(role) or role.role_arn}
        case _:
            return {"AWS": caller.arn}


def exempt(statement: dict[str, Any], mark: Mark) -> dict[str, Any]:
    """Return a statement that does not apply to the marked caller, and else as before."""
    return statement | {"Condition": _with(statement.get("Condition", {}), mark.different, mark)}


def only(statement: dict[str, Any], mark: Mark) -> dict[str, Any] | None:
    """Return a statement that applies to the marked caller alone; ``None`` if that is taken."""
    conditions = statement.get("Condition", {})
    for operator in (mark.equal, mark.equal.replace("Equals", "Like")):
        block = _member(conditions, operator)
        if block is None or _member(conditions[block], mark.key) is None:
            return statement | {"Condition": _with(conditions, operator, mark)}
    return None


def _with(conditions: dict[str, Any], operator: str, mark: Mark) -> dict[str, Any]:
    """The conditions with one more value under an operator and key.

    Under a negated operator all values have to differ: a value more is an exception more.
    """
    block = _member(conditions, operator) or operator
    keys = conditions.get(block, {})
    key = _member(keys, mark.key) or mark.key
    present = keys.get(key, [])
    values = [*(present if isinstance(present, list) else [present]), mark.value]
    return conditions | {block: keys | {key: values if len(values) > 1 else values[0]}}


def _member(value: dict[str, Any], name: str) -> str | None:
    """The name as it is written there, in whatever case."""
    return next((each for each in value if fold(each) == fold(name)), None)
