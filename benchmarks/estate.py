"""Files of an estate to verdicts: a thousand accounts, and one account beside other auditors.

The estates are made from a seed (``benchmarks.estates``). The large one is read and audited once,
in a process of its own; the small one by whole processes, best of interleaved runs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from benchmarks.estates.write import LARGE, SMALL, write
from benchmarks.measure import best, calibrator, cpu_of, report
from benchmarks.peers import auditors
from benchmarks.peers.peer import ROOT, NotMeasured
from tests.clients.environment import sealed

BARS: Final = {"import": 120, "audit": 300}
"""Seconds that the large estate may take, on two cores."""

GIB: Final = 4
TIMES: Final = {"cloudsplaining": 5, "Prowler": 20}
"""How many times our CPU a peer takes, at least."""

_RUNS: Final = 3


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        large(Path(folder, "large"))
        small(Path(folder))


# ------------------------------------------------------------------------------- large


def large(folder: Path) -> None:
    """Write the large estate, read it, audit it."""
    made = cpu_of(lambda: write(LARGE, folder))
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    beside = cpu_of(calibrator)
    command = (sys.executable, "-m", "benchmarks.estates.audited", str(folder))
    child = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(child.stdout)
    each = LARGE.size
    print(
        f"estate: {LARGE.accounts} accounts, {LARGE.accounts * (each.users + each.roles)} "
        f"principals, {LARGE.accounts * each.policies} policies of customers; "
        f"{told['files']} files, {size / 2**20:.0f} MiB, written in {made:.1f} s of CPU"
    )
    print(f"  calibrator {min(beside, cpu_of(calibrator)):.4f} s")
    for name, figures in told["figures"].items():
        print(
            f"  {name:<8} {figures['wall']:6.1f} s (wanted {BARS[name]}), CPU "
            f"{figures['cpu']:6.1f} s, memory {figures['GiB']:.2f} GiB at most (wanted {GIB})"
        )
    print(f"  problems {told['problems']}")
    print(f"  verdicts {told['states']}, {told['findings']} findings; the slowest checks:")
    for name, seconds in told["checks"]:
        print(f"    {name:<40} {seconds:6.1f} s of CPU")


# ------------------------------------------------------------------------------- small


def small(folder: Path) -> None:
    """Measure whole processes on one account: ours, and those of other auditors."""
    estate = folder / "small"
    write(SMALL, estate)
    missing: dict[str, str] = {}
    with ExitStack() as stack:
        works: dict[str, Callable[[], float]] = {
            "calibrator": lambda: cpu_of(calibrator),
            "doorward": lambda: _ours(estate),
        }
        for name, begin in (("cloudsplaining", _cloudsplaining), ("Prowler", _prowler)):
            try:
                works[name] = _until_it_fails(begin(estate, folder, stack), name, missing)
            except NotMeasured as why:
                missing[name] = str(why)
        figures = best(works, _RUNS)
    done = {name: figure for name, figure in figures.items() if name not in missing}
    report("estate", done, "CPU seconds of a whole process, one account")
    for name, bar in TIMES.items():
        if name in missing:
            print(f"  {name} NOT MEASURED: {missing[name]}")
        else:
            print(f"  {name} ÷ ours: {figures[name] / figures['doorward']:.1f} (wanted {bar})")


def _until_it_fails(
    work: Callable[[], float], name: str, missing: dict[str, str]
) -> Callable[[], float]:
    def measured() -> float:
        if name in missing:
            return float("inf")
        try:
            return work()
        except NotMeasured as why:
            missing[name] = str(why)
            return float("inf")

    return measured


def _ours(estate: Path) -> float:
    """``doorward audit``; exit code 3 says that something is wrong, 4 that not all was checked."""
    command = (sys.executable, "-m", "doorward.cli", "audit", str(estate))
    with tempfile.TemporaryDirectory() as home:
        return auditors.cpu_of_command(command, ROOT, sealed(Path(home)), frozenset({3}))


def _cloudsplaining(estate: Path, folder: Path, _stack: ExitStack) -> Callable[[], float]:
    program, details = auditors.install_cloudsplaining(), folder / "details.json"
    auditors.one_file(estate / SMALL.first, details)
    return lambda: auditors.cloudsplaining(program, details)


def _prowler(estate: Path, folder: Path, stack: ExitStack) -> Callable[[], float]:
    program = auditors.install_prowler()
    server = stack.enter_context(auditors.served(estate, folder))
    return lambda: auditors.prowler(program, server)


if __name__ == "__main__":
    main()
