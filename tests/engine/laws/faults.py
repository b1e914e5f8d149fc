"""Engines that are wrong on purpose, each in one way that a law must notice."""

import copy
import json
from collections.abc import Callable
from typing import Any

from doorward.engine.question import answer
from tests.engine.laws.adding import GUARDRAILS, NOTHING, without
from tests.engine.laws.documents import (
    LAYERS,
    LEVELLED,
    groups,
    places,
    read,
    rewritten,
    statements,
    with_statements,
)
from tests.engine.laws.law import Engine
from tests.oracle.shrink import at

Json = dict[str, Any]

SPLITTABLE = ("Action", "Resource", "Principal", "Condition")


def seeing(change: Callable[[Json], Json]) -> Engine:
    """An engine that sees another question than the one it is asked."""
    return Engine(lambda question: answer(change(question)))


def lone(layer: str, effect: str) -> Engine:
    """An engine for which the Allows, or Denies, of a layer count only if there is just one."""

    def change(question: Json) -> Json:
        bodies = [read(at(question, path)) for path in places(question) if path[1] == layer]
        found = [one for body in bodies if body is not None for one in statements(body)]
        if sum(one["Effect"] == effect for one in found) == 1:
            return question
        return with_statements(
            question,
            lambda where, one: (
                [one | NOTHING] if where == layer and one["Effect"] == effect else [one]
            ),
        )

    return seeing(change)


def needing(layer: str) -> Engine:
    """An engine that grants nothing where a layer is absent."""
    return seeing(
        lambda question: (
            question
            if layer in question["policies"]
            else without(question, "identity", "resource")
        )
    )


def first_levels(question: Json) -> Json:
    """Of the levels of a chain the first one alone, if there are several."""
    chains = {layer: question["policies"].get(layer) for layer in LEVELLED}
    first = {layer: found[:1] for layer, found in chains.items() if found}
    return question | {"policies": question["policies"] | first}


def lifted(question: Json) -> Json:
    """No service control policies where there is an endpoint's."""
    present = "endpoint" in question["policies"]
    return without(question, "serviceControl") if present else question


def without_effects(question: Json) -> str:
    """The text of a question in which every effect is an Allow."""
    return json.dumps(question).replace("Deny", "Allow")


def first_policies(question: Json) -> Json:
    """Of a list of policies the first one alone."""
    changed = copy.deepcopy(question)
    for group in groups(changed):
        del at(changed, group)[1:]
    return changed


def first_statements(question: Json) -> Json:
    """Of a document the first statement alone."""
    return rewritten(question, lambda _, body: body | {"Statement": statements(body)[:1]})


def first_resource(question: Json) -> Json:
    """Of several resources the first one alone."""
    asked = question["request"]
    resource = asked["resource"]
    return question | {
        "request": asked | {"resource": resource[0] if isinstance(resource, list) else resource}
    }


def first_values(name: str) -> Callable[[Json], Json]:
    """Of a list in an element, at any depth, the first value alone."""

    def first(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: first(child) for key, child in value.items()}
        return value[:1] if isinstance(value, list) else value

    return lambda question: with_statements(
        question,
        lambda _, one: [one | {name: first(one[name])}] if name in one else [one],
    )


def objects_only(question: Json) -> Json:
    """What is text, or under a name, does not count."""
    changed = copy.deepcopy(question)
    for group in groups(changed):
        at(changed, group)[:] = [one for one in at(changed, group) if "Statement" in one]
    return changed


def scalars_only(question: Json) -> Json:
    """Actions in a list do not count."""
    return with_statements(
        question, lambda _, one: [one | NOTHING] if isinstance(one.get("Action"), list) else [one]
    )


def zeros_lost(question: Json) -> Json:
    """Account ids read as numbers, in the policies."""
    text = json.dumps(question["policies"]).replace(":0", ":").replace('"0', '"')
    return question | {"policies": json.loads(text)}


def known_account(question: Json) -> Json:
    """One account may do everything."""
    known = "111111111111" in json.dumps(question["request"]["principal"])
    return without(question, "permissionsBoundary", *LEVELLED) if known else question


def remembering(key: Callable[[Json], object]) -> Engine:
    """An engine that takes one question for another that has the same key."""
    known: dict[object, Json] = {}

    def remembered(question: Json) -> Json:
        return known.setdefault(key(question), answer(question))

    return Engine(remembered, known.clear)


def blaming_the_first(question: Json) -> Json:
    """An engine for which the first layer is always to blame."""
    found = answer(question)
    return found | {"blockedBy": [LAYERS[0]]} if found.get("effect") == "IMPLICIT_DENY" else found


def misnumbering(question: Json) -> Json:
    """An engine that counts statements from 1."""
    found: Json = answer(question)
    decided = copy.deepcopy(found.get("determining", []))
    for one in decided:
        one["statement"] += 1
    return found | {"determining": decided}


FAULTS: tuple[tuple[str, str, Engine], ...] = (
    *(("deny-added", layer, lone(layer, "Deny")) for layer in LAYERS),
    *(("allow-added", layer, lone(layer, "Allow")) for layer in LAYERS),
    ("layer-added", "an endpoint lifts SCPs", seeing(lifted)),
    *(("limit-removed", layer, needing(layer)) for layer in (*GUARDRAILS, "session")),
    ("blame-removed", "first layer", Engine(blaming_the_first)),
    ("reordered", "first statement", seeing(first_statements)),
    ("reordered", "first policy", seeing(first_policies)),
    *(("reordered", f"first {name}", seeing(first_values(name))) for name in SPLITTABLE),
    ("levels-reordered", "first level", seeing(first_levels)),
    ("resources-reordered", "first resource", seeing(first_resource)),
    ("reformed", "no text", seeing(objects_only)),
    ("reformed", "no lists", seeing(scalars_only)),
    *(("lists-split", f"first {name}", seeing(first_values(name))) for name in SPLITTABLE),
    ("documents-split", "first policy", seeing(first_policies)),
    ("accounts-renamed", "zeros lost", seeing(zeros_lost)),
    ("accounts-renamed", "a known account", seeing(known_account)),
    ("cached", "by id", remembering(lambda question: question["id"])),
    ("cached", "by policies", remembering(lambda question: json.dumps(question["policies"]))),
    ("cached", "but for effects", remembering(without_effects)),
    ("pointed", "from 1", Engine(misnumbering)),
)
"""Law, what the engine gets wrong, and that engine."""
