"""The evaluation as a scheme: the checks in AWS's order, how far this request came, what decided.

Made from a record alone (``render.record``): the rule says at which check the evaluation ended,
the layers what each says by itself, the statements which of them speak. Nothing is decided again.

Source: IAM User Guide, "Policy evaluation logic"; the order is that of ``engine.combine``
(``docs/reference/evaluation.md``, "The decision").
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from doorward.engine.decision import LayerEffect, Reason, Rule
from doorward.engine.layers import Layer
from doorward.render.phrases import (
    effect_words,
    hint_words,
    layer_words,
    name_of,
    names_of,
    place_words,
    policy_words,
    reason_words,
    rule_words,
    supposed_words,
    verdict_words,
)
from doorward.render.printable import printable

MOST_STATEMENTS: Final = 4
"""So many statements of a layer (or level) are named in the scheme; the rest is counted."""


class State(enum.Enum):
    """What became of a check."""

    PASSED = "passed"
    DECIDED = "decides"
    NOT_APPLICABLE = "not applicable"
    NOT_REACHED = "not reached"
    UNKNOWN = "unknown"  # the rule that decided is of another version


class Said(msgspec.Struct, frozen=True):
    """A statement: its policy, its place in it, and what it does: allow, deny or why nothing."""

    policy: str
    place: str
    words: str


class Level(msgspec.Struct, frozen=True):
    """A layer, or a level of one: its own verdict, and the statements that made it.

    ``effect`` is the verdict as in the record, ``words`` the same for people. ``more`` is how many
    further statements there are.
    """

    name: str | None
    effect: str
    words: str
    said: tuple[Said, ...]
    more: int


class Check(msgspec.Struct, frozen=True):
    """One check: ``words`` say what it came to; ``layer`` and ``levels`` are those of a layer.

    ``said`` are statements of any layer, and ``more`` how many there are beside them.
    """

    title: str
    state: State
    words: str
    layer: str | None = None
    levels: tuple[Level, ...] = ()
    said: tuple[Said, ...] = ()
    more: int = 0


class Scheme(msgspec.Struct, frozen=True):
    """The checks in order, and the answer: the effect as in the record, and its words.

    ``at`` is the index of the check that decided; as many as there are checks if all were passed
    and the answer is an allow; ``None`` if the rule is not known.
    """

    checks: tuple[Check, ...]
    at: int | None
    effect: str
    answer: str
    rule: str
    because: str
    notes: tuple[tuple[str, str], ...]


class _Kind(msgspec.Struct, frozen=True):
    """A kind of check: the rules that decide there, what passing means, its layer if any."""

    title: str
    rules: frozenset[Rule]
    passed: str
    layer: Layer | None = None


def _of_layer(layer: Layer, *rules: Rule) -> _Kind:
    return _Kind("", frozenset(rules), "", layer)


KINDS: Final = (
    _Kind(
        "need of a permission",
        frozenset({Rule.NO_PERMISSION_NEEDED}),
        "the action needs a permission",
    ),
    _Kind("explicit deny, in any layer", frozenset({Rule.EXPLICIT_DENY}), "no Deny matches"),
    _Kind(
        "limits that no policy lifts",
        frozenset({Rule.SESSION_LIMIT, Rule.RESERVED_BY_AWS, Rule.CROSS_PARTITION}),
        "none stands against the request",
    ),
    _of_layer(Layer.RESOURCE_CONTROL, Rule.RESOURCE_CONTROL_IMPLICIT_DENY),
    _of_layer(Layer.SERVICE_CONTROL, Rule.SERVICE_CONTROL_IMPLICIT_DENY),
    _of_layer(Layer.ENDPOINT, Rule.ENDPOINT_IMPLICIT_DENY),
    _of_layer(
        Layer.RESOURCE,
        Rule.TRUST_IMPLICIT_DENY,
        Rule.KEY_POLICY_IMPLICIT_DENY,
        Rule.BLOCK_PUBLIC_ACCESS,
        Rule.RESOURCE_IMPLICIT_DENY,
    ),
    _of_layer(Layer.IDENTITY, Rule.IDENTITY_IMPLICIT_DENY),
    _of_layer(Layer.PERMISSIONS_BOUNDARY, Rule.BOUNDARY_IMPLICIT_DENY),
    _of_layer(Layer.SESSION, Rule.SESSION_IMPLICIT_DENY),
)
"""The checks in the order of ``engine.combine``; a rule that stands nowhere here allows at the
end."""

_DECIDES_AT: Final = {
    rule.value: next((at for at, kind in enumerate(KINDS) if rule in kind.rules), len(KINDS))
    for rule in Rule
}
_SPEAKS: Final = {"Allow": "allows", "Deny": "denies"}


def scheme_of(record: Mapping[str, Any]) -> Scheme:
    """Return the scheme of a recorded decision, with or without its ``statements``."""
    at = _DECIDES_AT.get(record["rule"])
    names = names_of(record)
    known = {kind.layer.value for kind in KINDS if kind.layer is not None}
    checks = [_check(kind, index, at, record, names) for index, kind in enumerate(KINDS)]
    foreign = dict.fromkeys(
        each["layer"] for each in record["layers"] if each["layer"] not in known
    )
    checks += [_layer_check(name, State.UNKNOWN, record, names) for name in foreign]
    if at == len(KINDS):
        at = len(checks)
    return Scheme(
        tuple(checks),
        at,
        record["effect"],
        effect_words(record["effect"]),
        printable(record["rule"]),
        rule_words(record["rule"]),
        tuple(_notes(record, names)),
    )


def _check(
    kind: _Kind, index: int, at: int | None, record: Mapping[str, Any], names: Mapping[str, str]
) -> Check:
    if at is None:
        state = State.UNKNOWN
    elif index == at:
        state = State.DECIDED
    else:
        state = State.PASSED if index < at else State.NOT_REACHED
    if kind.layer is not None:
        return _layer_check(kind.layer.value, state, record, names)
    if state is not State.DECIDED:
        return Check(kind.title, state, kind.passed if state is State.PASSED else "")
    said: tuple[Said, ...] = ()
    more = 0
    if record["rule"] == Rule.EXPLICIT_DENY.value:
        said, more = _first([_said(each, "denies", names) for each in record["determining"]])
    return Check(kind.title, state, rule_words(record["rule"]), said=said, more=more)


def _layer_check(
    layer: str, state: State, record: Mapping[str, Any], names: Mapping[str, str]
) -> Check:
    levels = tuple(
        _level(verdict, record) for verdict in record["layers"] if verdict["layer"] == layer
    )
    absent = all(level.effect == LayerEffect.NOT_APPLICABLE.value for level in levels)
    if absent and state is not State.DECIDED:
        return Check(name_of(layer, names), State.NOT_APPLICABLE, "", layer)
    return Check(name_of(layer, names), state, _words(state, levels, record), layer, levels)


def _words(state: State, levels: tuple[Level, ...], record: Mapping[str, Any]) -> str:
    if state is State.DECIDED:
        return rule_words(record["rule"])
    silent = any(level.effect == LayerEffect.IMPLICIT_DENY.value for level in levels)
    # A check that is passed without an Allow is one where none is needed: had one been needed,
    # the evaluation would have ended there.
    return "no Allow is needed here" if state is State.PASSED and silent else ""


def _level(verdict: Mapping[str, Any], record: Mapping[str, Any]) -> Level:
    effect = verdict["effect"]
    said, more = _first(_statements(verdict, record))
    words = verdict_words(effect)
    name = f"level {verdict['level']}" if "level" in verdict else None
    return Level(name, effect, words, said, more)


def _statements(verdict: Mapping[str, Any], record: Mapping[str, Any]) -> list[Said]:
    """Name the statements that speak; where a layer is silent, those that might have allowed."""
    here = (verdict["layer"], verdict.get("level"))
    whole = record.get("statements")
    if whole is None:
        speaks = "denies" if record["rule"] == Rule.EXPLICIT_DENY.value else "allows"
        return [
            _said(each, speaks)
            for each in record["determining"]
            if (each["layer"], each.get("level")) == here
        ]
    mine = [each for each in whole if (each["layer"], each.get("level")) == here]
    matched = [
        _said(each, _SPEAKS.get(each.get("effect", ""), reason_words(each["reason"])))
        for each in mine
        if each["reason"] == Reason.MATCHED.value
    ]
    if matched or verdict["effect"] != LayerEffect.IMPLICIT_DENY.value:
        return matched
    # What is about other actions comes last: it is the least likely to have been meant.
    might = [each for each in mine if each.get("effect") != "Deny"]
    might.sort(key=lambda each: bool(each["reason"] == Reason.ACTION.value))
    return [_said(each, reason_words(each["reason"])) for each in might]


def _first(said: list[Said]) -> tuple[tuple[Said, ...], int]:
    return tuple(said[:MOST_STATEMENTS]), max(0, len(said) - MOST_STATEMENTS)


def _said(
    reference: Mapping[str, Any], words: str, names: Mapping[str, str] | None = None
) -> Said:
    layer = f"{layer_words(reference, names)}, " if names is not None else ""
    return Said(layer + policy_words(reference), place_words(reference), words)


def _notes(record: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What else there is to say about the answer: a word, and a sentence."""
    blocking = [name_of(name, names) for name in record["blockedBy"]]
    if blocking:
        yield "blocked by", ", ".join(blocking)
    for assumption in record.get("assumptions", ()):
        yield "assumed", printable(assumption)
    for supposition in record.get("dependsOn", ()):
        yield "depends", f"{supposed_words(supposition)} {effect_words(supposition['effect'])}"
    if record.get("dependsOnMore"):
        yield "depends", "on more keys than were tried"
    hint = hint_words(record["rule"])
    if hint is not None:
        yield "hint", hint
