"""What is told of a client: step by step, what went wrong, or why it could not be tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple


class NotMeasured(Exception):
    """A client cannot be had or run here; the message says why."""


class Step(NamedTuple):
    """One thing that a client did, and what was wrong with it (None: nothing)."""

    name: str
    problem: str | None = None


Steps = Iterator[Step]
"""The steps of a client, as they end."""

ABSENT = "<absent>"
"""What stands at a place that an answer has not."""


def at(result: Any, path: str) -> Any:
    """Return what stands at a path of names and numbers, or that nothing does."""
    for name in path.split("."):
        if isinstance(result, list) and name.isdigit() and int(name) < len(result):
            result = result[int(name)]
        elif isinstance(result, dict) and name in result:
            result = result[name]
        else:
            return ABSENT
    return result
