"""Advice as HTML: what would let a denied request pass; which statements carry an allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from doorward.render.advice import (
    change_words,
    no_way_words,
    opening_words,
    party_words,
    statement_lines,
    statements_in,
)
from doorward.render.markup import capital, element
from doorward.render.phrases import names_of, statement_words


def advised(record: Mapping[str, Any]) -> Iterator[ET.Element]:
    """Tell the advice of a record, if it has any."""
    advice = record.get("advice")
    if advice is None:
        return
    names = names_of(record)
    if record["effect"] != "ALLOW":
        yield element("h3", {}, "What would let it pass")
        if not advice["ways"]:
            yield element("p", {}, f"No way: {no_way_words(advice)}.")
    if advice["ways"]:
        ways = (
            element("li", {}, *(part for each in way["changes"] for part in _change(each, names)))
            for way in advice["ways"]
        )
        yield element("ol", {}, *ways)
    if advice["endings"]:
        yield element("h3", {}, "What carries it")
        yield element("p", {"class": "quiet"}, "Without any one of these it would be denied.")
        yield element("ol", {}, *(_ending(each, names) for each in advice["endings"]))


def _change(change: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[ET.Element]:
    """Say who can do what, with the statements to be written, and what else that opens."""
    who = element("strong", {}, capital(party_words(change)))
    yield element("p", {}, who, ": ", element("bdi", {}, change_words(change, names)))
    for statement in statements_in(change):
        yield element("pre", {}, "".join(f"{line}\n" for line in statement_lines(statement)))
    for opening in change["opens"]:
        yield element("p", {"class": "quiet"}, f"This opens {opening_words(opening)}.")


def _ending(ending: Mapping[str, Any], names: Mapping[str, str]) -> ET.Element:
    """Name the statements of an ending, which all have to go."""
    places = "; ".join(statement_words(each, names) for each in ending["statements"])
    return element("li", {}, element("bdi", {}, places))
