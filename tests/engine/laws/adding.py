"""Changes that add to the policies of a question, or take limits away."""

import copy
import random
from collections.abc import Iterator
from typing import Any

from doorward.policy.parse import parse_object
from tests.engine.laws.documents import (
    LAYERS,
    LEVELLED,
    NAMING,
    every_statement,
    groups,
    places,
    read,
    rewritten,
    statements,
    write,
)
from tests.oracle.generate import questions
from tests.oracle.shrink import Path, at

Json = dict[str, Any]

TRIALS = 3
"""How many of the ways to add to a question are tried."""

GUARDRAILS = ("permissionsBoundary", "serviceControl", "resourceControl", "endpoint")
ROLE_SESSIONS = (":assumed-role/", ":role/")
NOTHING = {"Action": "none:Nothing", "Resource": "*"}
ALLOW = {"Effect": "Allow"}
BROAD: tuple[Json, ...] = (
    ALLOW | {"Action": "*", "Resource": "*"},
    ALLOW | {"NotAction": "none:Nothing", "NotResource": "arn:aws:none:::nothing"},
    ALLOW | {"Action": "*", "NotResource": "arn:aws:none:::${app:Absent}"},
    ALLOW | {"Action": "*", "Resource": "*", "Condition": {"NoOperator": {"app:Colour": "red"}}},
)
EVERYONE: tuple[Json, ...] = (
    {"Principal": "*"},
    {"Principal": {"AWS": "*"}},
    {"NotPrincipal": {"AWS": "arn:aws:iam::999999999999:user/nobody"}},
    {"NotPrincipal": {"AWS": "*"}},
)


def denies_added(question: Json, before: Json, rng: random.Random) -> Iterator[Json]:
    """A Deny more in a document, or in a document more of a list of policies."""
    if "error" not in before:
        yield from added(question, "Deny", rng)


def layers_added(question: Json, before: Json, rng: random.Random) -> Iterator[Json]:
    """A layer that was not there, with a Deny in it: it limits, whether that matches or not."""
    if "error" in before:
        return
    absent = set(LAYERS) - set(question["policies"])
    if isinstance(question["request"]["resource"], list):
        absent -= {"resource"}
    for layer in rng.sample(sorted(absent), min(len(absent), TRIALS)):
        document = {"Statement": [statement(question, layer, "Deny", rng)]}
        shape = {"resource": document} | {name: [[document]] for name in LEVELLED}
        changed = copy.deepcopy(question)
        changed["policies"][layer] = shape.get(layer, [document])
        yield changed


def allows_added(question: Json, before: Json, rng: random.Random) -> Iterator[Json]:
    """An Allow more, but not where it may make a bucket policy public (S5)."""
    if "error" in before:
        return
    blocked = question["request"].get("resourceFacts", {}).get("blockPublicAccess")
    yield from added(question, "Allow", rng, spared="resource" if blocked else None)


def added(
    question: Json, effect: str, rng: random.Random, spared: str | None = None
) -> Iterator[Json]:
    """A statement more at any place in a document, or in one more document of a list."""
    targets = [path for path in (*places(question), *groups(question)) if path[1] != spared]
    for path in rng.sample(targets, min(len(targets), TRIALS)):
        add = with_document if isinstance(at(question, path), list) else with_statement
        yield add(question, path, effect, rng)


def with_document(question: Json, path: Path, effect: str, rng: random.Random) -> Json:
    """A document more in the list at a place."""
    changed = copy.deepcopy(question)
    documents = at(changed, path)
    more = statement(question, str(path[1]), effect, rng)
    version = rng.choice(["2012-10-17", "2008-10-17"])
    one = {"Statement": more, "Version": version}
    documents.insert(rng.randint(0, len(documents)), one)
    return changed


def with_statement(question: Json, path: Path, effect: str, rng: random.Random) -> Json:
    """A statement more in the document at a place."""
    changed = copy.deepcopy(question)
    policy = at(changed, path)
    body = read(policy)
    assert body is not None, "a question that is answered can be read"
    found = list(statements(body))
    more = statement(question, str(path[1]), effect, rng)
    found.insert(rng.randint(0, len(found)), more)
    at(changed, path[:-1])[path[-1]] = write(policy, body | {"Statement": found})
    return changed


def statement(question: Json, layer: str, effect: str, rng: random.Random) -> Json:
    """A statement: a broad one, one of the question's own, or one from another question."""
    others = next(questions(rng.randrange(10**9), [0]))
    pools = [every_statement(question), every_statement(others), [*BROAD]]
    chosen = drawn(pools, rng) | {"Effect": effect, "Sid": "more"}
    named = layer in NAMING
    if named != any("Principal" in name for name in chosen) and rng.random() < 0.95:
        chosen = {name: value for name, value in chosen.items() if "Principal" not in name}
        chosen |= rng.choice(EVERYONE) if named else {}
    return chosen


def drawn(pools: list[list[Json]], rng: random.Random) -> Json:
    """A statement that can be read, from one pool as often as from another."""
    readable = ([one for one in pool if parses(one)] for pool in rng.sample(pools, len(pools)))
    return dict(rng.choice(next(filter(None, readable))))


def parses(one: Json) -> bool:
    """Whether a statement can stand in a document."""
    return parse_object({"Statement": one})[0] is not None


# ------------------------------------------------------------------------ limits taken away


def without(question: Json, *layers: str) -> Json:
    """The question without these layers."""
    kept = {name: found for name, found in question["policies"].items() if name not in layers}
    return copy.deepcopy(question | {"policies": kept})


def limits_removed(question: Json, before: Json, rng: random.Random) -> Iterator[Json]:
    """A guardrail less, or a level of one. A federated user's session policies are none: without
    them it has nothing (S6)."""
    if "error" in before:
        return
    limits = [*GUARDRAILS]
    if any(mark in str(question["request"]["principal"]) for mark in ROLE_SESSIONS):
        limits.append("session")
    present = [layer for layer in limits if layer in question["policies"]]
    yield from (without(question, layer) for layer in present)
    if len(present) > 1:
        yield without(question, *present)
    for layer in LEVELLED:
        levels = question["policies"].get(layer, [])
        for level in range(len(levels) if len(levels) > 1 else 0):
            changed = copy.deepcopy(question)
            del changed["policies"][layer][level]
            yield changed


def blame_removed(question: Json, before: Json, rng: random.Random) -> Iterator[Json]:
    """Everything that alone stands in the way, gone: the guardrails, and the other layers' Denies.

    Of several resources each may be stopped by something else.
    """
    if not before.get("blockedBy") or isinstance(question["request"]["resource"], list):
        return
    blamed = before["blockedBy"]

    def toothless(layer: str, body: Json) -> Json:
        if layer not in blamed:
            return body
        return body | {"Statement": [harmless(one) for one in statements(body)]}

    yield rewritten(without(question, *GUARDRAILS_TO_BLAME & set(blamed)), toothless)


GUARDRAILS_TO_BLAME = {*GUARDRAILS, "session"}


def harmless(one: Json) -> Json:
    """An Allow as it is; a Deny that matches nothing."""
    return one if one["Effect"] == "Allow" else {"Effect": "Deny", **NOTHING}
