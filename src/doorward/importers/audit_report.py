"""Audits that were written as JSON, read back: to compare runs and to draw their trend."""

from __future__ import annotations

import json
from datetime import datetime

import msgspec

from doorward.errors import InvalidInput
from doorward.render.audit.form import (
    SCHEMA,
    CheckForm,
    FindingForm,
    RemedyForm,
    ReportForm,
)
from doorward.results.finding import (
    CheckInfo,
    Edit,
    Finding,
    Reference,
    Remedy,
    Report,
    Suppressed,
    Trouble,
    Verdict,
)


def read_report(text: str | bytes) -> Report:
    """Return the report that ``render.audit`` wrote as JSON.

    Raises ``InvalidInput`` for what is none, or of another version.
    """
    try:
        form = msgspec.convert(json.loads(text), ReportForm)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("InvalidReport", f"this is no audit's JSON: {error}") from error
    if form.schema != SCHEMA:
        raise InvalidInput("InvalidReport", f"the schema is {form.schema!r}, not {SCHEMA!r}")
    _aware(form.made)
    return Report(
        form.made,
        form.estate,
        tuple(_check(each) for each in form.checks),
        {each.id: each.name for each in form.accounts},
        tuple(
            Verdict(
                each.check,
                each.account,
                each.state,
                each.examined,
                tuple(_finding(found) for found in each.findings),
                each.reason,
            )
            for each in form.verdicts
        ),
        form.taken,
        form.catalog,
        tuple(
            Suppressed(_finding(each.finding), each.reason, each.until) for each in form.suppressed
        ),
        tuple(
            Trouble(each.code, each.place, each.message, each.hint, each.is_error)
            for each in form.troubles
        ),
    )


def _aware(made: datetime) -> None:
    if made.tzinfo is None:
        raise InvalidInput("InvalidReport", "`made` has no offset")


def _check(form: CheckForm) -> CheckInfo:
    references = tuple(Reference(each.standard, each.control) for each in form.references)
    return CheckInfo(
        form.id,
        form.title,
        form.severity,
        tuple(form.practices),
        references,
        form.documentation,
    )


def _finding(form: FindingForm) -> Finding:
    return Finding(
        form.check,
        form.state,
        form.severity,
        form.account,
        form.subject,
        form.message,
        tuple((each.name, each.value) for each in form.facts),
        None if form.remedy is None else _remedy(form.remedy),
        form.about,
    )


def _remedy(form: RemedyForm) -> Remedy:
    edits = tuple(Edit(each.policy, each.before, each.after, each.name) for each in form.edits)
    return Remedy(form.text, tuple(form.commands), edits)
