"""A sheet on which pictures are drawn from top to bottom, as elements of SVG."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

import msgspec

from doorward.render import fit

Ink = str
"""A role of ``render.palette``."""


class Face(msgspec.Struct, frozen=True):
    """A font: its classes in the style sheet, its size in pixels, and how it is measured."""

    classes: str
    size: float
    measure: fit.Measure

    def fits(self, text: str, width: float) -> bool:
        """Whether text needs no more than so many pixels."""
        return self.measure(text) * self.size <= width


SANS: Final = Face("", 13, fit.sans)
BOLD: Final = Face("b", 13, fit.bold)
HEAVY: Final = Face("h", 17, fit.bold)
MONO: Final = Face("m", 12, fit.mono)
MONO_BOLD: Final = Face("m b", 12, fit.mono)


class Canvas:
    """What has been drawn, and ``y``: how far down."""

    def __init__(self, width: int) -> None:
        """Begin an empty sheet."""
        self.width = width
        self.y = 0
        self.elements: list[ET.Element] = []

    def move(self, down: int) -> None:
        """Go on further down."""
        self.y += down

    def text(self, x: int, text: str, face: Face, ink: Ink, right: int) -> None:
        """Write a line that ends before ``right``; what is cut is whole in its tooltip."""
        shown = fit.cut(text, (right - x) / face.size, face.measure)
        element = self._text(x, shown, face, ink)
        if shown != text:
            element.text = None
            title = ET.SubElement(element, "title")
            title.text = text
            title.tail = shown

    def text_to(self, right: int, text: str, face: Face, ink: Ink) -> None:
        """Write a line that ends at ``right``."""
        self._text(right, text, face, ink).set("text-anchor", "end")

    def paragraph(self, x: int, text: str, face: Face, ink: Ink, right: int, line: int) -> None:
        """Write text below what is there, in lines of that height."""
        for each in fit.wrap(text, (right - x) / face.size, face.measure):
            self.move(line)
            self._text(x, each, face, ink)

    def card(self, x: int, y: int, width: int) -> ET.Element:
        """Draw a box whose look and height are set later."""
        given = {"x": str(x), "y": str(y), "width": str(width), "rx": "6"}
        return self._add("rect", given)

    def box(self, x: float, y: float, width: float, height: float, classes: str) -> ET.Element:
        """Draw a rectangle; numbers keep one digit behind the point."""
        sides = {"x": x, "y": y, "width": width, "height": height}
        given = {name: f"{value:.1f}".removesuffix(".0") for name, value in sides.items()}
        return self._add("rect", {**given, "class": classes})

    def text_around(self, middle: int, text: str, face: Face, ink: Ink) -> None:
        """Write a line whose middle stands at a place."""
        self._text(middle, text, face, ink).set("text-anchor", "middle")

    def line(self, path: str, ink: Ink, *, dashed: bool = False) -> None:
        """Draw a line."""
        drawn = self._add("path", {"d": path, "class": f"s-{ink}", "stroke-linejoin": "round"})
        drawn.set("stroke-width", "1.5" if dashed else "3")
        if dashed:
            drawn.set("stroke-dasharray", "3 4")

    def arrow(self, x: int, y: int, way: int, ink: Ink) -> None:
        """Draw the head of an arrow with its tip at ``x``; ``way`` is 1 to the right, or -1."""
        back = x - 9 * way
        self._add("path", {"d": f"M{x} {y}L{back} {y - 6}V{y + 6}Z", "class": f"f-{ink}"})

    def dot(self, x: int, y: int, ink: Ink) -> None:
        """Draw where a path begins."""
        self._add("circle", {"cx": str(x), "cy": str(y), "r": "5", "class": f"f-{ink}"})

    def mark(self, x: int, y: int, ink: Ink, path: str, *, full: bool) -> None:
        """Draw a sign in a circle, which is filled or only drawn."""
        at = {"cx": str(x), "cy": str(y), "r": "10"}
        self._add("circle", {**at, "class": f"f-{ink}" if full else "g-page"})
        if not full:
            self._add("circle", {**at, "class": f"s-{ink}", "stroke-width": "2"})
        if path:
            sign = {"d": path, "transform": f"translate({x} {y})", "stroke-width": "2.2"}
            self._add("path", {**sign, "class": "s-page" if full else f"s-{ink}"})

    def _text(self, x: int, text: str, face: Face, ink: Ink) -> ET.Element:
        classes = f"{face.classes} f-{ink}".strip()
        element = self._add("text", {"x": str(x), "y": str(self.y), "class": classes})
        element.text = text
        return element

    def _add(self, tag: str, given: dict[str, str]) -> ET.Element:
        element = ET.Element(tag, given)
        self.elements.append(element)
        return element
