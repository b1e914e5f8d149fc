"""Promised events are on disk before anybody is answered, and in the log in the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from pathlib import Path

import pytest

from doorward.errors import ConfigurationError, StoreUnavailable
from doorward.model.directory import EventLog
from doorward.model.event import Event
from doorward.store.database import Store
from doorward.usecases import recorder as module
from doorward.usecases.recorder import Recorder
from doorward.usecases.spool import Spool
from tests.usecases.test_recorder import ACCOUNT, Failing, event, store

__all__ = ["store"]

DOWN = [StoreUnavailable("down")] * 3


def _written(log: EventLog) -> list[str]:
    return sorted(each.id for each in log.of_account(ACCOUNT, limit=99))


def test_a_promise_is_kept_by_the_log(store: Store) -> None:
    recorder = Recorder(store.events, store.uses)
    recorder.promise(event(1)).result(5)
    assert _written(store.events) == ["e-1"]
    recorder.close()


def test_without_a_spool_a_promise_is_broken_and_nothing_is_recorded(store: Store) -> None:
    recorder = Recorder(Failing(store, *DOWN), store.uses)
    promise = recorder.promise(event(1))
    with pytest.raises(StoreUnavailable):
        promise.result(5)
    recorder.close()
    assert _written(store.events) == []


def test_with_one_it_is_kept_and_the_log_gets_it_later(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    folder.mkdir()
    log = Failing(store, *DOWN)
    recorder = Recorder(log, store.uses, spool=Spool(folder))
    recorder.promise(event(1)).result(5)
    assert log.failures, "the log is still down"
    assert [file.read_bytes().count(b"\n") for file in folder.iterdir()] == [1]
    recorder.close()
    assert _written(log) == ["e-1"]
    assert list(folder.iterdir()) == []


class Watched(Spool):
    """A spool that looks, when it is cleared, whether the log has what it kept."""

    def __init__(self, folder: Path, log: EventLog) -> None:
        super().__init__(folder)
        self.log = log
        self.kept: set[str] = set()
        self.early: set[str] = set()

    def keep(self, events: Iterable[Event]) -> None:
        kept = tuple(events)
        super().keep(kept)
        self.kept |= {each.id for each in kept}

    def clear(self) -> None:
        self.early |= self.kept - set(_written(self.log))
        super().clear()


def test_nothing_is_cleared_before_the_log_has_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events that wait for long are packed, and written before those that wait beside."""
    monkeypatch.setattr(module, "PACK", 2)
    spool = Watched(tmp_path, store.events)
    log = Failing(store, *DOWN)
    recorder = Recorder(log, store.uses, spool=spool)
    for number in range(1, 6):
        recorder.promise(event(number)).result(5)
    recorder.close()
    assert len(_written(log)) == 5
    assert spool.kept
    assert spool.early == set()


def test_what_a_killed_process_left_is_written_by_the_next(store: Store, tmp_path: Path) -> None:
    pid = os.fork()
    if pid == 0:
        spool = Spool(tmp_path)
        spool.keep([event(1), event(2)])
        with next(iter(tmp_path.glob("events-*"))).open("ab") as file:
            file.write(b'{"id":"cut o')
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    recorder = Recorder(store.events, store.uses, spool=Spool(tmp_path))
    assert recorder.by_request("r-2") == event(2)
    recorder.close()
    assert _written(store.events) == ["e-1", "e-2"]
    assert list(tmp_path.glob("events-*")) == []


def test_what_a_living_process_holds_is_left_to_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.keep([event(1)])
    assert Spool(tmp_path).left() == ()
    spool.clear()
    spool.keep([event(2)])
    assert len(list(tmp_path.glob("events-*"))) == 1


def test_after_a_failed_write_another_file_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path)
    spool.keep([event(1)])
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda file, data: write(file, data[:7]))
        with pytest.raises(StoreUnavailable):
            spool.keep([event(2)])
    spool.keep([event(3)])
    lines = [file.read_bytes().splitlines() for file in sorted(tmp_path.glob("events-*"))]
    assert [[b'"e-3"' in line for line in each] for each in lines] == [[False, False], [True]]


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="spool must be a folder"):
        Spool(tmp_path / "nowhere")
