"""What each layer says by itself, before the verdicts are combined.

Source: ``docs/reference/evaluation.md``, "The decision": which layers apply to whom are steps
3, 4 and 6.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from doorward.engine.compile import compile_document
from doorward.engine.decision import LayerEffect, Reason, StatementOutcome, StatementRef
from doorward.engine.layers import Layer, Layers, Policies, Policy
from doorward.engine.match import Asked, outcome
from doorward.engine.principals import Caller, MatchKind
from doorward.model.principal import RoleSession
from doorward.policy.document import Statement


class Verdict(msgspec.Struct, frozen=True):
    """One layer, or one level of a chain, with the statements behind its effect.

    ``kinds`` are the ways in which its Allows meet the caller, in layers that name principals.
    ``outcomes`` are those of every statement, in order.
    """

    layer: Layer
    level: int | None
    effect: LayerEffect
    allowing: tuple[StatementRef, ...] = ()
    denying: tuple[StatementRef, ...] = ()
    kinds: frozenset[MatchKind] = frozenset()
    outcomes: tuple[StatementOutcome, ...] = ()


def applicable(layers: Layers, caller: Caller) -> Layers:
    """Leave the layers that apply to ``caller``.

    Principals without an account have no policies of their own and no SCPs; a root user has no
    boundary; sessions of service-linked roles are bound by neither SCPs nor RCPs. Whoever has an
    account has an identity layer, if only an empty one.
    """
    principal = caller.principal
    service_linked = isinstance(principal, RoleSession) and principal.service_linked
    in_account = caller.account is not None
    return Layers(
        identity=(layers.identity or ()) if in_account else None,
        permissions_boundary=(
            layers.permissions_boundary if in_account and not caller.is_root else None
        ),
        session=layers.session if in_account else None,
        resource=layers.resource,
        service_control=layers.service_control if in_account and not service_linked else None,
        resource_control=None if service_linked else layers.resource_control,
        endpoint=layers.endpoint,
    )


def verdicts(layers: Layers, asked: Asked, *, expand: bool) -> tuple[Verdict, ...]:
    """Evaluate every layer that applies, in the order of ``Layer``; no statement is left out.

    ``expand`` keeps the outcome of every statement; the rest is the same without it.
    """
    return tuple(
        Verdict(layer, level, LayerEffect.NOT_APPLICABLE)
        if policies is None
        else _evaluate(layer, level, policies, asked, expand=expand)
        for layer, level, policies in _levels(layers)
    )


def _levels(layers: Layers) -> Iterator[tuple[Layer, int | None, Policies | None]]:
    """Every layer, and every level of the two chains; a chain of no levels grants nothing."""
    for chain, levels in (
        (Layer.RESOURCE_CONTROL, layers.resource_control),
        (Layer.SERVICE_CONTROL, layers.service_control),
    ):
        if levels:
            yield from ((chain, level, policies) for level, policies in enumerate(levels))
        else:
            yield chain, None, None if levels is None else ()
    yield Layer.ENDPOINT, None, layers.endpoint
    yield Layer.RESOURCE, None, None if layers.resource is None else (layers.resource,)
    yield Layer.IDENTITY, None, layers.identity
    yield Layer.PERMISSIONS_BOUNDARY, None, layers.permissions_boundary
    yield Layer.SESSION, None, layers.session


def _evaluate(
    layer: Layer, level: int | None, policies: Policies, asked: Asked, *, expand: bool
) -> Verdict:
    allowing: list[StatementRef] = []
    denying: list[StatementRef] = []
    kinds: set[MatchKind] = set()
    outcomes: list[StatementOutcome] = []
    for index, policy in enumerate(policies):
        for compiled in compile_document(policy.document):
            if not (expand or compiled.matches_action(asked.action)):
                continue  # most statements end here; `outcome` would say the same
            result = outcome(compiled, asked, layer)
            matched = result.reason is Reason.MATCHED
            if not (matched or expand):
                continue
            ref = _reference(layer, level, index, policy, compiled.statement)
            if expand:
                outcomes.append(StatementOutcome(ref, result.reason, result.element))
            if not matched:
                continue
            (denying if compiled.denies else allowing).append(ref)
            if not compiled.denies:
                kinds |= result.kinds
    return Verdict(
        layer,
        level,
        _effect(allowing, denying),
        tuple(allowing),
        tuple(denying),
        frozenset(kinds),
        tuple(outcomes),
    )


def _reference(
    layer: Layer, level: int | None, index: int, policy: Policy, statement: Statement
) -> StatementRef:
    return StatementRef(
        layer=layer,
        policy=index,
        statement=statement.index,
        pointer=statement.pointer,
        level=level,
        sid=statement.sid,
        policy_name=policy.name,
        policy_arn=policy.arn,
        policy_via=policy.via,
    )


def _effect(allowing: list[StatementRef], denying: list[StatementRef]) -> LayerEffect:
    if denying:
        return LayerEffect.EXPLICIT_DENY
    return LayerEffect.ALLOW if allowing else LayerEffect.IMPLICIT_DENY
