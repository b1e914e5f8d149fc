"""The JSON of an audit: its form, as types, from which its JSON Schema is made.

It changes by addition only: readers leave alone what they do not know. ``importers.audit_report``
reads it back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from doorward.results.finding import Finding, Remedy, Report, Severity, State, Verdict
from doorward.results.tally import PracticeScore, Score, tally

SCHEMA: Final = "urn:doorward:audit:1"
"""The name of the form and its version."""


class _Form(msgspec.Struct, frozen=True, rename="camel"):
    """Members are written as AWS's own JSON APIs write them."""


class NameForm(_Form, frozen=True):
    """An account by its id, with its name."""

    id: str
    name: str


class ReferenceForm(_Form, frozen=True):
    """A control of a standard."""

    standard: str
    control: str


class CheckForm(_Form, frozen=True):
    """A check: the practices that it belongs to, of which it counts for the first."""

    id: str
    title: str
    severity: Severity
    practices: list[str]
    references: list[ReferenceForm] = []
    documentation: str = ""


class FactForm(_Form, frozen=True):
    """A piece of evidence."""

    name: str
    value: str


class EditForm(_Form, frozen=True):
    """A policy document as it is and as it should be, both JSON text; by ARN, or its owner's."""

    policy: str
    before: str
    after: str
    name: str | None = None


class RemedyForm(_Form, frozen=True):
    """What ends a finding; ``<…>`` in a command stands for what a person has to choose."""

    text: str
    commands: list[str] = []
    edits: list[EditForm] = []


class FindingForm(_Form, frozen=True):
    """A subject that does not pass a check; ``id`` is the same in every run."""

    id: str
    check: str
    state: State
    severity: Severity
    account: str
    subject: str
    message: str
    facts: list[FactForm] = []
    remedy: RemedyForm | None = None
    about: str = ""


class VerdictForm(_Form, frozen=True):
    """How a check ended on an account or organization; ``reason`` says why it did not, or not all.

    Of the subjects ``examined`` those passed that have no finding, here or among the suppressed.
    """

    check: str
    account: str
    state: State
    examined: int
    findings: list[FindingForm]
    reason: str = ""


class SuppressedForm(_Form, frozen=True):
    """A finding that counts for nothing until a day, and why."""

    finding: FindingForm
    reason: str
    until: datetime


class TroubleForm(_Form, frozen=True):
    """Something wrong with what was audited; an error among them makes the audit fail."""

    code: str
    place: str
    message: str
    hint: str = ""
    is_error: bool = False


class ScoreForm(_Form, frozen=True):
    """Verdicts by state, and the share that passed: passed / (passed + failed + errors).

    ``score`` is in whole percent, rounded down; null where no verdict counts. ``practice`` is its
    id, empty for checks that belong to none, and null for the whole audit.
    """

    practice: str | None
    score: int | None
    passed: int
    failed: int
    errors: int
    unknown: int
    not_checked: int


class SummaryForm(_Form, frozen=True):
    """The numbers of the audit; ``severities`` and ``states`` count findings."""

    findings: int
    suppressed: int
    examined: int
    severities: dict[str, int]
    states: dict[str, int]
    score: ScoreForm
    practices: list[ScoreForm]


class ReportForm(_Form, frozen=True):
    """An audit: when it was made, of what, by which data, and what it says.

    ``taken`` is when what was audited was exported, null where that is not known; ``catalog`` the
    version of the data on AWS's services.
    """

    schema: str
    made: datetime
    taken: datetime | None
    estate: str
    catalog: str
    summary: SummaryForm
    accounts: list[NameForm]
    checks: list[CheckForm]
    verdicts: list[VerdictForm]
    suppressed: list[SuppressedForm] = []
    troubles: list[TroubleForm] = []


def report_form(report: Report) -> ReportForm:
    """Return a report in its form."""
    return ReportForm(
        SCHEMA,
        report.made,
        report.taken,
        report.estate,
        report.catalog,
        _summary(report),
        [NameForm(*each) for each in report.accounts.items()],
        [
            CheckForm(
                check.id,
                check.title,
                check.severity,
                list(check.practices),
                [ReferenceForm(each.standard, each.control) for each in check.references],
                check.documentation,
            )
            for check in report.checks
        ],
        [_verdict(verdict) for verdict in report.verdicts],
        [
            SuppressedForm(finding_form(each.finding), each.reason, each.until)
            for each in report.suppressed
        ],
        [
            TroubleForm(each.code, each.place, each.message, each.hint, each.is_error)
            for each in report.troubles
        ],
    )


def finding_form(finding: Finding) -> FindingForm:
    """Return a finding in its form."""
    return FindingForm(
        finding.id,
        finding.check,
        finding.state,
        finding.severity,
        finding.account,
        finding.subject,
        finding.message,
        [FactForm(*each) for each in finding.facts],
        None if finding.remedy is None else _remedy(finding.remedy),
        finding.about,
    )


def _remedy(remedy: Remedy) -> RemedyForm:
    edits = [EditForm(each.policy, each.before, each.after, each.name) for each in remedy.edits]
    return RemedyForm(remedy.text, list(remedy.commands), edits)


def _verdict(verdict: Verdict) -> VerdictForm:
    return VerdictForm(
        verdict.check,
        verdict.account,
        verdict.state,
        verdict.examined,
        [finding_form(each) for each in verdict.findings],
        verdict.reason,
    )


def _summary(report: Report) -> SummaryForm:
    counted = tally(report)
    return SummaryForm(
        counted.findings,
        counted.suppressed,
        counted.examined,
        {each.value: count for each, count in counted.severities.items()},
        {each.value: count for each, count in counted.states.items()},
        _score(None, counted.score),
        [_practice(each) for each in counted.practices],
    )


def _practice(each: PracticeScore) -> ScoreForm:
    return _score(each.practice, each.score)


def _score(practice: str | None, score: Score) -> ScoreForm:
    return ScoreForm(
        practice,
        score.value,
        score.passed,
        score.failed,
        score.errors,
        score.unknown,
        score.not_checked,
    )
