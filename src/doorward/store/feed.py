"""The change feed: for every version of a scope, which entities the transaction touched.

It names them and does not repeat them. Who follows reads them as they are now, in one consistent
state, so nothing hangs on the order in which transactions of different scopes are heard of, and
what was removed (a sealed secret, for one) is nowhere kept.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from doorward.model.directory import Change, Directory, Put, Remove
from doorward.model.schema import SCHEMAS, Entity
from doorward.model.snapshot import Snapshot

_KINDS: dict[str, type[Entity]] = {kind.__name__: kind for kind in SCHEMAS}
_decode = msgspec.json.Decoder(list[tuple[str, ...]]).decode


def encode(changes: Iterable[Change]) -> str:
    """Return kind and key of every entity touched: ``[["User", "111…", "ana"]]`` as JSON."""
    touched = {_name(change.entity): None for change in changes}
    return msgspec.json.encode(list(touched)).decode()


def changes_between(snapshot: Snapshot, bodies: Iterable[str], now: Directory) -> list[Change]:
    """Return the changes that bring ``snapshot`` to ``now`` in everything that ``bodies`` name.

    Removals come first, so that a unique value is free before it is taken again.
    """
    removed: list[Change] = []
    put: list[Change] = []
    for kind_name, *key in dict.fromkeys(name for body in bodies for name in _decode(body)):
        kind = _KINDS[kind_name]
        before, after = snapshot.get(kind, *key), now.get(kind, *key)
        if before == after:
            continue
        if before is not None:
            removed.append(Remove(before))
        if after is not None:
            put.append(Put(after))
    return removed + put


def _name(entity: Entity) -> tuple[str, ...]:
    """Return kind and key of an entity."""
    kind = type(entity)
    return kind.__name__, *(getattr(entity, field) for field in SCHEMAS[kind].key)
