"""Reading who asks: an ARN, or an object that says more than an ARN can.

Source: IAM User Guide, "IAM identifiers" and "AWS JSON policy elements: Principal".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

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
from doorward.policy.arn import Arn, is_account_id, parse_arn
from doorward.policy.folding import fold


def read_principal(field: Field) -> Principal:
    """Read a principal in any of its forms.

    Raises:
        InvalidInput: the value is no principal, with the pointer to what is wrong with it.
    """
    if isinstance(field.value, str):
        return _from_arn(field)
    kind = field.value.get("type") if isinstance(field.value, Mapping) else None
    if not isinstance(kind, str):
        raise fail(field, "an ARN or an object with a type is wanted here", code="InvalidType")
    form = _FORMS.get(kind)
    if form is None:
        known = ", ".join(_FORMS)
        raise fail(field.child("type", kind), f"unknown principal type; known: {known}")
    return form(field)


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
    optional = ("roleArn", "uniqueId", "tags", "serviceLinked")
    found = fields(field, required=("type", "arn"), optional=optional)
    principal: Principal = _from_arn(found["arn"])
    for name, item in found.items():
        if name in optional:
            principal = _refine(principal, name, item)
    return principal


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
    arn = parse_arn(spelt)
    if arn is None or not is_account_id(arn.account) or arn.region or {"*", "?"} & set(spelt):
        raise fail(field, "this is not the ARN of a principal")
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
    raise fail(field, "a user, role, assumed-role session, federated user or root is wanted here")


def _refine(principal: Principal, name: str, field: Field) -> Principal:
    """Add one more fact to a principal; which facts it can have depends on its kind."""
    match name, principal:
        case "tags", IamUser() | RoleSession() | FederatedUser():
            return msgspec.structs.replace(principal, tags=pairs(field))
        case "uniqueId", IamUser() | RoleSession():
            return msgspec.structs.replace(principal, unique_id=text(field))
        case "serviceLinked", RoleSession():
            return msgspec.structs.replace(principal, service_linked=flag(field))
        case "roleArn", RoleSession():
            return msgspec.structs.replace(principal, role_arn=_role_of(principal, field))
        case _:
            raise fail(field, f"{name} does not go with this kind of principal")


def _role_of(session: RoleSession, field: Field) -> str:
    """Read the ARN of a session's role: the same role, with its path."""
    spelt, known = text(field), parse_arn(session.role_arn)
    arn = parse_arn(spelt)
    if arn is None or known is None or _identity(arn) != _identity(known):
        raise fail(field, "this is not the role of that session")
    return spelt


def _identity(role: Arn) -> tuple[str, str, str, str, str]:
    """What tells a role apart: not its path, and not the case of its name."""
    kind, _, name = role.resource.partition("/")
    return role.partition, role.service, role.account, kind, fold(name.rpartition("/")[2])
