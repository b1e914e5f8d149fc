"""`python -m tests.wire [--examples N] [--seed S]`: every constraint, every operation.

First every case of every constraint of the models is sent over the whole served path, and its
answer held against AWS's code and text; then each operation's requests and replies go to and fro
between botocore and Doorward N times. Ends with 1 if anything was not as it should be.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings

from doorward.api.operation import REGISTRY
from doorward.wire.models import SERVED, Operation
from tests.wire import judging
from tests.wire.round_trips import LAWS, OPERATIONS
from tests.wire.served import server

SHOWN = 10


def main() -> int:
    """Send the cases, try the laws, print the counts; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.wire", description=__doc__)
    parser.add_argument("--examples", type=int, default=100, help="round trips of each law")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    options = parser.parse_args()
    wrong = constraints() + round_trips(options.examples, options.seed)
    for text in wrong[:SHOWN]:
        sys.stdout.write(f"\n{text}\n")
    sys.stdout.write(f"{len(wrong)} answers or round trips not as meant\n")
    return 1 if wrong else 0


def constraints() -> list[str]:
    """Send every case; print how many there were; return what was answered otherwise."""
    counted: dict[str, Counter[str]] = {name: Counter() for name in SERVED}
    wrong: list[str] = []
    began = time.monotonic()
    with server() as served:
        for operation in OPERATIONS:
            sent = list(judging.trials(operation))
            wrong += judging.unlike(served, sent)
            counted[operation.service].update(_counts(operation, sent))
    sys.stdout.write(f"{len(wrong)} wrong in {time.monotonic() - began:.0f} s\n\n")
    sys.stdout.writelines(f"{line}\n" for line in table(counted))
    return wrong


def _counts(operation: Operation, sent: list[judging.Trial]) -> Iterator[str]:
    """Name, once for each time it counts, everything that the table counts."""
    yield "operations"
    absent = (operation.service, operation.name) not in REGISTRY
    constraints = {trial.constraint for trial in sent if trial.constraint[0] != judging.TOGETHER}
    yield from ("constraints" for _ in constraints)
    for trial in sent:
        yield "cases"
        yield trial.constraint[0]
        if absent:
            yield "of absent operations"


def table(counted: dict[str, Counter[str]]) -> Iterator[str]:
    """The counts of each service, and of IAM and STS together."""
    columns = {**counted, "iam + sts": counted["iam"] + counted["sts"]}
    heads = ["operations", "constraints", "cases"]
    others = sorted({key for counts in counted.values() for key in counts} - {*heads})
    yield f"{'':22}" + "".join(f"{name:>15}" for name in columns)
    for row in (*heads, *others):
        yield f"{row:22}" + "".join(f"{counts[row]:>15}" for counts in columns.values())
    yield ""


def round_trips(examples: int, number: int) -> list[str]:
    """Try each law of each operation; return what failed."""
    many = settings(
        max_examples=examples, database=None, deadline=None, print_blob=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
    )  # fmt: skip
    wrong: list[str] = []
    began = time.monotonic()
    for done, operation in enumerate(OPERATIONS):
        sys.stderr.write(f"\r{done}/{len(OPERATIONS)} operations, {len(wrong)} laws broken ")
        sys.stderr.flush()
        for law in LAWS:
            wrong += _tried(seed(number)(many(law(operation))), f"{operation!r} {law.__name__}")
    sys.stderr.write("\n")
    tried = len(OPERATIONS) * len(LAWS) * examples
    seconds = time.monotonic() - began
    sys.stdout.write(f"seed {number}: {tried} round trips at most, {seconds:.0f} s\n")
    return wrong


def _tried(law: Any, name: str) -> list[str]:
    try:
        law()
    except Exception as failure:  # noqa: BLE001 - whatever it is, it is shown and counted
        return ["\n".join((name, f"{type(failure).__name__}: {failure}", *_notes(failure)))]
    return []


def _notes(failure: Exception) -> list[str]:
    return list(getattr(failure, "__notes__", ()))


if __name__ == "__main__":
    sys.exit(main())
