"""Explanations for people: one golden text for every rule, safe to print, the same from a record.

Goldens are written anew by ``DOORWARD_UPDATE_GOLDEN=1 pytest tests/render``.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from doorward.engine.decision import Decision, Effect, LayerEffect, Reason, Rule
from doorward.engine.layers import Layer, Layers
from doorward.render import wording
from doorward.render.record import facts
from doorward.render.text import text_from_record
from tests.render.goldens import golden
from tests.render.situations import ASSUME, BY_RULE, FULL, A, situation, trust_policy

GOLDEN = Path(__file__).parent.parent / "golden" / "decisions"


def decision_text(decision: Decision, layers: Layers | None = None, *, color: bool = False) -> str:
    return text_from_record(facts(decision, layers), color=color)


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_has_its_text(rule: Rule) -> None:
    found = BY_RULE[rule]
    assert found.decision.rule is rule
    golden(GOLDEN / f"{rule.value}.txt", decision_text(found.decision, found.layers) + "\n")


def test_no_golden_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == {rule.value for rule in Rule}


@pytest.mark.parametrize("rule", Rule)
def test_a_record_reads_like_the_decision(rule: Rule) -> None:
    """An event's JSON is enough: nothing is evaluated again."""
    found = BY_RULE[rule]
    recorded = json.loads(json.dumps(facts(found.decision, found.layers)))
    for color in (False, True):
        assert text_from_record(recorded, color=color) == decision_text(
            found.decision, found.layers, color=color
        )


def test_a_record_of_another_version_is_still_drawn() -> None:
    found = BY_RULE[Rule.EXPLICIT_DENY]
    record = facts(found.decision, found.layers) | {
        "rule": "rule-of-tomorrow",
        "layers": [{"layer": "layerOfTomorrow", "effect": "MAYBE"}],
        "blockedBy": ["layerOfTomorrow"],
    }
    text = text_from_record(record)
    assert "rule-of-tomorrow" in text
    assert "layerOfTomorrow  MAYBE" in text


def test_the_words_are_complete() -> None:
    denials = {rule for rule in Rule if BY_RULE[rule].decision.effect is not Effect.ALLOW}
    assert set(wording.RULE) == set(Rule)
    assert set(wording.HINT) == denials
    assert set(wording.LAYER) == set(Layer)
    assert set(wording.VERDICT) == set(LayerEffect)
    assert set(wording.EFFECT) == set(Effect)
    assert set(wording.REASON) == set(Reason)


def test_colours_are_only_there_when_asked_for() -> None:
    found = BY_RULE[Rule.EXPLICIT_DENY]
    plain = decision_text(found.decision, found.layers)
    colored = decision_text(found.decision, found.layers, color=True)
    assert "\x1b" not in plain
    assert colored.startswith("\x1b[31mDENIED explicitly\x1b[0m")
    for code in ("\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"):
        colored = colored.replace(code, "")
    assert colored == plain


def test_nothing_in_a_request_or_policy_steers_the_terminal() -> None:
    """Escape sequences, bidirectional overrides and lone surrogates are shown, not sent."""
    nasty = "\x1b[2J\u202e\x9b\r\nALLOWED\ud800"
    statement = {"Sid": "\x7f", "Effect": "Allow", "Action": "*", "Resource": "*"}
    policy = {"name": nasty, "document": {"Statement": statement}}
    found = situation({"identity": [policy]}, resource=f"arn:aws:s3:::b/{nasty}")
    text = decision_text(found.decision, found.layers)
    assert all(line.isprintable() for line in text.split("\n"))
    assert r"\x1b[2J\u202e\x9b\r\nALLOWED\ud800" in text
    assert text.encode()


def test_a_role_calls_its_resource_policy_by_its_name() -> None:
    allowed = situation({"identity": [FULL], "resource": trust_policy("Allow", A)}, **ASSUME)
    text = decision_text(allowed.decision, allowed.layers)
    assert "    role trust policy          allow\n" in text
    assert "  decided by role trust policy, policy 0, statement 0 at /Statement" in text
    assert "resource-based" not in text


def test_a_long_statement_is_cut() -> None:
    many = [f"s3:Action{number}" for number in range(1_000)]
    policy = json.dumps(
        {"Statement": [{"Effect": "Allow", "Resource": "*", "Action": ["s3:GetObject", *many]}]},
        indent=1,
    )
    found = situation({"identity": [policy]})
    record = facts(found.decision, found.layers)
    (reference,) = record["determining"]
    assert len(reference["excerpt"]) == 2_048
    assert reference["excerptCut"] is True
    assert text_from_record(record).count("\n") < 60
    assert "\n    …" in text_from_record(record)


def test_without_the_layers_nothing_is_quoted() -> None:
    found = BY_RULE[Rule.EXPLICIT_DENY]
    text = decision_text(found.decision)
    assert "statement 1 'DenyReadsOfSensitiveData' at /Statement/1\n" in text
    assert " | " not in text


def test_what_aws_itself_keeps_is_named_and_not_quoted() -> None:
    """FullAWSAccess stands on every level of every chain; its text says nothing new."""
    found = BY_RULE[Rule.IDENTITY_ALLOW]
    record = facts(found.decision, found.layers)
    theirs = {
        **record["determining"][0],
        "policyName": "FullAWSAccess",
        "policyArn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
    }
    assert "excerpt" in theirs
    text = text_from_record({**record, "determining": [theirs]})
    assert "FullAWSAccess" in text
    assert theirs["excerpt"].split("\n")[0] not in text
