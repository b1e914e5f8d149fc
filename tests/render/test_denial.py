"""What is said about a denial that was read from a message."""

from __future__ import annotations

import pytest

from doorward.engine.decision import Effect, Rule
from doorward.engine.layers import Layer
from doorward.render import wording
from doorward.render.denial import Denial, denial_facts, denial_lines, rules
from doorward.render.message import access_denied_message
from doorward.render.wording import HINT
from tests.importers.test_denied_text import claimed
from tests.render.situations import BY_RULE

EXPLICIT, IMPLICIT = Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY
UNSAID = {
    Rule.SESSION_LIMIT: Rule.IDENTITY_IMPLICIT_DENY,
    Rule.RESERVED_BY_AWS: Rule.IDENTITY_IMPLICIT_DENY,
    Rule.CROSS_PARTITION: Rule.RESOURCE_IMPLICIT_DENY,
    Rule.BLOCK_PUBLIC_ACCESS: Rule.RESOURCE_IMPLICIT_DENY,
}
"""Rules whose message reads as another's."""


@pytest.mark.parametrize("rule", [rule for rule in Rule if rule in HINT])
def test_the_rule_that_decided_is_among_those_that_a_message_can_stand_for(rule: Rule) -> None:
    decision = BY_RULE[rule].decision
    assert UNSAID.get(rule, rule) in rules(claimed(decision)), access_denied_message(decision)


@pytest.mark.parametrize("layer", Layer)
@pytest.mark.parametrize("effect", [EXPLICIT, IMPLICIT])
def test_every_claim_has_a_meaning_and_a_hint(layer: Layer, effect: Effect) -> None:
    said = denial_facts(Denial("a", "s3:GetObject", effect=effect, layer=layer))["rules"]
    assert said
    for each in said:
        rule = Rule(each["rule"])
        assert (each["meaning"], each["hint"]) == (wording.RULE[rule], wording.HINT[rule])


def test_an_organizations_explicit_deny_may_be_an_implicit_one_unless_it_is_named() -> None:
    denial = Denial("a", "s3:GetObject", effect=EXPLICIT, layer=Layer.SERVICE_CONTROL)
    assert rules(denial) == (Rule.EXPLICIT_DENY, Rule.SERVICE_CONTROL_IMPLICIT_DENY)
    named = Denial(
        "a", "s3:GetObject", effect=EXPLICIT, layer=Layer.SERVICE_CONTROL, policy_arn="arn:…"
    )
    assert rules(named) == (Rule.EXPLICIT_DENY,)


def test_a_denial_without_a_reason_says_so() -> None:
    for denial in (Denial("a", "s3:GetObject"), Denial("a", "s3:GetObject", effect=IMPLICIT)):
        facts = denial_facts(denial)
        assert facts["rules"] == []
        assert "does not say which policy denied" in facts["note"]
    assert next(denial_lines(denial_facts(Denial("a", "s3:GetObject")))) == "DENIED  s3:GetObject"


def test_everything_that_the_message_says_is_in_the_lines() -> None:
    denial = Denial(
        "caller", "SNS:Publish", "topic", EXPLICIT, Layer.ENDPOINT, policy_arn="arn:policy",
        through=Layer.SERVICE_CONTROL,
    )  # fmt: skip
    assert "\n".join(denial_lines(denial_facts(denial))) == (
        "DENIED explicitly  SNS:Publish on topic\n"
        "  caller   caller\n"
        "  by       VPC endpoint policy\n"
        "  through  service control policy\n"
        "  policy   arn:policy\n"
        "  rule     explicit-deny: a Deny statement matches; it wins over every Allow\n"
        "  hint     No Allow helps. Change the Deny statement, or make its conditions not hold.\n"
        "  note     A message names one layer, the first that denied. When that is mended, another"
        " may deny."
    )
    trust = Denial("a", "sts:AssumeRole", effect=IMPLICIT, layer=Layer.RESOURCE, on_trust=True)
    assert denial_facts(trust)["policyType"] == "role trust policy"
