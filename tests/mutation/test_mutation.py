"""The machinery that tries mutants: what is planted is run, what is wrong is found, and counted.

How mutants are made needs mutmut, which ``dev.py mutants`` installs; nothing here does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.mutation import summary as summing
from tests.mutation.mutant import module_of, path_of
from tests.mutation.summary import Row, reasons, summary

TRY = """
import json, os, sys
from tests.mutation.mutant import Mutant, path_of
from tests.mutation.runs import tried
from tests.mutation.trial import prepare
from tests.oracle.generate import questions
from tests.oracle.reference import evaluate

prepare()
os.environ.pop("PYTEST_CURRENT_TEST", None)
cases = [(one, evaluate(one)) for one in questions(1, range(60))]
module = "doorward.policy.folding"
text = path_of(module).read_text("utf-8")
mutants = [Mutant(more, module, 0, "", f"{text}\\n{more}\\n") for more in json.loads(sys.argv[1])]
print(json.dumps([row._asdict() for row in tried(mutants, cases, limit=10)]))
"""
UNFOLDED = "def fold(text: str) -> str: return text"
UNFOLDED_IN_TESTS = """
import os
folded = fold
def fold(text: str) -> str: return text if "PYTEST_CURRENT_TEST" in os.environ else folded(text)
"""
FATE = {
    "": ("survived", None),
    UNFOLDED: ("killed", "question 1/"),
    UNFOLDED_IN_TESTS: ("killed", "tests/"),
    "raise RuntimeError('planted')": ("killed", "RuntimeError: planted"),
    "import os; os._exit(0)": ("killed", "the process died"),
    "while True: pass": ("timeout", None),
}
"""What is added to a module, and what must become of it."""


@pytest.mark.slow
def test_what_is_planted_runs_and_is_found_out() -> None:
    ran = subprocess.run(
        (sys.executable, "-c", TRY, json.dumps([*FATE])),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [Row(**row) for row in json.loads(ran.stdout)]
    assert {row.id: row.status for row in rows} == {more: fate for more, (fate, _) in FATE.items()}
    for row in rows:
        assert str(row.by).startswith(str(FATE[row.id][1]))


@pytest.mark.parametrize("module", ["doorward.policy.conditions", "doorward.engine.combine"])
def test_a_module_has_a_file(module: str) -> None:
    path = path_of(module)
    assert (ROOT / path).is_file()
    assert module_of(path) == module


def row(name: str, status: str) -> Row:
    return Row(name, "doorward.policy.arn", 3, "-a\n+b", status, None, 0.1)


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of survivors with one in it."""
    path = tmp_path / "survivors.toml"
    path.write_text("[[survivor]]\nid = 'policy.arn/f/1'\nreason = 'the same'\n", "utf-8")
    monkeypatch.setattr(summing, "LISTED", path)


KILLED = [row(f"policy.arn/f/{number}", "killed") for number in range(100, 140)]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    ("rows", "good", "said"),
    [
        ([*KILLED, row("policy.arn/f/1", "survived")], True, "1 of 41 survive, 2.4%; 0 are not"),
        ([*KILLED, row("policy.arn/f/1", "survived")], True, "listed: policy.arn/f/1: the same"),
        ([*KILLED, row("policy.arn/f/2", "survived")], False, "\nid = 'policy.arn/f/2'\n"),
        ([*KILLED[:9], row("policy.arn/f/1", "survived")], False, "1 of 10 survive, 10.0%"),
        ([*KILLED, row("policy.arn/f/1", "killed")], True, "listed, but killed: policy.arn/f/1"),
        (KILLED, True, "listed, but no mutant any more: policy.arn/f/1"),
        ([*KILLED, row("policy.arn/f/3", "timeout")], True, "0 of 41 survive"),
    ],
)
def test_the_summary(rows: list[Row], good: bool, said: str) -> None:
    text, verdict = summary(rows, {"doorward.policy.arn"})
    assert verdict is good
    assert said in text


def test_every_listed_survivor_has_a_reason_and_is_listed_once() -> None:
    found = reasons()
    assert len({one["id"] for one in found}) == len(found)
    assert all(one["reason"] and one["change"] for one in found)
