"""The answer of the engine: an effect, the rule that decided, and the reasons, as one value."""

from __future__ import annotations

import enum

import msgspec

from doorward.engine.layers import Layer
from doorward.engine.request import Request


class Effect(enum.Enum):
    """The three results of AWS's evaluation; only ``ALLOW`` allows."""

    ALLOW = "ALLOW"
    EXPLICIT_DENY = "EXPLICIT_DENY"
    IMPLICIT_DENY = "IMPLICIT_DENY"


class LayerEffect(enum.Enum):
    """What one layer, or one level of a layer, says by itself."""

    ALLOW = "ALLOW"
    EXPLICIT_DENY = "EXPLICIT_DENY"
    IMPLICIT_DENY = "IMPLICIT_DENY"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Rule(enum.Enum):
    """Which rule of the evaluation decided, with its step in ``docs/reference/evaluation.md``.

    The names are public: they are added to, never changed.
    """

    NO_PERMISSION_NEEDED = "no-permission-needed"  # 1
    EXPLICIT_DENY = "explicit-deny"  # 2
    SESSION_LIMIT = "session-limit"  # S6
    RESERVED_BY_AWS = "reserved-by-aws"  # S3, S4
    CROSS_PARTITION = "cross-partition"  # 8
    RESOURCE_CONTROL_IMPLICIT_DENY = "resource-control-implicit-deny"  # 3
    SERVICE_CONTROL_IMPLICIT_DENY = "service-control-implicit-deny"  # 4
    ENDPOINT_IMPLICIT_DENY = "endpoint-implicit-deny"  # 5
    TRUST_IMPLICIT_DENY = "trust-implicit-deny"  # role trust: the trust policy must allow
    KEY_POLICY_IMPLICIT_DENY = "key-policy-implicit-deny"  # S1
    BLOCK_PUBLIC_ACCESS = "block-public-access"  # S5
    RESOURCE_IMPLICIT_DENY = "resource-implicit-deny"  # 6, 8, 9: the resource side must allow
    IDENTITY_IMPLICIT_DENY = "identity-implicit-deny"  # 7, 8
    BOUNDARY_IMPLICIT_DENY = "boundary-implicit-deny"  # 7, 8
    SESSION_IMPLICIT_DENY = "session-implicit-deny"  # 7, 8
    ROOT_USER_ALLOW = "root-user-allow"  # 10
    IDENTITY_ALLOW = "identity-allow"  # 7: I ∧ B ∧ S
    RESOURCE_ALLOW = "resource-allow"  # 7: the resource policy names the caller directly
    GRANT_ALLOW = "grant-allow"  # S2
    CROSS_ACCOUNT_ALLOW = "cross-account-allow"  # 8: both sides
    NON_ACCOUNT_ALLOW = "non-account-allow"  # 6: anonymous, service, federated, canonical user

    # Members are single objects: their identity is a hash, and many times cheaper than Enum's.
    __hash__ = object.__hash__


class LayerVerdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """One layer's verdict; ``level`` counts from 0 (the root) in the SCP and RCP chains."""

    layer: Layer
    effect: LayerEffect
    level: int | None = None


class StatementRef(msgspec.Struct, frozen=True):
    """Where a statement stands: layer, level, indexes from 0, and its pointer in the document."""

    layer: Layer
    policy: int
    statement: int
    pointer: str
    level: int | None = None
    sid: str | None = None
    policy_name: str | None = None
    policy_arn: str | None = None
    policy_via: str | None = None


class Reason(enum.Enum):
    """Why a statement did or did not apply: its first element, in this order, that failed."""

    MATCHED = "matched"
    PRINCIPAL = "principal"
    ACTION = "action"
    RESOURCE = "resource"
    CONDITION = "condition"


class ElementOutcome(msgspec.Struct, frozen=True):
    """Whether one element of a statement, or one of its conditions, matches the request."""

    pointer: str
    matched: bool


class StatementOutcome(msgspec.Struct, frozen=True):
    """Why one statement did or did not apply (``expand=True``).

    ``element`` is the pointer of the first element, or condition, that failed; ``elements`` are
    all of them, in the order in which they are looked at.
    """

    ref: StatementRef
    reason: Reason
    element: str | None = None
    elements: tuple[ElementOutcome, ...] = ()


class Decision(msgspec.Struct, frozen=True, gc=False):
    """The decision on a request.

    ``determining`` are the statements that decided: every matching Deny for an explicit deny,
    every matching Allow of the layers that apply for an allow, none for an implicit deny.
    ``blocked_by`` are the layers each of which alone stops a request that would otherwise be
    allowed (a guardrail that does not allow, or any layer by an explicit deny). For several
    resources the decision is that of the first with the most severe effect, and ``resource``
    names it. ``statements`` is filled when asked for (``expand=True``), else ``None``.
    ``assumptions`` are what the engine took for granted, in words.
    """

    effect: Effect
    rule: Rule
    request: Request
    resource: str
    layers: tuple[LayerVerdict, ...]
    determining: tuple[StatementRef, ...]
    blocked_by: tuple[Layer, ...]
    assumptions: tuple[str, ...] = ()
    statements: tuple[StatementOutcome, ...] | None = None

    @property
    def allowed(self) -> bool:
        """Whether the request is allowed."""
        return self.effect is Effect.ALLOW
