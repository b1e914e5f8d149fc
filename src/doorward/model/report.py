"""Reports that an account asks for, and fetches later: made once, kept for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec


class Report(msgspec.Struct, frozen=True):
    """A report of ``account``; ``body`` is its text, whose form its ``kind`` says.

    It is a picture of the estate as it was when it was ``made``, and no part of the estate: it
    raises no version. After ``expires`` it may be gone.
    """

    id: str
    account: str
    kind: str
    made: datetime
    expires: datetime
    body: str


class Reports(Protocol):
    """Where reports are kept."""

    def keep(self, report: Report) -> None:
        """Keep a report, durably, in place of one with the same id; drop those that expired."""
        ...

    def get(self, report_id: str) -> Report | None:
        """Return a report, expired or not, or ``None``."""
        ...
