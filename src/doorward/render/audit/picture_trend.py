"""How many findings there were from run to run, as bars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Final
from xml.etree import ElementTree as ET

from doorward.render import draw, fit
from doorward.render.audit.pictures import TONE, WIDTH, picture
from doorward.render.audit.wording import moment, number
from doorward.render.draw import Canvas, Face
from doorward.results.finding import Severity
from doorward.results.picture import TrendPoint

MOST: Final = 24
"""How many runs are drawn, the latest ones."""

_LEFT, _RIGHT = 20, WIDTH - 20
_TOP, _FLOOR = 62, 250
_WIDEST: Final = 56
_SMALL: Final = Face("t", 11, fit.sans)


def trend_picture(points: Sequence[TrendPoint], name: str = "trend") -> ET.Element:
    """Draw runs, the oldest at the left: a bar for each, the worst findings at its foot."""
    shown = list(points[-MOST:])
    canvas = Canvas(WIDTH)
    _legend(canvas, shown)
    highest = max((_total(point) for point in shown), default=0) or 1
    step = (_RIGHT - _LEFT) / max(len(shown), 1)
    width = min(step * 0.7, _WIDEST)
    every = -(-len(shown) // 12)
    for index, point in enumerate(shown):
        middle = _LEFT + step * (index + 0.5)
        _bar(canvas, point, middle, width, highest)
        if (len(shown) - 1 - index) % every == 0:
            canvas.y = _FLOOR + 18
            day = f"{point.made.astimezone(UTC):%Y-%m-%d}"
            canvas.text_around(round(middle), day, _SMALL, "soft")
    canvas.box(_LEFT, _FLOOR, _RIGHT - _LEFT, 1, "f-line")
    canvas.y = _FLOOR + 26
    return picture(canvas, name, "Findings from run to run", _words(shown))


def _total(point: TrendPoint) -> int:
    return sum(point.counts.values())


def _legend(canvas: Canvas, shown: Sequence[TrendPoint]) -> None:
    canvas.y = 26
    x = _LEFT
    for severity in Severity:
        latest = shown[-1].counts.get(severity, 0) if shown else 0
        canvas.box(x, canvas.y - 11, 12, 12, f"h-{TONE[severity]}")
        words = f"{severity.value} {latest:,}"
        canvas.text(x + 18, words, draw.SANS, "ink", _RIGHT)
        x += 150
    if shown and shown[-1].open_ends:
        words = f"{shown[-1].open_ends:,} checks without an answer"
        canvas.text_to(_RIGHT, words, draw.SANS, "soft")


def _bar(canvas: Canvas, point: TrendPoint, middle: float, width: float, highest: int) -> None:
    y = float(_FLOOR)
    for severity in Severity:
        count = point.counts.get(severity, 0)
        if count:
            height = (_FLOOR - _TOP) * count / highest
            y -= height
            box = canvas.box(middle - width / 2, y, width, height, f"h-{TONE[severity]}")
            ET.SubElement(box, "title").text = f"{moment(point.made)}: {count:,} {severity.value}"
    canvas.y = round(y) - 6
    canvas.text_around(round(middle), f"{_total(point):,}", _SMALL, "ink")


def _words(points: Sequence[TrendPoint]) -> str:
    return "\n".join(
        f"{moment(point.made)}: {number(_total(point), 'finding')}: "
        + ", ".join(f"{point.counts.get(each, 0):,} {each.value}" for each in Severity)
        for point in points
    )
