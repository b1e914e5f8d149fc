"""Whether a statement applies to a request, and if not, which of its elements is why.

One function serves both the short answer and the full explanation.
Source: ``docs/reference/evaluation.md``, rules A1 to P6.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from doorward.engine.compile import CompiledStatement
from doorward.engine.context import Context
from doorward.engine.decision import Reason
from doorward.engine.layers import Layer
from doorward.engine.principals import EVERYONE, Caller, MatchKind
from doorward.model.principal import FederatedIdentity
from doorward.policy.document import Principals, Resources
from doorward.policy.resource_patterns import ArnText, ResourcePattern, ShortArns


class Asked(msgspec.Struct, frozen=True):
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
    the element is forbidden (G2).
    """

    names_principals: bool
    short_arns: ShortArns


TRAITS: Mapping[Layer, Traits] = {
    Layer.RESOURCE_CONTROL: Traits(names_principals=True, short_arns=ShortArns.NEVER),
    Layer.SERVICE_CONTROL: Traits(names_principals=False, short_arns=ShortArns.PAD_IF_WILDCARD),
    Layer.ENDPOINT: Traits(names_principals=True, short_arns=ShortArns.PAD_IF_WILDCARD),
    Layer.RESOURCE: Traits(names_principals=True, short_arns=ShortArns.PAD_IF_WILDCARD),
    Layer.IDENTITY: Traits(names_principals=False, short_arns=ShortArns.PAD),
    Layer.PERMISSIONS_BOUNDARY: Traits(names_principals=False, short_arns=ShortArns.PAD),
    Layer.SESSION: Traits(names_principals=False, short_arns=ShortArns.PAD),
}


class Outcome(msgspec.Struct, frozen=True):
    """Why a statement does or does not apply.

    ``element`` is the pointer of what failed; ``kinds`` is how a principal element met the caller.
    """

    reason: Reason
    element: str | None = None
    kinds: frozenset[MatchKind] = frozenset()


def outcome(compiled: CompiledStatement, asked: Asked, layer: Layer) -> Outcome:
    """Match one statement: principal, action, resource, then the conditions."""
    statement = compiled.statement
    traits = TRAITS[layer]
    kinds: frozenset[MatchKind] = frozenset()
    if traits.names_principals:
        kinds = _principal_kinds(compiled, asked, layer)
        if not kinds:
            return Outcome(Reason.PRINCIPAL, _pointer(statement.principals, statement.pointer))
    elif statement.principals is not None and not compiled.denies:
        # The element is invalid here: closed by default, as for an unknown operator (C2).
        return Outcome(Reason.PRINCIPAL, statement.principals.pointer)
    if not compiled.matches_action(asked.action):
        return Outcome(Reason.ACTION, statement.actions.pointer)
    if not _resource_matches(compiled, asked, layer, traits.short_arns):
        return Outcome(Reason.RESOURCE, _pointer(statement.resources, statement.pointer))
    for check, condition in zip(compiled.conditions, statement.conditions, strict=True):
        if not check(asked.context):
            return Outcome(Reason.CONDITION, condition.pointer)
    return Outcome(Reason.MATCHED, kinds=kinds)


def _pointer(element: Principals | Resources | None, statement: str) -> str:
    return statement if element is None else element.pointer


def _principal_kinds(
    compiled: CompiledStatement, asked: Asked, layer: Layer
) -> frozenset[MatchKind]:
    """How a principal element meets the caller: in no way without the element (P2 to P5)."""
    if compiled.principals is None or compiled.statement.principals is None:
        return frozenset()
    caller = asked.caller
    known = caller.endpoint_names if layer is Layer.ENDPOINT else caller.names
    kinds = frozenset(known[name] for name in compiled.principals if name in known)
    if compiled.statement.principals.negated:
        excluded = kinds and not (compiled.denies and asked.bounded)
        kinds = frozenset() if excluded else _EVERYONE
    if compiled.denies:
        return kinds
    if layer is Layer.RESOURCE_CONTROL and set(compiled.principals) != {EVERYONE}:
        return frozenset()  # the element is invalid here (P6): closed, as for an unknown operator
    if layer is Layer.RESOURCE and isinstance(caller.principal, FederatedIdentity):
        return kinds - _EVERYONE  # only the identity provider's own name lets its users in
    return kinds


_EVERYONE = frozenset({MatchKind.EVERYONE})


def _resource_matches(
    compiled: CompiledStatement, asked: Asked, layer: Layer, short_arns: ShortArns
) -> bool:
    """``Resource`` or ``NotResource``; without either, only a trust policy means its role (G2)."""
    patterns = compiled.resources
    element = compiled.statement.resources
    if patterns is None or element is None:
        return asked.trust and layer is Layer.RESOURCE
    matched = any(p.matches(asked.resource, asked.context, short_arns) for p in patterns)
    if not element.negated:
        return matched
    return not matched and (compiled.denies or _all_resolvable(patterns, asked))


def _all_resolvable(patterns: tuple[ResourcePattern, ...], asked: Asked) -> bool:
    """A variable without a value in ``NotResource`` must not widen an Allow (R7)."""
    return all(pattern.resolvable(asked.context) for pattern in patterns)
