"""Writes that come at once share a transaction; who waits is never forgotten."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from doorward.errors import StoreUnavailable
from doorward.model.directory import Transaction
from doorward.model.organization import Account
from doorward.model.snapshot import Snapshot
from doorward.store import Store
from doorward.usecases.clock import system_clock
from doorward.usecases.live import Live
from doorward.usecases.turns import MOST_TOGETHER, Turns
from tests.usecases.test_live import account


class Held:
    """Runs calls, and holds the first batch until it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def run(self, calls: Sequence[int]) -> None:
        self.batches.append(list(calls))
        if len(self.batches) == 1:
            self.begun.set()
            assert self.go_on.wait(30)


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(3000):
        if holds():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came to that")


def test_who_comes_meanwhile_shares_the_next_turn() -> None:
    held = Held()
    turns = Turns(held.run)
    with ThreadPoolExecutor(50) as pool:
        first = pool.submit(turns.take, 0)
        assert held.begun.wait(30)
        others = [pool.submit(turns.take, number) for number in range(1, 41)]
        wait_until(lambda: len(turns._waiting) == 40)
        assert held.batches == [[0]]
        held.go_on.set()
        for each in (first, *others):
            each.result(30)
    assert [len(batch) for batch in held.batches] == [1, MOST_TOGETHER, 40 - MOST_TOGETHER]
    assert sorted(each for batch in held.batches for each in batch) == list(range(41))
    turns.take(99)
    assert held.batches[-1] == [99], "nobody is thought to lead still"


def test_row_75_who_waits_too_long_gives_up_and_is_not_run() -> None:
    held = Held()
    turns = Turns(held.run, patience=0.05)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(turns.take, 0)
        assert held.begun.wait(30)
        with pytest.raises(StoreUnavailable, match="does not answer"):
            turns.take(1)
        held.go_on.set()
        first.result(30)
    turns.take(2)
    assert held.batches == [[0], [2]]


def test_a_runner_that_raises_leaves_nobody_waiting() -> None:
    held = Held()

    def run(calls: Sequence[int]) -> None:
        held.run(calls)
        raise MemoryError

    turns = Turns(run)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(turns.take, 0)
        assert held.begun.wait(30)
        second = pool.submit(turns.take, 1)
        wait_until(lambda: len(turns._waiting) == 1)
        held.go_on.set()
        for each in (first, second):
            with pytest.raises(MemoryError):
                each.result(30)
    assert held.batches == [[0], [1]]


@pytest.fixture
def live(tmp_path: Path) -> Live:
    store = Store.open(f"sqlite:///{tmp_path / 'doorward.db'}")
    store.migrate()
    return Live(store, alone=True, clock=system_clock)


def test_a_write_within_a_write_is_a_mistake_and_says_so(live: Live) -> None:
    def work(t: Transaction, before: Snapshot) -> None:
        live.write(lambda inner, _before: inner.add(account(2)))

    with pytest.raises(RuntimeError, match="within another"):
        live.write(work)
    live.write(lambda t, _before: t.add(account(1)))
    assert live.current().all(Account) == (account(1),)


def test_row_71_a_failed_commit_is_everybodys_and_the_next_goes_on(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the snapshot is compared with the store, for a commit that failed may be there."""
    store: Any = live._store
    begun, go_on = threading.Event(), threading.Event()

    def hold(t: Transaction, before: Snapshot) -> None:
        begun.set()
        assert go_on.wait(30)

    committed_and_unheard = store.write_together

    def failing(works: Sequence[Any], catch_up: Callable[[], Snapshot]) -> None:
        committed_and_unheard(works, catch_up)
        raise StoreUnavailable("the answer to the commit was lost")

    def add(number: int) -> None:
        live.write(lambda t, _before: t.add(account(number)))

    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(live.write, hold)
        assert begun.wait(30)
        others = [pool.submit(add, number) for number in range(3)]
        wait_until(lambda: len(live._turns._waiting) == 3)
        with monkeypatch.context() as broken:
            broken.setattr(store, "write_together", failing)
            go_on.set()
            first.result(30)
            for each in others:
                with pytest.raises(StoreUnavailable, match="was lost"):
                    each.result(30)
    assert live.current().all(Account) == tuple(account(number) for number in range(3))
    add(3)
    assert len(live.current().all(Account)) == 4
    store.close()
