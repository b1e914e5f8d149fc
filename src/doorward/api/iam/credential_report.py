"""GenerateCredentialReport and GetCredentialReport.

A report is made at once and kept: for four hours it is the account's report, as on AWS.

Sources: IAM API Reference; IAM User Guide, "Generate credential reports for your AWS account".
"""

from __future__ import annotations

from datetime import timedelta

from doorward.analysis.report import credentials
from doorward.api.call import Read
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import as_is, operation
from doorward.control import report_messages
from doorward.model.credential import AccessKey
from doorward.model.organization import Account
from doorward.model.report import Report
from doorward.render.csv import csv_text

KIND = "credential report"
"""The kind of these reports; their body is the CSV."""

VALID = timedelta(hours=4)
"""How long a report is the account's report, and no other is made."""

KEPT = timedelta(days=30)
"""How long it is remembered that there was one; AWS does not publish its own."""

_STARTED = {
    "State": "STARTED",
    "Description": "No report exists. Starting a new report generation task",
}


def _held(call: Read) -> Report | None:
    """Return the account's report, expired or not."""
    return call.reports.get(f"{KIND}/{call.caller.account}")


def _expired(call: Read, report: Report) -> bool:
    return call.now >= report.made + VALID


@operation(
    "iam",
    "GenerateCredentialReport",
    asks=about(facts.everything),
    answer=as_is,
    reads_store=True,
    takes_long=True,
)
def generate_credential_report(call: Read) -> shapes.Shape:
    """Make the account's report, unless there is one of the last four hours."""
    held, account_id = _held(call), call.caller.account
    if held is not None and not _expired(call, held):
        return {"State": "COMPLETE"}
    account = call.directory.get(Account, account_id)
    assert account is not None  # noqa: S101 - the caller's account exists, or nobody called
    keys = call.directory.find(AccessKey, account=account_id)
    uses = call.uses.last(key.id for key in keys)
    call.reports.keep(
        Report(
            id=f"{KIND}/{account_id}",
            account=account_id,
            kind=KIND,
            made=call.now,
            expires=call.now + KEPT,
            body=csv_text(credentials.rows(call.directory, account, uses)),
        )
    )
    return _STARTED


def _answer(report: Report) -> shapes.Shape:
    return {
        "Content": report.body.encode(),
        "ReportFormat": "text/csv",
        "GeneratedTime": report.made,
    }


@operation(
    "iam",
    "GetCredentialReport",
    asks=about(facts.everything),
    answer=_answer,
    reads_store=True,
)
def get_credential_report(call: Read) -> Report:
    """Return the account's report; raise ReportNotPresent, ReportExpired."""
    held = _held(call)
    if held is None:
        raise report_messages.NO_REPORT.error()
    if _expired(call, held):
        raise report_messages.REPORT_EXPIRED.error()
    return held
