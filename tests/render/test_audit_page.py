"""The page of an audit: complete by itself, closed to what others wrote, small enough.

`dev.py browser` opens it in Chromium: tests/browser/audits.py.
"""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from doorward.analysis.difference import difference
from doorward.render.audit import FORMS
from doorward.render.audit.difference import DIFFERENCE_FORMS
from doorward.render.audit.look import Look
from doorward.render.audit.page import MOST_PLAIN
from doorward.render.audit.picture_credentials import cells
from doorward.results.picture import Credential, CredentialPicture, Holder
from tests.render import audits, pictured
from tests.render.test_audit_forms import page_data

SMALL = audits.small()
PAGES = {
    "small": FORMS["html"](SMALL, pictured.look(SMALL)),
    "hostile": FORMS["html"](audits.hostile(), pictured.look(audits.hostile())),
    "hostile difference": DIFFERENCE_FORMS["html"](
        difference(audits.hostile(), audits.small()), Look(version=audits.HOSTILE[0])
    ),
}


class Elements(HTMLParser):
    """The elements of a page, whether they are closed in order, and the text of some."""

    VOID = frozenset({"meta", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.urls: list[str] = []
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.policy = ""
        self.script_types: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.seen.add(tag)
        self.attributes |= given.keys()
        self.urls += [given[name] or "" for name in ("href", "src", "action") if name in given]
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "script":
            self.script_types.append(given.get("type"))
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.inline:
            self.inline[self.open[-1]].append(data)


def read(page: str) -> Elements:
    found = Elements()
    found.feed(page)
    found.close()
    return found


KNOWN = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section"),
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "ul",
        "li",
        "b",
        "dl",
        "dt",
        "dd",
        "div",
        "span",
        "code",
        "bdi",
    ),
    *("pre", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "figure"),
    *("figcaption", "form", "fieldset", "legend", "label", "select", "option", "input", "button"),
    *("script", "svg", "desc", "rect", "path", "text"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_holds_known_elements_and_asks_for_nothing(name: str) -> None:
    page = PAGES[name]
    found = read(page)
    assert page.isascii()
    assert found.open == []
    assert found.seen <= KNOWN
    assert found.urls == []
    assert "style" not in found.attributes
    assert not any(each.startswith("on") for each in found.attributes)
    assert "url(" not in "".join(found.inline["style"])
    assert "@import" not in "".join(found.inline["style"])


@pytest.mark.parametrize("name", PAGES)
def test_its_policy_lets_its_own_script_and_style_run_and_nothing_else(name: str) -> None:
    found = read(PAGES[name])
    rules = dict(rule.strip().partition(" ")[::2] for rule in found.policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    (style,) = found.inline["style"]
    assert rules["style-src"] == source(style)
    if name == "hostile difference":
        assert rules["script-src"] == "'none'"
        assert found.inline["script"] == []
    else:
        assert found.script_types == ["application/json", None]
        assert rules["script-src"] == source(found.inline["script"][1])


def source(text: str) -> str:
    hashed = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{hashed}'"


def test_the_script_only_ever_writes_text() -> None:
    (script,) = read(PAGES["small"]).inline["script"][1:]
    for dangerous in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "http",
    ):
        assert dangerous not in script
    assert "textContent" in script


def test_hostile_names_are_told_as_text_alone() -> None:
    page = PAGES["hostile"]
    assert "<img" not in page
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
    data = page_data(page)
    assert [text for text in data["texts"] if "<img src=x" in text]
    assert all(each.isprintable() or "\n" in each for each in data["texts"])
    assert "\\u202egnp.exe" in "".join(data["texts"])


def test_the_page_of_130_principals_is_small() -> None:
    assert len(PAGES["small"].encode()) <= 2_000_000


def test_without_a_script_the_worst_findings_are_there_and_it_says_how_many_more() -> None:
    page = PAGES["small"]
    total = sum(1 for _ in SMALL.findings())
    assert total > MOST_PLAIN
    assert page.count('<details class="finding">') == MOST_PLAIN
    assert f"{total} findings; the worst {MOST_PLAIN} are shown" in page
    first = next(each for each in SMALL.findings() if each.severity.rank == 0)
    assert f"<code><bdi>{first.id}</bdi></code>" in page


def test_what_is_not_known_is_said_before_any_score() -> None:
    page = PAGES["small"]
    assert page.index("8 verdicts without a full answer") < page.index("Score by practice")
    assert "bring the credential report" in page
    assert "resources.json ends in the middle" in page


def test_many_findings_stay_compact() -> None:
    """By a tenth of the hundred thousand, which `dev.py browser` opens."""
    report = audits.large(10_000)
    page = FORMS["html"](report, Look())
    assert len(page_data(page)["findings"]) == 10_000
    assert len(page) < 4_000_000
    assert page.count('<details class="finding">') == MOST_PLAIN


def test_the_script_is_in_the_package_and_is_ascii() -> None:
    path = Path(__file__).parents[2] / "src" / "doorward" / "render" / "data" / "audit.js"
    assert path.read_text("ascii") in PAGES["small"]


def test_ids_are_there_once() -> None:
    for page in PAGES.values():
        ids = re.findall(r' id="([^"]*)"', page)
        assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("credential", "cell"),
    [
        (Credential(90, 45), (("90 d", "allow", False), ("45 d", "allow", False))),
        (Credential(91, 46), (("91 d", "silent", False), ("46 d", "silent", False))),
        (Credential(181, 91), (("181 d", "high", False), ("91 d", "high", False))),
        (Credential(361, 181), (("361 d", "deny", False), ("181 d", "deny", False))),
        (
            Credential(10, 10, never_used=True),
            (("10 d", "allow", False), ("never", "allow", True)),
        ),
        (Credential(None, None), (("not known", "silent", False), ("not known", "silent", False))),
        (None, (("", "", False), ("", "", False))),
    ],
)
def test_the_heat_of_credentials(
    credential: Credential | None, cell: tuple[tuple[str, str, bool], ...]
) -> None:
    holder = Holder("1", "alice", is_root=False, mfa=True, keys=(credential, None))
    assert tuple(cells(holder, CredentialPicture((holder,)))[3:5]) == cell
