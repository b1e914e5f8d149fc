"""Reading who asks: an ARN, or an object that says more than an ARN can.

Source: IAM User Guide, "IAM identifiers" and "AWS JSON policy elements: Principal".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import msgspec

from doorward.engine.principals import principal_arn, role_name
from doorward.engine.reading import Field, fail, fields, flag, pairs, text
from doorward.model.principal import (
    Anonymous,
    AwsPrincipal,
    CanonicalUser,
    FederatedIdentity,
    FederatedUser,
    IamUser,
    Principal,
    RoleSession,
    RootUser,
    ServicePrincipal,
)
from doorward.policy.arn import is_account_id, parse_arn


def known_principal(value: object) -> Principal | None:
    """Return a principal that was read before in the same words, ``None`` if there was none."""
    if isinstance(value, str):
        return _of_arn(value)
    key = _key(value)
    return None if key is None else _known.get(key)


def read_principal(field: Field) -> Principal:
    """Read a principal in any of its forms.

    Raises:
        InvalidInput: the value is no principal, with the pointer to what is wrong with it.
    """
    value = field.value
    if isinstance(value, str):
        return _from_arn(field)
    kind = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(kind, str):
        raise fail(field, "an ARN or an object with a type is wanted here", code="InvalidType")
    form = _FORMS.get(kind)
    if form is None:
        known = ", ".join(_FORMS)
        raise fail(field.child("type", kind), f"unknown principal type; known: {known}")
    principal = form(field)
    key = _key(value)
    if key is not None:
        if len(_known) >= _KEPT:
            _known.clear()
        _known[key] = principal
    return principal


_known: dict[tuple[object, ...], Principal] = {}
_KEPT = 4096


def forget_principals() -> None:
    """Empty the memo of principals as they were given."""
    _known.clear()


def _key(value: object) -> tuple[object, ...] | None:
    """All that an object of the type AWS says, as a key; ``None`` for what is not kept.

    All of it is text (only that can be joined), so that nothing that compares equal to a text can
    be taken for it.
    """
    if (
        not isinstance(value, dict)
        or value.get("type") != "AWS"
        or not value.keys() <= _KEPT_FIELDS
    ):
        return None
    tags = value.get("tags", _NO_TAGS)
    if not isinstance(tags, dict):
        return None
    texts = (
        value.get("arn", ""),
        value.get("roleArn", ""),
        value.get("uniqueId", ""),
        *tags,
        *tags.values(),
    )
    try:
        "".join(texts)
    except TypeError:
        return None
    return ("roleArn" in value, "uniqueId" in value, "tags" in value, *texts)


_KEPT_FIELDS = frozenset({"type", "arn", "roleArn", "uniqueId", "tags"})
_NO_TAGS: Mapping[str, str] = {}


def _anonymous(field: Field) -> Principal:
    fields(field, required=("type",))
    return Anonymous()


def _service(field: Field) -> Principal:
    return ServicePrincipal(text(fields(field, required=("type", "name"))["name"]))


def _federated(field: Field) -> Principal:
    return FederatedIdentity(text(fields(field, required=("type", "provider"))["provider"]))


def _canonical_user(field: Field) -> Principal:
    return CanonicalUser(text(fields(field, required=("type", "id"))["id"]))


def _aws(field: Field) -> Principal:
    """Read a principal with an account, its tags, its unique id, its role's path."""
    found = fields(field, required=("type", "arn"), optional=tuple(_REFINED))
    return _refined(_from_arn(found["arn"]), found)


_FORMS: Mapping[str, Callable[[Field], Principal]] = {
    "AWS": _aws,
    "Anonymous": _anonymous,
    "Service": _service,
    "Federated": _federated,
    "CanonicalUser": _canonical_user,
}


def _from_arn(field: Field) -> AwsPrincipal:
    """Read the ARN of a principal; no wildcard stands for one (G5)."""
    spelt = text(field)
    principal = _of_arn(spelt)
    if principal is not None:
        return principal
    arn = parse_arn(spelt)
    if arn is None or not is_account_id(arn.account) or arn.region or {"*", "?"} & set(spelt):
        raise fail(field, "this is not the ARN of a principal")
    raise fail(field, "a user, role, assumed-role session, federated user or root is wanted here")


@lru_cache(maxsize=4096)
def _of_arn(spelt: str) -> AwsPrincipal | None:
    arn = parse_arn(spelt)
    if arn is None or not is_account_id(arn.account) or arn.region or "*" in spelt or "?" in spelt:
        return None
    kind, _, rest = arn.resource.partition("/")
    if arn.service == "iam" and arn.resource == "root":
        return RootUser(arn.account, arn.partition)
    named = bool(rest) and not rest.endswith("/")
    if arn.service == "iam" and kind == "user" and named:
        return IamUser(spelt)
    if arn.service == "iam" and kind == "role" and named:
        return RoleSession(spelt, None)
    if arn.service == "sts" and kind == "federated-user" and named:
        return FederatedUser(spelt)
    if arn.service == "sts" and kind == "assumed-role":
        role, _, session = rest.partition("/")
        if role and session and "/" not in session:
            return RoleSession(f"arn:{arn.partition}:iam::{arn.account}:role/{role}", session)
    return None


_REFINED: Mapping[str, tuple[str, tuple[type[Principal], ...]]] = {
    "roleArn": ("role_arn", (RoleSession,)),
    "uniqueId": ("unique_id", (IamUser, RoleSession)),
    "tags": ("tags", (IamUser, RoleSession, FederatedUser)),
    "serviceLinked": ("service_linked", (RoleSession,)),
}
"""What more an object can say of a principal: the field of the type, and of which types."""


def _refined(principal: AwsPrincipal, found: Mapping[str, Field]) -> AwsPrincipal:
    """Add what more is said; which facts a principal can have depends on its kind."""
    more: dict[str, object] = {}
    for name, field in found.items():
        if name not in _REFINED:
            continue
        attribute, kinds = _REFINED[name]
        if not isinstance(principal, kinds):
            raise fail(field, f"{name} does not go with this kind of principal")
        if name == "tags":
            more[attribute] = pairs(field)
        elif name == "serviceLinked":
            more[attribute] = flag(field)
        elif name == "roleArn":
            more[attribute] = _role_of(principal, field)
        else:
            more[attribute] = text(field)
    return msgspec.structs.replace(principal, **more) if more else principal


def _role_of(session: AwsPrincipal, field: Field) -> str:
    """Read the ARN of a session's role: the same role, with its path."""
    spelt = text(field)
    role = _of_arn(spelt)
    named = isinstance(role, RoleSession) and role.session_name is None
    if not named or role_name(spelt) != role_name(principal_arn(session) or ""):
        raise fail(field, "this is not the role of that session")
    return spelt
