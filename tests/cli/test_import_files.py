"""``doorward import PATH…``: files as one estate; what is kept; two estates compared."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import doorward
from tests.cli.test_audit import (
    ACCOUNT,
    ADMINISTRATOR,
    AT,
    DETAILS,
    REPORT,
    audited,
    estate,
    states,
    user,
)
from tests.importers.test_policy_files import written

OTHER = "444455556666"
Json = dict[str, Any]


def imported(*words: str | Path) -> tuple[int, Json]:
    """Import; return exit code and what it says."""
    done = doorward("import", *map(str, words), "--output", "json")
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_it_says_what_is_there_and_what_is_lacking(tmp_path: Path) -> None:
    code, said = imported(estate(tmp_path))
    (part,) = said["parts"]
    assert (code, said["whole"], said["kept"]) == (0, True, None)
    assert (part["id"], part["partition"]) == (ACCOUNT, "aws")
    assert part["counts"] == {"users": 2, "groups": 0, "roles": 0, "policies": 0, "resources": 0}
    assert {"authorization details", "credential report"} <= {*part["known"]}
    assert "MFA devices" in part["lacking"]
    assert said["bring"]["account summary"] == "aws iam get-account-summary"
    text = doorward("import", str(tmp_path)).stdout.decode()
    assert "1 account, 2 users" in text
    assert "account summary (of 1): aws iam get-account-summary" in text
    assert "Nothing was kept" in text


def test_what_cannot_be_read_is_told_with_its_place_and_the_rest_is_there(tmp_path: Path) -> None:
    code, said = imported(estate(tmp_path, {"password.json": '{"PasswordPolicy": 1}'}))
    (part,), (problem,) = said["parts"], said["problems"]
    assert (code, said["whole"]) == (4, False)
    assert part["counts"]["users"] == 2
    assert "password policy" in part["broken"]
    assert (problem["file"], problem["pointer"]) == (f"{ACCOUNT}/password.json", "/PasswordPolicy")


def test_several_paths_are_one_estate(tmp_path: Path) -> None:
    """Files by themselves, folders, one of them twice: as if all stood in one folder."""
    whole = estate(tmp_path / "whole")
    files = sorted((whole / ACCOUNT).iterdir())
    apart = audited(files[0], str(files[1]), str(whole / ACCOUNT))
    together = audited(whole)
    assert apart[0] == together[0]
    assert apart[1]["verdicts"] == together[1]["verdicts"]
    assert apart[1]["troubles"] == together[1]["troubles"]
    assert apart[1]["estate"] == f"credential-report.csv, details.json, {ACCOUNT}"
    many = audited(*files, *[str(each) for each in (whole, *files)])[1]
    assert many["estate"] == "credential-report.csv, details.json, whole and 2 more"
    ana = f"arn:aws:iam::{ACCOUNT}:user/ana"
    asked = [word for each in files for word in ("--estate", str(each))]
    assert doorward("why", ana, "iam:ListUsers", "*", *asked).stdout.startswith(b"ALLOW")
    told = doorward("credentials", *asked, "--output", "csv")
    assert b"ana" in told.stdout


def test_problems_of_several_paths_name_the_whole_path(tmp_path: Path) -> None:
    bad = written(tmp_path / "bad", {"a.json": "{"}) / "a.json"
    _, said = imported(estate(tmp_path / "good"), bad)
    assert [each["file"] for each in said["problems"]] == [str(bad)]


def test_an_estate_is_kept_whole_with_its_time(tmp_path: Path) -> None:
    good, kept = estate(tmp_path / "good"), tmp_path / "kept"
    region = good / ACCOUNT / "eu-west-1"
    region.mkdir()
    (region / "instances.json").write_text('{"Reservations": []}')
    (good / "notes.txt").write_text("not a part of it")
    code, said = imported("--into", kept, "--taken", "2026-01-31T12:00:00Z", good)
    folder = kept / "estate-20260131T120000Z"
    assert (code, said["kept"]) == (0, str(folder))
    assert sorted(str(each.relative_to(folder)) for each in folder.rglob("*.*")) == [
        f"{ACCOUNT}/credential-report.csv", f"{ACCOUNT}/details.json",
        f"{ACCOUNT}/eu-west-1/instances.json", "taken.json",
    ]  # fmt: skip
    assert json.loads((folder / "taken.json").read_text()) == {"Taken": "2026-01-31T12:00:00Z"}
    assert all(stat.S_IMODE(each.stat().st_mode) & 0o077 == 0 for each in folder.rglob("*"))
    again = imported(folder)[1]
    assert again["taken"] == "2026-01-31T12:00:00Z"
    assert doorward("import", "--into", str(kept), str(folder)).returncode == 2
    assert [each.name for each in kept.iterdir()] == [folder.name], "no draft is left"


def test_files_named_by_themselves_keep_whose_they_are(tmp_path: Path) -> None:
    """The folders that name account and Region, and no others; names that clash get a number."""
    good = estate(tmp_path / "good")
    region = good / ACCOUNT / "eu-west-1"
    region.mkdir()
    (region / "instances.json").write_text('{"Reservations": []}')
    other = tmp_path / "other" / ACCOUNT
    other.mkdir(parents=True)
    (other / "details.json").write_text(json.dumps({"UserDetailList": [user("eve")]}))
    files = [*sorted((good / ACCOUNT).glob("*.*")), region / "instances.json"]
    _, said = imported("--into", tmp_path / "kept", *files, other / "details.json")
    folder = Path(said["kept"])
    assert sorted(str(each.relative_to(folder)) for each in folder.rglob("*.json")) == [
        f"{ACCOUNT}/details-2.json", f"{ACCOUNT}/details.json",
        f"{ACCOUNT}/eu-west-1/instances.json", "taken.json",
    ]  # fmt: skip
    apart = audited(*files, str(other / "details.json"))[1]
    assert states(audited(folder)[1]) == states(apart)


def test_two_estates_are_compared(tmp_path: Path) -> None:
    before = estate(tmp_path / "before")
    details = {**DETAILS, "UserDetailList": [
        user("ana", AttachedManagedPolicies=[ADMINISTRATOR]),
        user("bob", AttachedManagedPolicies=[ADMINISTRATOR]),
    ]}  # fmt: skip
    after = estate(tmp_path / "after", {"details.json": details})
    done = doorward(
        "audit", str(after), "--since", str(before), "--check", "user.admin", "--at", AT
    )
    said = done.stderr.decode()
    assert f"arn:aws:iam::{ACCOUNT}:user/bob" in said
    assert f"arn:aws:iam::{ACCOUNT}:user/ana" not in said


@pytest.mark.parametrize("words", [["/nothing/there"], ["--into", "kept"], []])
def test_there_has_to_be_something_to_read(words: list[str]) -> None:
    assert doorward("import", *words).returncode == 2


def test_a_folder_that_cannot_be_written_is_an_error_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = doorward("import", str(estate(tmp_path / "e")), "--into", str(tmp_path / "file" / "x"))
    assert done.returncode == 2
    assert b"cannot be written" in done.stderr
    assert REPORT.encode() not in done.stdout
