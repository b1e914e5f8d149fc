"""The engine against the reference evaluator, case by case, with counts of what was reached."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from doorward.engine.combine import decide
from doorward.engine.question import as_json, read_question
from doorward.errors import InvalidInput
from tests.oracle.generate import questions
from tests.oracle.reached import Tally, count, watching
from tests.oracle.reference import evaluate
from tests.oracle.shrink import shrink

Json = dict[str, Any]

COMPARED = ("effect", "rule", "layers", "blockedBy")


def engine_answer(question: Mapping[str, object]) -> Json:
    """What the engine answers, brought to what is compared; an exception is an answer too."""
    try:
        full = as_json(decide(*read_question(question)))
    except InvalidInput:
        return {"error": True}
    except Exception as error:  # noqa: BLE001 - whatever else the engine raises is a difference
        return {"raised": repr(error)}
    return {name: full.get(name) for name in COMPARED}


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
    tally = Tally()
    differing = []
    with watching() as events:
        for question in questions(seed, numbers):
            events.clear()
            result = evaluate(question)
            count(question, result, [*events], tally)
            if difference(question, result):
                differing.append(question)
    return tally, differing
