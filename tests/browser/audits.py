"""The pages and pictures of audits in Chromium, called by ``python -m tests.browser``.

Light and dark, with scripts and without, on paper, with names that want to break out, and with a
hundred thousand findings.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from doorward.analysis.difference import difference
from doorward.render.audit import DIFFERENCE_FORMS, FORMS, Look
from doorward.render.audit.page import MOST_PLAIN
from doorward.results.finding import Report
from doorward.results.tally import tally
from tests.render import audits, pictured

WIDE, NARROW = 1100, 390
SOONEST = 5.0
"""Seconds in which a hundred thousand findings are there to be read."""
AT_ONCE = 1.0
"""Seconds in which a filter has answered."""

OVERFLOWS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
UNFOLD = """() => {
  for (const [at, each] of document.querySelectorAll("details").entries())
    if (at % 9 === 0) each.open = true;
}"""
OUTSIDE = """() => {
  const found = [];
  for (const picture of document.querySelectorAll("svg.doorward-picture")) {
    const frame = picture.getBoundingClientRect();
    for (const each of picture.querySelectorAll("text")) {
      const box = each.getBoundingClientRect();
      if (box.left < frame.left || box.right > frame.right || box.bottom > frame.bottom)
        found.push("out of its picture: " + each.textContent);
    }
  }
  return found;
}"""
FILTER = """(words) => {
  const form = document.getElementById("filters"), begun = performance.now();
  form.elements.words.value = words;
  form.dispatchEvent(new Event("input"));
  document.body.getBoundingClientRect();
  return [(performance.now() - begun) / 1000, document.getElementById("said").textContent];
}"""
PLANTED = (
    '<!doctype html><html lang="en"><head><title>planted</title></head><body><main><h1>planted'
    '</h1><p style="color:#aaa;background:#fff">grey on white</p><img alt="" src="./other.png">'
    "</main><script>missing()</script></body></html>"
)
MISTAKES = ("asks for", "error: missing", "axe-core: color-contrast")


class Opened:
    """A page that was opened from a file, and what is wrong with it."""

    def __init__(self, browser: Browser, path: Path, theme: str, *, scripts: bool = True) -> None:
        self.problems: list[str] = []
        self.context = browser.new_context(
            color_scheme=theme,
            java_script_enabled=scripts,
            viewport={"width": WIDE, "height": 900},
            permissions=["clipboard-read", "clipboard-write"],
        )
        self.page: Page = self.context.new_page()
        self.path = path
        self.page.on("console", lambda said: self.problems.append(f"console: {said.text}"))
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: self.problems.append(f"dialog: {dialog.message}"))
        self.page.on("request", self._asked)
        self.page.goto(path.as_uri())

    def _asked(self, request: Any) -> None:
        if request.url != self.path.as_uri():
            self.problems.append(f"asks for {request.url}")

    def accessible(self, script: str) -> Iterator[str]:
        """Let axe-core look at the page as it is."""
        self.page.evaluate(script)
        result = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        if not result["passes"]:
            yield "axe-core looked at nothing"
        for each in result["violations"]:
            places = ", ".join(str(node["target"]) for node in each["nodes"][:3])
            yield f"axe-core: {each['id']}: {each['help']} ({places})"

    def fits(self) -> Iterator[str]:
        """Look whether the page is as wide as its window, wide and narrow."""
        for width in (WIDE, NARROW):
            self.page.set_viewport_size({"width": width, "height": 900})
            if self.page.evaluate(OVERFLOWS):
                yield f"is wider than a window of {width}"
        self.page.set_viewport_size({"width": WIDE, "height": 900})


def problems(
    browser: Browser, script: str, screens: Path, themes: tuple[str, ...]
) -> Iterator[str]:
    """Yield what is wrong with the pages of audits; leave screenshots in ``screens``."""
    small, hostile = audits.small(), audits.hostile()
    pages = {
        "audit": FORMS["html"](small, pictured.look(small)),
        "audit-hostile": FORMS["html"](hostile, pictured.look(hostile)),
        "audit-difference": DIFFERENCE_FORMS["html"](difference(hostile, small), Look()),
        "audit-planted": PLANTED,
        "audit-large": FORMS["html"](audits.large(), Look()),
    }
    paths = {name: screens / f"{name}.html" for name in pages}
    for name, text in pages.items():
        paths[name].write_text(text, "utf-8")
    for theme in themes:
        for name in ("audit", "audit-hostile", "audit-difference"):
            for each in looked_at(browser, paths[name], theme, script):
                yield f"{theme}: {name}: {each}"
    for name, found in (
        ("audit", filtered(browser, paths["audit"], small)),
        ("audit without scripts", plain(browser, paths["audit"], screens)),
        ("audit on paper", on_paper(browser, paths["audit"], screens)),
        ("audit-hostile", not_broken_out(browser, paths["audit-hostile"])),
        ("audit-large", quick(browser, paths["audit-large"])),
        ("planted", mistakes_are_seen(browser, paths["audit-planted"], script)),
    ):
        for each in found:
            yield f"{name}: {each}"


def looked_at(browser: Browser, path: Path, theme: str, script: str) -> Iterator[str]:
    """Look at a page with much of it unfolded."""
    opened = Opened(browser, path, theme)
    page = opened.page
    page.evaluate(UNFOLD)
    page.wait_for_timeout(200)
    yield from page.evaluate(OUTSIDE)
    yield from opened.fits()
    page.screenshot(path=path.with_suffix(f".{theme}.png"), full_page=True)
    yield from opened.accessible(script)
    yield from opened.problems
    opened.context.close()


def filtered(browser: Browser, path: Path, report: Report) -> Iterator[str]:
    """Use the filters, unfold a finding, copy a command."""
    opened = Opened(browser, path, "light")
    page, counted = opened.page, tally(report)
    for severity, count in counted.severities.items():
        page.click("button[type=reset]")
        for box in page.query_selector_all("[name=severity]"):
            if box.get_attribute("value") != str(severity.rank):
                box.uncheck()
        said = page.inner_text("#said")
        if not said.startswith(f"{count} findings of {counted.findings}"):
            yield f"of {severity.value} findings it says: {said}"
    page.click("button[type=reset]")
    page.fill("[name=words]", "no such words anywhere")
    if page.locator("#list details").count():
        yield "shows findings that have none of the words"
    page.fill("[name=words]", "")
    page.click("#list summary >> nth=0")
    page.click(".command button >> nth=0")
    page.wait_for_selector("text=Copied")
    command = page.inner_text(".command pre >> nth=0")
    if page.evaluate("navigator.clipboard.readText()") != command:
        yield "does not copy the command"
    with page.expect_download() as saved:
        page.click("#save")
    rows = Path(saved.value.path()).read_text("utf-8").strip().split("\n")
    if len(rows) != counted.findings + 1:
        yield f"saves {len(rows)} rows"
    yield from opened.problems
    opened.context.close()


def plain(browser: Browser, path: Path, screens: Path) -> Iterator[str]:
    """Look at the page of somebody who allows no scripts."""
    opened = Opened(browser, path, "light", scripts=False)
    shown = opened.page.locator("#list details").count()
    if shown != MOST_PLAIN:
        yield f"shows {shown} findings"
    if opened.page.locator("#filters").is_visible():
        yield "offers filters that do nothing"
    opened.page.screenshot(path=screens / "audit.plain.png", full_page=True)
    yield from opened.problems
    opened.context.close()


def on_paper(browser: Browser, path: Path, screens: Path) -> Iterator[str]:
    """Print it, in the dark: it is light, without filters, and everything is unfolded."""
    for scripts in (True, False):
        opened = Opened(browser, path, "dark", scripts=scripts)
        page = opened.page
        page.pdf(path=screens / f"audit.{scripts}.pdf", format="A4", print_background=True)
        page.emulate_media(media="print")
        if page.locator("#filters").is_visible():
            yield "shows filters"
        if not page.locator("#list .inside").first.is_visible():
            yield f"keeps findings folded, scripts: {scripts}"
        ground = "getComputedStyle(document.body).backgroundColor"
        if scripts and page.evaluate(ground) != "rgb(255, 255, 255)":
            yield "is dark"
        yield from opened.problems
        opened.context.close()


def not_broken_out(browser: Browser, path: Path) -> Iterator[str]:
    """Unfold everything of the page with hostile names: they stay text."""
    opened = Opened(browser, path, "light")
    page = opened.page
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    page.wait_for_timeout(300)
    if not page.title().startswith("Audit of "):
        yield f"has the title {page.title()}"
    counts = page.evaluate(
        "['img', 'script', 'iframe', 'a', '.diff .comes'].map("
        "tag => document.querySelectorAll(tag).length)"
    )
    if counts[:4] != [0, 2, 0, 0]:
        yield f"has other elements than ours: {counts}"
    if not counts[4]:
        yield "shows no change of a policy"
    yield from opened.problems
    opened.context.close()


def quick(browser: Browser, path: Path) -> Iterator[str]:
    """Open a hundred thousand findings, and filter them."""
    begun = time.monotonic()
    opened = Opened(browser, path, "light")
    opened.page.wait_for_selector("#list details")
    took = time.monotonic() - begun
    said = opened.page.inner_text("#said")
    if took > SOONEST or not said.startswith("100,000 findings of 100,000"):
        yield f"is there after {took:.1f} s, and says: {said}"
    for words in ("deploy-003", ""):
        took, said = opened.page.evaluate(FILTER, words)
        if took > AT_ONCE or (said.startswith("100,000") == bool(words)):
            yield f"is filtered by {words!r} after {took:.1f} s, and says: {said}"
    yield from opened.problems
    opened.context.close()


def mistakes_are_seen(browser: Browser, path: Path, script: str) -> Iterator[str]:
    """A proof that finds nothing has to be one that could have."""
    opened = Opened(browser, path, "light")
    found = [*opened.accessible(script), *opened.problems]
    for mistake in MISTAKES:
        if not any(each.startswith(mistake) for each in found):
            yield f"a planted mistake is not seen: {mistake}: {found}"
    opened.context.close()
