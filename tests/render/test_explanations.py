"""Telling decisions in every form: golden text, JSON, HTML and SVG, and the published schema.

Goldens are written anew by ``DOORWARD_UPDATE_GOLDEN=1 pytest tests/render``; the pictures are
looked at in a browser, and checked there for accessibility, by ``dev.py browser``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from doorward.engine.decision import Effect, Rule
from doorward.engine.layers import Layer
from doorward.render.html import html_from_record
from doorward.render.svg import svg_from_record
from doorward.render.text import text_from_record
from tests.render.goldens import golden
from tests.render.situations import explained
from tests.render.telling import TELLING
from tools.explanation_schema import schema

GOLDEN = Path(__file__).parent.parent / "golden" / "explanations"
RECORDS = {name: explained(found) for name, found in TELLING.items()}
FORMS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    ".txt": lambda record: text_from_record(record) + "\n",
    ".json": lambda record: json.dumps(record, indent=1) + "\n",
    ".html": html_from_record,
    ".svg": svg_from_record,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", RECORDS)
def test_every_telling_decision_has_its_goldens(name: str, form: str) -> None:
    golden(GOLDEN / f"{name}{form}", FORMS[form](RECORDS[name]))


def test_no_golden_is_left_over() -> None:
    wanted = {f"{name}{form}" for name in RECORDS for form in FORMS}
    assert {path.name for path in GOLDEN.iterdir()} == wanted


def test_the_form_of_a_record_is_what_it_is_after_a_journey_as_json() -> None:
    for name, record in RECORDS.items():
        arrived = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
        for form in (text_from_record, html_from_record, svg_from_record):
            assert form(arrived) == form(record), name


def test_every_layer_is_the_one_that_denies_and_the_one_that_is_silent() -> None:
    assert len(RECORDS) >= 25
    denying = {
        (record["effect"], each["layer"])
        for record in RECORDS.values()
        for each in record["determining"]
    }
    for layer in Layer:
        assert (Effect.EXPLICIT_DENY.value, layer.value) in denying
        assert (Effect.ALLOW.value, layer.value) in denying
    assert {record["rule"] for record in RECORDS.values()} == {rule.value for rule in Rule}


def closed(part: Any) -> Any:
    """The schema without what leaves room for additions."""
    if isinstance(part, list):
        return [closed(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {("enum" if key == "examples" else key): closed(each) for key, each in part.items()}
    if "properties" in found:
        found["additionalProperties"] = False
    return found


def test_the_schema_is_one_and_every_golden_holds_to_it_with_no_member_beside() -> None:
    Draft202012Validator.check_schema(schema())
    validator = Draft202012Validator(closed(schema()))
    for name in RECORDS:
        record = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
        assert [error.message for error in validator.iter_errors(record)] == [], name


def test_every_member_of_the_schema_is_in_some_golden() -> None:
    """Nothing is promised that no decision tells."""
    seen: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            seen.update(value)
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    def promised(part: Any) -> set[str]:
        own = set(part.get("properties", ()))
        inner = [*part.get("properties", {}).values()]
        inner += [part["items"]] if "items" in part else []
        return own.union(*(promised(each) for each in inner))

    for record in RECORDS.values():
        walk(record)
    assert promised(schema()) - seen == {"excerptCut", "dependsOnMore"}


@pytest.mark.parametrize(
    "spoil",
    [
        {"schemaVersion": 2},
        {"effect": "MAYBE"},
        {"layers": [{"layer": "identity"}]},
        {"determining": [{"layer": "identity"}]},
        {"context": {}},
        {"statements": [{}]},
    ],
)
def test_the_schema_refuses_what_is_no_explanation(spoil: dict[str, Any]) -> None:
    record = {**RECORDS["identity-allow"], **spoil}
    assert not Draft202012Validator(schema()).is_valid(record)


def test_the_schema_lets_additions_be() -> None:
    record = {**RECORDS["identity-allow"], "tomorrow": [], "rule": "rule-of-tomorrow"}
    assert Draft202012Validator(schema()).is_valid(record)
