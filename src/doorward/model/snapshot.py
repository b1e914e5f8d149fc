"""An estate in memory: persistent maps, so that a change makes a new snapshot and shares the rest.

Generic over ``model.schema.SCHEMAS``. A snapshot never changes, so any number of threads may read
it while the next one is made.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias, TypeVar, cast

from rpds import HashTrieMap

from doorward.model.directory import Change, Directory, Put
from doorward.model.schema import SCHEMAS, Entity, EntitySchema, Lookup

E = TypeVar("E", bound=Entity)
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Key = tuple[str, ...]
Values = tuple[str | None, ...]
Rows: TypeAlias = "HashTrieMap[Key, Any]"

_EMPTY_ROWS: Rows = HashTrieMap()
_FIRST = itemgetter(0)
_ABSENT: Any = object()

MOST_DERIVED = 4096
"""How many derived values a snapshot remembers; then it begins anew."""


class _Reader:
    """Reads the values of some fields from entities, always as a tuple."""

    __slots__ = ("_read", "_single")

    def __init__(self, fields: tuple[str, ...]) -> None:
        self._read = attrgetter(*fields)
        self._single = len(fields) == 1

    def __call__(self, entity: Entity) -> tuple[Any, ...]:
        found = self._read(entity)
        return (found,) if self._single else found


class _Index:
    """One lookup of one kind: from the values of its fields to the entities that have them.

    Under each value stands the map of its entities by key; a unique lookup has at most one there.
    An entity with ``None`` in one of the fields is not in the index.
    """

    __slots__ = ("lookup", "places", "read")

    def __init__(self, lookup: Lookup, places: HashTrieMap[Values, Any]) -> None:
        self.lookup = lookup
        self.places = places
        self.read = _READERS[lookup.fields]

    def find(self, values: Values) -> tuple[Any, ...]:
        """Return the entities under ``values``, ordered by key."""
        found = self.places.get(values)
        if found is None:
            return ()
        if self.lookup.unique:
            return (found,)
        return tuple(entity for _, entity in sorted(found.items(), key=_FIRST))

    def count(self, values: Values) -> int:
        """Return how many entities are under ``values``."""
        found = self.places.get(values)
        if found is None:
            return 0
        return 1 if self.lookup.unique else len(found)

    def replaced(self, key: Key, old: Entity | None, new: Entity | None) -> _Index:
        """Return the index after the entity with ``key`` went from ``old`` to ``new``."""
        before = self.read(old) if old is not None else None
        after = self.read(new) if new is not None else None
        places = self.places
        if before is not None and before != after and None not in before:
            places = self._without(before, key, old)
        if after is not None and None not in after:
            under = new if self.lookup.unique else self._under(after).insert(key, new)
            places = places.insert(after, under)
        return _Index(self.lookup, places)

    def _under(self, values: Values) -> Rows:
        """Return the entities under ``values`` of a lookup that is not unique."""
        found = self.places.get(values)
        return _EMPTY_ROWS if found is None else found

    def _without(self, values: Values, key: Key, old: Entity | None) -> HashTrieMap[Values, Any]:
        """Return the places without ``old``, whose key is ``key``, under ``values``.

        A unique value may have another holder by now, who stays.
        """
        places = self.places
        if self.lookup.unique:
            return places.discard(values) if places.get(values) is old else places
        rest = self._under(values).discard(key)
        return places.insert(values, rest) if len(rest) else places.discard(values)


_READERS: dict[tuple[str, ...], _Reader] = {
    fields: _Reader(fields)
    for schema in SCHEMAS.values()
    for fields in (schema.key, *(lookup.fields for lookup in schema.lookups))
}


class _Shelf:
    """All entities of one kind, by key and by every lookup."""

    __slots__ = ("indexes", "key_of", "rows", "schema")

    def __init__(
        self, schema: EntitySchema, rows: Rows, indexes: dict[tuple[str, ...], _Index]
    ) -> None:
        self.schema = schema
        self.rows = rows
        self.indexes = indexes
        self.key_of = _READERS[schema.key]

    @classmethod
    def of(cls, schema: EntitySchema, entities: Iterable[Entity]) -> _Shelf:
        """Build a shelf at once."""
        key_of = _READERS[schema.key]
        rows = {key_of(entity): entity for entity in entities}
        indexes = {
            tuple(sorted(lookup.fields)): _Index(lookup, _places(lookup, rows))
            for lookup in schema.lookups
        }
        return cls(schema, HashTrieMap(rows), indexes)

    def in_the_way(self, entity: Entity) -> Iterator[Entity]:
        """Yield what has the key of ``entity`` here, or one of its unique values."""
        there = self.rows.get(self.key_of(entity))
        if there is not None:
            yield there
        for index in self.indexes.values():
            if index.lookup.unique:
                yield from index.find(index.read(entity))

    def replaced(self, key: Key, new: Entity | None) -> _Shelf:
        """Return the shelf in which the entity with ``key`` is ``new``, or is gone."""
        old = self.rows.get(key)
        rows = self.rows.discard(key) if new is None else self.rows.insert(key, new)
        indexes = {name: index.replaced(key, old, new) for name, index in self.indexes.items()}
        return _Shelf(self.schema, rows, indexes)


def _places(lookup: Lookup, rows: Mapping[Any, Any]) -> HashTrieMap[Values, Any]:
    """Build the places of one index from all rows of the kind."""
    read = _READERS[lookup.fields]
    if lookup.unique:
        single = {read(entity): entity for entity in rows.values()}
        return HashTrieMap({values: e for values, e in single.items() if None not in values})
    buckets: dict[Values, dict[Key, Any]] = {}
    for key, entity in rows.items():
        buckets.setdefault(read(entity), {})[key] = entity
    return HashTrieMap(
        {values: HashTrieMap(found) for values, found in buckets.items() if None not in values}
    )


class Snapshot:
    """A whole estate at one point in time; implements ``model.directory.Directory``."""

    __slots__ = ("_derived", "_shelves", "_versions")

    def __init__(self, shelves: dict[type, _Shelf], versions: HashTrieMap[str, int]) -> None:
        self._shelves = shelves
        self._versions = versions
        self._derived: dict[tuple[Any, Hashable], Any] = {}

    @classmethod
    def empty(cls) -> Snapshot:
        """Return the estate that holds nothing."""
        return cls.of((), {})

    @classmethod
    def of(cls, entities: Iterable[Entity], versions: Mapping[str, int]) -> Snapshot:
        """Build an estate from all of its entities, and the version of each scope."""
        by_kind: dict[type, list[Entity]] = {kind: [] for kind in SCHEMAS}
        for entity in entities:
            by_kind[type(entity)].append(entity)
        shelves = {kind: _Shelf.of(SCHEMAS[kind], found) for kind, found in by_kind.items()}
        return cls(shelves, HashTrieMap(dict(versions)))

    def apply(self, changes: Iterable[Change], versions: Mapping[str, int]) -> Snapshot:
        """Return the estate after ``changes``, in their order; each costs O(log n).

        ``versions`` are the new versions of the scopes that changed. Raises ``LookupError`` when
        an entity that is not there is removed: the changes belong to another estate.
        """
        shelves = dict(self._shelves)
        for change in changes:
            kind = type(change.entity)
            shelf = shelves[kind]
            key = cast("Key", shelf.key_of(change.entity))
            if isinstance(change, Put):
                shelves[kind] = shelf.replaced(key, change.entity)
            elif key in shelf.rows:
                shelves[kind] = shelf.replaced(key, None)
            else:
                raise LookupError(f"no {kind.__name__} with key {key}")
        return Snapshot(shelves, self._versions.update(dict(versions)))

    def precedes(self, changes: Iterable[Change], versions: Mapping[str, int]) -> bool:
        """Tell whether ``changes``, which come to ``versions``, can be applied to this snapshot.

        They can when they are the very next of each scope that they raise, and nothing they touch,
        and no unique value they need, belongs here to another scope: then a transaction of that
        scope must be heard of first.
        """
        if any(self.version(scope) != version - 1 for scope, version in versions.items()):
            return False
        for change in changes:
            held = self._shelves[type(change.entity)].in_the_way(change.entity)
            if any(entity.scope not in versions for entity in held):
                return False
        return True

    @property
    def versions(self) -> Mapping[str, int]:
        """The version of every scope that ever changed."""
        return self._versions

    def get(self, kind: type[E], *key: str) -> E | None:
        """Return the entity of ``kind`` with this key, or ``None``."""
        shelf = self._shelves[kind]
        found = shelf.rows.get(key)
        if found is None and len(key) != len(shelf.schema.key):
            raise LookupError(f"the key of {kind.__name__} is {shelf.schema.key}, not {key}")
        return cast("E | None", found)

    def find(self, kind: type[E], **fields: str) -> tuple[E, ...]:
        """Return the entities whose ``fields`` have these values, ordered by key."""
        index = self._index(kind, fields)
        return index.find(tuple(fields[name] for name in index.lookup.fields))

    def count(self, kind: type[E], **fields: str) -> int:
        """Return how many entities ``find`` would."""
        index = self._index(kind, fields)
        return index.count(tuple(fields[name] for name in index.lookup.fields))

    def _index(self, kind: type[E], fields: Mapping[str, str]) -> _Index:
        names = tuple(sorted(fields))
        index = self._shelves[kind].indexes.get(names)
        if index is None:
            raise LookupError(f"{kind.__name__} has no lookup by {names}")
        return index

    def all(self, kind: type[E]) -> tuple[E, ...]:
        """Return every entity of ``kind``, ordered by key."""
        rows = self._shelves[kind].rows
        return tuple(entity for _, entity in sorted(rows.items(), key=_FIRST))

    def version(self, scope: str) -> int:
        """Return the version of an account or organization: 0 before its first change."""
        return self._versions.get(scope, 0)

    def derived(self, make: Callable[[Directory, K], V], key: K) -> V:
        """Return ``make(self, key)``, made once in the life of the snapshot."""
        place = make, key
        found = self._derived.get(place, _ABSENT)
        if found is _ABSENT:
            found = make(self, key)
            if len(self._derived) >= MOST_DERIVED:
                self._derived.clear()
            self._derived[place] = found
        return cast("V", found)

    def __repr__(self) -> str:
        counts = {k.__name__: len(shelf.rows) for k, shelf in self._shelves.items()}
        return f"Snapshot({ {name: count for name, count in counts.items() if count} })"
