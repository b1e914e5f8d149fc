"""What reading a large estate rests on: the load is as it says, and what is quick is right."""

from __future__ import annotations

import hashlib
import json
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.estates.account import Size
from benchmarks.estates.reports import COLUMNS
from benchmarks.estates.write import FAULTS, SMALL, Estate, write
from doorward.importers.estate.read import read_estate
from doorward.model.identity import InlinePolicy, ManagedPolicy, Role, User
from doorward.model.schema import SCHEMAS
from doorward.model.snapshot import Snapshot
from doorward.policy.problem import Severity
from tests.importers.test_policy_files import written

A = "111122223333"
FEW = Estate(3, Size(users=60, roles=20, groups=2, policies=3))


def digest(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, estate in (("a", FEW), ("b", FEW), ("c", FEW._replace(seed=7))):
        write(estate, tmp_path / name)
    first, again, other = (digest(tmp_path / name) for name in "abc")
    assert first == again
    assert first.keys() == other.keys()
    assert len(first) == 1 + 3 * 7
    assert len(first.items() & other.items()) <= 3  # summaries may be the same


def test_the_small_one_is_of_the_size_that_it_says(tmp_path: Path) -> None:
    write(SMALL, tmp_path)
    found = read_estate(tmp_path).snapshot
    assert len(found.all(User)) + len(found.all(Role)) == 130
    assert len(found.all(ManagedPolicy)) == 85
    assert len(sorted(tmp_path.rglob("authorization-details-*"))) > 1
    lines = (tmp_path / A / "credential-report.csv").read_text("utf-8").splitlines()
    assert lines[0].split(",") == list(COLUMNS)
    assert len(COLUMNS) == 22
    assert [line.count(",") for line in lines] == [21] * 52


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_broken_is_a_problem(fault: str, tmp_path: Path) -> None:
    write(FEW, tmp_path)
    whole = {(each.code, each.file) for each in read_estate(tmp_path).problems}
    FAULTS[fault](tmp_path / FEW.numbers[1])
    found = read_estate(tmp_path).problems
    new = [each for each in found if (each.code, each.file) not in whole]
    assert new
    assert {each.file.partition("/")[0] for each in new} == {FEW.numbers[1]}
    assert {each.severity for each in new} & {Severity.ERROR, Severity.WARNING}


def test_progress_is_told_file_by_file(tmp_path: Path) -> None:
    content: dict[str, object] = {f"{n}/{name}.json": {} for n in range(2) for name in "ab"}
    (tmp_path / "notes.txt").write_text("no file of an estate", "utf-8")
    told: list[tuple[int, int]] = []
    read_estate(written(tmp_path, content), lambda done, of: told.append((done, of)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


ODD_TEXTS = ("", "\0\x1f\x7f\x85\u2028", "é\U0001f600", '"\\/\b\f\n\r\t', "</script>", " \ufeff ")
ODD_NUMBERS = (0, -5, 10**63, -(10**20), 1.5, 0.1, 1e16, 1e-07, 1e300, 123456789.125)


def odd_value(draw: random.Random, depth: int) -> Any:
    kind = draw.randrange(6 if depth else 4)
    if kind == 4:
        return [odd_value(draw, depth - 1) for _ in range(draw.randrange(4))]
    if kind == 5:
        names = draw.sample(["a", *ODD_TEXTS], draw.randrange(4))
        return {name: odd_value(draw, depth - 1) for name in names}
    return draw.choice([draw.choice(ODD_TEXTS), draw.choice(ODD_NUMBERS), True, False, None])


def inline(snapshot: Snapshot) -> list[str]:
    return [each.document for each in snapshot.all(InlinePolicy)]


@pytest.mark.parametrize("seed", range(40))
def test_an_object_is_written_out_as_the_standard_library_would(seed: int, tmp_path: Path) -> None:
    """The text of a policy that is given as an object is public: lines and spans refer to it."""
    draw = random.Random(seed)
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    documents: list[Any] = [{"Version": "2012-10-17", "Statement": [statement]}]
    documents += [{"Statement": odd_value(draw, 6)} for _ in range(5)]
    user = {
        "UserName": "u",
        "UserId": "AIDA" + "0" * 16,
        "Arn": f"arn:aws:iam::{A}:user/u",
        "UserPolicyList": [
            {"PolicyName": f"p{n}", "PolicyDocument": each} for n, each in enumerate(documents)
        ],
    }
    found = read_estate(written(tmp_path, {"a.json": {"UserDetailList": [user]}}))
    expected = [json.dumps(each, indent=4, ensure_ascii=False) for each in documents]
    assert inline(found.snapshot) == expected


def test_deep_documents_are_written_out_as_deep(tmp_path: Path) -> None:
    document: Any = {"Statement": "x"}
    for _ in range(150):
        document = {"Statement": [document]}
    user = {
        "UserName": "u",
        "UserId": "AIDA" + "0" * 16,
        "Arn": f"arn:aws:iam::{A}:user/u",
        "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": document}],
    }
    found = read_estate(written(tmp_path, {"a.json": {"UserDetailList": [user]}}))
    assert inline(found.snapshot) == [json.dumps(document, indent=4)]
    assert [each.code for each in found.problems] == ["NESTING_TOO_DEEP"]


def test_what_is_found_when_all_is_read_has_its_line(tmp_path: Path) -> None:
    """The texts of files are let go of by then, and read again."""
    user = {"UserName": "u", "UserId": "AIDA" + "0" * 16, "Arn": f"arn:aws:iam::{A}:user/u"}
    lost = {"PolicyName": "lost", "PolicyArn": f"arn:aws:iam::{A}:policy/lost"}
    page = {"UserDetailList": [{**user, "GroupList": ["gone"], "AttachedManagedPolicies": [lost]}]}
    (tmp_path / "a.json").write_text("\n\n" + json.dumps(page, indent=4), "utf-8")
    found = [(each.code, each.line) for each in read_estate(tmp_path).problems]
    assert found == [("UNKNOWN_POLICY", 5), ("UNKNOWN_GROUP", 5)]


_KILLED = """
import os, signal, sys
from pathlib import Path
from doorward.importers.estate.read import read_estate

def told(done, of):
    if done == of // 2:
        os.kill(os.getpid(), signal.SIGKILL)

read_estate(Path(sys.argv[1]), told)
"""


def test_a_reading_that_was_killed_is_begun_again_to_the_same_end(tmp_path: Path) -> None:
    """It leaves nothing behind that the next one would meet: files in, values out."""
    write(FEW, tmp_path)
    files, whole = digest(tmp_path), read_estate(tmp_path)
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert digest(tmp_path) == files
    again = read_estate(tmp_path)
    assert again.problems == whole.problems
    assert again.evidence == whole.evidence
    for kind in SCHEMAS:
        assert again.snapshot.all(kind) == whole.snapshot.all(kind)
