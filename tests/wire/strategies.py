"""Values of any shape of a model, by hypothesis: those that its constraints admit, and any.

Texts have the characters that codecs trip over; lengths and numbers come at their bounds more
often than chance would have it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from hypothesis import strategies as st

from doorward.wire import patterns, xml
from doorward.wire.models import Member, Operation, Shape

CHARACTERS = (
    "aZ09 .,:;/\\+-_=@%&#?!~^|`$*'\"<>[]{}()\t\n\r\u00a0éß‰Ωжع漢\u2028\ue000\ufffd𐍈😀\U0010fffd"
)
"""Letters of all widths, every separator of a protocol, white space of all kinds."""

_CANDIDATES = "".join(dict.fromkeys(CHARACTERS + "".join(map(chr, range(32, 127)))))

LONGEST = 300
"""The longest text that is drawn where the model would admit a longer one."""

DEEPEST = 6
"""How many structures stand in each other at most; some shapes hold themselves."""

Strategy = st.SearchStrategy[Any]


def inputs(operation: Operation, *, valid: bool) -> Strategy:
    """Parameters of an operation: all that its model admits, or of the right types alone."""
    return _structure(operation, operation.input, valid) if operation.input else st.just({})


def outputs(operation: Operation) -> Strategy:
    """Results of an operation, of the right types; answers are held to no constraint."""
    if operation.output is None:
        return st.just({})
    return _structure(operation, operation.output, valid=False)


def sayable(value: Any) -> Any:
    """What a form can say of a value: that an empty structure is there, it cannot."""
    if isinstance(value, dict):
        inner = {key: sayable(item) for key, item in value.items()}
        return {key: item for key, item in inner.items() if item != {}}
    return [sayable(item) for item in value] if isinstance(value, list) else value


def sayable_to_ec2(value: Any) -> Any:
    """What EC2's forms can say of a value: that anything is there and empty, they cannot."""
    if isinstance(value, dict):
        inner = {key: sayable_to_ec2(item) for key, item in value.items()}
        return {key: item for key, item in inner.items() if item not in ({}, [])}
    if isinstance(value, list):
        return [item for item in map(sayable_to_ec2, value) if item != {}]
    return value


@cache
def _structure(operation: Operation, shape: Shape, valid: bool, depth: int = 0) -> Strategy:
    drawn = {
        member.name: (member.required, _part(operation, member, valid, depth + 1))
        for member in shape.members
        if member.required or depth < DEEPEST
    }
    return st.fixed_dictionaries(
        {name: values for name, (required, values) in drawn.items() if required},
        optional={name: values for name, (required, values) in drawn.items() if not required},
    )


def _part(operation: Operation, member: Member, valid: bool, depth: int) -> Strategy:
    shape = operation.shape(member)
    match shape.kind:
        case "structure":
            inside = _structure(operation, shape, valid, depth)
            # A form has no way to say that a structure is there and empty.
            return inside.filter(sayable) if valid and member.required else inside
        case "list":
            return _list(operation, shape, valid, depth)
        case "map":
            return _map(operation, shape, valid, depth)
        case _:
            return scalar(shape, valid=valid)


def _list(operation: Operation, shape: Shape, valid: bool, depth: int) -> Strategy:
    assert shape.element is not None
    element = _part(operation, shape.element, valid, depth)
    element = element.filter(lambda value: value != {})  # as above
    low, high = _bounds(shape, valid, 12)
    short = st.lists(element, min_size=low, max_size=min(high, low + 2))
    if depth > 1 or high < 11:
        return short
    # "10" comes before "2" for whoever sorts indexes as text.
    return short | st.lists(element, min_size=low, max_size=1).map(lambda few: (few * 11)[:high])


def _map(operation: Operation, shape: Shape, valid: bool, depth: int) -> Strategy:
    assert shape.key is not None
    assert shape.value is not None
    low, high = _bounds(shape, valid, 3)
    return st.dictionaries(
        _part(operation, shape.key, valid, depth),
        _part(operation, shape.value, valid, depth),
        min_size=max(low, 1),  # a form has no way to say that a map is empty
        max_size=max(high, 1),
    )


def _bounds(shape: Shape, valid: bool, most: int) -> tuple[int, int]:
    if not valid:
        return 0, most
    low = int(shape.minimum or 0)
    return low, max(low, min(most, int(most if shape.maximum is None else shape.maximum)))


@cache
def scalar(shape: Shape, *, valid: bool) -> Strategy:
    """Values of a scalar shape."""
    match shape.kind:
        case "string":
            return text(shape) if valid else _any_text(shape)
        case "integer" | "long":
            bits = 31 if shape.kind == "integer" else 63
            low, high = -(2**bits), 2**bits - 1
            if valid:
                low = int(low if shape.minimum is None else shape.minimum)
                high = int(high if shape.maximum is None else shape.maximum)
            return st.sampled_from([low, high]) | st.integers(low, high)
        case "boolean":
            return st.booleans()
        case "blob":
            return st.binary(min_size=int(shape.minimum or 0) if valid else 0, max_size=70)
        case "timestamp":
            return st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
        case _:
            return st.integers(-8000, 8000).map(lambda eighths: eighths / 8)


def _any_text(shape: Shape) -> Strategy:
    if shape.enum:
        return st.sampled_from(shape.enum)
    return st.text(CHARACTERS, max_size=40)


@cache
def text(shape: Shape) -> st.SearchStrategy[str]:
    """Texts that a string's value set, pattern and lengths admit, at both ends of the lengths."""
    if shape.enum:
        return st.sampled_from(shape.enum)
    low = int(shape.minimum or 0)
    high = max(low, int(LONGEST if shape.maximum is None else min(shape.maximum, LONGEST + low)))
    letters = alphabet(shape.pattern)
    if letters is None:
        admitted = _formed(shape.pattern or "")
        return admitted.filter(lambda said: low <= len(said) <= high and xml.carries(said))
    if shape.pattern and not patterns.matches(shape.pattern, ""):
        low = max(low, 1)
    short = st.text(letters, min_size=low, max_size=min(high, low + 12))
    return short | short.map(lambda said: (said + letters[0] * high)[:high])


@cache
def _formed(pattern: str) -> st.SearchStrategy[str]:
    letters = st.characters(categories=(), include_characters=_CANDIDATES)
    return st.from_regex(patterns.compiled(pattern), fullmatch=True, alphabet=letters)


@cache
def alphabet(pattern: str | None) -> str | None:
    """The characters of a pattern that admits every text of them; ``None`` of one with a form."""
    if pattern is None:
        return CHARACTERS
    if not patterns.is_one_class(pattern):
        return None
    return "".join(each for each in _CANDIDATES if patterns.matches(pattern, each))
