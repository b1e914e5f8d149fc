"""A real server in a process of its own, for tests that speak to it as clients do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from examples.main_job.clients import Identity

ACCOUNT = "111122223333"
KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
MASTER_KEY = "mk-test:" + "A" * 43 + "="
"""Seals the secrets of stores that have no key file beside them."""


@dataclass(frozen=True)
class LiveServer:
    """A running server: its endpoint, its first administrator, its process."""

    endpoint: str
    process: subprocess.Popen[str]
    said: list[str]

    @property
    def administrator(self) -> Identity:
        """The administrator of the first account."""
        return Identity(self.endpoint, KEY, SECRET)

    def client(self, service: str) -> Any:
        """Return the administrator's client of a service."""
        return self.administrator.client(service)

    def kill(self) -> None:
        """End the process as kill -9 does."""
        self.process.kill()
        self.process.wait(timeout=10)

    def stop(self) -> int:
        """Ask the process to stop; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


@contextmanager
def _anywhere() -> Iterator[str]:
    """Give a new store: in memory, or in the database that ``TEST_STORE`` names."""
    if os.environ.get("TEST_STORE") != "postgresql":
        yield "sqlite:///:memory:"
        return
    from tests.store.places import postgresql_database, postgresql_server

    with postgresql_server() as server, postgresql_database(server) as url:
        yield url


@contextmanager
def serving(
    store: str | None = None,
    settings: Mapping[str, str | None] | None = None,
    *,
    under: tuple[str, ...] = (),
) -> Iterator[LiveServer]:
    """Run ``doorward serve`` on a free port of the loopback address until the block ends.

    On a new store, if none is named. ``settings`` are more environment variables; ``None`` takes
    one away. ``under`` is a command that runs another, given after it.
    """
    with (
        nullcontext(store) if store else _anywhere() as place,
        _serving(place, settings, under) as server,
    ):
        yield server


@contextmanager
def _serving(
    store: str, settings: Mapping[str, str | None] | None, under: tuple[str, ...]
) -> Iterator[LiveServer]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("DOORWARD_")
    }
    environment |= {
        "DOORWARD_BOOTSTRAP_ACCOUNT_ID": ACCOUNT,
        "DOORWARD_BOOTSTRAP_ACCESS_KEY_ID": KEY,
        "DOORWARD_BOOTSTRAP_SECRET_ACCESS_KEY": SECRET,
        "PYTHONUNBUFFERED": "1",
    }
    for name, value in (settings or {}).items():
        if value is None:
            environment.pop(name)
        else:
            environment[name] = value
    if store.startswith("postgresql:"):
        environment.setdefault("DOORWARD_MASTER_KEY", MASTER_KEY)
    refused = environment.get("TEST_REFUSED")
    module = "tests.faults.refused" if refused else "doorward.cli"
    command = [sys.executable, "-m", module, "serve", "--store", store, "--listen", "127.0.0.1:0"]
    with running([*under, *command], environment) as server:
        yield server


@contextmanager
def running(command: list[str], environment: Mapping[str, str]) -> Iterator[LiveServer]:
    """Run a command that announces a server's endpoint, until the block ends."""
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said: list[str] = []
    reader: list[threading.Thread] = []
    try:
        endpoint = _endpoint(process, said)
        reader.append(threading.Thread(target=_drain, args=(process, said), daemon=True))
        reader[0].start()
        yield LiveServer(endpoint, process, said)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=10)
        if reader:
            reader[0].join(timeout=10)
        assert process.stdout is not None
        process.stdout.close()


def _endpoint(process: subprocess.Popen[str], said: list[str]) -> str:
    """Return the endpoint that the server announces; keep reading what it says."""
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if " at http" in line:
            return line.split()[-1]
    raise AssertionError(f"the server ended before it was ready: {''.join(said)}")


def _drain(process: subprocess.Popen[str], said: list[str]) -> None:
    """Read on, so that the server never waits for us."""
    assert process.stdout is not None
    said.extend(process.stdout)
