"""How audits are put into words, the same in every form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from doorward.render.printable import printable
from doorward.results.finding import CheckInfo, Finding, Report, Severity, State, Verdict
from doorward.results.practice import PRACTICES
from doorward.results.tally import Score, Tally

STATE_WORDS: Final[Mapping[State, str]] = {
    State.PASS: "passed",
    State.FAIL: "failed",
    State.ERROR: "ended in an error",
    State.UNKNOWN: "could not be decided",
    State.NOT_CHECKED: "not checked",
}
"""What became of a verdict, after a number."""

STATES_WORST_FIRST: Final = (
    State.ERROR,
    State.FAIL,
    State.UNKNOWN,
    State.NOT_CHECKED,
    State.PASS,
)

OPEN: Final = (State.ERROR, State.UNKNOWN, State.NOT_CHECKED)
"""The states of which something is to be said beside the findings."""


def moment(time: datetime) -> str:
    """Write a time, in UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def number(count: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun; thousands are parted."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def score_words(score: Score) -> str:
    """Write a score."""
    return "not known" if score.value is None else f"{score.value} %"


def reach_words(score: Score) -> str:
    """Say what a score was made from, and what stands apart."""
    told = [f"{score.passed:,} of {score.decided:,} passed"]
    told += [f"{score.errors:,} in error"] if score.errors else []
    told += [f"{score.unknown:,} not decided"] if score.unknown else []
    told += [f"{score.not_checked:,} not checked"] if score.not_checked else []
    return ", ".join(told)


def severity_counts(tally: Tally) -> list[tuple[Severity, int]]:
    """List every severity with its count, the worst first."""
    return [(each, tally.severities[each]) for each in Severity]


def verdict_counts(score: Score) -> list[tuple[State, int]]:
    """List every state of verdicts with its count, the worst first."""
    counts = {
        State.ERROR: score.errors,
        State.FAIL: score.failed,
        State.UNKNOWN: score.unknown,
        State.NOT_CHECKED: score.not_checked,
        State.PASS: score.passed,
    }
    return [(state, counts[state]) for state in STATES_WORST_FIRST]


def account_words(report: Report, account: str) -> str:
    """Name an account: its name and id, or the id alone."""
    name = report.accounts.get(account, "")
    return printable(f"{name} ({account})" if name and name != account else account)


def practice_words(practice: str) -> str:
    """Name a practice: id and title."""
    title = PRACTICES.get(practice)
    return f"{practice} {title}" if title else printable(practice) or "Other checks"


def unknown_check(identifier: str) -> CheckInfo:
    """Stand in for a check that a report names and does not describe."""
    return CheckInfo(identifier, identifier, Severity.LOW, ())


def checks_by_id(report: Report) -> dict[str, CheckInfo]:
    """Return the checks of a report, those that it only names among them."""
    found = {check.id: check for check in report.checks}
    named = (
        *(verdict.check for verdict in report.verdicts),
        *(each.finding.check for each in report.suppressed),
    )
    for check in named:
        found.setdefault(check, unknown_check(check))
    return found


def open_verdicts(report: Report) -> list[Verdict]:
    """Return the verdicts of which the findings do not tell all, the worst first."""
    found = [each for each in report.verdicts if each.state in OPEN or each.reason]
    return sorted(found, key=lambda verdict: STATES_WORST_FIRST.index(verdict.state))


def facts_words(finding: Finding) -> str:
    """Write the evidence in one line."""
    return "; ".join(f"{printable(name)}: {printable(value)}" for name, value in finding.facts)


def references_words(check: CheckInfo) -> str:
    """Write the controls of standards that a check answers, by standard."""
    grouped: dict[str, list[str]] = {}
    for each in check.references:
        grouped.setdefault(each.standard, []).append(each.control)
    return "; ".join(f"{standard}: {', '.join(found)}" for standard, found in grouped.items())
