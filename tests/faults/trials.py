"""The story told while database calls fail: after each failure nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError
from sqlalchemy import bindparam, func, literal, select, union_all

from doorward.api.operation import REGISTRY
from doorward.model.snapshot import Snapshot
from doorward.store import Store
from doorward.store.tables import CHANGES, EVENTS, TABLES, VERSIONS
from tests.acceptance.crash.invariants import differences, follow, half_written
from tests.faults.calls import AGAIN, FAULTS, FailingCalls
from tests.faults.story import STORY, Step, Told, told

UNAVAILABLE = {"ServiceUnavailable", "ServiceUnavailableException"}
OTHERS = tuple(sorted(set(FAULTS) - {AGAIN}))


class Counted(msgspec.Struct, frozen=True):
    """How much there is of everything; ``done``: calls that succeeded, by event."""

    rows: Mapping[str, int]
    versions: Mapping[str, int]
    changes: int
    done: Mapping[str, int]


_ROWS = union_all(
    *(select(literal(table.name), func.count()).select_from(table) for table in TABLES.values())
)
_DONE = (
    select(EVENTS.c.name, func.count())
    .where(EVENTS.c.error_code.is_(None), EVENTS.c.name.in_(bindparam("writes", expanding=True)))
    .group_by(EVENTS.c.name)
)


def counted(store: Store) -> Counted:
    """Return how much there is in a store."""
    with store._reading() as connection:
        return Counted(
            rows=_pairs(connection.execute(_ROWS)),
            versions=_pairs(connection.execute(select(VERSIONS.c.scope, VERSIONS.c.version))),
            changes=connection.execute(select(func.count()).select_from(CHANGES)).scalar_one(),
            done=_pairs(connection.execute(_DONE, {"writes": _writes()})),
        )


def _writes() -> list[str]:
    """The operations whose event is in their transaction; others' come when they come."""
    return [name for (_, name), served in REGISTRY.items() if served.writes]


def _pairs(rows: Iterable[Any]) -> dict[str, int]:
    return dict(tuple(row) for row in rows)


def is_write(step: Step) -> bool:
    return REGISTRY[step.service, step.operation].writes


@contextmanager
def failing(store: str) -> Iterator[tuple[Told, FailingCalls]]:
    """Give an application, and the calls of its store, which can be made to fail."""
    with told(store) as telling:
        yield telling, FailingCalls(telling.application.store)


class Trial(msgspec.Struct, frozen=True):
    """How the story is told: which calls of each step fail, before it is let.

    ``fails`` gives the calls of the step at a place that fail, one at a time, each with one of
    ``faults`` in turn; ``again`` the call of its last try that is answered by 40001 (0: none;
    ``None``: the commit).
    """

    faults: tuple[str, ...] = OTHERS
    fails: Callable[[int], Iterable[int]] = lambda _place: ()
    again: int | None = 0


EVERY_CALL = Trial(fails=lambda _place: count(1))
SHORT = Trial(fails=lambda place: (1 + place % 9,), again=None)
"""One call of each step fails, another one for each; then its commit is refused once."""


class Shown(msgspec.Struct):
    """How often what was put in the way of the story was met."""

    failures: int = 0
    refusals: int = 0


def tell(store: str, trial: Trial) -> Shown:
    """Tell the story as a trial says; assert that nothing is half done, lost or done twice."""
    shown = Shown()
    with failing(store) as (telling, calls):
        held = telling.application.store
        before = counted(held)
        for place, step in enumerate(STORY):
            if not is_write(step):
                telling.call(step)
                continue
            fails = partial(_fails, telling, calls, step, before, trial.faults, shown)
            if not fails(trial.fails(place)):
                calls.arm(AGAIN, trial.again)
                telling.call(step)
                shown.refusals += calls.fired
            calls.disarm()
            before = _done_once(held, before, step)
        _whole(held, telling)
    return shown


def _fails(
    telling: Told,
    calls: FailingCalls,
    step: Step,
    before: Counted,
    faults: tuple[str, ...],
    shown: Shown,
    nths: Iterable[int],
) -> bool:
    """Let calls of a step fail; return whether it was done, there being no such call."""
    for nth in nths:
        calls.arm(faults[shown.failures % len(faults)], nth)
        try:
            telling.call(step)
        except ClientError as error:
            assert calls.fired, (step, "failed by itself")
            _refused_whole(telling, step, error, before)
            shown.failures += 1
        else:
            assert not calls.fired, (step, nth, "a failure that nobody heard of")
            return True
    return False


def _refused_whole(telling: Told, step: Step, error: ClientError, before: Counted) -> None:
    """A failed call says so by 503, and has left nothing behind, but that it failed."""
    answer: Any = error.response
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    assert (answer["Error"]["Code"] in UNAVAILABLE, status) == (True, 503), (step, answer)
    assert counted(telling.application.store) == before, step


def _done_once(held: Store, before: Counted, step: Step) -> Counted:
    """A call that succeeded has one event, and one line in each scope's feed.

    Returns how much there is now.
    """
    after = counted(held)
    name = step.operation
    assert after.done == {**before.done, name: before.done.get(name, 0) + 1}, step
    risen = sum(after.versions.values()) - sum(before.versions.values())
    assert after.changes - before.changes == risen, step
    assert all(v - before.versions.get(s, 0) <= 1 for s, v in after.versions.items()), step
    return after


def _same(one: Snapshot, other: Snapshot) -> None:
    assert list(differences(one, other)) == []


def _whole(held: Store, telling: Told) -> None:
    """In the end the feed, the tables and the snapshot that decisions are taken on are one."""
    there = held.load()
    assert list(differences(there, follow(held))) == []
    assert list(half_written(there)) == []
    _same(telling.application.live.current(), there)


def names() -> list[Any]:
    """The stores that a trial runs on, as parameters."""
    return ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
