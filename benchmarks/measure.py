"""How things are measured here: process CPU, best of interleaved runs, a calibrator beside it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

RUNS = 5
"""Interleaved runs; the best counts, because a busy machine can only add time."""

BASELINES = Path(__file__).parent / "baselines"


def calibrator() -> None:
    """Do a fixed piece of work in plain Python, to tell a slow machine from slow code."""
    total = 0
    for number in range(400_000):
        total += number * number % 7
    assert total > 0


def cpu_of(work: Callable[[], None]) -> float:
    """Return the CPU seconds of this process that ``work`` took."""
    before = time.process_time()
    work()
    return time.process_time() - before


def cpu_of_process(pid: int) -> float:
    """Return the CPU seconds that another process has used so far, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def best(works: dict[str, Callable[[], float]], runs: int = RUNS) -> dict[str, float]:
    """Run every measurement in turn, ``runs`` times over; return each one's smallest figure."""
    figures: dict[str, float] = {}
    for _ in range(runs):
        for name, work in works.items():
            figure = work()
            figures[name] = min(figure, figures.get(name, figure))
    return figures


def report(name: str, figures: dict[str, float], unit: str) -> None:
    """Print figures beside those of the stored baseline, as ratios to the calibrator of each run.

    With ``BENCHMARK_WRITE=1`` in the environment they become the new baseline.
    """
    file = BASELINES / f"{name}.json"
    before = json.loads(file.read_text()) if file.exists() else {}
    print(f"{name} ({unit}; ratio to the calibrator; baseline ratio; now/baseline)")
    for label, figure in figures.items():
        ratio = figure / figures["calibrator"]
        line = f"  {label:<34} {figure:12.6f} {ratio:12.6f}"
        if label in before:
            old = before[label] / before["calibrator"]
            line += f" {old:12.6f} {ratio / old:8.2f}"
        print(line)
    if os.environ.get("BENCHMARK_WRITE") == "1":
        file.write_text(json.dumps(figures, indent=2) + "\n")
        print(f"  written to baselines/{file.name}")
