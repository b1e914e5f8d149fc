"""Which keys that nobody gave an answer depends on, and what either way would do.

Source: IAM User Guide, "Condition operators" (what an absent key does); SimulateCustomPolicy names
missing context values, too.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from doorward.engine.combine import decide
from doorward.engine.context import Context, Provenance
from doorward.engine.dependencies import EVERY_LAYER, dependencies, unread
from doorward.engine.layers import Layer, Layers
from doorward.engine.question import answer, layers, read_question
from doorward.engine.request import Request
from doorward.policy.folding import fold
from tests.engine.build import ALICE, QUEUE, SEND, allow, ask, deny, doc
from tests.engine.test_decide import cases


def depends(*statements: dict[str, Any], context: dict[str, Any] | None = None) -> Any:
    """What the answer depends on, under one identity policy."""
    asked = {"principal": ALICE, "action": SEND, "resource": QUEUE, "context": context or {}}
    found = answer({"id": 1, "request": asked, "policies": {"identity": [doc(*statements)]}})
    assert "error" not in found
    return found.get("dependsOn", [])


def when(operator: str, key: str, *values: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


MFA = when("Bool", "aws:MultiFactorAuthPresent", "true")
REGION = "aws:RequestedRegion"


@pytest.mark.parametrize(
    ("statements", "context", "expected"),
    [
        # Nothing is read, nothing is missing, or it makes no difference.
        ([allow()], {}, []),
        ([allow(**MFA)], {"aws:MultiFactorAuthPresent": "false"}, []),
        ([allow(), allow(**MFA)], {}, []),
        ([deny(), allow(**MFA)], {}, []),
        ([allow(Action="s3:*", **MFA)], {}, []),
        # A condition that would hold; one that would no longer.
        (
            [allow(**MFA)],
            {},
            [{"context": {"aws:MultiFactorAuthPresent": "true"}, "effect": "ALLOW"}],
        ),
        (
            [allow(), deny(**when("StringNotEquals", REGION, "eu-west-1"))],
            {},
            [{"context": {REGION: "eu-west-1"}, "effect": "ALLOW"}],
        ),
        (
            [allow(**when("StringNotEquals", REGION, "eu-west-1"))],
            {},
            [{"context": {REGION: "eu-west-1"}, "effect": "IMPLICIT_DENY"}],
        ),
        (
            [allow(), deny(**when("Null", "aws:TokenIssueTime", "false"))],
            {},
            [{"context": {"aws:TokenIssueTime": "another-value"}, "effect": "EXPLICIT_DENY"}],
        ),
        (
            [allow(**when("NumericLessThan", "s3:max-keys", "10"))],
            {},
            [{"context": {"s3:max-keys": "9"}, "effect": "ALLOW"}],
        ),
        (
            [allow(**when("DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z"))],
            {},
            [{"context": {"aws:CurrentTime": "1767225601"}, "effect": "ALLOW"}],
        ),
        (
            [allow(**when("IpAddress", "aws:SourceIp", "10.1.0.0/16"))],
            {},
            [{"context": {"aws:SourceIp": "10.1.0.0"}, "effect": "ALLOW"}],
        ),
        (
            [allow(**when("ArnLike", "aws:SourceArn", "arn:aws:sns:*:111111111111:t?"))],
            {},
            [{"context": {"aws:SourceArn": "arn:aws:sns:x:111111111111:tx"}, "effect": "ALLOW"}],
        ),
        (
            [allow(**when("ForAnyValue:StringLike", "aws:TagKeys", "te*"))],
            {},
            [{"context": {"aws:TagKeys": ["te"]}, "effect": "ALLOW"}],
        ),
        # A list without values (C17): any value of the key ends what holds without it.
        (
            [allow(**when("ForAllValues:StringEquals", "aws:TagKeys"))],
            {},
            [{"context": {"aws:TagKeys": ["another-value"]}, "effect": "IMPLICIT_DENY"}],
        ),
        ([allow(**when("StringEquals", "aws:TagKeys"))], {}, []),
        # Both keys of a statement together, where neither alone would do.
        (
            [
                allow(
                    Condition={
                        "Bool": {"aws:MultiFactorAuthPresent": "true"},
                        "IpAddress": {"aws:SourceIp": "10.0.0.0/8"},
                    }
                )
            ],
            {},
            [
                {
                    "context": {
                        "aws:MultiFactorAuthPresent": "true",
                        "aws:SourceIp": "10.0.0.0",
                    },
                    "effect": "ALLOW",
                }
            ],
        ),
        # A variable without a value.
        (
            [allow(Resource="arn:aws:sqs:*:*:${aws:PrincipalTag/queue}")],
            {},
            [{"context": {"aws:principaltag/queue": "q"}, "effect": "ALLOW"}],
        ),
    ],
)
def test_what_an_answer_depends_on(
    statements: list[dict[str, Any]], context: dict[str, Any], expected: list[dict[str, Any]]
) -> None:
    assert depends(*statements, context=context) == expected


def test_what_was_not_tried_is_said() -> None:
    many = [allow(**when("StringEquals", f"app:key{number}", "x")) for number in range(30)]
    asked = {"principal": ALICE, "action": SEND, "resource": QUEUE}
    found = answer({"id": 1, "request": asked, "policies": {"identity": [doc(*many)]}})
    assert found["dependsOnMore"] is True


@given(cases)
def test_every_difference_is_real(case: tuple[Layers, Request]) -> None:
    """Given the supposed keys for real, the engine answers what was foretold."""
    stack, question = case
    decision = decide(stack, question)
    for each in dependencies(stack, question, decision).suppositions:
        assert each.effect is not decision.effect
        assert all(value.provenance is Provenance.SUPPOSED for value in each.given)
        assert not {fold(value.key) for value in each.given} & set(
            decision.request.context.entries
        )
        entries = {**question.context.entries, **{fold(v.key): v for v in each.given}}
        supposed = Request(
            question.principal, question.action, question.resources, Context(entries)
        )
        assert decide(stack, supposed).effect is each.effect


def test_keys_that_are_read_and_not_carried_are_told_as_they_are_spelt() -> None:
    """SimulateCustomPolicy: MissingContextValues."""
    when_red = {"Condition": {"StringEquals": {"App:Colour": "${app:Shade}"}}}
    stack = layers(
        identity=[doc(allow(**when_red)), doc(allow(Resource="*/${APP:SHADE}", **MFA))],
        permissions_boundary=[doc(allow(**when("Bool", "app:Bound", "true")))],
        resource=doc(allow(Action="s3:*", Principal="*", **when("Bool", "app:Elsewhere", "true"))),
    )
    decision = decide(stack, ask(context={"aws:multifactorauthpresent": "true"}).request)
    some = frozenset({Layer.IDENTITY, Layer.RESOURCE})
    assert unread(stack, decision, some) == ("App:Colour", "app:Shade")
    assert unread(stack, decision, frozenset({Layer.PERMISSIONS_BOUNDARY})) == ("app:Bound",)


def test_keys_that_only_other_layers_read_are_neither_tried_nor_told() -> None:
    """Whoever may not read a policy is not told its conditions."""
    asked = {"principal": ALICE, "action": SEND, "resource": QUEUE}
    policies = {"identity": [doc(allow(**MFA))], "permissionsBoundary": [doc(allow())]}
    layers, request = read_question({"id": 1, "request": asked, "policies": policies})
    decision = decide(layers, request)
    for readable, expected in (
        (EVERY_LAYER, [("aws:MultiFactorAuthPresent",)]),
        (frozenset({Layer.IDENTITY}), [("aws:MultiFactorAuthPresent",)]),
        (EVERY_LAYER - {Layer.IDENTITY}, []),
        (frozenset[Layer](), []),
    ):
        found = dependencies(layers, request, decision, readable=readable)
        told = [tuple(value.key for value in each.given) for each in found.suppositions]
        assert (told, found.complete) == (expected, True)
