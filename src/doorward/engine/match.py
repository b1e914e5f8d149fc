"""Whether a statement applies to a request.

The same matchers serve the short answer (``engine.stack``) and the full explanation
(``engine.expand``).
Source: ``docs/reference/evaluation.md``, rules A1 to P6.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from doorward.engine.compile import CompiledStatement
from doorward.engine.context import Context
from doorward.engine.layers import Layer
from doorward.engine.principals import EVERYONE, Caller, MatchKind, Name
from doorward.engine.special import names_no_resource
from doorward.model.principal import FederatedIdentity
from doorward.policy.resource_patterns import ArnText, ShortArns


class Asked(msgspec.Struct, frozen=True, gc=False):
    """A request for one resource, prepared for matching.

    ``action`` is folded. ``trust`` says that the resource policy is a role's trust policy;
    ``bounded`` that the caller has a permissions boundary (P4).
    """

    caller: Caller
    action: str
    resource: ArnText
    context: Context
    trust: bool
    bounded: bool


class Traits(msgspec.Struct, frozen=True):
    """What differs between the layers when a statement is matched.

    ``names_principals``: statements must have a principal element, and match it (P2); elsewhere
    the element is forbidden (G2). ``only_everyone``: an Allow must name everyone (P6).
    ``gateway``: an account stands for its root user (P5). ``on_the_resource``: the policy is the
    resource's own.
    """

    names_principals: bool
    short_arns: ShortArns
    only_everyone: bool = False
    gateway: bool = False
    on_the_resource: bool = False


TRAITS: Mapping[Layer, Traits] = {
    Layer.RESOURCE_CONTROL: Traits(
        names_principals=True, short_arns=ShortArns.NEVER, only_everyone=True
    ),
    Layer.SERVICE_CONTROL: Traits(names_principals=False, short_arns=ShortArns.PAD_IF_WILDCARD),
    Layer.ENDPOINT: Traits(
        names_principals=True, short_arns=ShortArns.PAD_IF_WILDCARD, gateway=True
    ),
    Layer.RESOURCE: Traits(
        names_principals=True, short_arns=ShortArns.PAD_IF_WILDCARD, on_the_resource=True
    ),
    Layer.IDENTITY: Traits(names_principals=False, short_arns=ShortArns.PAD),
    Layer.PERMISSIONS_BOUNDARY: Traits(names_principals=False, short_arns=ShortArns.PAD),
    Layer.SESSION: Traits(names_principals=False, short_arns=ShortArns.PAD),
}

Kinds = frozenset[MatchKind]
"""The ways in which a principal element meets a caller."""

_UNNAMED: Kinds = frozenset()
_EVERYONE: Kinds = frozenset({MatchKind.EVERYONE})


def principal_kinds(compiled: CompiledStatement, asked: Asked, traits: Traits) -> Kinds | None:
    """How a statement names the caller; ``None`` if it names somebody else (P2 to P6)."""
    names = compiled.principals
    if not traits.names_principals:
        # The element is invalid here: closed by default, as for an unknown operator (C2).
        return _UNNAMED if names is None or compiled.denies else None
    if names is None:
        return None
    caller = asked.caller
    known = known_names(caller, traits)
    kinds = frozenset([known[name] for name in names if name in known])
    if compiled.principals_negated:
        excluded = kinds and not (compiled.denies and asked.bounded)
        kinds = _UNNAMED if excluded else _EVERYONE
    if not compiled.denies:
        kinds = _allowed_kinds(kinds, names, caller, traits)
    return kinds or None


def known_names(caller: Caller, traits: Traits) -> Mapping[Name, MatchKind]:
    """The names by which policies of a layer may call the caller."""
    return caller.endpoint_names if traits.gateway else caller.names


def _allowed_kinds(kinds: Kinds, names: tuple[Name, ...], caller: Caller, traits: Traits) -> Kinds:
    """Leave the kinds that count for an Allow."""
    if traits.only_everyone and set(names) != {EVERYONE}:
        return _UNNAMED  # the element is invalid here (P6): closed, as for an unknown operator
    if traits.on_the_resource and isinstance(caller.principal, FederatedIdentity):
        return kinds - _EVERYONE  # only the identity provider's own name lets its users in
    return kinds


def resource_matches(compiled: CompiledStatement, asked: Asked, traits: Traits) -> bool:
    """``Resource`` or ``NotResource``; without either, only a trust policy means its role (G2)."""
    check = compiled.resource_check(traits.short_arns)
    if check is None:
        return means_itself(asked, traits)
    return check(asked.resource, asked.context)


def means_itself(asked: Asked, traits: Traits) -> bool:
    """Whether a statement without resources means what its policy is on.

    In the trust policy of a role, and in the policies of services that write none (S11).
    """
    return traits.on_the_resource and (asked.trust or names_no_resource(asked.resource))
