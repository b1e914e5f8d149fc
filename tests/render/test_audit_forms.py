"""An audit in every form: goldens, numbers that agree, and what each form's readers require.

Goldens are written anew by ``DOORWARD_UPDATE_GOLDEN=1 pytest tests/render``.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import msgspec
import pytest
from jsonschema import Draft202012Validator

from doorward.analysis.difference import difference
from doorward.importers.audit_report import read_report
from doorward.render.audit import FORMS
from doorward.render.audit.csv import COLUMNS, safe
from doorward.render.audit.difference import DIFFERENCE_FORMS
from doorward.render.audit.look import Look
from doorward.render.audit.picture_credentials import credentials_picture
from doorward.render.audit.picture_organization import organization_picture
from doorward.render.audit.picture_trend import trend_picture
from doorward.render.audit.pictures import alone
from doorward.results.finding import Edit, Finding, Remedy, Report, Severity, State, Verdict
from doorward.results.tally import tally
from tests.render import audits, pictured
from tests.render.goldens import golden
from tools import audit_schema

GOLDEN = Path(__file__).parent.parent / "golden" / "audits"
SUFFIX = {"text": "txt", "junit": "xml", "ocsf": "jsonl"}
SMALL = audits.small()
LOOK = pictured.look(SMALL)
REPORTS = {"small": SMALL, "tiny": audits.tiny(), "hostile": audits.hostile()}


def earlier() -> Report:
    """An audit a month before ``tiny``, for their difference."""
    return msgspec.structs.replace(audits.small(), made=audits.NOW.replace(month=10))


def written() -> dict[str, str]:
    """Every golden by the name of its file."""
    tiny, look = audits.tiny(), Look(version="0.1.0")
    found = {f"report.{SUFFIX.get(name, name)}": form(tiny, look) for name, form in FORMS.items()}
    changed = difference(earlier(), tiny)
    for name, form in DIFFERENCE_FORMS.items():
        short = msgspec.structs.replace(changed, shifts=changed.shifts[:40])
        found[f"difference.{SUFFIX.get(name, name)}"] = form(short, look)
    assert LOOK.credentials is not None
    found["organization.svg"] = alone(organization_picture(LOOK.organizations[0]))
    found["credentials.svg"] = alone(credentials_picture(LOOK.credentials))
    found["trend.svg"] = alone(trend_picture(LOOK.trend))
    return found


def test_every_form_is_as_it_was_looked_at() -> None:
    made = written()
    for name, text in made.items():
        assert text.endswith("\n")
        golden(GOLDEN / name, text)
    assert {path.name for path in GOLDEN.iterdir()} == set(made)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_the_same_each_time(name: str) -> None:
    assert FORMS[name](audits.small(), pictured.look(SMALL)) == FORMS[name](SMALL, LOOK)


# ------------------------------------------------------------------------- numbers that agree


def found_in_csv(report: Report) -> Counter[str]:
    rows = csv.DictReader(io.StringIO(FORMS["csv"](report, LOOK)))
    return Counter(row["severity"] for row in rows if row["kind"] == "finding")


def found_in_json(report: Report) -> Counter[str]:
    told = json.loads(FORMS["json"](report, LOOK))
    listed = Counter(each["severity"] for v in told["verdicts"] for each in v["findings"])
    assert {k: v for k, v in told["summary"]["severities"].items() if v} == listed
    return listed


def found_in_sarif(report: Report) -> Counter[str]:
    (run,) = json.loads(FORMS["sarif"](report, LOOK))["runs"]
    results = [each for each in run["results"] if "suppressions" not in each]
    assert len(run["results"]) - len(results) == len(report.suppressed)
    return Counter(each["properties"]["severity"] for each in results)


def found_in_ocsf(report: Report) -> Counter[str]:
    events = [json.loads(line) for line in FORMS["ocsf"](report, LOOK).splitlines()]
    names = [e["severity"].lower() for e in events if "resources" in e and e["status_id"] == 1]
    return Counter(names)


def found_in_html(report: Report) -> Counter[str]:
    data = page_data(FORMS["html"](report, LOOK))
    return Counter(data["severities"][each[2]] for each in data["findings"])


def found_in_junit(report: Report) -> Counter[str]:
    root = ET.fromstring(FORMS["junit"](report, LOOK))  # noqa: S314 (our own)
    lines = [line for each in root.iter("failure") for line in (each.text or "").split("\n")]
    lines += [line for each in root.iter("error") for line in (each.text or "").split("\n")]
    return Counter(line.split(" ")[0] for line in lines if re.search(r"\[[0-9a-f]{16}\]$", line))


def page_data(page: str) -> Any:
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    return json.loads(text)


@pytest.mark.parametrize("name", REPORTS)
def test_every_form_tells_of_as_many_findings(name: str) -> None:
    report = REPORTS[name]
    counted = tally(report)
    expected = {each.value: count for each, count in counted.severities.items() if count}
    assert sum(expected.values()) == sum(1 for _ in report.findings()) > 0
    for count in (
        found_in_csv,
        found_in_json,
        found_in_sarif,
        found_in_ocsf,
        found_in_html,
        found_in_junit,
    ):
        assert count(report) == expected, count.__name__
    told = FORMS["text"](report, LOOK)
    assert f"{counted.findings} findings: {counted.severities[Severity.CRITICAL]} critical" in told


@pytest.mark.parametrize("form", FORMS)
def test_no_form_keeps_quiet_about_what_was_not_checked(form: str) -> None:
    reason = "bring the credential report"
    lone = Verdict("root.mfa", "111122223333", State.NOT_CHECKED, reason=reason)
    broken = Verdict("root.used", "111122223333", State.ERROR, reason="it raised: KeyError")
    report = msgspec.structs.replace(
        audits.tiny(), checks=audits.CHECKS, verdicts=(lone, broken), suppressed=(), troubles=()
    )
    told = FORMS[form](report, Look())
    assert reason in told
    assert "it raised: KeyError" in told
    assert "NOT_CHECKED" in told or "skipped" in told


# ------------------------------------------------------------------------------------- JSON


@pytest.mark.parametrize("name", ["small", "tiny"])
def test_json_holds_to_its_schema_and_is_read_back(name: str) -> None:
    text = FORMS["json"](REPORTS[name], LOOK)
    Draft202012Validator.check_schema(audit_schema.schema())
    Draft202012Validator(audit_schema.schema()).validate(json.loads(text))
    assert read_report(text) == REPORTS[name]


def test_json_of_hostile_names_is_read_back_with_every_character() -> None:
    report = REPORTS["hostile"]
    text = FORMS["json"](report, LOOK)
    assert text.isascii()
    assert read_report(text) == report


@pytest.mark.parametrize(
    "spoil",
    [{"schema": "urn:doorward:audit:2"}, {"made": "yesterday"}, {"verdicts": [{"check": "x"}]}],
)
def test_what_is_no_audit_fails_the_schema(spoil: dict[str, Any]) -> None:
    told = {**json.loads(FORMS["json"](audits.tiny(), LOOK)), **spoil}
    validator = Draft202012Validator(
        audit_schema.schema(), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    assert "made" in spoil or not validator.is_valid(told)


# -------------------------------------------------------------------------------------- CSV


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("|calc", "'|calc"),
        ("\t=1", "\\t=1"),
        ("a\nb", "a\\nb"),
        ("arn:aws:iam::1:user/a", "arn:aws:iam::1:user/a"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(cell: str, written: str) -> None:
    assert safe(cell) == written


def test_no_row_of_a_hostile_report_holds_a_formula_or_a_line_break() -> None:
    rows = list(csv.reader(io.StringIO(FORMS["csv"](REPORTS["hostile"], LOOK))))
    assert tuple(rows[0]) == COLUMNS
    for row in rows:
        assert len(row) == len(COLUMNS)
        for cell in row:
            assert cell.isprintable()
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "|", "%"))


# ------------------------------------------------------------------------------------ SARIF


def sarif(report: Report) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(FORMS["sarif"](report, LOOK))
    return log


URI = re.compile(r"(?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
"""What a URI reference may be made of (RFC 3986, appendix A)."""


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_keeps_what_the_standard_and_code_scanning_require(name: str) -> None:
    """SARIF 2.1.0: 3.27.5, 3.27.9, 3.27.10, 3.4.3, 3.30.5, 3.52.3; GitHub: a place for each."""
    log = sarif(REPORTS[name])
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    prints = [each["partialFingerprints"]["doorwardFinding/v1"] for each in run["results"]]
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in prints)
    for rule in rules:
        assert 0 < float(rule["properties"]["security-severity"]) <= 10
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert (result["kind"] == "fail") == (result["level"] != "none")
        assert result["message"]["text"]
        for place in result["locations"]:
            located(place["physicalLocation"], run["artifacts"])
    for artifact in run["artifacts"]:
        assert URI.fullmatch(artifact["location"]["uri"])
    for said in run["invocations"][0]["toolConfigurationNotifications"]:
        assert rules[said["associatedRule"]["index"]]["id"] == said["associatedRule"]["id"]


def located(place: dict[str, Any], artifacts: list[dict[str, Any]]) -> None:
    where, region = place["artifactLocation"], place["region"]
    assert URI.fullmatch(where["uri"]), where
    assert region["startLine"] >= 1
    if "index" in where:
        artifact = artifacts[where["index"]]
        assert artifact["location"]["uri"] == where["uri"]
        assert region["endLine"] <= len(artifact["contents"]["text"].split("\n"))


def test_a_fix_makes_the_policy_of_the_remedy() -> None:
    (run,) = sarif(SMALL)["runs"]
    fixed = 0
    hidden = (each.finding for each in SMALL.suppressed)
    by_print = {each.id: each for each in (*SMALL.findings(), *hidden)}
    for result in run["results"]:
        for fix in result.get("fixes", []):
            finding = by_print[result["partialFingerprints"]["doorwardFinding/v1"]]
            assert finding.remedy is not None
            for change, edit in zip(fix["artifactChanges"], finding.remedy.edits, strict=True):
                assert unquote(change["artifactLocation"]["uri"]) == edit.policy
                before = run["artifacts"][change["artifactLocation"]["index"]]["contents"]["text"]
                after = replaced(before, change["replacements"])
                assert json.loads(after) == json.loads(edit.after)
                assert json.loads(before) == json.loads(edit.before)
                fixed += 1
    assert fixed > 10


def replaced(text: str, replacements: list[dict[str, Any]]) -> str:
    """Carry replacements out as the standard says: all regions are of the text as it was."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for each in reversed(replacements):
        region = each["deletedRegion"]
        begin = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:begin] + each["insertedContent"]["text"] + text[end:]
    return text


@pytest.mark.parametrize(
    ("before", "after"),
    [("a\nb", "a\nb\nc"), ("a\nb\nc", "a"), ("a", "b\nc"), ("a\nb", "c\nb\nd"), ("a\nb\nc", "c")],
)
def test_a_fix_at_the_end_of_a_text_without_a_line_feed(before: str, after: str) -> None:
    remedy = Remedy("so", (), (Edit("arn:aws:iam::1:policy/p", before, after),))
    finding = Finding("x", State.FAIL, Severity.LOW, "1", "1", "m", (), remedy)
    report = Report(audits.NOW, "x", (), {}, (Verdict("x", "1", State.FAIL, 1, (finding,)),))
    (result,) = sarif(report)["runs"][0]["results"]
    assert replaced(before, result["fixes"][0]["artifactChanges"][0]["replacements"]) == after


def test_an_error_makes_a_run_that_was_not_successful() -> None:
    assert sarif(SMALL)["runs"][0]["invocations"][0]["executionSuccessful"] is False
    fine = msgspec.structs.replace(
        SMALL, troubles=(), verdicts=tuple(v for v in SMALL.verdicts if v.state is State.PASS)
    )
    assert sarif(fine)["runs"][0]["invocations"][0]["executionSuccessful"] is True


# ------------------------------------------------------------------------------------- OCSF

REQUIRED = (
    *("activity_id", "category_uid", "class_uid", "time", "type_uid", "severity_id", "metadata"),
    *("finding_info", "compliance", "cloud"),
)
"""Attributes that class 2003 of OCSF 1.3.0 requires, with its profile ``cloud``."""
KNOWN = {
    *REQUIRED,
    *("activity_name", "category_name", "class_name", "type_name", "severity", "status"),
    *("status_id", "status_detail", "message", "resources", "remediation"),
}


@pytest.mark.parametrize("name", REPORTS)
def test_ocsf_events_have_what_the_class_requires_and_nothing_unmapped(name: str) -> None:
    lines = FORMS["ocsf"](REPORTS[name], LOOK).splitlines()
    assert len(lines) > 5
    for line in lines:
        event = json.loads(line)
        assert set(REQUIRED) <= event.keys() <= KNOWN
        assert (event["class_uid"], event["category_uid"]) == (2003, 2)
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
        assert event["severity_id"] in range(2, 6)
        assert event["time"] == 1795771800000
        assert event["metadata"]["version"] == "1.3.0"
        assert event["metadata"]["product"]["vendor_name"]
        assert event["cloud"]["provider"] == "AWS"
        assert event["compliance"]["standards"]
        assert event["finding_info"]["uid"]
        assert event["finding_info"]["title"]


def test_ocsf_tells_suppressed_findings_and_checks_without_an_end() -> None:
    events = [json.loads(line) for line in FORMS["ocsf"](SMALL, LOOK).splitlines()]
    assert sum(event["status_id"] == 3 for event in events) == len(SMALL.suppressed) == 1
    states = Counter(event["compliance"]["status"] for event in events)
    assert states["NOT_CHECKED"] == 7
    assert states["ERROR"] == 1
    assert states["Unknown"] > 0


# ------------------------------------------------------------------------------------ JUnit


def test_junit_says_how_every_verdict_ended() -> None:
    root = ET.fromstring(FORMS["junit"](SMALL, LOOK))  # noqa: S314 (our own)
    cases = [case for suite in root if suite.get("name") != "input" for case in suite]
    assert len(cases) == len(SMALL.verdicts)
    ended = Counter(case[0].tag if len(case) else "passed" for case in cases)
    states = Counter(verdict.state for verdict in SMALL.verdicts)
    assert ended["passed"] == states[State.PASS]
    assert ended["skipped"] == states[State.NOT_CHECKED] == 7
    assert ended["error"] == states[State.ERROR] == 1
    assert ended["failure"] == states[State.FAIL] + states[State.UNKNOWN]
    skipped = next(root.iter("skipped"))
    assert "bring the credential report" in (skipped.get("message") or "")
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite)


def test_a_check_that_is_only_named_is_told_of_all_the_same() -> None:
    finding = Finding("gone.check", State.FAIL, Severity.HIGH, "1", "arn:aws:iam::1:root", "so")
    verdict = Verdict("gone.check", "1", State.FAIL, 1, (finding,))
    report = Report(audits.NOW, "x", (), {}, (verdict,))
    for form in FORMS.values():
        assert "gone.check" in form(report, Look())
