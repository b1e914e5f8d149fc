"""The AWS json 1.1 protocol (Organizations and our own API): JSON in, JSON out.

Source: "AWS JSON 1.1 protocol" in the Smithy specification. Members that the model does not know
are ignored and null members are absent, as AWS has it. A repeated name, a number that is none,
text that is not UTF-8 are refused: a reader that picks one of two answers silently is not exact.
"""

from __future__ import annotations

import binascii
import json
import math
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import NoReturn, TypeAlias, TypeVar

import msgspec

from doorward.wire.compiler import Compiler
from doorward.wire.faults import JSON_CONTENT_TYPE, WireError, common
from doorward.wire.http import HttpRequest, HttpResponse
from doorward.wire.models import Member, Operation, Shape

Reader: TypeAlias = Callable[[object, str], object]
Writer: TypeAlias = Callable[[object], object]
T = TypeVar("T")

# ------------------------------------------------------------------------------------ requests


def parse(operation: Operation, request: HttpRequest) -> dict[str, object]:
    """Return an operation's parameters as typed Python, keyed by the model's member names.

    Blobs become bytes and timestamps (epoch seconds on the wire) aware datetimes. Constraints
    are not judged here (``validate``). Raises ``WireError`` with ``SerializationException``.
    """
    body = document(request.body)
    if not isinstance(body, dict):
        raise _mistyped("", "an object")
    result = _reader_of(operation)(body, "")
    assert isinstance(result, dict)  # noqa: S101 - an input is a structure in every model
    return result


def document(body: bytes) -> object:
    """Decode a body strictly; an empty one is the empty object, as AWS's own clients send it.

    Raises ``WireError`` with ``SerializationException``.
    """
    if not body:
        return {}
    try:
        text = body.decode("utf-8")
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        reason = str(problem) if isinstance(problem, _RefusedJsonError) else "it cannot be parsed"
        message = f"The body is not a JSON document: {reason}."
        raise WireError(common("MalformedInput", message, "json")) from None


class _RefusedJsonError(ValueError):
    """JSON that Python's parser would let pass."""


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RefusedJsonError("a name appears twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise _RefusedJsonError(f"{name} is not a JSON number")


@cache
def _reader_of(operation: Operation) -> Reader:
    if operation.input is None:
        return lambda _value, _at: {}
    return _Readers(operation.shapes).of(operation.input)


class _Readers(Compiler[Reader]):
    """Compiles shapes into readers."""

    def of(self, shape: Shape) -> Reader:
        if shape.kind == "structure":
            return self.structure(shape)
        if shape.kind == "list" and shape.element:
            return self.list_of(shape.element)
        if shape.kind == "map" and shape.value:
            return self.map_of(shape.value)
        return _READERS[shape.kind]

    def structure(self, shape: Shape) -> Reader:
        fields = tuple(
            (member.wire_name or member.name, member.name, self.named(member.shape))
            for member in shape.members
        )

        def read(value: object, at: str) -> object:
            if not isinstance(value, dict):
                raise _mistyped(at, "an object")
            found: dict[str, object] = {}
            for wire, name, reader in fields:
                below = value.get(wire)
                if below is not None:
                    found[name] = reader(below, f"{at}.{wire}" if at else wire)
            return found

        return read

    def list_of(self, element: Member) -> Reader:
        reader = self.named(element.shape)

        def read(value: object, at: str) -> object:
            if not isinstance(value, list):
                raise _mistyped(at, "a list")
            return [reader(below, f"{at}[{index}]") for index, below in enumerate(value)]

        return read

    def map_of(self, content: Member) -> Reader:
        reader = self.named(content.shape)

        def read(value: object, at: str) -> object:
            if not isinstance(value, dict):
                raise _mistyped(at, "an object")
            return {_string(k, at): reader(below, f"{at}.{k}") for k, below in value.items()}

        return read


def _string(value: object, at: str) -> str:
    if not isinstance(value, str):
        raise _mistyped(at, "a string")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _mistyped(at, "a string of whole characters, not half a surrogate pair") from None
    return value


def _integer(low: int, high: int) -> Reader:
    def read(value: object, at: str) -> object:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise _mistyped(at, "an integer in range")
        return value

    return read


def _number(value: object, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not _finite(value):
        raise _mistyped(at, "a number")
    return float(value)


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _boolean(value: object, at: str) -> object:
    if not isinstance(value, bool):
        raise _mistyped(at, "true or false")
    return value


def _blob(value: object, at: str) -> object:
    try:
        return b64decode(_string(value, at), validate=True)
    except (binascii.Error, ValueError):
        raise _mistyped(at, "base64 text") from None


def _timestamp(value: object, at: str) -> object:
    try:
        return datetime.fromtimestamp(_number(value, at), UTC)
    except (ValueError, OverflowError, OSError):
        raise _mistyped(at, "an instant as epoch seconds") from None


_READERS: Mapping[str, Reader] = {
    "string": _string,
    "integer": _integer(-(2**31), 2**31 - 1),
    "long": _integer(-(2**63), 2**63 - 1),
    "float": _number,
    "double": _number,
    "boolean": _boolean,
    "blob": _blob,
    "timestamp": _timestamp,
}


def _mistyped(at: str, wanted: str) -> WireError:
    place = f"The member {at}" if at else "The body"
    return WireError(common("MalformedInput", f"{place} must be {wanted}.", "json"))


# ------------------------------------------------------------------------------------- replies


def serialize(operation: Operation, result: Mapping[str, object], request_id: str) -> HttpResponse:
    """Render an operation's result, keyed by the model's member names; none has an empty body.

    A member that is absent or ``None`` is left out. Raises ``ValueError`` for a name the model
    does not have, ``TypeError`` for a value of another type: both are our own mistakes.
    """
    if operation.output is None and result:
        raise ValueError("the operation has no output")
    body = b"" if operation.output is None else msgspec.json.encode(_writer_of(operation)(result))
    headers = (("x-amzn-RequestId", request_id), ("Content-Type", JSON_CONTENT_TYPE))
    return HttpResponse(200, headers, body)


@cache
def _writer_of(operation: Operation) -> Writer:
    if operation.output is None:
        return lambda _value: {}
    return _Writers(operation.shapes).of(operation.output)


class _Writers(Compiler[Writer]):
    """Compiles shapes into writers."""

    def of(self, shape: Shape) -> Writer:
        if shape.kind == "structure":
            return self.structure(shape)
        if shape.kind == "list" and shape.element:
            return self.list_of(shape.element)
        if shape.kind == "map" and shape.value:
            return self.map_of(shape.value)
        return _WRITERS[shape.kind]

    def structure(self, shape: Shape) -> Writer:
        fields = tuple(
            (member.name, member.wire_name or member.name, self.named(member.shape))
            for member in shape.members
        )
        names = frozenset(member.name for member in shape.members)

        def write(value: object) -> object:
            if not isinstance(value, Mapping):
                raise TypeError(f"{shape.name} is a structure, not a {type(value).__name__}")
            if not names.issuperset(value):
                raise ValueError(f"{shape.name} has no {sorted(set(value) - names)}")
            return {
                wire: writer(value[name])
                for name, wire, writer in fields
                if value.get(name) is not None
            }

        return write

    def list_of(self, element: Member) -> Writer:
        writer = self.named(element.shape)

        def write(values: object) -> object:
            if not isinstance(values, (list, tuple)):
                raise TypeError(f"a list is wanted, not {type(values).__name__}")
            return [writer(value) for value in values]

        return write

    def map_of(self, content: Member) -> Writer:
        writer = self.named(content.shape)

        def write(entries: object) -> object:
            if not isinstance(entries, Mapping):
                raise TypeError(f"a map is wanted, not {type(entries).__name__}")
            return {str(key): writer(value) for key, value in entries.items()}

        return write


def _scalar(kind: type[T], render: Callable[[T], object]) -> Writer:
    def write(value: object) -> object:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise TypeError(f"{kind} wanted, not {type(value).__name__}")
        return render(value)

    return write


def _same(value: object) -> object:
    return value


def _number_out(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"a number is wanted, not {type(value).__name__}")
    return value


def epoch(value: datetime) -> float:
    """Write an aware instant as epoch seconds, to the millisecond where it is not whole."""
    if value.tzinfo is None:
        raise TypeError("an instant needs its time zone")
    seconds = round(value.timestamp(), 3)
    return int(seconds) if seconds == int(seconds) else seconds


_WRITERS: Mapping[str, Writer] = {
    "string": _scalar(str, _same),
    "integer": _scalar(int, _same),
    "long": _scalar(int, _same),
    "float": _number_out,
    "double": _number_out,
    "boolean": _scalar(bool, _same),
    "blob": _scalar(bytes, _same),
    "timestamp": _scalar(datetime, epoch),
}
