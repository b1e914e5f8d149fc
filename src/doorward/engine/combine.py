"""The decision: every layer is looked at, then the verdicts are combined.

Nothing stops early, so that the reasons are always whole. The rules stand in ``_settle``, in the
order in which AWS describes them.

Source: IAM User Guide, "Policy evaluation logic", "Determining whether a request is allowed or
denied within an account", "Cross-account policy evaluation logic", "Permissions boundaries" and
"Session policies"; ``docs/reference/evaluation.md``, "The decision" and "Where services depart
from this".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec

from doorward.engine.assumptions import assumptions
from doorward.engine.decision import (
    Decision,
    Effect,
    Rule,
    StatementRef,
)
from doorward.engine.derive import asker_of, complete, resource_account
from doorward.engine.expand import expanded
from doorward.engine.grants import granted
from doorward.engine.layers import Layer, Layers
from doorward.engine.match import Asked, Kinds
from doorward.engine.principals import Caller, MatchKind
from doorward.engine.public_access import is_public
from doorward.engine.request import Request, Resource
from doorward.engine.special import (
    FEDERATING_ACTIONS,
    departs,
    forbidden,
    granted_by_organization,
    needs_key_policy,
    needs_no_permission,
    needs_trust,
    resource_control_applies,
    unlocks,
)
from doorward.engine.stack import Findings, Some, evaluate, not_for, stack_of
from doorward.errors import InvalidInput
from doorward.model.principal import (
    FederatedUser,
    IamUser,
    Principal,
    RoleSession,
    ServicePrincipal,
)
from doorward.policy.folding import fold
from doorward.policy.resource_patterns import prepare

ALLOWING: Final = frozenset(
    {
        Rule.NO_PERMISSION_NEEDED,
        Rule.ROOT_USER_ALLOW,
        Rule.IDENTITY_ALLOW,
        Rule.RESOURCE_ALLOW,
        Rule.GRANT_ALLOW,
        Rule.CROSS_ACCOUNT_ALLOW,
        Rule.NON_ACCOUNT_ALLOW,
    }
)
"""The rules that end in an allow."""

_SEVERITY = (Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY, Effect.ALLOW)
_IN_ORDER: Final = tuple(Layer)

_OUTER_GUARDS: Final = (
    (Layer.RESOURCE_CONTROL, Rule.RESOURCE_CONTROL_IMPLICIT_DENY),
    (Layer.SERVICE_CONTROL, Rule.SERVICE_CONTROL_IMPLICIT_DENY),
    (Layer.ENDPOINT, Rule.ENDPOINT_IMPLICIT_DENY),
)
"""Guardrails around everything: where present, they must allow whatever else does."""

_OWN_SIDE: Final = (
    (Layer.IDENTITY, Rule.IDENTITY_IMPLICIT_DENY),
    (Layer.PERMISSIONS_BOUNDARY, Rule.BOUNDARY_IMPLICIT_DENY),
    (Layer.SESSION, Rule.SESSION_IMPLICIT_DENY),
)
"""The caller's own side: identity, boundary and session policies must all allow."""

_NONE: Final[Some] = frozenset()
_IDENTITY: Final[Some] = frozenset({Layer.IDENTITY})
_EVERY_OWN: Final[Some] = frozenset(layer for layer, _ in _OWN_SIDE)

_MADE_UP_FOR: Final[Mapping[type[Principal], Mapping[MatchKind, Some]]] = {
    IamUser: {
        MatchKind.DIRECT: frozenset({Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY}),
        MatchKind.EVERYONE: _EVERY_OWN,
    },
    RoleSession: {
        MatchKind.DIRECT: _EVERY_OWN,
        MatchKind.ROLE: _IDENTITY,
        MatchKind.EVERYONE: _EVERY_OWN,
    },
    FederatedUser: {MatchKind.DIRECT: _EVERY_OWN, MatchKind.PARENT_USER: _IDENTITY},
}
"""In one account: whose silence on the caller's own side a resource policy makes up for that
allows this kind of caller, named in this way. What is not here makes up for nothing."""

_RESOURCE: Final[Some] = frozenset({Layer.RESOURCE})
_GUARDRAILS: Final[Some] = frozenset(
    {
        *(layer for layer, _ in _OUTER_GUARDS),
        Layer.PERMISSIONS_BOUNDARY,
        Layer.SESSION,
    }
)
"""The layers that only limit: absent, they allow; present, they must allow."""


class Situation(msgspec.Struct, frozen=True, gc=False):
    """All that the rules look at, once every statement has been matched.

    ``free`` says that the caller needs no permission for the action.
    ``denying`` are the layers with a matching Deny. ``silent`` are the layers that apply and do
    not allow when their Deny statements are left aside (of a chain: some level does not).
    ``forbidden`` is the rule that denies whatever policies allow, if one does. ``must_allow`` is
    the rule that denies where the resource's side does not allow, in the same account too.
    ``resource_side`` says whether the resource policy allows, in a way that counts for this
    caller, and ``made_up_for`` whose silence that makes up for; ``grant`` and ``made_up_by_grant``
    say the same of the grants of a key. ``restricted``: what a public policy allows this caller
    does not count.
    """

    free: bool
    in_account: bool
    is_root: bool
    same_account: bool
    same_partition: bool
    forbidden: Rule | None
    must_allow: Rule | None
    resource_side: bool
    made_up_for: Some
    grant: bool
    made_up_by_grant: Some
    restricted: bool
    silent: Some
    denying: Some


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What the rules make of a situation, as ``Decision`` has it."""

    effect: Effect
    rule: Rule
    blocked_by: tuple[Layer, ...]


def decide(layers: Layers, request: Request, *, expand: bool = False) -> Decision:
    """Decide ``request`` under ``layers``.

    Every resource of the request is decided by itself under the same layers; the answer is that
    of the first with the most severe effect (R8). With ``expand`` the outcome of every statement
    is reported too, by the same matchers; nothing else of the answer changes. The context of the
    request in the answer is complete: it holds the derived keys beside the given ones.

    Raises:
        InvalidInput: no resource is asked for, or several under a policy that is on one of them.
    """
    resources = request.resources
    if len(resources) == 1:
        return _decide_one(layers, request, resources[0], expand=expand)
    if not resources:
        raise InvalidInput("MissingField", "a request asks for at least one resource")
    if layers.resource is not None:
        raise InvalidInput("InvalidValue", "a resource policy is about one resource, not several")
    decisions = [_decide_one(layers, request, resource, expand=expand) for resource in resources]
    return min(decisions, key=lambda decision: _SEVERITY.index(decision.effect))


def _decide_one(layers: Layers, request: Request, resource: Resource, *, expand: bool) -> Decision:
    asked, without, account = prepared(layers, request, resource)
    stack = stack_of(layers)
    found = evaluate(stack, asked, without)
    outcome = outcome_of(_situation(found, asked, resource, account, layers))
    return Decision(
        outcome.effect,
        outcome.rule,
        Request(request.principal, request.action, request.resources, asked.context),
        resource.arn,
        tuple(found.verdicts),
        _determining(outcome.effect, found),
        outcome.blocked_by,
        assumptions(resource, account, limited=Layer.RESOURCE_CONTROL not in without),
        expanded(stack, asked, without) if expand else None,
    )


def prepared(
    layers: Layers, request: Request, resource: Resource
) -> tuple[Asked, Some, str | None]:
    """Make a request for one resource ready for matching.

    Returns what is asked, the layers that do not apply to it, and the account that owns the
    resource, as far as it is known.
    """
    action = fold(request.action)
    special = departs(action)
    asker = asker_of(request.principal, federates=special and action in FEDERATING_ACTIONS)
    caller = asker.caller
    text = prepare(resource.arn)
    account = resource_account(resource)
    limited = layers.resource_control is None or resource_control_applies(
        action, caller, resource, text
    )
    without = not_for(caller, resource_control=limited)
    if unlocks(action, request.principal, text, account):
        without |= _RESOURCE
    asked = Asked(
        caller,
        action,
        text,
        complete(request.context, asker, resource, account),
        trust=special and needs_trust(action, text),
        bounded=layers.permissions_boundary is not None
        and Layer.PERMISSIONS_BOUNDARY not in without,
    )
    return asked, without, account


def _situation(
    found: Findings, asked: Asked, resource: Resource, account: str | None, layers: Layers
) -> Situation:
    caller, text, kinds = asked.caller, asked.resource, found.kinds
    special = departs(asked.action)
    same_account = account is None or account == caller.account
    if special and granted_by_organization(asked.action, caller.principal, text):
        same_account = True
    resource_side = _resource_side(caller, kinds)
    granting: Kinds = frozenset()
    key = special and needs_key_policy(asked.action, text)
    if key and resource.grants:
        granting = granted(resource.grants, caller, asked.action, asked.context)
    return Situation(
        free=special and needs_no_permission(asked.action, caller.principal),
        in_account=caller.account is not None,
        is_root=caller.as_root,
        same_account=same_account,
        same_partition=not (caller.partition and text.parts) or caller.partition == text.parts[1],
        forbidden=forbidden(asked.action, caller.principal, text, asked.context)
        if special
        else None,
        must_allow=(
            Rule.TRUST_IMPLICIT_DENY
            if asked.trust
            else Rule.KEY_POLICY_IMPLICIT_DENY
            if key
            else None
        ),
        resource_side=resource_side,
        made_up_for=_made_up_for(caller, kinds) if kinds else _NONE,
        grant=bool(granting),
        made_up_by_grant=_IDENTITY if granting - {MatchKind.ACCOUNT} else _NONE,
        restricted=resource_side
        and resource.public_access_blocked
        and _restricted(caller, layers, asked, same_account=same_account),
        silent=frozenset(found.silent),
        denying=frozenset(found.denied),
    )


def _resource_side(caller: Caller, kinds: Kinds) -> bool:
    """Whether the resource policy allows the caller; a service only where it is named (6)."""
    if isinstance(caller.principal, ServicePrincipal):
        return MatchKind.DIRECT in kinds
    return bool(kinds)


def _made_up_for(caller: Caller, kinds: Kinds) -> Some:
    by_kind = _MADE_UP_FOR.get(type(caller.principal))
    if by_kind is None:
        return _NONE
    return _NONE.union(*[by_kind.get(kind, _NONE) for kind in kinds])


def _restricted(caller: Caller, layers: Layers, asked: Asked, *, same_account: bool) -> bool:
    """Whether S3 Block Public Access restricts what the policy allows this caller (S5)."""
    if isinstance(caller.principal, ServicePrincipal):
        return False
    if caller.account is not None and same_account:
        return False
    on_s3 = bool(asked.resource.parts) and asked.resource.parts[2] == "s3"
    return on_s3 and layers.resource is not None and is_public(layers.resource.document)


@lru_cache(maxsize=4096)
def outcome_of(situation: Situation) -> Outcome:
    """Apply the rules; kept, because situations are few and hold all that the rules look at."""
    rule = _rule(situation)
    effect = _effect(rule)
    return Outcome(effect, rule, () if effect is Effect.ALLOW else _blocked_by(situation))


def _rule(situation: Situation) -> Rule:
    """Find the rule that decides: steps 1 and 2, then the rest.

    What a session cannot call at all (S6) is no call that needs no permission.
    """
    if situation.forbidden is None and situation.free:
        return Rule.NO_PERMISSION_NEEDED
    if situation.denying:
        return Rule.EXPLICIT_DENY
    return _settle(situation, situation.silent)


def _settle(situation: Situation, silent: Some) -> Rule:
    """Apply steps 3 to 10, where nothing denies explicitly and these layers do not allow."""
    if situation.forbidden is not None:
        return situation.forbidden
    if not situation.same_partition:
        return Rule.CROSS_PARTITION
    for layer, rule in _OUTER_GUARDS:
        if layer in silent:
            return rule
    from_resource = situation.resource_side or situation.grant
    if situation.must_allow is not None and not from_resource:
        return situation.must_allow
    if situation.restricted:
        return Rule.BLOCK_PUBLIC_ACCESS
    if not from_resource and not (situation.in_account and situation.same_account):
        return Rule.RESOURCE_IMPLICIT_DENY
    return _own_side(situation, silent) or _allowing_rule(situation, silent)


def _own_side(situation: Situation, silent: Some) -> Rule | None:
    """The rule of the first layer of the caller's own side that must allow and does not."""
    if not situation.in_account:
        return None
    if silent.isdisjoint(_EVERY_OWN):
        return None
    needed = silent - _spared(situation)
    return next((rule for layer, rule in _OWN_SIDE if layer in needed), None)


def _spared(situation: Situation) -> Some:
    """Which layers of the caller's own side need not allow: none in another account."""
    if not situation.same_account:
        return _NONE
    spared = situation.made_up_for | situation.made_up_by_grant
    return spared | _IDENTITY if situation.is_root else spared


def _allowing_rule(situation: Situation, silent: Some) -> Rule:
    """Name the rule of a request that nothing stops."""
    missing = (silent & _EVERY_OWN) - situation.made_up_for
    if situation.is_root:
        missing -= _IDENTITY
    if situation.grant and (missing or not situation.resource_side):
        return Rule.GRANT_ALLOW
    if not situation.in_account:
        return Rule.NON_ACCOUNT_ALLOW
    if not situation.same_account:
        return Rule.CROSS_ACCOUNT_ALLOW
    if situation.is_root:
        return Rule.ROOT_USER_ALLOW
    return Rule.RESOURCE_ALLOW if silent & _EVERY_OWN else Rule.IDENTITY_ALLOW


def _effect(rule: Rule) -> Effect:
    if rule is Rule.EXPLICIT_DENY:
        return Effect.EXPLICIT_DENY
    return Effect.ALLOW if rule in ALLOWING else Effect.IMPLICIT_DENY


def _determining(effect: Effect, found: Findings) -> tuple[StatementRef, ...]:
    if effect is Effect.IMPLICIT_DENY:
        return ()
    return tuple(found.allowing if effect is Effect.ALLOW else found.denying)


def _blocked_by(situation: Situation) -> tuple[Layer, ...]:
    """The layers each of which alone stops what would be allowed without all of them.

    First every Deny is left aside and every guardrail taken away; if that does not allow, no layer
    is to blame alone. Then each layer is put back by itself: its Deny statements, and for a
    guardrail its need to allow.
    """
    limits = situation.silent & _GUARDRAILS
    if not (limits or situation.denying):
        return ()
    bare = situation.silent - _GUARDRAILS
    if _settle(situation, bare) not in ALLOWING:
        return ()
    return tuple(
        [
            layer
            for layer in _IN_ORDER
            if layer in situation.denying
            or (layer in limits and _settle(situation, bare | {layer}) not in ALLOWING)
        ]
    )
