"""The search for a way: step by step through whatever denies.

What stops the request is changed as narrowly as can be written, and the request is decided again
under the changed policies, until it passes. Of the changes that this took, only those are kept
that it cannot do without.
"""

from __future__ import annotations

import enum
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from doorward.analysis.advice.applied import Applied, Unwritable, applied
from doorward.analysis.advice.circumstances import to_apply, to_miss
from doorward.analysis.advice.granting import PARTIES, Wanted, grant, wanted
from doorward.analysis.advice.narrowing import Target, without
from doorward.analysis.advice.writable import fits
from doorward.engine.combine import decide
from doorward.engine.compile import CompiledStatement, compile_document
from doorward.engine.decision import Decision, LayerEffect, Reason, Rule, StatementRef
from doorward.engine.expand import elements_of
from doorward.engine.layers import Layer, Layers, Policy
from doorward.engine.match import TRAITS
from doorward.engine.request import Request
from doorward.policy.folding import fold
from doorward.policy.format import to_value
from doorward.results.advice import (
    Change,
    ChangeContext,
    Party,
    ReplaceStatement,
    StopBlocking,
    Way,
)

_MOST_STEPS: Final = 24
_MOST_PARTS: Final = 6
"""Sets of this many changes are searched whole for a part that suffices: that is 62 decisions."""

_WHERE: Final[Mapping[Rule, Layer]] = {
    Rule.RESOURCE_CONTROL_IMPLICIT_DENY: Layer.RESOURCE_CONTROL,
    Rule.SERVICE_CONTROL_IMPLICIT_DENY: Layer.SERVICE_CONTROL,
    Rule.ENDPOINT_IMPLICIT_DENY: Layer.ENDPOINT,
    Rule.TRUST_IMPLICIT_DENY: Layer.RESOURCE,
    Rule.KEY_POLICY_IMPLICIT_DENY: Layer.RESOURCE,
    Rule.RESOURCE_IMPLICIT_DENY: Layer.RESOURCE,
    Rule.IDENTITY_IMPLICIT_DENY: Layer.IDENTITY,
    Rule.BOUNDARY_IMPLICIT_DENY: Layer.PERMISSIONS_BOUNDARY,
    Rule.SESSION_IMPLICIT_DENY: Layer.SESSION,
}
"""The layer that has to allow where a rule denies."""

_OWN: Final = frozenset({Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY, Layer.SESSION})
_WITH_MFA: Final = ChangeContext(
    "aws:MultiFactorAuthPresent", ("true",), multi=False, party=Party.SESSION_MAKER
)


class Side(enum.Enum):
    """On whose side a way looks first."""

    CALL = "make the call in another way"
    CALLER = "grant on the caller's side"
    RESOURCE = "grant on the resource's side, to the user or role"
    RESOURCE_SESSION = "grant on the resource's side, to the session"


_BY_RESOURCE: Final = frozenset({Side.RESOURCE, Side.RESOURCE_SESSION})


class Sought(msgspec.Struct, frozen=True):
    """The question, and the changes found so far, all of which speak of it."""

    layers: Layers
    request: Request
    changes: tuple[Change, ...] = ()

    def after(self, changes: Sequence[Change] | None = None) -> tuple[Applied, Decision]:
        """Carry changes out (those found so far, if none are given), and decide."""
        found = applied(self.layers, self.request, self.changes if changes is None else changes)
        return found, decide(found.layers, found.request)

    def and_then(self, *changes: Change) -> Sought | None:
        """Add changes; ``None`` if one was made already, or two want one key to differ."""
        keys = [fold(each.key) for each in self.changes if isinstance(each, ChangeContext)]
        for change in changes:
            known = isinstance(change, ChangeContext) and fold(change.key) in keys
            if known or change in self.changes:
                return None
        return msgspec.structs.replace(self, changes=(*self.changes, *changes))


class _Step(msgspec.Struct, frozen=True):
    """Where the search stands: what is sought, what that comes to, and what denies it."""

    sought: Sought
    side: Side
    now: Applied
    decision: Decision
    to: Wanted


def way(sought: Sought, side: Side) -> Way | Rule:
    """Return a way that lets the request pass, or the rule that the search does not get past."""
    now, decision = sought.after()
    for _ in range(_MOST_STEPS):
        if decision.allowed:
            return _shortest(sought)
        to = wanted(now.layers, now.request, decision.resource)
        further = _next(_Step(sought, side, now, decision, to))
        if further is None:
            break
        try:
            now, decision = further.after()
        except Unwritable:
            break  # no policy can name what is asked for: a control character is in it
        sought = further
    return decision.rule


def _next(step: _Step) -> Sought | None:
    """Add the changes that are to get past what denies now."""
    match step.decision.rule:
        case Rule.EXPLICIT_DENY:
            return _past_denies(step)
        case Rule.BLOCK_PUBLIC_ACCESS:
            return step.sought.and_then(StopBlocking(step.to.resource.arn, account=step.to.owner))
        case Rule.SESSION_LIMIT:
            return step.sought.and_then(_owned(_WITH_MFA, step.to))
        case rule:
            return _past_silence(step, _WHERE[rule]) if rule in _WHERE else None


# ------------------------------------------------------------------------ layers that are silent


def _past_silence(step: _Step, layer: Layer) -> Sought | None:
    """Let a layer allow; on the resource's side, let that make up for the caller's own."""
    if layer in _OWN and step.side in _BY_RESOURCE:
        if step.now.layers.resource is None:
            return None
        return _granted(step, step.sought, Layer.RESOURCE, None)
    levels = [
        verdict.level
        for verdict in step.decision.layers
        if verdict.layer is layer and verdict.effect is LayerEffect.IMPLICIT_DENY
    ]
    sought: Sought | None = step.sought
    for level in levels or [None]:
        if sought is not None:
            sought = _granted(step, sought, layer, level)
    return sought


def _granted(step: _Step, sought: Sought, layer: Layer, level: int | None) -> Sought | None:
    """Let a layer allow: by another call, where a statement waits for one, or by a grant."""
    if step.side is Side.CALL:
        for compiled in _waiting(step.to, layer, level):
            keys = to_apply(compiled, step.to.asked.context)
            found = sought.and_then(*[_owned(each, step.to) for each in keys]) if keys else None
            if found is not None:
                return found
    if layer is Layer.RESOURCE and len(step.now.request.resources) > 1:
        return None  # a resource policy is about one resource
    about = msgspec.structs.replace(step.to, layers=sought.layers)
    return sought.and_then(grant(about, layer, level, session=step.side is Side.RESOURCE_SESSION))


def _waiting(to: Wanted, layer: Layer, level: int | None) -> Iterator[CompiledStatement]:
    """The Allows of a layer that only lack conditions."""
    for policy in to.layers.at(layer, level) or ():
        for compiled in compile_document(policy.document).statements:
            elements = elements_of(compiled, to.asked, TRAITS[layer])
            failed = {reason for reason, outcome in elements if not outcome.matched}
            if not compiled.denies and failed == {Reason.CONDITION}:
                yield compiled


def _owned(change: ChangeContext, to: Wanted) -> ChangeContext:
    return msgspec.structs.replace(change, account=to.account(change.party))


# ------------------------------------------------------------------------- statements that deny


def _past_denies(step: _Step) -> Sought | None:
    """Get past every Deny that matches; what one change does to others is seen afterwards."""
    if step.side is Side.CALL:
        for ref in step.decision.determining:
            found = _by_another_call(step, ref)
            if found is not None:
                return found
    sought: Sought | None = step.sought
    for ref in step.decision.determining:
        original = step.now.original(ref)
        if sought is None or original is None:
            return None
        sought = _narrowed(step, sought, original)
    return sought


def _by_another_call(step: _Step, ref: StatementRef) -> Sought | None:
    compiled = compile_document(_policy(step.now.layers, ref).document).statements[ref.statement]
    for change in to_miss(compiled, step.to.asked.context):
        found = step.sought.and_then(_owned(change, step.to))
        if found is not None and ref not in found.after()[1].determining:
            return found
    return None


def _narrowed(step: _Step, sought: Sought, ref: StatementRef) -> Sought | None:
    """Take what is wanted out of a Deny of the question, as narrowly as can be written there."""
    document = _policy(sought.layers, ref).document
    compiled = compile_document(document).statements[ref.statement]
    values = to_value(document)["Statement"]
    value = values[ref.statement] if isinstance(values, list) else values
    target = Target(step.to.action, step.to.resource.arn, step.to.asked)
    mark = None if ref.layer is Layer.SESSION else step.to.mark
    party = PARTIES[ref.layer]
    for statements, opens in without(
        target, compiled, value, ref.layer, mark, variables=document.has_variables
    ):
        texts = tuple(json.dumps(each, ensure_ascii=False) for each in statements)
        change = ReplaceStatement(ref, texts, party, step.to.account(party), opens)
        if fits(sought.layers, step.now.request, change, trust=step.to.asked.trust):
            return sought.and_then(change)
    return None


def _policy(layers: Layers, ref: StatementRef) -> Policy:
    policies = layers.at(ref.layer, ref.level)
    assert policies  # noqa: S101 — the engine found the statement there
    return policies[ref.policy]


# ------------------------------------------------------------------------------- what is needed


def _shortest(sought: Sought) -> Way:
    """Leave out what the way does not need."""
    changes = sought.changes
    if len(changes) <= _MOST_PARTS:
        parts = itertools.chain.from_iterable(
            itertools.combinations(changes, size) for size in range(1, len(changes))
        )
        return Way(next((part for part in parts if sought.after(part)[1].allowed), changes))
    for change in changes:
        fewer = tuple(each for each in changes if each is not change)
        if sought.after(fewer)[1].allowed:
            changes = fewer
    return Way(changes)
