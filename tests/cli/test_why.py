"""``doorward why`` on files: the reason of a request that nobody made yet; no server is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from doorward.render.html import html_from_record
from doorward.render.svg import svg_from_record
from tests.cli.running import doorward
from tests.importers.test_policy_files import written

ALICE = "arn:aws:iam::111122223333:user/alice"
HOME = "arn:aws:s3:::home/alice/notes"
OWN = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Own", "Effect": "Allow",
     "Action": ["s3:GetObject", "s3:Put*"],
     "Resource": "arn:aws:s3:::home/${aws:username}/*",
     "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
    {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
  ]
}
"""
TEXT = """\
DENIED implicitly  s3:GetObject on arn:aws:s3:::home/alice/notes
  caller   arn:aws:iam::111122223333:user/alice
  rule     identity-implicit-deny: no identity-based policy of the caller allows it
  layers
    resource control policies  not applicable
    service control policies   not applicable
    VPC endpoint policy        not applicable
    resource-based policy      not applicable
    identity-based policies    implicit deny: no Allow matches
    permissions boundary       not applicable
    session policies           not applicable
  looked at identity-based policies, identity.json, statement 0 'Own' at /Statement/0, line 4, \
column 5: has a condition that does not hold \
(/Statement/0/Condition/Bool/aws:MultiFactorAuthPresent)
    holds  Action: s3:GetObject
           met      s3:GetObject  (line 5)
           not met  s3:Put*  (line 5)
    holds  Resource: arn:aws:s3:::home/alice/notes
           met      arn:aws:s3:::home/${aws:username}/*, \
read as arn:aws:s3:::home/alice/*  (line 6)
    fails  Bool aws:MultiFactorAuthPresent: not in the request
           not met  true  (line 7)
  looked at identity-based policies, identity.json, statement 1 at /Statement/1, line 8, \
column 5: is about other actions (/Statement/1/Action)
  depends  with aws:MultiFactorAuthPresent = true it would be ALLOWED
  hint     Attach a policy that allows the action on this resource to the user, group or role.
  to let it pass
    the caller: see to it that aws:MultiFactorAuthPresent = true
  or
    an administrator of the caller's account 111122223333: attach to the caller a policy with:
      {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::home/alice/notes"
      }
"""
OWNER = ("--resource-account", "111122223333")


def test_a_request_is_explained_entry_by_entry(tmp_path: Path) -> None:
    where = str(written(tmp_path, {"identity.json": OWN}))
    done = doorward("why", ALICE, "s3:GetObject", HOME, "--policies", where, *OWNER)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert done.stdout.decode() == TEXT


def test_what_is_given_counts_and_says_that_it_was_given(tmp_path: Path) -> None:
    where = str(written(tmp_path, {"identity.json": OWN}))
    given = ("--context", "aws:MultiFactorAuthPresent=true", "--output", "json")
    done = doorward("why", ALICE, "s3:GetObject", HOME, "--policies", where, *OWNER, *given)
    found = json.loads(done.stdout)
    assert found["effect"] == "ALLOW"
    assert "dependsOn" not in found
    condition = found["statements"][0]["elements"][-1]
    assert condition == {
        "name": "Bool",
        "key": "aws:MultiFactorAuthPresent",
        "pointer": "/Statement/0/Condition/Bool/aws:MultiFactorAuthPresent",
        "line": 7,
        "column": 29,
        "matched": True,
        "tested": ["true"],
        "provenance": "given",
        "entries": [
            {
                "pointer": "/Statement/0/Condition/Bool/aws:MultiFactorAuthPresent",
                "line": 7,
                "column": 59,
                "written": "true",
                "readAs": "true",
                "matched": True,
            }
        ],
    }


def test_it_can_be_drawn(tmp_path: Path) -> None:
    where = str(written(tmp_path, {"identity.json": OWN}))
    asked = ("why", ALICE, "s3:GetObject", HOME, "--policies", where, *OWNER, "--output")
    shown = {form: doorward(*asked, form) for form in ("json", "html", "svg")}
    assert {(done.returncode, done.stderr) for done in shown.values()} == {(0, b"")}
    record = json.loads(shown["json"].stdout)
    assert record["schemaVersion"] == 1
    assert shown["svg"].stdout.decode() == svg_from_record(record)
    assert shown["html"].stdout.decode() == html_from_record(record)


def test_a_key_that_is_given_twice_has_two_values(tmp_path: Path) -> None:
    condition = {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    where = str(written(tmp_path, {"p.json": {"Statement": statement}}) / "p.json")
    asked = ("why", ALICE, "sqs:TagQueue", "*", "--policies", where, "--output", "json")
    effects = [
        json.loads(doorward(*asked, "--context", "aws:TagKeys=a", "--context", more).stdout)
        for more in ("aws:TagKeys=b", "aws:TagKeys=c")
    ]
    assert [found["effect"] for found in effects] == ["ALLOW", "IMPLICIT_DENY"]


def test_a_caller_may_be_an_object(tmp_path: Path) -> None:
    public = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    where = str(written(tmp_path, {"resource.json": {"Statement": public}}))
    asked = ('{"type": "Anonymous"}', "s3:GetObject", HOME, "--policies", where)
    assert doorward("why", *asked).stdout.decode().startswith("ALLOWED  s3:GetObject")


MISTAKES: list[tuple[tuple[str, ...], str]] = [
    ((), "doorward why PRINCIPAL ACTION RESOURCE`, with --policies PATH or --estate PATH"),
    ((ALICE, "s3:GetObject"), "doorward why PRINCIPAL ACTION RESOURCE`, with --policies PATH"),
    ((ALICE, "s3:GetObject", HOME, "--policies", ".", "--estate", "."), "by which should it be"),
    ((ALICE, "s3:GetObject", HOME, "--resource-account", "1"), "the server knows it"),
    ((ALICE, "s3:GetObject", HOME, "--output", "svg"), "asked for text or JSON"),
    (("x.amazonaws.com", "s3:GetObject", HOME), "an ARN, where a server is asked"),
    (("--request-id", "x", "--estate", "."), "--request-id stands alone"),
    (("--message", "x", "--estate", "."), "leave out PRINCIPAL …, and --estate"),
    (("--request-id", "x", "--context", "a=b"), "--request-id stands alone"),
    (("--message", "x", "--output", "svg"), "a message is told of as text or JSON"),
    ((ALICE, "s3:GetObject", HOME, "--policies", ".", "--context", "a"), "KEY=VALUE is wanted"),
    (("{", "s3:GetObject", HOME, "--policies", "."), "PRINCIPAL is not JSON"),
    ((ALICE, "s3:*", HOME, "--policies", "."), "an action is service:Name"),
    (("alice", "s3:GetObject", HOME, "--policies", "."), "this is not the ARN of a principal"),
    ((ALICE, "s3:GetObject", HOME, "--policies", "/none"), "give a file of policies"),
]


@pytest.mark.parametrize(("arguments", "says"), MISTAKES)
def test_mistakes_say_what_to_do(arguments: tuple[str, ...], says: str) -> None:
    done = doorward("why", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert says in " ".join(done.stderr.decode().split())
    assert "Traceback" not in done.stderr.decode()
