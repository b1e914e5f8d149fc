"""The decision: every layer is looked at, then the verdicts are combined.

Nothing stops early, so that the reasons are always whole. The rules stand in ``_settle``, in the
order in which AWS describes them.

Source: IAM User Guide, "Policy evaluation logic", "Determining whether a request is allowed or
denied within an account", "Cross-account policy evaluation logic", "Permissions boundaries" and
"Session policies"; ``docs/reference/evaluation.md``, "The decision".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from doorward.engine.decision import (
    Decision,
    Effect,
    LayerEffect,
    LayerVerdict,
    Rule,
    StatementRef,
)
from doorward.engine.derive import complete, resource_account
from doorward.engine.layers import Layer, Layers
from doorward.engine.match import Asked
from doorward.engine.principals import Caller, MatchKind, caller_of
from doorward.engine.request import Request, Resource
from doorward.engine.special import FEDERATING_ACTIONS, needs_no_permission, needs_trust
from doorward.engine.verdicts import Verdict, applicable, verdicts
from doorward.errors import InvalidInput
from doorward.model.principal import (
    FederatedUser,
    IamUser,
    Principal,
    RoleSession,
    ServicePrincipal,
)
from doorward.policy.folding import fold
from doorward.policy.resource_patterns import ArnText, prepare

ALLOWING: Final = frozenset(
    {
        Rule.NO_PERMISSION_NEEDED,
        Rule.ROOT_USER_ALLOW,
        Rule.IDENTITY_ALLOW,
        Rule.RESOURCE_ALLOW,
        Rule.CROSS_ACCOUNT_ALLOW,
        Rule.NON_ACCOUNT_ALLOW,
    }
)
"""The rules that end in an allow."""

_SEVERITY = (Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY, Effect.ALLOW)

_OUTER_GUARDS: Final[Mapping[Layer, Rule]] = {
    Layer.RESOURCE_CONTROL: Rule.RESOURCE_CONTROL_IMPLICIT_DENY,
    Layer.SERVICE_CONTROL: Rule.SERVICE_CONTROL_IMPLICIT_DENY,
    Layer.ENDPOINT: Rule.ENDPOINT_IMPLICIT_DENY,
}
"""Guardrails around everything: where present, they must allow whatever else does."""

_OWN_SIDE: Final[Mapping[Layer, Rule]] = {
    Layer.IDENTITY: Rule.IDENTITY_IMPLICIT_DENY,
    Layer.PERMISSIONS_BOUNDARY: Rule.BOUNDARY_IMPLICIT_DENY,
    Layer.SESSION: Rule.SESSION_IMPLICIT_DENY,
}
"""The caller's own side: identity, boundary and session policies must all allow."""

_MADE_UP_FOR: Final[Mapping[tuple[type[Principal], MatchKind], frozenset[Layer]]] = {
    (IamUser, MatchKind.DIRECT): frozenset({Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY}),
    (IamUser, MatchKind.EVERYONE): frozenset(_OWN_SIDE),
    (RoleSession, MatchKind.DIRECT): frozenset(_OWN_SIDE),
    (RoleSession, MatchKind.ROLE): frozenset({Layer.IDENTITY}),
    (RoleSession, MatchKind.EVERYONE): frozenset(_OWN_SIDE),
    (FederatedUser, MatchKind.DIRECT): frozenset(_OWN_SIDE),
    (FederatedUser, MatchKind.PARENT_USER): frozenset({Layer.IDENTITY}),
}
"""In one account: whose silence on the caller's own side a resource policy makes up for that
allows this kind of caller, named in this way. What is not here makes up for nothing."""

_NOBODY: Final[frozenset[Layer]] = frozenset()

_GUARDRAILS: Final = (*_OUTER_GUARDS, Layer.PERMISSIONS_BOUNDARY, Layer.SESSION)
"""The layers that only limit: absent, they allow; present, they must allow."""


class Situation(msgspec.Struct, frozen=True):
    """All that the rules look at, once every statement has been matched.

    ``denying`` are the layers with a matching Deny. ``allows`` holds, for each layer that applies,
    whether it allows when its Deny statements are left aside (a chain: whether every level does).
    ``resource_side`` says whether the resource policy allows, in a way that counts for this
    caller, and ``made_up_for`` whose silence that makes up for.
    """

    in_account: bool
    is_root: bool
    same_account: bool
    same_partition: bool
    trust: bool
    resource_side: bool
    made_up_for: frozenset[Layer]
    allows: Mapping[Layer, bool]
    denying: frozenset[Layer]


def decide(layers: Layers, request: Request, *, expand: bool = False) -> Decision:
    """Decide ``request`` under ``layers``.

    Every resource of the request is decided by itself under the same layers; the answer is that
    of the first with the most severe effect (R8). With ``expand`` the outcome of every statement
    is reported too, by the same matchers; nothing else of the answer changes. The context of the
    request in the answer is complete: it holds the derived keys beside the given ones.

    Raises:
        InvalidInput: no resource is asked for, or several under a policy that is on one of them.
    """
    if not request.resources:
        raise InvalidInput("MissingField", "a request asks for at least one resource")
    if len(request.resources) > 1 and layers.resource is not None:
        raise InvalidInput("InvalidValue", "a resource policy is about one resource, not several")
    decisions = [
        _decide_one(layers, request, resource, expand=expand) for resource in request.resources
    ]
    return min(decisions, key=lambda decision: _SEVERITY.index(decision.effect))


def _decide_one(layers: Layers, request: Request, resource: Resource, *, expand: bool) -> Decision:
    action = fold(request.action)
    caller = caller_of(request.principal, federates=action in FEDERATING_ACTIONS)
    present = applicable(layers, caller)
    text = prepare(resource.arn)
    asked = Asked(
        caller=caller,
        action=action,
        resource=text,
        context=complete(request.context, caller, resource),
        trust=needs_trust(action, text),
        bounded=present.permissions_boundary is not None,
    )
    found = verdicts(present, asked, expand=expand)
    situation = _situation(found, asked, resource)
    rule = _rule(situation, asked)
    effect = _effect(rule)
    return Decision(
        effect=effect,
        rule=rule,
        request=msgspec.structs.replace(request, context=asked.context),
        resource=resource.arn,
        layers=tuple(LayerVerdict(v.layer, v.effect, v.level) for v in found),
        determining=_determining(effect, found),
        blocked_by=() if effect is Effect.ALLOW else _blocked_by(situation),
        statements=tuple(outcome for v in found for outcome in v.outcomes) if expand else None,
    )


def _situation(found: tuple[Verdict, ...], asked: Asked, resource: Resource) -> Situation:
    allows: dict[Layer, bool] = {}
    kinds: frozenset[MatchKind] = frozenset()
    for verdict in found:
        if verdict.effect is LayerEffect.NOT_APPLICABLE:
            continue
        allows[verdict.layer] = allows.get(verdict.layer, True) and bool(verdict.allowing)
        if verdict.layer is Layer.RESOURCE:
            kinds = verdict.kinds
    caller = asked.caller
    caller_type = type(caller.principal)
    return Situation(
        in_account=caller.account is not None,
        is_root=caller.is_root,
        same_account=resource_account(resource) in {None, caller.account},
        same_partition=_same_partition(caller, asked.resource),
        trust=asked.trust,
        resource_side=_resource_side(caller, kinds),
        made_up_for=_NOBODY.union(
            *(_MADE_UP_FOR.get((caller_type, kind), _NOBODY) for kind in kinds)
        ),
        allows=allows,
        denying=frozenset(verdict.layer for verdict in found if verdict.denying),
    )


def _resource_side(caller: Caller, kinds: frozenset[MatchKind]) -> bool:
    """Whether the resource policy allows the caller; a service only where it is named (6)."""
    if isinstance(caller.principal, ServicePrincipal):
        return MatchKind.DIRECT in kinds
    return bool(kinds)


def _same_partition(caller: Caller, resource: ArnText) -> bool:
    """Whether caller and resource are in one partition, as far as both have one."""
    if caller.partition is None or not resource.parts:
        return True
    return fold(caller.partition) == resource.parts[1]


def _rule(situation: Situation, asked: Asked) -> Rule:
    """Find the rule that decides: steps 1 and 2, then the rest."""
    if needs_no_permission(asked.action, asked.caller.principal):
        return Rule.NO_PERMISSION_NEEDED
    if situation.denying:
        return Rule.EXPLICIT_DENY
    return _settle(situation)


def _settle(situation: Situation) -> Rule:
    """Apply steps 3 to 10, where nothing denies explicitly."""
    if not situation.same_partition:
        return Rule.CROSS_PARTITION
    for layer, rule in _OUTER_GUARDS.items():
        if not situation.allows.get(layer, True):
            return rule
    if situation.trust and not situation.resource_side:
        return Rule.TRUST_IMPLICIT_DENY
    if not situation.in_account:
        return Rule.NON_ACCOUNT_ALLOW if situation.resource_side else Rule.RESOURCE_IMPLICIT_DENY
    if not situation.same_account and not situation.resource_side:
        return Rule.RESOURCE_IMPLICIT_DENY
    for layer in _needed(situation):
        if not situation.allows.get(layer, True):
            return _OWN_SIDE[layer]
    return _allowing_rule(situation)


def _needed(situation: Situation) -> tuple[Layer, ...]:
    """Which layers of the caller's own side must allow."""
    if not situation.same_account:
        return tuple(_OWN_SIDE)
    spared = situation.made_up_for
    if situation.is_root:
        spared |= {Layer.IDENTITY}
    return tuple(layer for layer in _OWN_SIDE if layer not in spared)


def _allowing_rule(situation: Situation) -> Rule:
    """Name the rule of a request that nothing stops."""
    if not situation.same_account:
        return Rule.CROSS_ACCOUNT_ALLOW
    if situation.is_root:
        return Rule.ROOT_USER_ALLOW
    if all(situation.allows.get(layer, True) for layer in _OWN_SIDE):
        return Rule.IDENTITY_ALLOW
    return Rule.RESOURCE_ALLOW


def _effect(rule: Rule) -> Effect:
    if rule is Rule.EXPLICIT_DENY:
        return Effect.EXPLICIT_DENY
    return Effect.ALLOW if rule in ALLOWING else Effect.IMPLICIT_DENY


def _determining(effect: Effect, found: tuple[Verdict, ...]) -> tuple[StatementRef, ...]:
    if effect is Effect.EXPLICIT_DENY:
        return tuple(ref for verdict in found for ref in verdict.denying)
    if effect is Effect.ALLOW:
        return tuple(ref for verdict in found for ref in verdict.allowing)
    return ()


def _blocked_by(situation: Situation) -> tuple[Layer, ...]:
    """The layers each of which alone stops what would be allowed without all of them.

    First every Deny is left aside and every guardrail taken away; if that does not allow, no layer
    is to blame alone. Then each layer is put back by itself: its Deny statements, and for a
    guardrail its need to allow.
    """
    bare = {layer: ok for layer, ok in situation.allows.items() if layer not in _GUARDRAILS}
    if not _allowed_with(situation, bare):
        return ()
    return tuple(layer for layer in Layer if _blocks(layer, situation, bare))


def _blocks(layer: Layer, situation: Situation, bare: Mapping[Layer, bool]) -> bool:
    if layer in situation.denying:
        return True
    if layer not in _GUARDRAILS or layer not in situation.allows:
        return False
    return not _allowed_with(situation, {**bare, layer: situation.allows[layer]})


def _allowed_with(situation: Situation, allows: Mapping[Layer, bool]) -> bool:
    return _settle(msgspec.structs.replace(situation, allows=allows)) in ALLOWING
