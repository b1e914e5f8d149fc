"""AWS query replies: results into XML, each operation compiled once.

Source: "AWS Query protocol" in the Smithy specification: ``<OpResponse><OpResult>`` around the
result, ``<member>`` for list elements, ``<entry><key/><value/></entry>`` for map entries,
``<ResponseMetadata>`` always.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TypeAlias, TypeVar

from doorward.wire import xml
from doorward.wire.compiler import Compiler
from doorward.wire.http import HttpResponse
from doorward.wire.models import Member, Operation, Shape, is_flat, wire_name

Writer: TypeAlias = Callable[[object], str]
T = TypeVar("T")

_PLANS_KEPT = 256
_MAPPINGS = (dict, Mapping)  # a dictionary is recognised many times faster by its own name


def serialize(operation: Operation, result: Mapping[str, object], request_id: str) -> HttpResponse:
    """Render an operation's result, keyed by the model's member names, as AWS's XML envelope.

    A member that is absent or ``None`` is left out. Instants are written in UTC to the whole
    second. Raises ``ValueError`` for a name the model does not have or text that XML cannot carry,
    ``TypeError`` for a value of another type than the model's: both are our own mistakes.
    """
    text = (
        f"{_writer_of(operation)(result)}"
        f"<ResponseMetadata><RequestId>{xml.text(request_id)}</RequestId></ResponseMetadata>"
        f"</{operation.name}Response>"
    )
    headers = (("x-amzn-RequestId", request_id), ("Content-Type", "text/xml"))
    return HttpResponse(200, headers, text.encode())


@cache
def _writer_of(operation: Operation) -> Writer:
    """Compile all of an operation's reply up to its metadata."""
    head = f'<{operation.name}Response xmlns="{xml.text(operation.namespace)}">'
    content = content_of(operation)
    return lambda result: head + content(result)


@cache
def content_of(operation: Operation) -> Writer:
    """Compile an operation's result, without the envelope that says whose it is."""
    if operation.output is None:
        return _no_content
    content = _Writers(operation.shapes).of(operation.output)
    return _element(operation.result_wrapper, content) if operation.result_wrapper else content


def _no_content(value: object) -> str:
    if value:
        raise ValueError("the operation has no output")
    return ""


class _Writers(Compiler[Writer]):
    """Compiles shapes into writers: functions of a value that return its XML."""

    def of(self, shape: Shape) -> Writer:
        if shape.kind == "structure":
            return self.structure(shape)
        if shape.kind == "list" and shape.element:
            return self.list_of(shape.element)
        if shape.kind == "map" and shape.key and shape.value:
            return self.map_of(shape.key, shape.value)
        return _WRITERS[shape.kind]

    def structure(self, shape: Shape) -> Writer:
        """Write by a template for each set of members that a value has; there are few such."""
        members = {member.name: member for member in shape.members}
        plans: dict[tuple[str, ...], tuple[str, tuple[tuple[str, Writer], ...]]] = {}

        def plan(present: tuple[str, ...]) -> tuple[str, tuple[tuple[str, Writer], ...]]:
            if not members.keys() >= set(present):
                raise ValueError(f"{shape.name} has no {sorted(set(present) - set(members))}")
            chosen = [member for name, member in members.items() if name in present]
            fields = [self.field(member) for member in chosen]
            template = "".join(template for template, _ in fields)
            names = zip(chosen, fields, strict=True)
            found = template, tuple((member.name, writer) for member, (_, writer) in names)
            if len(plans) >= _PLANS_KEPT:
                plans.clear()
            plans[present] = found
            return found

        def write(value: object) -> str:
            if not isinstance(value, _MAPPINGS):
                raise TypeError(f"{shape.name} is a structure, not a {type(value).__name__}")
            present = tuple([name for name, member in value.items() if member is not None])
            template, fields = plans.get(present) or plan(present)
            return template % tuple([writer(value[name]) for name, writer in fields])

        return write

    def field(self, member: Member) -> tuple[str, Writer]:
        """Return the template of a member and what fills it."""
        shape = self.shapes[member.shape]
        name = wire_name(member, self.shapes)
        if not is_flat(member, self.shapes):
            return f"<{name}>%s</{name}>", self.named(member.shape)
        if shape.kind == "list" and shape.element:
            return "%s", _repeated(_element(name, self.named(shape.element.shape)))
        if shape.kind == "map" and shape.key and shape.value:
            return "%s", self.map_of(shape.key, shape.value, name)
        raise ValueError(f"{member.name}: only lists and maps can be flattened")

    def list_of(self, element: Member) -> Writer:
        return _repeated(_element(element.wire_name or "member", self.named(element.shape)))

    def map_of(self, key: Member, value: Member, entry: str = "entry") -> Writer:
        write_key = _element(key.wire_name or "key", self.named(key.shape))
        write_value = _element(value.wire_name or "value", self.named(value.shape))

        def write(entries: object) -> str:
            if not isinstance(entries, Mapping):
                raise TypeError(f"a map is wanted, not {type(entries).__name__}")
            return "".join(
                [
                    f"<{entry}>{write_key(name)}{write_value(content)}</{entry}>"
                    for name, content in entries.items()
                ]
            )

        return write


def _element(name: str, content: Writer) -> Writer:
    opening, closing = f"<{name}>", f"</{name}>"
    return lambda value: opening + content(value) + closing


def _repeated(element: Writer) -> Writer:
    def write(values: object) -> str:
        if not isinstance(values, (list, tuple)):
            raise TypeError(f"a list is wanted, not {type(values).__name__}")
        return "".join([element(value) for value in values])

    return write


def _number(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"a number is wanted, not {type(value).__name__}")
    return repr(value)


def _string(value: object) -> str:
    if isinstance(value, str):
        return xml.text(value) if xml.is_special(value) else value
    raise TypeError(f"text is wanted, not {type(value).__name__}")


def _scalar(kind: type[T], render: Callable[[T], str]) -> Writer:
    def write(value: object) -> str:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise TypeError(f"{kind} wanted, not {type(value).__name__}")
        return render(value)

    return write


@lru_cache(maxsize=4096)
def instant(value: datetime) -> str:
    """Write an aware instant as AWS's query services do: UTC, whole seconds, ``Z``."""
    if value.tzinfo is None:
        raise TypeError("an instant needs its time zone")
    utc = value.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return f"{utc.isoformat()}Z"


_WRITERS: Mapping[str, Writer] = {
    "string": _string,
    "integer": _scalar(int, str),
    "long": _scalar(int, str),
    "float": _number,
    "double": _number,
    "boolean": _scalar(bool, lambda value: "true" if value else "false"),
    "blob": _scalar(bytes, lambda value: b64encode(value).decode()),
    "timestamp": _scalar(datetime, instant),
}
