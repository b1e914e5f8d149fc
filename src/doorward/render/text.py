"""A decision as text for people.

The text is made from recorded facts alone (``render.record``), so that a decision that was taken
long ago reads as it did on the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from doorward.engine.decision import Reason
from doorward.render import wording
from doorward.render.advice import advice_lines, statement_words
from doorward.render.printable import printable

_RULE: Final = {rule.value: words for rule, words in wording.RULE.items()}
_HINT: Final = {rule.value: words for rule, words in wording.HINT.items()}
_VERDICT: Final = {effect.value: words for effect, words in wording.VERDICT.items()}
_EFFECT: Final = {effect.value: words for effect, words in wording.EFFECT.items()}
_REASON: Final = {reason.value: words for reason, words in wording.REASON.items()}
_COLORS: Final = {"ALLOW": "32", "EXPLICIT_DENY": "31", "IMPLICIT_DENY": "33"}
_MOST_LINES: Final = 40


def text_from_record(record: Mapping[str, Any], *, color: bool = False) -> str:
    """Return the explanation of a recorded decision, several lines without a line feed at the end.

    ``color`` adds ANSI colours. Characters that could steer a terminal are shown as escapes.
    """
    return "\n".join(_lines(record, color=color))


def _lines(record: Mapping[str, Any], *, color: bool) -> Iterator[str]:
    effect, rule = record["effect"], record["rule"]
    named = wording.layer_names(record["action"], record["resource"])
    names = {layer.value: words for layer, words in named.items()}
    answer = _paint(_EFFECT.get(effect, effect), effect, color=color)
    yield f"{answer}  {printable(record['action'])} on {printable(record['resource'])}"
    yield f"  caller   {printable(record['principal'])}"
    yield f"  rule     {rule}: {_RULE.get(rule, 'no words for this rule in this version')}"
    yield "  layers"
    width = max((len(_layer(layer, names)) for layer in record["layers"]), default=0)
    for layer in record["layers"]:
        verdict = _VERDICT.get(layer["effect"], layer["effect"])
        painted = _paint(verdict, layer["effect"], color=color)
        yield f"    {_layer(layer, names).ljust(width)}  {painted}"
    for reference in record["determining"]:
        yield f"  decided by {statement_words(reference, names)}"
        yield from _excerpt(reference)
    for outcome in record.get("statements", ()):
        reason = _REASON.get(outcome["reason"], outcome["reason"])
        element = f" ({printable(outcome['element'])})" if "element" in outcome else ""
        yield f"  looked at {statement_words(outcome, names)}: {reason}{element}"
        # What is about other actions is told of in one line: there is most of it.
        if outcome["reason"] != Reason.ACTION.value:
            for each in outcome.get("elements", ()):
                yield from _element(each)
    if record["blockedBy"]:
        yield f"  blocked by {', '.join(names.get(name, name) for name in record['blockedBy'])}"
    for assumption in record.get("assumptions", ()):
        yield f"  assumed  {printable(assumption)}"
    yield from _depends(record, color=color)
    if rule in _HINT:
        yield f"  hint     {_HINT[rule]}"
    yield from advice_lines(record, names)


def _depends(record: Mapping[str, Any], *, color: bool) -> Iterator[str]:
    """What the answer would be with keys that the request does not carry."""
    for supposition in record.get("dependsOn", ()):
        with_keys = ", ".join(
            f"{printable(key)} = {printable(_joined(value))}"
            for key, value in supposition["context"].items()
        )
        effect = supposition["effect"]
        words = _paint(_EFFECT.get(effect, effect), effect, color=color)
        yield f"  depends  with {with_keys} it would be {words}"
    if record.get("dependsOnMore"):
        yield "  depends  on more keys than were tried"


def _element(element: Mapping[str, Any]) -> Iterator[str]:
    """What was tested, and every entry: whether it is met, as written, as it reads, its line."""
    name = f"{element['name']} {element['key']}" if "key" in element else element["name"]
    tested = element["tested"]
    origin = f" ({element['provenance']})" if "provenance" in element else ""
    values = "not in the request" if tested is None else _joined(tested) or "nothing"
    mark = "holds" if element["matched"] else "fails"
    yield f"    {mark}  {printable(name)}: {printable(values)}{origin}"
    for entry in element["entries"]:
        met = "met    " if entry["matched"] else "not met"
        read = ""
        if entry["readAs"] is None:
            read = ", of which a variable has no value"
        elif entry["readAs"] != entry["written"]:
            read = f", read as {printable(entry['readAs'])}"
        line = f"  (line {entry['line']})" if "line" in entry else ""
        yield f"           {met}  {printable(entry['written'])}{read}{line}"


def _joined(values: str | Sequence[str]) -> str:
    return values if isinstance(values, str) else ", ".join(values)


def _layer(entry: Mapping[str, Any], names: Mapping[str, str]) -> str:
    words = names.get(entry["layer"], entry["layer"])
    return f"{words}, level {entry['level']}" if "level" in entry else words


def _excerpt(reference: Mapping[str, Any]) -> Iterator[str]:
    """Quote the statement line by line, each with its number, without the common indentation.

    The policies that AWS itself keeps are not quoted: everybody has them, nobody can change them.
    """
    if "excerpt" not in reference or reference.get("policyArn", "").split(":")[4:5] == ["aws"]:
        return
    first, *others = reference["excerpt"].split("\n")
    lines = [" " * (reference["column"] - 1 if others else 0) + first, *others]
    indentation = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    last = reference["line"] + len(lines) - 1
    for number, line in enumerate(lines[:_MOST_LINES], reference["line"]):
        yield f"    {number:>{len(str(last))}} | {printable(line[indentation:].rstrip())}".rstrip()
    if len(lines) > _MOST_LINES or reference.get("excerptCut"):
        yield "    …"


def _paint(words: str, effect: str, *, color: bool) -> str:
    code = _COLORS.get(effect)
    return f"\x1b[{code}m{words}\x1b[0m" if color and code else words
