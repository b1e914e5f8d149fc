"""The count by which processes see that nothing was changed: never wrong, whoever is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from doorward.model.event import Event
from doorward.model.snapshot import Snapshot
from doorward.store import Store
from doorward.store.together import Work
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
        program.execute("INSERT INTO versions VALUES ('111122223333', 1, 0, 0)")
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


def test_who_wrote_together_knows_what_it_left_without_a_look(
    stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And within the transaction it knows what it begins from; until another process writes."""
    monkeypatch.setattr("doorward.store.pulse.LOOK_SECONDS", 3600)
    one, other = stores
    asked: list[str] = []
    event.listen(one._engines.reading, "before_cursor_execute", lambda *a: asked.append(str(a[2])))
    snapshot = one.load()
    assert one.is_current(snapshot)
    asked.clear()
    for name in "abc":
        before = snapshot

        def catch_up(before: Snapshot = before) -> Snapshot:
            assert one.is_current(before)
            return before

        snapshot = one.write_together([adds(name)], catch_up).after
        assert one.is_known_current(snapshot)
        assert not one.is_known_current(before)
    assert [each for each in asked if "FROM versions" in each] == []
    other.write(lambda t: t.add(user("theirs")))
    assert not one.is_known_current(snapshot)
    assert not one.is_current(snapshot)
    with pytest.raises(ZeroDivisionError):
        one.write(lambda t: 1 // 0)
    assert not one.is_current(snapshot)


def adds(name: str) -> Work[None]:
    return lambda t, _before: t.add(user(name))
