"""The scheme says how far a request came; the order of its checks is the engine's."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from doorward.engine.combine import ALLOWING, Situation, outcome_of
from doorward.engine.decision import Effect, LayerEffect, Rule
from doorward.engine.layers import Layer
from doorward.render.record import facts
from doorward.render.scheme import KINDS, MOST_STATEMENTS, Check, State, scheme_of
from tests.render.situations import explained
from tests.render.telling import TELLING

RECORDS = {name: explained(found) for name, found in TELLING.items()}
DECIDES_AT = {
    rule: next((at for at, kind in enumerate(KINDS) if rule in kind.rules), len(KINDS))
    for rule in Rule
}
PLAIN = Situation(
    free=False,
    in_account=True,
    is_root=False,
    same_account=True,
    same_partition=True,
    forbidden=None,
    must_allow=None,
    resource_side=False,
    made_up_for=frozenset(),
    grant=False,
    made_up_by_grant=frozenset(),
    restricted=False,
    silent=frozenset(),
    denying=frozenset(),
)
CAUSES: dict[str, Any] = {
    "free": {"free": True},
    "denying": {"denying": frozenset({Layer.IDENTITY})},
    "forbidden": {"forbidden": Rule.SESSION_LIMIT},
    "partition": {"same_partition": False},
    "trust": {"must_allow": Rule.TRUST_IMPLICIT_DENY},
    "key": {"must_allow": Rule.KEY_POLICY_IMPLICIT_DENY},
    "restricted": {"restricted": True},
    "elsewhere": {"same_account": False},
    **{layer.value: {"silent": frozenset({layer})} for layer in Layer},
}
"""What each by itself ends an evaluation that would otherwise allow."""


def check(record: dict[str, Any], layer: Layer) -> Check:
    return next(each for each in scheme_of(record).checks if each.layer == layer.value)


def test_every_rule_decides_in_one_place_and_only_allowing_ones_at_the_end() -> None:
    for rule in Rule:
        assert sum(rule in kind.rules for kind in KINDS) <= 1
        at_the_end = DECIDES_AT[rule] == len(KINDS)
        assert at_the_end == (rule in ALLOWING and rule is not Rule.NO_PERMISSION_NEEDED)


def test_of_two_causes_the_engine_names_the_one_whose_check_comes_first() -> None:
    """So the order of the checks is the order in which the engine applies its rules."""
    reached = set()
    for one, other in itertools.combinations(CAUSES.values(), 2):
        both = {**one, **other}
        if "silent" in one and "silent" in other:
            both["silent"] = one["silent"] | other["silent"]
        rules = [outcome_of(_with(cause)).rule for cause in (one, other, both)]
        if one.get("forbidden") and other.get("free"):
            continue
        if other.get("forbidden") and one.get("free"):
            continue  # what a session cannot call at all is no call that needs no permission
        first, second, found = (DECIDES_AT[rule] for rule in rules)
        assert found == min(first, second), rules
        reached |= set(rules)
    assert reached >= {rule for kind in KINDS for rule in kind.rules} - {
        Rule.RESERVED_BY_AWS  # as SESSION_LIMIT: one field
    }


def _with(fields: dict[str, Any]) -> Situation:
    values = {name: getattr(PLAIN, name) for name in PLAIN.__struct_fields__}
    return Situation(**values | fields)


@pytest.mark.parametrize("name", RECORDS)
def test_what_comes_before_is_passed_what_comes_after_is_not_reached(name: str) -> None:
    record = RECORDS[name]
    scheme = scheme_of(record)
    assert scheme.at is not None
    states = [each.state for each in scheme.checks]
    assert set(states[: scheme.at]) <= {State.PASSED, State.NOT_APPLICABLE}
    assert states[scheme.at : scheme.at + 1] in ([State.DECIDED], [])
    assert set(states[scheme.at + 1 :]) <= {State.NOT_REACHED, State.NOT_APPLICABLE}
    assert (scheme.at == len(states)) == (
        record["effect"] == Effect.ALLOW.value and record["rule"] != "no-permission-needed"
    )


@pytest.mark.parametrize("name", RECORDS)
def test_every_layer_and_level_is_there_with_its_verdict(name: str) -> None:
    record = RECORDS[name]
    for layer in Layer:
        shown = check(record, layer)
        told = [each["effect"] for each in record["layers"] if each["layer"] == layer.value]
        if told == [LayerEffect.NOT_APPLICABLE.value] and shown.state is not State.DECIDED:
            assert (shown.state, shown.levels) == (State.NOT_APPLICABLE, ())
        else:
            assert [level.effect for level in shown.levels] == told


def test_a_deny_names_its_statements_where_it_decides() -> None:
    deny = scheme_of(RECORDS["deny-in-many-layers"]).checks[1]
    assert deny.state is State.DECIDED
    assert len(deny.said) == MOST_STATEMENTS
    assert deny.more == len(RECORDS["deny-in-many-layers"]["determining"]) - MOST_STATEMENTS
    assert deny.said[0].policy.startswith("service control policies, level 0, ")
    assert {each.words for each in deny.said} == {"denies"}


def test_a_silent_layer_names_what_might_have_spoken_the_likely_first() -> None:
    (level,) = check(RECORDS["unknown-context"], Layer.IDENTITY).levels
    assert [each.words for each in level.said] == [
        "is about other resources",
        "has a condition that does not hold",
        "has a condition that does not hold",
    ]


def test_a_deny_that_does_not_match_is_not_named_as_what_might_have_allowed() -> None:
    (level,) = check(RECORDS["no-permission-needed"], Layer.IDENTITY).levels
    assert (level.effect, level.said, level.more) == ("IMPLICIT_DENY", (), 0)


def test_a_layer_that_need_not_allow_says_so() -> None:
    silent = check(RECORDS["made-up-for"], Layer.IDENTITY)
    assert (silent.state, silent.words) == (State.PASSED, "no Allow is needed here")
    assert check(RECORDS["made-up-for"], Layer.RESOURCE).words == ""
    assert check(RECORDS["identity-implicit-deny"], Layer.IDENTITY).state is State.DECIDED


def test_a_record_of_an_event_names_the_statements_that_decided() -> None:
    found = TELLING["allow-in-every-layer"]
    record = facts(found.decision, found.layers)
    assert "statements" not in record
    (level,) = check(record, Layer.PERMISSIONS_BOUNDARY).levels
    assert [(each.policy, each.words) for each in level.said] == [("Boundary", "allows")]


def test_a_record_of_another_version_has_a_scheme_without_a_way_through_it() -> None:
    record = RECORDS["explicit-deny"] | {
        "rule": "rule-of-tomorrow",
        "effect": "MAYBE",
        "layers": [{"layer": "layerOfTomorrow", "effect": "PERHAPS"}],
        "blockedBy": ["layerOfTomorrow"],
    }
    scheme = scheme_of(record)
    assert scheme.at is None
    assert {each.state for each in scheme.checks} <= {State.UNKNOWN, State.NOT_APPLICABLE}
    assert scheme.checks[-1].title == "layerOfTomorrow"
    assert scheme.checks[-1].levels[0].words == "PERHAPS"
