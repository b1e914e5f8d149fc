"""Times as AWS's tools write them, read strictly: what is nearly a time may be half of one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)


def read_time(written: str) -> datetime:
    """Return a time, in UTC, which it is where it does not say.

    Raises ``ValueError`` for what is no time to the second, or one that UTC's years do not hold.
    """
    if not _TIME.fullmatch(written):
        raise ValueError("no time to the second")
    found = datetime.fromisoformat(written)
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        raise ValueError("a time outside of all years") from None
