"""Requests per second and CPU per request, SigV4 verified and policies enforced, on loopback.

Beside it in the same run: moto's server and ministack, which do neither, and a bare ASGI responder
on the same server stack. An IAM user calls, among 1,000 users, on SQLite with Doorward's
durability, over 32 keep-alive connections. Every server runs on one core, the load on another
where there are two. The load is bounded: a fixed number of signed requests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import boto3
from botocore.config import Config

from benchmarks.load import put, signed
from benchmarks.measure import best, calibrator, cpu_of, cpu_of_process, report
from benchmarks.peers.peer import NotMeasured
from benchmarks.peers.servers import SERVERS, listens, running
from tests.live import KEY, SECRET, serving

ACCOUNT = "111122223333"
CONNECTIONS, USERS = 32, 1000
IAM, STS = "2010-05-08", "2011-06-15"
TRUST = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


class Call(NamedTuple):
    """What is measured: the call, how many of a round, and its bars.

    ``milliseconds`` of CPU at most; at least ``moto`` times less CPU than moto's server takes.
    """

    service: str
    form: dict[str, str]
    requests: int
    milliseconds: float
    moto: float


CALLS = {
    "GetCallerIdentity": Call(
        "sts", {"Action": "GetCallerIdentity", "Version": STS}, 2000, 0.30, 8
    ),
    "GetUser": Call(
        "iam", {"Action": "GetUser", "Version": IAM, "UserName": "user-7"}, 2000, 0.35, 8
    ),
    "ListUsers": Call(
        "iam", {"Action": "ListUsers", "Version": IAM, "MaxItems": "100"}, 500, 0.9, 8
    ),
    "AssumeRole": Call(
        "sts",
        {
            "Action": "AssumeRole",
            "Version": STS,
            "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/app",
            "RoleSessionName": "bench",
        },
        500,
        0.7,
        4,
    ),
}


class Server(NamedTuple):
    """A server that is measured: where it is, its process, and who calls it."""

    endpoint: str
    pid: int
    key: tuple[str, str]


def fill(endpoint: str, key: tuple[str, str]) -> tuple[str, str]:
    """Make the users, the role and the calling user; return the caller's access key."""
    iam = boto3.client(
        "iam",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=key[0],
        aws_secret_access_key=key[1],
        config=Config(retries={"total_max_attempts": 1}),
    )
    for number in range(USERS):
        iam.create_user(UserName=f"user-{number}")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=trust)
    iam.create_user(UserName="caller")
    rights = {"Effect": "Allow", "Action": ["iam:*", "sts:*"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [rights]})
    policy = iam.create_policy(PolicyName="bench", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_user_policy(UserName="caller", PolicyArn=policy)
    made = iam.create_access_key(UserName="caller")["AccessKey"]
    return made["AccessKeyId"], made["SecretAccessKey"]


@contextmanager
def _bare() -> Iterator[tuple[str, int]]:
    """Run the bare responder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bare"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        endpoint = process.stdout.readline().split()[-1]
        listens(process, int(endpoint.rpartition(":")[2]))
        yield endpoint, process.pid
    finally:
        process.terminate()
        process.wait(timeout=10)


def _servers(stack: ExitStack, folder: Path) -> dict[str, Server]:
    """Start every server that can be had, and fill it."""
    ours = stack.enter_context(serving(f"sqlite:///{folder / 'bench.db'}"))
    found = {"doorward": (ours.endpoint, ours.process.pid, (KEY, SECRET))}
    for name in SERVERS:
        try:
            endpoint, pid = stack.enter_context(running(name, folder))
        except NotMeasured as reason:
            print(f"  {name} NOT MEASURED: {reason}")
        else:
            # ministack takes an access key id of twelve digits for the account.
            found[name] = (endpoint, pid, (ACCOUNT, "secret"))
    servers = {}
    for name, (endpoint, pid, key) in found.items():
        _pin(pid, 0)
        caller = fill(endpoint, key)
        servers[name] = Server(endpoint, pid, caller if name == "doorward" else key)
    return servers


def _pin(pid: int, core: int) -> None:
    """Keep a process and its threads on one core, and so apart from the load."""
    cores = sorted(os.sched_getaffinity(0))
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {cores[core % len(cores)]})


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        servers = _servers(stack, Path(folder))
        bare_endpoint, bare_pid = stack.enter_context(_bare())
        _pin(bare_pid, 0)
        before = os.sched_getaffinity(0)
        _pin(os.getpid(), 1)
        rates: dict[str, float] = {}

        def cpu(label: str, server: Server, call: Call) -> float:
            request = signed(server.endpoint, server.key, call.service, call.form)
            total = min(call.requests, 400) if label.startswith("moto") else call.requests
            used, began = cpu_of_process(server.pid), time.perf_counter()
            put(server.endpoint, [request], total=total, connections=CONNECTIONS)
            rate = total / (time.perf_counter() - began)
            time.sleep(0.5)  # what is done after the answer counts too: events in batches
            rates[label] = max(rate, rates.get(label, 0))
            return (cpu_of_process(server.pid) - used) / total

        works: dict[str, Callable[[], float]] = {"calibrator": lambda: cpu_of(calibrator)}
        plain = Server(bare_endpoint, bare_pid, (KEY, SECRET))
        works["bare"] = lambda: cpu("bare", plain, CALLS["GetCallerIdentity"])
        for call_name, call in CALLS.items():
            for server_name, server in servers.items():
                label = f"{server_name} {call_name}"
                works[label] = lambda lab=label, s=server, c=call: cpu(lab, s, c)  # type: ignore[misc]
        figures = best(works)
        os.sched_setaffinity(0, before)
        report("server", figures, "CPU seconds a request")
        _compare(figures, rates)


def _compare(figures: dict[str, float], rates: dict[str, float]) -> None:
    """Print ours beside the bars and the peers."""
    print(
        "  call               ms CPU  wanted  rate/s | bare × | moto × wanted rate/s | ministack ×"
    )
    for name, call in CALLS.items():
        ours = figures[f"doorward {name}"]
        moto, mini = figures.get(f"moto {name}"), figures.get(f"ministack {name}")
        print(
            f"  {name:<18} {ours * 1e3:6.3f} {call.milliseconds:7.2f} "
            f"{rates[f'doorward {name}']:7.0f} | {ours / figures['bare']:6.1f} | "
            + (
                f"{moto / ours:6.1f} {call.moto:6.0f} {rates[f'moto {name}']:6.0f}"
                if moto
                else "-"
            )
            + " | "
            + (f"{mini / ours:6.2f} {rates[f'ministack {name}']:6.0f}" if mini else "-")
        )
