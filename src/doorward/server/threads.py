"""Work that may wait, on a thread of its own, as long as there are threads to be had."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool

P = ParamSpec("P")
T = TypeVar("T")


class NoThread(Exception):
    """No thread can be started now: a limit of the process, its user or its container."""


async def in_thread(work: Callable[P, T], *given: P.args, **more: P.kwargs) -> T:
    """Return what work that may wait returns; raise ``NoThread`` with nothing begun."""
    try:
        return await run_in_threadpool(work, *given, **more)
    except RuntimeError as error:
        if "start new thread" in str(error):
            raise NoThread from error
        raise
