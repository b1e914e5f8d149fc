"""What would change a decision, found by deciding: nothing is advised that was not tried."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Final

from doorward.analysis.advice.applied import applied
from doorward.analysis.advice.search import Side, Sought, way
from doorward.engine.combine import decide
from doorward.engine.decision import Decision, Rule, StatementRef
from doorward.engine.layers import Layer, Layers
from doorward.engine.request import Request
from doorward.results.advice import Advice, Ending, Party, ReplaceStatement, Way

_FINAL: Final = frozenset({Rule.RESERVED_BY_AWS, Rule.CROSS_PARTITION, Rule.SESSION_LIMIT})
"""Rules that deny whatever policies say."""


def advise(layers: Layers, request: Request, decision: Decision) -> Advice:
    """Return what would change ``decision``, the engine's answer to ``request``."""
    if decision.allowed:
        return Advice(endings=_endings(layers, request, decision))
    ways: list[Way] = []
    stopped: set[Rule] = set()
    for side in Side:
        if side is Side.RESOURCE_SESSION and any(len(each.changes) == 1 for each in ways[1:]):
            continue  # naming a session can spare changes; there is nothing to spare
        found = way(Sought(layers, request), side)
        if isinstance(found, Rule):
            stopped.add(found)
        elif not any(set(each.changes) <= set(found.changes) for each in ways):
            ways.append(found)
    final = not ways and not stopped.isdisjoint(_FINAL)
    return Advice(tuple(sorted(ways, key=_asked_of_others)), final=final)


def _asked_of_others(way: Way) -> tuple[int, bool, int]:
    """How much a way asks of others than the caller; how much it opens; how long it is."""
    others = sum(change.party is not Party.CALLER for change in way.changes)
    return others, not way.exact, len(way.changes)


def _endings(layers: Layers, request: Request, decision: Decision) -> tuple[Ending, ...]:
    """Find the statements without which the request would be denied.

    The Allows of one layer, or of one level, go together: they unite. Where no layer's end the
    allow, those of several do.
    """
    groups: dict[tuple[Layer, int | None], list[StatementRef]] = {}
    for ref in decision.determining:
        groups.setdefault((ref.layer, ref.level), []).append(ref)
    found: list[tuple[tuple[Layer, int | None], ...]] = []
    for size in range(1, len(groups) + 1):
        for places in itertools.combinations(groups, size):
            if any(set(fewer) <= set(places) for fewer in found):
                continue
            refs = [ref for place in places for ref in groups[place]]
            if not _allowed_without(layers, request, refs):
                found.append(places)
        if found and size > 1:
            break
    return tuple(
        Ending(tuple(ref for place in places for ref in groups[place])) for places in found
    )


def _allowed_without(layers: Layers, request: Request, refs: Iterable[StatementRef]) -> bool:
    gone = [ReplaceStatement(ref, (), Party.CALLER_ACCOUNT) for ref in refs]
    after = applied(layers, request, gone)
    return decide(after.layers, after.request).allowed
