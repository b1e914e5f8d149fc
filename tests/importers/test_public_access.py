"""S3 Block Public Access of buckets and accounts, as files of an estate tell it.

Provenance: S3 API Reference and S3 Control, GetPublicAccessBlock (the answers); S3 User Guide,
"Blocking public access to your Amazon S3 storage": the most restrictive of both counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from doorward.analysis import checks
from doorward.analysis.registry import REGISTRY
from doorward.analysis.run import run
from doorward.engine.context import Context
from doorward.engine.request import Request, Resource
from doorward.engine.situation import restricts_public
from doorward.errors import Undecided
from doorward.importers.estate.ask import ask, question
from doorward.importers.estate.read import Estate, read_estate
from doorward.model.evidence import Source
from doorward.model.principal import Anonymous
from doorward.model.resource import RegisteredResource
from doorward.results.finding import State
from tests.analysis.checks.case import NOW
from tests.importers.test_policy_files import written

checks.load()

ACCOUNT, OTHER = "111122223333", "444455556666"
BUCKET = "arn:aws:s3:::pages"
PUBLIC = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"{BUCKET}/*",
    },
}
ON = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
OFF = {**ON, "RestrictPublicBuckets": False}
PAGE = Resource(f"{BUCKET}/index.html")
SETTING = "RestrictPublicBuckets"
MEMBER = "PublicAccessBlockConfiguration"
NOTHING: Any = object()


def estate(folder: Path, bucket: object = NOTHING, account: object = NOTHING) -> Estate:
    """Read a public bucket, with what its own and its account's setting say."""
    resource: dict[str, Any] = {"Arn": BUCKET, "Policy": PUBLIC}
    if bucket is not NOTHING:
        resource[MEMBER] = bucket
    files: dict[str, Any] = {
        f"{ACCOUNT}/resources.json": {"Resources": [resource]},
        f"{OTHER}/details.json": {"UserDetailList": []},
    }
    if account is not NOTHING:
        files[f"{ACCOUNT}/public-access.json"] = {MEMBER: account}
    return read_estate(written(folder, files))


# What the bucket's setting is, what the account's, whether public policies are restricted.
ROWS: list[tuple[object, object, bool | None]] = [
    (NOTHING, NOTHING, None),
    (None, NOTHING, None),
    (OFF, NOTHING, None),
    (NOTHING, OFF, None),
    (NOTHING, None, None),
    (None, None, False),
    (OFF, OFF, False),
    ({}, {}, False),
    (ON, NOTHING, True),
    (ON, OFF, True),
    (NOTHING, ON, True),
    (OFF, ON, True),
    (None, {"RestrictPublicBuckets": True}, True),
]


@pytest.mark.parametrize(("bucket", "account", "restricted"), ROWS)
def test_either_restricts_and_both_have_to_be_known(
    bucket: object, account: object, restricted: bool | None, tmp_path: Path
) -> None:
    found = estate(tmp_path, bucket, account)
    assert found.problems == ()
    (registered,) = found.snapshot.all(RegisteredResource)
    assert restricts_public(found.snapshot, registered) is restricted
    asked = Request(Anonymous(), "s3:GetObject", (PAGE,), Context({}))
    answer = ask(found, question(found, asked))
    assert answer.decision.allowed is not (restricted is True)
    told = [each for each in answer.assumptions if "Block Public Access" in each]
    assert bool(told) is (restricted is None)


@pytest.mark.parametrize(
    ("bucket", "account", "pointer"),
    [
        ("on", NOTHING, f"/Resources/0/{MEMBER}"),
        (
            {"RestrictPublicBuckets": "yes"},
            NOTHING,
            f"/Resources/0/{MEMBER}/RestrictPublicBuckets",
        ),
        (NOTHING, [], f"/{MEMBER}"),
        (NOTHING, {SETTING: 1}, f"/{MEMBER}/{SETTING}"),
    ],
)
def test_what_cannot_be_read_decides_nothing(
    bucket: object, account: object, pointer: str, tmp_path: Path
) -> None:
    found = estate(tmp_path, bucket, account)
    assert pointer in [each.pointer for each in found.problems]
    assert Source.RESOURCES in found.broken[ACCOUNT]
    asked = Request(Anonymous(), "s3:GetObject", (PAGE,), Context({}))
    with pytest.raises(Undecided):
        ask(found, question(found, asked))


def test_what_files_say_differently_of_an_account_is_a_problem(tmp_path: Path) -> None:
    files: dict[str, Any] = {
        f"{ACCOUNT}/a.json": {MEMBER: ON},
        f"{ACCOUNT}/b.json": {MEMBER: OFF},
        "c.json": {MEMBER: ON},
        f"{OTHER}/details.json": {"UserDetailList": []},
    }
    found = read_estate(written(tmp_path, files))
    codes = {(each.file, each.code) for each in found.problems}
    assert codes == {
        (f"{ACCOUNT}/b.json", "CONFLICTING_ENTRIES"),
        ("c.json", "UNKNOWN_ACCOUNT"),
    }


@pytest.mark.parametrize(
    ("bucket", "account", "said"),
    [
        (OFF, None, (State.FAIL, [("Block Public Access", "off")])),
        (OFF, NOTHING, (State.FAIL, [("Block Public Access", "not known")])),
        (ON, NOTHING, (State.PASS, [])),
    ],
)
def test_an_audit_says_whether_it_is_known(
    bucket: object, account: object, said: tuple[State, list[tuple[str, str]]], tmp_path: Path
) -> None:
    found = estate(tmp_path, bucket, account)
    verdicts = run([REGISTRY["res.public"]], found.snapshot, found.evidence, NOW)
    (verdict,) = (each for each in verdicts if each.account == ACCOUNT)
    facts = [fact for each in verdict.findings for fact in each.facts]
    state, blocked = said
    assert verdict.state is state
    assert [each for each in facts if "Block" in each[0]] == blocked
