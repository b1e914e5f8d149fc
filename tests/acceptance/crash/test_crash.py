"""kill -9 during concurrent writes loses nothing acknowledged and leaves nothing half written.

More rounds: ``python -m tests.acceptance.crash --rounds 50``.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from doorward.store import Store
from doorward.store.digests import write_anew
from tests.acceptance.crash import database, server
from tests.acceptance.crash.invariants import verify
from tests.acceptance.crash.rounds import compare, play
from tests.acceptance.crash.writer import step


def test_row_69_killed_writers_leave_a_whole_store(tmp_path: Path) -> None:
    results = list(play(tmp_path / "doorward.db", 3, seed=3))
    assert [result.problems for result in results] == [(), (), ()]
    assert sum(result.acknowledged for result in results) > 0


def test_row_69_a_killed_server_keeps_its_word(tmp_path: Path) -> None:
    results = list(server.play(tmp_path / "doorward.db", 2, seed=5))
    assert [result.problems for result in results] == [(), ()]
    assert sum(result.acknowledged for result in results) > 0


@pytest.mark.postgres
def test_row_69_a_killed_database_and_a_killed_server_keep_their_word() -> None:
    with database.database() as held:
        results = list(database.play(held, 2, seed=69))
    assert [result.problems for result in results] == [(), ()]
    assert sum(result.acknowledged for result in results) > 0


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A store after three transactions, with nothing wrong."""
    file = tmp_path / "doorward.db"
    store = Store.open(f"sqlite:///{file}")
    store.migrate()
    for verb, name in (("add", "a"), ("add", "b"), ("remove", "a")):
        store.write(partial(step, verb, name))
    store.close()
    assert verify(file) == []
    assert compare(file, {"add a", "add b", "remove a"}) == ({"add a", "add b", "remove a"}, [])
    return file


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (
            "INSERT INTO policy_targets VALUES ('t', 'p', '111122223333', 1)",
            "PolicyTarget: the change feed does not lead",
        ),
        ("DELETE FROM users", "half written: AccessKey"),
        ("DELETE FROM changes WHERE version = 2", "gap"),
        ("UPDATE versions SET version = version + 1", "gap"),
        ("DELETE FROM versions", "feed of 111122223333"),
        ("DELETE FROM event_readers", "event add a has lost its readers"),
    ],
)
def test_damage_is_seen(whole: Path, damage: str, told: str) -> None:
    """Also where what the rows add up to is as it should be."""
    with closing(sqlite3.connect(whole)) as connection:
        connection.execute(damage)
        connection.commit()
    store = Store.open(f"sqlite:///{whole}")
    store._in_transaction(write_anew)
    store.close()
    assert told in "\n".join(verify(whole))


def test_what_does_not_add_up_is_seen(whole: Path) -> None:
    with closing(sqlite3.connect(whole)) as connection:
        connection.execute("DELETE FROM users")
        connection.commit()
    (told,) = verify(whole)
    assert "the store is damaged" in told


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DELETE FROM events WHERE id = 'add b'", "acknowledged and lost: add b"),
        ("DELETE FROM events WHERE id = 'add b'", "users: b without its event"),
        ("DELETE FROM access_keys", "access_keys: b recorded but missing"),
        (
            "DELETE FROM events WHERE id = 'remove a'",
            "registered_resources: a recorded but missing",
        ),
    ],
)
def test_loss_is_seen(whole: Path, damage: str, told: str) -> None:
    with closing(sqlite3.connect(whole)) as connection:
        connection.execute(damage)
        connection.commit()
    assert told in compare(whole, {"add a", "add b", "remove a"})[1]
