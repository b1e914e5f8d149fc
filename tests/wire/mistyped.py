"""Calls in which one value is not of the type that its model names, on the wire.

A client of AWS's would not make them: a right call is bent after botocore has written it down.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from msgspec import structs

from doorward.wire.http import HttpRequest
from doorward.wire.models import Operation
from tests.wire import botocore_side
from tests.wire.violations import PRESENT, Path, Place, call, places

Pairs = list[tuple[str, str]]

WRONG_TEXTS: Mapping[str, tuple[str, ...]] = {
    "integer": ("x", "1.5", "", "1e3", "\uff11", "9" * 20, " 1"),
    "long": ("x", "1.5", "", "1e3", "\uff11", "9" * 30, " 1"),
    "boolean": ("yes", "TRUE", "", "2"),
    "timestamp": ("yesterday", "2026-13-01T00:00:00Z", ""),
    "blob": ("*", "YQ"),
}
"""Texts that are no value of a type, in a form."""

WRONG_VALUES: Mapping[str, tuple[Any, ...]] = {
    "string": (1, True, [], {}),
    "integer": ("1", 1.5, True, 2**31, []),
    "long": ("1", 1.5, True, 2**63, []),
    "boolean": ("true", 1, []),
    "timestamp": ("yesterday", True, [], 1e30),
    "blob": (1, "*", []),
    "list": ("x", 1, {}),
    "structure": ("x", 1, []),
    "map": ("x", 1, []),
}
"""Values that are no value of a type, in JSON."""


class Mistyped(NamedTuple):
    """A call with one value of another type. ``said`` is how its place is named in the answer."""

    operation: Operation
    path: Path
    way: str
    said: str
    request: HttpRequest


def cases(operation: Operation) -> Iterator[Mistyped]:
    """Every place in an operation's input, with values that are not of its type."""
    for place in places(operation):
        if place.path[-1] == "key":
            continue  # a key is text in either protocol, whatever it says
        params = call(operation, place.path, PRESENT)
        assert params is not None
        request = botocore_side.request(operation.service, operation.name, dict(params))
        bent = _documents if operation.protocol == "json" else _forms
        yield from bent(operation, place, request)


def _forms(operation: Operation, place: Place, request: HttpRequest) -> Iterator[Mistyped]:
    pairs = parse_qsl(request.body.decode(), keep_blank_values=True)
    of_ec2 = operation.protocol == "ec2"
    name = _ec2_name(operation, place.path) if of_ec2 else _name(place.path)
    for way, bent, said in _bent(place, name, pairs, name if of_ec2 else f"{name}.member"):
        body = urlencode(bent).encode()
        changed = structs.replace(request, body=body)
        yield Mistyped(operation, place.path, way, f"The parameter {said} ", changed)


def _name(path: Path) -> str:
    """A place as a form names it; the models of IAM and STS flatten and rename nothing."""
    steps = {0: "member.1", "key": "entry.1.key", "value": "entry.1.value"}
    return ".".join(str(steps.get(step, step)) for step in path)


def _ec2_name(operation: Operation, path: Path) -> str:
    """A place as EC2's forms name it: with a capital, lists without a word of their own."""
    names = {each.path: each.member for each in places(operation)}
    steps = []
    for number, step in enumerate(path, 1):
        member = names[path[:number]]
        name = member.wire_name or member.name
        steps.append("1" if step == 0 else name[0].upper() + name[1:])
    return ".".join(steps)


def _bent(place: Place, name: str, pairs: Pairs, entries: str) -> Iterator[tuple[str, Pairs, str]]:
    """Bend a value; ``entries`` is what indexes of a list are written after."""
    kind = place.shape.kind
    others = [pair for pair in pairs if pair[0] != name and not pair[0].startswith(name + ".")]
    mine = [pair for pair in pairs if pair not in others]
    if kind in WRONG_TEXTS:
        for text in WRONG_TEXTS[kind]:
            yield f"{text!r} for {kind}", [*others, (name, text)], name
    if kind not in {"structure", "list", "map"}:
        yield "parts", [*others, (f"{name}.x", "1")], name
        return
    yield "plain text", [*others, (name, "x")], name
    if kind == "list":
        for index in ("0", "2", "x"):
            wrong = f"{entries}.{index}"
            start = f"{entries}.1"
            bent = [(wrong + key.removeprefix(start), value) for key, value in mine[:1]]
            yield f"index {index}", [*others, *(bent or [(wrong, "x")])], wrong
        if entries == name:
            yield "no list", [*others, (f"{name}.member.1", "x")], f"{name}.member"
        else:
            yield "no list", [*others, (f"{name}.1", "x")], name
    if kind == "map":
        yield "no value", [*others, (f"{name}.entry.1.key", "x")], f"{name}.entry.1"


def _documents(operation: Operation, place: Place, request: HttpRequest) -> Iterator[Mistyped]:
    kind = place.shape.kind
    for wrong in WRONG_VALUES[kind]:
        document = json.loads(request.body)
        said = _put(document, place.path, wrong)
        if said is not None:
            changed = structs.replace(request, body=json.dumps(document).encode())
            way = f"{json.dumps(wrong)} for {kind}"
            yield Mistyped(operation, place.path, way, f"The member {said} ", changed)


def _put(document: Any, path: Path, value: Any) -> str | None:
    """Put a value into a document; return how the answer names the place, ``None`` if absent."""
    here, said = document, ""
    for number, named in enumerate(path):
        step = next(iter(here)) if named == "value" else named
        said += f"[{step}]" if isinstance(step, int) else (f".{step}" if said else str(step))
        if number == len(path) - 1:
            here[step] = value
            return said
        try:
            here = here[step]
        except (KeyError, IndexError):
            return None
    return None
