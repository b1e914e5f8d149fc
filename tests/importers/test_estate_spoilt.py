"""What spoilt estates have taught (``dev.py spoil``): a row for each wrong that was found.

Provenance: IAM User Guide, "Generate credential reports" (columns, tokens, who has a row); IAM API
Reference, ``PasswordPolicy`` (bounds), the data types of dates; RFC 3339.
"""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from doorward.analysis import checks
from doorward.analysis.registry import REGISTRY, Extent
from doorward.analysis.run import run
from doorward.importers.credential_report import COLUMNS
from doorward.importers.estate.read import Estate, read_estate
from doorward.importers.times import read_time
from doorward.model.evidence import Source
from doorward.model.organization import Account
from doorward.policy.problem import Severity
from doorward.results.finding import State
from tests.importers.test_estate_evidence import (
    ANA,
    DETAILS,
    FULL,
    ROWS,
    TIME,
    A,
    B,
    T,
    changed,
    row,
    without,
)
from tests.importers.test_estate_problems import ALICE, decided
from tests.importers.test_policy_files import written

HEAD = ",".join(COLUMNS)


def more(old: str, new: str) -> Any:
    """A change of a report: one text in it is another."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def twice(text: str) -> str:
    """The column of MFA twice, the second time with another value."""
    head, *rows = text.split("\n")
    return "\n".join([f"{head},mfa_active", *(f"{each},true" for each in rows)])


BROKEN: list[tuple[str, Any, str, Source]] = [
    # a credential report
    ("report.csv", twice, "INVALID_VALUE", Source.CREDENTIAL_REPORT),
    ("report.csv", more(row("ben"), row("ben", password_enabled="N/A")), "INVALID_VALUE",
     Source.CREDENTIAL_REPORT),
    ("report.csv", more(row("ben"), row("ben", password_last_used="")), "INVALID_VALUE",
     Source.CREDENTIAL_REPORT),
    ("report.csv", more(row("ben"), row("ben", arn=ANA)), "INVALID_VALUE",
     Source.CREDENTIAL_REPORT),
    ("report.csv", more(f"{A}:root,", f"{A}:root\0,"), "INVALID_VALUE", Source.CREDENTIAL_REPORT),
    ("report.csv", more(f",{T},", f",{T}\0,"), "INVALID_VALUE", Source.CREDENTIAL_REPORT),
    ("report.csv", more(f",{T},", f",{T[:10]},"), "INVALID_VALUE", Source.CREDENTIAL_REPORT),
    ("report.csv", lambda _text: "", "UNKNOWN_FILE", Source.CREDENTIAL_REPORT),
    ("report.csv", lambda text: text[:7], "UNKNOWN_FILE", Source.CREDENTIAL_REPORT),
    ("report.csv", more("user,arn,", "arn,"), "MISSING_FIELD", Source.CREDENTIAL_REPORT),
    ("report.csv", more("user,", "users,"), "MISSING_FIELD", Source.CREDENTIAL_REPORT),
    # what AWS bounds
    ("password.json", lambda page: page["PasswordPolicy"].update(MinimumPasswordLength=10**30),
     "INVALID_VALUE", Source.PASSWORD_POLICY),
    ("password.json", lambda page: page["PasswordPolicy"].update(PasswordReusePrevention=25),
     "INVALID_VALUE", Source.PASSWORD_POLICY),
    ("password.json", lambda page: page["PasswordPolicy"].update(MaxPasswordAge=1096),
     "INVALID_VALUE", Source.PASSWORD_POLICY),
    # half a time is none, nor is one of another time than the estate's
    ("keys.json", lambda page: page["AccessKeyMetadata"][0].update(CreateDate="2026-01-02"),
     "INVALID_VALUE", Source.ACCESS_KEYS),
    ("keys.json", lambda page: page["AccessKeyMetadata"][0].update(CreateDate=f"{T}\0"),
     "INVALID_VALUE", Source.ACCESS_KEYS),
    ("keys.json", lambda page: page["AccessKeyMetadata"][0].update(
        CreateDate="0001-01-01T00:00:00+14:00"), "INVALID_VALUE", Source.ACCESS_KEYS),
    ("keys.json", lambda page: page["AccessKeyMetadata"][0].update(
        CreateDate="2999-01-01T00:00:00Z"), "LATER_THAN_TAKEN", Source.ACCESS_KEYS),
    ("devices.json", lambda page: page["MFADevices"][1].update(
        EnableDate="2999-01-01T00:00:00Z"), "LATER_THAN_TAKEN", Source.MFA_DEVICES),
    ("details.json", lambda page: page["RoleDetailList"][0].update(
        RoleLastUsed={"LastUsedDate": "2999-01-01T00:00:00Z"}), "LATER_THAN_TAKEN",
     Source.DETAILS),
    ("accessed.json", lambda pages: pages[0]["ServicesLastAccessed"][0].update(
        LastAuthenticated="2999-01-01T00:00:00Z"), "LATER_THAN_TAKEN", Source.LAST_ACCESSED),
    ("report.csv", more(f"true,{T}", "true,2999-01-01T00:00:00Z"), "LATER_THAN_TAKEN",
     Source.CREDENTIAL_REPORT),
    # one thing, told in two ways
    ("accessed.json", lambda pages: [*pages, {
        **pages[0], "ServicesLastAccessed": [
            {"ServiceNamespace": "s3", "LastAuthenticated": "2025-01-01T00:00:00Z"}]}],
     "CONFLICTING_ENTRIES", Source.LAST_ACCESSED),
    # among answers, what is none
    ("accessed.json", lambda pages: [*pages, 7], "UNKNOWN_CONTENT", Source.LAST_ACCESSED),
    ("accessed.json", lambda pages: [*pages, {}], "UNKNOWN_CONTENT", Source.LAST_ACCESSED),
    ("keys.json", lambda page: [page, None], "UNKNOWN_CONTENT", Source.ACCESS_KEYS),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "change", "code", "kind"),
    BROKEN,
    ids=[f"{b[0]} {b[2]} {i}" for i, b in enumerate(BROKEN)],
)
def test_what_says_nothing_for_certain_leaves_its_source_broken(
    name: str, change: Any, code: str, kind: Source, tmp_path: Path
) -> None:
    found = read_estate(written(tmp_path, changed(name, change)))
    assert code in [each.code for each in found.problems]
    assert list(found.broken[A]) == [kind]
    assert f"{A}/{name}" in found.broken[A][kind]


def codes(found: Estate) -> list[str]:
    return [each.code for each in found.problems]


def test_details_without_entries_are_held_against_what_counts_them(tmp_path: Path) -> None:
    """The first page is missing, and the last is empty: AWS's markers do not tell."""
    nothing: dict[str, list[object]] = {name: [] for name in DETAILS}
    files = FULL | {f"{A}/details.json": nothing}
    found = read_estate(written(tmp_path, files))
    assert {"INCOMPLETE_DETAILS", "UNKNOWN_USER"} <= {*codes(found)}
    assert {Source.DETAILS, Source.ACCESS_KEYS} <= found.broken[A].keys()


def test_a_folder_in_the_place_of_a_file_is_an_error(tmp_path: Path) -> None:
    written(tmp_path, without("keys.json"))
    (tmp_path / A / "keys.json").mkdir()
    found = read_estate(tmp_path)
    assert [(each.code, each.file) for each in found.problems] == [
        ("UNREADABLE_FILE", f"{A}/keys.json")
    ]
    assert Source.ACCESS_KEYS in found.broken[A]


@pytest.mark.parametrize("taken", ["soon", 7, None, "2026-01-02"])
def test_when_an_estate_was_taken_is_needed_by_all_that_has_an_age(
    taken: object, tmp_path: Path
) -> None:
    found = read_estate(written(tmp_path, FULL | {"estate.json": {"Taken": taken}}))
    (problem,) = found.problems
    assert (problem.severity, problem.file) == (Severity.ERROR, "estate.json")
    deciding = {Source.DETAILS, Source.ORGANIZATION, Source.RESOURCES}
    assert found.broken[A].keys() == set(Source) - deciding


def test_nothing_is_dated_after_the_audit_where_nothing_says_when_it_was_taken(
    tmp_path: Path,
) -> None:
    files = {name: value for name, value in FULL.items() if name != "estate.json"}
    written(tmp_path, files)
    assert codes(read_estate(tmp_path)) == []
    assert codes(read_estate(tmp_path, now=TIME)) == []
    early = read_estate(tmp_path, now=TIME - timedelta(days=30))
    assert {*codes(early)} == {"LATER_THAN_TAKEN"}
    assert Source.ACCESS_KEYS in early.broken[A]


def test_no_decision_rests_on_a_time(tmp_path: Path) -> None:
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    late = "2999-01-01T00:00:00Z"
    user = {
        "UserName": "alice", "UserId": "AIDAEXAMPLEALICE00001", "Arn": ALICE, "CreateDate": late,
        "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": {"Statement": allow}}],
    }  # fmt: skip
    files: dict[str, object] = {
        "details.json": {"UserDetailList": [user]}, "estate.json": {"Taken": T},
    }  # fmt: skip
    found = read_estate(written(tmp_path, files))
    assert "LATER_THAN_TAKEN" in codes(found)
    assert decided(found, ALICE, "sqs:ListQueues", "*") == "ALLOW"


def test_answers_in_one_file_tell_each_of_its_own(tmp_path: Path) -> None:
    """Of a key of somebody who is not there, the keys are broken; not what stands last."""
    keys = {"AccessKeyMetadata": [
        {"UserName": "gone", "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "Status": "Active",
         "CreateDate": T}]}  # fmt: skip
    summary = FULL[f"{A}/summary.json"]
    files = without("keys.json", without("summary.json")) | {f"{A}/both.json": [keys, summary]}
    found = read_estate(written(tmp_path, files))
    assert codes(found) == ["UNKNOWN_USER"]
    assert list(found.broken[A]) == [Source.ACCESS_KEYS]


def test_a_report_of_two_accounts_tells_each_of_its_own(tmp_path: Path) -> None:
    """One account has a user that its details lack; the other lacks its root user."""
    other = row("zoe").replace(A, B)
    text = "\n".join([HEAD, *ROWS, row("extra"), other])
    files = without("report.csv", without("summary.json")) | {"report.csv": text}
    found = read_estate(written(tmp_path, files))
    assert codes(found) == ["INCOMPLETE_REPORT", "INCOMPLETE_REPORT"]
    assert list(found.broken[A]) == [Source.DETAILS]
    assert list(found.broken[B]) == [Source.CREDENTIAL_REPORT]


def test_checks_of_an_organization_without_an_id_are_errors_of_its_accounts(
    tmp_path: Path,
) -> None:
    organization = {
        "Organization": {"Id": 7, "MasterAccountId": B},
        "Roots": [{"Id": "r-exam"}],
        "Accounts": [{"Id": each, "ParentId": "r-exam"} for each in (A, B)],
    }
    files = without("organization.json") | {"organization.json": organization}
    found = read_estate(written(tmp_path, files))
    checks.load()
    of_organizations = [e for e in REGISTRY.values() if e.extent is Extent.ORGANIZATION]
    told = run(of_organizations, found.snapshot, found.evidence, TIME, broken=found.broken)
    assert {each.id for each in found.snapshot.all(Account)} == {A, B}
    assert len(told) == 2 * len(of_organizations)
    assert {each.state for each in told} == {State.ERROR}


TIMES = {
    "2026-01-02T03:04:05Z": TIME,
    "2026-01-02T03:04:05+00:00": TIME,
    "2026-01-02T03:04:05": TIME,
    "2026-01-02 03:04:05+00:00": TIME,
    "2026-01-02T04:04:05+01:00": TIME,
    "2026-01-02T03:04:05.000Z": TIME,
    "2026-01-02T03:04:05.123456789Z": TIME.replace(microsecond=123456),
}


@pytest.mark.parametrize("text", TIMES)
def test_times_as_tools_write_them(text: str) -> None:
    assert read_time(text) == TIMES[text]
    assert read_time(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "", "2026", "2026-01-02", "2026-01-02T03", "2026-01-02T03:04", "2026-01-02T03:04:05+00",
        "2026-01-02T03:04:05Z\0", "20260102T030405Z", "2026-W01-5T03:04:05Z",
        "2026-02-29T00:00:00Z", "2026-01-02T03:04:05Z ", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00", "2026-01-02T03:04:05+99:99", "٢٠٢٦-01-02T03:04:05Z",
    ],
)  # fmt: skip
def test_half_a_time_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|range|offset|day|month"):
        read_time(text)


def test_the_last_moment_there_is_has_no_later_one(tmp_path: Path) -> None:
    """A file may say that it was taken then; nothing is later, and nothing is added to it."""
    end = datetime.max.replace(microsecond=0, tzinfo=UTC).isoformat()
    found = read_estate(written(tmp_path, FULL | {"estate.json": {"Taken": end}}))
    assert codes(found) == []


OTHER = "999988887777"


def moved(name: str, *steps: str | int) -> dict[str, Any]:
    """The estate, in which one ARN or serial number is of another account."""

    def change(page: Any) -> None:
        *way, last = steps
        for step in way:
            page = page[step]
        page[last] = page[last].replace(A, OTHER)

    return changed(name, change)


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        (moved("details.json", "RoleDetailList", 0, "Arn"), Source.DETAILS),
        (moved("virtual.json", "VirtualMFADevices", 0, "SerialNumber"), Source.MFA_DEVICES),
        (moved("certificates.json", "ServerCertificateMetadataList", 0, "Arn"),
         Source.SERVER_CERTIFICATES),
        (moved("accessed.json", 0, "Arn"), Source.LAST_ACCESSED),
        (changed("report.csv", lambda text: text.replace(A, OTHER)), Source.CREDENTIAL_REPORT),
    ],
)  # fmt: skip
def test_what_is_of_another_account_than_its_folder_leaves_neither_whole(
    files: dict[str, Any], kind: Source, tmp_path: Path
) -> None:
    found = read_estate(written(tmp_path, files))
    assert "OTHER_ACCOUNT" in codes(found)
    assert kind in found.broken[A]
    assert kind in found.broken[OTHER]


def roles_used(*times: str) -> dict[str, Any]:
    """The details once for each time at which their role was last used."""
    pages = []
    for time in times:
        page = copy.deepcopy(DETAILS)
        page["RoleDetailList"][0]["RoleLastUsed"] = {"LastUsedDate": time}
        pages.append(page)
    return FULL | {f"{A}/details.json": pages}


@pytest.mark.parametrize("times", [(T, "2025-01-01T00:00:00Z"), ("2025-01-01T00:00:00Z", T)])
def test_a_role_that_was_last_used_at_two_times_is_not_known_to_be_in_use(
    times: tuple[str, str], tmp_path: Path
) -> None:
    """Decisions rest on no use: to them the role is as known as before."""
    found = read_estate(written(tmp_path, roles_used(*times)))
    told = [each for each in found.problems if each.code == "CONFLICTING_ENTRIES"]
    assert [each.severity for each in told] == [Severity.WARNING]
    assert list(found.broken[A]) == [Source.DETAILS]
    assert (
        codes(read_estate(written(tmp_path / "same", roles_used(T, T)))).count(
            "CONFLICTING_ENTRIES"
        )
        == 0
    )


QUEUE = f"arn:aws:sqs:us-east-1:{A}:jobs"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
SILENT = {"Effect": "Deny", "Action": "sqs:*"}
"""Without a Resource or a Principal, the engine takes it for being about nothing."""


def silenced(place: str, statement: dict[str, Any]) -> dict[str, Any]:
    """An estate whose one user may everything, but for a statement that stands somewhere."""
    document = {"Statement": [ALL | ({"Principal": "*"} if place == "Policy" else {}), statement]}
    user = {
        "UserName": "alice", "UserId": "AIDAEXAMPLEALICE00001", "Arn": ALICE,
        "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": {"Statement": ALL}}],
    }  # fmt: skip
    scp = {
        "Id": "p-x", "Type": "SERVICE_CONTROL_POLICY", "Targets": ["r-exam", A],
        "Content": {"Statement": [ALL, statement]},
    }  # fmt: skip
    rcp = scp | {"Type": "RESOURCE_CONTROL_POLICY", "Content": {"Statement": statement}}
    policies = {"SCP": [scp], "RCP": [rcp]}.get(place, [])
    if place == "PolicyDocument":
        user["UserPolicyList"] = [{"PolicyName": "p", "PolicyDocument": document}]
    return {
        "details.json": {"UserDetailList": [user]},
        "resources.json": {"Resources": [
            {"Arn": QUEUE} | ({"Policy": document} if place == "Policy" else {})]},
        "organization.json": {
            "Organization": {"Id": "o-exampleorg", "MasterAccountId": B},
            "Roots": [{"Id": "r-exam"}],
            "Accounts": [{"Id": each, "ParentId": "r-exam"} for each in (A, B)],
            "Policies": policies},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("place", "whole", "code"),
    [
        ("PolicyDocument", {"Resource": "*"}, "MISSING_RESOURCE"),
        ("SCP", {"Resource": "*"}, "MISSING_RESOURCE"),
        ("RCP", {"Resource": "*", "Principal": "*"}, "MISSING_RESOURCE"),
        ("RCP", {"Resource": "*", "Principal": "*"}, "MISSING_PRINCIPAL"),
        ("Policy", {"Resource": "*", "Principal": "*"}, "MISSING_RESOURCE"),
        ("Policy", {"Resource": "*", "Principal": "*"}, "MISSING_PRINCIPAL"),
    ],
)
def test_a_statement_without_what_it_is_about_is_not_taken_for_none(
    place: str, whole: dict[str, str], code: str, tmp_path: Path
) -> None:
    """AWS writes none (``MISSING_RESOURCE``, ``MISSING_PRINCIPAL`` of its validation)."""
    asked = (ALICE, "sqs:SendMessage", QUEUE)
    denied = read_estate(written(tmp_path, silenced(place, SILENT | whole)))
    assert codes(denied) == []
    assert decided(denied, *asked) == "EXPLICIT_DENY"
    left = {name: each for name, each in whole.items() if name.upper() != code[8:]}
    found = read_estate(written(tmp_path, silenced(place, SILENT | left)))
    assert codes(found) == [code]
    assert decided(found, *asked) == "UNDECIDED"


def test_a_trust_policy_without_a_principal_is_not_known(tmp_path: Path) -> None:
    page = copy.deepcopy(DETAILS)
    page["RoleDetailList"][0]["AssumeRolePolicyDocument"] = {
        "Statement": {"Effect": "Deny", "Action": "sts:AssumeRole"}
    }
    found = read_estate(written(tmp_path, FULL | {f"{A}/details.json": page}))
    assert codes(found) == ["MISSING_PRINCIPAL"]
    assert list(found.broken[A]) == [Source.DETAILS]


def test_a_link_to_itself_is_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    written(tmp_path, without("keys.json"))
    (tmp_path / A / "keys.json").symlink_to(tmp_path / A / "keys.json")
    found = read_estate(tmp_path)
    assert [(each.code, each.file) for each in found.problems] == [
        ("UNREADABLE_FILE", f"{A}/keys.json")
    ]


def test_a_page_without_entries_that_others_follow_is_not_whole(tmp_path: Path) -> None:
    """Of whom it is nobody knows; that something is missing is known all the same."""
    files = {
        "report.csv": FULL[f"{A}/report.csv"],
        "details.json": {"UserDetailList": [], "IsTruncated": True, "Marker": "m"},
    }
    found = read_estate(written(tmp_path, files))
    assert codes(found) == ["PAGES_MISSING"]
    assert Source.DETAILS in found.broken[A]
