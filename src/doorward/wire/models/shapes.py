"""A service model as plain values: services, operations, shapes, members, errors.

The words are those of botocore's ``service-2.json``. Shapes refer to each other by name, because
some are recursive; every value carries the table that resolves the names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Protocol = Literal["query", "ec2", "json", "authzen"]
"""The wire protocols served: AWS query (forms in, XML out), EC2's way of it, AWS json 1.1, and by
its paths the OpenID AuthZEN Authorization API, which no model is in."""

Kind = Literal[
    "structure",
    "list",
    "map",
    "string",
    "integer",
    "long",
    "float",
    "double",
    "boolean",
    "blob",
    "timestamp",
]
"""The kinds of shape in a model."""


class Member(msgspec.Struct, frozen=True):
    """One member of a structure, or the element, key or value of a list or map.

    ``wire_name`` is the model's ``locationName``, if it gives one; ``python_name`` is the name in
    snake case, as botocore forms it. ``shape`` names the member's shape.
    """

    name: str
    python_name: str
    wire_name: str | None
    shape: str
    required: bool
    flattened: bool = False
    documentation: str = ""


class Shape(msgspec.Struct, frozen=True):
    """One shape: its kind, its parts and its constraints.

    ``minimum`` and ``maximum`` bound a number's value, a string's characters, a blob's bytes or a
    list's or map's entries.
    """

    name: str
    kind: Kind
    members: tuple[Member, ...] = ()
    element: Member | None = None
    key: Member | None = None
    value: Member | None = None
    flattened: bool = False
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    enum: tuple[str, ...] = ()
    sensitive: bool = False
    documentation: str = ""


class ErrorShape(msgspec.Struct, frozen=True):
    """An error that the model knows: the code on the wire, its status, and whose fault it is."""

    name: str
    code: str
    status: int
    sender: bool
    members: tuple[str, ...] = ()


class Operation(msgspec.Struct, frozen=True, eq=False):
    """One operation of a service; compared by identity, so that it can key compiled codecs."""

    service: str
    name: str
    python_name: str
    version: str
    protocol: Protocol
    namespace: str
    target_prefix: str
    input: Shape | None
    output: Shape | None
    result_wrapper: str | None
    errors: tuple[ErrorShape, ...]
    http_method: str
    http_uri: str
    unsigned: bool
    documentation: str
    shapes: Mapping[str, Shape]

    def __repr__(self) -> str:
        """Name the operation; its shapes would fill pages."""
        return f"Operation({self.service}:{self.name})"

    @property
    def members(self) -> tuple[Member, ...]:
        """The members of the input, in the model's order; empty without input."""
        return self.input.members if self.input else ()

    def shape(self, member: Member) -> Shape:
        """Return the shape of a member."""
        return self.shapes[member.shape]

    def keywords(self, parameters: Mapping[str, object]) -> dict[str, object]:
        """Return parameters keyed by member names as keyword arguments in snake case."""
        return {
            member.python_name: parameters[member.name]
            for member in self.members
            if member.name in parameters
        }


class Service(msgspec.Struct, frozen=True, eq=False):
    """One service: its protocol, its operations by name, all its errors by code."""

    name: str
    version: str
    protocol: Protocol
    namespace: str
    target_prefix: str
    signing_name: str
    shapes: Mapping[str, Shape]
    errors: Mapping[str, ErrorShape]
    operations: Mapping[str, Operation]

    def __repr__(self) -> str:
        """Name the service; its operations would fill pages."""
        return f"Service({self.name} {self.version})"


def is_flat(member: Member, shapes: Mapping[str, Shape]) -> bool:
    """Say whether a list or map stands in its parent without a wrapper around its entries."""
    return member.flattened or shapes[member.shape].flattened


def wire_name(member: Member, shapes: Mapping[str, Shape]) -> str:
    """Return a member's name on the wire: the model's ``locationName``, else its own name.

    A list that is flattened wherever it is used takes its element's name, if the model gives one.
    """
    shape = shapes[member.shape]
    if shape.flattened and shape.element and shape.element.wire_name:
        return shape.element.wire_name
    return member.wire_name or member.name
