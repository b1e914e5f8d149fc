"""The two oracles can contradict the engine only while they share nothing with it."""

from __future__ import annotations

import sys

import pytest

from tests.architecture.sources import ROOT, Source, imports, parse

SPECIALS = {"tests.oracle.reference_specials", "tests.oracle.reference_public"}
LINES = {"general": 750, "special": 325, "cedar": 700}
"""The rules for every service with the names of what they answer; those for some; for Cedar."""


REFERENCE = [parse(path, ROOT) for path in sorted((ROOT / "tests/oracle").glob("reference*.py"))]
CEDAR = [parse(ROOT / f"tests/oracle/cedar/{name}.py", ROOT) for name in ("context", "translate")]


@pytest.mark.parametrize("sources", [REFERENCE, CEDAR], ids=["reference", "cedar"])
def test_an_oracle_imports_nothing_but_python_and_itself(sources: list[Source]) -> None:
    own = {source.module for source in sources}
    assert own & {"tests.oracle.reference", "tests.oracle.cedar.translate"}
    foreign = {
        f"{source.path}:{line} {name}"
        for source in sources
        for line, name in imports(source.tree)
        if name.split(".")[0] not in sys.stdlib_module_names
        and name not in own
        and name.rpartition(".")[0] not in own
    }
    assert foreign == set()


PARTS = {
    "general": [one for one in REFERENCE if one.module not in SPECIALS],
    "special": [one for one in REFERENCE if one.module in SPECIALS],
    "cedar": CEDAR,
}


@pytest.mark.parametrize("part", sorted(PARTS))
def test_an_oracle_is_small_enough_to_be_read(part: str) -> None:
    assert 0 < sum(source.text.count("\n") for source in PARTS[part]) <= LINES[part]
