"""The engine and the literal reference evaluator agree on random questions.

The seed is printed with every run; `ORACLE_SEED` and `ORACLE_CASES` repeat or extend one.
"""

import os
import secrets
import sys

import pytest

from tests.oracle.differential import Json, Tally, compare, explain
from tests.oracle.reference import LAYERS, SEVERITY

SEED = int(os.environ.get("ORACLE_SEED") or secrets.randbelow(10**9))
CASES = int(os.environ.get("ORACLE_CASES") or 2000)
SHOWN = 3


@pytest.fixture(scope="module")
def outcome() -> tuple[Tally, list[Json]]:
    sys.stdout.write(f"ORACLE_SEED={SEED} ORACLE_CASES={CASES}\n")
    return compare(SEED, range(CASES))


def test_engine_and_reference_agree(outcome: tuple[Tally, list[Json]]) -> None:
    _, differing = outcome
    report = "\n".join(explain(question) for question in differing[:SHOWN])
    assert not differing, f"seed {SEED}: {len(differing)} of {CASES} differ\n{report}"


@pytest.mark.parametrize("effect", SEVERITY)
def test_each_effect_has_its_share(outcome: tuple[Tally, list[Json]], effect: str) -> None:
    tally, _ = outcome
    assert tally["effect"][effect] >= 0.15 * CASES, tally["effect"]


@pytest.mark.parametrize("layer", LAYERS)
def test_each_layer_decides(outcome: tuple[Tally, list[Json]], layer: str) -> None:
    tally, _ = outcome
    assert tally["deciding"][layer] > 0.005 * CASES, tally["deciding"]
