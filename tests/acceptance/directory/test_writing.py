"""What every store promises about writes: atomic, isolated, unique, versioned, followed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import permutations
from threading import Barrier, Thread
from typing import Any

import msgspec
import pytest

from doorward.errors import StoreConflict, StoreError
from doorward.model.credential import AccessKey
from doorward.model.directory import Put, Remove, Transaction
from doorward.model.event import Event
from doorward.model.identity import InlinePolicy, ManagedPolicy, User
from doorward.model.organization import Account
from doorward.model.resource import RegisteredResource
from doorward.model.schema import SCHEMAS, Entity
from doorward.model.snapshot import Snapshot
from doorward.store import Store
from doorward.store.tables import CHANGES
from tests.store.estates import NOW, ONE_OF_EACH, A, B, call, user
from tests.store.places import PLACES


def write(store: Store, *steps: tuple[str, Entity | Event]) -> Any:
    """Run the named methods of one transaction."""

    def work(transaction: Transaction) -> None:
        for verb, argument in steps:
            getattr(transaction, verb)(argument)

    return store.write(work)


def contents(store: Store) -> dict[str, Any]:
    """Everything that a store holds."""
    with store.read() as directory:
        held: dict[str, Any] = {kind.__name__: directory.all(kind) for kind in SCHEMAS}
        return held | {"versions": directory.versions()}


def refused(
    store: Store, work: Callable[[], object], *errors: type[Exception]
) -> pytest.ExceptionInfo[Exception]:
    """Assert that ``work`` raises one of ``errors`` and leaves the store as it was."""
    before = contents(store)
    with pytest.raises(errors) as caught:
        work()
    assert contents(store) == before
    return caught


def test_a_commit_tells_what_it_did(store: Store) -> None:

    def work(t: Transaction) -> str:
        t.add(user("a"))
        return "value"

    first = store.write(work)
    assert first.value == "value"
    assert (first.changes, first.versions) == ((Put(user("a")),), {A: 1})
    changed = msgspec.structs.replace(user("a"), path="/new/")
    second = write(store, ("put", changed), ("remove", user("a")), ("add", user("b", B)))
    assert second.changes == (Put(changed), Remove(changed), Put(user("b", B)))
    assert second.versions == {A: 2, B: 1}


def test_a_transaction_sees_its_own_writes(store: Store) -> None:
    def work(t: Transaction) -> None:
        t.add(user("a"))
        assert t.get(User, A, "a") == user("a")
        assert t.find(User, account=A) == (user("a"),)
        t.remove(user("a"))
        assert t.all(User) == ()
        assert t.version(A) == 0, "versions rise at the end"

    assert store.write(work).versions == {A: 1}


def test_reading_and_events_alone_raise_no_version(store: Store) -> None:
    committed = write(store, ("append", call("e1")))
    assert (committed.changes, committed.versions) == ((), {})
    assert contents(store)["versions"] == {}


@pytest.mark.parametrize(
    ("there", "added"),
    [
        (user("Ana"), user("ana")),
        (user("a"), User(A, "b", user("a").id, NOW)),
        (ManagedPolicy(A, "P", "ANPA1", NOW, NOW), ManagedPolicy(A, "p", "ANPA2", NOW, NOW)),
        (ManagedPolicy(A, "P", "ANPA1", NOW, NOW), ManagedPolicy(B, "Q", "ANPA1", NOW, NOW)),
        *((entity, entity) for entity in ONE_OF_EACH),
    ],
)
def test_a_taken_key_or_unique_value_is_a_conflict(
    store: Store, there: Entity, added: Entity
) -> None:
    write(store, ("add", there))
    caught = refused(store, lambda: write(store, ("add", added)), StoreConflict)
    assert str(caught.value) == f"{type(added).__name__} exists already"


def test_a_put_may_not_take_a_unique_value(store: Store) -> None:
    write(store, ("add", user("a")), ("add", user("b")))
    taken = msgspec.structs.replace(user("a"), id=user("b").id)
    refused(store, lambda: write(store, ("put", taken)), StoreConflict)
    moved = msgspec.structs.replace(user("a"), id="AIDAFREE")
    write(store, ("put", moved))
    with store.read() as directory:
        assert directory.find(User, id="AIDAFREE") == (moved,)
        assert directory.find(User, id=user("a").id) == ()


def test_work_goes_on_after_a_conflict(store: Store) -> None:
    """As where a random id was taken: no database may be left in an aborted transaction."""
    write(store, ("add", user("a")))

    def work(t: Transaction) -> str:
        try:
            t.add(user("a"))
        except StoreConflict:
            t.add(user("b"))
        return "second"

    assert store.write(work).changes == (Put(user("b")),)
    assert len(contents(store)["User"]) == 2


@pytest.mark.parametrize("verb", ["put", "remove"])
@pytest.mark.parametrize("entity", ONE_OF_EACH)
def test_what_is_not_there_is_not_replaced_or_removed(
    store: Store, verb: str, entity: Entity
) -> None:
    refused(store, lambda: write(store, (verb, entity)), LookupError)


def test_removing_gives_the_last_value_and_frees_key_and_unique_values(store: Store) -> None:
    now = msgspec.structs.replace(user("a"), path="/now/")
    write(store, ("add", now))
    assert write(store, ("remove", user("a"))).changes == (Remove(now),)
    write(store, ("add", user("a")))
    assert contents(store)["User"] == (user("a"),)


@pytest.mark.parametrize(
    "entity",
    [
        InlinePolicy(A, "o", "n", "a\0b"),
        InlinePolicy(A, "o", "\ud800", "{}"),
        User(A, "a", "AIDA", NOW.replace(tzinfo=None)),
    ],
    ids=["U+0000", "lone surrogate", "time without zone"],
)
def test_what_a_database_cannot_hold_is_refused(store: Store, entity: Entity) -> None:
    refused(store, lambda: write(store, ("add", entity)), ValueError, TypeError)


def test_an_error_takes_everything_back(store: Store) -> None:
    write(store, ("add", user("a")))

    def work(t: Transaction) -> None:
        t.add(user("b", B))
        t.put(msgspec.structs.replace(user("a"), path="/x/"))
        t.append(call("gone"))
        raise KeyError

    refused(store, lambda: store.write(work), KeyError)
    assert store.events.by_request("request-gone") is None
    write(store, ("add", user("c")))
    assert contents(store)["versions"] == {A: 2}


def test_an_account_that_moves_raises_what_it_leaves_and_what_it_comes_to(store: Store) -> None:
    alone = Account(B, "b", NOW)
    joined = msgspec.structs.replace(alone, organization_id="o-1", parent_id="r-1")
    elsewhere = msgspec.structs.replace(joined, organization_id="o-2")
    steps = (
        ("add", alone),
        ("put", joined),
        ("put", elsewhere),
        ("put", alone),
        ("remove", alone),
    )
    raised = [write(store, step).versions for step in steps]
    assert raised == [{B: 1}, {B: 2, "o-1": 1}, {"o-1": 2, "o-2": 1}, {"o-2": 2, B: 3}, {B: 4}]
    empty = Snapshot.empty()
    replayed = empty.apply(*store.changes_since(empty))
    assert replayed.all(Account) == ()
    assert dict(replayed.versions) == contents(store)["versions"]


def test_the_feed_brings_a_snapshot_from_any_version_to_the_last(store: Store) -> None:
    snapshots = [store.load()]
    for entity in ONE_OF_EACH:
        write(store, ("add", entity))
        snapshots.append(store.load())
    for entity in ONE_OF_EACH[::-2]:
        write(store, ("remove", entity))
    last = contents(store)
    for snapshot in snapshots:
        assert not store.is_current(snapshot)
        followed = snapshot.apply(*store.changes_since(snapshot))
        assert {kind.__name__: followed.all(kind) for kind in SCHEMAS} | {
            "versions": dict(followed.versions)
        } == last
        assert store.is_current(followed)
        assert store.changes_since(followed) == ((), {})


def test_advance_takes_commits_in_whatever_order_they_are_heard_of(store: Store) -> None:
    start = store.load()
    first = write(store, ("add", user("a")))
    second = write(store, ("add", user("b")))
    third = write(store, ("add", user("c", B)))
    in_turn = store.advance(start, first)
    assert in_turn.all(User) == (user("a"),)
    jumped = store.advance(start, second)
    assert jumped.find(User, account=A) == (user("a"), user("b"))
    assert store.advance(jumped, first) is jumped
    assert store.advance(store.advance(in_turn, third), second).all(User) == jumped.all(User)
    assert store.advance(jumped, write(store, ("append", call("e")))).all(User) == jumped.all(User)


def test_a_resource_that_changes_hands_is_told_right_in_any_order(store: Store) -> None:
    """Its key does not name its account: removing here and adding there share no version."""
    here = RegisteredResource("arn:aws:s3:::name", A, NOW)
    there = RegisteredResource("arn:aws:s3:::name", B, NOW)
    added = write(store, ("add", here))
    removed = write(store, ("remove", here))
    taken = write(store, ("add", there))
    for order in permutations([added, removed, taken]):
        snapshot = Snapshot.empty()
        for committed in order:
            snapshot = store.advance(snapshot, committed)
        assert snapshot.all(RegisteredResource) == (there,)
    knows_first = Snapshot.empty().apply(added.changes, added.versions)
    assert knows_first.apply(*store.changes_since(knows_first)).find(
        RegisteredResource, account=B
    ) == (there,)


def test_unique_values_may_go_round(store: Store) -> None:
    """The feed tells only the end: who has which value changed hands twice on the way."""
    write(store, ("add", user("a")), ("add", user("b")))
    start = store.load()
    a, b = user("a"), user("b")
    for entity in (
        msgspec.structs.replace(a, id="AIDAFREE"),
        msgspec.structs.replace(b, id=a.id),
        msgspec.structs.replace(a, id=b.id),
    ):
        write(store, ("put", entity))
    end = start.apply(*store.changes_since(start))
    assert [u.name for u in end.find(User, id=a.id)] == ["b"]
    assert [u.name for u in end.find(User, id=b.id)] == ["a"]
    assert end.find(User, id="AIDAFREE") == ()


def test_a_store_that_went_back_is_noticed(store: Store) -> None:
    write(store, ("add", user("a")))
    ahead = store.load().apply((), {A: 2})
    assert not store.is_current(ahead)
    with pytest.raises(StoreError, match="older"):
        store.changes_since(ahead)


def test_a_feed_with_a_gap_is_noticed(store: Store) -> None:
    for name in ("a", "b", "c"):
        write(store, ("add", user(name)))
    with store._engines.writing.begin() as connection:
        connection.execute(CHANGES.delete().where(CHANGES.c.version == 2))
    with pytest.raises(StoreError, match="gap"):
        store.changes_since(Snapshot.empty())


def together(count: int, work: Callable[[int], object]) -> list[BaseException]:
    """Run ``work(n)`` in that many threads that start at once; return what they raised."""
    errors: list[BaseException] = []
    barrier = Barrier(count)

    def run(number: int) -> None:
        barrier.wait()
        try:
            work(number)
        except Exception as error:  # noqa: BLE001 (told to the test)
            errors.append(error)

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_concurrent_writers_lose_nothing(store: Store) -> None:
    """Each adds 1 to the same number: an update that was overwritten would be missing."""
    write(store, ("add", user("counter", path="0")))

    def count_up(t: Transaction) -> None:
        found = t.get(User, A, "counter")
        assert found is not None
        t.put(msgspec.structs.replace(found, path=str(int(found.path) + 1)))

    def work(number: int) -> None:
        for turn in range(5):
            store.write(count_up)
            write(store, ("add", user(f"{number}-{turn}")), ("append", call(f"{number}-{turn}")))

    assert together(4, work) == []
    held = contents(store)
    assert len(held["User"]) == 21
    assert held["versions"] == {A: 41}
    assert len(store.events.of_account(A, limit=100)) == 20
    with store.read() as directory:
        counter = directory.get(User, A, "counter")
    assert counter is not None
    assert counter.path == "20"


def test_a_limit_holds_under_concurrent_writers(store: Store) -> None:
    """Write skew: each reads that there is room and adds one."""

    def create_key(number: int, t: Transaction) -> None:
        if len(t.find(AccessKey, owner_id="AIDA")) >= 2:
            raise PermissionError
        t.add(AccessKey(f"AKIA{number}", A, "AIDA", b"", NOW))

    errors = together(8, lambda number: store.write(partial(create_key, number)))
    assert {type(error) for error in errors} == {PermissionError}
    assert len(errors) == 6
    assert len(contents(store)["AccessKey"]) == 2


def test_of_concurrent_creators_of_one_name_one_succeeds(store: Store) -> None:
    names = ("same", "Same", "SAME", "sAme")
    errors = together(8, lambda n: write(store, ("add", User(A, names[n % 4], f"AIDA{n}", NOW))))
    assert [type(error) for error in errors] == [StoreConflict] * 7


@pytest.mark.parametrize("url", [p for p in PLACES if p != "sqlite memory"], indirect=True)
def test_a_reader_sees_one_state_whatever_is_written_meanwhile(store: Store) -> None:
    """In memory there is one connection, and readers and writers take turns."""
    write(store, ("add", user("a")))
    with store.read() as directory:
        assert directory.all(User) == (user("a"),)
        write(store, ("add", user("b")), ("remove", user("a")))
        assert directory.all(User) == (user("a"),)
        assert directory.get(User, A, "b") is None
        assert directory.version(A) == 1


def test_times_keep_their_microseconds_wherever_they_are(store: Store) -> None:
    times = [NOW.replace(year=year) for year in (1, 1969, 1970, 2038, 2100, 9999)]
    times.append(NOW + timedelta(microseconds=1))
    for number, time in enumerate(times):
        write(store, ("add", User(A, f"{number}", f"AIDA{number}", time)))
    assert [u.created for u in contents(store)["User"]] == times
