"""Every constraint of the models, where every operation uses it, and calls that violate it.

A constraint is a place in the input of an operation (``Tags.1.Key``) and one thing that its model
demands there: that it is there, of its type, of a length, a value, a form, out of a set. A case is
a constraint and one way to violate it. Everything else about its call is as the model wants it,
unless one value cannot help violating two constraints (an empty text often has the wrong form).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

from doorward.wire import patterns
from doorward.wire.models import Member, Operation, Shape
from tests.server import minimal
from tests.wire.strategies import alphabet

Path = tuple[str | int, ...]
ABSENT = object()
"""In place of a value: the member is not there."""
PRESENT = object()
"""In place of a value: the smallest that the model admits."""

STRANGE = ' *é漢😀~\x7f\n"<'
"""Characters of which most patterns admit few; XML can carry every one of them."""

PLACES = ("first", "inside", "last")
LARGE = 1 << 20
"""Text beyond this is not held against its model: the body is refused before it is read."""


class Case(NamedTuple):
    """A call that violates a constraint. ``params`` are right but for ``path`` and ``value``."""

    operation: Operation
    path: Path
    constraint: str
    way: str
    params: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str, Path, str]:
        """The constraint, of which a case is one way to violate it."""
        return self.operation.service, self.operation.name, self.path, self.constraint

    def __str__(self) -> str:
        """Name the case for people."""
        at = ".".join(map(str, self.path))
        return f"{self.operation.name} {at}: {self.constraint}, {self.way}"


class Place(NamedTuple):
    """A place in an operation's input: how to get there, and what belongs there."""

    path: Path
    member: Member
    shape: Shape


def places(operation: Operation) -> Iterator[Place]:
    """Every place in an operation's input; one step into a shape that holds itself."""

    def below(shape: Shape, path: Path, within: frozenset[str]) -> Iterator[Place]:
        parts: list[tuple[str | int, Member | None]] = [
            (member.name, member) for member in shape.members
        ]
        parts += [(0, shape.element), ("key", shape.key), ("value", shape.value)]
        for step, member in parts:
            if member is not None:
                found = operation.shape(member)
                yield Place((*path, step), member, found)
                if found.name not in within:
                    yield from below(found, (*path, step), within | {found.name})

    if operation.input is not None:
        yield from below(operation.input, (), frozenset({operation.input.name}))


@cache
def cases(operation: Operation) -> tuple[Case, ...]:
    """Every case of one violated constraint, each constraint's simplest way first."""
    found = []
    for place in places(operation):
        for constraint, way, value in _violations(place):
            params = call(operation, place.path, value)
            if params is not None:
                found.append(Case(operation, place.path, constraint, way, params))
    return tuple(found)


def together(operation: Operation) -> Iterator[Case]:
    """Calls that violate two constraints of different members, and one that violates all."""
    first: dict[str | int, Case] = {}
    for case in cases(operation):
        if len(case.path) == 1 and case.constraint != "required":
            first.setdefault(case.path[0], case)
    groups: list[tuple[Case, ...]] = [*combinations(first.values(), 2)]
    if len(first) > 2:
        groups.append(tuple(first.values()))
    for group in groups:
        params = dict(minimal_call(operation))
        params |= {name: case.params[name] for case in group for name in [str(case.path[0])]}
        names = tuple(str(case.path[0]) for case in group)
        yield Case(operation, names, "together", f"{len(group)} at once", params)


def _violations(place: Place) -> Iterator[tuple[str, str, Any]]:
    shape = place.shape
    if place.member.required and place.path[-1] not in {0, "key", "value"}:
        yield "required", "absent", ABSENT
    if shape.kind == "string":
        yield from _texts(shape)
    if shape.kind in {"integer", "long"}:
        yield from _numbers(shape)
    if shape.kind == "list":
        yield from _sizes(place)


def _texts(shape: Shape) -> Iterator[tuple[str, str, Any]]:
    if shape.enum:
        one = shape.enum[0]
        other = one.lower() if one.lower() not in shape.enum else one.swapcase()
        yield "value set", "another word", "no-such-value"
        yield "value set", "another case", other
        yield "value set", "a space more", one + " "
        yield "value set", "two of them", f"{one},{one}"
        yield "value set", "nothing", ""
        return
    good = sample(shape)
    if shape.maximum is not None:
        most = int(shape.maximum)
        yield "greatest length", "one more", stretched(shape, good, most + 1)
        if most < LARGE:
            yield "greatest length", "twice as long", stretched(shape, good, 2 * most + 2)
    if shape.minimum:
        least = int(shape.minimum)
        yield "least length", "one less", good[: least - 1]
        if least > 1:
            yield "least length", "nothing", ""
    if shape.pattern is not None:
        yield from _forms(shape, good)


def _forms(shape: Shape, good: str) -> Iterator[tuple[str, str, Any]]:
    """Texts of an admitted length, each with one character that the pattern does not admit."""
    pattern = shape.pattern or ""
    most = int(shape.maximum) if shape.maximum is not None else len(good) + 1
    room = good if len(good) < most else good[:-1]
    for place, cut in zip(PLACES, (0, len(room) // 2, len(room)), strict=True):
        bad = [f"{room[:cut]}{each}{room[cut:]}" for each in STRANGE]
        bad = [text for text in bad if not patterns.matches(pattern, text)]
        for text in bad[:3]:
            yield "pattern", f"{text[cut]!r} {place}", text


def _numbers(shape: Shape) -> Iterator[tuple[str, str, Any]]:
    if shape.minimum is not None:
        yield "least value", "one less", int(shape.minimum) - 1
        yield "least value", "the least there is", -(2**31)
    if shape.maximum is not None:
        yield "greatest value", "one more", int(shape.maximum) + 1
        yield "greatest value", "the greatest there is", 2**31 - 1


def _sizes(place: Place) -> Iterator[tuple[str, str, Any]]:
    shape = place.shape
    if shape.maximum is not None:
        most = int(shape.maximum)
        yield "greatest size", "one more", most + 1
        yield "greatest size", "twice as many", 2 * most + 2
    if shape.minimum:
        yield "least size", "none", 0


# ------------------------------------------------------------------------------ valid values


@cache
def sample(shape: Shape) -> str:
    """A text that a string shape admits."""
    if shape.enum:
        return shape.enum[0]
    low = max(1, int(shape.minimum or 0))
    letters = alphabet(shape.pattern)
    if letters is not None:
        plain = [each for each in "a1A" if each in letters] or [letters[0]]
        high = int(shape.maximum) if shape.maximum is not None else low + 2
        return plain[0] * min(high, low + 2)
    more = ("https://service.example/", "rt-abcdefgh", "o-abcdefghij/r-abcd/")
    for text in (*minimal.CANDIDATES, *more):
        high = len(text) if shape.maximum is None else int(shape.maximum)
        if patterns.matches(shape.pattern or "", text) and low <= len(text) <= high:
            return text
    raise AssertionError(f"{shape.name}: no sample of {shape.pattern}")


def stretched(shape: Shape, good: str, length: int) -> str:
    """A text of a length, of the right form if there is one of that length."""
    more = length - len(good)
    if length >= LARGE:
        return good + good[-1:] * more
    for letter in ("a", "1", good[:1]):
        for cut in range(len(good), -1, -1):
            text = good[:cut] + letter * more + good[cut:]
            if shape.pattern is None or patterns.matches(shape.pattern, text):
                return text
    return good + good[-1:] * more


@cache
def minimal_call(operation: Operation) -> Mapping[str, Any]:
    """The smallest call that the model admits."""
    return smallest(operation, operation.input) if operation.input else {}


def smallest(operation: Operation, shape: Shape) -> Any:
    """The smallest value that a shape admits."""
    match shape.kind:
        case "structure":
            needed = [member for member in shape.members if member.required]
            if operation.protocol == "query" and shape is not operation.input:
                needed = needed or [*shape.members[:1]]  # a form cannot say that it is empty
            return {each.name: smallest(operation, operation.shape(each)) for each in needed}
        case "list":
            assert shape.element is not None
            element = smallest(operation, operation.shape(shape.element))
            return [element] * max(1, int(shape.minimum or 1))
        case "map":
            assert shape.key is not None
            assert shape.value is not None
            key = smallest(operation, operation.shape(shape.key))
            return {key: smallest(operation, operation.shape(shape.value))}
        case "string":
            return sample(shape)
        case "integer" | "long":
            return int(max(1, shape.minimum or 1))
        case "boolean":
            return True
        case "timestamp":
            return datetime(2026, 1, 31, tzinfo=UTC)
        case "blob":
            return b"x"
        case _:
            raise AssertionError(f"no smallest {shape.kind}")


def call(operation: Operation, path: Path, value: Any) -> Mapping[str, Any] | None:
    """The smallest call with a value at a place; ``None`` where a form cannot say that.

    For a list the value is its size.
    """
    assert operation.input is not None
    params = copy.deepcopy(dict(minimal_call(operation)))
    made = _with(operation, operation.input, params, path, value)
    return made if isinstance(made, dict) else None


def _with(operation: Operation, shape: Shape, given: Any, path: Path, value: Any) -> Any:
    if not path:
        if value is PRESENT:
            return smallest(operation, shape)
        if shape.kind == "list" and isinstance(value, int):
            assert shape.element is not None
            return [smallest(operation, operation.shape(shape.element))] * value
        return value
    step, rest = path[0], path[1:]
    if shape.kind == "structure":
        member = next(each for each in shape.members if each.name == step)
        below = operation.shape(member)
        old = given.get(step)
        if old is None:
            old = smallest(operation, below)
        new = _with(operation, below, old, rest, value)
        if new is None:
            return None
        given = {name: old for name, old in {**given, str(step): new}.items() if old is not ABSENT}
        return _sayable(operation, shape, member, given)
    if shape.kind == "list":
        assert shape.element is not None
        new = _with(operation, operation.shape(shape.element), given[0], rest, value)
        return None if new is None else [*given[1:], new]
    assert shape.key is not None
    assert shape.value is not None
    ((key, content),) = given.items()
    if step == "key":
        return {_with(operation, operation.shape(shape.key), key, rest, value): content}
    new = _with(operation, operation.shape(shape.value), content, rest, value)
    return None if new is None else {key: new}


def _sayable(operation: Operation, shape: Shape, without: Member, given: Any) -> Any:
    """A structure as a form can say it: one that would be empty has a member that it need not."""
    if given or operation.protocol != "query" or shape is operation.input:
        return given
    for member in shape.members:
        if member.name != without.name:
            return {member.name: smallest(operation, operation.shape(member))}
    return None
