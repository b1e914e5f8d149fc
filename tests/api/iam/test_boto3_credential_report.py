"""The credential report on the wire, by unmodified boto3.

Provenance: IAM API Reference, GenerateCredentialReport and GetCredentialReport (states, errors and
their status); IAM User Guide, "Generate credential reports for your AWS account" (four hours).
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from doorward.api.iam import credential_report
from doorward.api.operation import REGISTRY
from doorward.control.errors import ControlError
from doorward.model.organization import Account
from doorward.model.report import Report
from doorward.model.snapshot import Snapshot
from tests.accounts import allow, new_account, new_user, policy, refused
from tests.api.asking import ACCOUNT, NOW, call
from tests.live import LiveServer


def test_a_report_is_made_once_and_fetched(live_server: LiveServer) -> None:
    account, administrator = new_account(live_server)
    iam = administrator.client("iam")
    with refused("ReportNotPresent", "", 410):
        iam.get_credential_report()
    name, user = new_user(administrator)
    user.client("sts").get_caller_identity()
    first = iam.generate_credential_report()
    assert (first["State"], first["Description"]) == (
        "STARTED",
        "No report exists. Starting a new report generation task",
    )
    again = iam.generate_credential_report()
    assert again["State"] == "COMPLETE"
    assert "Description" not in again
    report = iam.get_credential_report()
    assert report["ReportFormat"] == "text/csv"
    assert datetime.now(UTC) - report["GeneratedTime"] < timedelta(minutes=5)
    lines = list(csv.DictReader(report["Content"].decode().splitlines()))
    assert [line["user"] for line in lines] == ["<root_account>", "administrator", name]
    assert {line["arn"].split(":")[4] for line in lines} == {account}
    mine = lines[2]
    assert mine["access_key_1_active"] == "true"
    assert (mine["access_key_1_last_used_service"], mine["access_key_1_last_used_region"]) == (
        "sts",
        "us-east-1",
    )
    used = iam.get_access_key_last_used(AccessKeyId=user.access_key_id)["AccessKeyLastUsed"]
    assert datetime.fromisoformat(mine["access_key_1_last_used_date"]) == used["LastUsedDate"]
    new_user(administrator)
    assert iam.get_credential_report()["Content"] == report["Content"]


def test_accounts_have_reports_of_their_own(live_server: LiveServer) -> None:
    _, administrator = new_account(live_server)
    administrator.client("iam").generate_credential_report()
    _, other = new_account(live_server)
    with refused("ReportNotPresent", "", 410):
        other.client("iam").get_credential_report()


def test_making_and_reading_are_allowed_apart(live_server: LiveServer) -> None:
    """IAM User Guide, "Required permissions"."""
    _, administrator = new_account(live_server)
    _, maker = new_user(administrator, policy(allow("iam:GenerateCredentialReport")))
    assert maker.client("iam").generate_credential_report()["State"] == "STARTED"
    with refused("AccessDenied", "iam:GetCredentialReport", 403):
        maker.client("iam").get_credential_report()


class Shelf:
    """One report, kept in memory: the store's own shelf has its tests in ``acceptance``."""

    def __init__(self) -> None:
        self.held: dict[str, Report] = {}

    def keep(self, report: Report) -> None:
        self.held[report.id] = report

    def get(self, report_id: str) -> Report | None:
        return self.held.get(report_id)


@pytest.mark.parametrize(
    ("after", "expired"),
    [
        (timedelta(0), False),
        (timedelta(hours=4) - timedelta(seconds=1), False),
        (timedelta(hours=4), True),
        (timedelta(days=3), True),
    ],
)
def test_a_report_holds_for_four_hours(after: timedelta, expired: bool) -> None:
    estate, shelf = Snapshot.of([Account(ACCOUNT, "main", NOW)], {}), Shelf()

    def run(name: str, later: timedelta) -> Any:
        made = msgspec.structs.replace(call(estate), reports=shelf, now=NOW + later)
        operation = REGISTRY["iam", name]
        return operation.answer(operation.handler(made))

    assert run("GenerateCredentialReport", timedelta(0))["State"] == "STARTED"
    if expired:
        with pytest.raises(ControlError) as caught:
            run("GetCredentialReport", after)
        assert caught.value.code == "ReportExpired"
    else:
        assert run("GetCredentialReport", after)["GeneratedTime"] == NOW
    again = run("GenerateCredentialReport", after)["State"]
    assert again == ("STARTED" if expired else "COMPLETE")
    assert run("GetCredentialReport", after)["GeneratedTime"] == (NOW + after if expired else NOW)
    assert credential_report.KEPT > credential_report.VALID
