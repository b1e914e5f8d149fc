"""Times that cannot be: what is dated after the estate was taken. Its age would count as none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from doorward.importers.estate.source import Source
from doorward.model.evidence import ReportedUser
from doorward.model.schema import Entity
from doorward.policy.problem import Severity

_DAYS: Final = timedelta(days=7)
"""The files of an estate may be brought over several days: the oldest says when it was taken."""

_PAST: Final = ("created", "updated", "enabled", "uploaded", "changed", "joined")
"""The times of entities that are never in the future, as those of expiry are."""


def latest(times: Iterable[datetime], now: datetime | None) -> datetime | None:
    """Return the last moment that anything may be dated, where it is known when it was taken.

    ``times`` are what the files say of that; ``now`` is no later.
    """
    taken = min([*times, *([] if now is None else [now])], default=None)
    try:
        return None if taken is None else taken + _DAYS
    except OverflowError:
        return None


def entity_times(entities: Iterable[Entity]) -> Iterator[datetime]:
    """Yield the times of entities that are past."""
    for entity in entities:
        for name in _PAST:
            found = getattr(entity, name, None)
            if found is not None:
                yield found


def row_times(row: ReportedUser) -> Iterator[datetime]:
    """Yield the times of a row of a credential report that are past."""
    for found in (
        row.created,
        row.password_used,
        row.password_changed,
        *(time for key in row.keys for time in (key.rotated, key.used)),
        *(each.rotated for each in row.certificates),
    ):
        if found is not None:
            yield found


def check_times(
    times: Iterable[datetime],
    last: datetime | None,
    source: Source,
    pointer: str,
    about: tuple[str, ...],
) -> None:
    """Report a time that is later than the last one that may be; no decision rests on any."""
    if last is None:
        return
    found = max(times, default=last)
    if found > last:
        source.report(
            "LATER_THAN_TAKEN",
            Severity.WARNING,
            pointer,
            f"{found.isoformat()} is after the estate was taken, by {(last - _DAYS).isoformat()}",
            hint="keep the files of one moment, and correct Taken where it says something else",
            about=about,
            breaks=True,
        )
