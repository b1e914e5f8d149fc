"""`python -m tests.browser`: every golden picture and page, and those of audits, in a browser.

In Chromium, light and dark: axe-core finds nothing to object to, no text runs into another or out
of its box, nothing is asked of the network, no page is wider than its window. Screenshots of all
are left in `.browser/screenshots`, to be looked at. Exit code 1: what is wrong is listed.
"""

from __future__ import annotations

import argparse
import html
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import audits

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "explanations"
HOME = ROOT / ".browser"
SCREENS = HOME / "screenshots"
AXE = "4.14.1"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
THEMES = ("light", "dark")
WIDE, NARROW = 1000, 390

MISPLACED = """() => {
  const inner = (box, by) => ({left: box.left + by, right: box.right - by,
                               top: box.top + by, bottom: box.bottom - by});
  const found = [];
  for (const picture of document.querySelectorAll("svg.doorward-scheme")) {
    const cards = [...picture.querySelectorAll("rect[rx='6']")].map(
      each => each.getBoundingClientRect());
    const scale = picture.getBoundingClientRect().width / picture.viewBox.baseVal.width;
    const texts = [...picture.querySelectorAll("text")].map(
      each => [each.textContent, inner(each.getBoundingClientRect(), 2 * scale)]);
    const frame = picture.getBoundingClientRect();
    for (const [index, [words, box]] of texts.entries()) {
      const card = cards.find(each => each.top < box.top && box.top < each.bottom);
      const edge = card ? inner(card, 6 * scale) : frame;
      if (box.right > edge.right || box.left < edge.left || box.bottom > edge.bottom)
        found.push("out of its box: " + words);
      for (const [others, other] of texts.slice(index + 1))
        if (box.left < other.right && other.left < box.right
            && box.top < other.bottom && other.top < box.bottom)
          found.push("over each other: " + words + " | " + others);
    }
  }
  return found;
}"""
"""What in the pictures of a page stands where it should not, by the boxes of the real fonts."""

OVERFLOWS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


PLANTED = (
    '<p style="color:#aaa;background:#fff">grey on white</p><svg class="doorward-scheme"'
    ' role="img" viewBox="0 0 90 40" width="90" height="40"><title>A</title><rect rx="6" x="5"'
    ' y="5" width="60" height="30"/><text x="10" y="20">longer than its box</text>'
    '<text x="20" y="22">over the other</text></svg>'
)
"""A fragment in which each kind of mistake is made once."""
MISTAKES = ("out of its box: longer", "over each other: longer", "axe-core: color-contrast")


class Missing(Exception):
    """Something has to be installed first; the message says how."""


def chromium() -> str:
    """Find the browser."""
    for program in PROGRAMS:
        path = shutil.which(program)
        if path is not None:
            return path
    raise Missing(
        "there is no chromium on PATH; Debian, Ubuntu: apt-get install --no-install-recommends"
        " chromium fonts-dejavu"
    )


def axe() -> str:
    """Return axe-core's script, installed into `.browser` unless it is there."""
    about = HOME / "node_modules" / "axe-core" / "package.json"
    if not about.exists() or json.loads(about.read_text("utf-8"))["version"] != AXE:
        if shutil.which("npm") is None:
            raise Missing("there is no npm on PATH; Node.js brings it")
        HOME.mkdir(exist_ok=True)
        quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        command = ("npm", "install", *quiet, "--prefix", str(HOME), f"axe-core@{AXE}")
        if subprocess.run(command, cwd=HOME, check=False).returncode:
            raise Missing(f"npm did not install axe-core {AXE}")
    return about.with_name("axe.min.js").read_text("utf-8")


def page_around(name: str, fragment: str, theme: str | None = None) -> str:
    """Return a page that holds a fragment, as somebody else's page would."""
    forced = f' data-theme="{theme}"' if theme else ""
    title = html.escape(name)
    return (
        f'<!doctype html><html lang="en"{forced}><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        "<style>:root{color-scheme:light dark}body{margin:1rem}</style></head>"
        f"<body><main><h1>{title}</h1>{fragment}</main></body></html>"
    )


class Window:
    """A page of the browser in one theme, and all that it complains of."""

    def __init__(self, browser: Browser, theme: str, script: str) -> None:
        self.theme = theme
        self.script = script
        self.problems: list[str] = []
        self.page: Page = browser.new_page(
            color_scheme=theme, viewport={"width": WIDE, "height": 800}
        )
        self.page.on("console", lambda said: self.problems.append(f"console: {said.text}"))
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if request.url != "about:blank" and not request.url.startswith(GOLDEN.as_uri()):
            self.problems.append(f"asks for {request.url}")

    def shoot(self, name: str) -> None:
        """Leave a screenshot of the whole page, in a window that is as high as it is.

        (Chromium does not answer when asked for the full page of a document that is SVG.)
        """
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": WIDE, "height": height})
        self.page.screenshot(path=SCREENS / f"{name}.{self.theme}.png")
        self.page.set_viewport_size({"width": WIDE, "height": 800})

    def found(self) -> list[str]:
        """Return what is wrong, and forget it."""
        problems, self.problems = self.problems, []
        return problems

    def picture_alone(self, path: Path) -> Iterator[str]:
        """Open a picture as a document of its own."""
        self.page.goto(path.as_uri())
        if self.page.evaluate("document.documentElement.localName") != "svg":
            yield "is not read as SVG"
        yield from self.page.evaluate(MISPLACED)
        self.shoot(path.name)

    def in_a_page(self, name: str, fragment: str) -> Iterator[str]:
        """Put a fragment into a page, all of it unfolded, and let axe-core look at it."""
        self.page.goto("about:blank")
        self.page.set_content(page_around(name, fragment))
        self.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        yield from self.page.evaluate(MISPLACED)
        self.page.evaluate(self.script)
        result = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        if not result["passes"]:
            yield "axe-core looked at nothing"
        for each in result["violations"]:
            places = ", ".join(str(node["target"]) for node in each["nodes"][:3])
            yield f"axe-core: {each['id']}: {each['help']} ({places})"

    def narrow(self) -> Iterator[str]:
        """Look at the page that is open in a narrow window."""
        self.page.set_viewport_size({"width": NARROW, "height": 800})
        if self.page.evaluate(OVERFLOWS):
            yield f"is wider than a window of {NARROW}"
        self.page.set_viewport_size({"width": WIDE, "height": 800})


def looked_at(window: Window, name: str) -> Iterator[str]:
    """Look at one decision in both forms; yield what is wrong."""
    picture = GOLDEN / f"{name}.svg"
    for problem in window.picture_alone(picture):
        yield f"{picture.name}: {problem}"
    for form in ("svg", "html"):
        path = GOLDEN / f"{name}.{form}"
        for problem in window.in_a_page(name, path.read_text("utf-8")):
            yield f"{path.name} in a page: {problem}"
    if window.page.evaluate(OVERFLOWS):
        yield f"{name}.html is wider than a window of {WIDE}"
    window.shoot(f"{name}.html")
    for problem in (*window.narrow(), *window.found()):
        yield f"{name}: {problem}"


def mistakes_are_seen(window: Window) -> Iterator[str]:
    """A proof that finds nothing has to be one that could have."""
    found = list(window.in_a_page("planted", PLANTED))
    for mistake in MISTAKES:
        if not any(each.startswith(mistake) for each in found):
            yield f"a planted mistake is not seen: {mistake}"


def themes_are_forced(window: Window, name: str) -> Iterator[str]:
    """A page that says which theme it has is believed, whatever the reader prefers."""
    fragment = (GOLDEN / f"{name}.html").read_text("utf-8")
    grounds = {}
    for theme in THEMES:
        window.page.set_content(page_around(name, fragment, theme))
        grounds[theme] = window.page.evaluate(
            "[['.doorward-explanation', 'backgroundColor'], ['.doorward-scheme > rect', 'fill']]"
            ".map(([place, what]) => getComputedStyle(document.querySelector(place))[what])"
        )
    if not grounds["light"] == ["rgb(255, 255, 255)"] * 2 != grounds["dark"]:
        yield f"data-theme is not obeyed: {grounds}"


def main() -> int:
    """Look at every golden, or at those named."""
    parser = argparse.ArgumentParser("dev.py browser", description=__doc__)
    parser.add_argument("names", nargs="*", help="decisions to look at (default: all)")
    named = parser.parse_args().names
    names = named or sorted({path.stem for path in GOLDEN.glob("*.svg")})
    try:
        program, script = chromium(), axe()
    except Missing as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    SCREENS.mkdir(parents=True, exist_ok=True)
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        for theme in THEMES:
            window = Window(browser, theme, script)
            problems += [f"{theme}: {each}" for each in mistakes_are_seen(window)]
            for name in names:
                problems += [f"{theme}: {each}" for each in looked_at(window, name)]
            problems += [f"{theme}: {each}" for each in themes_are_forced(window, names[0])]
        if not named:
            problems += audits.problems(browser, script, SCREENS, THEMES)
        browser.close()
    for problem in problems:
        sys.stdout.write(problem.encode("ascii", "backslashreplace").decode() + "\n")
    sys.stdout.write(
        f"{len(names)} decisions{'' if named else ' and audits'}, light and dark:"
        f" {len(problems)} problems;"
        f" screenshots in {SCREENS.relative_to(ROOT)}\n"
    )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
