"""What an audit comes to in numbers: counts, and a score for each practice.

Every form of a report takes its numbers from here, so that they agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from doorward.results.finding import Finding, Report, Severity, State, Verdict
from doorward.results.practice import PRACTICES

NO_PRACTICE = ""
"""The practice of checks that count for none."""


class Score(msgspec.Struct, frozen=True):
    """How many verdicts ended in each state, and what that comes to.

    ``value`` is the share of the verdicts that passed, in whole percent rounded down, so that 100
    means all: ``PASS / (PASS + FAIL + ERROR)``. What is UNKNOWN or NOT_CHECKED stands apart and
    counts neither way; where nothing else is there, nothing is known (``None``).
    """

    passed: int = 0
    failed: int = 0
    errors: int = 0
    unknown: int = 0
    not_checked: int = 0

    @property
    def decided(self) -> int:
        """The verdicts that count."""
        return self.passed + self.failed + self.errors

    @property
    def apart(self) -> int:
        """The verdicts that do not."""
        return self.unknown + self.not_checked

    @property
    def value(self) -> int | None:
        """The score, 0 to 100; ``None`` where no verdict counts."""
        return self.passed * 100 // self.decided if self.decided else None


class PracticeScore(msgspec.Struct, frozen=True):
    """The score of a practice, by its id."""

    practice: str
    score: Score


class Tally(msgspec.Struct, frozen=True):
    """The numbers of a report.

    ``severities`` and ``states`` count findings (those that are suppressed apart), ``score`` all
    verdicts; ``practices`` stand worst first, those of which nothing is known last.
    """

    severities: Mapping[Severity, int]
    states: Mapping[State, int]
    score: Score
    practices: tuple[PracticeScore, ...]
    examined: int
    suppressed: int

    @property
    def findings(self) -> int:
        """How many findings there are."""
        return sum(self.severities.values())


def tally(report: Report) -> Tally:
    """Count a report."""
    severities: Counter[Severity] = Counter()
    states: Counter[State] = Counter()
    for finding in report.findings():
        severities[finding.severity] += 1
        states[finding.state] += 1
    return Tally(
        {each: severities[each] for each in Severity},
        {each: states[each] for each in State},
        score(report.verdicts),
        _by_practice(report),
        sum(verdict.examined for verdict in report.verdicts),
        len(report.suppressed),
    )


def score(verdicts: Iterable[Verdict]) -> Score:
    """Count how verdicts ended."""
    found = Counter(verdict.state for verdict in verdicts)
    return Score(
        found[State.PASS],
        found[State.FAIL],
        found[State.ERROR],
        found[State.UNKNOWN],
        found[State.NOT_CHECKED],
    )


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Order findings by severity, then as they stand."""
    ranks = {severity: severity.rank for severity in Severity}
    return sorted(findings, key=lambda finding: ranks[finding.severity])


def _by_practice(report: Report) -> tuple[PracticeScore, ...]:
    of_check = {
        check.id: check.practices[0] if check.practices else NO_PRACTICE for check in report.checks
    }
    grouped: dict[str, list[Verdict]] = {}
    for verdict in report.verdicts:
        grouped.setdefault(of_check.get(verdict.check, NO_PRACTICE), []).append(verdict)
    scores = [PracticeScore(name, score(verdicts)) for name, verdicts in grouped.items()]
    return tuple(sorted(scores, key=_worst_practice_first))


def _worst_practice_first(each: PracticeScore) -> tuple[bool, int, int, str]:
    order = list(PRACTICES)
    place = order.index(each.practice) if each.practice in PRACTICES else len(order)
    value = each.score.value
    return value is None, value or 0, place, each.practice
