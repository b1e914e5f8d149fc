"""The laws of ``decide``, all of them."""

import random
from collections.abc import Iterator
from typing import Any

from tests.engine.laws import adding, renaming, reordering
from tests.engine.laws.documents import places, read, rewritten, statements, tagged
from tests.engine.laws.law import (
    Engine,
    Law,
    Trial,
    allowed,
    comparing,
    no_narrower,
    no_wider,
    only_denied,
    same,
    same_effect,
    same_outcome,
)
from tests.oracle.shrink import at

Json = dict[str, Any]

COMPARING = (
    comparing("deny-added", adding.denies_added, only_denied),
    comparing("layer-added", adding.layers_added, no_wider),
    comparing("allow-added", adding.allows_added, no_narrower),
    comparing("limit-removed", adding.limits_removed, no_narrower),
    comparing("blame-removed", adding.blame_removed, allowed),
    comparing("reordered", reordering.reordered, same, prepare=reordering.lengthened),
    comparing("levels-reordered", reordering.levels_reordered, same_outcome),
    comparing("resources-reordered", reordering.resources_reordered, same_effect),
    comparing("reformed", reordering.reformed, same),
    comparing("lists-split", reordering.lists_split, same, prepare=reordering.lengthened),
    comparing("documents-split", reordering.documents_split, same),
    comparing("accounts-renamed", renaming.accounts_renamed, same),
)


BETWEEN = 10
"""How many other questions are asked before a question is asked again."""


def cached(question: Json, rng: random.Random, engine: Engine) -> Iterator[Trial]:
    """An engine that remembers nothing and one that has seen much answer the same.

    In between it is asked what could be mistaken for the question: its twins, and the changed
    questions of other laws.
    """
    others = list(twins(question))
    for law in rng.sample(COMPARING, 3):
        others += [trial.changed for trial in law.tried(question)]
    others = rng.sample(others, min(len(others), BETWEEN))
    engine.forget()
    cold = engine.answer(question)
    for asked in (question, *others):
        engine.answer(asked)
        warm = engine.answer(question)
        yield Trial(question, cold, warm, cold == warm)
    for asked in others[:3]:
        warm = engine.answer(asked)
        engine.forget()
        cold = engine.answer(asked)
        yield Trial(asked, cold, warm, cold == warm)


def twins(question: Json) -> Iterator[Json]:
    """The same documents in either version, with opposite effects, in other layers; another
    action."""
    yield rewritten(question, lambda _, body: body | {"Version": "2008-10-17"})
    yield rewritten(question, lambda _, body: body | {"Version": "2012-10-17"})
    yield rewritten(question, lambda _, body: body | {"Statement": flipped(body)})
    for path in places(question):
        found = [at(question, path)]
        everywhere = dict.fromkeys(("identity", "session", "endpoint"), found)
        yield question | {"policies": everywhere | {"resourceControl": [found]}}
    asked = question["request"]
    for action in (asked["action"].swapcase(), f"{asked['action']}s"):
        yield question | {"request": asked | {"action": action}}


def flipped(body: Json) -> list[Json]:
    """The statements with opposite effects."""
    return [
        one | {"Effect": "Allow" if one.get("Effect") == "Deny" else "Deny"}
        for one in statements(body)
    ]


def pointed(question: Json, _rng: random.Random, engine: Engine) -> Iterator[Trial]:
    """Index and pointer of every statement that decided lead to it, and it has the effect."""
    named = tagged(question)
    found = engine.answer(named)
    kept = all(leads(named, found["effect"], one) for one in found.get("determining", ()))
    yield Trial(named, found, found, kept)


def leads(question: Json, effect: str, reference: Json) -> bool:
    """Whether a reference leads to the statement whose Sid it bears."""
    level = [reference["level"]] if "level" in reference else []
    index = [] if reference["layer"] == "resource" else [reference["policy"]]
    body = read(at(question, ("policies", reference["layer"], *level, *index)))
    assert body is not None, "what decided could be read"
    steps = [int(step) if step.isdigit() else step for step in reference["pointer"].split("/")[1:]]
    meant = at(body, tuple(steps))
    return (
        (reference["statement"], meant) in enumerate(statements(body))
        and meant["Sid"] == reference["sid"]
        and meant["Effect"].upper() in effect
    )


LAWS = (*COMPARING, Law("cached", cached), Law("pointed", pointed))
