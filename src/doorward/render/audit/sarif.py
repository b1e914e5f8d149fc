"""An audit as SARIF 2.1.0, for code scanning: rules are checks, results are findings.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; GitHub, "SARIF
support for code scanning" (``security-severity``, ``partialFingerprints``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from doorward.render.audit.json import json_text
from doorward.render.audit.lines import Replaced, formatted, replacements
from doorward.render.audit.look import PLAIN, Look
from doorward.render.audit.wording import checks_by_id, open_verdicts
from doorward.results.finding import (
    CheckInfo,
    Edit,
    Finding,
    Report,
    Severity,
    State,
    Suppressed,
    Trouble,
    Verdict,
)

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT: Final = "doorwardFinding/v1"

_Json = dict[str, Any]

LEVEL: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
_SCORE: Final = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
}
"""``security-severity``: within the ranges by which GitHub calls them the same."""

_SAFE: Final = ":/@+=,;!$()'"


def sarif_report(report: Report, look: Look = PLAIN) -> str:
    """Return a report as a SARIF log of one run.

    What is suppressed is among the results, as suppressed. Checks that did not come to their end
    are notifications: an error makes the run one that was not successful.
    """
    checks = list(checks_by_id(report).values())
    artifacts = _Artifacts()
    places = {check.id: index for index, check in enumerate(checks)}
    results = [
        *(_result(finding, places, artifacts) for finding in report.findings()),
        *(_suppressed(each, places, artifacts) for each in report.suppressed),
    ]
    driver: _Json = {
        "name": "Doorward",
        "informationUri": "https://pypi.org/project/doorward/",
        "rules": [_rule(check) for check in checks],
    }
    if look.version:
        driver["version"] = look.version
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(report, places)],
        "artifacts": artifacts.listed,
        "results": results,
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": f"doorward audit/{_utc(report.made)}"},
        "properties": {"estate": report.estate, "catalog": report.catalog},
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


class _Artifacts:
    """Policies with their text, each once, by what they are called and say."""

    def __init__(self) -> None:
        self.listed: list[_Json] = []
        self._places: dict[tuple[str, str], int] = {}

    def place(self, uri: str, text: str) -> _Json:
        """Return the location of a policy, which is told of if it was not yet."""
        found = self._places.get((uri, text))
        if found is None:
            found = self._places[uri, text] = len(self.listed)
            told = {"location": {"uri": uri}, "contents": {"text": text}}
            self.listed.append({**told, "mimeType": "application/json"})
        return {"uri": uri, "index": found}


def _rule(check: CheckInfo) -> _Json:
    tags = [
        "security",
        *check.practices,
        *(f"{each.standard} {each.control}" for each in check.references),
    ]
    rule: _Json = {
        "id": check.id,
        "name": check.id,
        "shortDescription": {"text": check.title},
        "defaultConfiguration": {"level": LEVEL[check.severity]},
        "properties": {"tags": tags, "security-severity": _SCORE[check.severity]},
    }
    if check.documentation:
        rule["fullDescription"] = {"text": check.documentation}
        rule["help"] = {"text": check.documentation}
    return rule


def _result(finding: Finding, places: dict[str, int], artifacts: _Artifacts) -> _Json:
    undecided = finding.state in (State.UNKNOWN, State.NOT_CHECKED)
    remedy = finding.remedy
    edits = remedy.edits if remedy else ()
    result: _Json = {
        "ruleId": finding.check,
        "ruleIndex": places[finding.check],
        # A level is for failures alone (3.27.9, 3.27.10).
        "kind": "open" if undecided else "fail",
        "level": "none" if undecided else LEVEL[finding.severity],
        "message": {"text": finding.message},
        "locations": list(_locations(finding, edits, artifacts)),
        "partialFingerprints": {FINGERPRINT: finding.id},
        "properties": {
            "state": finding.state.value,
            "severity": finding.severity.value,
            "account": finding.account,
            "evidence": [list(each) for each in finding.facts],
            **({"remedy": remedy.text, "commands": list(remedy.commands)} if remedy else {}),
        },
    }
    fixes = [_fix(edits, remedy.text, artifacts)] if remedy and edits else []
    if fixes:
        result["fixes"] = fixes
    return result


def _suppressed(each: Suppressed, places: dict[str, int], artifacts: _Artifacts) -> _Json:
    reason = f"{each.reason} (until {_utc(each.until)})"
    suppression = {"kind": "external", "status": "accepted", "justification": reason}
    return {**_result(each.finding, places, artifacts), "suppressions": [suppression]}


def _locations(finding: Finding, edits: Iterable[Edit], artifacts: _Artifacts) -> Iterator[_Json]:
    """Where a finding is: the lines of the policies that are to be changed, else the subject."""
    named = {"name": finding.subject, "fullyQualifiedName": finding.subject, "kind": "resource"}
    found = False
    for edit in edits:
        text = formatted(edit.before)
        for change in replacements(text, formatted(edit.after))[:1]:
            found = True
            physical = {"artifactLocation": artifacts.place(_uri(edit), text)}
            first = min(change.begin + 1, text.count("\n") + 1)
            region = {"startLine": first, "endLine": max(first, change.end)}
            yield {
                "physicalLocation": {**physical, "region": region},
                "logicalLocations": [named],
            }
    if not found:
        # Code scanning takes no result without a place: the subject stands for one.
        uri = quote(finding.subject, safe=_SAFE, errors="replace")
        physical = {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}
        yield {"physicalLocation": physical, "logicalLocations": [named]}


def _uri(edit: Edit) -> str:
    name = f"#{quote(edit.name, safe=_SAFE, errors='replace')}" if edit.name else ""
    return quote(edit.policy, safe=_SAFE, errors="replace") + name


def _fix(edits: Iterable[Edit], text: str, artifacts: _Artifacts) -> _Json:
    changes = []
    for edit in edits:
        before = formatted(edit.before)
        lines = before.split("\n")
        replaced = [
            _replacement(each, lines) for each in replacements(before, formatted(edit.after))
        ]
        if replaced:
            location = artifacts.place(_uri(edit), before)
            changes.append({"artifactLocation": location, "replacements": replaced})
    return {"description": {"text": text}, "artifactChanges": changes}


def _replacement(change: Replaced, lines: list[str]) -> _Json:
    """A change of whole lines, each with the line feed after it.

    After the last line there is none: there each line goes, or comes, with the one before it.
    """
    if change.end < len(lines):
        region = _region(change.begin, 0, change.end, 0)
        text = "".join(f"{line}\n" for line in change.lines)
    elif change.begin:
        before = change.begin - 1
        region = _region(before, len(lines[before]), len(lines) - 1, len(lines[-1]))
        text = "".join(f"\n{line}" for line in change.lines)
    else:
        region = _region(0, 0, len(lines) - 1, len(lines[-1]))
        text = "\n".join(change.lines)
    return {"deletedRegion": region, "insertedContent": {"text": text}}


def _region(line: int, column: int, end_line: int, end_column: int) -> _Json:
    """A region from a place up to, not including, another; both counted from 0 here."""
    return {
        "startLine": line + 1,
        "startColumn": column + 1,
        "endLine": end_line + 1,
        "endColumn": end_column + 1,
    }


def _invocation(report: Report, places: dict[str, int]) -> _Json:
    told = open_verdicts(report)
    failed = [each for each in told if each.state is State.ERROR]
    others = [each for each in told if each.state is not State.ERROR]
    troubles = [_trouble(each) for each in report.troubles]
    broken = any(each.state is State.ERROR for each in report.verdicts)
    return {
        "executionSuccessful": not broken and not any(each.is_error for each in report.troubles),
        "endTimeUtc": _utc(report.made),
        "toolExecutionNotifications": [*(_unended(each, places) for each in failed), *troubles],
        "toolConfigurationNotifications": [_unended(each, places) for each in others],
    }


def _unended(verdict: Verdict, places: dict[str, int]) -> _Json:
    reason = verdict.reason or "the check did not come to its end"
    return {
        "message": {"text": f"{verdict.state.value} on {verdict.account}: {reason}"},
        "level": "error" if verdict.state is State.ERROR else "warning",
        "associatedRule": {"id": verdict.check, "index": places[verdict.check]},
        "properties": {"state": verdict.state.value, "account": verdict.account},
    }


def _trouble(trouble: Trouble) -> _Json:
    hint = f" ({trouble.hint})" if trouble.hint else ""
    return {
        "descriptor": {"id": trouble.code},
        "message": {"text": f"{trouble.place}: {trouble.message}{hint}"},
        "level": "error" if trouble.is_error else "note",
    }


def _utc(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
