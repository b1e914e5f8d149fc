"""``doorward audit`` on files and on a store: what it says, and what its exit code means."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from doorward.analysis.checks import load
from doorward.analysis.registry import REGISTRY
from doorward.cli.audit_options import FORMS
from doorward.importers.credential_report import COLUMNS
from doorward.model.evidence import BY_REGION
from doorward.render.audit import FORMS as DRAWN
from tests.cli.running import doorward
from tests.live import serving
from tests.usecases.test_alert import hook

ACCOUNT = "111122223333"
AT = "2026-01-31T12:00:00Z"
MADE = "2025-01-01T00:00:00+00:00"
Json = dict[str, Any]


def document(*statements: Json) -> Json:
    """Return a policy."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def user(name: str, **more: Any) -> Json:
    """Return the details of a user."""
    return {
        "Path": "/",
        "UserName": name,
        "UserId": f"AIDA{name.upper():A<17}",
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "CreateDate": MADE,
        "GroupList": [],
        "AttachedManagedPolicies": [],
        **more,
    }


ADMINISTRATOR = {
    "PolicyName": "AdministratorAccess",
    "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
}
DETAILS: Json = {
    "UserDetailList": [user("ana", AttachedManagedPolicies=[ADMINISTRATOR]), user("bob")],
    "GroupDetailList": [],
    "RoleDetailList": [],
    "Policies": [],
    "IsTruncated": False,
}


def row(name: str, **more: str) -> str:
    """Return a line of a credential report."""
    told = dict.fromkeys(COLUMNS, "N/A") | {
        "user": name,
        "arn": f"arn:aws:iam::{ACCOUNT}:{'root' if name.startswith('<') else 'user/' + name}",
        "user_creation_time": MADE,
        "password_enabled": "false",
        "mfa_active": "false",
        "access_key_1_active": "false",
        "access_key_2_active": "false",
        "cert_1_active": "false",
        "cert_2_active": "false",
    }
    return ",".join((told | more).values())


REPORT = "\n".join(
    [
        ",".join(COLUMNS),
        row("<root_account>", password_enabled="not_supported", mfa_active="true"),
        row("ana", access_key_1_active="true", access_key_1_last_rotated=MADE),
        row("bob"),
    ]
)


def estate(folder: Path, files: Mapping[str, object] | None = None) -> Path:
    """Write an estate; ``files`` are more, or others, by name: text, or JSON."""
    told: dict[str, object] = {
        "details.json": DETAILS,
        "credential-report.csv": REPORT,
        **(files or {}),
    }
    for name, content in told.items():
        text = content if isinstance(content, str) else json.dumps(content)
        path = folder / ACCOUNT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def audited(folder: Path, *more: str | Path) -> tuple[int, Json]:
    """Audit an estate; return exit code and report."""
    done = doorward("audit", *map(str, (folder, *more)), "--output", "json", "--at", AT)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def without_ids(value: Any) -> Any:
    """Return a value without ids of findings, which are digests of what they are about."""
    if isinstance(value, dict):
        return {key: without_ids(each) for key, each in value.items() if key != "id"}
    return [without_ids(each) for each in value] if isinstance(value, list) else value


def states(report: Json) -> dict[str, str]:
    """Return the state of each check."""
    return {verdict["check"]: verdict["state"] for verdict in report["verdicts"]}


def test_it_says_what_is_wrong_and_what_ends_it(tmp_path: Path) -> None:
    done = doorward("audit", str(estate(tmp_path)), "--at", AT)
    said = done.stdout.decode()
    assert (done.returncode, done.stderr) == (3, b"")
    assert f"arn:aws:iam::{ACCOUNT}:user/ana" in said
    assert "administers the account" in said
    assert "$ aws iam " in said
    assert "bring the password policy (aws iam get-account-password-policy)" in said


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])
def test_another_partition_is_audited_alike(tmp_path: Path, partition: str) -> None:
    """AWS's policies have to come along: the catalog has those of ``aws`` alone."""

    def moved(text: str) -> str:
        return text.replace("arn:aws:", f"arn:{partition}:")

    version = {
        "VersionId": "v1",
        "IsDefaultVersion": True,
        "CreateDate": MADE,
        "Document": document({"Effect": "Allow", "Action": "*", "Resource": "*"}),
    }
    administrator = {
        "PolicyName": ADMINISTRATOR["PolicyName"],
        "PolicyId": "ANPAEXAMPLE0000000001",
        "Arn": ADMINISTRATOR["PolicyArn"],
        "DefaultVersionId": "v1",
        "CreateDate": MADE,
        "UpdateDate": MADE,
        "PolicyVersionList": [version],
    }
    details = json.dumps(DETAILS | {"Policies": [administrator]})
    here = audited(estate(tmp_path / "here", {"details.json": details}))
    files = {"details.json": moved(details), "credential-report.csv": moved(REPORT)}
    there = audited(estate(tmp_path / "there", files))
    expected = json.loads(moved(json.dumps(here[1]["verdicts"])))
    assert without_ids(there[1]["verdicts"]) == without_ids(expected)
    assert there[0] == here[0]
    ana = f"arn:{partition}:iam::{ACCOUNT}:user/ana"
    bucket = f"arn:{partition}:s3:::b/k"
    why = ("why", ana, "s3:GetObject", bucket, "--estate", str(tmp_path / "there"))
    assert doorward(*why).stdout.startswith(b"ALLOW")
    across = doorward(*why[:3], "arn:aws:s3:::b/k", *why[4:]).stdout
    assert across.startswith(b"DENIED implicitly")
    assert b"cross-partition" in across


@pytest.mark.parametrize(
    ("least", "code"),
    [("critical", 3), ("high", 3), ("medium", 3), ("low", 3), ("never", 0)],
)
def test_the_exit_code_goes_by_the_worst_finding(tmp_path: Path, least: str, code: int) -> None:
    assert audited(estate(tmp_path), "--fail-on", least)[0] == code


def test_of_some_checks_alone_nothing_is_as_bad(tmp_path: Path) -> None:
    code, report = audited(estate(tmp_path), "--check", "user.key_age")
    assert (code, [each["id"] for each in report["checks"]]) == (0, ["user.key_age"])
    assert audited(tmp_path, "--check", "user.key_age", "--fail-on", "medium")[0] == 3
    several = audited(tmp_path, "--check", "pw")[1]["checks"]
    assert {each["id"].partition(".")[0] for each in several} == {"pw"}


def test_thresholds_are_read_and_wrong_ones_refused(tmp_path: Path) -> None:
    numbers = tmp_path / "numbers.toml"
    numbers.write_text("key_age = 1000\n")
    chosen = ("--check", "user.key_age", "--thresholds", str(numbers))
    assert states(audited(estate(tmp_path / "e"), *chosen)[1]) == {"user.key_age": "PASS"}
    numbers.write_text("key_ages = 1000\n")
    done = doorward("audit", str(tmp_path / "e"), *chosen)
    assert done.returncode == 2
    assert b"key_ages" in done.stderr


@pytest.fixture
def tmp_path(tmp_path: Path) -> Path:
    """Return a folder in which folders can be made."""
    (tmp_path / "e").mkdir()
    return tmp_path


# ------------------------------------------------------ nothing that failed is a pass

CUT = json.dumps(DETAILS)[:-40]
MALFORMED = DETAILS | {
    "UserDetailList": [
        user("ana", UserPolicyList=[{"PolicyName": "p", "PolicyDocument": "{"}]),
        user("bob"),
    ]
}
BROKEN: dict[str, tuple[str, object]] = {
    "details that are cut": ("details.json", CUT),
    "details of which a page is missing": ("details.json", DETAILS | {"IsTruncated": True}),
    "a malformed policy": ("details.json", MALFORMED),
    "a user without an id": (
        "details.json",
        DETAILS | {"UserDetailList": [{"UserName": "ana"}]},
    ),
    "a credential report that is cut in a line": ("credential-report.csv", REPORT[:-30]),
    "a credential report without a column": (
        "credential-report.csv",
        REPORT.replace(",mfa_active", ""),
    ),
    "a password policy that is none": ("password-policy.json", {"PasswordPolicy": 7}),
    "a summary that is cut": ("account-summary.json", '{"SummaryMap": {"AccountMFA'),
    "devices that are none": ("devices.json", {"VirtualMFADevices": [7]}),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_could_not_be_read_whole_is_an_error(tmp_path: Path, how: str) -> None:
    name, content = BROKEN[how]
    code, report = audited(estate(tmp_path, {name: content}), "--fail-on", "never")
    assert code == 4, report["troubles"]
    assert any(name in each["place"] for each in report["troubles"])
    broken = [check for check, state in states(report).items() if state == "ERROR"]
    assert broken
    whole = states(audited(estate(tmp_path / "e"))[1])
    for check, state in states(report).items():
        if state == "PASS":
            assert whole[check] == "PASS"


def test_a_line_that_is_missing_from_a_report_is_no_pass(tmp_path: Path) -> None:
    """A report that ends after a whole line looks whole: the details know who is not in it."""
    short = REPORT.rsplit("\n", 1)[0]
    assert audited(estate(tmp_path, {"credential-report.csv": short}))[0] == 4


@pytest.mark.parametrize("chosen", [(), ("--check", "org.guardrails")])
def test_an_audit_of_nothing_is_no_success(tmp_path: Path, chosen: tuple[str, ...]) -> None:
    """A folder whose files tell of no account: nothing is found in it, and nothing known."""
    (tmp_path / "e" / "notes.json").write_text('{"Something": "else"}')
    code, report = audited(tmp_path / "e", *chosen, "--fail-on", "never")
    assert (code, report["verdicts"]) == (4, [])
    assert "NOTHING_AUDITED" in {each["code"] for each in report["troubles"]}


def test_every_check_has_a_verdict(tmp_path: Path) -> None:
    """Those on organizations, too, where none was brought."""
    report = audited(estate(tmp_path))[1]
    assert {each["id"] for each in report["checks"]} == states(report).keys()
    assert states(report)["org.guardrails"] == "NOT_CHECKED"


def test_an_estate_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    done = doorward("audit", str(tmp_path / "nothing"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"does not exist" in done.stderr
    assert doorward("audit", str(tmp_path), "--check", "no.such").returncode == 2


# ------------------------------------------------------------------ the live directory


def test_the_live_directory_is_audited_and_lacks_what_is_other_services_alone(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'doorward.db'}"
    with serving(url) as server:
        iam = server.client("iam")
        iam.create_user(UserName="mallory")
        done = doorward("audit", "--store", url, "--output", "json")
        report = json.loads(done.stdout)
    assert done.returncode == 3, done.stderr
    assert report["estate"] == "the live directory"
    subjects = {f["subject"] for v in report["verdicts"] for f in v["findings"]}
    assert any(each.endswith(":user/mallory") for each in subjects)
    missing = {v["check"] for v in report["verdicts"] if "bring" in v["reason"]}
    load()
    elsewhere = {name for name, each in REGISTRY.items() if not BY_REGION.isdisjoint(each.needs)}
    assert elsewhere >= {"ec2.instance_role", "aa.findings"}
    contacts = {"account.contact", "account.contacts_differ", "account.security_contact"}
    assert missing == elsewhere | contacts
    assert "ERROR" not in states(report).values()


def test_an_estate_and_a_store_are_not_audited_at_once(tmp_path: Path) -> None:
    done = doorward("audit", str(tmp_path), "--store", "sqlite:///x.db")
    assert done.returncode == 2
    assert b"either PATH or --store" in done.stderr


# ------------------------------------------------------------------- from run to run


def test_runs_are_kept_compared_and_told(tmp_path: Path) -> None:
    folder, kept = estate(tmp_path), tmp_path / "kept"
    always = ("--history", str(kept), "--check", "user.key_age", "--fail-on", "medium")
    first = doorward("audit", str(folder), *always, "--at", AT)
    assert (first.returncode, first.stderr) == (3, b"")
    more = REPORT.replace(
        row("bob"), row("bob", access_key_1_active="true", access_key_1_last_rotated=MADE)
    )
    estate(tmp_path, {"credential-report.csv": more})
    with hook(200) as held:
        second = doorward(
            "audit", str(folder), *always, "--at", "2026-02-01T12:00:00Z",
            DOORWARD_WEBHOOK=held.url, DOORWARD_WEBHOOK_SECRET="s",
        )  # fmt: skip
    assert second.returncode == 3
    assert b"user/bob" in second.stderr
    ((headers, body),) = held.got
    assert headers["x-doorward-signature"].startswith("sha256=")
    assert [each["subject"] for each in json.loads(body)["findings"]] == [
        f"arn:aws:iam::{ACCOUNT}:user/bob"
    ]
    assert len(list(kept.iterdir())) == 2


def test_a_webhook_that_does_not_answer_is_no_success(tmp_path: Path) -> None:
    folder, kept = estate(tmp_path), tmp_path / "kept"
    always = ("--history", str(kept), "--fail-on", "low")
    quiet = tmp_path / "numbers.toml"
    quiet.write_text("key_age = 1000\n")
    doorward("audit", str(folder), *always, "--at", AT, "--thresholds", str(quiet))
    with hook(200) as held:
        gone = held.url
    done = doorward(
        "audit", str(folder), *always, "--at", "2026-02-01T12:00:00Z", "--webhook", gone
    )
    assert done.returncode == 4
    assert b"did not take the alert" in done.stderr
    assert gone.encode() not in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--webhook", "https://hooks.example.com/x"), b"give --history or --since"),
        (("--webhook", "http://hooks.example.com/x", "--history", "kept"), b"https"),
    ],
)
def test_a_webhook_that_could_never_be_told_is_refused_first(
    tmp_path: Path, options: tuple[str, ...], said: bytes
) -> None:
    done = doorward("audit", str(estate(tmp_path)), *options)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr


def test_an_earlier_report_is_compared_with(tmp_path: Path) -> None:
    folder = estate(tmp_path)
    before = tmp_path / "before.json"
    doorward("audit", str(folder), "--output", "json", "--to", str(before), "--at", AT)
    done = doorward("audit", str(folder), "--since", str(before), "--at", AT)
    assert b"0 new" in done.stderr
    assert done.returncode == 3


def test_suppressed_findings_do_not_count(tmp_path: Path) -> None:
    file = tmp_path / "accepted.toml"
    file.write_text(
        '[[suppress]]\ncheck = "user.key_age"\nreason = "until the new build"\n'
        "expires = 2026-03-01\n"
    )
    chosen = ("--check", "user.key_age", "--fail-on", "low", "--suppressions", str(file))
    code, report = audited(estate(tmp_path), *chosen)
    assert (code, len(report["suppressed"])) == (0, 1)
    late = ("--at", "2026-03-02T00:00:00Z")
    assert doorward("audit", str(tmp_path), *chosen, *late).returncode == 3


FIRST_BYTES: dict[str, Callable[[bytes], bool]] = {
    "text": lambda said: said.startswith(b"Audit of"),
    "json": lambda said: json.loads(said)["schema"] == "urn:doorward:audit:1",
    "csv": lambda said: b"arn:aws:iam" in said,
    "html": lambda said: said.startswith((b"<!DOCTYPE html>", b"<!doctype html")),
    "sarif": lambda said: json.loads(said)["version"] == "2.1.0",
    "ocsf": lambda said: all(json.loads(line)["class_uid"] for line in said.splitlines()),
    "junit": lambda said: said.startswith(b"<?xml"),
}


def test_the_command_has_every_form() -> None:
    assert set(DRAWN) == set(FIRST_BYTES)
    assert set(FORMS) == set(DRAWN)


@pytest.mark.parametrize("form", FIRST_BYTES)
def test_every_form_is_written_to_a_file_too(tmp_path: Path, form: str) -> None:
    file = tmp_path / "report"
    folder = estate(tmp_path / "e")
    done = doorward("audit", str(folder), "--output", form, "--to", str(file), "--at", AT)
    assert (done.returncode, done.stdout) == (3, b"")
    assert FIRST_BYTES[form](file.read_bytes())
