"""The pages tell the truth where a machine can tell: links, layers, verbs, names of files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import dev
from tests.architecture.sources import PACKAGE, ROOT, configuration

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
VERB = re.compile(r"(?:python3 )?dev\.py ([a-z]+)")


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
    drawing = page[page.index("    cli  ") : page.index("| Layer |")]
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
