"""What AWS answers to a call that breaks its model, read off the model word for word.

The second opinion on ``doorward.wire.validate``: no compiling, no cleverness, botocore's own JSON.
Sources of the words: those of ``tests/wire/test_validate.py``; of Organizations' reasons, the
documentation of ``InvalidInputException``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import botocore.loaders

from doorward.wire import patterns
from doorward.wire.models import SERVED, data_path

FAILED = "{} at '{}' failed to satisfy constraint: {}"
NESTED = ("structure", "list", "map")


class Broken(NamedTuple):
    """A broken constraint: where, which of Organizations' reasons, AWS's words."""

    path: str
    reason: str
    text: str


@cache
def model(service: str) -> Mapping[str, Any]:
    """botocore's model of a service, or ours, as JSON."""
    loader = botocore.loaders.Loader(extra_search_paths=[data_path()])
    found: dict[str, Any] = loader.load_service_model(
        service, "service-2", SERVED[service].version
    )
    return found


def broken(service: str, operation: str, params: Mapping[str, Any]) -> list[Broken]:
    """Everything in a call that its model forbids, in the order in which it is said."""
    given = model(service)["operations"][operation].get("input")
    if given is None:
        return []
    return list(_structure(model(service)["shapes"], given["shape"], params, ""))


def message(found: list[Broken]) -> str:
    """The message of IAM and STS: all of it at once."""
    errors = "errors" if len(found) > 1 else "error"
    return f"{len(found)} validation {errors} detected: {'; '.join(each.text for each in found)}"


def _structure(shapes: Any, name: str, value: Mapping[str, Any], path: str) -> Iterator[Broken]:
    shape = shapes[name]
    for member, part in shape["members"].items():
        where = (f"{path}." if path else "") + member[0].lower() + member[1:]
        if value.get(member) is not None:
            yield from _value(shapes, part["shape"], value[member], where)
        elif member in shape.get("required", ()):
            text = FAILED.format("Value null", where, "Member must not be null")
            yield Broken(where, "INPUT_REQUIRED", text)


def _value(shapes: Any, name: str, value: Any, path: str) -> Iterator[Broken]:
    shape = shapes[name]
    if shape["type"] == "structure":
        yield from _structure(shapes, name, value, path)
        return
    for reason, words in _own(shape, value):
        yield Broken(path, reason, FAILED.format(_named(shape, value), path, words))
    if shape["type"] == "list":
        yield from _list(shapes, shape, value, path)
    if shape["type"] == "map":
        keys = shapes[shape["key"]["shape"]]
        yield from _together(shape, keys, list(value), path, "Map keys must satisfy constraint")
        for key, inside in value.items():
            yield from _value(shapes, shape["value"]["shape"], inside, f"{path}.{key}.member")


def _list(shapes: Any, shape: Any, value: list[Any], path: str) -> Iterator[Broken]:
    element = shapes[shape["member"]["shape"]]
    if element["type"] not in NESTED:
        yield from _together(shape, element, value, path, "Member must satisfy constraint")
        return
    for index, inside in enumerate(value, 1):
        yield from _value(shapes, shape["member"]["shape"], inside, f"{path}.{index}.member")


def _together(shape: Any, part: Any, values: list[Any], path: str, words: str) -> Iterator[Broken]:
    """The parts of a list of scalars, or a map's keys: one violation, with all they must be."""
    if any(list(_own(part, value)) for value in values):
        hidden = part.get("sensitive") or shape["type"] == "map"
        shown = "Value" if hidden else _named(shape, values)
        every = ", ".join(words for _, words in (*_lengths(part), *_forms(part)))
        text = FAILED.format(shown, path, f"{words}: [{every}]")
        yield Broken(path, "INVALID_LIST_MEMBER", text)


def _own(shape: Any, value: Any) -> Iterator[tuple[str, str]]:
    """What a value breaks of its own shape: its form before its length."""
    for reason, words in (*_forms(shape), *_lengths(shape)):
        if not _holds(shape, value, reason):
            yield reason, words


def _holds(shape: Any, value: Any, reason: str) -> bool:
    if reason == "INVALID_ENUM":
        return value in shape["enum"]
    if reason == "INVALID_PATTERN":
        # A text that is too long is not held against a pattern that could take long over it.
        skipped = not patterns.is_one_class(shape["pattern"]) and len(value) > shape.get(
            "max", len(value)
        )
        return skipped or patterns.matches(shape["pattern"], value)
    size = value if isinstance(value, int) else len(value)
    return bool(size <= shape["max"] if reason.startswith("MAX") else size >= shape["min"])


def _forms(shape: Any) -> Iterator[tuple[str, str]]:
    if "enum" in shape:
        yield "INVALID_ENUM", f"Member must satisfy enum value set: [{', '.join(shape['enum'])}]"
    if "pattern" in shape:
        words = f"Member must satisfy regular expression pattern: {shape['pattern']}"
        yield "INVALID_PATTERN", words


def _lengths(shape: Any) -> Iterator[tuple[str, str]]:
    what = "value" if shape["type"] in {"integer", "long"} else "length"
    if "max" in shape:
        words = f"Member must have {what} less than or equal to {shape['max']}"
        yield f"MAX_{what.upper()}_EXCEEDED", words
    if "min" in shape:
        words = f"Member must have {what} greater than or equal to {shape['min']}"
        yield f"MIN_{what.upper()}_EXCEEDED", words


def _named(shape: Any, value: Any) -> str:
    """A value as an answer shows it: secrets and structures it does not show."""
    if shape.get("sensitive") or shape["type"] in {"structure", "map", "blob"}:
        return "Value"
    if shape["type"] != "list":
        return f"Value '{value}'"
    if any(isinstance(part, (dict, list, bytes)) for part in value):
        return "Value"
    return f"Value '[{', '.join(map(str, value))}]'"
