"""What the engine keeps is bounded, and never changes an answer."""

from __future__ import annotations

from typing import Any

import pytest

from doorward.engine import compile as compiling
from doorward.engine import principal_form
from doorward.engine import stack as stacking
from doorward.engine.decision import Effect
from doorward.engine.layers import Layers, Policy
from doorward.engine.memos import forget
from doorward.engine.principal_form import known_principal, read_principal
from doorward.engine.reading import Field
from doorward.engine.stack import stack_of
from doorward.policy import resolved
from doorward.policy.parse import parse_or_raise
from tests.engine.build import ALICE, allow, ask, doc

TAGGED = [doc(allow(Action="sqs:Send*", Resource="arn:aws:sqs:*:*:${aws:PrincipalTag/queue}"))]


def answers() -> list[tuple[Effect, ...]]:
    """The effects of some questions that need every memo, asked twice."""

    def effects() -> tuple[Effect, ...]:
        return tuple(
            ask(who, action, identity=TAGGED).effect
            for action in ("sqs:SendMessage", "sqs:SendMessages", "sqs:ReceiveMessage")
            for who in people()
        )

    return [effects(), effects()]


def people() -> list[dict[str, Any]]:
    return [
        {"type": "AWS", "arn": ALICE, "tags": {"queue": name}} for name in ("q", "r", "s", "q*")
    ]


def test_memos_that_are_full_are_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    forget()
    whole = answers()
    assert whole[0] == whole[1]
    assert len(set(whole[0])) == 2
    for module, name in (
        (compiling, "_ACTIONS_KEPT"),
        (compiling, "_CHARACTERS_KEPT"),
        (stacking, "_ACTIONS_KEPT"),
        (stacking, "_STACKS_KEPT"),
        (principal_form, "_KEPT"),
        (resolved, "_KEPT"),
    ):
        monkeypatch.setattr(module, name, 1)
    forget()
    assert answers() == whole


ROLE = "arn:aws:iam::111122223333:role/Reader"
SESSION = "arn:aws:sts::111122223333:assumed-role/Reader/one"
PERSON = {"type": "AWS", "arn": SESSION, "roleArn": ROLE, "uniqueId": "AROAREADER", "tags": {}}


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("arn", "arn:aws:sts::111122223333:assumed-role/Reader/two"),
        ("roleArn", "arn:aws:iam::111122223333:role/team/Reader"),
        ("uniqueId", "AROAOTHER"),
        ("tags", {"queue": "q"}),
    ],
)
def test_a_principal_is_never_taken_for_one_that_differs(field: str, other: Any) -> None:
    forget()
    first = read_principal(Field(PERSON, ""))
    assert known_principal(PERSON) is first
    assert known_principal(PERSON | {field: other}) is None
    assert read_principal(Field(PERSON | {field: other}, "")) != first


def test_layers_are_found_again_by_themselves() -> None:
    document = parse_or_raise('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}')
    stack = Layers(identity=(Policy(document, "one"),))
    first = stack_of(stack)
    assert stack_of(stack) is first
    assert stack_of(Layers(identity=(Policy(document, "one"),))) is not first
    forget()
    assert stack_of(stack) is not first
