"""The difference between two audits, as text, JSON and a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

import msgspec

from doorward.render.audit.form import finding_form
from doorward.render.audit.json import json_text
from doorward.render.audit.look import PLAIN, Look
from doorward.render.audit.page import document, footer
from doorward.render.audit.page_findings import badge, folded
from doorward.render.audit.page_sections import facts
from doorward.render.audit.text import paint, severity_paint, wrapped
from doorward.render.audit.wording import moment, number
from doorward.render.markup import code, element, table
from doorward.render.printable import printable
from doorward.results.difference import Became, Difference, Shift
from doorward.results.finding import Report

SCHEMA: Final = "urn:doorward:audit-difference:1"
"""The name of the JSON's form and its version."""

_MOST_SHOWN: Final = 500
"""How many findings of a kind a page tells of."""

_EXPLAINED: Final[Mapping[Became, str]] = {
    Became.NEW: "found now, not before",
    Became.REOPENED: "suppressed before, and no more",
    Became.CHANGED: "found both times, with another state or severity",
    Became.NOT_LOOKED_AT: "found before; whether they are still there is not known",
    Became.SUPPRESSED: "found before; somebody took the responsibility",
    Became.GONE: "found before; looked for again, and not there",
}


def text_difference(difference: Difference, look: Look = PLAIN) -> str:
    """Return a difference as text, for a terminal."""
    return "\n".join(_lines(difference, look)) + "\n"


def _lines(difference: Difference, look: Look) -> Iterator[str]:
    yield paint("Difference between two audits", "1", look)
    for time, estate in zip(
        (difference.before, difference.after), difference.estates, strict=True
    ):
        yield from wrapped(f"{moment(time)}: {printable(estate)}", look, 2)
    yield ""
    yield from wrapped(_counts(difference), look, 0, 2)
    for became in _EXPLAINED:
        shifts = [shift for shift in difference.shifts if shift.became is became]
        if not shifts:
            continue
        yield ""
        head = f"{became.value.upper()}  {number(len(shifts), 'finding')}"
        yield f"{paint(head, '1', look)}: {_EXPLAINED[became]}"
        for shift in shifts[: look.limit]:
            yield from _told(shift, look)
        if len(shifts) > look.limit:
            yield f"  … {len(shifts) - look.limit:,} more; --output json lists them all"
    if difference.lapses:
        yield ""
        head = f"{number(len(difference.lapses), 'check')} without an answer that had one before"
        yield paint(head, "1", look)
        for lapse in difference.lapses[: look.limit]:
            said = f"{lapse.after.value}  {lapse.check} on {lapse.account}: {lapse.reason}"
            yield from wrapped(printable(said), look, 2, 4)
        if len(difference.lapses) > look.limit:
            yield f"  … {len(difference.lapses) - look.limit:,} more; --output json lists them all"


def _counts(difference: Difference) -> str:
    told = [f"{difference.count(became):,} {became.value}" for became in Became]
    return ", ".join(told)


def _told(shift: Shift, look: Look) -> Iterator[str]:
    finding = shift.finding
    severity = severity_paint(finding.severity.value, finding.severity, look)
    yield f"  {severity}  {printable(finding.subject)}"
    yield from wrapped(printable(f"{finding.check}: {finding.message}"), look, 4)
    for line in filter(None, (_change(shift), shift.reason)):
        yield from wrapped(printable(line), look, 4)


def _change(shift: Shift) -> str:
    if shift.became is not Became.CHANGED or shift.before is None:
        return ""
    old, new = shift.before, shift.finding
    changes = [
        f"{name} {one.value} before, {other.value} now"
        for name, one, other in (
            ("state", old.state, new.state),
            ("severity", old.severity, new.severity),
        )
        if one is not other
    ]
    return "; ".join(changes)


def json_difference(difference: Difference, look: Look = PLAIN) -> str:  # noqa: ARG001 - as others
    """Return a difference as JSON; findings have the form that they have in an audit's JSON."""
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "before": {"made": difference.before, "estate": difference.estates[0]},
        "after": {"made": difference.after, "estate": difference.estates[1]},
        "summary": {each.value: difference.count(each) for each in Became},
        "shifts": [
            {
                "became": shift.became.value,
                "finding": finding_form(shift.finding),
                "before": None if shift.before is None else finding_form(shift.before),
                "reason": shift.reason,
            }
            for shift in difference.shifts
        ],
        "lapses": [
            {
                "check": lapse.check,
                "account": lapse.account,
                "before": lapse.before.value,
                "after": lapse.after.value,
                "reason": lapse.reason,
            }
            for lapse in difference.lapses
        ],
    }
    return json_text(msgspec.to_builtins(told)) + "\n"


def html_difference(difference: Difference, look: Look = PLAIN) -> str:
    """Return a difference as a page that is complete by itself and needs no script."""
    title = f"What changed: {printable(difference.estates[1])}"
    rows = [("before", moment(difference.before)), ("after", moment(difference.after))]
    if difference.estates[0] != difference.estates[1]:
        rows.append(("before, of", difference.estates[0]))
    if look.version:
        rows.append(("Doorward", look.version))
    body = element(
        "body",
        {},
        element("header", {}, element("h1", {}, title), facts(rows)),
        element("main", {}, _tiles(difference), *_lapses(difference), *_shifts(difference)),
        footer(),
    )
    return document(title, body)


_TILE: Final[Mapping[Became, str]] = {
    Became.NEW: "critical",
    Became.REOPENED: "high",
    Became.CHANGED: "medium",
    Became.NOT_LOOKED_AT: "medium",
    Became.GONE: "pass",
}


def _tiles(difference: Difference) -> ET.Element:
    return element(
        "ul",
        {"class": "tiles"},
        *(
            element(
                "li",
                {"class": f"tile {_TILE.get(each, 'none') if difference.count(each) else 'none'}"},
                element("b", {}, f"{difference.count(each):,}"),
                each.value,
            )
            for each in Became
        ),
    )


def _lapses(difference: Difference) -> Iterator[ET.Element]:
    if not difference.lapses:
        return
    count = len(difference.lapses)
    yield element(
        "section",
        {"class": "callout", "aria-labelledby": "lapses"},
        element(
            "h2",
            {"id": "lapses"},
            f"{number(count, 'check')} without an answer that had one before",
        ),
        table(
            ("state", "check", "account", "why, and what to bring"),
            (
                (
                    element("td", {"class": "state"}, element("b", {}, lapse.after.value)),
                    element("td", {}, code(lapse.check)),
                    element("td", {}, code(lapse.account)),
                    element("td", {"class": "free"}, printable(lapse.reason)),
                )
                for lapse in difference.lapses[:_MOST_SHOWN]
            ),
        ),
        *_more(count),
    )


def _more(count: int) -> Iterator[ET.Element]:
    if count > _MOST_SHOWN:
        words = f"and {count - _MOST_SHOWN:,} more: the JSON form lists them all"
        yield element("p", {"class": "quiet"}, words)


def _shifts(difference: Difference) -> Iterator[ET.Element]:
    named = Report(difference.after, "", difference.checks, difference.accounts, ())
    for became, words in _EXPLAINED.items():
        shifts = [shift for shift in difference.shifts if shift.became is became]
        if not shifts:
            continue
        identifier = became.name.lower().replace("_", "-")
        yield element(
            "section",
            {"aria-labelledby": identifier},
            element("h2", {"id": identifier}, f"{len(shifts):,} {became.value}"),
            element("p", {"class": "quiet"}, f"{words[:1].upper()}{words[1:]}."),
            *(_folded(named, shift) for shift in shifts[:_MOST_SHOWN]),
            *_more(len(shifts)),
        )


def _folded(named: Report, shift: Shift) -> ET.Element:
    told = [printable(line) for line in (_change(shift), shift.reason) if line]
    notes = (element("span", {"class": "said"}, element("b", {}, line)) for line in told)
    return folded(named, shift.finding, " ", badge(shift.finding.severity), *notes)


DIFFERENCE_FORMS: Final[Mapping[str, Callable[[Difference, Look], str]]] = {
    "text": text_difference,
    "json": json_difference,
    "html": html_difference,
}
"""Every form of a difference by the name that ``--output`` has for it."""
