"""The reference evaluator can contradict the engine only while it shares nothing with it."""

from __future__ import annotations

import sys

from tests.architecture.sources import ROOT, Source, imports, parse

LINES = 700


def reference() -> list[Source]:
    """The modules of the reference evaluator."""
    return [parse(path, ROOT) for path in sorted((ROOT / "tests/oracle").glob("reference*.py"))]


def test_it_imports_nothing_but_python_and_itself() -> None:
    own = {source.module for source in reference()}
    assert "tests.oracle.reference" in own
    foreign = {
        f"{source.path}:{line} {name}"
        for source in reference()
        for line, name in imports(source.tree)
        if name.split(".")[0] not in sys.stdlib_module_names
        and name not in own
        and name.rpartition(".")[0] not in own
    }
    assert foreign == set()


def test_it_is_small_enough_to_be_read() -> None:
    assert sum(source.text.count("\n") for source in reference()) <= LINES
