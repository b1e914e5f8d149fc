"""Advice as plain values that JSON can hold, and these as lines of text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, assert_never

from doorward.engine.decision import StatementRef
from doorward.engine.layers import Layers
from doorward.engine.question import reference
from doorward.render.phrases import statement_words
from doorward.render.printable import printable
from doorward.render.record import attached, quoted
from doorward.results.advice import (
    AddStatement,
    Advice,
    AttachPolicy,
    Change,
    ChangeContext,
    Opening,
    Party,
    ReplaceStatement,
    StopBlocking,
)

PARTY: Final[Mapping[Party, str]] = {
    Party.CALLER: "the caller",
    Party.SESSION_MAKER: "whoever makes the session",
    Party.CALLER_ACCOUNT: "an administrator of the caller's account",
    Party.RESOURCE_ACCOUNT: "an administrator of the resource's account",
    Party.ORGANIZATION: "the organization's management account",
    Party.ENDPOINT_OWNER: "the owner of the VPC endpoint",
}
"""Who can make a change."""

OPENING: Final[Mapping[Opening, str]] = {
    Opening.OTHER_RESOURCES: "the action on other resources, too",
    Opening.OTHER_ACTIONS: "other actions on the resource, too",
    Opening.REST_OF_STATEMENT: "all else that this statement denies the caller",
    Opening.WHOLE_STATEMENT: "all that this statement denies anybody",
    Opening.OTHER_CALLERS: "the same to others, whom no condition key tells from the caller",
    Opening.LEVEL: "all that nothing else forbids at this level",
    Opening.PUBLIC_POLICY: "all that the bucket's public policy allows anybody",
}
"""What a change opens beside the request, because nothing narrower can be written."""

_LINE: Final = 88

_PARTY: Final = {party.value: words for party, words in PARTY.items()}
_OPENING: Final = {opening.value: words for opening, words in OPENING.items()}


def advice_facts(advice: Advice, layers: Layers) -> dict[str, Any]:
    """Return the advice on a decision: ``ways`` of a denial, ``endings`` of an allow.

    ``layers`` are those that were asked about: statements are quoted from there.
    """
    found: dict[str, Any] = {
        "ways": [
            {
                "exact": way.exact,
                "changes": [_change(change, layers) for change in way.changes],
            }
            for way in advice.ways
        ],
        "endings": [
            {"statements": [_statement(ref, layers) for ref in ending.statements]}
            for ending in advice.endings
        ],
    }
    return found | ({"final": True} if advice.final else {})


def _change(change: Change, layers: Layers) -> dict[str, Any]:
    account = {} if change.account is None else {"account": change.account}
    return {
        "change": type(change).__struct_config__.tag,
        **_what(change, layers),
        "party": change.party.value,
        **account,
        "opens": [opening.value for opening in change.opens],
    }


def _what(change: Change, layers: Layers) -> dict[str, Any]:
    match change:
        case AddStatement(layer=layer, level=level, policy=policy, statement=statement):
            policies = layers.at(layer, level)
            name = policies[policy].name if policies and policy is not None else None
            where = {"level": level, "policy": policy, "policyName": name}
            known = {key: value for key, value in where.items() if value is not None}
            return {"layer": layer.value, **known, "statements": [json.loads(statement)]}
        case ReplaceStatement(ref=ref, statements=statements):
            return {
                **_statement(ref, layers),
                "statements": [json.loads(each) for each in statements],
            }
        case AttachPolicy(layer=layer, level=level, arn=arn):
            return {"layer": layer.value, "level": level, "policyArn": arn}
        case ChangeContext(key=key, values=values, multi=multi):
            value = None if values is None else list(values) if multi else values[0]
            return {"key": key, "value": value}
        case StopBlocking(resource=resource):
            return {"resource": resource}
        case _:
            assert_never(change)


def _statement(ref: StatementRef, layers: Layers) -> dict[str, Any]:
    place = quoted(ref, layers)
    return {
        **reference(ref),
        **attached(ref),
        **{name: place[name] for name in ("line", "column") if name in place},
    }


# ------------------------------------------------------------------------------------------ text


def advice_lines(record: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """Say the advice of a record, if it has any; ``names`` are what its layers are called."""
    advice = record.get("advice")
    if advice is None:
        return
    ways = advice["ways"]
    for number, way in enumerate(ways, 1):
        lead = "to let it pass" if number == 1 else "or"
        yield f"  {lead}"
        for change in way["changes"]:
            yield from _change_lines(change, names)
    if not ways and record["effect"] != "ALLOW":
        yield f"  no way   {no_way_words(advice)}"
    for ending in advice["endings"]:
        places = "; ".join(statement_words(each, names) for each in ending["statements"])
        yield f"  carried  by {places}: without, it would be denied"


def _change_lines(change: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    yield f"    {party_words(change)}: {change_words(change, names)}"
    for statement in statements_in(change):
        for line in statement_lines(statement):
            yield f"      {line}"
    for opening in change["opens"]:
        yield f"      this opens {opening_words(opening)}"


# ----------------------------------------------------------------------------------------- words


def no_way_words(advice: Mapping[str, Any]) -> str:
    """Say that there is no way, or that none was found; to stand after the words "no way"."""
    if advice.get("final"):
        return "whatever policies say, this stays denied"
    return "was found by which this would pass; there may be one"


def party_words(change: Mapping[str, Any]) -> str:
    """Say who can make a change."""
    account = f" {printable(change['account'])}" if "account" in change else ""
    return f"{_PARTY.get(change['party']) or printable(change['party'])}{account}"


def opening_words(opening: str) -> str:
    """Say what else a change opens."""
    return _OPENING.get(opening) or printable(opening)


def statements_in(change: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the statements that a change writes."""
    found: Sequence[Mapping[str, Any]] = change.get("statements", ())
    return found


def statement_lines(statement: Mapping[str, Any]) -> list[str]:
    """Write a statement on one line, if it is short, else an entry a line."""
    line = json.dumps(statement, ensure_ascii=False)
    if len(line) > _LINE:
        line = json.dumps(statement, ensure_ascii=False, indent=2)
    return [printable(each) for each in line.split("\n")]


def change_words(change: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Say what is to be done, without the text of statements."""
    match change["change"]:
        case "addStatement":
            return f"{_where_to_add(change, names)}:"
        case "replaceStatement":
            place = statement_words(change, names)
            return f"replace {place} by:" if change["statements"] else f"remove {place}"
        case "attachPolicy":
            name = names.get(change["layer"], change["layer"])
            return f"attach {printable(change['policyArn'])} to {name}, level {change['level']}"
        case "changeContext":
            value, key = change["value"], printable(change["key"])
            if value is None:
                return f"call without {key}"
            shown = value if isinstance(value, str) else ", ".join(value)
            return f"see to it that {key} = {printable(shown)}"
        case "stopBlockingPublicAccess":
            return f"turn S3 Block Public Access off for {printable(change['resource'])}"
        case other:
            return printable(str(other))


def _where_to_add(change: Mapping[str, Any], names: Mapping[str, str]) -> str:
    name = names.get(change["layer"], change["layer"])
    if change["layer"] == "identity":
        return "attach to the caller a policy with"
    level = f", level {change['level']}" if "level" in change else ""
    if "policy" in change:
        policy = f" {printable(change['policyName'])}" if "policyName" in change else ""
        return f"add to {name}{level}{policy}"
    return f"attach to {name}{level} a policy with"
