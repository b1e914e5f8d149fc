"""The words for layers, rules and verdicts: one table each, complete over its enumeration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from doorward.engine.decision import Effect, LayerEffect, Reason, Rule
from doorward.engine.layers import Layer
from doorward.engine.special import needs_trust
from doorward.policy.folding import fold
from doorward.policy.resource_patterns import prepare

LAYER: Final[Mapping[Layer, str]] = {
    Layer.RESOURCE_CONTROL: "resource control policies",
    Layer.SERVICE_CONTROL: "service control policies",
    Layer.ENDPOINT: "VPC endpoint policy",
    Layer.RESOURCE: "resource-based policy",
    Layer.IDENTITY: "identity-based policies",
    Layer.PERMISSIONS_BOUNDARY: "permissions boundary",
    Layer.SESSION: "session policies",
}
"""What people call each layer."""

_TRUST: Final = {**LAYER, Layer.RESOURCE: "role trust policy"}


def layer_names(action: str, resource: str) -> Mapping[Layer, str]:
    """What people call each layer in a decision on ``action``: roles have trust policies."""
    return _TRUST if needs_trust(fold(action), prepare(resource)) else LAYER


VERDICT: Final[Mapping[LayerEffect, str]] = {
    LayerEffect.ALLOW: "allow",
    LayerEffect.EXPLICIT_DENY: "explicit deny",
    LayerEffect.IMPLICIT_DENY: "implicit deny: no Allow matches",
    LayerEffect.NOT_APPLICABLE: "not applicable",
}
"""What a layer says by itself."""

EFFECT: Final[Mapping[Effect, str]] = {
    Effect.ALLOW: "ALLOWED",
    Effect.EXPLICIT_DENY: "DENIED explicitly",
    Effect.IMPLICIT_DENY: "DENIED implicitly",
}
"""The answer, as the first word of an explanation."""

RULE: Final[Mapping[Rule, str]] = {
    Rule.NO_PERMISSION_NEEDED: "the action needs no permission; no policy has a say",
    Rule.EXPLICIT_DENY: "a Deny statement matches; it wins over every Allow",
    Rule.SESSION_LIMIT: "sessions of this kind have no such call, whatever policies allow",
    Rule.RESERVED_BY_AWS: "this belongs to AWS, and nobody else can change it",
    Rule.CROSS_PARTITION: "caller and resource are in different partitions",
    Rule.RESOURCE_CONTROL_IMPLICIT_DENY: (
        "every level of resource control policies must allow, and one does not"
    ),
    Rule.SERVICE_CONTROL_IMPLICIT_DENY: (
        "every level of service control policies must allow, and one does not"
    ),
    Rule.ENDPOINT_IMPLICIT_DENY: "the VPC endpoint's policy must allow, and does not",
    Rule.TRUST_IMPLICIT_DENY: "the role's trust policy must allow the caller, and does not",
    Rule.KEY_POLICY_IMPLICIT_DENY: (
        "the KMS key's policy, or a grant of the key, must allow the caller, and does not"
    ),
    Rule.BLOCK_PUBLIC_ACCESS: (
        "the bucket's policy is public, and S3 Block Public Access restricts it to the bucket's"
        " own account and to services"
    ),
    Rule.RESOURCE_IMPLICIT_DENY: (
        "the resource's own policy must allow this caller, and does not"
    ),
    Rule.IDENTITY_IMPLICIT_DENY: "no identity-based policy of the caller allows it",
    Rule.BOUNDARY_IMPLICIT_DENY: (
        "the permissions boundary must allow what the identity is granted, and does not"
    ),
    Rule.SESSION_IMPLICIT_DENY: (
        "the session policies must allow what the role or user is granted, and do not"
    ),
    Rule.ROOT_USER_ALLOW: "the root user may do everything in its account, and nothing denies",
    Rule.IDENTITY_ALLOW: (
        "the caller's identity-based policies allow it, and nothing stands against it"
    ),
    Rule.RESOURCE_ALLOW: "the resource-based policy names the caller and allows it by itself",
    Rule.GRANT_ALLOW: "a grant of the KMS key names the caller and the operation",
    Rule.CROSS_ACCOUNT_ALLOW: "both accounts allow it: the caller's policies and the resource's",
    Rule.NON_ACCOUNT_ALLOW: "the resource-based policy allows a caller without an account",
}
"""Why a rule decides."""

HINT: Final[Mapping[Rule, str]] = {
    Rule.EXPLICIT_DENY: (
        "No Allow helps. Change the Deny statement, or make its conditions not hold."
    ),
    Rule.SESSION_LIMIT: (
        "Use another kind of session: a role's, or a user's with MFA (GetSessionToken)."
    ),
    Rule.RESERVED_BY_AWS: "Copy it to a policy or role of your own, and change that.",
    Rule.CROSS_PARTITION: "Use a principal of the resource's partition.",
    Rule.RESOURCE_CONTROL_IMPLICIT_DENY: (
        "Allow the action by a resource control policy at each level that allows nothing."
    ),
    Rule.SERVICE_CONTROL_IMPLICIT_DENY: (
        "Allow the action by a service control policy at each level that allows nothing"
        " (FullAWSAccess is the usual one)."
    ),
    Rule.ENDPOINT_IMPLICIT_DENY: "Allow it in the VPC endpoint's policy.",
    Rule.TRUST_IMPLICIT_DENY: (
        "Name the caller in the role's trust policy; if it is named already, look at the"
        " conditions: external id, MFA, source."
    ),
    Rule.KEY_POLICY_IMPLICIT_DENY: (
        "Name the caller in the key's policy, or let that allow the account (its root) so that"
        " identity-based policies count; or make a grant."
    ),
    Rule.BLOCK_PUBLIC_ACCESS: (
        "Limit every Allow of the bucket's policy to fixed principals, accounts, networks or"
        " organizations; then the policy is not public."
    ),
    Rule.RESOURCE_IMPLICIT_DENY: (
        "Name the caller in the resource's policy: across accounts, and for callers without an"
        " account, it has to allow."
    ),
    Rule.IDENTITY_IMPLICIT_DENY: (
        "Attach a policy that allows the action on this resource to the user, group or role."
    ),
    Rule.BOUNDARY_IMPLICIT_DENY: "Allow it in the permissions boundary too.",
    Rule.SESSION_IMPLICIT_DENY: (
        "Make a session whose policies allow it, or one without session policies."
    ),
}
"""What to do about a denial, by the rule that decided."""

REASON: Final[Mapping[Reason, str]] = {
    Reason.MATCHED: "matches",
    Reason.PRINCIPAL: "does not name the caller",
    Reason.ACTION: "is about other actions",
    Reason.RESOURCE: "is about other resources",
    Reason.CONDITION: "has a condition that does not hold",
}
"""Why a statement applied or did not."""
