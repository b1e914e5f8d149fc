"""The narrowest statement that lets a layer allow one request."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

from doorward.analysis.advice.marks import (
    Mark,
    literal,
    mark_of,
    needs_escape,
    only,
    principal_element,
)
from doorward.engine.combine import prepared
from doorward.engine.layers import Layer, Layers
from doorward.engine.match import TRAITS, Asked
from doorward.engine.request import Request, Resource
from doorward.model.principal import Anonymous, FederatedIdentity
from doorward.policy import catalog
from doorward.results.advice import AddStatement, AttachPolicy, Change, Opening, Party

PARTIES: Final = {
    Layer.RESOURCE_CONTROL: Party.ORGANIZATION,
    Layer.SERVICE_CONTROL: Party.ORGANIZATION,
    Layer.ENDPOINT: Party.ENDPOINT_OWNER,
    Layer.RESOURCE: Party.RESOURCE_ACCOUNT,
    Layer.IDENTITY: Party.CALLER_ACCOUNT,
    Layer.PERMISSIONS_BOUNDARY: Party.CALLER_ACCOUNT,
    Layer.SESSION: Party.SESSION_MAKER,
}
"""Who can change the policies of each layer."""

_EXTENDED: Final = frozenset(
    {Layer.ENDPOINT, Layer.RESOURCE, Layer.PERMISSIONS_BOUNDARY, Layer.SESSION}
)
"""Layers that have one policy: it is extended, where there is one."""

_SHARED: Final = frozenset({Layer.SERVICE_CONTROL, Layer.ENDPOINT, Layer.PERMISSIONS_BOUNDARY})
"""Layers whose policies are others', too, and can tell the caller only by a condition."""


class Wanted(msgspec.Struct, frozen=True):
    """One request for one resource that is to pass, with all that statements may say of it."""

    layers: Layers
    request: Request
    resource: Resource
    asked: Asked
    owner: str | None
    mark: Mark | None

    @property
    def action(self) -> str:
        """The action as AWS spells it, as it was asked if AWS has none of that name."""
        known = catalog.action(self.asked.action)
        return known.full_name if known else self.request.action

    def account(self, party: Party) -> str | None:
        """The account of a party, as far as it has one that is known."""
        if party in {Party.CALLER_ACCOUNT, Party.SESSION_MAKER}:
            return self.asked.caller.account
        return self.owner if party is Party.RESOURCE_ACCOUNT else None


def wanted(layers: Layers, request: Request, arn: str) -> Wanted:
    """Take apart what is to pass: the resource ``arn`` of a request."""
    resource = next(each for each in request.resources if each.arn == arn)
    asked, _, owner = prepared(layers, request, resource)
    mark = mark_of(request.principal, asked.context)
    return Wanted(layers, request, resource, asked, owner, mark)


def grant(to: Wanted, layer: Layer, level: int | None, *, session: bool) -> Change:
    """Return the addition to a layer, or to a ``level`` of one, that allows what is wanted.

    ``session`` names the session in a resource policy, not its role.
    """
    party = PARTIES[layer]
    if layer is Layer.RESOURCE_CONTROL:  # no other Allow can be written there (RCP syntax)
        arn = catalog.RCP_FULL_AWS_ACCESS_ARN
        text = catalog.managed_policy_text(arn) or ""
        return AttachPolicy(layer, level or 0, arn, text, party, to.account(party))
    policy = 0 if layer in _EXTENDED and to.layers.at(layer, level) else None
    statement, opens = _statement(to, layer, variables=_variables(to, layer, policy))
    if TRAITS[layer].on_the_resource:
        statement |= {"Principal": principal_element(to.asked.caller, session=session)}
        if not _names_caller_alone(to):
            statement, opens = _marked(statement, to.mark, opens)
    elif layer in _SHARED:
        statement, opens = _marked(statement, to.mark, opens)
        if TRAITS[layer].names_principals:
            statement |= {"Principal": "*"}
    text = json.dumps(_ordered(statement), ensure_ascii=False)
    return AddStatement(layer, text, party, level, policy, to.account(party), opens)


def _variables(to: Wanted, layer: Layer, policy: int | None) -> bool:
    """Whether the statement will stand where policy variables are variables."""
    policies = to.layers.at(layer, None) if policy is not None else None
    return policies is None or policies[0].document.has_variables


def _statement(
    to: Wanted, layer: Layer, *, variables: bool
) -> tuple[dict[str, Any], tuple[Opening, ...]]:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": to.action}
    if to.asked.trust and TRAITS[layer].on_the_resource:
        return statement, ()
    arn = to.resource.arn
    if arn == "*":
        narrow = catalog.wildcard_only(to.request.action)
        return statement | {"Resource": "*"}, () if narrow else (Opening.OTHER_RESOURCES,)
    if needs_escape(arn) and not variables:
        return statement | {"Resource": arn}, (Opening.OTHER_RESOURCES,)
    return statement | {"Resource": literal(arn)}, ()


def _names_caller_alone(to: Wanted) -> bool:
    """Whether the Principal element means nobody else.

    The unknown have no name, a provider's name is that of all its users, and a root user's is its
    account's.
    """
    caller = to.asked.caller
    many = isinstance(caller.principal, Anonymous | FederatedIdentity)
    return not many and not caller.is_root


def _marked(
    statement: dict[str, Any], mark: Mark | None, opens: tuple[Opening, ...]
) -> tuple[dict[str, Any], tuple[Opening, ...]]:
    """The statement for the caller alone, as far as a condition key tells it from others."""
    marked = None if mark is None else only(statement, mark)
    if marked is None:
        return statement, (*opens, Opening.OTHER_CALLERS)
    return marked, opens


_ORDER: Final = ("Effect", "Principal", "Action", "NotAction", "Resource", "Condition")


def _ordered(statement: dict[str, Any]) -> dict[str, Any]:
    return {name: statement[name] for name in _ORDER if name in statement}
