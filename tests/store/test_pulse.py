"""The count by which processes see that nothing was changed: never wrong, whoever is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from doorward.model.event import Event
from doorward.store import Store
from tests.store.estates import NOW, user


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """One SQLite file, opened twice, as two processes do."""
    place = f"sqlite:///{tmp_path / 'shared.db'}"
    one, other = Store.open(place), Store.open(place)
    one.migrate()
    yield one, other
    one.close()
    other.close()


def test_a_change_is_seen_by_the_other_and_an_event_is_not_one(
    stores: tuple[Store, Store],
) -> None:
    one, other = stores
    snapshot = other.load()
    assert other.is_current(snapshot)
    assert other.is_known_current(snapshot)
    one.events.append((Event("e", "r", "111122223333", NOW, "iam", "GetUser", "{}"),))
    assert other.is_known_current(snapshot)
    one.write(lambda transaction: transaction.add(user("alice")))
    assert not other.is_known_current(snapshot)
    assert not other.is_current(snapshot)


def test_a_change_that_is_taken_back_leaves_what_was_current_current(
    stores: tuple[Store, Store],
) -> None:
    one, other = stores
    snapshot = other.load()
    assert other.is_current(snapshot)

    def fails(_transaction: object) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        one.write(fails)
    assert not other.is_known_current(snapshot), "it has to look"
    assert other.is_current(snapshot)
    assert other.is_known_current(snapshot)


def test_while_somebody_writes_and_after_who_writes_was_killed_all_look(
    stores: tuple[Store, Store], tmp_path: Path
) -> None:
    one, other = stores
    snapshot = other.load()
    assert other.is_current(snapshot)
    pid = os.fork()
    if pid == 0:
        third = Store.open(f"sqlite:///{tmp_path / 'shared.db'}")
        third.write(lambda _transaction: os.kill(os.getpid(), signal.SIGKILL))
    os.waitpid(pid, 0)
    assert other.is_current(snapshot)
    assert not other.is_known_current(snapshot), "nobody knows that its write is not through"
    one.write(lambda transaction: transaction.add(user("alice")))
    assert not other.is_current(snapshot)
    snapshot = other.load()
    assert other.is_current(snapshot)
    assert other.is_known_current(snapshot)


def test_what_another_program_writes_is_noticed_within_a_second(
    stores: tuple[Store, Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    _, other = stores
    snapshot = other.load()
    assert other.is_current(snapshot)
    with sqlite3.connect(tmp_path / "shared.db") as program:
        program.execute("INSERT INTO versions VALUES ('111122223333', 1)")
    monkeypatch.setattr("doorward.store.pulse.LOOK_SECONDS", 0)
    assert not other.is_current(snapshot)


def test_changes_that_overlap_are_each_seen(stores: tuple[Store, Store]) -> None:
    """The second begins after the commit of the first and before it is counted."""
    one, other = stores
    first, second = one._pulse, other._pulse
    assert first
    assert second
    before = second.read()
    with second.changing(), first.changing():
        pass
        # `first` began later, and is through: so is the other's commit, by the lock of the file.
    assert second.read() not in {before, None}
