"""An audit as JUnit's XML: a check is a suite, what it said of an account is a case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doorward.render.audit.look import PLAIN, Look
from doorward.render.audit.wording import account_words, checks_by_id, number
from doorward.render.junit import Case, Ending, junit_suites
from doorward.render.printable import printable
from doorward.results.finding import Finding, Report, State, Verdict

_ENDING: Final = {
    State.PASS: None,
    State.FAIL: Ending.FAILURE,
    State.UNKNOWN: Ending.FAILURE,
    State.NOT_CHECKED: Ending.SKIPPED,
    State.ERROR: Ending.ERROR,
}
"""How a verdict ends a case. What cannot be decided is no pass, so it fails."""

_MOST: Final = 200


def junit_report(report: Report, look: Look = PLAIN) -> str:  # noqa: ARG001 - every form has it
    """Return a report as JUnit's XML; problems with what was audited are a suite of their own."""
    by_check: dict[str, list[Case]] = {check: [] for check in checks_by_id(report)}
    for verdict in report.verdicts:
        by_check[verdict.check].append(_case(report, verdict))
    troubles = [
        Case(
            each.place,
            ended=Ending.ERROR if each.is_error else None,
            failure=f"{each.code}: {each.message}" if each.is_error else None,
            text=each.hint,
        )
        for each in report.troubles
    ]
    if troubles:
        by_check["input"] = troubles
    return junit_suites(by_check.items())


def _case(report: Report, verdict: Verdict) -> Case:
    name = account_words(report, verdict.account)
    ended = _ENDING[verdict.state]
    if ended is None:
        return Case(name)
    count = len(verdict.findings)
    said = number(count, "finding") if count else verdict.state.value
    message = f"{said}: {verdict.reason}" if verdict.reason else said
    return Case(name, ended=ended, failure=message, text="\n".join(_lines(verdict)))


def _lines(verdict: Verdict) -> Iterator[str]:
    for finding in verdict.findings[:_MOST]:
        yield _line(finding)
    more = len(verdict.findings) - _MOST
    if more > 0:
        yield f"and {more:,} more"


def _line(finding: Finding) -> str:
    said = f"{finding.severity.value} {finding.state.value} {finding.subject}: {finding.message}"
    return f"{printable(said)} [{finding.id}]"
