"""The public answer, exactly; and the record that holds it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from doorward.engine.decision import Effect, Rule
from doorward.engine.question import as_json
from doorward.render.record import facts
from doorward.render.text import text_from_record
from tests.render.situations import (
    BY_RULE,
    FULL,
    GUARDRAIL,
    NAMED,
    OTHER,
    SESSION,
    resource_policy,
    situation,
)


def test_the_public_answer() -> None:
    """Issue 2, public formats: names, order of layers, indexes from 0."""
    answer = as_json(BY_RULE[Rule.EXPLICIT_DENY].decision)
    assert answer == {
        "effect": "EXPLICIT_DENY",
        "rule": "explicit-deny",
        "layers": [
            {"layer": "resourceControl", "effect": "NOT_APPLICABLE"},
            {"layer": "serviceControl", "level": 0, "effect": "ALLOW"},
            {"layer": "serviceControl", "level": 1, "effect": "EXPLICIT_DENY"},
            {"layer": "endpoint", "effect": "NOT_APPLICABLE"},
            {"layer": "resource", "effect": "NOT_APPLICABLE"},
            {"layer": "identity", "effect": "ALLOW"},
            {"layer": "permissionsBoundary", "effect": "NOT_APPLICABLE"},
            {"layer": "session", "effect": "NOT_APPLICABLE"},
        ],
        "determining": [
            {
                "layer": "serviceControl",
                "level": 1,
                "policy": 1,
                "statement": 1,
                "sid": "DenyReadsOfSensitiveData",
                "pointer": "/Statement/1",
            }
        ],
        "blockedBy": ["serviceControl"],
    }
    assert list(answer) == ["effect", "rule", "layers", "determining", "blockedBy"]


def test_a_record_quotes_what_decided_and_says_where() -> None:
    found = BY_RULE[Rule.EXPLICIT_DENY]
    (reference,) = facts(found.decision, found.layers)["determining"]
    assert reference["policyName"] == "SensitiveData"
    assert reference["policyArn"] == NAMED.arn
    assert reference["policyVia"] == "ou-acme-workload"
    assert (reference["line"], reference["column"]) == (5, 5)
    lines = GUARDRAIL.split("\n")[reference["line"] - 1 :]
    assert "\n".join(lines)[reference["column"] - 1 :].startswith(reference["excerpt"])
    assert json.loads(reference["excerpt"])["Sid"] == reference["sid"]


@pytest.mark.parametrize("rule", Rule)
def test_a_record_is_the_answer_and_more(rule: Rule) -> None:
    found = BY_RULE[rule]
    answer: dict[str, Any] = as_json(found.decision)
    record = facts(found.decision, found.layers)
    for name in ("effect", "rule", "layers", "blockedBy"):
        assert record[name] == answer[name]
    for reference, whole in zip(answer["determining"], record["determining"], strict=True):
        assert reference.items() <= whole.items()
        assert whole["excerpt"]
    denied = found.decision.effect is not Effect.ALLOW
    assert ("message" in record) == denied
    assert ("statements" in record) == (found.decision.statements is not None)
    assert set(record) - {"message", "statements"} == {
        *answer,
        "principal",
        "principalType",
        "action",
        "resource",
        "resources",
        "context",
        "assumptions",
    }
    assert json.loads(json.dumps(record)) == record


def test_a_record_tells_context_with_its_provenance() -> None:
    record = facts(BY_RULE[Rule.EXPLICIT_DENY].decision)
    assert record["principal"] == "arn:aws:sts::111122223333:assumed-role/Deploy/bob"
    assert record["principalType"] == "AssumedRole"
    principal_arn = {
        "key": "aws:PrincipalArn",
        "values": ["arn:aws:iam::111122223333:role/team/Deploy"],
        "multi": False,
        "provenance": "derived",
    }
    assert principal_arn in record["context"]


def test_an_expanded_decision_tells_of_every_statement() -> None:
    record = facts(BY_RULE[Rule.IDENTITY_ALLOW].decision)
    assert [(entry["policy"], entry["reason"]) for entry in record["statements"]] == [
        (0, "matched"),
        (1, "action"),
    ]
    assert record["statements"][1]["element"] == "/Statement/Action"


def test_every_layer_is_quoted() -> None:
    """The statement is found again in whatever layer, level and policy it stands."""
    grants = [OTHER, FULL]
    found = situation(
        {
            "identity": grants,
            "permissions_boundary": grants,
            "session": grants,
            "resource": resource_policy("*"),
            "service_control": [[FULL], grants],
            "resource_control": [[resource_policy("*")], [OTHER, resource_policy("*")]],
            "endpoint": [OTHER, resource_policy("*")],
        },
        principal=SESSION,
    )
    record = facts(found.decision, found.layers)
    places = [
        (entry["layer"], entry.get("level"), entry["policy"]) for entry in record["determining"]
    ]
    assert places == [
        ("resourceControl", 0, 0),
        ("resourceControl", 1, 1),
        ("serviceControl", 0, 0),
        ("serviceControl", 1, 1),
        ("endpoint", None, 1),
        ("resource", None, 0),
        ("identity", None, 1),
        ("permissionsBoundary", None, 1),
        ("session", None, 1),
    ]
    for entry in record["determining"]:
        quoted = json.loads(entry["excerpt"])
        assert quoted["Effect"] == "Allow"
        assert quoted["Action"] in {"*", "s3:*"}


def test_what_was_taken_for_granted_is_told() -> None:
    decision = msgspec.structs.replace(
        BY_RULE[Rule.IDENTITY_ALLOW].decision, assumptions=("the bucket is the caller's",)
    )
    record = facts(decision)
    assert record["assumptions"] == ["the bucket is the caller's"]
    assert "  assumed  the bucket is the caller's" in text_from_record(record)
