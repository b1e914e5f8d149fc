"""BatchDecide: several questions of Decide in one call, with the semantics of OpenID AuthZEN.

There is no second way to a decision: each question raises the permission questions of Decide, and
is answered by Decide's own function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from doorward.api.call import Read
from doorward.api.doorward.decisions import Answered, answered_shape, decide, questions_of
from doorward.api.operation import Asks, Parameters, Question, operation
from doorward.control.errors import ControlError

_ACTION = "doorward:Decide"

SEMANTICS: Mapping[str, Callable[[bool], bool]] = {
    "execute_all": lambda _allowed: False,
    "deny_on_first_deny": lambda allowed: not allowed,
    "permit_on_first_permit": lambda allowed: allowed,
}
"""Whether to stop after an answer, by semantic (Authorization API 1.0, section 7.1.2.1)."""


class Failed(msgspec.Struct, frozen=True):
    """A question that has no answer, and so allows nothing."""

    error: str


def _asks(_action: str) -> Asks:
    """Ask what Decide asks for every question, each thing once.

    A question that cannot be asked about is left to its error, unless no other is there.
    """

    def questions(call: Read, parameters: Parameters) -> tuple[Question, ...]:
        found: dict[tuple[str, str | None], Question] = {}
        failed: list[ControlError] = []
        for each in parameters["questions"]:
            try:
                for asked in questions_of(call, _ACTION, each["Subject"], each["Resource"]):
                    found.setdefault((asked.resource.arn, asked.resource.account), asked)
            except ControlError as error:
                failed.append(error)
        if failed and not found:
            raise failed[0]
        return tuple(found.values())

    return questions


def _answer(answers: tuple[Answered | Failed, ...]) -> dict[str, Any]:
    """Project to BatchDecide's output."""
    return {
        "Answers": [
            {"Error": each.error}
            if isinstance(each, Failed)
            else {"Decision": answered_shape(each)}
            for each in answers
        ]
    }


@operation(
    "doorward",
    "BatchDecide",
    asks=_asks,
    answer=_answer,
    redact=frozenset({"SessionToken"}),
    takes_long=True,
)
def batch_decide(
    call: Read,
    *,
    questions: list[dict[str, Any]],
    semantic: str = "execute_all",
    unreadable: list[dict[str, Any]] | None = None,
) -> tuple[Answered | Failed, ...]:
    """Answer questions in their order, until the semantic says to stop.

    Raises ``ControlError`` (ValidationException) for places of unreadable questions that are not
    in the batch, or that are given twice.
    """
    stops = SEMANTICS[semantic]
    answers: list[Answered | Failed] = []
    for answer in _each(call, questions, _placed(questions, unreadable or [])):
        answers.append(answer)
        if stops(isinstance(answer, Answered) and answer.decision.allowed):
            break
    return tuple(answers)


def _placed(
    questions: list[dict[str, Any]], unreadable: list[dict[str, Any]]
) -> Mapping[int, str]:
    """Return the errors of unreadable questions by their places in the whole batch."""
    placed = {each["Place"]: each["Error"] for each in unreadable}
    size = len(questions) + len(unreadable)
    if len(placed) != len(unreadable) or any(place >= size for place in placed):
        raise ControlError(
            "ValidationException", f"Places of Unreadable are from 0 to {size - 1}, each once."
        )
    return placed


def _each(
    call: Read, questions: list[dict[str, Any]], placed: Mapping[int, str]
) -> Iterator[Answered | Failed]:
    """Yield the answer to each question, or its error, when it is asked for."""
    waiting = iter(questions)
    for place in range(len(questions) + len(placed)):
        yield Failed(placed[place]) if place in placed else _one(call, next(waiting))


def _one(call: Read, question: dict[str, Any]) -> Answered | Failed:
    """Answer one question, or say why it has no answer."""
    subject, resource = question["Subject"], question["Resource"]
    try:
        # What could not be asked about must not be answered.
        questions_of(call, _ACTION, subject, resource)
        return decide(
            call,
            subject=subject,
            action=question["Action"],
            resource=resource,
            context=question.get("Context"),
        )
    except ControlError as error:
        return Failed(error.message)
