"""``doorward why`` on an exported estate, and of a running server."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from examples.main_job.clients import Identity
from tests.cli.running import doorward
from tests.importers.test_estate_formats import EXAMPLE, A, D
from tests.importers.test_policy_files import written
from tools.explanation_schema import schema

if TYPE_CHECKING:
    from tests.live import LiveServer

ALICE, BOB = f"arn:aws:iam::{A}:user/alice", f"arn:aws:iam::{A}:user/bob"
LOADER = f"arn:aws:iam::{D}:role/jobs/loader"
KEY = "arn:aws:s3:::reports/q1"


def why(*asked: str, estate: Path = EXAMPLE) -> subprocess.CompletedProcess[bytes]:
    return doorward("why", *asked, "--estate", str(estate))


def shown(*asked: str) -> dict[str, Any]:
    done = why(*asked, "--output", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# Who asks for what, and how that ends: by the trust policy, by session, by service.
ROWS: list[tuple[str, str, str, str, str]] = [
    (ALICE, "s3:GetObject", KEY, "ALLOW", "cross-account-allow"),
    (ALICE, "s3:DeleteObject", KEY, "EXPLICIT_DENY", "explicit-deny"),
    (ALICE, "sqs:ListQueues", "*", "IMPLICIT_DENY", "boundary-implicit-deny"),
    (ALICE, "sts:AssumeRole", LOADER, "ALLOW", "cross-account-allow"),
    (LOADER, "s3:PutObject", KEY, "ALLOW", "identity-allow"),
    (f"arn:aws:sts::{D}:assumed-role/loader/n1", "s3:PutObject", KEY, "ALLOW", "identity-allow"),
    (f"arn:aws:iam::{D}:root", "s3:PutObject", KEY, "ALLOW", "root-user-allow"),
    ("ec2.amazonaws.com", "s3:GetObject", KEY, "IMPLICIT_DENY", "resource-implicit-deny"),
    ('{"type": "Anonymous"}', "s3:GetObject", KEY, "IMPLICIT_DENY", "resource-implicit-deny"),
    (json.dumps({"type": "AWS", "arn": ALICE, "tags": {"team": "other"}}), "sts:AssumeRole",
     LOADER, "IMPLICIT_DENY", "trust-implicit-deny"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "action", "on", "effect", "rule"), ROWS)
def test_who_may_do_what(who: str, action: str, on: str, effect: str, rule: str) -> None:
    found = shown(who, action, on)
    assert (found["effect"], found["rule"]) == (effect, rule)
    assert (found["problems"], found["otherProblems"]) == ([], 1)


def test_a_policy_of_a_group_is_named_with_its_group() -> None:
    text = why(ALICE, "s3:GetObject", KEY).stdout.decode()
    assert f"policies, reports (through arn:aws:iam::{A}:group/analysts), statement 0" in text
    assert text.endswith("  problems that do not touch this answer: 1\n")


def test_what_rests_on_an_unknown_policy_is_not_decided() -> None:
    done = why(BOB, "s3:GetObject", KEY)
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (1, b"")
    assert (
        f"not decided, for it is not known: the policy arn:aws:iam::{A}:policy/forgotten" in said
    )
    assert "error in 111122223333/details.json, line 24 (/UserDetailList/1): " in said
    assert "export LocalManagedPolicy" in said


def test_what_is_denied_whatever_an_unknown_policy_says_is_denied() -> None:
    found = shown(BOB, "s3:DeleteObject", KEY)
    assert found["effect"] == "EXPLICIT_DENY"
    assert "dependsOn" not in found
    (problem,) = found["problems"]
    assert problem == {
        "code": "UNKNOWN_POLICY",
        "severity": "error",
        "file": f"{A}/details.json",
        "pointer": "/UserDetailList/1",
        "line": 24,
        "message": f"the policy arn:aws:iam::{A}:policy/forgotten, attached, is neither in the"
        " export nor in the catalog",
        "hint": "export LocalManagedPolicy and AWSManagedPolicy, too",
    }
    assert any("it is denied even so" in each for each in found["assumptions"])
    text = why(BOB, "s3:DeleteObject", KEY).stdout.decode()
    assert "  problem  error in 111122223333/details.json, line 24" in text


def test_the_json_is_an_explanation_with_more() -> None:
    found = shown(ALICE, "sqs:ListQueues", "*")
    Draft202012Validator(schema()).validate(found)
    assert "ways" in found["advice"]


@pytest.mark.parametrize(("output", "begins"), [("html", b"<"), ("svg", b"<svg")])
def test_a_page_or_a_picture_has_the_decision_alone(output: str, begins: bytes) -> None:
    done = why(BOB, "s3:DeleteObject", KEY, "--output", output)
    assert done.returncode == 0
    assert done.stdout.startswith(begins)
    assert b"UserDetailList" not in done.stdout
    assert b"error in 111122223333/details.json, line 24" in done.stderr


def test_what_is_not_in_the_files_is_said(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE / A / "details.json", tmp_path)
    found = doorward("why", ALICE, "s3:GetObject", KEY, "--estate", str(tmp_path))
    text = found.stdout.decode()
    assert "no organization.json is there: SCPs and RCPs" in text
    assert f"{KEY} is in no resources.json" in text
    assert f"nobody says who owns {KEY}" in text


def test_of_a_key_it_is_said_that_grants_are_not_known() -> None:
    """Source: KMS Developer Guide, "Grants in AWS KMS": a grant allows what no policy does."""
    key = f"arn:aws:kms:eu-west-1:{D}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    assert f"grants of {key} are in no estate" in why(ALICE, "kms:Decrypt", key).stdout.decode()


MISTAKES: list[tuple[tuple[str, ...], str, str]] = [
    ((f"arn:aws:iam::{A}:user/alic", "s3:GetObject", KEY), "alic is not in the estate",
     f"there is {ALICE}"),
    ((f"arn:aws:iam::{D}:user/alice", "s3:GetObject", KEY), "is not in the estate", ALICE),
    ((f"arn:aws:iam::{A}:user/x/alice", "s3:GetObject", KEY), "is not in the estate", ALICE),
    ((f"arn:aws:sts::{D}:assumed-role/none/x", "s3:GetObject", KEY), "role/none is not in",
     "1 of its kind"),
    (("arn:aws:iam::111122223334:root", "s3:GetObject", KEY), "account 111122223334 is not", A),
    ((f"arn:aws:sts::{A}:federated-user/f", "s3:GetObject", KEY), "does not say whose session",
     "--policies"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "says", "hint"), MISTAKES)
def test_whoever_is_not_there_is_an_error(asked: tuple[str, ...], says: str, hint: str) -> None:
    done = why(*asked)
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b"")
    assert says in said
    assert hint in said


def test_the_entry_that_could_not_be_read_is_named(tmp_path: Path) -> None:
    page = {"UserDetailList": [{"Arn": ALICE, "UserId": 3}]}
    done = why(ALICE, "s3:GetObject", KEY, estate=written(tmp_path, {"page.json": page}))
    assert done.returncode == 2
    said = done.stderr.decode()
    assert "error in page.json, line 1 (/UserDetailList/0/UserId): text is wanted here" in said


def test_nothing_steers_the_terminal(tmp_path: Path) -> None:
    page = {"UserDetailList": [], "\x1b[31m": 1}
    estate = written(tmp_path, {"\x1b[0m.json": page})
    done = why("x.amazonaws.com", "s3:GetObject", KEY, estate=estate)
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout


@pytest.mark.parametrize("estate", ["/none", "."])
def test_there_must_be_an_estate(estate: str, tmp_path: Path) -> None:
    done = why(ALICE, "s3:GetObject", KEY, estate=tmp_path / estate)
    assert (done.returncode, done.stdout) == (2, b"")


# ------------------------------------------------------------------ of a running server


@pytest.fixture(scope="module")
def administrator(live_server: LiveServer) -> Identity:
    return live_server.administrator


def test_a_server_decides_by_the_policies_in_force(administrator: Identity) -> None:
    iam = administrator.client("iam")
    arn = iam.create_user(UserName="asked-about")["User"]["Arn"]
    asked = ("why", arn, "sqs:SendMessage", f"arn:aws:sqs:us-east-1:{A}:asked")
    denied = doorward(*asked, who=administrator)
    assert (denied.returncode, denied.stderr) == (0, b"")
    assert denied.stdout.startswith(b"DENIED implicitly  sqs:SendMessage")
    condition = {"StringEquals": {"aws:SourceIp": "10.0.0.1"}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    iam.put_user_policy(
        UserName="asked-about",
        PolicyName="p",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}),
    )
    given = ("--context", "aws:SourceIp=10.0.0.1", "--output", "json")
    allowed = json.loads(doorward(*asked, *given, who=administrator).stdout)
    assert (allowed["Effect"], allowed["Rule"]) == ("ALLOW", "identity-allow")


def test_a_server_says_what_is_wrong(administrator: Identity) -> None:
    gone = f"arn:aws:iam::{A}:user/gone"
    done = doorward("why", gone, "sqs:SendMessage", "*", who=administrator)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"There is no principal" in done.stderr
