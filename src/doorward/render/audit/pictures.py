"""What the pictures of an audit have in common: their style, and how a drawing becomes one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET

from doorward.render.draw import Canvas
from doorward.render.markup import written
from doorward.render.palette import MONO, SANS, plain, themed
from doorward.results.finding import Severity

WIDTH: Final = 920

TONE: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "deny",
    Severity.HIGH: "high",
    Severity.MEDIUM: "silent",
    Severity.LOW: "low",
}
"""The role of a severity in ``render.palette``."""

TONES: Final = ("deny", "high", "silent", "low", "allow")
_ROOT: Final = ".doorward-picture"
_INKS: Final = ("ink", "soft", "faint", "line", *TONES)

_SHAPE: Final = {
    "": "color-scheme:light dark",
    "text": f"font:13px {SANS};white-space:pre;unicode-bidi:isolate",
    ".m": f"font:12px {MONO}",
    ".b": "font-weight:600",
    ".t": f"font:11px {SANS}",
}
_COLORS: Final = {
    **{f".f-{ink}": f"fill:${ink}" for ink in _INKS},
    **{f".s-{ink}": f"fill:none;stroke:${ink}" for ink in (*_INKS, "page")},
    **{f".g-{tone}": f"fill:${tone}-ground;stroke:${tone}" for tone in TONES},
    **{f".h-{tone}": f"fill:${tone};fill-opacity:.5;stroke:${tone}" for tone in TONES},
    ".g-card": "fill:$card;stroke:$line",
    ".g-page": "fill:$page",
}
STYLE: Final = plain(_ROOT, _SHAPE) + themed(_ROOT, _COLORS)
"""The style sheet of every picture by itself. It reaches elements in a ``doorward-picture``."""

STYLE_ON_PAGE: Final = plain(_ROOT, _SHAPE) + plain(
    _ROOT,
    {
        below: re.sub(r"\$([a-z-]+)", r"var(--\1)", declarations)
        for below, declarations in _COLORS.items()
    },
)
"""The same for a page that has the palette as custom properties."""


def picture(canvas: Canvas, name: str, title: str, text: str) -> ET.Element:
    """Return what was drawn as an image with its title, and its description in words.

    ``name`` begins the ids in it. The style is not within: it stands once on a page.
    """
    height = str(canvas.y + 12)
    given = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "doorward-picture",
        "role": "img",
        "viewBox": f"0 0 {canvas.width} {height}",
        "width": str(canvas.width),
        "height": height,
        "aria-labelledby": f"{name}-title",
        "aria-describedby": f"{name}-text",
    }
    root = ET.Element("svg", given)
    ET.SubElement(root, "title", {"id": f"{name}-title"}).text = title
    ET.SubElement(root, "desc", {"id": f"{name}-text"}).text = text
    ground = {"class": "g-page", "width": str(canvas.width), "height": height, "rx": "8"}
    ET.SubElement(root, "rect", ground)
    root.extend(canvas.elements)
    return root


def alone(drawn: ET.Element) -> str:
    """Return a picture as an SVG document that is complete by itself."""
    style = ET.Element("style")
    style.text = STYLE
    drawn.insert(2, style)
    text = written(drawn, method="xml")
    drawn.remove(style)
    return text
