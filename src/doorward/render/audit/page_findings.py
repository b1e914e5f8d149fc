"""Findings as HTML, each to be unfolded: evidence, remedy, commands, changes of policies.

The script of the page (``render/data/audit.js``) makes the same elements for all findings, from
the page's data; what is made here is there for those without scripts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final
from xml.etree import ElementTree as ET

from doorward.render.audit.lines import Mark, difference_lines
from doorward.render.audit.wording import account_words, number, references_words
from doorward.render.markup import Node, code, element
from doorward.render.printable import printable
from doorward.results.finding import CheckInfo, Edit, Finding, Report, Severity, State

_CLASS: Final = {
    Mark.STAYS: "stays",
    Mark.GOES: "goes",
    Mark.COMES: "comes",
    Mark.GAP: "gap",
}


def badge(severity: Severity) -> ET.Element:
    """Name a severity, in its colour."""
    return element("span", {"class": f"badge {severity.value}"}, severity.value)


def listed(
    report: Report, findings: Sequence[Finding], checks: dict[str, CheckInfo]
) -> Iterator[ET.Element]:
    """List findings that are in order, by severity and check, under the titles of the checks."""
    before: tuple[Severity, str] | None = None
    counts: dict[tuple[Severity, str], int] = {}
    for finding in findings:
        key = finding.severity, finding.check
        counts[key] = counts.get(key, 0) + 1
    for finding in findings:
        key = finding.severity, finding.check
        if key != before:
            before = key
            yield from headed(checks[finding.check], finding.severity, counts[key])
        yield folded(report, finding)


def headed(check: CheckInfo, severity: Severity, count: int) -> Iterator[ET.Element]:
    """Write the title above the findings of a check."""
    yield element("h3", {}, badge(severity), f" {printable(check.title)}")
    told = [check.id, number(count, "finding"), *check.practices, references_words(check)]
    yield element("p", {"class": "quiet"}, printable(" · ".join(filter(None, told))))


def folded(report: Report, finding: Finding, *extra: Node) -> ET.Element:
    """Make an element that tells of one finding; ``extra`` stands in its first line."""
    state: list[Node] = []
    if finding.state is not State.FAIL:
        state = [" ", element("span", {"class": "badge"}, finding.state.value)]
    summary = element(
        "summary",
        {},
        code(finding.subject),
        *state,
        *extra,
        element("span", {"class": "said"}, printable(finding.message)),
    )
    inside = element("div", {"class": "inside"}, *_inside(report, finding))
    return element("details", {"class": "finding"}, summary, inside)


def _inside(report: Report, finding: Finding) -> Iterator[ET.Element]:
    pairs: list[Node] = [
        _fact("in account", element("bdi", {}, account_words(report, finding.account)))
    ]
    for name, facts in groupby(finding.facts, key=itemgetter(0)):
        # What has several values is named once.
        shown = ", ".join(printable(value) for _, value in facts)
        pairs.append(_fact(printable(name), element("bdi", {}, shown)))
    pairs.append(_fact("finding", code(finding.id)))
    yield element("dl", {"class": "evidence"}, *pairs)
    remedy = finding.remedy
    if remedy is None:
        return
    yield element("p", {"class": "head"}, "Remedy")
    yield element("p", {}, printable(remedy.text))
    for command in remedy.commands:
        yield element("div", {"class": "command"}, element("pre", {}, several(command)))
    for edit in remedy.edits:
        yield from _edit(edit)


def _fact(name: str, shown: ET.Element) -> ET.Element:
    return element("div", {}, element("dt", {}, name), element("dd", {}, shown))


def several(text: str) -> str:
    """Return text of several lines so that nothing in it steers, or hides."""
    return "\n".join(printable(line) for line in text.split("\n"))


def edit_title(edit: Edit) -> str:
    """Say which policy is to be changed."""
    return printable(f"{edit.policy}, inline policy {edit.name}" if edit.name else edit.policy)


def _edit(edit: Edit) -> Iterable[ET.Element]:
    yield element("p", {"class": "head"}, "Change of ", element("code", {}, edit_title(edit)))
    lines = (
        element("span", {"class": _CLASS[line.mark]}, f"{line.mark.value} {printable(line.text)}")
        for line in difference_lines(edit.before, edit.after)
    )
    yield element("pre", {"class": "diff"}, *lines)
