"""How audits are put into words, the same in every form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

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


def count_of_accounts(report: Report) -> int:
    """How many accounts were audited: a report names organizations, too (o-…)."""
    return sum(not each.startswith("o-") for each in report.accounts)


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
    found = [each for each in report.verdicts if not is_told(each)]
    return sorted(found, key=lambda verdict: STATES_WORST_FIRST.index(verdict.state))


def is_told(verdict: Verdict) -> bool:
    """Whether the findings of a verdict say all that there is to say of it."""
    if verdict.reason:
        return False
    return verdict.state not in OPEN or any(
        finding.state is verdict.state for finding in verdict.findings
    )


class Gap(NamedTuple):
    """A reason for which verdicts are not what they could be, and which these are."""

    state: State
    reason: str
    checks: tuple[str, ...]
    accounts: tuple[str, ...]


def gaps(report: Report) -> list[Gap]:
    """Gather the reasons of verdicts without a full answer, each once: errors, then most first.

    A verdict's reason names all sources that it lacks (``analysis.run``); each is told by itself,
    since it is brought by itself.
    """
    grouped: dict[tuple[State, str], list[Verdict]] = {}
    sources: dict[tuple[State, str], dict[str, None]] = {}
    for verdict in open_verdicts(report):
        for source, reason in _parts(verdict.reason):
            key = verdict.state, reason
            grouped.setdefault(key, []).append(verdict)
            sources.setdefault(key, {}).update({source: None} if source else {})
    found = [
        Gap(
            key[0],
            f"{key[1]} ({_few(list(sources[key]))})" if sources[key] else key[1],
            tuple(dict.fromkeys(verdict.check for verdict in verdicts)),
            tuple(dict.fromkeys(verdict.account for verdict in verdicts)),
        )
        for key, verdicts in grouped.items()
    ]
    return sorted(found, key=lambda gap: (STATES_WORST_FIRST.index(gap.state), -len(gap.checks)))


def _few(names: list[str], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _parts(reason: str) -> Iterator[tuple[str, str]]:
    """The single reasons in one, each with the source that is not whole because of it.

    What is there and not whole is not to be brought once more.
    """
    broken: set[str] = set()
    for part in _BETWEEN_REASONS.split(reason):
        named = _SOURCE.match(part)
        if part.startswith("bring "):
            for each in _BETWEEN_SOURCES.split(part.removeprefix("bring ")):
                if each.partition(" (")[0] not in broken:
                    yield "", f"bring {each}"
        elif named is not None:
            broken.add(named["source"])
            yield named["source"], named["why"]
        else:
            yield "", part or "no reason is told"


_SOURCE: Final = re.compile(r"(?P<source>the [A-Za-z][A-Za-z -]*): (?P<why>.+)", re.DOTALL)
_BETWEEN_REASONS: Final = re.compile(r"; (?=the |bring )")
_BETWEEN_SOURCES: Final = re.compile(r", and (?=the )")


def facts_words(finding: Finding) -> str:
    """Write the evidence in one line."""
    return "; ".join(f"{printable(name)}: {printable(value)}" for name, value in finding.facts)


def references_words(check: CheckInfo) -> str:
    """Write the controls of standards that a check answers, by standard."""
    grouped: dict[str, list[str]] = {}
    for each in check.references:
        grouped.setdefault(each.standard, []).append(each.control)
    return "; ".join(f"{standard}: {', '.join(found)}" for standard, found in grouped.items())
