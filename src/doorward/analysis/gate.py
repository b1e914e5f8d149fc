"""Whether an audit lets continuous integration go on: the exit code of ``--fail-on``."""

from __future__ import annotations

from typing import Final

from doorward.results.finding import Report, Severity, State

CLEAR: Final = 0
"""Nothing was found that is as bad as asked for."""

FOUND: Final = 3
"""Something was."""

BROKEN: Final = 4
"""A check ended in ERROR, or something could not be read: what is not found may still be there."""


def exit_code(report: Report, fail_on: Severity | None) -> int:
    """Return the exit code for a report.

    Findings count whatever their state, since only PASS is a pass, unless they are suppressed;
    with ``None`` none counts. An error counts always, and more than any finding.
    """
    if any(verdict.state is State.ERROR for verdict in report.verdicts):
        return BROKEN
    if any(finding.state is State.ERROR for finding in report.findings()):
        return BROKEN
    if any(trouble.is_error for trouble in report.troubles):
        return BROKEN
    if fail_on is None:
        return CLEAR
    found = any(finding.severity.rank <= fail_on.rank for finding in report.findings())
    return FOUND if found else CLEAR
