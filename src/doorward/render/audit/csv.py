"""An audit as CSV: a row for each finding, and for each check that did not come to its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doorward.render.audit.look import PLAIN, Look
from doorward.render.audit.wording import (
    checks_by_id,
    facts_words,
    moment,
    open_verdicts,
    references_words,
)
from doorward.render.csv import csv_text
from doorward.render.printable import printable
from doorward.results.finding import CheckInfo, Finding, Report
from doorward.results.tally import worst_first

COLUMNS: Final = (
    "kind",
    "id",
    "severity",
    "state",
    "check",
    "title",
    "practices",
    "references",
    "account",
    "account_name",
    "subject",
    "message",
    "evidence",
    "remedy",
    "commands",
    "policies",
    "made",
)
"""The columns; ``kind`` is ``finding``, or ``check`` for one that did not come to its end."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")  # noqa: RUF001


def csv_report(report: Report, look: Look = PLAIN) -> str:  # noqa: ARG001 - every form has it
    """Return a report as CSV (RFC 4180) with a line of heads.

    No cell begins as a formula does, so that no spreadsheet carries one out (OWASP, "CSV
    Injection"): such a cell has an apostrophe before it.
    """
    rows = (COLUMNS, *_findings(report), *_open(report))
    return csv_text([safe(cell) for cell in row] for row in rows) + "\n"


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, and that steers no terminal."""
    shown = printable(cell)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def _findings(report: Report) -> Iterator[tuple[str, ...]]:
    checks = checks_by_id(report)
    for finding in worst_first(report.findings()):
        yield _row(report, finding, checks[finding.check])


def _row(report: Report, finding: Finding, check: CheckInfo) -> tuple[str, ...]:
    remedy = finding.remedy
    return (
        "finding",
        finding.id,
        finding.severity.value,
        finding.state.value,
        finding.check,
        check.title,
        " ".join(check.practices),
        references_words(check),
        finding.account,
        report.accounts.get(finding.account, ""),
        finding.subject,
        finding.message,
        facts_words(finding),
        remedy.text if remedy else "",
        " ; ".join(remedy.commands) if remedy else "",
        " ".join(edit.policy for edit in remedy.edits) if remedy else "",
        moment(report.made),
    )


def _open(report: Report) -> Iterator[tuple[str, ...]]:
    checks = checks_by_id(report)
    for verdict in open_verdicts(report):
        check = checks[verdict.check]
        yield (
            "check",
            "",
            check.severity.value,
            verdict.state.value,
            verdict.check,
            check.title,
            " ".join(check.practices),
            references_words(check),
            verdict.account,
            report.accounts.get(verdict.account, ""),
            verdict.account,
            verdict.reason,
            "",
            "",
            "",
            "",
            moment(report.made),
        )
