"""The operations of the served services, read from botocore's models and from our own.

botocore ships AWS's service models (Apache-2.0); ours, in the same format, lies beside this file.
A model is read once, when first asked for, and turned into the plain values of ``shapes``; nothing
here talks to botocore afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from doorward.errors import Unsupported
from doorward.wire.models.shapes import (
    ErrorShape,
    Kind,
    Member,
    Operation,
    Protocol,
    Service,
    Shape,
    is_flat,
    wire_name,
)

__all__ = [
    "ErrorShape",
    "Kind",
    "Member",
    "Operation",
    "Protocol",
    "Served",
    "Service",
    "Shape",
    "SERVED",
    "data_path",
    "is_flat",
    "operation",
    "service",
    "wire_name",
]

SnakeCase: TypeAlias = Callable[[str], str]
"""Botocore's ``xform_name``."""


class Served(msgspec.Struct, frozen=True):
    """What the router must know of a service before its model is read.

    A test holds every row equal to the model's own metadata. Of a service that is served for the
    sake of a few ``operations`` these alone are read, with what they need; ``()`` is all.
    ``errors`` are codes that the service answers, with their statuses, and its model does not say.
    """

    name: str
    version: str
    protocol: Protocol
    target_prefix: str | None = None
    operations: tuple[str, ...] = ()
    errors: tuple[tuple[str, int], ...] = ()


EC2_ERRORS = (("DryRunOperation", 412), ("FilterLimitExceeded", 400), ("UnknownParameter", 400))
"""EC2's model names no error. Codes: EC2 API Reference, "Error codes"; statuses as recorded."""


SERVED: Mapping[str, Served] = {
    row.name: row
    for row in (
        Served("iam", "2010-05-08", "query"),
        Served("sts", "2011-06-15", "query"),
        Served("ec2", "2016-11-15", "ec2", operations=("DescribeRegions",), errors=EC2_ERRORS),
        Served("organizations", "2016-11-28", "json", "AWSOrganizationsV20161128"),
        Served("doorward", "2026-11-01", "json", "Doorward_20261101"),
    )
}
"""The services Doorward knows how to speak, by name."""


def data_path() -> str:
    """Return the folder to put on ``AWS_DATA_PATH`` so that botocore finds our own model."""
    return str(Path(__file__).parent)


@cache
def service(name: str) -> Service:
    """Return a served service's model; read on the first call, the same value ever after.

    Raises ``KeyError`` for a name that is not in ``SERVED``, ``Unsupported`` for a model that uses
    a trait the codecs do not know.
    """
    served = SERVED[name]
    model, snake_case = _read(served)
    return _service(served, model, snake_case)


def operation(service_name: str, name: str) -> Operation:
    """Return one operation of a served service; ``KeyError`` where the model has none."""
    return service(service_name).operations[name]


def _read(served: Served) -> tuple[dict[str, Any], SnakeCase]:
    """Read one model file; the user's own ``~/.aws/models`` must not change what we serve."""
    import botocore.loaders  # noqa: PLC0415 - 100 ms that most commands never need
    from botocore import xform_name  # noqa: PLC0415 - as above

    loader = botocore.loaders.Loader(
        extra_search_paths=[data_path(), botocore.loaders.Loader.BUILTIN_DATA_PATH],
        include_default_search_paths=False,
    )
    return loader.load_service_model(served.name, "service-2", served.version), xform_name


def _service(served: Served, model: dict[str, Any], snake_case: SnakeCase) -> Service:
    metadata = model["metadata"]
    raw_operations, raw_shapes = _parts_served(served, model)
    for name, raw in raw_shapes.items():
        _require_known(served.protocol, name, raw)
    shapes = {name: _shape(name, raw, snake_case) for name, raw in raw_shapes.items()}
    exceptions = {
        name: _error(name, raw) for name, raw in raw_shapes.items() if raw.get("exception")
    }
    operations = {
        name: _operation(served, metadata, raw, shapes, exceptions, snake_case)
        for name, raw in raw_operations.items()
    }
    modelled = {error.code: error for error in exceptions.values()}
    more = {code: ErrorShape(code, code, status, status < 500) for code, status in served.errors}
    return Service(
        name=served.name,
        version=metadata["apiVersion"],
        protocol=served.protocol,
        namespace=metadata.get("xmlNamespace", ""),
        target_prefix=metadata.get("targetPrefix", ""),
        signing_name=metadata.get("signingName", metadata["endpointPrefix"]),
        shapes=shapes,
        errors=modelled | more,
        operations=operations,
    )


def _parts_served(served: Served, model: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a model's operations and shapes: all, or what the operations served are made of."""
    operations, shapes = model["operations"], model["shapes"]
    if not served.operations:
        return operations, shapes
    chosen = {name: operations[name] for name in served.operations}
    found: dict[str, Any] = {}
    waiting = [part["shape"] for raw in chosen.values() for part in _references(raw)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = shapes[name]
            waiting += [part["shape"] for part in _references(shapes[name])]
    return chosen, found


def _references(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what in an operation or a shape refers to a shape."""
    named = [raw[role] for role in ("input", "output", "member", "key", "value") if role in raw]
    return [*named, *raw.get("errors", ()), *raw.get("members", {}).values()]


_TIMESTAMPS: Mapping[Protocol, str] = {
    "query": "iso8601",
    "ec2": "iso8601",
    "json": "unixTimestamp",
}
_NOT_BUILT = (
    "document",
    "eventstream",
    "queryName",
    "streaming",
    "xmlAttribute",
    "xmlNamespace",
)


def _require_known(protocol: Protocol, name: str, raw: Mapping[str, Any]) -> None:
    """Refuse a trait that the codecs would pass over: a model must not be misread in silence."""
    usual = _TIMESTAMPS[protocol]
    for part in (raw, *raw.get("members", {}).values()):
        unknown = [trait for trait in _NOT_BUILT if part.get(trait)]
        if part.get("timestampFormat", usual) != usual:
            unknown.append("timestampFormat")
        if unknown:
            raise Unsupported(f"{', '.join(unknown)} of the shape {name}")


def _operation(
    served: Served,
    metadata: Mapping[str, Any],
    raw: Mapping[str, Any],
    shapes: Mapping[str, Shape],
    exceptions: Mapping[str, ErrorShape],
    snake_case: SnakeCase,
) -> Operation:
    output = raw.get("output", {})
    return Operation(
        service=served.name,
        name=raw["name"],
        python_name=snake_case(raw["name"]),
        version=metadata["apiVersion"],
        protocol=served.protocol,
        namespace=metadata.get("xmlNamespace", ""),
        target_prefix=metadata.get("targetPrefix", ""),
        input=shapes[raw["input"]["shape"]] if "input" in raw else None,
        output=shapes[output["shape"]] if output else None,
        result_wrapper=output.get("resultWrapper"),
        errors=tuple(exceptions[error["shape"]] for error in raw.get("errors", ())),
        http_method=raw["http"]["method"],
        http_uri=raw["http"]["requestUri"],
        unsigned=raw.get("authtype") == "none",
        documentation=raw.get("documentation", ""),
        shapes=shapes,
    )


def _shape(name: str, raw: Mapping[str, Any], snake_case: SnakeCase) -> Shape:
    required = frozenset(raw.get("required", ()))
    return Shape(
        name=name,
        kind=raw["type"],
        members=tuple(
            _member(member, spec, snake_case, required=member in required)
            for member, spec in raw.get("members", {}).items()
        ),
        element=_part("member", raw, snake_case),
        key=_part("key", raw, snake_case),
        value=_part("value", raw, snake_case),
        flattened=raw.get("flattened", False),
        minimum=raw.get("min"),
        maximum=raw.get("max"),
        pattern=raw.get("pattern"),
        enum=tuple(raw.get("enum", ())),
        sensitive=raw.get("sensitive", False),
        documentation=raw.get("documentation", ""),
    )


def _part(role: str, raw: Mapping[str, Any], snake_case: SnakeCase) -> Member | None:
    return _member(role, raw[role], snake_case, required=True) if role in raw else None


def _member(name: str, raw: Mapping[str, Any], snake_case: SnakeCase, *, required: bool) -> Member:
    return Member(
        name=name,
        python_name=snake_case(name),
        wire_name=raw.get("locationName"),
        shape=raw["shape"],
        required=required,
        flattened=raw.get("flattened", False),
        documentation=raw.get("documentation", ""),
    )


def _error(name: str, raw: Mapping[str, Any]) -> ErrorShape:
    """Where the model gives no status, a client's error is 400 and a service's fault 500."""
    error = raw.get("error", {})
    fault = bool(raw.get("fault", False))
    status = int(error.get("httpStatusCode", 500 if fault else 400))
    return ErrorShape(
        name=name,
        code=error.get("code", name),
        status=status,
        sender=bool(error.get("senderFault", status < 500)),
        members=tuple(raw.get("members", {})),
    )
