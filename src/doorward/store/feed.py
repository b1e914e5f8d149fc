"""The change feed: what every committed transaction did, so that other processes can follow.

A transaction that changed several scopes is recorded under each of them, whole. Transactions that
touch the same entity always share a scope, for a change raises the scope that the entity leaves as
well as the one it comes to; so the versions alone put any two that matter in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from doorward.errors import StoreError
from doorward.model.directory import Change


class Entry(msgspec.Struct, frozen=True):
    """One transaction: the version that each scope came to, and the changes in their order."""

    versions: dict[str, int]
    changes: tuple[Change, ...]


_decoder = msgspec.json.Decoder(Entry)


def encode(entry: Entry) -> str:
    """Return the entry as JSON text."""
    return msgspec.json.encode(entry).decode()


def decode(body: str) -> Entry:
    """Read what ``encode`` wrote; raise ``msgspec.DecodeError`` for anything else."""
    return _decoder.decode(body)


def follows(known: Mapping[str, int], versions: Mapping[str, int]) -> bool:
    """Tell whether ``versions`` is what the very next transaction after ``known`` comes to."""
    return all(known.get(scope, 0) == version - 1 for scope, version in versions.items())


def in_order(entries: Iterable[Entry], known: Mapping[str, int]) -> tuple[Entry, ...]:
    """Return each transaction once, in an order in which they can be applied after ``known``.

    ``entries`` are those of every scope that rose, in any order, so those of several scopes are
    there more than once. Raises ``StoreError`` when one between is missing.
    """
    waiting = {(scope, v): entry for entry in entries for scope, v in entry.versions.items()}
    reached = dict(known)
    ordered: list[Entry] = []
    scopes = sorted({scope for scope, _ in waiting})
    while scopes:
        scope = scopes.pop()
        entry = waiting.get((scope, reached.get(scope, 0) + 1))
        if entry is not None and follows(reached, entry.versions):
            reached.update(entry.versions)
            ordered.append(entry)
            scopes.extend(entry.versions)
    if any(version > reached.get(scope, 0) for scope, version in waiting):
        raise StoreError("the change feed has a gap")
    return tuple(ordered)
