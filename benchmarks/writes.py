"""Writes per second and CPU per write: CreateUser, each durable and with its event, on SQLite.

Callers on keep-alive connections, each waiting for its answer; requests are signed beforehand. The
store lies on a disk (``TMPDIR``), with Doorward's own settings: nothing is answered before it is
synced.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.load import put, signed
from benchmarks.measure import calibrator, cpu_of, cpu_of_process, report
from tests.live import KEY, SECRET, LiveServer, serving

CALLERS = (1, 8, 32)
WRITES = 640
"""Writes of one measurement: fewer in all than an account may have users."""


def _measure(server: LiveServer, callers: int) -> tuple[float, float]:
    """Return CPU seconds a write, and writes a second."""
    requests = [
        signed(
            server.endpoint,
            (KEY, SECRET),
            "iam",
            {"Action": "CreateUser", "Version": "2010-05-08", "UserName": f"u{callers}-{number}"},
        )
        for number in range(WRITES)
    ]
    before, began = cpu_of_process(server.process.pid), time.perf_counter()
    put(server.endpoint, requests, total=WRITES, connections=callers)
    seconds = time.perf_counter() - began
    return (cpu_of_process(server.process.pid) - before) / WRITES, WRITES / seconds


def main() -> None:
    """Measure and print."""
    figures = {"calibrator": min(cpu_of(calibrator) for _ in range(3))}
    rates: dict[str, float] = {}
    for callers in CALLERS:
        with (
            tempfile.TemporaryDirectory() as folder,
            serving(f"sqlite:///{Path(folder) / 'bench.db'}") as server,
        ):
            label = f"CreateUser, {callers} at once"
            figures[label], rates[label] = _measure(server, callers)
    report("writes", figures, "CPU seconds a write")
    for label, rate in rates.items():
        print(f"  {label:<34} {rate:8.0f} writes/s")
