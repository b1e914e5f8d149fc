"""The engine and the literal reference evaluator agree on random questions.

Every run draws new ones and prints their seed; `ORACLE_SEED` and `ORACLE_CASES` repeat or extend
a run, and so does `python -m tests.oracle --seed S --cases N`.
"""

import os
import secrets
import sys

from tests.oracle.differential import compare, explain
from tests.oracle.reference import LAYERS, SEVERITY

SEED = int(os.environ.get("ORACLE_SEED") or secrets.randbelow(10**9))
CASES = int(os.environ.get("ORACLE_CASES") or 2000)
SHOWN = 3


def test_engine_and_reference_agree() -> None:
    sys.stdout.write(f"ORACLE_SEED={SEED} ORACLE_CASES={CASES}\n")
    tally, differing = compare(SEED, range(CASES))
    report = "\n".join(explain(question) for question in differing[:SHOWN])
    assert not differing, f"seed {SEED}: {len(differing)} of {CASES} differ\n{report}"
    # Agreement means something only where every effect and every layer had its say.
    rare_effects = [one for one in SEVERITY if tally["effects"][one] < 0.15 * CASES]
    assert not rare_effects, f"seed {SEED}: {tally['effects']}"
    idle_layers = [one for one in LAYERS if tally["layers deciding"][one] < 0.01 * CASES]
    assert not idle_layers, f"seed {SEED}: {tally['layers deciding']}"
