"""A decision with every entry of every statement, as plain values that JSON can hold."""

from __future__ import annotations

from typing import Any, Final

from doorward.engine.dependencies import Dependencies
from doorward.engine.explain import ElementExplanation, Explanation, StatementExplanation
from doorward.engine.layers import Layers
from doorward.engine.question import dependencies_json
from doorward.policy.document import Span
from doorward.policy.problem import Collector
from doorward.render.advice import advice_facts
from doorward.render.record import document_of, facts
from doorward.results.advice import Advice

SCHEMA_VERSION: Final = 1
"""The version of the form, ``docs/reference/explanation.schema.json``; additions leave it."""


def explanation_facts(
    explanation: Explanation, layers: Layers, depends: Dependencies, advice: Advice
) -> dict[str, Any]:
    """Return the facts of the decision (``render.record.facts``) with ``elements`` of statements.

    ``schemaVersion`` stands first. Places are lines and columns, both from 1, in the text as
    written. ``dependsOn`` is as in the public form of answers, ``advice`` as ``render.advice`` has
    it.
    """
    found = facts(explanation.decision, layers)
    found["statements"] = [
        {**short, **_statement(full, layers)}
        for short, full in zip(found["statements"], explanation.statements, strict=True)
    ]
    return {
        "schemaVersion": SCHEMA_VERSION,
        **found,
        **dependencies_json(depends),
        "advice": advice_facts(advice, layers),
    }


def _statement(statement: StatementExplanation, layers: Layers) -> dict[str, Any]:
    document = document_of(statement.ref, layers)
    place = Collector(document.source).place if document is not None else None

    def at(span: Span | None) -> dict[str, int]:
        if span is None or place is None:
            return {}
        line, column = place(span.start)
        return {"line": line, "column": column}

    def element(found: ElementExplanation) -> dict[str, Any]:
        entry: dict[str, Any] = {"name": found.name}
        if found.key is not None:
            entry["key"] = found.key
        entry |= {"pointer": found.pointer, **at(found.span), "matched": found.matched}
        entry["tested"] = None if found.tested is None else list(found.tested)
        if found.provenance is not None:
            entry["provenance"] = found.provenance.value
        entry["entries"] = [
            {
                "pointer": each.pointer,
                **at(each.span),
                "written": each.written,
                "readAs": each.resolved,
                "matched": each.matched,
            }
            for each in found.entries
        ]
        return entry

    return {
        "effect": statement.effect.value,
        **at(statement.span),
        "elements": [element(each) for each in statement.elements],
    }
