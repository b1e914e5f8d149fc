"""What is told of a client: step by step, what went wrong, or why it could not be tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class NotMeasured(Exception):
    """A client cannot be had or run here; the message says why."""


class Step(NamedTuple):
    """One thing that a client did, and what was wrong with it (None: nothing)."""

    name: str
    problem: str | None = None


Steps = Iterator[Step]
"""The steps of a client, as they end."""
