"""AWS's one-line message for a denied request.

Source: IAM User Guide, "Troubleshoot access denied error messages". Only one policy type is named
when several deny; a service control policy always reads as an explicit deny ("even if the denial
is implicit"), and resource control policies follow it. Examples there leave the resource out where
the action has none.

Since January 2026 an explicit deny names the policy by its ARN (AWS Security Blog, "Enhanced
access denied error messages with policy ARNs"): service and resource control policies, permissions
boundaries, session policies and identity-based policies, and only where the caller is of the
policy's account or organization. Which of several is named, AWS does not say: here the one of the
statement that decided first, and none if that one has no ARN (an inline policy).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from doorward.engine.decision import Decision, Effect, LayerEffect, Rule
from doorward.engine.layers import Layer
from doorward.engine.principals import principal_account
from doorward.engine.special import needs_trust
from doorward.model.principal import RootUser
from doorward.policy.arn import parse_arn
from doorward.policy.folding import fold
from doorward.policy.resource_patterns import prepare
from doorward.render.caller import caller_label

LAYER_WORDS: Final[Mapping[Layer, str]] = {
    Layer.RESOURCE_CONTROL: "resource control policy",
    Layer.SERVICE_CONTROL: "service control policy",
    Layer.ENDPOINT: "VPC endpoint policy",
    Layer.RESOURCE: "resource-based policy",
    Layer.IDENTITY: "identity-based policy",
    Layer.PERMISSIONS_BOUNDARY: "permissions boundary",
    Layer.SESSION: "session policy",
}
"""What the message calls a policy of each layer."""

TRUST_WORDS: Final = "role trust policy"
"""What the message calls the resource-based policy of a role that is assumed."""

_IMPLICIT: Final[Mapping[Rule, Layer]] = {
    Rule.SESSION_LIMIT: Layer.IDENTITY,
    Rule.RESERVED_BY_AWS: Layer.IDENTITY,
    Rule.CROSS_PARTITION: Layer.RESOURCE,
    Rule.ENDPOINT_IMPLICIT_DENY: Layer.ENDPOINT,
    Rule.TRUST_IMPLICIT_DENY: Layer.RESOURCE,
    Rule.KEY_POLICY_IMPLICIT_DENY: Layer.RESOURCE,
    Rule.BLOCK_PUBLIC_ACCESS: Layer.RESOURCE,
    Rule.RESOURCE_IMPLICIT_DENY: Layer.RESOURCE,
    Rule.IDENTITY_IMPLICIT_DENY: Layer.IDENTITY,
    Rule.BOUNDARY_IMPLICIT_DENY: Layer.PERMISSIONS_BOUNDARY,
    Rule.SESSION_IMPLICIT_DENY: Layer.SESSION,
}

_READS_AS_EXPLICIT: Final[Mapping[Rule, Layer]] = {
    Rule.RESOURCE_CONTROL_IMPLICIT_DENY: Layer.RESOURCE_CONTROL,
    Rule.SERVICE_CONTROL_IMPLICIT_DENY: Layer.SERVICE_CONTROL,
}

_NAMED: Final = frozenset(
    {
        Layer.RESOURCE_CONTROL,
        Layer.SERVICE_CONTROL,
        Layer.IDENTITY,
        Layer.PERMISSIONS_BOUNDARY,
        Layer.SESSION,
    }
)


def access_denied_message(decision: Decision) -> str:
    """Return the message of the AccessDenied error for a denial, as its caller may read it.

    Raises ``ValueError`` for a decision that allows.
    """
    if decision.effect is Effect.ALLOW:
        raise ValueError("the decision allows: there is nothing to refuse")
    action = decision.request.action
    where = "" if decision.resource == "*" else f" on resource: {decision.resource}"
    who = caller_label(decision.request.principal)
    return f"User: {who} is not authorized to perform: {action}{where} {_because(decision)}"


def within_border(policy_arn: str, account: str | None, organization: str | None) -> bool:
    """Whether a caller of this account and organization may be told that this policy denied.

    It may if the policy is of its account or, an organization's policy, of its organization; AWS's
    own managed policies are everybody's. ``None``: there is no account, or no organization.
    """
    parsed = parse_arn(policy_arn)
    if parsed is None or account is None:
        return False
    if parsed.account == account:
        return True
    if parsed.service == "organizations":
        return organization is not None and parsed.resource.split("/")[1:2] == [organization]
    return parsed.account == "aws"


def _because(decision: Decision) -> str:
    wanting = _IMPLICIT.get(decision.rule)
    if wanting is not None:
        words = _trust_words(decision) or LAYER_WORDS[wanting]
        return f"because no {words} allows the {decision.request.action} action"
    layer = _READS_AS_EXPLICIT.get(decision.rule) or decision.determining[0].layer
    if layer is Layer.RESOURCE and _on_trust(decision):
        return f"with an explicit deny in the {TRUST_WORDS}"
    words = LAYER_WORDS[layer]
    article = "an" if words.startswith("i") else "a"
    return f"with an explicit deny in {article} {words}{_which(decision)}"


def _trust_words(decision: Decision) -> str | None:
    """Return how a role's missing trust is told; ``None`` where that is not the reason.

    To a caller whose own policies do not allow it either, these are the reason: nobody without
    leave learns whether a role is there, and whom it trusts.
    """
    if decision.rule is not Rule.TRUST_IMPLICIT_DENY:
        return None
    if isinstance(decision.request.principal, RootUser):
        return TRUST_WORDS  # it has no policies, and needs none
    own = [each.effect for each in decision.layers if each.layer is Layer.IDENTITY]
    silent = own == [LayerEffect.IMPLICIT_DENY]
    return LAYER_WORDS[Layer.IDENTITY] if silent else TRUST_WORDS


def _which(decision: Decision) -> str:
    """Name the policy of the first determining statement, where the caller may know it."""
    first = decision.determining[0] if decision.determining else None
    if first is None or first.policy_arn is None or first.layer not in _NAMED:
        return ""
    account = principal_account(decision.request.principal)
    organization = decision.request.context.get("aws:PrincipalOrgID")
    values = organization.values if organization is not None else ()
    if not within_border(first.policy_arn, account, values[0] if values else None):
        return ""
    return f": {first.policy_arn}"


def _on_trust(decision: Decision) -> bool:
    return needs_trust(fold(decision.request.action), prepare(decision.resource))
