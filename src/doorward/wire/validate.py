"""The model's constraints on a call's parameters, all violations at once, in AWS's words.

Sources. The words, and that all violations come together: answers of IAM and STS quoted in public
reports, each listed with its test. Which constraints there are: the model. Lengths of strings are
counted in characters ("length trait", Smithy specification). Organizations reports one violation,
with a reason: the documentation of its ``InvalidInputException``.

The order is ours where AWS's is unknown: members as in the model, and for one member the pattern
before the length, as STS has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Literal, TypeAlias

import msgspec

from doorward.wire import patterns, xml
from doorward.wire.faults import Fault, WireError, fault
from doorward.wire.models import Member, Operation, Shape, service

Reason = Literal[
    "INPUT_REQUIRED",
    "INVALID_ENUM",
    "INVALID_LIST_MEMBER",
    "INVALID_PATTERN",
    "MAX_LENGTH_EXCEEDED",
    "MAX_VALUE_EXCEEDED",
    "MIN_LENGTH_EXCEEDED",
    "MIN_VALUE_EXCEEDED",
]
"""The kinds of violation, by their names in Organizations."""

ORGANIZATIONS_MESSAGES: Mapping[Reason, str] = {
    "INPUT_REQUIRED": "You must include a value for all required parameters.",
    "INVALID_ENUM": "You specified an invalid value.",
    "INVALID_LIST_MEMBER": (
        "You provided a list to a parameter that contains at least one invalid value."
    ),
    "INVALID_PATTERN": "You provided a value that does not match the required pattern.",
    "MAX_LENGTH_EXCEEDED": "You provided a string parameter that is longer than allowed.",
    "MAX_VALUE_EXCEEDED": (
        "You provided a numeric parameter that has a larger value than allowed."
    ),
    "MIN_LENGTH_EXCEEDED": "You provided a string parameter that is shorter than allowed.",
    "MIN_VALUE_EXCEEDED": (
        "You provided a numeric parameter that has a smaller value than allowed."
    ),
}
"""Organizations' messages; that of INVALID_PATTERN as recorded, the others as documented."""

CARRIED_BY_XML = "[\\u0009\\u000A\\u000D\\u0020-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]*"
"""The pattern named for text that no XML reply could carry; the model may let it pass."""


class Violation(msgspec.Struct, frozen=True):
    """One broken constraint: the member's path (``tags.1.member.key``), the kind, AWS's words."""

    path: str
    reason: Reason
    text: str


Check: TypeAlias = Callable[[object, str, list[Violation]], None]
Constraint: TypeAlias = "tuple[Reason, str, Callable[[object], bool]]"


def validate(operation: Operation, parameters: Mapping[str, object]) -> tuple[Violation, ...]:
    """Return every constraint of the model that a call's parameters break, in a fixed order.

    ``parameters`` is what ``parse`` returned, keyed by member names.
    """
    found: list[Violation] = []
    _check_of(operation)(parameters, "", found)
    return tuple(found)


def prepare(operations: Iterable[Operation]) -> None:
    """Compile the checks of operations before they are called.

    What a check takes to be made is mostly its patterns: the first call of an operation whose
    text may be of any letters would wait a tenth of a second for them.
    """
    for operation in operations:
        _check_of(operation)


def check(operation: Operation, parameters: Mapping[str, object]) -> None:
    """Raise ``WireError`` with the fault AWS answers if the parameters break the model."""
    violations = validate(operation, parameters)
    if violations:
        raise WireError(report(operation, violations))


def report(operation: Operation, violations: tuple[Violation, ...]) -> Fault:
    """Return the fault that reports the violations in the manner of the operation's service."""
    known = service(operation.service).errors.get("InvalidInputException")
    if known is not None and "Reason" in known.members:
        reason = violations[0].reason
        message = ORGANIZATIONS_MESSAGES[reason]
        return fault(operation.service, known.code, message, {"Reason": reason})
    plural = "" if len(violations) == 1 else "s"
    texts = "; ".join(violation.text for violation in violations)
    message = f"{len(violations)} validation error{plural} detected: {texts}"
    return fault(operation.service, "ValidationError", message)


@cache
def _check_of(operation: Operation) -> Check:
    if operation.input is None:
        return _unconstrained
    return _Checks(operation.shapes).of(operation.input)


def _unconstrained(_value: object, _path: str, _found: list[Violation]) -> None:
    """Check nothing: the shape has no constraint."""


class _Checks:
    """Compiles shapes into checks; a recursive shape finds its own check when it is used."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self.shapes = shapes
        self.done: dict[str, Check] = {}

    def named(self, name: str) -> Check:
        if name not in self.done:

            def later(value: object, path: str, found: list[Violation]) -> None:
                self.done[name](value, path, found)

            self.done[name] = later
            self.done[name] = self.of(self.shapes[name])
        return self.done[name]

    def of(self, shape: Shape) -> Check:
        if shape.kind == "structure":
            return self.structure(shape)
        if shape.kind == "list" and shape.element:
            return self.list_of(shape, shape.element)
        if shape.kind == "map" and shape.key and shape.value:
            return self.map_of(shape, shape.key, shape.value)
        return self.own(shape)

    def own(self, shape: Shape) -> Check:
        """Check the shape's own constraints, apart from those of its parts."""
        constraints = (*_constraints(shape), *_carriage(shape))
        if not constraints:
            return _unconstrained
        echo = _echo(shape)

        def judge(value: object, path: str, found: list[Violation]) -> None:
            for reason, words, holds in constraints:
                if not holds(value):
                    found.append(Violation(path, reason, _violation(echo(value), path, words)))

        return judge

    def structure(self, shape: Shape) -> Check:
        fields = tuple(
            (member.name, _camel(member.name), member.required, self.named(member.shape))
            for member in shape.members
        )

        def judge(value: object, path: str, found: list[Violation]) -> None:
            if not isinstance(value, Mapping):
                raise TypeError(f"{shape.name} is a structure, not a {type(value).__name__}")
            prefix = f"{path}." if path else ""
            for name, camel, required, check_member in fields:
                member = value.get(name)
                if member is not None:
                    check_member(member, prefix + camel, found)
                elif required:
                    words = "Member must not be null"
                    text = _violation("Value null", prefix + camel, words)
                    found.append(Violation(prefix + camel, "INPUT_REQUIRED", text))

        return judge

    def list_of(self, shape: Shape, element: Member) -> Check:
        own = self.own(shape)
        parts = self.shapes[element.shape]
        if parts.kind in {"structure", "list", "map"}:
            inside = self.named(element.shape)

            def judge(value: object, path: str, found: list[Violation]) -> None:
                own(value, path, found)
                for index, part in enumerate(_sequence(value), 1):
                    inside(part, f"{path}.{index}.member", found)

            return judge
        together = self.together(shape, parts, "Member must satisfy constraint")

        def judge_scalars(value: object, path: str, found: list[Violation]) -> None:
            own(value, path, found)
            together(value, path, found)

        return judge_scalars

    def together(self, shape: Shape, parts: Shape, words: str) -> Check:
        """Check the scalars of a list as AWS reports them: as one violation of the list.

        All constraints of an element are listed, in the order of AWS's answers: the greatest
        length, the least, then the pattern or the value set.
        """
        groups = tuple(
            (f"{words}: [{', '.join(sorted(texts, key=_after_lengths))}]", tests)
            for group in (_constraints(parts), _carriage(parts))
            for texts, tests in [([text for _, text, _ in group], [test for *_, test in group])]
            if group
        )
        echo = _hidden if parts.sensitive else _echo(shape)

        def judge(value: object, path: str, found: list[Violation]) -> None:
            for text, tests in groups:
                if not all(holds(part) for part in _sequence(value) for holds in tests):
                    said = _violation(echo(value), path, text)
                    found.append(Violation(path, "INVALID_LIST_MEMBER", said))

        return judge

    def map_of(self, shape: Shape, key: Member, content: Member) -> Check:
        own = self.own(shape)
        keys = self.together(shape, self.shapes[key.shape], "Map keys must satisfy constraint")
        inside = self.named(content.shape)

        def judge(value: object, path: str, found: list[Violation]) -> None:
            if not isinstance(value, Mapping):
                raise TypeError(f"{shape.name} is a map, not a {type(value).__name__}")
            own(value, path, found)
            keys(list(value), path, found)
            for name, part in value.items():
                inside(part, f"{path}.{name}.member", found)

        return judge


def _constraints(shape: Shape) -> tuple[Constraint, ...]:
    """Return a shape's own constraints in the order in which they are reported."""
    if shape.kind in {"structure", "boolean", "timestamp"}:
        return ()
    if shape.kind in {"integer", "long", "float", "double"}:
        return _bounds(shape, "value", _number)
    found: list[Constraint] = []
    if shape.enum:
        members = frozenset(shape.enum)
        words = f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"
        found.append(("INVALID_ENUM", words, lambda value: value in members))
    if shape.pattern is not None:
        found.append(_pattern(shape.pattern, _matcher(shape.pattern, shape.maximum)))
    return (*found, *_bounds(shape, "length", _length))


def _matcher(pattern: str, maximum: float | None) -> Callable[[object], bool]:
    """Match a pattern in time that the caller cannot stretch.

    A single character class is matched in one pass whatever its text. Of the other patterns some
    take quadratic time: a value that is too long for the model anyway is not held against them.
    """
    fits = patterns.compiled(pattern).fullmatch
    if maximum is None or patterns.is_one_class(pattern):
        return lambda value: fits(str(value)) is not None
    return lambda value: len(str(value)) > maximum or fits(str(value)) is not None


def _carriage(shape: Shape) -> tuple[Constraint, ...]:
    """Return our own addition to the model: no reply could carry this text back as it was.

    Reported only where the model's own pattern lets the text pass, as some do with NUL.
    """
    if shape.kind != "string" or shape.enum:
        return ()
    pattern = shape.pattern
    matched = _matcher(pattern or "", shape.maximum)

    def holds(value: object) -> bool:
        text = str(value)
        return xml.carries(text) or not (pattern is None or matched(text))

    return (_pattern(CARRIED_BY_XML, holds),)


def _pattern(pattern: str, holds: Callable[[object], bool]) -> Constraint:
    return "INVALID_PATTERN", f"Member must satisfy regular expression pattern: {pattern}", holds


def _bounds(
    shape: Shape, what: Literal["value", "length"], size: Callable[[object], float]
) -> tuple[Constraint, ...]:
    found: list[Constraint] = []
    low, high = shape.minimum, shape.maximum
    if high is not None:
        reason: Reason = "MAX_VALUE_EXCEEDED" if what == "value" else "MAX_LENGTH_EXCEEDED"
        words = f"Member must have {what} less than or equal to {high}"
        found.append((reason, words, lambda value: size(value) <= high))
    if low is not None:
        reason = "MIN_VALUE_EXCEEDED" if what == "value" else "MIN_LENGTH_EXCEEDED"
        words = f"Member must have {what} greater than or equal to {low}"
        found.append((reason, words, lambda value: size(value) >= low))
    return tuple(found)


def _after_lengths(words: str) -> bool:
    return not words.startswith("Member must have length")


def _number(value: object) -> float:
    if not isinstance(value, (int, float)):
        raise TypeError(f"a number is wanted, not {type(value).__name__}")
    return value


def _length(value: object) -> float:
    if not isinstance(value, (str, bytes, list, dict)):
        raise TypeError(f"something with a length is wanted, not {type(value).__name__}")
    return len(value)


def _sequence(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"a list is wanted, not {type(value).__name__}")
    return value


def _echo(shape: Shape) -> Callable[[object], str]:
    """Return how AWS names the value of a shape: secrets, bytes and structures stay unnamed."""
    if shape.sensitive or shape.kind in {"blob", "structure", "map"}:
        return _hidden
    return _listed if shape.kind == "list" else _shown


def _hidden(_value: object) -> str:
    return "Value"


def _shown(value: object) -> str:
    return f"Value '{value}'"


def _listed(value: object) -> str:
    parts = _sequence(value)
    if any(not isinstance(part, (str, int)) for part in parts):
        return "Value"
    return f"Value '[{', '.join(str(part) for part in parts)}]'"


def _violation(value: str, path: str, words: str) -> str:
    return f"{value} at '{path}' failed to satisfy constraint: {words}"


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]
