"""The pages tell the truth where a machine can tell: links, layers, verbs, names of files."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

import dev
from tests.architecture.sources import PACKAGE, ROOT, configuration, package

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
VERB = re.compile(r"(?:python3 )?dev\.py ([a-z]+)")
EVALUATION = ROOT / "docs" / "reference" / "evaluation.md"
CITED_PAGE = re.compile(r"``([\w/-]+\.md)``")
CITED_RULE = re.compile(r"(?<![\w.-])([ACGPRV][0-9]{1,2})(?![\w.])")


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_verbs_exist(page: Path) -> None:
    assert set(VERB.findall(page.read_text("utf-8"))) <= set(dev.VERBS)


def test_the_architecture_page_draws_the_layers_of_the_contract() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    drawing = page[page.index("    cli ") : page.index("| Layer |")]
    drawn = [
        re.split(r"  +", line.strip())[0]
        for line in drawing.splitlines()
        if line.startswith("    ") and not line.startswith("     ")
    ]
    contracts = configuration()["tool"]["importlinter"]["contracts"]
    (layers,) = (c["layers"] for c in contracts if c["id"] == "layers")
    assert drawn == [layer for layer in layers if layer != "(__main__)"]


def test_the_architecture_page_names_files_that_are_there() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z]+)` \|.*\| (.*) \|$", page, re.MULTILINE)
    named = [
        PACKAGE / layer / file
        for layer, begin in rows
        for file in re.findall(r"`([a-z_]+(?:\.py|/))`", begin)
    ]
    assert len(named) > 10
    assert [name(file) for file in named if not file.exists()] == []


def test_code_cites_pages_that_are_there() -> None:
    cited = {page for source in package() for page in CITED_PAGE.findall(source.text)}
    assert cited
    assert {page for page in cited if not (ROOT / page).is_file()} == set()


def test_code_cites_rules_that_the_page_of_evaluation_states() -> None:
    page = EVALUATION.read_text("utf-8")
    stated = set(re.findall(r"^\| ([ACGPRV][0-9]+) \|", page, re.MULTILINE))
    cited = {
        rule
        for source in package()
        if source.layer in {"policy", "engine"}
        for rule in CITED_RULE.findall(source.text)
    }
    assert len(cited) > 30
    assert cited - stated == set()


def test_the_tree_of_exceptions_is_the_one_that_is_drawn() -> None:
    (errors,) = (source for source in package() if source.module == "doorward.errors")
    drawing = (ast.get_docstring(errors.tree) or "").partition("::")[2]
    path: list[str] = []
    drawn: set[tuple[str, str]] = set()
    for line in drawing.splitlines():
        branch = re.match(r"((?:    |[│├└─ ]{4})*)([A-Z]\w+)  ", line.removeprefix("    "))
        if branch is None:
            continue
        depth = len(branch[1]) // 4
        path[depth:] = [branch[2]]
        if depth:
            drawn.add((path[depth - 1], branch[2]))
    classes = {
        node.name: [base.id for base in node.bases if isinstance(base, ast.Name)]
        for source in package()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
    }
    known, before = {"DoorwardError"}, set[str]()
    while known != before:
        before = set(known)
        known |= {name for name, bases in classes.items() if known & set(bases)}
    real = {(base, name) for name in known for base in classes[name] if base in known}
    assert drawn == real
