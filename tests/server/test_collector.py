"""The collector of garbage does not look again at what stays, and still frees what goes."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from doorward.server import collector


class Node:
    """Something that can be part of a cycle."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def seen() -> Iterator[list[float]]:
    found: list[float] = []
    before = gc.get_threshold(), gc.get_freeze_count(), len(gc.callbacks)
    undo = collector.settle(found.append)
    yield found
    undo()
    assert (gc.get_threshold(), gc.get_freeze_count(), len(gc.callbacks)) == before


def test_what_is_there_is_not_looked_at_again(seen: list[float]) -> None:
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold() == collector.THRESHOLDS
    gc.collect()
    assert len(seen) == 1
    assert seen[0] < 0.5


def test_cycles_made_later_are_freed(seen: list[float]) -> None:
    node = Node()
    gone = weakref.ref(node)
    del node
    gc.collect()
    assert gone() is None


def test_what_outlived_a_long_collection_is_not_looked_at_again(
    seen: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [Node() for _ in range(1000)]
    before = gc.get_freeze_count()
    gc.collect()
    assert gc.get_freeze_count() == before
    monkeypatch.setattr(collector, "LONG_SECONDS", 0.0)
    gc.collect()
    assert gc.get_freeze_count() >= before + len(kept)
