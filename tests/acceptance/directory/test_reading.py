"""What every holder of a directory answers: SQLite, PostgreSQL, and the snapshot fed by each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from doorward.model.credential import MfaDevice
from doorward.model.directory import Directory, Remove, Transaction, one
from doorward.model.identity import InlinePolicy, ManagedPolicy, Role, User
from doorward.model.organization import Account
from doorward.model.schema import SCHEMAS, Entity
from doorward.model.snapshot import Snapshot
from doorward.store import Store
from tests.store.estates import DOCUMENT, NOW, ONE_OF_EACH, A, B, user

Fill = Callable[..., Directory]


def add(entity: Entity, transaction: Transaction) -> None:
    transaction.add(entity)


@pytest.fixture(params=["store", "snapshot", "loaded", "replayed"])
def filled(store: Store, request: pytest.FixtureRequest) -> Iterator[Fill]:
    """Adds entities to the store, one a transaction, and gives a directory that holds them."""
    with ExitStack() as stack:

        def fill(*entities: Entity) -> Directory:
            empty = store.load()
            snapshot = empty
            for entity in entities:
                committed = store.write(partial(add, entity))
                snapshot = snapshot.apply(committed.changes, committed.versions)
            match request.param:
                case "store":
                    return stack.enter_context(store.read())
                case "snapshot":
                    return snapshot
                case "loaded":
                    return store.load()
                case _:
                    return empty.apply(*store.changes_since(empty))

        yield fill


def key(entity: Entity) -> tuple[str, ...]:
    return tuple(getattr(entity, name) for name in SCHEMAS[type(entity)].key)


def test_one_of_each_kind_is_there_for_these_tests() -> None:
    assert {type(entity) for entity in ONE_OF_EACH} == set(SCHEMAS)


def test_every_kind_is_got_by_key_exactly_as_it_was_added(filled: Fill) -> None:
    directory = filled(*ONE_OF_EACH)
    assert [directory.get(type(entity), *key(entity)) for entity in ONE_OF_EACH] == list(
        ONE_OF_EACH
    )
    assert [directory.all(type(entity)) for entity in ONE_OF_EACH] == [(e,) for e in ONE_OF_EACH]


def test_every_lookup_finds_its_entity(filled: Fill) -> None:
    directory = filled(*ONE_OF_EACH)
    for entity in ONE_OF_EACH:
        for lookup in SCHEMAS[type(entity)].lookups:
            wanted = {name: getattr(entity, name) for name in lookup.fields}
            assert directory.find(type(entity), **wanted) == (entity,), lookup
            missing = dict.fromkeys(lookup.fields, "nowhere")
            assert directory.find(type(entity), **missing) == ()


def test_what_is_not_there_is_none_or_empty(filled: Fill) -> None:
    directory = filled()
    assert directory.get(User, A, "ana") is None
    assert directory.find(User, account=A) == ()
    assert directory.all(User) == ()
    assert directory.version(A) == 0
    assert one(directory, User, id="AIDA") is None


def test_a_name_is_found_in_any_case_and_keeps_its_own(filled: Fill) -> None:
    directory = filled(user("Ana"))
    found = directory.get(User, A, "ana")
    assert found is not None
    assert found.name == "Ana"
    assert directory.get(User, A, "Ana") is None, "the key is the folded name"


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("k", "\u212a"),  # Kelvin sign: not a k in ASCII
        ("strasse", "straße"),
        ("é", "e\u0301"),  # composed and decomposed
        ("é", "É"),
        ("a", "a "),
        ("a", "á"),
        ("ab", "a_"),  # LIKE's wildcards
        ("ab", "a%"),
        ("i", "İ"),
    ],
)
def test_names_that_a_collation_would_confuse_are_different(
    filled: Fill, stored: str, asked: str
) -> None:
    directory = filled(user(stored), user(asked))
    assert one(directory, User, id=user(stored).id) == user(stored)
    assert directory.get(User, A, user(asked).name_key) == user(asked)
    assert directory.find(User, id=asked) == ()


def test_results_are_in_order_of_code_points(filled: Fill) -> None:
    names = ("Z", "a", "B", "_", "é", "e", "a b", "ab", "a-b", "10", "9", "\uffff", "𝄞", "")
    directory = filled(*(user(name) for name in names), user("a", B))
    expected = [user(name) for name in sorted(names, key=lambda name: user(name).name_key)]
    assert list(directory.find(User, account=A)) == expected
    assert list(directory.all(User)) == [*expected, user("a", B)]


def test_texts_are_kept_byte_for_byte(filled: Fill) -> None:
    texts = (DOCUMENT, "", "  ", "\r", "é e\u0301 𝄞 \uffff", "\\u0000", "'; DROP TABLE users;--")
    directory = filled(*(InlinePolicy(A, "o", f"n{i}", text) for i, text in enumerate(texts)))
    assert [p.document for p in directory.find(InlinePolicy, owner_id="o")] == list(texts)


def test_none_is_not_found_and_not_unique(filled: Fill) -> None:
    free = [MfaDevice(f"serial{n}", A, b"", NOW) for n in range(2)]
    held = MfaDevice("serial3", A, b"", NOW, owner_id="None")
    directory = filled(*free, held)
    assert directory.find(MfaDevice, owner_id="None") == (held,)
    assert directory.find(MfaDevice, owner_id="") == ()
    assert directory.find(MfaDevice, account=A) == (*free, held)


def test_names_are_unique_per_kind_and_account_only(filled: Fill) -> None:
    entities = (
        user("same"),
        user("same", B),
        Role(A, "same", "AROA1", NOW, "{}"),
        ManagedPolicy(A, "same", "ANPA1", NOW, NOW),
    )
    directory = filled(*entities)
    assert [directory.get(type(e), e.account, "same") for e in entities] == list(entities)
    assert directory.find(ManagedPolicy, arn=f"arn:aws:iam::{A}:policy/same") == (entities[3],)


@pytest.mark.parametrize(
    "ask",
    [
        lambda d: d.get(User, A),
        lambda d: d.get(User, A, "ana", "more"),
        lambda d: d.get(Account),
        lambda d: d.find(User),
        lambda d: d.find(User, name="ana"),
        lambda d: d.find(User, account=A, id="AIDA"),
        lambda d: d.find(Account, name="acme"),
    ],
)
def test_a_question_that_would_need_a_scan_is_an_error(
    filled: Fill, ask: Callable[[Directory], Any]
) -> None:
    with pytest.raises(LookupError):
        ask(filled(user("ana")))


def test_versions_count_the_changes_of_each_scope(filled: Fill) -> None:
    directory = filled(user("a"), user("b"), user("c", B), *ONE_OF_EACH[8:10])
    assert [directory.version(scope) for scope in (A, B, "o-acme", "")] == [2, 1, 2, 0]


def test_a_snapshot_refuses_changes_that_are_not_its_own() -> None:
    with pytest.raises(LookupError, match="no User"):
        Snapshot.empty().apply([Remove(user("a"))], {A: 1})


def test_a_snapshot_does_not_change_when_one_is_made_of_it() -> None:
    before = Snapshot.of(ONE_OF_EACH, {A: 1})
    after = before.apply([Remove(entity) for entity in ONE_OF_EACH], {A: 2})
    for entity in ONE_OF_EACH:
        assert before.all(type(entity)) == (entity,)
        assert after.all(type(entity)) == ()
        for lookup in SCHEMAS[type(entity)].lookups:
            wanted = {name: getattr(entity, name) for name in lookup.fields}
            assert before.find(type(entity), **wanted) == (entity,)
            assert after.find(type(entity), **wanted) == ()
    assert (before.version(A), after.version(A)) == (1, 2)


def test_an_empty_snapshot_says_what_it_holds() -> None:
    assert repr(Snapshot.empty()) == "Snapshot({})"
    assert repr(Snapshot.of([user("a")], {A: 1})) == "Snapshot({'User': 1})"
