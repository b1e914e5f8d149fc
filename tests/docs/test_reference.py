"""Generated pages of the reference are as they would be generated now."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from typing import TYPE_CHECKING

import doorward
from doorward.engine.decision import Rule
from doorward.engine.layers import Layer
from doorward.policy.validation.registry import READING
from doorward.render.audit import FORMS
from doorward.results.difference import Became
from doorward.results.finding import State
from doorward.server.record import HIDDEN
from tests.cli.running import doorward as doorward_command
from tests.clients.installing import ANSIBLE, GO, JAVASCRIPT, NUKE, PROWLER
from tools import (
    audit_schema,
    behaviour_page,
    checks_page,
    cli_page,
    explanation_schema,
    operations_page,
    reliability_page,
    rules_page,
    validation_page,
)

if TYPE_CHECKING:
    from tests.live import LiveServer


def test_the_operations_page_is_not_stale() -> None:
    said = operations_page.PAGE.read_text(encoding="utf-8")
    assert said == operations_page.page(), "run `python -m tools.operations_page`"


def test_the_behaviour_page_is_not_stale() -> None:
    said = behaviour_page.PAGE.read_text(encoding="utf-8")
    assert said == behaviour_page.page(), "run `python -m tools.behaviour_page`"


def test_the_page_of_clients_names_the_versions_that_are_run() -> None:
    said = (operations_page.PAGE.parent / "clients.md").read_text(encoding="utf-8")
    installed = (JAVASCRIPT, GO, ANSIBLE, PROWLER, NUKE)
    pinned = {name: number for each in installed for name, number in each.wanted.items()}
    pinned["awscli"] = version("awscli")
    named = {name: number for name, number in pinned.items() if name != "botocore"}
    assert [name for name, number in named.items() if f"{name} {number}" not in said] == ["boto3"]
    assert f"| boto3 | {named['boto3']} |" in said


def test_the_command_line_page_is_not_stale() -> None:
    said = cli_page.PAGE.read_text(encoding="utf-8")
    assert said == cli_page.page(), "run `python -m tools.cli_page`"


def test_the_schema_of_explanations_is_not_stale() -> None:
    said = explanation_schema.PAGE.read_text(encoding="utf-8")
    assert said == explanation_schema.page(), "run `python -m tools.explanation_schema`"


def test_the_schema_of_audits_is_not_stale() -> None:
    said = audit_schema.PAGE.read_text(encoding="utf-8")
    assert said == audit_schema.page(), "run `python -m tools.audit_schema`"


def test_the_page_of_audit_reports_names_every_form_and_state() -> None:
    said = (audit_schema.PAGE.parent / "audit-reports.md").read_text(encoding="utf-8")
    for name in (*FORMS, *(each.value for each in (*State, *Became))):
        assert f"| `{name}` |" in said, name


def test_the_page_of_rules_and_rows_is_not_stale() -> None:
    said = rules_page.PAGE.read_text(encoding="utf-8")
    assert said == rules_page.page(), "run `python -m tools.rules_page`"


def test_the_page_of_bad_input_is_not_stale() -> None:
    said = reliability_page.PAGE.read_text(encoding="utf-8")
    assert said == reliability_page.page(), "run `python -m tools.reliability_page`"


def test_the_validation_page_is_not_stale() -> None:
    said = validation_page.PAGE.read_text(encoding="utf-8")
    assert said == validation_page.page(), "run `python -m tools.validation_page`"


def test_the_pages_of_checks_and_practices_are_not_stale() -> None:
    said = checks_page.PAGE.read_text(encoding="utf-8")
    assert said == checks_page.page(), "run `python -m tools.checks_page`"
    said = checks_page.PRACTICES_PAGE.read_text(encoding="utf-8")
    assert said == checks_page.practices_page(), "run `python -m tools.checks_page`"


def test_the_validation_page_names_every_code_that_reading_reports() -> None:
    policy = validation_page.PAGE.parents[2] / "src" / "doorward" / "policy"
    reported = {
        code
        for module in ("parse", "json_source", "problem")
        for code in re.findall(
            r'"([A-Z]+(?:_[A-Z]+)+)"', (policy / f"{module}.py").read_text("utf-8")
        )
    }
    assert reported == READING.keys()


def test_the_events_page_names_every_field(live_server: LiveServer) -> None:
    who = live_server.administrator
    made = who.client("sts").get_session_token()
    answered = made["ResponseMetadata"]["RequestId"]
    shown = json.loads(
        doorward_command("why", "--request-id", answered, "--output", "json", who=who).stdout
    )
    page = (operations_page.PAGE.parent / "events.md").read_text(encoding="utf-8")
    fields = {*shown["Event"], *shown["Event"]["userIdentity"], *shown["Decisions"][0]}
    assert sorted(name for name in fields if f"`{name}`" not in page) == []
    assert shown["Event"]["responseElements"]["credentials"]["sessionToken"] == HIDDEN
    assert made["Credentials"]["SecretAccessKey"] not in json.dumps(shown)


def test_the_estate_page_names_every_code_of_a_problem() -> None:
    estate = operations_page.PAGE.parents[2] / "src" / "doorward" / "importers" / "estate"
    reported = {
        code
        for module in estate.glob("*.py")
        for code in re.findall(
            r'^\s+"([A-Z]+(?:_[A-Z]+)+)",$', module.read_text("utf-8"), re.MULTILINE
        )
    }
    page = (operations_page.PAGE.parent / "estate.md").read_text(encoding="utf-8")
    types = {name for name in reported if name.endswith(("_POLICY", "_EC2"))} - {"UNKNOWN_POLICY"}
    assert len(reported - types) > 15
    assert {code for code in reported - types if f"`{code}`" not in page} == set()


def test_every_rule_and_layer_is_on_the_page() -> None:
    page = (operations_page.PAGE.parent / "decide.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([a-z]+(?:-[a-z]+)+)` \|", page, re.MULTILINE))
    assert listed == {rule.value for rule in Rule}
    assert all(f"`{layer.value}`" in page for layer in Layer)


def test_the_question_on_the_page_is_answered_as_the_page_says() -> None:
    page = (operations_page.PAGE.parent / "decide.md").read_text(encoding="utf-8")
    question, promised = (
        json.loads(text) for text in re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    )
    answer = doorward.answer(question)
    layers = answer["layers"]
    assert isinstance(layers, list)
    applicable = [each for each in layers if each["effect"] != "NOT_APPLICABLE"]
    assert {**answer, "layers": applicable} == promised
