"""What makes a statement apply, within one layer (``docs/reference/evaluation.md``)."""

from __future__ import annotations

from typing import Any

import pytest

from doorward.engine.decision import Effect, Reason
from tests.engine.build import ALICE, FULL, QUEUE, ROLE, A, Json, allow, ask, deny, doc, to

ALLOW, DENY, SILENT = Effect.ALLOW, Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY
UNKNOWN = {"StringMatches": {"aws:username": "alice"}}
ALICES = f"arn:aws:sqs:eu-west-1:{A}:${{aws:username}}"
NOBODYS = f"arn:aws:sqs:eu-west-1:{A}:${{app:No}}"

ROWS: list[tuple[str, list[Json], Effect]] = [
    ("A1", [allow(Action="SQS:sendmessage")], ALLOW),
    ("A2", [allow(Action="sqs:Send*,sqs:Get*")], SILENT),
    ("A2", [allow(NotAction="sqs:")], ALLOW),
    ("A2", [deny(NotAction="sqs: SendMessage")], DENY),
    ("A3", [allow(NotAction="s3:*")], ALLOW),
    ("A3", [allow(NotAction=["s3:*", "sqs:Send*"])], SILENT),
    ("A3", [allow(), deny(NotAction="sqs:SendMessage")], ALLOW),
    ("R1", [allow(Resource="arn:aws:sqs:*:*:q")], ALLOW),
    ("R1", [allow(NotResource="arn:aws:sqs:*:*:other")], ALLOW),
    ("R1", [allow(NotResource="arn:aws:sqs:*:*:q")], SILENT),
    ("R5", [allow(Resource="arn:aws:sqs")], ALLOW),
    ("R7", [allow(NotResource=NOBODYS)], SILENT),
    ("R7", [allow(), deny(NotResource=NOBODYS)], DENY),
    ("R7", [allow(), deny(NotResource=[NOBODYS, QUEUE])], ALLOW),
    ("R7", [allow(NotResource=[ALICES])], ALLOW),
    ("V6", [allow(Resource=NOBODYS)], SILENT),
    ("G2", [allow(Resource=None)], SILENT),
    ("C1", [allow(Condition={"StringEquals": {"aws:username": ["bob", "alice"]}})], ALLOW),
    ("C1", [allow(Condition={"StringEquals": {"aws:username": "alice", "aws:x": "y"}})], SILENT),
    ("C2", [allow(Condition=UNKNOWN)], SILENT),
    ("C2", [allow(), deny(Condition=UNKNOWN)], DENY),
    ("C2", [allow(), deny(Condition=UNKNOWN | {"Null": {"aws:username": "true"}})], ALLOW),
]


@pytest.mark.parametrize(("rule", "statements", "effect"), ROWS)
def test_statements(rule: str, statements: list[Json], effect: Effect) -> None:
    assert ask(identity=[doc(*statements)]).effect is effect, rule


@pytest.mark.parametrize(
    ("version", "resource", "effect"),
    [("2012-10-17", QUEUE.replace(":q", ":alice"), ALLOW), ("2008-10-17", QUEUE, SILENT)],
)
def test_variables_need_the_version(version: str, resource: str, effect: Effect) -> None:
    """V1."""
    policy = doc(allow(Resource=ALICES), version=version)
    assert ask(on=resource, identity=[policy]).effect is effect


@pytest.mark.parametrize(
    ("layer", "short", "effect"),
    [
        ("identity", "arn:aws:sqs", ALLOW),
        ("permissions_boundary", "arn:aws:sqs", ALLOW),
        ("session", "arn:aws:sqs", ALLOW),
        ("service_control", "arn:aws:sqs", SILENT),
        ("service_control", "arn:aws:sqs:*", ALLOW),
        ("endpoint", "arn:aws:sqs", SILENT),
        ("endpoint", "arn:aws:s?s", ALLOW),
        ("resource_control", "arn:aws:sqs:*", SILENT),
        ("resource_control", "*", ALLOW),
    ],
)
def test_short_arns_by_layer(layer: str, short: str, effect: Effect) -> None:
    """R5."""
    named = layer in {"endpoint", "resource_control"}
    policy = [doc(allow(Resource=short, **({"Principal": "*"} if named else {})))]
    chained: Any = [policy] if layer.endswith("control") else policy
    assert ask(**{"identity": FULL, layer: chained}).effect is effect


@pytest.mark.parametrize(("short", "effect"), [("arn:aws:sqs", SILENT), ("arn:aws:*", ALLOW)])
def test_short_arns_in_resource_policies(short: str, effect: Effect) -> None:
    """R5."""
    assert ask(resource=doc(allow(Principal="*", Resource=short))).effect is effect


@pytest.mark.parametrize(
    ("statement", "effect"),
    [
        (allow(), ALLOW),
        (allow(Resource="**"), SILENT),
        (allow(Resource="arn:aws:sqs:*"), SILENT),
    ],
)
def test_actions_without_a_resource_type(statement: Json, effect: Effect) -> None:
    """R6."""
    decision = ask(action="sqs:ListQueues", on="*", identity=[doc(statement)])
    assert decision.effect is effect


def test_denies_on_actions_without_a_resource_type() -> None:
    """R6: a Deny on an ARN does not apply; a Deny on everything but an ARN does."""
    only = [doc(allow(), deny(Resource="arn:aws:sqs:*"))]
    assert ask(action="sqs:ListQueues", on="*", identity=only).allowed
    but = [doc(allow(), deny(NotResource="arn:aws:sqs:*"))]
    assert ask(action="sqs:ListQueues", on="*", identity=but).effect is DENY


@pytest.mark.parametrize(
    ("statement", "reason", "element"),
    [
        (allow(Principal="*"), Reason.MATCHED, None),
        (allow(Principal={"AWS": ROLE}), Reason.PRINCIPAL, "/Statement/0/Principal"),
        (allow(), Reason.PRINCIPAL, "/Statement/0"),
        (allow(Principal="*", Action="s3:*"), Reason.ACTION, "/Statement/0/Action"),
        (allow(Principal="*", NotAction="sqs:*"), Reason.ACTION, "/Statement/0/NotAction"),
        (allow(Principal="*", Resource="x"), Reason.RESOURCE, "/Statement/0/Resource"),
        (allow(Principal="*", Resource=None), Reason.RESOURCE, "/Statement/0"),
        (
            allow(Principal="*", Condition={"Null": {"a": "true"}, "Bool": {"b": "true"}}),
            Reason.CONDITION,
            "/Statement/0/Condition/Bool/b",
        ),
    ],
)
def test_the_reason_is_the_first_element_that_failed(
    statement: Json, reason: Reason, element: str | None
) -> None:
    decision = ask(resource=doc(statement), expand=True)
    assert decision.statements is not None
    (outcome,) = decision.statements
    assert (outcome.reason, outcome.element) == (reason, element)


def test_a_principal_where_none_belongs_is_the_reason() -> None:
    decision = ask(identity=[doc(allow(Principal="*"))], expand=True)
    assert decision.statements is not None
    assert decision.statements[0].reason is Reason.PRINCIPAL
    assert decision.statements[0].element == "/Statement/0/Principal"


def test_statements_carry_where_they_stand() -> None:
    decision = ask(
        identity=[doc(allow(Action="s3:*")), {"name": "P", "document": doc(allow(Sid="S"))}],
        service_control=[FULL, FULL],
        resource=to({"AWS": ALICE}),
        expand=True,
    )
    found = [(r.layer.value, r.level, r.policy, r.statement, r.sid) for r in decision.determining]
    assert found == [
        ("serviceControl", 0, 0, 0, None),
        ("serviceControl", 1, 0, 0, None),
        ("resource", None, 0, 0, None),
        ("identity", None, 1, 0, "S"),
    ]
    assert decision.determining[-1].policy_name == "P"
    assert decision.statements is not None
    assert len(decision.statements) == 5
