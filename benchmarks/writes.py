"""Writes per second and CPU per write: CreateUser, each durable and with its event, on SQLite.

Callers on keep-alive connections, each waiting for its answer; requests are signed beforehand. The
store lies on a disk (``TMPDIR``), with Doorward's own settings: nothing is answered before it is
synced.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.measure import calibrator, cpu_of, cpu_of_process, report
from benchmarks.server import signed
from tests.live import LiveServer, serving

CALLERS = (1, 8, 32)
WRITES = 640
"""Writes of one measurement: fewer in all than an account may have users."""


async def _send(endpoint: str, requests: list[bytes]) -> None:
    """Send requests one after the other over one connection; every answer must be a success."""
    parts = urlsplit(endpoint)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    for request in requests:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
    writer.close()


async def _all(endpoint: str, shares: list[list[bytes]]) -> None:
    await asyncio.gather(*(_send(endpoint, share) for share in shares))


def _measure(server: LiveServer, callers: int) -> tuple[float, float]:
    """Return CPU seconds a write, and writes a second."""
    requests = [
        signed(
            server.endpoint,
            "iam",
            {"Action": "CreateUser", "Version": "2010-05-08", "UserName": f"u{callers}-{number}"},
        )
        for number in range(WRITES)
    ]
    shares = [requests[first::callers] for first in range(callers)]
    before, began = cpu_of_process(server.process.pid), time.perf_counter()
    asyncio.run(_all(server.endpoint, shares))
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
