"""An audit as events of the Open Cybersecurity Schema Framework, one in each line.

Source: OCSF 1.3.0, class Compliance Finding (2003), profile ``cloud``. A finding is an event, and
so is a check that did not come to its end: what passed is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from doorward.render.audit.look import PLAIN, Look
from doorward.render.audit.wording import checks_by_id, facts_words, open_verdicts
from doorward.results.finding import (
    CheckInfo,
    Finding,
    Report,
    Severity,
    State,
    Suppressed,
    Verdict,
)

VERSION: Final = "1.3.0"
CLASS: Final = 2003
_CATEGORY: Final = 2  # Findings
_CREATE: Final = 1

_Json = dict[str, Any]

_SEVERITY: Final = {
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
_NEW: Final = (1, "New")
_SUPPRESSED: Final = (3, "Suppressed")
_COMPLIANCE: Final = {
    State.PASS: (1, "Pass"),
    State.FAIL: (3, "Fail"),
    State.UNKNOWN: (0, "Unknown"),
    State.NOT_CHECKED: (99, "NOT_CHECKED"),
    State.ERROR: (99, "ERROR"),
}


def ocsf_report(report: Report, look: Look = PLAIN) -> str:
    """Return a report as lines of JSON."""
    return "".join(f"{json.dumps(event)}\n" for event in _events(report, look))


def _events(report: Report, look: Look) -> Iterator[_Json]:
    checks = checks_by_id(report)
    for finding in report.findings():
        yield _finding(report, finding, checks[finding.check], look)
    for each in report.suppressed:
        yield _suppressed(report, each, checks, look)
    for verdict in open_verdicts(report):
        yield _unended(report, verdict, checks[verdict.check], look)


def _finding(report: Report, finding: Finding, check: CheckInfo, look: Look) -> _Json:
    event = _event(report, check, finding.account, finding.severity, look)
    event["message"] = finding.message
    event["finding_info"] = {
        "uid": finding.id,
        "title": check.title,
        "desc": finding.message,
        "types": [check.id],
        "created_time": _milliseconds(report.made),
    }
    event["compliance"] = _compliance(check, finding.state, facts_words(finding))
    event["resources"] = [_resource(finding)]
    remedy = finding.remedy
    if remedy is not None:
        event["remediation"] = {"desc": "\n".join([remedy.text, *remedy.commands])}
    return event


def _suppressed(
    report: Report, each: Suppressed, checks: dict[str, CheckInfo], look: Look
) -> _Json:
    event = _finding(report, each.finding, checks[each.finding.check], look)
    event["status_id"], event["status"] = _SUPPRESSED
    event["status_detail"] = f"{each.reason} (until {each.until.isoformat()})"
    return event


def _unended(report: Report, verdict: Verdict, check: CheckInfo, look: Look) -> _Json:
    event = _event(report, check, verdict.account, check.severity, look)
    reason = verdict.reason or "the check did not come to its end"
    event["message"] = f"{verdict.state.value}: {reason}"
    event["finding_info"] = {
        "uid": f"{check.id}/{verdict.account}",
        "title": check.title,
        "desc": reason,
        "types": [check.id],
        "created_time": _milliseconds(report.made),
    }
    event["compliance"] = _compliance(check, verdict.state, reason)
    return event


def _event(
    report: Report, check: CheckInfo, account: str, severity: Severity, look: Look
) -> _Json:
    product = {"name": "Doorward", "vendor_name": "Doorward", "uid": "doorward"}
    if look.version:
        product["version"] = look.version
    severity_id, name = _SEVERITY[severity]
    status_id, status = _NEW
    return {
        "activity_id": _CREATE,
        "activity_name": "Create",
        "category_uid": _CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Compliance Finding",
        "type_uid": CLASS * 100 + _CREATE,
        "type_name": "Compliance Finding: Create",
        "time": _milliseconds(report.made),
        "severity_id": severity_id,
        "severity": name,
        "status_id": status_id,
        "status": status,
        "metadata": {
            "version": VERSION,
            "profiles": ["cloud"],
            "product": product,
            "event_code": check.id,
        },
        "cloud": {
            "provider": "AWS",
            "account": {
                "uid": account,
                "name": report.accounts.get(account) or account,
                "type": "AWS Account",
                "type_id": 10,
            },
        },
    }


def _compliance(check: CheckInfo, state: State, detail: str) -> _Json:
    status_id, status = _COMPLIANCE[state]
    found: _Json = {
        "control": check.id,
        "standards": list(dict.fromkeys(each.standard for each in check.references))
        or ["Doorward"],
        "requirements": [f"{each.standard} {each.control}" for each in check.references],
        "status": status,
        "status_id": status_id,
    }
    if detail:
        found["status_detail"] = detail
    return found


def _resource(finding: Finding) -> _Json:
    parts = finding.subject.split(":", 5)
    is_arn = len(parts) == 6 and parts[0] == "arn"
    found: _Json = {"uid": finding.subject, "type": _kind(parts) if is_arn else "account"}
    if is_arn:
        found["name"] = parts[5].rsplit("/", 1)[-1]
        found["cloud_partition"] = parts[1]
        if parts[3]:
            found["region"] = parts[3]
    return found


def _kind(parts: list[str]) -> str:
    """The type of a resource as its ARN says it: ``iam:user``."""
    head = parts[5].replace(":", "/").split("/")[0]
    return f"{parts[2]}:{head}"


def _milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)
