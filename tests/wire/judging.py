"""What every case must be answered, and the cases that a run sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from doorward.wire.http import HttpRequest
from doorward.wire.models import Operation
from doorward.wire.validate import ORGANIZATIONS_MESSAGES
from tests.wire import botocore_side, literal, mistyped, violations
from tests.wire.served import Answer, Served

MOST_BYTES = 1 << 20
"""What a body may have; the reference of the limits says so (docs/reference/operations.md)."""

TYPE = "type"
TOGETHER = "together"
MISTYPED: Mapping[str, str] = {
    "query": "MalformedInput",
    "ec2": "InvalidParameterValue",
    "json": "SerializationException",
}
"""What a value of another type is answered, by protocol."""


class Trial(NamedTuple):
    """A call, the constraint that it is about, and its answer; ``whole`` says that the message is
    given to its end."""

    operation: Operation
    constraint: tuple[str, violations.Path]
    name: str
    request: HttpRequest
    expected: Answer
    whole: bool = True

    def differs(self, answer: Answer) -> str | None:
        """Say how an answer differs from what is expected, ``None`` if it does not."""
        said = answer.message if self.whole else answer.message[: len(self.expected.message)]
        if (answer.status, answer.code, said, answer.reason) == (
            self.expected.status, self.expected.code, self.expected.message, self.expected.reason
        ):  # fmt: skip
            return None
        return f"{self.operation.service}: {self.name}\n  {self.expected}\n  {answer}"[:2000]


def trials(operation: Operation) -> Iterator[Trial]:
    """Every case of an operation."""
    for case in violations.cases(operation):
        yield _violating(case, (case.constraint, case.path))
    for case in violations.together(operation):
        yield _violating(case, (TOGETHER, case.path))
    for wrong in mistyped.cases(operation):
        yield Trial(
            operation, (TYPE, wrong.path), f"{operation.name} {wrong.path}: {wrong.way}",
            wrong.request, Answer(400, MISTYPED[operation.protocol], wrong.said), whole=False,
        )  # fmt: skip


def first_of_each(found: Iterator[Trial]) -> list[Trial]:
    """The first case of each constraint."""
    seen: dict[tuple[str, violations.Path], Trial] = {}
    for trial in found:
        seen.setdefault(trial.constraint, trial)
    return list(seen.values())


def unlike(served: Served, sent: Sequence[Trial]) -> list[str]:
    """Send cases; return what was answered otherwise than expected."""
    answers = served.ask((trial.operation, trial.request) for trial in sent)
    found = (trial.differs(answer) for trial, answer in zip(sent, answers, strict=True))
    return [each for each in found if each is not None]


def _violating(case: violations.Case, constraint: tuple[str, violations.Path]) -> Trial:
    operation = case.operation
    request = botocore_side.request(operation.service, operation.name, dict(case.params))
    expected = _expected(operation, case, request)
    return Trial(operation, constraint, str(case), request, expected)


def _expected(operation: Operation, case: violations.Case, request: HttpRequest) -> Answer:
    if len(request.body) > MOST_BYTES:
        code = "RequestEntityTooLarge" + ("Exception" if operation.protocol == "json" else "")
        return Answer(413, code, f"The body is larger than {MOST_BYTES} bytes.")
    found = literal.broken(operation.service, operation.name, case.params)
    assert found, f"{case} violates nothing"
    if operation.service == "organizations":
        reason = found[0].reason
        text = next(said for key, said in ORGANIZATIONS_MESSAGES.items() if key == reason)
        return Answer(400, "InvalidInputException", text, reason)
    code = "ValidationException" if operation.protocol == "json" else "ValidationError"
    return Answer(400, code, literal.message(found))
