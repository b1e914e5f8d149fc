"""What each layer says by itself, before the verdicts are combined.

Source: ``docs/reference/evaluation.md``, "The decision": which layers apply to whom are steps
3, 4 and 6.
"""

from __future__ import annotations

from typing import Final

import msgspec

from doorward.engine.compile import compile_layer
from doorward.engine.decision import LayerEffect, StatementRef
from doorward.engine.layers import Layer, Layers, Policies, Policy
from doorward.engine.match import TRAITS, Asked, Kinds, meets
from doorward.engine.principals import Caller
from doorward.policy.document import Statement

Placed = tuple[int, Policy, Statement]
"""A statement with its policy, and where that stands in its layer or level."""


class Verdict(msgspec.Struct, frozen=True):
    """One layer, or one level of a chain, with the statements behind its effect.

    ``kinds`` are the ways in which its Allows meet the caller, in layers that name principals.
    """

    layer: Layer
    level: int | None
    effect: LayerEffect
    allowing: tuple[Placed, ...] = ()
    denying: tuple[Placed, ...] = ()
    kinds: Kinds = frozenset()


def applicable(layers: Layers, caller: Caller, *, resource_control: bool) -> Layers:
    """Leave the layers that apply to ``caller``.

    Principals without an account have no policies of their own and no SCPs; a root user has no
    boundary; sessions of service-linked roles are not bound by SCPs. Whoever has an account has an
    identity layer, if only an empty one. ``resource_control`` says whether RCPs apply (S7).
    """
    in_account = caller.account is not None
    return Layers(
        identity=(layers.identity or ()) if in_account else None,
        permissions_boundary=(
            layers.permissions_boundary if in_account and not caller.is_root else None
        ),
        session=layers.session if in_account else None,
        resource=layers.resource,
        service_control=(
            layers.service_control if in_account and not caller.is_service_linked else None
        ),
        resource_control=layers.resource_control if resource_control else None,
        endpoint=layers.endpoint,
    )


Level = tuple[Layer, int | None, Policies | None]
"""A layer, or a level of one; its policies, ``None`` if it does not apply."""


def levels(layers: Layers) -> list[Level]:
    """Every layer, and every level of the two chains; a chain of no levels grants nothing."""
    return [
        *_chain(Layer.RESOURCE_CONTROL, layers.resource_control),
        *_chain(Layer.SERVICE_CONTROL, layers.service_control),
        (Layer.ENDPOINT, None, layers.endpoint),
        (Layer.RESOURCE, None, None if layers.resource is None else (layers.resource,)),
        (Layer.IDENTITY, None, layers.identity),
        (Layer.PERMISSIONS_BOUNDARY, None, layers.permissions_boundary),
        (Layer.SESSION, None, layers.session),
    ]


def _chain(layer: Layer, chain: tuple[Policies, ...] | None) -> list[Level]:
    if not chain:
        return [(layer, None, None if chain is None else ())]
    return [(layer, level, policies) for level, policies in enumerate(chain)]


def verdicts(layers: Layers, asked: Asked) -> list[Verdict]:
    """Evaluate every layer that applies, in the order of ``Layer``."""
    return [
        _NOT_APPLICABLE[layer] if policies is None else _evaluate(layer, level, policies, asked)
        for layer, level, policies in levels(layers)
    ]


_NOT_APPLICABLE: Final = {
    layer: Verdict(layer, None, LayerEffect.NOT_APPLICABLE) for layer in Layer
}
_NO_KINDS: Final[Kinds] = frozenset()


def _evaluate(layer: Layer, level: int | None, policies: Policies, asked: Asked) -> Verdict:
    allowing: list[Placed] = []
    denying: list[Placed] = []
    kinds = _NO_KINDS
    action, traits = asked.action, TRAITS[layer]
    for index, compiled in compile_layer(policies).about(action):
        met = meets(compiled, asked, traits)
        if met is None:
            continue
        if compiled.denies:
            denying.append((index, policies[index], compiled.statement))
        else:
            allowing.append((index, policies[index], compiled.statement))
            kinds |= met
    effect = (
        LayerEffect.EXPLICIT_DENY
        if denying
        else LayerEffect.ALLOW
        if allowing
        else LayerEffect.IMPLICIT_DENY
    )
    return Verdict(layer, level, effect, tuple(allowing), tuple(denying), kinds)


def reference(layer: Layer, level: int | None, placed: Placed) -> StatementRef:
    """Say where a statement stands."""
    index, policy, statement = placed
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
