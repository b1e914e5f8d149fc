"""Works that share a transaction do what they would do one after the other, each in its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from doorward.errors import StoreConflict, StoreUnavailable
from doorward.model.directory import Transaction
from doorward.model.identity import User
from doorward.model.schema import Entity
from doorward.model.snapshot import Snapshot
from doorward.store import Committed, Store
from doorward.store.together import Work
from tests.acceptance.directory.test_law import KINDS, VERBS, Plain, answers
from tests.store.estates import A, B, call, crowded, user
from tests.store.places import clear


class Refused(Exception):
    """What a work raises of its own accord, before or after it wrote."""


def write_all(
    store: Store, works: Sequence[Work[Any]], before: Snapshot
) -> tuple[list[Any], Snapshot]:
    """Run all works as ``usecases.live`` does; return what became of each, and the end."""
    outcomes: list[Any] = []
    snapshot = before
    while left := works[len(outcomes) :]:
        together = store.write_together(left, partial(_same, snapshot))
        assert len(together.outcomes) >= 1
        assert together.before is snapshot
        outcomes += together.outcomes
        snapshot = together.after
    return outcomes, snapshot


def _same(snapshot: Snapshot) -> Snapshot:
    return snapshot


def named(outcome: Any) -> str:
    return str(outcome.value) if isinstance(outcome, Committed) else type(outcome).__name__


STEPS = st.lists(
    st.tuples(VERBS, KINDS.flatmap(crowded), st.sampled_from(["", "", "before", "after"])),
    max_size=12,
) | KINDS.flatmap(
    lambda kind: st.lists(
        st.tuples(VERBS, crowded(kind), st.sampled_from(["", "", "before", "after"])), max_size=12
    )
)
"""A verb, an entity, and whether the work fails of itself before or after its write."""


@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_row_71_together_is_as_one_after_the_other(
    opened: Store, steps: list[tuple[str, Entity, str]]
) -> None:
    clear(opened)
    plain = Plain()
    expected = []
    for verb, entity, fails in steps:
        ended = "Refused"
        if fails != "before":
            trial = Plain()
            trial.entities, trial.versions = list(plain.entities), dict(plain.versions)
            ended = trial.run(verb, entity)
            if ended == "done" and fails == "after":
                ended = "Refused"
            elif ended == "done":
                plain = trial
        expected.append(ended)

    runs: dict[int, int] = {}

    def work(
        number: int, verb: str, entity: Entity, fails: str, t: Transaction, before: Snapshot
    ) -> str:
        runs[number] = runs.get(number, 0) + 1
        assert t.all(type(entity)) == before.all(type(entity)), "what it begins from"
        if fails == "before":
            raise Refused
        getattr(t, verb)(entity)
        if fails == "after":
            raise Refused
        return "done"

    works = [partial(work, number, *step) for number, step in enumerate(steps)]
    outcomes, snapshot = write_all(opened, works, Snapshot.empty())
    assert [named(outcome) for outcome in outcomes] == expected
    assert max(runs.values(), default=0) <= 2
    for holder in (snapshot, opened.load()):
        assert answers(holder, plain) == plain.answers()
        assert dict(holder.versions) == plain.versions


def adds(name: str, account: str = A) -> Work[None]:
    def work(t: Transaction, before: Snapshot) -> None:
        t.append(call(name))
        t.add(user(name, account))

    return work


def spoils(t: Transaction, before: Snapshot) -> None:
    t.add(user("spoiled"))
    raise Refused


def test_row_71_one_transaction_for_all_and_an_event_for_each(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    once: Callable[..., Any] = store._once

    def counted(work: Callable[..., Any], **how: Any) -> Any:
        begun.append(1)
        return once(work, **how)

    monkeypatch.setattr(store, "_once", counted)
    works = [adds("a"), adds("b", B), adds("a"), adds("c")]
    outcomes, snapshot = write_all(store, works, Snapshot.empty())
    assert [named(outcome) for outcome in outcomes] == ["None", "None", "StoreConflict", "None"]
    assert [o.versions for o in outcomes if isinstance(o, Committed)] == [{A: 1}, {B: 1}, {A: 2}]
    assert len(begun) == 1, "the one that failed wrote nothing"
    outcomes, snapshot = write_all(store, [adds("d"), spoils, adds("e")], snapshot)
    assert [named(outcome) for outcome in outcomes] == ["None", "Refused", "None"]
    # All three; the first again without what spoiled it; that one alone; the last.
    assert len(begun) == 1 + 4
    assert {e.id for e in store.events.of_account(A, limit=9)} == {*"abcde"}
    assert [u.name for u in snapshot.all(User)] == [*"acde", "b"]


def test_row_71_when_the_commit_fails_nothing_is_there(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_connection: object) -> None:
        raise store._engines.writing.dialect.loaded_dbapi.OperationalError("no commit today")

    with monkeypatch.context() as broken:
        broken.setattr(store._engines.writing.dialect, "do_commit", refuse)
        with pytest.raises(StoreUnavailable, match="no commit today"):
            store.write_together([adds("a"), adds("b")], Snapshot.empty)
    assert store.load().all(User) == ()
    assert store.events.of_account(A, limit=9) == ()
    outcomes, _ = write_all(store, [adds("a"), adds("b")], Snapshot.empty())
    assert [named(outcome) for outcome in outcomes] == ["None", "None"]


def test_row_71_a_snapshot_that_is_behind_is_caught_up_before_works_run(store: Store) -> None:
    """Another process commits between the look at the store and the transaction."""
    store.write(lambda t: t.add(user("theirs")))
    offered = iter([Snapshot.empty(), store.load()])
    seen: list[int] = []

    def work(t: Transaction, before: Snapshot) -> None:
        seen.append(before.version(A))
        t.add(user("ours"))

    together = store.write_together([work], lambda: next(offered))
    assert seen == [0, 1]
    assert together.after.version(A) == 2
    assert [u.name for u in together.after.all(User)] == ["ours", "theirs"]


def test_row_71_a_value_that_no_column_holds_is_its_own_callers_error(store: Store) -> None:
    outcomes, _ = write_all(store, [adds("a"), adds("b\0"), adds("c")], Snapshot.empty())
    assert [named(outcome) for outcome in outcomes] == ["None", "ValueError", "None"]
    assert not isinstance(outcomes[1], StoreConflict)
