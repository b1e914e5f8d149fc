"""A decision as a picture: an SVG of the evaluation scheme.

From top to bottom the checks in AWS's order, the path that the request took through them, the one
that decided, and the answer. The picture is complete by itself: no script, no link, no font. It is
an image to assistive technology, named by its title and described by the text of the decision.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

from doorward.render import draw
from doorward.render.draw import Canvas, Ink
from doorward.render.markup import capital, written
from doorward.render.palette import MONO, SANS, TONE, plain, themed
from doorward.render.phrases import effect_words
from doorward.render.printable import printable
from doorward.render.scheme import Check, Level, Said, Scheme, State, scheme_of
from doorward.render.text import text_from_record

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

_WIDTH: Final = 920
_SPINE: Final = 32  # where the path runs down
_LEFT, _RIGHT = 60, 872  # the edges of the checks
_GUTTER: Final = 896  # where the path goes past what is not reached
_PAD: Final = 14
_LINE: Final = 19
_GAP: Final = 12
_COLUMN: Final = 244  # where statements begin, beside the verdict of their level

_INK: Final = {
    State.PASSED: "ink",
    State.DECIDED: "ink",
    State.NOT_APPLICABLE: "faint",
    State.NOT_REACHED: "faint",
    State.UNKNOWN: "ink",
}

_ROOT: Final = ".doorward-scheme"
_TONES: Final = ("allow", "deny", "silent")
_INKS: Final = ("ink", "soft", "faint", *_TONES)
STYLE: Final = plain(
    _ROOT,
    {
        "": "color-scheme:light dark",
        "text": f"font:13px {SANS};white-space:pre;unicode-bidi:isolate",
        ".m": f"font:12px {MONO}",
        ".b": "font-weight:600",
        ".h": "font-size:17px;font-weight:700",
    },
) + themed(
    _ROOT,
    {
        **{f".f-{ink}": f"fill:${ink}" for ink in _INKS},
        **{f".s-{ink}": f"fill:none;stroke:${ink}" for ink in (*_INKS, "page")},
        **{f".g-{tone}": f"fill:${tone}-ground;stroke:${tone}" for tone in _TONES},
        ".g-card": "fill:$card;stroke:$line",
        ".g-page": "fill:$page",
    },
)
"""The picture's style sheet. It only reaches elements in a ``doorward-scheme``."""


def svg_from_record(record: Mapping[str, Any], *, name: str | None = None) -> str:
    """Return the picture of a recorded decision as an SVG document.

    ``name`` begins the ids in it, so that several can stand on one page; by itself it is made
    from the record. Raises ``ValueError`` for a name that is none (a letter, then letters, digits,
    ``_``, ``-``).
    """
    return written(svg_element(record, name=name), method="xml")


def svg_element(record: Mapping[str, Any], *, name: str | None = None) -> ET.Element:
    """Return the same as an element, to be put into a page."""
    name = name or name_from(record)
    if _NAME.fullmatch(name) is None:
        raise ValueError("the name of a picture is a letter, then letters, digits, _ and -")
    scheme = scheme_of(record)
    canvas = Canvas(_WIDTH)
    tone = TONE.get(scheme.effect, "ink")
    start = _heading(canvas, record)
    places = [_check(canvas, check, tone) for check in scheme.checks]
    answer = _answer(canvas, scheme, tone)
    _path(canvas, scheme, tone, start, places, answer)
    for check, at in zip(scheme.checks, places, strict=True):
        _mark(canvas, check, at, tone)
    return _document(canvas, record, name)


def name_from(record: Mapping[str, Any]) -> str:
    """Return a name that two records share only if they are the same."""
    text = json.dumps(record, sort_keys=True, default=str)
    return f"doorward-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _document(canvas: Canvas, record: Mapping[str, Any], name: str) -> ET.Element:
    height = canvas.y + 10
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "doorward-scheme",
            "role": "img",
            "viewBox": f"0 0 {_WIDTH} {height}",
            "width": str(_WIDTH),
            "height": str(height),
            "aria-labelledby": f"{name}-title",
            "aria-describedby": f"{name}-text",
        },
    )
    said = f"{effect_words(record['effect'])}: {record['action']} on {record['resource']}"
    ET.SubElement(root, "title", {"id": f"{name}-title"}).text = printable(said)
    ET.SubElement(root, "desc", {"id": f"{name}-text"}).text = text_from_record(_brief(record))
    ET.SubElement(root, "style").text = STYLE
    ground = {"class": "g-page", "width": str(_WIDTH), "height": str(height), "rx": "8"}
    ET.SubElement(root, "rect", ground)
    root.extend(canvas.elements)
    return root


def _brief(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record without advice and entries of statements: the picture shows neither."""
    brief = {name: value for name, value in record.items() if name != "advice"}
    if "statements" in record:
        brief["statements"] = [
            {name: value for name, value in each.items() if name != "elements"}
            for each in record["statements"]
        ]
    return brief


def _heading(canvas: Canvas, record: Mapping[str, Any]) -> int:
    """Write the question; return where the path begins."""
    others = len(record.get("resources", ())) - 1
    more = f" (of {others + 1} resources, each decided by itself)" if others > 0 else ""
    canvas.move(30)
    canvas.text(_LEFT, printable(record["action"]), draw.MONO_BOLD, "ink", _RIGHT)
    for word, text in (
        ("on", printable(record["resource"]) + more),
        ("by", printable(record["principal"])),
    ):
        canvas.move(_LINE)
        canvas.text(_LEFT, word, draw.SANS, "soft", _RIGHT)
        canvas.text(_LEFT + 24, text, draw.MONO, "ink", _RIGHT)
    start = canvas.y - _LINE - 4
    canvas.move(_GAP + 6)
    return start


# ------------------------------------------------------------------------------ the checks


def _check(canvas: Canvas, check: Check, tone: str) -> int:
    """Draw a check as a card; return the height at which its mark stands."""
    top = canvas.y
    decides = check.state is State.DECIDED
    card = canvas.card(_LEFT, top, _RIGHT - _LEFT)
    card.set("class", f"g-{tone}" if decides and tone in _TONES else "g-card")
    card.set("stroke-width", "2.5" if decides else "1")
    if check.state in (State.NOT_REACHED, State.NOT_APPLICABLE):
        card.set("stroke-dasharray", "4 3")
    ink = _INK[check.state]
    canvas.move(23)
    canvas.text(_LEFT + _PAD, capital(check.title), draw.BOLD, ink, _RIGHT - 130)
    canvas.text_to(_RIGHT - _PAD, check.state.value, draw.BOLD, tone if decides else ink)
    if check.words:
        canvas.paragraph(
            _LEFT + _PAD, check.words, draw.SANS, ink if decides else "soft", _RIGHT - _PAD, _LINE
        )
    _statements(canvas, check.said, check.more, _LEFT + _PAD, ink)
    for level in check.levels:
        _level(canvas, level, ink)
    canvas.move(11)
    card.set("height", str(canvas.y - top))
    canvas.move(_GAP)
    return top + 18


def _level(canvas: Canvas, level: Level, ink: str) -> None:
    """Write a level's verdict at the left, and its statements beside it."""
    canvas.move(_LINE + 2)
    before = canvas.y
    x = _LEFT + _PAD
    if level.name:
        canvas.text(x, level.name, draw.SANS, ink, x + 60)
        x += 60
    verdict, _, why = level.words.partition(": ")
    # A Deny is told in its colour in what was not reached, too: it was looked for before.
    loud = ink == "ink" or level.effect == "EXPLICIT_DENY"
    canvas.text(x, verdict, draw.BOLD, TONE.get(level.effect, ink) if loud else ink, _COLUMN)
    if level.said or level.more:
        canvas.move(-_LINE)
        _statements(canvas, level.said, level.more, _COLUMN, ink)
    elif why:
        canvas.text(_COLUMN, why, draw.SANS, ink, _RIGHT - _PAD)
    canvas.y = max(canvas.y, before)


def _statements(canvas: Canvas, said: tuple[Said, ...], more: int, x: int, ink: Ink) -> None:
    """Name statements, each in one line, or in several if that is too long."""
    for each in said:
        for left, line in _lines(each, x):
            canvas.move(_LINE)
            canvas.text(left, line, draw.MONO, ink, _RIGHT - _PAD)
    if more:
        canvas.move(_LINE)
        canvas.text(x, f"and {more} more", draw.SANS, ink, _RIGHT - _PAD)


def _lines(said: Said, x: int) -> list[tuple[int, str]]:
    """Break what is told of a statement into as few lines as fit, each with its left edge."""
    room, inner = _RIGHT - _PAD - x, x + 14
    one = f"{said.policy}, {said.place}: {said.words}"
    if draw.MONO.fits(one, room):
        return [(x, one)]
    two = f"{said.place}: {said.words}"
    if draw.MONO.fits(two, room - 14):
        return [(x, said.policy), (inner, two)]
    return [(x, said.policy), (inner, said.place), (inner, said.words)]


def _answer(canvas: Canvas, scheme: Scheme, tone: str) -> int:
    top = canvas.y
    box = canvas.card(_LEFT, top, _RIGHT - _LEFT)
    box.set("class", f"g-{tone}" if tone in _TONES else "g-card")
    box.set("stroke-width", "2.5")
    canvas.move(27)
    canvas.text(_LEFT + _PAD, scheme.answer, draw.HEAVY, tone, _RIGHT - _PAD)
    canvas.move(_LINE + 2)
    canvas.text(_LEFT + _PAD, "rule", draw.SANS, "soft", _RIGHT)
    canvas.text(_LEFT + 96, scheme.rule, draw.MONO, "ink", _RIGHT - _PAD)
    canvas.paragraph(_LEFT + 96, scheme.because, draw.SANS, "ink", _RIGHT - _PAD, _LINE)
    for word, sentence in scheme.notes:
        canvas.move(_LINE + 2)
        canvas.text(_LEFT + _PAD, word, draw.SANS, "soft", _RIGHT)
        canvas.move(-_LINE)
        canvas.paragraph(_LEFT + 96, sentence, draw.SANS, "ink", _RIGHT - _PAD, _LINE)
    canvas.move(14)
    box.set("height", str(canvas.y - top))
    return top + 22


# -------------------------------------------------------------------------------- the path


def _path(
    canvas: Canvas, scheme: Scheme, tone: str, start: int, places: list[int], answer: int
) -> None:
    """Draw the way that the request took, and faintly the one that it did not take."""
    at = scheme.at
    first = f"M{_SPINE} {start}"
    if at is None:
        canvas.line(f"{first}V{answer}H{_LEFT}", "faint", dashed=True)
    elif at == len(places):
        canvas.line(f"{first}V{answer}H{_LEFT - 7}", tone)
        canvas.arrow(_LEFT - 2, answer, 1, tone)
    else:
        canvas.line(f"M{_SPINE} {places[at]}V{answer}H{_LEFT - 2}", "faint", dashed=True)
        canvas.line(f"{first}V{places[at]}H{_LEFT}", tone)
        canvas.line(f"M{_RIGHT} {places[at]}H{_GUTTER}V{answer}H{_RIGHT + 7}", tone)
        canvas.arrow(_RIGHT + 2, answer, -1, tone)
    canvas.dot(_SPINE, start, "faint" if at is None else tone)


_MARKS: Final = {
    State.PASSED: "M-4.5 0.5L-1.5 3.5L4.5 -3.5",
    State.NOT_APPLICABLE: "M-4 0H4",
    State.NOT_REACHED: "",
    State.UNKNOWN: "M-4 0H4",
}
_ALLOWED: Final = "M-4.5 0.5L-1.5 3.5L4.5 -3.5"
_DENIED: Final = "M-4 -4L4 4M4 -4L-4 4"


def _mark(canvas: Canvas, check: Check, y: int, tone: str) -> None:
    """Draw what became of a check on the path: a tick, a cross, a dash, or nothing."""
    if check.state is State.DECIDED:
        canvas.mark(_SPINE, y, tone, _ALLOWED if tone == "allow" else _DENIED, full=True)
        return
    ink = "faint" if check.state in (State.NOT_REACHED, State.NOT_APPLICABLE) else tone
    canvas.mark(_SPINE, y, ink, _MARKS[check.state], full=False)
