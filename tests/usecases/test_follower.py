"""A database that is gone, silent or slow holds up nobody for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from doorward.errors import StoreUnavailable
from doorward.usecases import follower as module
from doorward.usecases.follower import Follower
from tests.usecases.test_turns import wait_until


class Database:
    """Something to look at, which can be made silent, or gone."""

    def __init__(self) -> None:
        self.looks = 0
        self.gone = False
        self.answers = threading.Event()
        self.answers.set()

    def look(self) -> None:
        self.looks += 1
        assert self.answers.wait(30)
        if self.gone:
            raise StoreUnavailable("connection refused")


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def follower(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Follower]:
    monkeypatch.setattr(module, "PAUSE", 0.02)
    following = Follower(database.look, patience=0.3)
    yield following
    database.answers.set()
    following.close()


def test_who_asks_at_once_shares_a_look(database: Database, follower: Follower) -> None:
    follower.wait()
    assert database.looks == 1
    database.answers.clear()
    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(follower.wait) for _ in range(20)]
        wait_until(lambda: database.looks == 2)
        database.answers.set()
        for each in asked:
            each.result(30)
    assert database.looks <= 3, "the look under way, and one that began after all had asked"


def test_row_75_a_silent_database_is_waited_for_once(
    database: Database, follower: Follower
) -> None:
    database.answers.clear()
    with pytest.raises(StoreUnavailable, match="does not answer"):
        follower.wait()
    began = time.monotonic()
    for _ in range(100):
        with pytest.raises(StoreUnavailable, match="does not answer"):
            follower.wait()
    assert time.monotonic() - began < 0.2, "nobody waits any more"
    database.answers.set()
    wait_until(lambda: not _refuses(follower))
    follower.wait()


def test_row_84_a_database_that_is_gone_is_looked_for_until_it_is_back(
    database: Database, follower: Follower
) -> None:
    database.gone = True
    with pytest.raises(StoreUnavailable, match="refused"):
        follower.wait()
    looked = database.looks
    wait_until(lambda: database.looks > looked + 3)
    with pytest.raises(StoreUnavailable, match="refused"):
        follower.check()
    database.gone = False
    wait_until(lambda: not _refuses(follower))
    follower.wait()


def _refuses(follower: Follower) -> bool:
    try:
        follower.check()
    except StoreUnavailable:
        return True
    return False
