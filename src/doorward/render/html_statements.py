"""The statements of a decision as HTML: what decided, quoted; all of them, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

from doorward.engine.decision import Reason
from doorward.render.markup import Node, capital, code, element, table
from doorward.render.phrases import (
    element_words,
    layer_words,
    names_of,
    place_words,
    policy_words,
    quoted_lines,
    reason_words,
    tested_words,
)
from doorward.render.printable import printable

_MOST_LINES: Final = 40
_MATCHED: Final = {"Allow": "allow", "Deny": "deny"}


def deciding(record: Mapping[str, Any]) -> Iterator[ET.Element]:
    """Quote the statements that decided, with the numbers of their lines."""
    if not record["determining"]:
        return
    names = names_of(record)
    yield element("h3", {}, "Decided by")
    for reference in record["determining"]:
        yield element("p", {}, *_where(reference, names))
        lines, more = quoted_lines(reference, _MOST_LINES)
        if not lines:
            continue
        width = len(str(lines[-1][0]))
        quoted: list[Node] = []
        for number, line in lines:
            gutter = f"{number:>{width}} | "
            quoted += [element("span", {"class": "number"}, gutter), f"{line}\n"]
        yield element("pre", {}, *quoted, *(["…\n"] if more else []))


def statements(record: Mapping[str, Any]) -> Iterator[ET.Element]:
    """Tell of every statement that was looked at, and of every entry in it."""
    if not record.get("statements"):
        return
    names = names_of(record)
    yield element("h3", {}, "Statements looked at")
    for outcome in record["statements"]:
        matched = outcome["reason"] == Reason.MATCHED.value
        tone = _MATCHED.get(outcome.get("effect", ""), "ink") if matched else "faint"
        effect = f"{outcome['effect']}, " if "effect" in outcome else ""
        said = f"{printable(effect)}{reason_words(outcome['reason'])}"
        yield element(
            "details",
            {},
            element(
                "summary",
                {},
                element("span", {"class": f"verdict {tone}"}, capital(said)),
                ": ",
                *_where(outcome, names),
            ),
            *(_element(each) for each in outcome.get("elements", ())),
        )


def _where(reference: Mapping[str, Any], names: Mapping[str, str]) -> list[Node]:
    """Say where a statement stands: layer, policy (its ARN, too), Sid, pointer, line, column."""
    policy = element("bdi", {}, policy_words(reference))
    if "policyArn" in reference:
        policy.set("title", printable(reference["policyArn"]))
    return [
        f"{layer_words(reference, names)}, ",
        policy,
        ", ",
        element("bdi", {}, place_words(reference)),
    ]


def _element(found: Mapping[str, Any]) -> ET.Element:
    """One element of a statement: what it was tested with, and its entries."""
    holds = "holds" if found["matched"] else "fails"
    line = f", line {found['line']}, column {found['column']}" if "line" in found else ""
    head = element(
        "p",
        {},
        element("span", {"class": f"verdict {'allow' if found['matched'] else 'silent'}"}, holds),
        " ",
        code(element_words(found)),
        f"{line}; tested: ",
        code(tested_words(found)),
    )
    if not found["entries"]:
        return head
    entries = table(
        ("entry", "written", "read as", "line, column"),
        (
            (
                element("td", {}, "met" if entry["matched"] else "not met"),
                element("td", {"class": "name"}, element("bdi", {}, printable(entry["written"]))),
                element("td", {"class": "name"}, element("bdi", {}, _read_as(entry))),
                element(
                    "td", {}, f"{entry['line']}, {entry['column']}" if "line" in entry else ""
                ),
            )
            for entry in found["entries"]
        ),
    )
    return element("div", {}, head, entries)


def _read_as(entry: Mapping[str, Any]) -> str:
    if entry["readAs"] is None:
        return "a variable has no value"
    same = entry["readAs"] == entry["written"]
    return "as written" if same else printable(entry["readAs"])
