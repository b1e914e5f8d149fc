"""How long something takes, for tests that hold a bound against what a caller could stretch."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time


def cpu_of(work: Callable[[], object]) -> float:
    """Return the CPU seconds of ``work``, without collections of garbage.

    The process of the tests holds a gigabyte, which a full collection goes through.
    """
    gc.disable()
    try:
        began = process_time()
        work()
        return process_time() - began
    finally:
        gc.enable()
