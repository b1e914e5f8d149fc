"""``python -m benchmarks.estates.audited PATH``: read an estate, audit it, say what that took.

A process of its own, so that its memory is what the work needs. stdout: a line of JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path

import msgspec

from benchmarks.estates.policies import Json
from doorward.analysis.checks import load
from doorward.analysis.registry import REGISTRY, Check, Miss, Passed, Scope, Unseen
from doorward.analysis.run import run
from doorward.cli.collector import collect_seldom
from doorward.importers.estate.read import read_estate

NOW = datetime(2026, 11, 2, tzinfo=UTC)


class Progress:
    """Counts what it is told, and holds it to be told in order, to the end."""

    def __init__(self) -> None:
        self.last = -1
        self.of = 0

    def __call__(self, done: int, of: int) -> None:
        """Take a step."""
        assert done == self.last + 1, (done, self.last)
        self.last, self.of = done, of

    def ended(self) -> int:
        """Return how many steps there were."""
        assert self.last == self.of > 0
        return self.of


def timed(check: Check, seconds: dict[str, float]) -> Check:
    """Return the check, whose CPU is added up."""

    def watched(scope: Scope) -> Iterator[Passed | Miss | Unseen]:
        before = time.process_time()
        try:
            yield from list(check.run(scope))
        finally:
            seconds[check.info.id] += time.process_time() - before

    return msgspec.structs.replace(check, run=watched)


@contextmanager
def measured(figures: dict[str, Json], name: str) -> Iterator[None]:
    """Note CPU, time and the most memory so far of a block."""
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    figures[name] = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "GiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }


def main(path: Path) -> None:
    """Read, audit, tell; the collector is set as ``doorward audit`` sets it."""
    collect_seldom()
    load()
    figures: dict[str, Json] = {}
    seconds: dict[str, float] = defaultdict(float)
    files, scopes = Progress(), Progress()
    with measured(figures, "import"):
        estate = read_estate(path, files)
    checks = [timed(each, seconds) for each in REGISTRY.values()]
    with measured(figures, "audit"):
        verdicts = run(
            checks,
            estate.snapshot,
            estate.evidence,
            NOW,
            broken=estate.broken,
            progress=scopes,
        )
    told = {
        "figures": figures,
        "files": files.ended(),
        "scopes": scopes.ended(),
        "problems": Counter(each.code for each in estate.problems),
        "states": Counter(each.state.value for each in verdicts),
        "findings": sum(len(each.findings) for each in verdicts),
        "checks": sorted(seconds.items(), key=itemgetter(1), reverse=True)[:8],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
