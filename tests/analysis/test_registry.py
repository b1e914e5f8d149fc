"""What a check has to say to be one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from doorward.analysis import checks
from doorward.analysis.registry import PASSED, REGISTRY, Miss, Passed, Run, Scope, check
from doorward.results.finding import Severity

checks.load()


def documented(_scope: Scope) -> Iterator[Passed | Miss]:
    """Fails never."""
    yield PASSED


def silent(_scope: Scope) -> Iterator[Passed | Miss]:
    yield PASSED


@pytest.mark.parametrize(
    ("identifier", "run", "references", "said"),
    [
        ("root.mfa", documented, {}, "root.mfa: registered already"),
        ("none.such", silent, {}, "none.such: .* without documentation"),
        ("none.such", documented, {"cis9": "1.1"}, r"none.such: refers to \['cis9'\]"),
    ],
    ids=["twice", "without documentation", "an unknown standard"],
)
def test_what_is_no_check_is_refused(
    identifier: str, run: Run, references: dict[str, str], said: str
) -> None:
    before = dict(REGISTRY)
    register = check(
        identifier, "title", Severity.LOW, needs=(), practices=("BP1",), references=references
    )
    with pytest.raises(ValueError, match=said):
        register(run)
    assert before == REGISTRY


def test_documentation_is_without_the_indentation_of_the_code() -> None:
    lines = [line for each in REGISTRY.values() for line in each.info.documentation.split("\n")]
    assert any(not line for line in lines)
    assert not [line for line in lines if line.startswith(" ") or line.endswith(" ")]
