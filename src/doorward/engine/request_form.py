"""Reading what is asked: ``request`` of the public form, and the same in Python.

Requests repeat each other: the readings of actions, of condition values and of principals
(``engine.principal_form``) are kept by what was read. What is wrong is never kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from doorward.engine.context import Context, ContextValue, Provenance
from doorward.engine.grant_form import read_grants
from doorward.engine.principal_form import known_principal, read_principal
from doorward.engine.reading import (
    Field,
    fail,
    fields,
    flag,
    items,
    mapping,
    pairs,
    scalar,
    text,
)
from doorward.engine.request import Request, Resource
from doorward.errors import InvalidInput
from doorward.model.principal import Principal
from doorward.policy.arn import is_account_id
from doorward.policy.folding import fold

_ACTION = re.compile(r"[^\s:,*?]+:[^\s:,*?]+")
_ABOUT_ONE = ("resourceAccount", "resourceFacts")
_FACTS = ("tags", "blockPublicAccess", "kmsGrants", "awsManagedKey")
_NOTHING = Context({})
_AT = Field(None, "/request")


def request(
    *,
    principal: object,
    action: str,
    resource: object,
    context: Mapping[str, object] | None = None,
    resource_account: str | None = None,
    resource_facts: Mapping[str, object] | None = None,
) -> Request:
    """Make a request.

    ``principal`` is an ARN, one of the objects of the public format, or a ``Principal``;
    ``resource`` an ARN, ``"*"``, or a list of them, all of which must be allowed. A list as
    context value is multi-valued, even a list of one.

    Raises:
        InvalidInput: something is wrong, with a JSON pointer (``/request/…``).
    """
    about: dict[str, Field] = {}
    if resource_account is not None:
        about["resourceAccount"] = _AT.child("resourceAccount", resource_account)
    if resource_facts is not None:
        about["resourceFacts"] = _AT.child("resourceFacts", resource_facts)
    return Request(
        _principal(principal, _AT),
        _action(action, _AT),
        _resources(Field(resource, "resource", _AT), about),
        _NOTHING if context is None else _context(Field(context, "context", _AT)),
    )


def read_request(field: Field) -> Request:
    """Read a request in its JSON form; raise ``InvalidInput`` with the place of what is wrong."""
    required = ("principal", "action", "resource")
    found = fields(field, required=required, optional=("context", *_ABOUT_ONE))
    return Request(
        _principal(found["principal"].value, field),
        _action(found["action"].value, field),
        _resources(found["resource"], found),
        _context(found["context"]) if "context" in found else _NOTHING,
    )


def _principal(value: object, at: Field) -> Principal:
    known = known_principal(value)
    if known is not None:
        return known
    if not isinstance(value, str | dict) and isinstance(value, Principal):
        return value
    return read_principal(at.child("principal", value))


def _action(value: object, at: Field) -> str:
    if isinstance(value, str) and value and _is_action(value):
        return value
    field = at.child("action", value)
    text(field)
    raise fail(field, "an action is service:Name, without wildcards")


@lru_cache(maxsize=4096)
def _is_action(value: str) -> bool:
    return _ACTION.fullmatch(value) is not None


def _resources(field: Field, about: Mapping[str, Field]) -> tuple[Resource, ...]:
    if isinstance(field.value, str):
        return (_resource(field, about),)
    for name in _ABOUT_ONE:
        if name in about:
            raise fail(about[name], f"{name} says nothing about a list of resources")
    several = items(field)
    if not several:
        raise fail(field, "at least one resource is wanted here")
    return tuple(Resource(_resource_arn(each)) for each in several)


def _resource_arn(field: Field) -> str:
    arn = text(field)
    if arn == "*":
        return arn
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[5]:
        raise fail(field, "an ARN or * is wanted here")
    return arn


def _resource(field: Field, about: Mapping[str, Field]) -> Resource:
    """One resource, with what the asker says about it: owner, tags, its service's facts."""
    arn = _resource_arn(field)
    if not about:
        return Resource(arn)
    account = about.get("resourceAccount")
    if account is not None and not is_account_id(text(account)):
        raise fail(account, "an account id has twelve digits")
    number = None if account is None else text(account)
    if "resourceFacts" not in about:
        return Resource(arn, number)
    facts = fields(about["resourceFacts"], optional=_FACTS)
    return Resource(
        arn,
        number,
        pairs(facts["tags"]) if "tags" in facts else (),
        public_access_blocked="blockPublicAccess" in facts and flag(facts["blockPublicAccess"]),
        grants=read_grants(facts["kmsGrants"], arn) if "kmsGrants" in facts else (),
        aws_managed_key="awsManagedKey" in facts and flag(facts["awsManagedKey"]),
    )


def _context(field: Field) -> Context:
    entries: dict[str, ContextValue] = {}
    given = mapping(field)
    for key, value in given.items():
        if isinstance(value, str):
            folded, entry = _single(key, value)
        else:
            folded, entry = _read(field.child(key, value), key)
        entries[folded] = entry
    if len(entries) != len(given) or "" in entries:
        raise _wrong_key(field, given)
    return Context(entries)


@lru_cache(maxsize=8192)
def _single(key: str, value: str) -> tuple[str, ContextValue]:
    """A key, folded, with its one value."""
    entry = ContextValue(key, (value,), multi=False, provenance=Provenance.GIVEN)
    return fold(key), entry


def forget_values() -> None:
    """Empty the memos of context values."""
    _single.cache_clear()
    _several.cache_clear()


def _read(field: Field, key: str) -> tuple[str, ContextValue]:
    value = field.value
    if not isinstance(value, list | tuple):
        return _single(key, scalar(field))
    several = tuple(value)
    if not {str}.issuperset(map(type, several)):
        several = tuple([scalar(each) for each in items(field)])
    return _several(key, several)


@lru_cache(maxsize=8192)
def _several(key: str, values: tuple[str, ...]) -> tuple[str, ContextValue]:
    """A key, folded, with its list of values, all of them texts."""
    return fold(key), ContextValue(key, values, multi=True, provenance=Provenance.GIVEN)


def _wrong_key(field: Field, given: Mapping[str, object]) -> InvalidInput:
    """What is wrong with the first key that is empty, or the same as another but for its case."""
    seen: set[str] = set()
    for key, value in given.items():
        if not key:
            return fail(field.child(key, value), "a condition key must not be empty")
        if fold(key) in seen:
            item = field.child(key, value)
            return fail(item, f"the key {key} is given twice", code="DuplicateKey")
        seen.add(fold(key))
    raise AssertionError("every key is right")
