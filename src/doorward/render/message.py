"""AWS's one-line message for a denied request.

Source: IAM User Guide, "Troubleshoot access denied error messages". Only one policy type is named
when several deny; a service control policy always reads as an explicit deny ("even if the denial
is implicit"), and resource control policies follow it. Examples there leave the resource out where
the action has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from doorward.engine.decision import Decision, Effect, Rule
from doorward.engine.layers import Layer
from doorward.engine.special import needs_trust
from doorward.policy.folding import fold
from doorward.policy.resource_patterns import prepare
from doorward.render.caller import caller_label

_EXPLICIT: Final[Mapping[Layer, str]] = {
    Layer.RESOURCE_CONTROL: "a resource control policy",
    Layer.SERVICE_CONTROL: "a service control policy",
    Layer.ENDPOINT: "a VPC endpoint policy",
    Layer.RESOURCE: "a resource-based policy",
    Layer.IDENTITY: "an identity-based policy",
    Layer.PERMISSIONS_BOUNDARY: "a permissions boundary",
    Layer.SESSION: "a session policy",
}

_IMPLICIT: Final[Mapping[Rule, str]] = {
    Rule.SESSION_LIMIT: "identity-based policy",
    Rule.RESERVED_BY_AWS: "identity-based policy",
    Rule.CROSS_PARTITION: "resource-based policy",
    Rule.ENDPOINT_IMPLICIT_DENY: "VPC endpoint policy",
    Rule.TRUST_IMPLICIT_DENY: "role trust policy",
    Rule.KEY_POLICY_IMPLICIT_DENY: "resource-based policy",
    Rule.BLOCK_PUBLIC_ACCESS: "resource-based policy",
    Rule.RESOURCE_IMPLICIT_DENY: "resource-based policy",
    Rule.IDENTITY_IMPLICIT_DENY: "identity-based policy",
    Rule.BOUNDARY_IMPLICIT_DENY: "permissions boundary",
    Rule.SESSION_IMPLICIT_DENY: "session policy",
}

_READS_AS_EXPLICIT: Final[Mapping[Rule, Layer]] = {
    Rule.RESOURCE_CONTROL_IMPLICIT_DENY: Layer.RESOURCE_CONTROL,
    Rule.SERVICE_CONTROL_IMPLICIT_DENY: Layer.SERVICE_CONTROL,
}


def access_denied_message(decision: Decision) -> str:
    """Return the message of the AccessDenied error for a denial.

    Raises ``ValueError`` for a decision that allows.
    """
    if decision.effect is Effect.ALLOW:
        raise ValueError("the decision allows: there is nothing to refuse")
    action = decision.request.action
    where = "" if decision.resource == "*" else f" on resource: {decision.resource}"
    who = caller_label(decision.request.principal)
    return f"User: {who} is not authorized to perform: {action}{where} {_because(decision)}"


def _because(decision: Decision) -> str:
    wanting = _IMPLICIT.get(decision.rule)
    if wanting is not None:
        action = decision.request.action
        return f"because no {wanting} allows the {action} action"
    layer = _READS_AS_EXPLICIT.get(decision.rule) or decision.determining[0].layer
    if layer is Layer.RESOURCE and _on_trust(decision):
        return "with an explicit deny in the role trust policy"
    return f"with an explicit deny in {_EXPLICIT[layer]}"


def _on_trust(decision: Decision) -> bool:
    return needs_trust(fold(decision.request.action), prepare(decision.resource))
