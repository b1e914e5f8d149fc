"""Every row of the catalogue is shown by tests that are there, or says why it is not."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import dev
from tests.spec.catalogue import LAST, Row, rows

ROOT = Path(__file__).parents[2]
ROWS = rows()


@cache
def functions(path: str) -> frozenset[str]:
    """The test functions of a file."""
    file = ROOT / path
    if not file.exists():
        return frozenset()
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def wrong(row: Row) -> list[str]:
    """What is wrong with a row."""
    found = [f"{each} is not there" for each in row.tests if not _is_there(each)]
    found += [f"{verb} is no verb" for verb in row.verbs if verb not in dev.VERBS]
    found += [f"{each} stands twice" for each in {*row.tests} if row.tests.count(each) > 1]
    shown = bool(row.tests or row.verbs)
    if not shown and not row.open and not row.not_built:
        found.append("nothing shows it")
    if row.not_built and (shown or row.open):
        found.append("what is not built has nothing to show")
    return found


def _is_there(node: str) -> bool:
    path, _, name = node.partition("::")
    return name.startswith("test_") and name in functions(path)


def test_there_are_ninety_rows() -> None:
    assert [row.number for row in ROWS] == list(range(1, LAST + 1))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"row {row.number}")
def test_a_row_is_shown_or_says_why_not(row: Row) -> None:
    assert wrong(row) == []


@pytest.mark.parametrize(
    "row",
    [
        Row(1, "a", "b"),
        Row(1, "a", "b", ("tests/spec/test_catalogue.py::test_nothing",)),
        Row(1, "a", "b", ("tests/spec/nowhere.py::test_nothing",)),
        Row(1, "a", "b", ("tests/spec/test_catalogue.py::wrong",)),
        Row(1, "a", "b", (), ("nothing",)),
        Row(1, "a", "b", (), ("fuzz",), None, "reason"),
    ],
)
def test_a_row_that_shows_nothing_is_seen(row: Row) -> None:
    assert wrong(row) != []


def test_a_test_that_bears_a_row_s_number_is_in_that_row() -> None:
    """``test_row_22_…`` stands in row 22, ``test_rows_8_and_14_…`` in both: in the table, too."""
    files = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "tests").rglob("test_*.py")
        if "def test_row" in file.read_text("utf-8")
    ]
    missing = []
    for node in (f"{path}::{name}" for path in files for name in functions(path)):
        named = re.match(r".*::test_rows?((?:_and|_[0-9]+)+)_", node)
        numbers = re.findall("[0-9]+", named[1]) if named else []
        missing += [(int(n), node) for n in numbers if node not in ROWS[int(n) - 1].tests]
    assert len(files) > 5
    assert sorted(missing) == []
