"""What the engine keeps is bounded, and never changes an answer."""

from __future__ import annotations

from typing import Any

import pytest

from doorward.engine import compile as compiling
from doorward.engine.compile import compile_layer
from doorward.engine.decision import Effect
from doorward.engine.layers import Policy
from doorward.engine.memos import forget
from doorward.policy import resolved
from doorward.policy.parse import parse_or_raise
from tests.engine.build import ALICE, QUEUE, allow, ask, doc

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
        (compiling, "_LAYERS_KEPT"),
        (resolved, "_KEPT"),
    ):
        monkeypatch.setattr(module, name, 1)
    forget()
    assert answers() == whole


def test_a_layer_is_found_again_by_its_documents() -> None:
    document = parse_or_raise('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}')
    first = compile_layer((Policy(document, "one"),))
    assert compile_layer((Policy(document, "another"),)) is first
    assert compile_layer((Policy(document), Policy(document))) is not first
    forget()
    assert compile_layer((Policy(document),)) is not first
    assert QUEUE not in str(first.documents)
