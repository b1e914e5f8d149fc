"""Every row comes out as it must, in both forms; every rule has rows that pass and that do not."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from doorward.engine.decision import Effect, Rule
from tests.spec.rows import EFFECTS, SILENT, Section
from tests.spec.run import by_json, by_python, failures
from tests.spec.tables import SECTIONS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "evaluation.md"
ROWS = [row for section in SECTIONS for row in section.rows]
UNNUMBERED = {"P", "F", "K"}
"""What the page says without a number: the table of principals, around the steps, the keys."""


def rule(section: Section) -> str:
    return section.rule


@pytest.mark.parametrize("section", SECTIONS, ids=rule)
def test_in_the_json_form(section: Section) -> None:
    assert failures(by_json, [section]) == []


@pytest.mark.parametrize("section", SECTIONS, ids=rule)
def test_in_the_python_form(section: Section) -> None:
    assert failures(by_python, [section]) == []


def test_every_rule_of_the_page_has_a_section_and_no_other() -> None:
    page = PAGE.read_text("utf-8")
    numbered = re.findall(r"^\| ([A-Z][0-9]+) \|", page, re.MULTILINE)
    steps = re.findall(r"^([0-9]+)\. ", page, re.MULTILINE)
    stated = {*numbered, *(f"F{step}" for step in steps)}
    assert len(stated) == len(numbered) + len(steps)
    assert [section.rule for section in SECTIONS if section.rule not in UNNUMBERED | stated] == []
    assert stated | UNNUMBERED == {section.rule for section in SECTIONS}


@pytest.mark.parametrize("section", SECTIONS, ids=rule)
def test_every_rule_has_a_row_that_passes_and_one_that_does_not(section: Section) -> None:
    assert {row.passes for row in section.rows} == {True, False}


def test_a_row_is_named_once_and_says_its_clause() -> None:
    twice = [name for name, times in Counter(row.name for row in ROWS).items() if times > 1]
    assert twice == []
    assert all(row.clause and row.name for row in ROWS)


def test_every_source_is_a_page_or_silence() -> None:
    sources = {row.source or section.source for section in SECTIONS for row in section.rows}
    assert {
        each for each in sources if each != SILENT and not re.search(r' "[^"]+"', each)
    } == set()


def test_every_rule_that_can_decide_is_expected_somewhere() -> None:
    assert {row.expected for row in ROWS} & set(EFFECTS) == {rule.value for rule in Rule}
    assert set(EFFECTS.values()) == {effect.value for effect in Effect}
