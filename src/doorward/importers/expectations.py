"""Files of expected decisions, for continuous integration: YAML, read strictly.

Every scalar but ``true`` and ``false`` is text, whatever YAML would make of it: an account id
keeps its zeros, a version its dashes. ``docs/reference/test.md`` has the form.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from doorward.engine.decision import Effect, Rule
from doorward.engine.layers import Layers
from doorward.engine.question import read_question
from doorward.engine.reading import Field, fail, fields, items, text
from doorward.engine.request import Request
from doorward.errors import InvalidInput
from doorward.importers.policy_files import read_policies

_REQUEST: Final = ("principal", "resource")
_MORE: Final = ("resourceAccount", "resourceFacts", "context")

_EXPECTED: Final = {
    "allow": frozenset({Effect.ALLOW}),
    "deny": frozenset({Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY}),
    "explicitDeny": frozenset({Effect.EXPLICIT_DENY}),
    "implicitDeny": frozenset({Effect.IMPLICIT_DENY}),
}
_RULES: Final = {rule.value: rule for rule in Rule}


class Expectation(msgspec.Struct, frozen=True):
    """One decision that is expected: ``expect`` as written, and the effects that it stands for.

    ``rule`` is the rule that must decide, where that is said. ``line`` counts from 1.
    """

    name: str
    line: int
    layers: Layers
    request: Request
    expect: str
    effects: frozenset[Effect]
    rule: Rule | None


def read_expectations(path: Path) -> tuple[Expectation, ...]:
    """Read a file of expectations.

    Raises:
        InvalidInput: something in it, or in the policies that it names, is wrong, with the place.
    """
    value, lines = _yaml(path)
    try:
        found = fields(Field(value), required=("tests",), optional=("policies",))
        shared = found.get("policies")
        common = None if shared is None else _policies(shared, path)
        return tuple(
            each
            for test, line in zip(_some(found["tests"]), lines, strict=True)
            for each in _expectations(test, line, common, path)
        )
    except InvalidInput as error:
        place = "" if error.pointer is None else f"{error.pointer}: "
        line = _line(error.pointer, lines)
        raise InvalidInput(
            error.code, f"{path}{line}, {place}{error.message}", hint=error.hint
        ) from None


def _line(pointer: str | None, lines: tuple[int, ...]) -> str:
    steps = (pointer or "").split("/")
    if len(steps) < 3 or steps[1] != "tests" or not steps[2].isdecimal():
        return ""
    return f", line {lines[int(steps[2])]}"


def _expectations(
    test: Field, line: int, common: Layers | None, path: Path
) -> Iterator[Expectation]:
    """One test; one for each of its actions."""
    found = fields(
        test,
        required=(*_REQUEST, "action", "expect"),
        optional=(*_MORE, "name", "policies", "rule"),
    )
    stack = _policies(found["policies"], path) if "policies" in found else common
    if stack is None:
        raise fail(test, "by which policies should this be decided?", code="MissingField")
    expect = _one_of(found["expect"], _EXPECTED)
    rule = _RULES[_one_of(found["rule"], _RULES)] if "rule" in found else None
    several = isinstance(found["action"].value, list)
    for action in _some(found["action"]) if several else (found["action"],):
        asked: dict[str, object] = {
            name: found[name].value for name in (*_REQUEST, *_MORE) if name in found
        }
        request = _request({**asked, "action": text(action)}, test)
        named = text(found["name"]) if "name" in found else text(action)
        name = f"{named} [{text(action)}]" if several and "name" in found else named
        yield Expectation(name, line, stack, request, expect, _EXPECTED[expect], rule)


def _request(asked: dict[str, object], test: Field) -> Request:
    """Read a request; what is wrong is placed in the test."""
    try:
        return read_question({"id": 0, "request": asked})[1]
    except InvalidInput as error:
        inner = (error.pointer or "").removeprefix("/request")
        error.pointer = f"{test.pointer}{inner}"
        raise


def _some(field: Field) -> Sequence[Field]:
    """The items of a list, of which there must be some: nothing checked is no success."""
    found = items(field)
    if not found:
        raise fail(field, "at least one is wanted here: nothing would be checked")
    return found


def _one_of(field: Field, known: dict[str, Any]) -> str:
    value = text(field)
    if value not in known:
        raise fail(field, f"one of {', '.join(known)} is wanted here")
    return value


def _policies(field: Field, path: Path) -> Layers:
    """Policies by a path, which starts at the file's folder, or written out by layer."""
    if isinstance(field.value, str):
        return read_policies(path.parent / field.value)
    asked = {"principal": {"type": "Anonymous"}, "action": "a:B", "resource": "*"}
    try:
        return read_question({"id": 0, "request": asked, "policies": field.value})[0]
    except InvalidInput as error:
        inner = (error.pointer or "").removeprefix("/policies")
        error.pointer = f"{field.pointer}{inner}"
        raise


class _Loader(yaml.BaseLoader):
    """YAML of which every scalar but ``true`` and ``false`` is text, and no key stands twice."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: ARG002, FBT001, FBT002 — PyYAML's signature
    ) -> dict[Hashable, Any]:
        """Return what a mapping holds."""
        found = super().construct_mapping(node, deep=True)
        if len(found) != len(node.value):
            raise yaml.constructor.ConstructorError(
                None, None, "a key stands twice", node.start_mark
            )
        return found


_BOOL: Final = "tag:yaml.org,2002:bool"
_Loader.add_implicit_resolver(_BOOL, re.compile("true|false"), ["t", "f"])
_Loader.add_constructor(_BOOL, lambda _loader, node: node.value == "true")


def _yaml(path: Path) -> tuple[Any, tuple[int, ...]]:
    """What a file holds, and the line of each of its tests."""
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        value = None if node is None else loader.construct_document(node)
    except OSError as error:
        raise InvalidInput(
            "Unreadable",
            f"{path} cannot be read: {error.strerror}",
            hint="give a YAML file of expected decisions",
        ) from None
    except UnicodeDecodeError as error:
        raise InvalidInput("InvalidYaml", f"{path} is not UTF-8: {error.reason}") from None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = "" if mark is None else f", line {mark.line + 1}, column {mark.column + 1}"
        problem = getattr(error, "problem", None) or str(error)
        raise InvalidInput("InvalidYaml", f"{path}{place}: {problem}") from None
    lines: tuple[int, ...] = ()
    if isinstance(node, yaml.MappingNode):
        for key, item in node.value:
            if key.value == "tests" and isinstance(item, yaml.SequenceNode):
                lines = tuple(each.start_mark.line + 1 for each in item.value)
    return value, lines
