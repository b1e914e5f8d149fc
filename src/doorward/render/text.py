"""A decision as text for people.

The text is made from recorded facts alone (``render.record``), so that a decision that was taken
long ago reads as it did on the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from doorward.engine.decision import Reason
from doorward.render.advice import advice_lines
from doorward.render.phrases import (
    effect_words,
    element_words,
    hint_words,
    layer_words,
    name_of,
    names_of,
    quoted_lines,
    reason_words,
    rule_words,
    statement_words,
    supposed_words,
    tested_words,
    verdict_words,
)
from doorward.render.printable import printable

_COLORS: Final = {"ALLOW": "32", "EXPLICIT_DENY": "31", "IMPLICIT_DENY": "33"}
_MOST_LINES: Final = 40


def text_from_record(record: Mapping[str, Any], *, color: bool = False) -> str:
    """Return the explanation of a recorded decision, several lines without a line feed at the end.

    ``color`` adds ANSI colours. Characters that could steer a terminal are shown as escapes.
    """
    return "\n".join(_lines(record, color=color))


def _lines(record: Mapping[str, Any], *, color: bool) -> Iterator[str]:
    effect, rule = record["effect"], record["rule"]
    names = names_of(record)
    answer = _paint(effect_words(effect), effect, color=color)
    yield f"{answer}  {printable(record['action'])} on {printable(record['resource'])}"
    yield f"  caller   {printable(record['principal'])}"
    yield f"  rule     {printable(rule)}: {rule_words(rule)}"
    yield "  layers"
    width = max((len(layer_words(layer, names)) for layer in record["layers"]), default=0)
    for layer in record["layers"]:
        verdict = verdict_words(layer["effect"])
        painted = _paint(verdict, layer["effect"], color=color)
        yield f"    {layer_words(layer, names).ljust(width)}  {painted}"
    for reference in record["determining"]:
        yield f"  decided by {statement_words(reference, names)}"
        yield from _excerpt(reference)
    for outcome in record.get("statements", ()):
        reason = reason_words(outcome["reason"])
        element = f" ({printable(outcome['element'])})" if "element" in outcome else ""
        yield f"  looked at {statement_words(outcome, names)}: {reason}{element}"
        # What is about other actions is told of in one line: there is most of it.
        if outcome["reason"] != Reason.ACTION.value:
            for each in outcome.get("elements", ()):
                yield from _element(each)
    if record["blockedBy"]:
        yield f"  blocked by {', '.join(name_of(name, names) for name in record['blockedBy'])}"
    for assumption in record.get("assumptions", ()):
        yield f"  assumed  {printable(assumption)}"
    yield from _depends(record, color=color)
    hint = hint_words(rule)
    if hint is not None:
        yield f"  hint     {hint}"
    yield from advice_lines(record, names)


def _depends(record: Mapping[str, Any], *, color: bool) -> Iterator[str]:
    """What the answer would be with keys that the request does not carry."""
    for supposition in record.get("dependsOn", ()):
        effect = supposition["effect"]
        words = _paint(effect_words(effect), effect, color=color)
        yield f"  depends  {supposed_words(supposition)} {words}"
    if record.get("dependsOnMore"):
        yield "  depends  on more keys than were tried"


def _element(element: Mapping[str, Any]) -> Iterator[str]:
    """What was tested, and every entry: whether it is met, as written, as it reads, its line."""
    mark = "holds" if element["matched"] else "fails"
    yield f"    {mark}  {element_words(element)}: {tested_words(element)}"
    for entry in element["entries"]:
        met = "met    " if entry["matched"] else "not met"
        read = ""
        if entry["readAs"] is None:
            read = ", of which a variable has no value"
        elif entry["readAs"] != entry["written"]:
            read = f", read as {printable(entry['readAs'])}"
        line = f"  (line {entry['line']})" if "line" in entry else ""
        yield f"           {met}  {printable(entry['written'])}{read}{line}"


def _excerpt(reference: Mapping[str, Any]) -> Iterator[str]:
    """Quote the statement line by line, each with its number."""
    lines, cut = quoted_lines(reference, _MOST_LINES)
    width = len(str(lines[-1][0])) if lines else 0
    for number, line in lines:
        yield f"    {number:>{width}} | {line}".rstrip()
    if cut:
        yield "    …"


def _paint(words: str, effect: str, *, color: bool) -> str:
    code = _COLORS.get(effect)
    return f"\x1b[{code}m{words}\x1b[0m" if color and code else words
