"""The engine against Cedar, case by case, with counts of what was reached."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import cedarpy

from doorward.engine.question import answer
from tests.oracle.cedar.context import request
from tests.oracle.cedar.generate import questions
from tests.oracle.cedar.translate import policies
from tests.oracle.shrink import shrink

Json = dict[str, Any]
Tally = dict[str, Counter[str]]

NOTHING = cedarpy.Entities.from_json_str("[]")


def cedar_answer(question: Json) -> Json:
    """What Cedar answers: the effect, and the statements that determine it."""
    text, asked = policies(question["policies"]["identity"])
    result = cedarpy.is_authorized(request(question["request"], asked), text, NOTHING)
    diagnostics = result.diagnostics
    if diagnostics.errors:
        return {"raised": diagnostics.errors}
    deciding = sorted(diagnostics.id_annotations_by_reason.values())
    if result.decision is cedarpy.Decision.Allow:
        effect = "ALLOW"
    else:
        effect = "EXPLICIT_DENY" if deciding else "IMPLICIT_DENY"
    return {"effect": effect, "determining": deciding}


def engine_answer(question: Json) -> Json:
    """What the engine answers, in the same form; an exception is an answer too."""
    try:
        full: Any = answer(question)
    except Exception as error:  # noqa: BLE001 - whatever the engine raises is a difference
        return {"raised": repr(error)}
    if "error" in full:
        return {"error": full["error"]}
    deciding = sorted(f"{ref['policy']}/{ref['statement']}" for ref in full["determining"])
    return {"effect": full["effect"], "determining": deciding}


def explain(question: Json) -> str:
    """A difference, for a person: the shrunken question, its translation and both answers."""

    def kind(smaller: Json) -> tuple[set[str], set[str]] | None:
        ours, theirs = engine_answer(smaller), cedar_answer(smaller)
        return None if ours == theirs else (set(ours), set(theirs))

    def differ(smaller: Json) -> bool:
        try:
            return "id" in smaller and kind(smaller) == first
        except (KeyError, IndexError, TypeError, AttributeError, ValueError, AssertionError):
            return False  # no longer a question that Cedar can be asked

    first = kind(question)
    small = shrink(question, differ) if first else question
    return "\n".join(
        [
            f"{question['id']} differs; shrunken:",
            json.dumps(small, indent=1),
            policies(small["policies"]["identity"])[0],
            f"cedar:  {json.dumps(cedar_answer(small))}",
            f"engine: {json.dumps(engine_answer(small))}",
        ]
    )


def compare(seed: int, numbers: Iterable[int]) -> tuple[Tally, list[Json]]:
    """Ask both about the questions of these numbers; the counts, and where they differ."""
    tally: Tally = {name: Counter() for name in ("effect", "reached")}
    differing = []
    for question in questions(seed, numbers):
        theirs = cedar_answer(question)
        if theirs != engine_answer(question):
            differing.append(question)
        tally["effect"][theirs.get("effect", "error")] += 1
        tally["reached"].update(features(question))
    return tally, differing


def features(question: Json) -> set[str]:
    """What the policies of a question use, by name: elements and operators."""
    text = json.dumps(question["policies"])
    found = {word for word in ("NotAction", "NotResource", "2008-10-17", "${") if word in text}
    for document in question["policies"]["identity"]:
        given = document["Statement"]
        for statement in given if isinstance(given, list) else [given]:
            found.update(statement.get("Condition", {}))
    return found
