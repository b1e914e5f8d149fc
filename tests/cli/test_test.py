"""``doorward test``: every decision held against what is expected, in every form of output."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.running import doorward
from tests.importers.test_policy_files import FULL, written

ALICE = "arn:aws:iam::111122223333:user/alice"
READ = """
      - Effect: Allow
        Action: "s3:Get*"
        Resource: "*"
      - Effect: Deny
        Action: s3:GetBucketAcl
        Resource: "*"
"""
FILE = f"""\
policies:
  identity:
  - Version: 2012-10-17
    Statement:{READ}
tests:
- name: alice reads
  principal: {ALICE}
  action: [s3:GetObject, s3:GetObjectTagging]
  resource: arn:aws:s3:::b/k
  resourceAccount: 000000000123
  expect: EXPECT
- principal: {ALICE}
  action: s3:GetBucketAcl
  resource: arn:aws:s3:::b
  resourceFacts: {{blockPublicAccess: true}}
  expect: explicitDeny
  rule: explicit-deny
- name: an empty file of policies would deny
  policies: elsewhere
  principal: {ALICE}
  action: s3:PutObject
  resource: "*"
  context: {{aws:SecureTransport: true, aws:TagKeys: [a, b]}}
  expect: deny
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file, with policies of the third test beside it; EXPECT is not filled in."""
    written(tmp_path, {"elsewhere/permissionsBoundary.json": FULL, "t.yaml": FILE})
    return tmp_path / "t.yaml"


def filled(file: Path, expect: str) -> str:
    file.write_text(FILE.replace("EXPECT", expect), encoding="utf-8")
    return str(file)


def test_what_is_expected_passes(file: Path) -> None:
    done = doorward("test", filled(file, "deny"))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == (
        "ok    alice reads [s3:GetObject]\n"
        "ok    alice reads [s3:GetObjectTagging]\n"
        "ok    s3:GetBucketAcl\n"
        "ok    an empty file of policies would deny\n"
        "4 passed, 0 failed\n"
    )


def test_what_is_otherwise_is_explained(file: Path) -> None:
    """The bucket is another account's (its id begins with zeros): its side has to allow."""
    done = doorward("test", filled(file, "allow"))
    assert done.returncode == 1
    lines = done.stdout.decode().split("\n")
    assert lines[0] == (
        f"FAIL  alice reads [s3:GetObject] ({file}, line 13: expected allow,"
        " is IMPLICIT_DENY by resource-implicit-deny)"
    )
    assert lines[1] == "      DENIED implicitly  s3:GetObject on arn:aws:s3:::b/k"
    assert lines[-2] == "2 passed, 2 failed"


def test_for_machines(file: Path, tmp_path: Path) -> None:
    report = tmp_path / "junit.xml"
    done = doorward("test", filled(file, "allow"), "--output", "json", "--junit", str(report))
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert (found["tests"], found["failed"]) == (4, 2)
    assert [each["passed"] for each in found["results"]] == [False, False, True, True]
    assert found["results"][0]["explanation"]["effect"] == "IMPLICIT_DENY"
    assert "explanation" not in found["results"][2]
    root = ET.parse(report).getroot()  # noqa: S314 - our own
    assert root.attrib == {"tests": "4", "failures": "2", "errors": "0"}
    cases = root.findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == [each["name"] for each in found["results"]]
    assert [len(case.findall("failure")) for case in cases] == [1, 1, 0, 0]
    assert "resource-implicit-deny" in (cases[0][0].get("message") or "")


def test_a_rule_that_is_expected_must_be_the_rule(file: Path) -> None:
    file.write_text(
        FILE.replace("EXPECT", "deny").replace("rule: explicit-deny", "rule: session-limit"),
        encoding="utf-8",
    )
    done = doorward("test", str(file))
    assert done.returncode == 1
    assert "expected explicitDeny by session-limit, is EXPLICIT_DENY by explicit" in (
        done.stdout.decode()
    )


ONE = f"principal: {ALICE}, action: 'a:B', resource: '*'"

MISTAKES: list[tuple[str, str]] = [
    ("", "t.yaml, "),
    ("tests: [", "t.yaml, line 1, column "),
    ("tests: []\ntests: []", "t.yaml, line 1, column 1: a key stands twice"),
    ("policies: {}\ntests: []", "/tests: at least one is wanted here"),
    (f"policies: {{}}\ntests:\n- {{{ONE.replace(chr(39) + 'a:B' + chr(39), '[]')}, expect: deny}}",
     "line 3, /tests/0/action: at least one is wanted here"),
    ("other: 1", "other"),
    ("tests:\n- 1", "t.yaml, line 2, /tests/0: "),
    (f"tests:\n- {{{ONE}, expect: allow}}", "line 2, /tests/0: by which policies"),
    (f"policies: {{}}\ntests:\n- {{{ONE}, expect: perhaps}}", "/tests/0/expect: one of allow"),
    (f"policies: {{}}\ntests:\n- {{{ONE}, expect: deny, rule: x}}", "/tests/0/rule: one of "),
    (f"policies: {{}}\ntests:\n- {{{ONE}, expect: deny, retries: 3}}", "/tests/0/retries"),
    ("policies: {}\ntests:\n- {principal: a, action: 'a:B', resource: '*', expect: deny}",
     "line 3, /tests/0/principal: "),
    (f"policies: {{groups: []}}\ntests:\n- {{{ONE}, expect: deny}}", "t.yaml, /policies/groups"),
    (f"policies: none\ntests:\n- {{{ONE}, expect: deny}}", "none cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), MISTAKES)
def test_mistakes_are_placed(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "t.yaml").write_text(text, encoding="utf-8")
    done = doorward("test", str(tmp_path / "t.yaml"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert says in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    done = doorward("test", str(tmp_path / "none.yaml"))
    assert done.returncode == 2
    assert "give a YAML file of expected decisions" in done.stderr.decode()
