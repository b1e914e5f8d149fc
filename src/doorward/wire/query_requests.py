"""AWS query requests: form parameters into typed Python, each operation compiled once.

Source: "AWS Query protocol" in the Smithy specification. Lists are ``Name.member.N`` (``Name.N``
where flattened), maps ``Name.entry.N.key`` and ``.value``, indexes from 1. Parameters that the
model does not know are ignored, as AWS ignores them (presigned requests carry ``X-Amz-…`` beside
the operation's own); within a known member nothing is ignored: a gap, a missing or repeated
index, a value where a list belongs is refused.

EC2 has its own way ("AWS EC2 Query protocol", the same specification): names begin with a capital,
every list is flat, and a parameter that is not known is refused ("The parameter Item is not
recognized", recorded in aws-sdk-js issue 54).
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TypeAlias

from doorward.wire import form
from doorward.wire.compiler import Compiler
from doorward.wire.faults import WireError, common, fault, respelt
from doorward.wire.http import HttpRequest
from doorward.wire.models import Member, Operation, Shape, is_flat, wire_name

MAX_DEPTH = 16
"""The most dots in a parameter's name; the deepest in the models served has six."""

_INDEX = re.compile(r"[1-9][0-9]{0,4}")
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_DECIMAL = re.compile(r"-?[0-9]{1,19}(\.[0-9]{1,19})?")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)

Node: TypeAlias = "str | dict[str, Node]"
Reader: TypeAlias = Callable[[Node, str], object]


def parse(operation: Operation, request: HttpRequest) -> dict[str, object]:
    """Return an operation's parameters, as ``read`` does, out of a request as it came.

    Raises ``WireError``: what ``read`` and ``form.parameters`` raise.
    """
    return read(operation, form.parameters(request))


def read(operation: Operation, parameters: Mapping[str, str]) -> dict[str, object]:
    """Return a form's parameters as typed Python, keyed by the model's member names.

    Lists are lists, maps and structures dictionaries, blobs bytes, timestamps aware datetimes.
    Constraints are not judged here (``validate``). Raises ``WireError``: ``MalformedInput`` for
    malformed names and indexes and for a value of the wrong type.
    """
    root: dict[str, Node] = {}
    try:
        for name, value in parameters.items():
            _plant(root, name, value)
        reader = _reader_of(operation)
        result = reader(root, "")
    except WireError as refused:
        raise WireError(respelt(refused.fault, operation.protocol)) from None
    assert isinstance(result, dict)  # noqa: S101 - an input is a structure in every model
    return result


def _plant(root: dict[str, Node], name: str, value: str) -> None:
    """Put one parameter into the tree that its dots describe."""
    if "." not in name:
        path, leaf = [], name
    else:
        *path, leaf = name.split(".")
    if len(path) > MAX_DEPTH:
        raise _malformed(name[:64], "is nested too deeply")
    here = root
    for part in path:
        below = here.setdefault(part, {})
        if isinstance(below, str):
            raise _malformed(name, "is both a value and a structure")
        here = below
    if leaf in here:
        raise _malformed(name, "is both a value and a structure")
    here[leaf] = value


@cache
def _reader_of(operation: Operation) -> Reader:
    if operation.input is None:
        return lambda _node, _at: {}
    readers = _Ec2Readers if operation.protocol == "ec2" else _Readers
    return readers(operation.shapes).of(operation.input)


class _Readers(Compiler[Reader]):
    """Compiles shapes into readers."""

    def of(self, shape: Shape, *, flat: bool = False) -> Reader:
        if shape.kind == "structure":
            return self.structure(shape)
        if shape.kind == "list" and shape.element:
            return self.list_of(shape.element, flat=flat)
        if shape.kind == "map" and shape.key and shape.value:
            return self.map_of(shape.key, shape.value, flat=flat)
        return _SCALARS[shape.kind]

    def wire_name(self, member: Member) -> str:
        return wire_name(member, self.shapes)

    def member(self, member: Member) -> Reader:
        if is_flat(member, self.shapes):
            return self.of(self.shapes[member.shape], flat=True)
        return self.named(member.shape)

    def structure(self, shape: Shape) -> Reader:
        fields = tuple(
            (self.wire_name(member), member.name, self.member(member)) for member in shape.members
        )

        def read(node: Node, at: str) -> object:
            if isinstance(node, str):
                if node:
                    raise _malformed(at, "must be a structure")
                return {}
            found: dict[str, object] = {}
            for wire, name, reader in fields:
                below = node.get(wire)
                if below is not None:
                    found[name] = reader(below, f"{at}.{wire}" if at else wire)
            return found

        return read

    def list_of(self, element: Member, *, flat: bool) -> Reader:
        wrapper = None if flat else element.wire_name or "member"
        read_element = self.named(element.shape)

        def read(node: Node, at: str) -> object:
            return [read_element(below, path) for below, path in _entries(node, at, wrapper)]

        return read

    def map_of(self, key: Member, value: Member, *, flat: bool) -> Reader:
        wrapper = None if flat else "entry"
        key_name, value_name = key.wire_name or "key", value.wire_name or "value"
        read_key, read_value = self.named(key.shape), self.named(value.shape)

        def read(node: Node, at: str) -> object:
            found: dict[object, object] = {}
            for below, path in _entries(node, at, wrapper):
                if isinstance(below, str) or set(below) != {key_name, value_name}:
                    raise _malformed(path, f"must have exactly {key_name} and {value_name}")
                name = read_key(below[key_name], f"{path}.{key_name}")
                if name in found:
                    raise _malformed(path, "repeats a key")
                found[name] = read_value(below[value_name], f"{path}.{value_name}")
            return found

        return read


class _Ec2Readers(_Readers):
    """Compiles shapes into readers of EC2's forms."""

    def wire_name(self, member: Member) -> str:
        name = member.wire_name or member.name
        return name[0].upper() + name[1:]

    def of(self, shape: Shape, *, flat: bool = False) -> Reader:
        return super().of(shape, flat=flat or shape.kind == "list")

    def structure(self, shape: Shape) -> Reader:
        lenient = super().structure(shape)
        known = {self.wire_name(member) for member in shape.members}

        def read(node: Node, at: str) -> object:
            for name in node if isinstance(node, dict) else ():
                if name not in known and (at or not _is_of_every_call(name)):
                    text = f"The parameter {name[:64]} is not recognized"
                    raise WireError(fault("ec2", "UnknownParameter", text))
            return lenient(node, at)

        return read


def _is_of_every_call(name: str) -> bool:
    """Say whether a parameter names the operation, or signs it in a URL."""
    return name in {"Action", "Version"} or name.startswith("X-Amz-")


def _entries(node: Node, at: str, wrapper: str | None) -> list[tuple[Node, str]]:
    """Return a list's entries in order with their paths; ``Name=`` alone is the empty list."""
    if node == "":
        return []
    if wrapper is not None:
        if isinstance(node, str) or set(node) != {wrapper}:
            raise _malformed(at, f"must be a list, {at}.{wrapper}.1 onwards")
        node, at = node[wrapper], f"{at}.{wrapper}"
    if isinstance(node, str):
        raise _malformed(at, f"must be a list, {at}.1 onwards")
    for index in node:
        if not _INDEX.fullmatch(index) or int(index) > len(node):
            raise _malformed(f"{at}.{index[:64]}", "is not an index of a list without gaps")
    return [(node[str(index)], f"{at}.{index}") for index in range(1, len(node) + 1)]


def _text(node: Node, at: str) -> str:
    if isinstance(node, str):
        return node
    raise _malformed(at, "must be a single value")


def _integer(low: int, high: int) -> Reader:
    def read(node: Node, at: str) -> object:
        value = _text(node, at)
        if not _INTEGER.fullmatch(value) or not low <= int(value) <= high:
            raise _mistyped(at, "an integer")
        return int(value)

    return read


def _decimal(node: Node, at: str) -> object:
    value = _text(node, at)
    if not _DECIMAL.fullmatch(value):
        raise _mistyped(at, "a number")
    return float(value)


def _boolean(node: Node, at: str) -> object:
    """Read an XML Schema boolean; AWS: "boolean must follow xsd1.1 definition" (SES's answer)."""
    value = _text(node, at)
    if value not in {"true", "false", "1", "0"}:
        raise _mistyped(at, "true or false")
    return value in {"true", "1"}


def _blob(node: Node, at: str) -> object:
    try:
        return b64decode(_text(node, at), validate=True)
    except (binascii.Error, ValueError):
        raise _mistyped(at, "base64 text") from None


def _timestamp(node: Node, at: str) -> object:
    value = _text(node, at)
    try:
        if _INSTANT.fullmatch(value):
            return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _mistyped(at, "an ISO 8601 instant such as 2026-01-31T12:00:00Z")


_SCALARS: Mapping[str, Reader] = {
    "string": _text,
    "integer": _integer(-(2**31), 2**31 - 1),
    "long": _integer(-(2**63), 2**63 - 1),
    "float": _decimal,
    "double": _decimal,
    "boolean": _boolean,
    "blob": _blob,
    "timestamp": _timestamp,
}


def _malformed(at: str, problem: str) -> WireError:
    return WireError(common("MalformedInput", f"The parameter {at} {problem}."))


def _mistyped(at: str, wanted: str) -> WireError:
    return WireError(common("MalformedInput", f"The parameter {at} must be {wanted}."))
