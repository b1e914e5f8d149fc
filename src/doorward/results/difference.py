"""What became of findings between two audits."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from doorward.results.finding import CheckInfo, Finding, State


class Became(enum.Enum):
    """What became of a finding, the most urgent first."""

    NEW = "new"
    REOPENED = "reopened"  # it was suppressed before, and is no more
    CHANGED = "changed"  # its state or severity is another
    SAME = "same"
    NOT_LOOKED_AT = "not looked at again"  # nobody knows whether it is still there
    SUPPRESSED = "suppressed"
    GONE = "gone"  # it was looked for again, to the end, and not found


class Shift(msgspec.Struct, frozen=True):
    """A finding and what became of it.

    ``finding`` is the later one where there are two; ``before`` is the earlier where it differs.
    ``reason`` says why it was not looked at again.
    """

    became: Became
    finding: Finding
    before: Finding | None = None
    reason: str = ""


class Lapse(msgspec.Struct, frozen=True):
    """A check that ended, on an account, and no longer does: NOT_CHECKED, ERROR or not run."""

    check: str
    account: str
    before: State
    after: State
    reason: str


class Difference(msgspec.Struct, frozen=True):
    """What an audit says that an earlier one did not, and the other way round.

    ``shifts`` stand in the order of ``Became``, then worst first; those that are the same are only
    counted. ``estates`` are what was audited, in words, before and after. ``checks`` are those of
    both.
    """

    before: datetime
    after: datetime
    estates: tuple[str, str]
    shifts: tuple[Shift, ...]
    same: int
    lapses: tuple[Lapse, ...]
    checks: tuple[CheckInfo, ...]
    accounts: dict[str, str]

    def count(self, became: Became) -> int:
        """How many findings became so."""
        if became is Became.SAME:
            return self.same
        return sum(shift.became is became for shift in self.shifts)
