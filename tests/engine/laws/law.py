"""What a law is: a way to change questions, and what must be true of the two answers."""

import functools
import gc
import json
import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from doorward.engine.memos import forget
from doorward.engine.question import answer
from tests.engine.laws.documents import tagged
from tests.oracle.generate import questions
from tests.oracle.shrink import shrink

Json = dict[str, Any]
Change = Callable[[Json, Json, random.Random], Iterable[Json]]
"""From a question, its answer, and chance, to the changed questions of which the law speaks."""
Relation = Callable[[Json, Json], bool]
"""Whether the answers before and after the change are as the law says."""

Preparation = Callable[[Json, random.Random], Json]

ATTEMPTS = 5
"""How often chance is tried while a question is made smaller."""

SEVERITY = ("ALLOW", "IMPLICIT_DENY", "EXPLICIT_DENY")


def memos() -> list[Any]:
    """The memos of the core, but for the package's own data."""
    found = (one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper))
    return [
        one
        for one in found
        if one.__module__.startswith(("doorward.policy", "doorward.engine"))
        and not one.__module__.startswith("doorward.policy.catalog")
    ]


MEMOS = memos()


def renew() -> None:
    """Forget everything, what single texts were read as, too: as a new process has it."""
    forget()
    for memo in MEMOS:
        memo.cache_clear()


class Engine(NamedTuple):
    """What answers questions, and a way to make it as new."""

    answer: Callable[[Json], Json]
    forget: Callable[[], None] = renew


DOORWARD = Engine(answer)


class Trial(NamedTuple):
    """A law applied to one changed question."""

    changed: Json
    before: Json
    after: Json
    kept: bool

    @property
    def course(self) -> str:
        """What became of the effect."""
        return " → ".join(str(one.get("effect", "error")) for one in (self.before, self.after))


class Law(NamedTuple):
    """A law, by its name on the command line."""

    name: str
    trials: Callable[[Json, random.Random, Engine], Iterator[Trial]]

    def tried(
        self, question: Json, engine: Engine = DOORWARD, attempt: int = 0
    ) -> Iterator[Trial]:
        """The trials of a question, the same ones for the same attempt."""
        chance = random.Random(f"{self.name}/{question['id']}/{attempt}")
        return self.trials(question, chance, engine)

    def broken(self, question: Json, engine: Engine = DOORWARD, attempts: int = 1) -> Trial | None:
        """The first trial in which the law does not hold."""
        tried = (t for attempt in range(attempts) for t in self.tried(question, engine, attempt))
        return next((trial for trial in tried if not trial.kept), None)


def comparing(
    name: str,
    change: Change,
    relation: Relation,
    prepare: Preparation = lambda question, _: question,
) -> Law:
    """A law that compares the answers to a question and to the same question, changed.

    ``prepare`` makes a question of which the law says more.
    """

    def trials(question: Json, rng: random.Random, engine: Engine) -> Iterator[Trial]:
        named = tagged(prepare(question, rng))
        before = engine.answer(named)
        for changed in change(named, before, rng):
            after = engine.answer(changed)
            yield Trial(changed, before, after, relation(before, after))

    return Law(name, trials)


# ---------------------------------------------------------------------------- relations


def gist(answer: Json) -> object:
    """What a change of order or form leaves; statements are known by the stem of their Sid."""
    if "error" in answer:
        return "error"
    decided = {(one["layer"], one.get("level"), stem(one)) for one in answer["determining"]}
    return answer["effect"], answer["rule"], answer["layers"], answer["blockedBy"], decided


def stem(reference: Json) -> str | None:
    """The Sid of a statement, without what tells it from others of the same origin."""
    sid = reference.get("sid")
    return None if sid is None else str(sid).partition("x")[0]


def same(before: Json, after: Json) -> bool:
    """Nothing changes but numbers and pointers."""
    return gist(before) == gist(after)


def same_outcome(before: Json, after: Json) -> bool:
    """Effect, rule and blame stay; the levels stand in another order."""
    return all(before.get(name) == after.get(name) for name in ("effect", "rule", "blockedBy"))


def same_effect(before: Json, after: Json) -> bool:
    """The effect stays; of several equally severe resources another one may be named."""
    return before.get("effect") == after.get("effect")


def only_denied(before: Json, after: Json) -> bool:
    """An explicit deny now, or nothing changes at all."""
    return after.get("effect") == "EXPLICIT_DENY" or same_outcome(before, after)


def no_wider(before: Json, after: Json) -> bool:
    """No deny became an allow, and no explicit deny another effect."""
    return severity(after) >= severity(before)


def no_narrower(before: Json, after: Json) -> bool:
    """No allow became a deny, and no deny a severer one."""
    return severity(after) <= severity(before)


def allowed(_before: Json, after: Json) -> bool:
    """The changed request is allowed."""
    return after.get("effect") == "ALLOW"


def severity(answer: Json) -> float:
    """From an allow to an explicit deny; an error compares with nothing, and so breaks a law."""
    return math.nan if "error" in answer else SEVERITY.index(answer["effect"])


# --------------------------------------------------------------------------------- runs


def tally(law: Law, seed: int, numbers: range) -> tuple[Counter[str], list[Json]]:
    """What became of the effects of these questions, and the questions that break the law."""
    counts: Counter[str] = Counter()
    breaking = []
    for question in questions(seed, numbers):
        tried = list(law.tried(question))
        counts.update(trial.course for trial in tried)
        if not all(trial.kept for trial in tried):
            breaking.append(question)
    return counts, breaking


def explain(law: Law, question: Json, engine: Engine = DOORWARD) -> str:
    """A question that breaks a law, for a person: as small as it gets, and what it came to."""

    def breaks(smaller: Json) -> bool:
        try:
            return law.broken(smaller, engine, ATTEMPTS) is not None
        except (KeyError, IndexError, TypeError, AttributeError, ValueError):
            return False  # no longer a question

    small = shrink(question, breaks)
    trial = law.broken(small, engine, ATTEMPTS)
    assert trial is not None, "shrinking kept the breach"
    return "\n".join(
        [
            f"{question['id']} breaks the law {law.name!r}; shrunken:",
            json.dumps(small),
            f"changed: {json.dumps(trial.changed)}",
            f"before:  {json.dumps(trial.before)}",
            f"after:   {json.dumps(trial.after)}",
        ]
    )
