"""What stands in a record (``render.record``), in words: one wording for every form.

Names that this version does not know are shown as they are; text of others is made printable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from doorward.render import wording
from doorward.render.printable import printable

_RULE: Final = {rule.value: words for rule, words in wording.RULE.items()}
_HINT: Final = {rule.value: words for rule, words in wording.HINT.items()}
_VERDICT: Final = {effect.value: words for effect, words in wording.VERDICT.items()}
_EFFECT: Final = {effect.value: words for effect, words in wording.EFFECT.items()}
_REASON: Final = {reason.value: words for reason, words in wording.REASON.items()}


def effect_words(effect: str) -> str:
    """The answer in words."""
    return _EFFECT.get(effect) or printable(effect)


def verdict_words(effect: str) -> str:
    """What a layer says by itself, in words."""
    return _VERDICT.get(effect) or printable(effect)


def reason_words(reason: str) -> str:
    """Why a statement applies or not, in words."""
    return _REASON.get(reason) or printable(reason)


def rule_words(rule: str) -> str:
    """Why the rule decides, in words."""
    return _RULE.get(rule, "no words for this rule in this version")


def hint_words(rule: str) -> str | None:
    """What to do about a denial by the rule; ``None`` where there is nothing to say."""
    return _HINT.get(rule)


def names_of(record: Mapping[str, Any]) -> Mapping[str, str]:
    """What people call the layers of this decision, by their public names."""
    named = wording.layer_names(record["action"], record["resource"])
    return {layer.value: words for layer, words in named.items()}


def name_of(layer: str, names: Mapping[str, str]) -> str:
    """Name one layer."""
    return names.get(layer) or printable(layer)


def layer_words(entry: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Name the layer of ``entry``, and its level; ``names`` are what the layers are called."""
    words = name_of(entry["layer"], names)
    return f"{words}, level {entry['level']}" if "level" in entry else words


def policy_words(reference: Mapping[str, Any]) -> str:
    """Name the policy of a statement, and through what it applies."""
    name = reference.get("policyName") or reference.get("policyArn")
    policy = printable(name) if name else f"policy {reference['policy']}"
    via = f" (through {printable(reference['policyVia'])})" if "policyVia" in reference else ""
    return policy + via


def statement_words(reference: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Say where a statement stands: layer, policy, and its place in that."""
    layer = layer_words(reference, names)
    return f"{layer}, {policy_words(reference)}, {place_words(reference)}"


def place_words(reference: Mapping[str, Any]) -> str:
    """Say which statement of its policy is meant: index, Sid, pointer, line and column."""
    sid = f" {printable(reference['sid'])!r}" if reference.get("sid") else ""
    line = (
        f", line {reference['line']}, column {reference['column']}" if "line" in reference else ""
    )
    return f"statement {reference['statement']}{sid} at {printable(reference['pointer'])}{line}"


def quoted_lines(reference: Mapping[str, Any], most: int) -> tuple[list[tuple[int, str]], bool]:
    """Return the lines of a quoted statement with their numbers, and whether there were more.

    The common indentation is left out. The policies that AWS itself keeps are not quoted:
    everybody has them, nobody can change them.
    """
    if "excerpt" not in reference or reference.get("policyArn", "").split(":")[4:5] == ["aws"]:
        return [], False
    first, *others = reference["excerpt"].split("\n")
    lines = [" " * (reference["column"] - 1 if others else 0) + first, *others]
    indentation = min(
        (len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0
    )
    shown = [printable(line[indentation:].rstrip()) for line in lines[:most]]
    cut = len(lines) > most or bool(reference.get("excerptCut"))
    return list(enumerate(shown, reference["line"])), cut


def supposed_words(supposition: Mapping[str, Any]) -> str:
    """Say with which keys an answer would be another; its effect is to be named after that."""
    with_keys = ", ".join(
        f"{printable(key)} = {printable(joined(value))}"
        for key, value in supposition["context"].items()
    )
    return f"with {with_keys} it would be"


def tested_words(element: Mapping[str, Any]) -> str:
    """Say which values an element was tested with, and where a key's come from."""
    tested = element["tested"]
    origin = f" ({printable(element['provenance'])})" if "provenance" in element else ""
    values = "not in the request" if tested is None else joined(tested) or "nothing"
    return printable(values) + origin


def element_words(element: Mapping[str, Any]) -> str:
    """Name an element as it is written; a condition by its operator and key."""
    name = f"{element['name']} {element['key']}" if "key" in element else element["name"]
    return printable(name)


def joined(values: str | Sequence[str]) -> str:
    """One value, or several with commas between them."""
    return values if isinstance(values, str) else ", ".join(values)
