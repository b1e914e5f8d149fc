"""An audit as a page that is complete by itself: one file, to be forwarded, read and printed.

Nothing is loaded from elsewhere, and its policy (CSP) forbids it. Without scripts it shows
everything but the findings beyond the worst; with them all findings can be filtered.
"""

from __future__ import annotations

import base64
import hashlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final
from xml.etree import ElementTree as ET

from doorward.render.audit import page_sections as sections
from doorward.render.audit.look import PLAIN, Look
from doorward.render.audit.page_data import page_data
from doorward.render.audit.page_findings import listed
from doorward.render.audit.page_style import STYLE
from doorward.render.audit.wording import checks_by_id, number
from doorward.render.markup import Node, element, written
from doorward.render.printable import printable
from doorward.results.finding import Report, Severity
from doorward.results.tally import tally, worst_first

MOST_PLAIN: Final = 150
"""How many findings are there without a script, the worst."""


def html_report(report: Report, look: Look = PLAIN) -> str:
    """Return a report as an HTML document."""
    counted = tally(report)
    title = f"Audit of {printable(report.estate)}"
    body = element(
        "body",
        {},
        element("header", {}, element("h1", {}, title), sections.about(report, look)),
        element(
            "main",
            {},
            sections.tiles(counted),
            *sections.not_known(report),
            sections.practices(counted),
            *sections.pictures(look),
            _findings(report),
            *sections.suppressed(report),
            *sections.troubles(report),
            sections.checks(report),
        ),
        footer(),
        element("script", {"type": "application/json", "id": "data"}, page_data(report)),
        element("script", {}, _script()),
    )
    return document(title, body, scripts=(_script(),))


def document(title: str, body: ET.Element, scripts: Iterable[str] = ()) -> str:
    """Return a whole page: our style, and a policy that lets these scripts run, nothing else."""
    allowed = " ".join(map(_allowed, scripts)) or "'none'"
    policy = (
        f"default-src 'none'; style-src {_allowed(STYLE)}; script-src {allowed};"
        " base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        {},
        element("meta", {"charset": "utf-8"}),
        element("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        element("meta", {"name": "viewport", "content": "width=device-width,initial-scale=1"}),
        element("meta", {"name": "referrer", "content": "no-referrer"}),
        element("title", {}, title),
        element("style", {}, STYLE),
    )
    return "<!doctype html>\n" + written(
        element("html", {"lang": "en"}, head, body), method="html"
    )


def footer() -> ET.Element:
    """Say who wrote the page."""
    words = "Written by Doorward. Nothing on this page is loaded from elsewhere or sent anywhere."
    return element("footer", {}, element("p", {}, words))


def _allowed(text: str) -> str:
    """The source expression of an inline script or style (CSP 3, hash-source)."""
    hashed = base64.b64encode(hashlib.sha256(text.encode("ascii")).digest()).decode("ascii")
    return f"'sha256-{hashed}'"


@cache
def _script() -> str:
    data = pkgutil.get_data("doorward.render", "data/audit.js")
    assert data is not None  # noqa: S101 - only a loader without get_data returns None
    return data.decode("ascii")


def _findings(report: Report) -> ET.Element:
    ordered = worst_first(report.findings())
    return element(
        "section",
        {"aria-labelledby": "findings"},
        element("h2", {"id": "findings"}, "Findings, the worst first"),
        _filters(),
        element("p", {"id": "said", "role": "status", "class": "quiet"}, *_said(len(ordered))),
        element(
            "div",
            {"id": "list"},
            *listed(report, ordered[:MOST_PLAIN], checks_by_id(report)),
        ),
        element(
            "p", {}, element("button", {"type": "button", "id": "more", "hidden": ""}, "More")
        ),
    )


def _said(count: int) -> list[Node]:
    if not count:
        return ["Nothing was found by the checks that were carried out."]
    if count <= MOST_PLAIN:
        return [number(count, "finding")]
    shown = f"{count:,} findings; the worst {MOST_PLAIN} are shown"
    return [f"{shown}. With scripts allowed, or in the JSON form, all of them."]


def _filters() -> ET.Element:
    """The filters; the script shows them, and fills in what there is to choose from."""
    return element(
        "form",
        {"id": "filters", "class": "filters", "hidden": "", "data-script": "", "role": "search"},
        element(
            "fieldset",
            {},
            element("legend", {}, "Severity"),
            element("span", {"class": "group"}, *_severities()),
        ),
        _choice("state", "State", "any"),
        _choice("account", "Account", "all"),
        _choice("check", "Check", "all"),
        element(
            "label",
            {},
            "Words ",
            element("input", {"type": "search", "name": "words", "autocomplete": "off"}),
        ),
        element("button", {"type": "reset"}, "Show all"),
        element("button", {"type": "button", "id": "save"}, "Save these as CSV"),
    )


def _severities() -> Iterator[ET.Element]:
    for each in Severity:
        box = {"type": "checkbox", "name": "severity", "value": str(each.rank), "checked": ""}
        yield element("label", {}, element("input", box), each.value)


def _choice(name: str, words: str, usual: str) -> ET.Element:
    first = element("option", {"value": ""}, usual)
    return element("label", {}, f"{words} ", element("select", {"name": name}, first))
