"""The questions reach what the differential run claims to compare, and shrink as they should."""

import json
from collections import Counter
from typing import Any

import pytest

from tests.oracle.generate import PRINCIPALS, REQUESTS, questions
from tests.oracle.reference_conditions import BASES
from tests.oracle.shrink import shrink

Json = dict[str, Any]


@pytest.fixture(scope="module")
def drawn() -> list[Json]:
    return list(questions(1, range(6000)))


@pytest.fixture(scope="module")
def operators(drawn: list[Json]) -> set[str]:
    """Every operator of every document that is given as an object, in lower case."""
    found: set[str] = set()

    def visit(value: Any) -> None:
        if isinstance(value, dict):
            found.update(name.lower() for name in value.get("Condition", {}))
        for child in value.values() if isinstance(value, dict) else value:
            if isinstance(child, dict | list):
                visit(child)

    for question in drawn:
        visit(question["policies"])
    return found


@pytest.mark.parametrize("base", sorted(BASES))
def test_every_operator_is_drawn_in_every_form(operators: set[str], base: str) -> None:
    forms = {base, f"{base}ifexists", f"forallvalues:{base}", f"foranyvalue:{base}"}
    assert forms <= operators


def test_null_and_unknown_operators_are_drawn(operators: set[str]) -> None:
    assert {"null", "nullifexists", "stringmatches"} <= operators


def test_every_principal_and_action_is_drawn(drawn: list[Json]) -> None:
    principals = Counter(json.dumps(one["request"]["principal"]) for one in drawn)
    assert set(principals) == {json.dumps(principal) for _, principal in PRINCIPALS}
    actions = {one["request"]["action"].lower() for one in drawn}
    assert actions == {name.lower() for _, names, _ in REQUESTS for name in names}


def test_a_question_depends_on_its_seed_and_number_alone(drawn: list[Json]) -> None:
    assert next(questions(1, [1234])) == drawn[1234]
    assert next(questions(2, [1234]))["request"] != drawn[1234]["request"]


def test_shrinking_keeps_what_matters_and_nothing_else(drawn: list[Json]) -> None:
    def denies_by_tag(question: Json) -> bool:
        statements = json.dumps(question.get("policies", {}).get("serviceControl")).replace(
            "\\", ""
        )
        return '"Deny"' in statements and "aws:TagKeys" in statements

    question = next(one for one in drawn if denies_by_tag(one))
    small = shrink(question, denies_by_tag)
    assert denies_by_tag(small)
    assert set(small) == {"policies"}
    assert len(json.dumps(small)) < 200
