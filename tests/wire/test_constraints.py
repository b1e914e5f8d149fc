"""Every constraint of every model, violated over the whole served path: AWS's code and text.

One way for each constraint; ``python3 dev.py wire`` tries every way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from doorward.wire.models import Operation
from doorward.wire.validate import validate
from tests.wire import literal, violations
from tests.wire.judging import TOGETHER, first_of_each, trials, unlike
from tests.wire.round_trips import OPERATIONS
from tests.wire.served import Answer, Served, server

EACH = pytest.mark.parametrize(
    "operation", OPERATIONS, ids=lambda each: f"{each.service}:{each.name}"
)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with server() as found:
        yield found


@EACH
def test_every_constraint_is_answered_in_aws_s_words(served: Served, operation: Operation) -> None:
    assert unlike(served, first_of_each(trials(operation))) == []


@EACH
def test_what_the_cases_are_made_of_violates_nothing(operation: Operation) -> None:
    call = violations.minimal_call(operation)
    assert literal.broken(operation.service, operation.name, call) == []
    assert validate(operation, call) == ()


def test_there_are_cases_of_everything() -> None:
    cases = Counter(
        case.constraint for operation in OPERATIONS for case in violations.cases(operation)
    )
    assert set(cases) == {
        "required", "pattern", "value set", "greatest length", "least length", "greatest value",
        "least value", "greatest size", "least size",
    }  # fmt: skip
    of_two = [operation for operation in OPERATIONS if operation.service in {"iam", "sts"}]
    found = [trial for operation in of_two for trial in trials(operation)]
    assert len(found) > 6_400
    assert len({trial.name for trial in found}) == len(found)
    assert sum(trial.constraint[0] == TOGETHER for trial in found) > 500


def test_an_answer_that_differs_would_be_seen() -> None:
    trial = next(iter(trials(OPERATIONS[0])))
    assert trial.differs(trial.expected) is None
    for field, value in (("status", 200), ("code", "x"), ("message", "x"), ("reason", "x")):
        fields = {name: getattr(trial.expected, name) for name in Answer.__struct_fields__}
        assert trial.differs(Answer(**{**fields, field: value})) is not None
