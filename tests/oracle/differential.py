"""The engine against the reference evaluator, case by case, with counts of what was reached."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from doorward.engine.question import answer
from tests.oracle.generate import questions
from tests.oracle.reference import LAYERS, combine, evaluate, study
from tests.oracle.shrink import shrink

Json = dict[str, Any]
Tally = dict[str, Counter[str]]

COMPARED = ("effect", "layers", "blockedBy")


def engine_answer(question: Mapping[str, object]) -> Json:
    """What the engine answers, brought to what is compared; an exception is an answer too."""
    try:
        full = answer(question)
    except Exception as error:  # noqa: BLE001 - whatever the engine raises is a difference
        return {"raised": repr(error)}
    return {"error": True} if "error" in full else {name: full.get(name) for name in COMPARED}


def difference(question: Json, known: Json | None = None) -> str:
    """Which parts of the two answers differ, by name; empty where they agree."""
    ours, theirs = known or evaluate(question), engine_answer(question)
    names = sorted({*ours, *theirs})
    return ", ".join(name for name in names if ours.get(name) != theirs.get(name))


def smallest(question: Json) -> Json:
    """The question, shrunken while the same parts of the answers differ."""
    first = difference(question)

    def same(smaller: Json) -> bool:
        try:
            return "id" in smaller and difference(smaller) == first
        except (KeyError, IndexError, TypeError, AttributeError, ValueError):
            return False  # no longer a question

    return shrink(question, same)


def explain(question: Json) -> str:
    """A difference, for a person: the shrunken question and both answers."""
    small = smallest(question)
    return "\n".join(
        [
            f"{question['id']} differs in {difference(question)}; shrunken:",
            json.dumps(small, indent=1),
            f"reference: {json.dumps(evaluate(small))}",
            f"engine:    {json.dumps(engine_answer(small))}",
        ]
    )


def compare(seed: int, numbers: Iterable[int]) -> tuple[Tally, list[Json]]:
    """Ask both about the questions of these numbers; the counts, and where they differ."""
    tally: Tally = {name: Counter() for name in ("effect", "deciding", "blocking", "reached")}
    differing = []
    for question in questions(seed, numbers):
        result = evaluate(question)
        if difference(question, result):
            differing.append(question)
        count(question, result, tally)
    return tally, differing


def count(question: Json, result: Json, tally: Tally) -> None:
    """Add one question, with what the reference answered, to the counts."""
    tally["effect"][result.get("effect", "error")] += 1
    tally["blocking"].update(result.get("blockedBy", ()))
    tally["reached"].update(features(question))
    if "error" not in result:
        tally["deciding"].update(deciding(question))


def deciding(question: Json) -> set[str]:
    """The layers without which the effect would be another: absent, and naming no one."""
    request, resource = question["request"], question["request"]["resource"]
    first = resource[0] if isinstance(resource, list) else resource
    case, verdicts = study(request, question["policies"], first)
    effect = combine(case, verdicts)
    silent = [{"deny": False, "allow": False, "kinds": set()}]
    return {
        layer
        for layer in LAYERS
        if verdicts[layer] is not None
        and combine(case, verdicts | {layer: silent if layer == "identity" else None}) != effect
    }


def features(question: Json) -> set[str]:
    """What a question uses, by name: kinds of principal, layers, operators, elements."""
    principal = question["request"]["principal"]
    kind = principal if isinstance(principal, str) else principal.get("arn", principal["type"])
    found = {kind.split("/")[0].split(":")[-1], question["request"]["action"].lower()}
    found.update(question["policies"])
    text = json.dumps(question["policies"]).replace('\\"', '"')
    for word in ("NotAction", "NotResource", "NotPrincipal", "IfExists", "ForAll", "ForAny", "${"):
        if word in text:
            found.add(word)
    return found
