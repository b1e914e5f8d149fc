"""An audit for a terminal, and changes of policies as lines."""

from __future__ import annotations

import json
import re

import msgspec
import pytest

from doorward.analysis.difference import difference
from doorward.render.audit import DIFFERENCE_FORMS, FORMS
from doorward.render.audit.lines import Mark, difference_lines
from doorward.render.audit.look import Look
from doorward.render.audit.wording import Gap, gaps
from doorward.results.finding import Finding, Report, Severity, State, Verdict
from doorward.results.tally import tally
from tests.render import audits

SMALL, HOSTILE = audits.small(), audits.hostile()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_our_own_words_keep_to_the_width(width: int) -> None:
    told = FORMS["text"](SMALL, Look(width=width))
    for line in told.split("\n"):
        commands_and_names = ("    $ ", "  - ", "CRITICAL ", "HIGH ", "MEDIUM ", "LOW ")
        assert len(line) <= width or line.startswith(commands_and_names), line


def test_a_long_report_says_how_much_more_there_is() -> None:
    total = tally(SMALL).findings
    told = FORMS["text"](SMALL, Look(limit=10))
    assert f"… {total - 10} more; --output json lists them all" in told
    assert told.count("\n  - ") == 10
    assert "more; --output json" not in FORMS["text"](SMALL, Look(limit=total))


def test_colours_are_only_there_when_asked_for() -> None:
    plain, coloured = (FORMS["text"](SMALL, Look(color=each)) for each in (False, True))
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert "\x1b[1;31m" in coloured


def test_a_difference_of_hostile_names_steers_nothing() -> None:
    found = difference(HOSTILE, msgspec.structs.replace(HOSTILE, verdicts=(), suppressed=()))
    assert len(found.shifts) == len(audits.HOSTILE)
    told = DIFFERENCE_FORMS["text"](found, Look(width=80))
    assert all(letter.isprintable() or letter == "\n" for letter in told)
    written = DIFFERENCE_FORMS["json"](found, Look())
    assert written.isascii()
    subjects = [each["finding"]["subject"] for each in json.loads(written)["shifts"]]
    assert sorted(subjects) == sorted(each.subject for each in HOSTILE.findings())


def test_an_organization_is_no_account() -> None:
    report = msgspec.structs.replace(SMALL, accounts={**SMALL.accounts, "o-a1b2c3d4e5": "ours"})
    assert "23 checks on 5 accounts" in FORMS["text"](report, Look())


def test_nothing_in_a_report_steers_a_terminal() -> None:
    for form in ("text", "csv"):
        told = FORMS[form](HOSTILE, Look(width=80))
        assert all(letter.isprintable() or letter == "\n" for letter in told)


# --------------------------------------------------------------------- differences of policies


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ('{"a":1}', '{"a":1}', [" {", '   "a": 1', " }"]),
        ('{"a":1}', '{"a":2}', [" {", '-  "a": 1', '+  "a": 2', " }"]),
        ("no json", "still none", ["-no json", "+still none"]),
        ('{"a":1}', "", ["-{", '-  "a": 1', "-}", "+"]),
    ],
)
def test_the_lines_of_a_change(before: str, after: str, lines: list[str]) -> None:
    told = [f"{line.mark.value}{line.text}" for line in difference_lines(before, after)]
    assert told == lines


def test_what_stays_is_left_out_but_for_what_stands_around() -> None:
    names = [f"s3:Get{number}" for number in range(40)]
    old, new = json.dumps({"a": names}), json.dumps({"a": [*names[:20], "s3:New", *names[20:]]})
    lines = difference_lines(old, new)
    assert [line.text.strip() for line in lines if line.mark is Mark.COMES] == ['"s3:New",']
    assert [line.text for line in lines if line.mark is Mark.GAP] == ["19 lines", "19 lines"]
    assert len(lines) == 9


# ---------------------------------------------------------------------------------- gaps

REASON = (
    "the credential report: x.csv: no rows; the MFA devices: x.csv: no rows;"
    " bring the access keys (aws iam list-access-keys), and the credential report (aws iam get),"
    " and the account summary (aws iam get-account-summary)"
)


def test_a_reason_is_told_once_and_what_is_broken_is_not_asked_for() -> None:
    finding = Finding("b", State.UNKNOWN, Severity.LOW, "1", "1", "m")
    report = Report(
        audits.NOW,
        "x",
        (),
        {},
        (
            Verdict("a", "1", State.ERROR, reason=REASON),
            Verdict("b", "1", State.UNKNOWN, 1, (finding,)),
            Verdict("b", "2", State.ERROR, reason="the credential report: x.csv: no rows"),
            Verdict("c", "2", State.NOT_CHECKED),
        ),
    )
    assert gaps(report) == [
        Gap(
            State.ERROR,
            "x.csv: no rows (the credential report, the MFA devices)",
            ("a", "b"),
            ("1", "2"),
        ),
        Gap(State.ERROR, "bring the access keys (aws iam list-access-keys)", ("a",), ("1",)),
        Gap(
            State.ERROR,
            "bring the account summary (aws iam get-account-summary)",
            ("a",),
            ("1",),
        ),
        Gap(State.NOT_CHECKED, "no reason is told", ("c",), ("2",)),
    ]
