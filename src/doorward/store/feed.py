"""The change feed: for every version of a scope, which entities the transaction touched.

It names them and does not repeat them. Who follows reads them as they are now, in one consistent
state, so nothing hangs on the order in which transactions of different scopes are heard of, and
what was removed (a sealed secret, for one) is nowhere kept.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from doorward.errors import StoreDamaged, StoreError
from doorward.model.directory import Change, Put, Remove
from doorward.model.schema import SCHEMAS, Entity
from doorward.model.snapshot import Snapshot
from doorward.store.digests import MODULUS, Sums
from doorward.store.directory import SqlDirectory
from doorward.store.statements import KINDS

_KINDS: dict[str, type[Entity]] = {kind.__name__: kind for kind in SCHEMAS}
_decode = msgspec.json.Decoder(list[tuple[str, ...]]).decode


def encode(changes: Iterable[Change]) -> str:
    """Return kind and key of every entity touched: ``[["User", "111…", "ana"]]`` as JSON."""
    touched = {_name(change.entity): None for change in changes}
    return msgspec.json.encode(list(touched)).decode()


def since(snapshot: Snapshot, now: SqlDirectory) -> tuple[tuple[Change, ...], dict[str, int]]:
    """Return the changes that bring ``snapshot`` to ``now``, and the versions they come to.

    Raises ``StoreError`` when ``now`` is not what came of the snapshot, ``StoreDamaged`` when the
    changes do not lead to what is there.
    """
    versions = now.versions()
    if any(version > versions.get(s, 0) for s, version in snapshot.versions.items()):
        raise StoreError("the store is older than what was read from it before")
    risen = {s: v for s, v in versions.items() if v > snapshot.version(s)}
    bodies: list[str] = []
    written: dict[str, int] = {}
    for scope, version in risen.items():
        known = snapshot.version(scope)
        found = now.changes_after(scope, known)
        if len(found) != version - known:
            raise StoreError(f"the change feed of {scope} has a gap after {known}")
        bodies.extend(body for body, _ in found)
        if all(added is not None for _, added in found):
            written[scope] = sum(added for _, added in found) % MODULUS
    try:
        changes, sums = _between(snapshot, bodies, now)
    except (ArithmeticError, LookupError, ValueError, TypeError) as error:
        raise StoreDamaged(f"the change feed cannot be read ({type(error).__name__})") from error
    for scope, added in written.items():
        if sums.of(scope)[0] != added:
            raise StoreDamaged(f"the changes of {scope} do not lead to what is there")
    return changes, risen


def _between(
    snapshot: Snapshot, bodies: Iterable[str], now: SqlDirectory
) -> tuple[tuple[Change, ...], Sums]:
    """Return what brings ``snapshot`` to ``now`` in all that ``bodies`` name, and what that adds.

    Removals come first, so that a unique value is free before it is taken again.
    """
    removed: list[Change] = []
    put: list[Change] = []
    sums = Sums()
    for kind_name, *key in dict.fromkeys(name for body in bodies for name in _decode(body)):
        of = KINDS[_KINDS[kind_name]]
        before, held = snapshot.get(of.kind, *key), now.held(of, *key)
        after: Entity | None = None if held is None else of.entity(held)
        if before == after:
            continue
        if before is not None:
            sums.add(of.layout, of.held(before), -1)
            removed.append(Remove(before))
        if held is not None and after is not None:
            sums.add(of.layout, held)
            put.append(Put(after))
    return (*removed, *put), sums


def _name(entity: Entity) -> tuple[str, ...]:
    """Return kind and key of an entity."""
    kind = type(entity)
    return kind.__name__, *(getattr(entity, field) for field in SCHEMAS[kind].key)
