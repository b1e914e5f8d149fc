"""A law: whatever is added, put and removed, every holder answers as a few lines of Python do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from doorward.errors import StoreConflict
from doorward.model.directory import Directory, Transaction
from doorward.model.identity import User
from doorward.model.schema import SCHEMAS, Entity
from doorward.model.snapshot import Snapshot
from doorward.store import Committed, Store
from tests.store.estates import crowded
from tests.store.places import clear


class Plain:
    """A directory as a list, read by scanning."""

    def __init__(self) -> None:
        self.entities: list[Any] = []
        self.versions: dict[str, int] = {}

    def values(self, entity: Any, fields: tuple[str, ...]) -> tuple[Any, ...]:
        return tuple(getattr(entity, name) for name in fields)

    def clash(self, entity: Any, others: list[Any]) -> bool:
        schema = SCHEMAS[type(entity)]
        unique = [schema.key, *(lookup.fields for lookup in schema.lookups if lookup.unique)]
        return any(
            self.values(entity, fields) == self.values(other, fields)
            for other in others
            if type(other) is type(entity)
            for fields in unique
        )

    def run(self, verb: str, entity: Any) -> str:
        """Do what the verb means; return how it ended."""
        key = SCHEMAS[type(entity)].key
        same = [
            other
            for other in self.entities
            if type(other) is type(entity) and self.values(other, key) == self.values(entity, key)
        ]
        rest = [other for other in self.entities if other not in same]
        if (verb == "add") == bool(same):
            return "StoreConflict" if verb == "add" else "LookupError"
        if verb != "remove" and self.clash(entity, rest):
            return "StoreConflict"
        self.entities = rest if verb == "remove" else [*rest, entity]
        touched = [*same, *([] if verb == "remove" else [entity])]
        for scope in {other.scope for other in touched}:
            self.versions[scope] = self.versions.get(scope, 0) + 1
        return "done"

    def answers(self) -> dict[str, Any]:
        """Every question that the schema allows, and its answer."""
        found: dict[str, Any] = {}
        for kind, schema in SCHEMAS.items():
            of_kind = [entity for entity in self.entities if type(entity) is kind]
            of_kind.sort(key=lambda entity, key=schema.key: self.values(entity, key))  # type: ignore[misc]
            found[f"all {kind.__name__}"] = tuple(of_kind)
            for entity in of_kind:
                found[f"get {kind.__name__} {self.values(entity, schema.key)}"] = entity
                for fields in (lookup.fields for lookup in schema.lookups):
                    wanted = self.values(entity, fields)
                    if None not in wanted:
                        same = [o for o in of_kind if self.values(o, fields) == wanted]
                        found[f"find {kind.__name__} {fields} {wanted}"] = tuple(same)
                        found[f"count {kind.__name__} {fields} {wanted}"] = len(same)
        return found | {f"version {scope}": v for scope, v in self.versions.items()}


def answers(directory: Directory, plain: Plain) -> dict[str, Any]:
    """The answers of a directory to the questions that ``plain`` has answers to."""
    found: dict[str, Any] = {}
    for kind, schema in SCHEMAS.items():
        found[f"all {kind.__name__}"] = directory.all(kind)
        for entity in plain.entities:
            if type(entity) is kind:
                key = plain.values(entity, schema.key)
                found[f"get {kind.__name__} {key}"] = directory.get(kind, *key)
                for fields in (lookup.fields for lookup in schema.lookups):
                    wanted = plain.values(entity, fields)
                    if None not in wanted:
                        named = dict(zip(fields, wanted, strict=True))
                        asked = f"{kind.__name__} {fields} {wanted}"
                        found[f"find {asked}"] = directory.find(kind, **named)
                        found[f"count {asked}"] = directory.count(kind, **named)
    return found | {f"version {scope}": directory.version(scope) for scope in plain.versions}


def attempt(store: Store, verb: str, entity: Entity) -> tuple[str, Any]:
    """Run one verb in a transaction of its own; return how it ended, and the commit."""

    def work(transaction: Transaction) -> None:
        getattr(transaction, verb)(entity)

    try:
        return "done", store.write(work)
    except (StoreConflict, LookupError) as error:
        return type(error).__name__, None


def in_some_order(commits: list[Committed[None]], random: Random) -> Iterator[Committed[None]]:
    """The commits as threads may hear of them: each scope's in order, the scopes as it happens."""
    waiting, versions = list(commits), dict[str, int]()
    while waiting:
        ready = [
            c for c in waiting if all(versions.get(s, 0) == v - 1 for s, v in c.versions.items())
        ]
        chosen = random.choice(ready)
        waiting.remove(chosen)
        versions.update(chosen.versions)
        yield chosen


VERBS = st.sampled_from(["add", "add", "put", "remove"])
KINDS = st.sampled_from(list(SCHEMAS))
STEPS = st.lists(st.tuples(VERBS, KINDS.flatmap(crowded)), max_size=12) | KINDS.flatmap(
    lambda kind: st.lists(st.tuples(VERBS, crowded(kind)), max_size=12)
)
"""Verbs and entities: of any kinds, or of one kind so that they meet often."""


@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, random=st.randoms(use_true_random=False))
def test_every_holder_agrees(
    opened: Store, steps: list[tuple[str, Entity]], random: Random
) -> None:
    clear(opened)
    commits = []
    plain = Plain()
    fed = empty = Snapshot.empty()
    for verb, entity in steps:
        ended, committed = attempt(opened, verb, entity)
        assert ended == plain.run(verb, entity), (verb, entity)
        if committed is not None:
            commits.append(committed)
            fed = opened.advance(fed, committed)
    expected = plain.answers()
    with opened.read() as directory:
        assert answers(directory, plain) == expected
    replayed = empty.apply(*opened.changes_since(empty))
    built = Snapshot.of(plain.entities, plain.versions)
    heard = empty
    for committed in in_some_order(commits, random):
        heard = opened.advance(heard, committed)
    for snapshot in (fed, heard, opened.load(), replayed, built):
        assert answers(snapshot, plain) == expected
        assert dict(snapshot.versions) == plain.versions


def test_a_unique_value_that_moved_between_accounts_may_be_heard_of_in_any_order(
    opened: Store,
) -> None:
    clear(opened)
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    old = User(account="a", name="x", id="AIDA1", created=moment)
    new = User(account="b", name="y", id="AIDA1", created=moment)
    made, gone, made_anew = (
        attempt(opened, verb, user)[1]
        for verb, user in (("add", old), ("remove", old), ("add", new))
    )
    heard = Snapshot.empty()
    for committed in (made_anew, made, gone):
        heard = opened.advance(heard, committed)
    assert heard.find(User, id="AIDA1") == (new,)
    assert heard.all(User) == (new,)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_one_transaction_does_the_same_as_many(
    opened: Store, steps: list[tuple[str, Entity]]
) -> None:
    clear(opened)
    plain = Plain()

    def work(transaction: Transaction) -> list[str]:
        ends = []
        for verb, entity in steps:
            try:
                getattr(transaction, verb)(entity)
                ends.append("done")
            except (StoreConflict, LookupError) as error:
                ends.append(type(error).__name__)
        return ends

    before = opened.load()
    committed = opened.write(work)
    assert committed.value == [plain.run(verb, entity) for verb, entity in steps]
    plain.versions = dict.fromkeys(plain.versions, 1)
    after = before.apply(committed.changes, committed.versions)
    with opened.read() as directory:
        for holder in (directory, after):
            assert answers(holder, plain) == plain.answers()
