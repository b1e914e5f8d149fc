"""The recorder loses nothing that it took: real logs, real faults, and the end of the process."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from doorward.errors import StoreConflict, StoreUnavailable
from doorward.model.event import Event
from doorward.model.use import GRANULARITY, WHOLE, Use
from doorward.server.log import log_to_stderr
from doorward.store.database import Store
from doorward.usecases import recorder as module
from doorward.usecases.recorder import Recorder
from tests.usecases.test_turns import wait_until

ACCOUNT = "111122223333"


def event(number: int, record: str = "{}") -> Event:
    return Event(
        id=f"e-{number}", request_id=f"r-{number}", account=ACCOUNT, source="iam.amazonaws.com",
        time=datetime(2026, 11, 23, tzinfo=UTC), name="ListUsers", record=record,
        accounts=(ACCOUNT,),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _log() -> None:
    """Log as the server does; structlog's own way of printing tracebacks takes seconds."""
    log_to_stderr()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path}/events.db")
    store.migrate()
    yield store
    store.close()


class Failing:
    """A log that refuses as often as it is told, and then is the real one."""

    def __init__(self, store: Store, *failures: Exception) -> None:
        self.log = store.events
        self.failures = list(failures)

    def append(self, events: tuple[Event, ...]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.log.append(events)

    def by_request(self, request_id: str) -> Event | None:
        return self.log.by_request(request_id)

    def of_account(self, account: str, *, limit: int) -> tuple[Event, ...]:
        return self.log.of_account(account, limit=limit)


def test_what_waits_is_found_at_once_and_written_in_the_end(store: Store) -> None:
    recorder = Recorder(store.events, store.uses)
    recorder.append((event(1), event(2)))
    assert recorder.by_request("r-2") == event(2)
    assert recorder.by_request("r-3") is None
    recorder.close()
    assert {each.id for each in store.events.of_account(ACCOUNT, limit=9)} == {"e-1", "e-2"}


def test_a_list_has_everything_that_was_taken(store: Store) -> None:
    recorder = Recorder(store.events, store.uses)
    threads = [
        threading.Thread(target=lambda at=at: recorder.append((event(at),))) for at in range(50)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(recorder.of_account(ACCOUNT, limit=100)) == 50
    recorder.close()


def test_a_log_that_fails_for_a_while_gets_everything_later(store: Store) -> None:
    log = Failing(store, StoreUnavailable("down"), StoreUnavailable("down"))
    recorder = Recorder(log, store.uses)
    recorder.append((event(1),))
    recorder.append((event(2),))
    recorder.flush()
    assert not log.failures
    assert len(store.events.of_account(ACCOUNT, limit=9)) == 2
    recorder.close()


def test_an_event_that_is_there_already_holds_up_no_other(store: Store) -> None:
    """The commit happened, its answer was lost, and the batch is tried again."""
    store.events.append((event(1),))
    recorder = Recorder(store.events, store.uses)
    recorder.append((event(1), event(2), event(3)))
    recorder.close()
    assert len(store.events.of_account(ACCOUNT, limit=9)) == 3


def test_an_event_that_no_log_takes_holds_up_no_other(store: Store) -> None:
    recorder = Recorder(store.events, store.uses)
    recorder.append((event(1), event(2, record="\ud800"), event(3)))
    with pytest.raises(StoreUnavailable, match="1 events could not be recorded"):
        recorder.close()
    assert {each.id for each in store.events.of_account(ACCOUNT, limit=9)} == {"e-1", "e-3"}


def test_nothing_ends_the_thread_that_records(store: Store) -> None:
    recorder = Recorder(Failing(store, RuntimeError("odd"), sqlite3.Error("odder")), store.uses)
    recorder.append((event(1),))
    recorder.flush()
    recorder.append((event(2),))
    recorder.close()
    assert len(store.events.of_account(ACCOUNT, limit=9)) == 2


def test_a_conflict_alone_is_an_event_that_is_there(store: Store) -> None:
    recorder = Recorder(Failing(store, StoreConflict("Event", "e-1")), store.uses)
    recorder.append((event(1),))
    recorder.close()
    assert store.events.of_account(ACCOUNT, limit=9) == ()


def test_events_that_cannot_be_written_at_the_end_are_not_lost_silently(store: Store) -> None:
    failures = [StoreUnavailable("gone")] * (module.LAST_TRIES + 5)
    recorder = Recorder(Failing(store, *failures), store.uses)
    recorder.append((event(1),))
    with pytest.raises(StoreUnavailable, match="1 events could not be recorded"):
        recorder.close()


def test_a_full_recorder_takes_no_more(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    recorder = Recorder(Failing(store, *[StoreUnavailable("down")] * 3), store.uses)
    recorder.append((event(1), event(2)))
    with pytest.raises(StoreUnavailable, match="does not take events"):
        recorder.append((event(3),))
    recorder.flush()
    recorder.append((event(3),))
    recorder.close()
    with pytest.raises(StoreUnavailable):
        recorder.append((event(4),))
    assert len(store.events.of_account(ACCOUNT, limit=9)) == 3


def use(minutes: int = 0, scope: str = WHOLE) -> Use:
    moment = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=minutes)
    return Use("AKIA1", scope, ACCOUNT, moment, f"service{minutes}", "us-east-1")


def test_marks_are_found_at_once_and_written_in_the_end(store: Store) -> None:
    recorder = Recorder(store.events, store.uses)
    recorder.note((use(), use(scope="iam")))
    recorder.note((use(5), use(5, scope="iam:GetUser")))
    assert recorder.last(["AKIA1", "AKIA2"]) == {"AKIA1": use()}
    assert set(recorder.scoped(["AKIA1"])) == {use(scope="iam"), use(5, scope="iam:GetUser")}
    recorder.close()
    assert store.uses.last(["AKIA1"]) == {"AKIA1": use()}
    assert len(store.uses.scoped(["AKIA1"])) == 2


def test_a_mark_moves_when_its_span_is_over_across_restarts_too(store: Store) -> None:
    first = Recorder(store.events, store.uses)
    first.note((use(),))
    first.close()
    second = Recorder(store.events, store.uses)
    second.note((use(14),))
    assert second.last(["AKIA1"]) == {"AKIA1": use()}
    second.flush()
    second.note((use(40),))
    assert second.last(["AKIA1"]) == {"AKIA1": use(40)}
    second.close()
    assert store.uses.last(["AKIA1"]) == {"AKIA1": use(40)}
    assert timedelta(minutes=14) < GRANULARITY < timedelta(minutes=26)


class FailingUses:
    """Marks that cannot be written as often as it is told."""

    def __init__(self, store: Store, *failures: Exception) -> None:
        self.uses = store.uses
        self.failures = list(failures)

    def note(self, uses: tuple[Use, ...]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.uses.note(uses)

    def last(self, subjects: Iterable[str]) -> dict[str, Use]:
        return dict(self.uses.last(subjects))

    def scoped(self, subjects: Iterable[str]) -> tuple[Use, ...]:
        return self.uses.scoped(subjects)


def test_a_store_that_is_away_for_a_while_loses_no_mark_and_no_event(store: Store) -> None:
    away = FailingUses(store, StoreUnavailable("away"), StoreUnavailable("away"))
    recorder = Recorder(store.events, away)
    recorder.append((event(1),))
    recorder.note((use(),))
    recorder.flush()
    recorder.close()
    assert away.failures == []
    assert store.uses.last(["AKIA1"]) == {"AKIA1": use()}
    assert store.events.by_request("r-1") == event(1)


def test_a_mark_that_cannot_be_written_at_all_stops_nothing(store: Store) -> None:
    recorder = Recorder(store.events, FailingUses(store, RuntimeError("odd")))
    recorder.note((use(),))
    recorder.flush()
    recorder.append((event(1),))
    recorder.note((use(30),))
    recorder.close()
    assert store.uses.last(["AKIA1"]) == {"AKIA1": use(30)}
    assert store.events.by_request("r-1") == event(1)


def test_row_84_many_events_wait_packed_and_are_found_and_written_in_the_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PACK", 10)
    monkeypatch.setattr(module, "BATCH_SECONDS", 0.02)
    scarce = threading.Event()
    scarce.set()
    recorder = Recorder(store.events, store.uses, is_scarce=scarce.is_set)
    for number in range(95):
        recorder.append((event(number),))
    wait_until(lambda: len(recorder._packs) == 9 and len(recorder._waiting) == 5)
    assert recorder.by_request("r-0") == event(0)
    assert recorder.by_request("r-94") == event(94)
    assert recorder._count() == 95
    assert store.events.of_account(ACCOUNT, limit=9) == ()
    scarce.clear()
    recorder.flush()
    assert len(recorder.of_account(ACCOUNT, limit=100)) == 95
    recorder.close()


def test_a_pack_is_a_fraction_of_its_events() -> None:
    record = '{"eventVersion":"1.11","eventName":"ListUsers","userIdentity":{"type":"IAMUser"}}'
    events = tuple(event(number, record=record * 20) for number in range(1000))
    pack = module._Pack.of(events)
    assert pack.events() == events
    assert len(pack.content) < 1000 * len(record) * 20 / 10


def test_text_that_no_log_takes_does_not_end_the_thread_that_records(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PACK", 2)
    log = Failing(store, StoreUnavailable("down"), StoreUnavailable("down"))
    recorder = Recorder(log, store.uses)
    recorder.append((event(1), event(2, record="\ud800"), event(3)))
    with pytest.raises(StoreUnavailable, match="1 events could not be recorded"):
        recorder.close()
    assert {each.id for each in store.events.of_account(ACCOUNT, limit=9)} == {"e-1", "e-3"}
