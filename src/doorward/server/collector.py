"""The collector of cyclic garbage, kept from looking at what stays.

A full collection goes through every object that is tracked, and stops the process meanwhile: with
a large directory, for seconds. What is there once the directory is loaded stays, and so does what
has outlived a collection that took long. It is taken out of sight; what is not part of a cycle is
freed as before, by its count of references.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

THRESHOLDS = (10_000, 2, 1)
"""Objects made, beyond those freed, before the young are looked at; how often those, before the
older are. Each growth by some 60,000 is looked at once: often enough that no look takes long."""

LONG_SECONDS = 0.02
"""A full collection that took longer is the last to look at what outlived it."""

_FULL = 2


def settle(observe: Callable[[float], None] | None = None) -> Callable[[], None]:
    """Take what is there now out of the collector's sight; return what undoes all of it.

    ``observe`` is told how many seconds each full collection took from then on.
    """
    before = gc.get_threshold()
    began = 0.0

    def watched(phase: str, info: dict[str, int]) -> None:
        nonlocal began
        if info["generation"] != _FULL:
            return
        if phase == "start":
            began = time.perf_counter()
            return
        took = time.perf_counter() - began
        if observe is not None:
            observe(took)
        if took > LONG_SECONDS:
            gc.freeze()

    def undo() -> None:
        gc.callbacks.remove(watched)
        gc.set_threshold(*before)
        gc.unfreeze()

    gc.collect()
    gc.freeze()
    gc.collect()  # of nothing: else Python waits until a quarter as much again has been made
    gc.set_threshold(*THRESHOLDS)
    gc.callbacks.append(watched)
    return undo
