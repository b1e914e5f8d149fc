"""One account with 100,000 users and 10,000 roles beside one with 1,000: start, memory, latency.

Wall time of single calls on one connection, p50 and p99, in interleaved rounds on both servers, so
that a busy machine slows both alike. The estate is written through the store, past the quotas.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.load import put, signed
from doorward.model.directory import Transaction
from doorward.model.identity import Role, User
from doorward.model.ids import unique_id
from doorward.store import Store
from tests.live import ACCOUNT, KEY, SECRET, LiveServer, serving

SMALL, LARGE, ROLES = 1000, 100_000, 10_000
CALLS, ROUNDS = 2000, 5
START_SECONDS, GIB, TIMES = 10, 1.5, 2
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":'
    '{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
)


def _id(prefix: str, number: int) -> str:
    return unique_id(prefix, ACCOUNT, number.to_bytes(8))


def _fill(place: str, users: int, roles: int) -> None:
    """Write an estate into a store that a server has begun."""

    def work(transaction: Transaction) -> None:
        for number in range(users):
            transaction.add(User(ACCOUNT, f"user-{number:06}", _id("AIDA", number), NOW))
        for number in range(roles):
            name = f"role-{number:06}"
            transaction.add(Role(ACCOUNT, name, _id("AROA", number), NOW, TRUST))

    store = Store.open(place)
    try:
        store.write(work)
    finally:
        store.close()


@contextmanager
def _server(folder: Path, users: int, roles: int) -> Iterator[tuple[LiveServer, float]]:
    """Run a server on a filled store; give the seconds that it took to start, too."""
    place = f"sqlite:///{folder / f'{users}.db'}"
    with serving(place):
        pass
    _fill(place, users, roles)
    began = time.perf_counter()
    with serving(place) as server:
        yield server, time.perf_counter() - began


def _resident(pid: int) -> float:
    """Return the most memory that a process has had, in GiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 2**20


def _form(name: str, users: int) -> list[dict[str, str]]:
    iam = {"Action": name, "Version": "2010-05-08"}
    if name == "GetUser":
        return [iam | {"UserName": f"user-{n:06}"} for n in range(0, users, users // 100)]
    return [iam | {"PathPrefix": "/", "MaxItems": "100"}]


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        places = {"1,000 users": (SMALL, 0), "100,000 users, 10,000 roles": (LARGE, ROLES)}
        servers = {
            label: stack.enter_context(_server(Path(folder), *size))
            for label, size in places.items()
        }
        times: dict[tuple[str, str], list[float]] = {}
        for _ in range(ROUNDS):
            for label, (server, _) in servers.items():
                for name in ("GetUser", "ListUsers"):
                    requests = [
                        signed(server.endpoint, (KEY, SECRET), "iam", form)
                        for form in _form(name, places[label][0])
                    ]
                    total = CALLS if name == "GetUser" else CALLS // 10
                    found = put(server.endpoint, requests, total=total, connections=1)
                    times.setdefault((label, name), []).extend(found)
        for label, (server, started) in servers.items():
            memory = _resident(server.process.pid)
            print(f"  {label}: start {started:.1f} s, memory {memory:.2f} GiB")
        print(
            f"  wanted of the large one: start {START_SECONDS} s, memory {GIB} GiB, p99 × {TIMES}"
        )
        for name in ("GetUser", "ListUsers"):
            p99 = {}
            for label in servers:
                taken = times[label, name]
                p99[label] = statistics.quantiles(taken, n=100)[98]
                middle = statistics.median(taken)
                print(
                    f"  {name} {label}: p50 {middle * 1e3:.2f} ms, p99 {p99[label] * 1e3:.2f} ms"
                )
            small, large = p99.values()
            print(f"  {name}: p99 of the large one {large / small:.2f} × that of the small one")
