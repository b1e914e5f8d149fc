"""What there is to say about a decision, as plain values that JSON can hold.

The facts are complete by themselves: they quote the determining statements as they were written,
with their places, so that an old decision is explained by what was true then.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import msgspec

from doorward.engine.decision import Decision, Effect, StatementOutcome, StatementRef
from doorward.engine.layers import Layers
from doorward.engine.question import reference
from doorward.policy import catalog
from doorward.policy.document import Document
from doorward.policy.problem import Collector
from doorward.render.caller import caller_label
from doorward.render.message import access_denied_message

_OF_AWS: Final = ("arn:aws:iam::aws:policy/", "arn:aws:organizations::aws:policy/")

LONGEST_EXCERPT: Final = 2_048
"""Characters of a statement that are quoted; ``excerptCut`` says that there was more."""


def facts(decision: Decision, layers: Layers | None = None) -> dict[str, Any]:
    """Return the public answer and, beside it, who asked for what, in which context, and why.

    With the ``layers`` it was taken on, statements are quoted with line and column (from 1).
    ``statements`` is there if the decision was expanded, ``message`` if it denies.
    """
    found: dict[str, Any] = msgspec.to_builtins(encodable(decision, layers))
    context = [{**value, "values": list(value["values"])} for value in found["context"]]
    return {**found, "context": context}


def encodable(decision: Decision, layers: Layers | None = None) -> dict[str, Any]:
    """Return the ``facts`` with the values of the decision as they are, for msgspec to encode."""
    request = decision.request
    found = {
        "effect": decision.effect,
        "rule": decision.rule,
        "layers": list(decision.layers),
        "determining": [
            {**reference(ref), **attached(ref), **quoted(ref, layers)}
            for ref in decision.determining
        ],
        "blockedBy": list(decision.blocked_by),
        "principal": caller_label(request.principal),
        "principalType": type(request.principal).__struct_config__.tag,
        "action": request.action,
        "resource": decision.resource,
        "resources": [resource.arn for resource in request.resources],
        "context": list(request.context),
        "assumptions": [*decision.assumptions, *_catalog(layers)],
    }
    if decision.statements is not None:
        found["statements"] = [_outcome(outcome) for outcome in decision.statements]
    if decision.effect is not Effect.ALLOW:
        found["message"] = access_denied_message(decision)
    return found


def _catalog(layers: Layers | None) -> tuple[str, ...]:
    """Which data AWS's managed policies are from, where some are among the layers."""
    if layers is None:
        return ()
    united = (layers.identity, layers.permissions_boundary, layers.session, layers.endpoint)
    chains = (*(layers.service_control or ()), *(layers.resource_control or ()))
    for group in (*united, *chains):
        for policy in group or ():
            arn = policy.arn
            if arn is None or not arn.startswith(_OF_AWS):
                continue
            if policy.document.source == catalog.managed_policy_text(arn):
                return (
                    f"AWS's managed policies are as in the catalog of {catalog.version().version}",
                )
    return ()  # there are none, or an estate brought its own along


def attached(ref: StatementRef) -> dict[str, str]:
    """Return what a statement's policy is called, and through what it applies."""
    names = {
        "policyName": ref.policy_name,
        "policyArn": ref.policy_arn,
        "policyVia": ref.policy_via,
    }
    return {name: value for name, value in names.items() if value is not None}


def _outcome(outcome: StatementOutcome) -> dict[str, Any]:
    entry = {**reference(outcome.ref), **attached(outcome.ref), "reason": outcome.reason.value}
    if outcome.element is not None:
        entry["element"] = outcome.element
    return entry


def quoted(ref: StatementRef, layers: Layers | None) -> dict[str, Any]:
    """Return a statement as it is written, with its line and column; nothing without layers."""
    document = document_of(ref, layers) if layers is not None else None
    if document is None:
        return {}
    span = document.statements[ref.statement].span
    line, column = _place(document.source, span.start)
    entry: dict[str, Any] = {
        "line": line,
        "column": column,
        "excerpt": document.source[span.start : min(span.end, span.start + LONGEST_EXCERPT)],
    }
    if span.end - span.start > LONGEST_EXCERPT:
        entry["excerptCut"] = True
    return entry


@lru_cache(maxsize=1024)
def _place(source: str, offset: int) -> tuple[int, int]:
    """Return line and column of a statement; the same ones decide again and again."""
    return Collector(source).place(offset)


def document_of(ref: StatementRef, layers: Layers) -> Document | None:
    """Find the document that ``ref`` speaks of."""
    policies = layers.at(ref.layer, ref.level)
    return policies[ref.policy].document if policies else None
