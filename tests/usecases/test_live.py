"""The snapshot that decisions are taken on: others' changes, and a store that is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from doorward.errors import StoreError, StoreUnavailable
from doorward.model.organization import Account
from doorward.store import Store
from doorward.usecases.live import MOST_STALE, Live

START = datetime(2026, 11, 23, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def account(number: int) -> Account:
    return Account(id=f"{number:012d}", name=f"a{number}", created=START)


def test_what_another_process_commits_is_seen_at_the_next_decision(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'doorward.db'}"
    ours, theirs = Store.open(url), Store.open(url)
    ours.migrate()
    live = Live(ours, alone=False, clock=Clock())
    theirs.write(lambda transaction: transaction.add(account(1)))
    assert live.current().get(Account, "000000000001") == account(1)
    live.write(lambda transaction, _before: transaction.add(account(2)))
    assert len(live.current().all(Account)) == 2
    ours.close()
    theirs.close()


def test_decisions_go_on_without_the_store_for_a_day_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, clock = Store.open(f"sqlite:///{tmp_path / 'doorward.db'}"), Clock()
    store.migrate()
    live = Live(store, alone=False, clock=clock)
    live.write(lambda transaction, _before: transaction.add(account(1)))

    def gone(*_arguments: object) -> bool:
        raise StoreUnavailable("the database is gone")

    monkeypatch.setattr(store, "is_current", gone)
    clock.now += MOST_STALE
    assert live.current().get(Account, "000000000001") == account(1)
    with pytest.raises(StoreUnavailable):
        live.write(lambda transaction, _before: transaction.add(account(2)))
    clock.now += timedelta(seconds=1)
    with pytest.raises(StoreUnavailable):
        live.current()
    store.close()


def test_a_store_that_went_back_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'doorward.db'}"
    ours, theirs = Store.open(url), Store.open(url)
    ours.migrate()
    live = Live(ours, alone=False, clock=Clock())
    theirs.write(lambda transaction: transaction.add(account(1)))

    def gap(*_arguments: object) -> None:
        raise StoreError("the changes do not continue the snapshot")

    monkeypatch.setattr(ours, "changes_since", gap)
    assert live.current().get(Account, "000000000001") == account(1)
    ours.close()
    theirs.close()
