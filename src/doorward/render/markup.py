"""Trees of HTML elements: what is put into them is text, or an element; never markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal
from xml.etree import ElementTree as ET

from doorward.render.printable import printable

Node = str | ET.Element
"""Text, or an element."""


def element(tag: str, attributes: Mapping[str, str], *children: Node) -> ET.Element:
    """Make an element of these children, in their order."""
    made = ET.Element(tag, dict(attributes))
    for child in children:
        if isinstance(child, ET.Element):
            made.append(child)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + child
        else:
            made.text = (made.text or "") + child
    return made


def code(text: str) -> ET.Element:
    """Quote a name of others: printable, and isolated, so that its direction ends with it."""
    return element("code", {}, element("bdi", {}, printable(text)))


def written(root: ET.Element, *, method: Literal["xml", "html"]) -> str:
    """Write a tree as text that is all ASCII: no page, pipe or file can read it wrongly."""
    text = ET.tostring(root, encoding="unicode", method=method)
    return text.encode("ascii", "xmlcharrefreplace").decode() + "\n"


def table(heads: Iterable[str], rows: Iterable[Iterable[ET.Element]]) -> ET.Element:
    """Make a table of rows of cells, under these heads."""
    head = element("tr", {}, *(element("th", {"scope": "col"}, each) for each in heads))
    return element(
        "table",
        {},
        element("thead", {}, head),
        element("tbody", {}, *(element("tr", {}, *cells) for cells in rows)),
    )


def capital(text: str) -> str:
    """Begin text with a capital letter."""
    return text[:1].upper() + text[1:]
