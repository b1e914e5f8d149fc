"""What every event log promises."""

from __future__ import annotations

import msgspec
import pytest

from doorward.errors import StoreConflict
from doorward.model.directory import Transaction
from doorward.model.event import Event
from doorward.store import Store
from tests.store.estates import NOW, A, B, call, user


def test_an_event_comes_back_as_it_was(store: Store) -> None:
    full = Event(
        "e", "r", A, NOW, "s3", "Get", '{"é": 1}', "[{}]", (B, A), "arn:aws:x", "AccessDenied"
    )
    bare = Event("f", "r2", A, NOW, "s3", "Get", "{}")
    store.events.append((full, bare))
    assert store.events.by_request("r") == full
    assert store.events.by_request("r2") == bare
    assert store.events.by_request("r3") is None


def test_an_account_reads_what_it_may_newest_first(store: Store) -> None:
    events = (
        call("1", (A,), 1),
        call("2", (A, B), 3),
        call("3", (B,), 2),
        call("4", (), 9),
        call("5", (A, A), 0),
    )
    store.events.append(events)
    assert [e.id for e in store.events.of_account(A, limit=9)] == ["2", "1", "5"]
    assert [e.id for e in store.events.of_account(B, limit=9)] == ["2", "3"]
    assert [e.id for e in store.events.of_account(A, limit=1)] == ["2"]
    assert store.events.of_account(A, limit=0) == ()
    assert store.events.of_account("", limit=9) == ()


def test_a_batch_is_recorded_whole_or_not_at_all(store: Store) -> None:
    store.events.append((call("1"),))
    with pytest.raises(StoreConflict):
        store.events.append((call("2"), call("1")))
    assert [e.id for e in store.events.of_account(A, limit=9)] == ["1"]
    store.events.append(())


def test_an_event_is_there_exactly_when_its_effects_are(store: Store) -> None:
    def work(t: Transaction) -> None:
        t.add(user("a"))
        t.append(call("1"))

    store.write(work)
    with pytest.raises(StoreConflict):
        store.write(work)

    def other(t: Transaction) -> None:
        t.append(call("2"))
        t.add(user("a"))

    with pytest.raises(StoreConflict):
        store.write(other)
    assert [e.id for e in store.events.of_account(A, limit=9)] == ["1"]


def test_of_several_events_of_a_request_the_first_is_found(store: Store) -> None:
    later = msgspec.structs.replace(call("a", minutes=1), request_id="same")
    first = msgspec.structs.replace(call("b"), request_id="same")
    store.events.append((later, first))
    assert store.events.by_request("same") == first
