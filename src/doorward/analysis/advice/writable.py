"""Whether a changed policy is one that can be written, and does what it is to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from doorward.analysis.advice.applied import Unwritable, applied
from doorward.engine.combine import decide
from doorward.engine.decision import Effect
from doorward.engine.layers import Layer, Layers
from doorward.engine.request import Request
from doorward.policy.kind import PolicyKind
from doorward.policy.validate import validate
from doorward.results.advice import ReplaceStatement

KINDS: Final[Mapping[Layer, PolicyKind]] = {
    Layer.RESOURCE_CONTROL: PolicyKind.RESOURCE_CONTROL,
    Layer.SERVICE_CONTROL: PolicyKind.SERVICE_CONTROL,
    Layer.ENDPOINT: PolicyKind.ENDPOINT,
    Layer.RESOURCE: PolicyKind.RESOURCE,
    Layer.IDENTITY: PolicyKind.IDENTITY,
    Layer.PERMISSIONS_BOUNDARY: PolicyKind.BOUNDARY,
    Layer.SESSION: PolicyKind.SESSION,
}
"""As what the documents of a layer are written; a role's own policy is its trust policy."""


def fits(layers: Layers, request: Request, change: ReplaceStatement, *, trust: bool) -> bool:
    """Whether the change gets the request past its statement, and AWS takes the policy so.

    What was refused in it before is not held against the change.
    """
    ref = change.ref
    try:
        after = applied(layers, request, [change])
    except Unwritable:
        return False
    decision = decide(after.layers, after.request)
    if decision.effect is Effect.EXPLICIT_DENY:
        denying = [after.original(each) for each in decision.determining]
        if any(each is None or each == ref for each in denying):
            return False
    kind = PolicyKind.TRUST if trust and ref.layer is Layer.RESOURCE else KINDS[ref.layer]
    return not (_refusals(after.layers, change, kind) - _refusals(layers, change, kind))


def _refusals(layers: Layers, change: ReplaceStatement, kind: PolicyKind) -> Counter[str]:
    policies = layers.at(change.ref.layer, change.ref.level) or ()
    return Counter(
        problem.code
        for policy in policies
        for problem in validate(policy.document, kind)
        if problem.refused
    )
