"""The questions reach what the differential run claims to compare, and shrink as they should."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.generate import questions
from tests.oracle.generate_vocabulary import PRINCIPALS, REQUESTS
from tests.oracle.reached import SPECIALS, Tally, count, never, watching
from tests.oracle.reference import LAYERS, SEVERITY, evaluate
from tests.oracle.reference_conditions import BASES
from tests.oracle.shrink import shrink

Json = dict[str, Any]

FORMAT = Path(__file__).parents[2] / "docs/reference/decide.md"


@pytest.fixture(scope="module")
def drawn() -> list[Json]:
    return list(questions(1, range(6000)))


@pytest.fixture(scope="module")
def tally(drawn: list[Json]) -> Tally:
    """What these questions reach in the reference evaluator."""
    counts = Tally()
    with watching() as events:
        for question in drawn:
            events.clear()
            result = evaluate(question)
            count(question, result, [*events], counts)
    return counts


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


@pytest.mark.parametrize("base", sorted([*BASES, "null", "unknown"]))
def test_every_operator_holds_and_fails_where_the_rest_of_a_statement_matches(
    tally: Tally, base: str
) -> None:
    assert min(tally["operators"][f"{base} {held}"] for held in ("hit", "miss")) >= 3


def test_every_effect_is_common(tally: Tally, drawn: list[Json]) -> None:
    assert min(tally["effects"][effect] for effect in SEVERITY) >= 0.15 * len(drawn)


def test_every_layer_decides_and_blocks(tally: Tally, drawn: list[Json]) -> None:
    for group in ("layers deciding", "layers blocking"):
        assert min(tally[group][layer] for layer in LAYERS) >= 0.01 * len(drawn)


@pytest.mark.parametrize("rule", SPECIALS)
def test_every_special_rule_decides(tally: Tally, rule: str) -> None:
    assert tally["specials deciding"][rule] >= 5


def test_every_rule_of_the_public_format_answers(tally: Tally) -> None:
    table = FORMAT.read_text().split("## Rules")[1]
    rules = re.findall(r"^\| `([a-z]+-[a-z-]+)` \|", table, re.MULTILINE)
    assert rules
    assert set(rules) <= set(tally["rules"])


def test_every_caller_has_every_effect_and_every_form_of_name_meets_and_misses(
    tally: Tally,
) -> None:
    assert [name for name in never(tally) if not name.startswith("operators: ")] == []


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
