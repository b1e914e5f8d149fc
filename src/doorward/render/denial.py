"""What a denial's message claims, as a value, and what there is to say about it.

``render.message`` words a decision; ``importers.denied_text`` reads such words back to this value.
They tell less than a decision: the first layer that denied, and seldom which policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from doorward.engine.decision import Effect, Rule
from doorward.engine.layers import Layer
from doorward.engine.special import needs_trust
from doorward.policy.folding import fold
from doorward.policy.resource_patterns import prepare
from doorward.render import wording
from doorward.render.message import LAYER_WORDS, TRUST_WORDS
from doorward.render.printable import printable


class Denial(msgspec.Struct, frozen=True):
    """What a message claims.

    ``resource`` is ``None`` where the message names none. ``effect`` and ``layer`` are ``None``
    where it gives no reason (older messages, and some services' own); ``on_trust`` says that the
    resource-based policy is a role's trust policy. ``through`` is the layer of the policy that
    denied on behalf of an endpoint ("transitively through").
    """

    principal: str
    action: str
    resource: str | None = None
    effect: Effect | None = None
    layer: Layer | None = None
    on_trust: bool = False
    policy_arn: str | None = None
    through: Layer | None = None


_WANTING: Final[Mapping[Layer, Rule]] = {
    Layer.RESOURCE_CONTROL: Rule.RESOURCE_CONTROL_IMPLICIT_DENY,
    Layer.SERVICE_CONTROL: Rule.SERVICE_CONTROL_IMPLICIT_DENY,
    Layer.ENDPOINT: Rule.ENDPOINT_IMPLICIT_DENY,
    Layer.RESOURCE: Rule.RESOURCE_IMPLICIT_DENY,
    Layer.IDENTITY: Rule.IDENTITY_IMPLICIT_DENY,
    Layer.PERMISSIONS_BOUNDARY: Rule.BOUNDARY_IMPLICIT_DENY,
    Layer.SESSION: Rule.SESSION_IMPLICIT_DENY,
}

_READS_ALIKE: Final = frozenset({Layer.SERVICE_CONTROL, Layer.RESOURCE_CONTROL})
"""Layers whose implicit denials are worded as explicit ones."""

_NOTE: Final = (
    "A message names one layer, the first that denied. When that is mended, another may deny."
)
_NO_REASON: Final = (
    "The message does not say which policy denied. Ask with --policies, or look at each layer."
)


def rules(denial: Denial) -> tuple[Rule, ...]:
    """Return the rules that the message can stand for; none where it gives no reason."""
    if denial.effect is Effect.EXPLICIT_DENY:
        may_be_implicit = denial.layer in _READS_ALIKE and denial.policy_arn is None
        if denial.layer is None or not may_be_implicit:
            return (Rule.EXPLICIT_DENY,)
        return (Rule.EXPLICIT_DENY, _WANTING[denial.layer])
    if denial.effect is None or denial.layer is None:
        return ()
    if denial.layer is Layer.RESOURCE and denial.on_trust:
        return (Rule.TRUST_IMPLICIT_DENY,)
    if denial.layer is Layer.RESOURCE and fold(denial.action).startswith("kms:"):
        return (Rule.KEY_POLICY_IMPLICIT_DENY,)
    if denial.layer is Layer.IDENTITY and _on_a_role(denial):
        return (Rule.IDENTITY_IMPLICIT_DENY, Rule.TRUST_IMPLICIT_DENY)
    return (_WANTING[denial.layer],)


def _on_a_role(denial: Denial) -> bool:
    """Say whether the call needs a role's trust: who has no leave is not told of the trust."""
    return needs_trust(fold(denial.action), prepare(denial.resource or "*"))


def denial_facts(denial: Denial) -> dict[str, Any]:
    """Return what the message claims, and what that means, as values that JSON can hold."""
    facts: dict[str, Any] = {"principal": denial.principal, "action": denial.action}
    optional = {
        "resource": denial.resource,
        "effect": denial.effect.value if denial.effect else None,
        "layer": denial.layer.value if denial.layer else None,
        "policyType": _policy_type(denial),
        "policyArn": denial.policy_arn,
        "through": denial.through.value if denial.through else None,
    }
    facts |= {name: value for name, value in optional.items() if value is not None}
    facts["rules"] = [
        {"rule": rule.value, "meaning": wording.RULE[rule], "hint": wording.HINT[rule]}
        for rule in rules(denial)
    ]
    facts["note"] = _NOTE if facts["rules"] else _NO_REASON
    return facts


def denial_lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the explanation of a message's facts (``denial_facts``), line by line."""
    answer = wording.EFFECT[Effect(facts["effect"])] if "effect" in facts else "DENIED"
    where = f" on {printable(facts['resource'])}" if "resource" in facts else ""
    yield f"{answer}  {printable(facts['action'])}{where}"
    yield f"  caller   {printable(facts['principal'])}"
    if "policyType" in facts:
        yield f"  by       {facts['policyType']}"
    if "through" in facts:
        yield f"  through  {LAYER_WORDS[Layer(facts['through'])]}"
    if "policyArn" in facts:
        yield f"  policy   {printable(facts['policyArn'])}"
    for number, each in enumerate(facts["rules"]):
        yield f"  {'or' if number else 'rule':<8} {each['rule']}: {each['meaning']}"
        yield f"  hint     {each['hint']}"
    yield f"  note     {facts['note']}"


def _policy_type(denial: Denial) -> str | None:
    """What the message calls the policy that denied, or that should have allowed."""
    if denial.layer is None:
        return None
    return TRUST_WORDS if denial.on_trust else LAYER_WORDS[denial.layer]
