"""Whether an installation can do its work now, and if not, why."""

from __future__ import annotations

import msgspec

from doorward.errors import StoreUnavailable
from doorward.usecases.application import Application
from doorward.usecases.recorder import MOST_WAITING


class Condition(msgspec.Struct, frozen=True):
    """What holds now. ``checks`` say it in words, by what was looked at; none tells a secret.

    ``staleness`` is for how many seconds the store has not been seen; ``waiting`` counts events
    that are not written yet, ``changes`` the changes that ever made the snapshot what it is.
    """

    ready: bool
    reachable: bool
    staleness: float
    waiting: int
    changes: int
    checks: dict[str, str]


def condition(application: Application) -> Condition:
    """Look at the store and at what waits for it; may take as long as the store takes to answer.

    Ready is who may decide: the snapshot is of the store as it is, or the store cannot be reached
    and the snapshot is not too old, and calls can be recorded.
    """
    live = application.live
    began = application.clock()
    try:
        changes = sum(live.current().versions.values())
        fresh_enough = True
    except StoreUnavailable:
        changes, fresh_enough = 0, False
    seen = live.seen()
    reachable = fresh_enough and seen >= began
    staleness = max((application.clock() - seen).total_seconds(), 0.0)
    waiting = application.recorder.waiting()
    recorded = waiting < MOST_WAITING
    checks = {
        "snapshot": "loaded" if fresh_enough else "older than fail_closed_after allows",
        "store": "reachable" if reachable else f"not reached for {staleness:.0f} s",
        "events": "recorded" if recorded else "too many wait to be written",
    }
    return Condition(
        ready=fresh_enough and recorded,
        reachable=reachable,
        staleness=0.0 if reachable else staleness,
        waiting=waiting,
        changes=changes,
        checks=checks,
    )
