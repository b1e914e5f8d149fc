"""What cannot be read is never taken for what is well."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from doorward.model.identity import InlinePolicy, PolicyVersion, Role
from doorward.model.schema import Entity
from doorward.results.finding import State
from tests.analysis.checks.case import Case
from tests.analysis.checks.cases import ALL, named, verdicts

INDIFFERENT = frozenset(
    {
        "user.direct_policies",
        "user.no_group",
        "group.empty",
        "role.unused",
        "policy.unattached",
    }
)
"""Checks of identities that ask whether policies are there, not what they say."""

KINDS = ("user", "group", "role", "policy", "boundary", "account", "access")
FAILING = [
    (name, case)
    for name, case in ALL
    if case.state is State.FAIL
    and name.split(".")[0] in KINDS
    and any(isinstance(each, InlinePolicy | PolicyVersion | Role) for each in case.entities)
    and name not in INDIFFERENT
]


def spoilt(entity: Entity, text: str) -> Entity:
    """Return an entity whose policy, if it has one, is no policy."""
    match entity:
        case InlinePolicy() | PolicyVersion():
            return msgspec.structs.replace(entity, document=text)
        case Role():
            return msgspec.structs.replace(entity, trust_policy=text)
        case _:
            return entity


def worst(name: str, case: Case) -> State:
    """Return the worst end of a check on a case."""
    return max((each.state for each in verdicts(name, case)), key=list(State).index)


@pytest.mark.parametrize("text", ["{", '{"Version": "2012-10-17", "Statement": [{}]}'])
@pytest.mark.parametrize(("name", "case"), FAILING, ids=[named(*each) for each in FAILING])
def test_a_finding_does_not_go_away_because_its_policy_cannot_be_read(
    name: str, case: Case, text: str
) -> None:
    entities = tuple(spoilt(each, text) for each in case.entities)
    assert worst(name, replace(case, entities=entities)) in {State.UNKNOWN, State.FAIL}


@pytest.mark.parametrize("name", sorted(INDIFFERENT))
def test_what_does_not_read_policies_fails_all_the_same(name: str) -> None:
    for each, case in ALL:
        if each == name and case.state is State.FAIL:
            entities = tuple(spoilt(entity, "{") for entity in case.entities)
            assert worst(name, replace(case, entities=entities)) is State.FAIL, case.name
