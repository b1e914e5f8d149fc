"""AWS query replies: results into XML, each operation compiled once.

Source: "AWS Query protocol" in the Smithy specification: ``<OpResponse><OpResult>`` around the
result, ``<member>`` for list elements, ``<entry><key/><value/></entry>`` for map entries,
``<ResponseMetadata>`` always.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TypeAlias, TypeVar

from doorward.wire import xml
from doorward.wire.compiler import Compiler
from doorward.wire.http import HttpResponse
from doorward.wire.models import Member, Operation, Shape, is_flat, wire_name

Writer: TypeAlias = Callable[[list[str], object], None]
T = TypeVar("T")


def serialize(operation: Operation, result: Mapping[str, object], request_id: str) -> HttpResponse:
    """Render an operation's result, keyed by the model's member names, as AWS's XML envelope.

    A member that is absent or ``None`` is left out. Instants are written in UTC to the whole
    second. Raises ``ValueError`` for a name the model does not have or text that XML cannot carry,
    ``TypeError`` for a value of another type than the model's: both are our own mistakes.
    """
    out: list[str] = []
    _writer_of(operation)(out, result)
    out.append(
        f"<ResponseMetadata><RequestId>{xml.text(request_id)}</RequestId></ResponseMetadata>"
        f"</{operation.name}Response>"
    )
    headers = (("x-amzn-RequestId", request_id), ("Content-Type", "text/xml"))
    return HttpResponse(200, headers, "".join(out).encode())


@cache
def _writer_of(operation: Operation) -> Writer:
    head = f'<{operation.name}Response xmlns="{xml.text(operation.namespace)}">'
    content: Writer = _no_content
    if operation.output is not None:
        content = _Writers(operation.shapes).of(operation.output)
        if operation.result_wrapper:
            content = _element(operation.result_wrapper, content)

    def write(out: list[str], value: object) -> None:
        out.append(head)
        content(out, value)

    return write


def _no_content(_out: list[str], value: object) -> None:
    if value:
        raise ValueError("the operation has no output")


class _Writers(Compiler[Writer]):
    """Compiles shapes into writers."""

    def of(self, shape: Shape) -> Writer:
        if shape.kind == "structure":
            return self.structure(shape)
        if shape.kind == "list" and shape.element:
            return self.list_of(shape.element)
        if shape.kind == "map" and shape.key and shape.value:
            return self.map_of(shape.key, shape.value)
        return _WRITERS[shape.kind]

    def structure(self, shape: Shape) -> Writer:
        fields = tuple((member.name, self.field(member)) for member in shape.members)
        names = frozenset(member.name for member in shape.members)

        def write(out: list[str], value: object) -> None:
            if not isinstance(value, Mapping):
                raise TypeError(f"{shape.name} is a structure, not a {type(value).__name__}")
            if not names.issuperset(value):
                raise ValueError(f"{shape.name} has no {sorted(set(value) - names)}")
            for name, writer in fields:
                member = value.get(name)
                if member is not None:
                    writer(out, member)

        return write

    def field(self, member: Member) -> Writer:
        shape = self.shapes[member.shape]
        name = wire_name(member, self.shapes)
        if not is_flat(member, self.shapes):
            return _element(name, self.named(member.shape))
        if shape.kind == "list" and shape.element:
            return _repeated(_element(name, self.named(shape.element.shape)))
        if shape.kind == "map" and shape.key and shape.value:
            return self.map_of(shape.key, shape.value, name)
        raise ValueError(f"{member.name}: only lists and maps can be flattened")

    def list_of(self, element: Member) -> Writer:
        return _repeated(_element(element.wire_name or "member", self.named(element.shape)))

    def map_of(self, key: Member, value: Member, entry: str = "entry") -> Writer:
        write_key = _element(key.wire_name or "key", self.named(key.shape))
        write_value = _element(value.wire_name or "value", self.named(value.shape))

        def write(out: list[str], entries: object) -> None:
            if not isinstance(entries, Mapping):
                raise TypeError(f"a map is wanted, not {type(entries).__name__}")
            for name, content in entries.items():
                out.append(f"<{entry}>")
                write_key(out, name)
                write_value(out, content)
                out.append(f"</{entry}>")

        return write


def _element(name: str, content: Writer) -> Writer:
    opening, closing = f"<{name}>", f"</{name}>"

    def write(out: list[str], value: object) -> None:
        out.append(opening)
        content(out, value)
        out.append(closing)

    return write


def _repeated(element: Writer) -> Writer:
    def write(out: list[str], values: object) -> None:
        if not isinstance(values, (list, tuple)):
            raise TypeError(f"a list is wanted, not {type(values).__name__}")
        for value in values:
            element(out, value)

    return write


def _number(out: list[str], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"a number is wanted, not {type(value).__name__}")
    out.append(repr(value))


def _scalar(kind: type[T], render: Callable[[T], str]) -> Writer:
    def write(out: list[str], value: object) -> None:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise TypeError(f"{kind} wanted, not {type(value).__name__}")
        out.append(render(value))

    return write


def instant(value: datetime) -> str:
    """Write an aware instant as AWS's query services do: UTC, whole seconds, ``Z``."""
    if value.tzinfo is None:
        raise TypeError("an instant needs its time zone")
    utc = value.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return f"{utc.isoformat()}Z"


_WRITERS: Mapping[str, Writer] = {
    "string": _scalar(str, xml.text),
    "integer": _scalar(int, str),
    "long": _scalar(int, str),
    "float": _number,
    "double": _number,
    "boolean": _scalar(bool, lambda value: "true" if value else "false"),
    "blob": _scalar(bytes, lambda value: b64encode(value).decode()),
    "timestamp": _scalar(datetime, instant),
}
