"""A decision as a fragment of HTML: headings, tables, the picture, every statement.

The fragment brings its own style, which reaches nothing outside of it, and needs no script. It is
built as a tree of elements, never as text: so everything in it is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

from doorward.render.html_advice import advised
from doorward.render.html_statements import deciding, statements
from doorward.render.markup import Node, capital, code, element, table, written
from doorward.render.palette import MONO, SANS, TONE, plain, themed
from doorward.render.phrases import (
    joined,
    layer_words,
    names_of,
    verdict_words,
)
from doorward.render.printable import printable
from doorward.render.scheme import Scheme, scheme_of
from doorward.render.svg import name_from, svg_element

_ROOT: Final = ".doorward-explanation"
_TONES: Final = ("allow", "deny", "silent")

_SHAPE: Final = {
    "": f"color-scheme:light dark;font:15px/1.5 {SANS};padding:1.25rem;max-width:60rem;"
    "border-radius:8px;overflow-wrap:anywhere",
    ":is(h2,h3,summary)": "line-height:1.3",
    "h2": "font-size:1.3rem;font-weight:400;margin:0 0 .75rem",
    "h3": "font-size:1.05rem;margin:1.75rem 0 .5rem",
    ":is(code,pre)": f"font:.8125rem/1.5 {MONO}",
    ".name": f"font:.8125rem/1.5 {MONO}",
    "h2 code": "font-size:1rem;font-weight:600",
    "pre": "white-space:pre-wrap;margin:.5rem 0;padding:.75rem;border:1px solid;border-radius:6px",
    ":is(.answer,.verdict)": "font-weight:600",
    ".answer": "padding:.1em .45em;border:1px solid;border-radius:5px",
    "dl": "display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1rem;margin:0",
    "dd": "margin:0",
    "ol": "margin:0;padding-inline-start:1.5rem",
    "li": "margin:.5rem 0",
    "p": "margin:.5rem 0",
    ".picture": "margin:1.25rem 0;overflow-x:auto",
    ".picture svg": "display:block;width:100%;min-width:640px;height:auto",
    "table": "border-collapse:collapse;width:100%;margin:.5rem 0;font-size:.875rem",
    ":is(th,td)": "text-align:start;vertical-align:top;padding:.3rem .6rem .3rem 0;"
    "border-bottom:1px solid;font-weight:inherit",
    "thead th": "font-weight:600",
    "details": "border:1px solid;border-radius:6px;padding:.5rem .75rem;margin:.5rem 0",
    "summary": "cursor:pointer",
}

_COLORS: Final = {
    "": "color:$ink;background:$page",
    ":is(dt,thead,.quiet,.number)": "color:$soft",
    ":is(th,td,details,pre)": "border-color:$line",
    "pre": "background:$card",
    **{f".{tone}": f"color:${tone}" for tone in (*_TONES, "faint")},
    **{f".answer.{tone}": f"background:${tone}-ground" for tone in _TONES},
}

STYLE: Final = plain(_ROOT, _SHAPE) + themed(_ROOT, _COLORS)
"""The style sheet of a fragment. It only reaches elements in a ``doorward-explanation``."""


def html_from_record(record: Mapping[str, Any], *, name: str | None = None) -> str:
    """Return a recorded decision as a fragment of HTML, a ``<section>``.

    With ``statements`` in the record (``render.explanation``) every entry of them is there.
    ``name`` begins the ids in it, so that several can stand on one page; by itself it is made
    from the record. A page may force a theme: see ``render.palette``. Raises ``ValueError`` for a
    name that is none (see ``svg_from_record``).
    """
    name = name or name_from(record)
    scheme = scheme_of(record)
    picture = svg_element(record, name=name)
    root = element(
        "section",
        {"class": "doorward-explanation", "aria-labelledby": f"{name}-heading"},
        element("style", {}, STYLE),
        *_answer(record, scheme, name),
        *_facts(record, scheme),
        element(
            "div",
            # It scrolls where there is little room: so it can be reached by the keyboard.
            {
                "class": "picture",
                "tabindex": "0",
                "role": "group",
                "aria-label": "Scheme of the evaluation",
            },
            picture,
        ),
        *_layers(record, scheme),
        *deciding(record),
        *advised(record),
        *statements(record),
        *_context(record),
    )
    return written(root, method="html")


def _answer(record: Mapping[str, Any], scheme: Scheme, name: str) -> Iterator[ET.Element]:
    tone = TONE.get(scheme.effect, "ink")
    yield element(
        "h2",
        {"id": f"{name}-heading"},
        element("span", {"class": f"answer {tone}"}, scheme.answer),
        " ",
        code(record["action"]),
        " on ",
        code(record["resource"]),
    )
    if record.get("message"):
        yield element("p", {"class": "quiet"}, printable(record["message"]))


def _facts(record: Mapping[str, Any], scheme: Scheme) -> Iterator[ET.Element]:
    rows: list[tuple[str, list[Node]]] = [
        ("caller", [code(record["principal"])]),
        ("action", [code(record["action"])]),
        ("resource", [code(record["resource"])]),
    ]
    others = [each for each in record.get("resources", ()) if each != record["resource"]]
    if others:
        rows.append(("asked too", _separated(code(each) for each in others)))
    rows.append(("rule", [code(scheme.rule), f": {scheme.because}"]))
    rows += [(word, [sentence]) for word, sentence in scheme.notes]
    pairs = ((element("dt", {}, word), element("dd", {}, *nodes)) for word, nodes in rows)
    yield element("dl", {}, *(each for pair in pairs for each in pair))


def _layers(record: Mapping[str, Any], scheme: Scheme) -> Iterator[ET.Element]:
    """Every layer and level: what it says by itself, and what became of it."""
    names = names_of(record)
    states = {check.layer: check.state.value for check in scheme.checks}
    yield element("h3", {}, "Layers")
    yield table(
        ("layer", "says by itself", "in the evaluation"),
        (
            (
                element("th", {"scope": "row"}, capital(layer_words(each, names))),
                element(
                    "td",
                    {"class": f"verdict {TONE.get(each['effect'], 'ink')}"},
                    verdict_words(each["effect"]),
                ),
                element("td", {}, states[each["layer"]]),
            )
            for each in record["layers"]
        ),
    )


def _context(record: Mapping[str, Any]) -> Iterator[ET.Element]:
    if not record.get("context"):
        return
    yield element("h3", {}, "Context")
    yield table(
        ("key", "value", "origin"),
        (
            (
                element("th", {"scope": "row"}, code(each["key"])),
                element("td", {"class": "name"}, printable(joined(each["values"])) or "nothing"),
                element("td", {}, printable(each["provenance"])),
            )
            for each in record["context"]
        ),
    )


def _separated(nodes: Iterable[ET.Element]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        found += [", ", node] if found else [node]
    return found
