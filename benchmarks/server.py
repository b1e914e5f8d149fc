"""Requests per second and CPU per request, SigV4 verified and policies enforced, on loopback.

A bare ASGI responder on the same server stack stands beside it in the same run. The load is
bounded: a fixed number of signed requests on a few keep-alive connections.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from benchmarks.measure import best, calibrator, cpu_of, cpu_of_process, report
from tests.live import KEY, SECRET, serving

CONNECTIONS, REQUESTS = 8, 2000
CALLS = {
    "GetCallerIdentity": ("sts", {"Action": "GetCallerIdentity", "Version": "2011-06-15"}),
    "GetUser": ("iam", {"Action": "GetUser", "Version": "2010-05-08", "UserName": "user-7"}),
}


def signed(endpoint: str, service: str, form: dict[str, str]) -> bytes:
    """Return a signed request as it goes over the connection."""
    body = urlencode(form).encode()
    request = AWSRequest(
        "POST", endpoint, data=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    SigV4Auth(Credentials(KEY, SECRET), service, "us-east-1").add_auth(request)
    headers = dict(request.headers) | {
        "Host": urlsplit(endpoint).netloc,
        "Content-Length": str(len(body)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST / HTTP/1.1\r\n{lines}\r\n".encode() + body


async def _load(endpoint: str, request: bytes) -> None:
    """Send ``REQUESTS`` requests over ``CONNECTIONS`` connections, one after the other on each."""
    parts = urlsplit(endpoint)

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        for _ in range(REQUESTS // CONNECTIONS):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            await reader.readexactly(length)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))


@contextmanager
def _bare() -> Iterator[tuple[str, int]]:
    """Run the bare responder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bare"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[-1], process.pid
    finally:
        process.terminate()
        process.wait(timeout=10)


def main() -> None:
    """Measure and print."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(f"sqlite:///{Path(folder) / 'bench.db'}") as server,
        _bare() as (bare_endpoint, bare_pid),
    ):
        iam = server.client("iam")
        for number in range(50):
            iam.create_user(UserName=f"user-{number}")
        rates: dict[str, float] = {}

        def cpu(label: str, endpoint: str, pid: int, request: bytes) -> float:
            before, started = cpu_of_process(pid), time.perf_counter()
            asyncio.run(_load(endpoint, request))
            rate = REQUESTS / (time.perf_counter() - started)
            rates[label] = max(rate, rates.get(label, 0))
            return (cpu_of_process(pid) - before) / REQUESTS

        works = {"calibrator": lambda: cpu_of(calibrator)}
        plain = signed(bare_endpoint, *CALLS["GetCallerIdentity"])
        works["bare"] = lambda: cpu("bare", bare_endpoint, bare_pid, plain)
        for name, (service, form) in CALLS.items():
            works[name] = lambda n=name, s=service, f=form: cpu(  # type: ignore[misc]
                n, server.endpoint, server.process.pid, signed(server.endpoint, s, f)
            )
        figures = best(works)
        report("server", figures, "CPU seconds a request")
        for label, rate in rates.items():
            ratio = figures[label] / figures["bare"]
            print(f"  {label:<20} {rate:8.0f} requests/s, {ratio:6.2f} x the bare responder's CPU")
