"""An organization as a tree: what is attached where, and how bad it is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from doorward.render import draw
from doorward.render.audit.pictures import TONE, WIDTH, picture
from doorward.render.audit.wording import number
from doorward.render.draw import Canvas
from doorward.render.printable import printable
from doorward.results.finding import Severity
from doorward.results.picture import Guardrail, Node, NodeKind, OrganizationPicture

MOST_ACCOUNTS, FEWEST_ACCOUNTS = 12, 3
"""How many accounts are drawn below one unit, the worst first: fewer with many units."""
_ALL_ACCOUNTS: Final = 80  # that are drawn, about
MOST_UNITS: Final = 40
"""How many units are drawn below one."""
MOST_WORDS: Final = 300
"""How many of all are described in words."""

_STEP: Final = 26
_ROW: Final = 26
_LEFT: Final = 24
_COUNTS: Final = 640  # where the numbers begin
_COLUMN: Final = 68
_LINE: Final = 20


def organization_picture(shown: OrganizationPicture, name: str = "organization") -> ET.Element:
    """Draw an organization from its root down, with numbers of findings by severity."""
    canvas = Canvas(WIDTH)
    _heads(canvas)
    most = min(MOST_ACCOUNTS, max(FEWEST_ACCOUNTS, _ALL_ACCOUNTS // _parents(shown.root)))
    _node(canvas, shown.root, 0, most)
    if shown.alone:
        canvas.move(10)
        for node in _worst(shown.alone)[:MOST_ACCOUNTS]:
            _node(canvas, node, 0, most)
        _more(canvas, shown.alone[MOST_ACCOUNTS:], 0)
    title = f"Organization {printable(shown.id)} with its guardrails"
    lines = [*_words(shown.root, 0), *(line for node in shown.alone for line in _words(node, 0))]
    return picture(canvas, name, title, "\n".join(_brief(lines)))


def _brief(lines: list[str]) -> list[str]:
    more = len(lines) - MOST_WORDS
    return [*lines[:MOST_WORDS], f"and {more:,} more"] if more > 0 else lines


def _heads(canvas: Canvas) -> None:
    canvas.y = 24
    canvas.text(_LEFT, "root, units and accounts", draw.BOLD, "soft", _COUNTS)
    for index, severity in enumerate(Severity):
        middle = _COUNTS + index * _COLUMN + _COLUMN // 2
        canvas.text_around(middle, severity.value, draw.BOLD, TONE[severity])
    canvas.y = 34


def _parents(node: Node) -> int:
    """How many of a node, and the units below, hold accounts; 1 at least."""
    own = any(child.kind is NodeKind.ACCOUNT for child in node.children)
    return max(1, own + sum(_parents(each) for each in node.children if each.children))


def _is_bare(unit: Node) -> bool:
    """Whether there is nothing to be seen at a unit, or below."""
    return not any(not each.allows_all for each in unit.guardrails) and all(
        each.kind is not NodeKind.ACCOUNT and _is_bare(each) for each in unit.children
    )


def _node(canvas: Canvas, node: Node, depth: int, most: int) -> int:
    """Draw a node, and of what is below the worst; return where its mark stands."""
    x, top = _LEFT + depth * _STEP, canvas.y
    middle = top + 14
    canvas.y = top + 18
    _label(canvas, node, x + 18)
    _numbers(canvas, node)
    canvas.y = top + _ROW
    _chips(canvas, node.guardrails, x + 18)
    end = middle
    units = [each for each in node.children if each.kind is not NodeKind.ACCOUNT]
    units.sort(key=_is_bare)
    shown = sum(not _is_bare(each) for each in units[:MOST_UNITS])
    accounts = _worst(each for each in node.children if each.kind is NodeKind.ACCOUNT)
    for child in (*units[:shown], *accounts[:most]):
        end = _node(canvas, child, depth + 1, most)
        canvas.box(x, end, _STEP - 6, 1, "f-line")
    for left_out in (accounts[most:], units[shown:]):
        if left_out:
            end = canvas.y + 14
            canvas.box(x, end, _STEP - 6, 1, "f-line")
            _more(canvas, left_out, depth + 1)
    if end > middle:
        canvas.box(x, middle + 7, 1, end - middle - 7, "f-line")
    _mark(canvas, node, x, middle)
    return middle


def _mark(canvas: Canvas, node: Node, x: int, middle: int) -> None:
    """An account is a dot in the colour of the worst found in it, hollow if nobody knows."""
    if node.kind is NodeKind.ACCOUNT:
        tone = "allow" if node.worst is None else TONE[node.worst]
        known = node.is_clean or node.worst is not None
        canvas.box(x - 6, middle - 6, 12, 12, f"f-{tone}" if known else "g-card").set("rx", "6")
    else:
        canvas.box(x - 6, middle - 6, 12, 12, "g-card").set("rx", "2")


def _label(canvas: Canvas, node: Node, x: int) -> None:
    name = printable(node.name or node.id)
    face = draw.SANS if node.kind is NodeKind.ACCOUNT else draw.BOLD
    note = ", management account" if node.is_management else ""
    room = _COUNTS - 12
    reserve = round(draw.MONO.measure(node.id) * 12 + draw.SANS.measure(note) * 13) + 20
    canvas.text(x, name, face, "ink", max(room - reserve, x + 60))
    width = min(round(face.measure(name) * face.size), room - reserve - x)
    canvas.text(x + width + 12, f"{printable(node.id)}{note}", draw.MONO, "soft", room)


def _numbers(canvas: Canvas, node: Node) -> None:
    if node.kind is NodeKind.UNIT or (node.kind is NodeKind.ROOT and not node.counts):
        return
    if node.kind is NodeKind.ACCOUNT and node.worst is None and not node.is_clean:
        canvas.text(_COUNTS + 12, _gap(node), draw.SANS, "soft", WIDTH - 12)
        return
    for index, severity in enumerate(Severity):
        count = node.counts.get(severity, 0)
        middle = _COUNTS + index * _COLUMN + _COLUMN // 2
        if count:
            canvas.text_around(middle, f"{count:,}", draw.BOLD, TONE[severity])
        else:
            canvas.text_around(middle, "–", draw.SANS, "faint")


def _gap(node: Node) -> str:
    """Why nothing that was found is no good news."""
    if not node.looked:
        return "not checked"
    return f"{node.gaps:,} checks without an answer"


def _chips(canvas: Canvas, guardrails: tuple[Guardrail, ...], left: int) -> None:
    """Draw what is attached; AWS's own that takes nothing away is only named where it is alone."""
    shown = [each for each in guardrails if not each.allows_all]
    if not shown:
        return
    x = left
    for each in shown:
        words = f"{each.kind} {printable(each.name)}"
        width = min(round(draw.MONO.measure(words) * 12) + 14, _COUNTS - left - 12)
        if x + width > _COUNTS - 12:
            x = left
            canvas.move(_LINE + 2)
        canvas.box(x, canvas.y, width, _LINE - 2, "g-low").set("rx", "4")
        canvas.y += 13
        canvas.text(x + 7, words, draw.MONO, "ink", x + width)
        canvas.y -= 13
        x += width + 6
    canvas.move(_LINE + 4)


def _worst(nodes: Iterator[Node] | tuple[Node, ...]) -> list[Node]:
    severities = list(Severity)
    return sorted(
        nodes,
        key=lambda node: (
            [-node.counts.get(each, 0) for each in severities],
            not node.is_management,
            node.id,
        ),
    )


def _more(canvas: Canvas, nodes: tuple[Node, ...] | list[Node], depth: int) -> None:
    if not nodes:
        return
    top = canvas.y
    canvas.y = top + 18
    troubled = sum(node.worst is not None for node in nodes)
    bare = all(node.kind is not NodeKind.ACCOUNT and _is_bare(node) for node in nodes)
    if bare:
        words = f"and {number(len(nodes), 'more unit')} without accounts"
    else:
        words = f"and {len(nodes):,} more, {troubled:,} of them with findings"
    canvas.text(_LEFT + depth * _STEP, words, draw.SANS, "soft", _COUNTS)
    canvas.y = top + _ROW


def _words(node: Node, depth: int) -> Iterator[str]:
    attached = ", ".join(f"{each.kind} {printable(each.name)}" for each in node.guardrails)
    counts = ", ".join(
        f"{node.counts[each]} {each.value}" for each in Severity if node.counts.get(each)
    )
    none = "no findings" if node.is_clean else _gap(node)
    found = counts or (none if node.kind is NodeKind.ACCOUNT else "")
    said = "; ".join(filter(None, [f"attached: {attached}" if attached else "", found]))
    name = printable(node.name or node.id)
    yield f"{'  ' * depth}{node.kind.value} {name} ({printable(node.id)})" + (
        f": {said}" if said else ""
    )
    for child in node.children:
        yield from _words(child, depth + 1)
