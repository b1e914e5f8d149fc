"""Expected decisions, checked: what `doorward test` and the plugin for pytest both report."""

from __future__ import annotations

from typing import Any

from doorward.engine.combine import decide
from doorward.importers.expectations import Expectation
from doorward.usecases.queries import explanation


def result(file: str, expectation: Expectation) -> dict[str, Any]:
    """Decide what an expectation asks, and say whether it came out as expected.

    A decision that is otherwise is explained (``explanation``), entry by entry.
    """
    decision = decide(expectation.layers, expectation.request)
    passed = decision.effect in expectation.effects and (
        expectation.rule is None or decision.rule is expectation.rule
    )
    found: dict[str, Any] = {
        "name": expectation.name,
        "file": file,
        "line": expectation.line,
        "expected": expectation.expect,
        "effect": decision.effect.value,
        "rule": decision.rule.value,
        "passed": passed,
    }
    if expectation.rule is not None:
        found["expectedRule"] = expectation.rule.value
    if not passed:
        found["explanation"] = explanation(expectation.layers, expectation.request)
    return found


def failure(found: dict[str, Any]) -> str:
    """Say in one line what was expected, and what it is, of a result that did not pass."""
    wanted = found["expected"]
    if "expectedRule" in found:
        wanted += f" by {found['expectedRule']}"
    decided = f"{found['effect']} by {found['rule']}"
    return f"{found['file']}, line {found['line']}: expected {wanted}, is {decided}"
