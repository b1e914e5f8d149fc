"""Changes that leave the meaning of a question: other orders, other forms, lists split."""

import copy
import json
import random
from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

from tests.engine.laws.documents import (
    LEVELLED,
    every_statement,
    groups,
    places,
    read,
    rewritten,
    statements,
    with_statements,
    write,
)
from tests.oracle.shrink import at

Json = dict[str, Any]


def listed(value: Any) -> list[Any]:
    """A scalar and a list of one are equal (G2)."""
    return value if isinstance(value, list) else [value]


def lengthened(question: Json, rng: random.Random) -> Json:
    """Longer lists: actions, resources and principals get some of other statements beside them.

    The questions have few lists of which only a later value matters.
    """
    others = every_statement(question)

    def longer(_layer: str, one: Json) -> list[Json]:
        other = rng.choice(others)
        changed = dict(one)
        for name in ("Action", "NotAction", "Resource", "NotResource"):
            if name in one and name in other and rng.random() < 0.5:
                changed[name] = [*listed(other[name]), *listed(one[name])]
        if "Principal" in one and "Principal" in other and rng.random() < 0.5:
            changed["Principal"] = both(other["Principal"], one["Principal"])
        return [changed]

    return with_statements(question, longer)


def both(*principals: Any) -> Json:
    """Everybody whom one of the elements names."""
    kinds = [{"AWS": "*"} if one == "*" else one for one in principals]
    return {
        kind: [each for one in kinds for each in listed(one.get(kind, []))]
        for kind in sorted({kind for one in kinds for kind in one})
    }


# --------------------------------------------------------------------------------- order


def reordered(question: Json, _before: Json, rng: random.Random) -> Iterator[Json]:
    """Every list and every object in another order, but for levels and resources."""
    changed = rewritten(question, lambda _, body: shuffled(body, rng))
    layers = list(changed["policies"].items())
    policies = {
        layer: [shuffled(level, rng) for level in found]
        if layer in LEVELLED
        else shuffled(found, rng)
        for layer, found in rng.sample(layers, len(layers))
    }
    request = shuffled(changed["request"], rng) | {"resource": changed["request"]["resource"]}
    yield {"policies": policies, "request": request, "id": question["id"]}


def shuffled(value: Any, rng: random.Random) -> Any:
    """The value with the members of its lists and objects in another order, at any depth."""
    if isinstance(value, dict):
        members = list(value.items())
        return {key: shuffled(child, rng) for key, child in rng.sample(members, len(members))}
    if isinstance(value, list):
        return [shuffled(child, rng) for child in rng.sample(value, len(value))]
    return value


def levels_reordered(question: Json, _before: Json, rng: random.Random) -> Iterator[Json]:
    """The levels of a chain in another order: they intersect."""
    for layer in LEVELLED:
        levels = question["policies"].get(layer, [])
        if len(levels) > 1:
            moved = {layer: rng.sample(levels, len(levels))}
            yield copy.deepcopy(question | {"policies": question["policies"] | moved})


def resources_reordered(question: Json, _before: Json, rng: random.Random) -> Iterator[Json]:
    """The resources of a request in another order: all must be allowed (R8)."""
    asked = question["request"]["resource"]
    if isinstance(asked, list):
        moved = {"resource": rng.sample(asked, len(asked))}
        yield copy.deepcopy(question | {"request": question["request"] | moved})


# ---------------------------------------------------------------------------------- form


def reformed(question: Json, _before: Json, rng: random.Random) -> Iterator[Json]:
    """Scalars as lists of one and the other way round; documents as objects, text, under a name;
    no Sid but the tag."""

    def element(name: str, value: Any) -> Any:
        if name in ("Sid", "Effect"):
            return value
        if isinstance(value, dict):  # principals by kind; keys and values of an operator
            return {key: element(key, child) for key, child in value.items()}
        if name.endswith("Principal"):
            return value  # "*" is no list
        if isinstance(value, list):
            return value[0] if len(value) == 1 else value
        return [value]

    def body(_layer: str, found: Json) -> Json:
        several = [
            {name: element(name, value) for name, value in one.items()}
            for one in statements(found)
        ]
        alone = len(several) == 1 and isinstance(found["Statement"], list)
        return found | {"Statement": several[0] if alone else several}

    changed = rewritten(question, body)
    for path in places(changed):
        found = read(at(changed, path))
        if found is not None:
            text = json.dumps(
                found, indent=rng.choice([None, 1, 4]), ensure_ascii=rng.choice([True, False])
            )
            forms = [found, text, {"name": "a name", "document": found}]
            forms.append({"document": text, "name": "another"})
            at(changed, path[:-1])[path[-1]] = rng.choice(forms)
    yield changed


# ---------------------------------------------------------------------------------- lists


def lists_split(question: Json, _before: Json, rng: random.Random) -> Iterator[Json]:
    """Statements with a list taken apart into statements with one value each.

    A statement matches if, of each element, one value does: so values may stand in statements of
    their own. That is not so for what is negated (``NotAction``, ``StringNotEquals`` …), where all
    the values must fail together; for ``ForAllValues``, where each value of the request may meet
    another value of the policy; nor for an Allow of a resource control policy, which is closed if
    it names anybody beside everyone (P6).
    """
    parts = partial(split, rng, share=0.7), partial(split, rng, share=1)
    for part in parts:
        changed = with_statements(question, part)
        if changed != question:
            yield changed


def split(rng: random.Random, layer: str, one: Json, *, share: float) -> list[Json]:
    """One statement as several, in any order: each splittable element is taken with a chance."""
    parts: list[list[Json]] = []
    for name, value in one.items():
        alternatives = values_of(layer, one, name, value)
        chosen = len(alternatives) > 1 and rng.random() < share
        parts.append(alternatives if chosen else [{name: value}])
    several = [merged(chosen) for chosen in product(*parts)]
    if len(several) > 1:
        several = [part | {"Sid": f"{one['Sid']}x{number}"} for number, part in enumerate(several)]
    return rng.sample(several, len(several))


def merged(parts: tuple[Json, ...]) -> Json:
    """One object of several."""
    return {name: value for part in parts for name, value in part.items()}


def values_of(layer: str, one: Json, name: str, value: Any) -> list[Json]:
    """An element with each of its values alone; itself where that would mean something else."""
    if name in ("Action", "Resource"):
        return [{name: each} for each in listed(value)]
    if name == "Principal" and isinstance(value, dict):
        if layer == "resourceControl" and one.get("Effect") == "Allow":
            return [{name: value}]
        return [{name: {kind: each}} for kind, found in value.items() for each in listed(found)]
    if name == "Condition":
        return conditions_of(value)
    return [{name: value}]


def conditions_of(block: Json) -> list[Json]:
    """A block of conditions, each with each of its values alone where these are alternatives."""
    choices = [
        [(operator, key, each) for each in listed(values)]
        if is_union(operator) and listed(values)
        else [(operator, key, values)]
        for operator, found in block.items()
        for key, values in found.items()
    ]
    blocks = []
    for chosen in product(*choices):
        one: Json = {operator: {} for operator in block}
        for operator, key, value in chosen:
            one[operator][key] = value
        blocks.append({"Condition": one})
    return blocks


def is_union(operator: str) -> bool:
    """Whether an operator holds if it holds for one of its values: positive ones do, but for
    ``ForAllValues``."""
    return "not" not in operator.lower() and not operator.lower().startswith("forallvalues:")


def documents_split(question: Json, _before: Json, rng: random.Random) -> Iterator[Json]:
    """Documents of a list taken apart into two of the same list: policies of a level unite."""
    changed = copy.deepcopy(question)
    for group in groups(changed):
        policies = at(changed, group)
        for policy in list(policies):
            body = read(policy)
            if body is None or len(statements(body)) < 2:
                continue
            found = statements(body)
            cut = rng.randint(1, len(found) - 1)
            policies.remove(policy)
            for part in (found[:cut], found[cut:]):
                half = write(policy, body | {"Statement": part})
                policies.insert(rng.randint(0, len(policies)), half)
    if changed != question:
        yield changed
