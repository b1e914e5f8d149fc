"""Where a store is: a URL read strictly, and the SQLAlchemy engine set up for it."""

from __future__ import annotations

import importlib.util
import os
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from doorward.errors import ConfigurationError, StoreUnavailable

_FORMS = "sqlite:///FILE, sqlite:///:memory: or postgresql://USER@HOST/DATABASE"
_SQLITE = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat.html, section 1.2
_BUSY_SECONDS = 5
_LOG_LIMIT = 64 << 20
"""Bytes that a SQLite log is cut to when it begins anew, after a reader who read for long."""
_PAGE_BYTES = 8192
"""An event has some 3,000 bytes: of the usual page of 4,096 a quarter would stay empty."""
_CONNECT_SECONDS = 5
_POOL_SIZE = 10


class Address(msgspec.Struct, frozen=True):
    """A store's place: ``file`` for a SQLite file, ``None`` for one in memory or PostgreSQL."""

    url: URL
    file: Path | None = None

    @property
    def in_memory(self) -> bool:
        """Whether the store is gone when its process ends."""
        return self.url.get_backend_name() == "sqlite" and self.file is None


def parse_address(text: str) -> Address:
    """Read a store URL; raise ``ConfigurationError``, which says what is right, for any other."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise ConfigurationError(f"the store is not a URL: write {_FORMS}") from None
    match url.drivername:
        case "sqlite":
            return _sqlite_address(url)
        case "postgresql":
            return _postgresql_address(url)
        case other:
            raise ConfigurationError(f"unknown kind of store {other!r}: write {_FORMS}")


def _sqlite_address(url: URL) -> Address:
    if url.host or url.query or not url.database:
        raise ConfigurationError(
            "a SQLite store is named by its file alone: write sqlite:///FILE (three slashes, four "
            "for an absolute path) or sqlite:///:memory:"
        )
    if url.database == ":memory:":
        return Address(url)
    file = Path(url.database).absolute()
    if not file.parent.is_dir():
        raise ConfigurationError(f"the store's folder {file.parent} does not exist: make it first")
    if file.is_dir():
        raise ConfigurationError(f"the store {file} is a folder: name a file in it")
    return Address(url.set(database=str(file)), file)


def _postgresql_address(url: URL) -> Address:
    if importlib.util.find_spec("psycopg") is None:
        raise ConfigurationError(
            "a PostgreSQL store needs psycopg: pip install doorward[postgres]"
        )
    if not url.database:
        raise ConfigurationError(
            "the store URL names no database: postgresql://USER@HOST/DATABASE"
        )
    return Address(url.set(drivername="postgresql+psycopg"))


class Engines(msgspec.Struct, frozen=True):
    """Two ways into one store, over one pool of connections.

    ``reading`` transactions see one consistent state and cannot write; ``writing`` ones are
    serializable: on SQLite one at a time, on PostgreSQL tried again by ``store.database``.
    """

    reading: Engine
    writing: Engine


def connect(address: Address) -> Engines:
    """Return the engines for the store; PostgreSQL is not contacted yet, a SQLite file is made."""
    if address.url.get_backend_name() == "postgresql":
        return _postgresql(address)
    return _sqlite(address)


def _postgresql(address: Address) -> Engines:
    given = address.url.query
    limit = {} if "connect_timeout" in given else {"connect_timeout": _CONNECT_SECONDS}
    engine = create_engine(
        address.url,
        hide_parameters=True,
        connect_args=limit,
        pool_size=_POOL_SIZE,
        pool_pre_ping=True,
        pool_timeout=_CONNECT_SECONDS,
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return Engines(
        engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True),
        engine.execution_options(isolation_level="SERIALIZABLE"),
    )


def _prepare_postgresql(connection: Any, _record: object) -> None:  # noqa: ANN401 (psycopg is an extra)
    """Make commits durable where the database's own setting would not; stronger ones stay."""
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()


def _sqlite(address: Address) -> Engines:
    options: dict[str, Any] = {"connect_args": {"timeout": _BUSY_SECONDS}}
    if address.file is None:
        options["poolclass"] = StaticPool
        options["connect_args"]["check_same_thread"] = False
    else:
        _create_private(address.file)
        options |= {"pool_size": _POOL_SIZE, "pool_timeout": _CONNECT_SECONDS}
    engine = create_engine(address.url, hide_parameters=True, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Engines(engine, engine.execution_options(begin="BEGIN IMMEDIATE"))


def _create_private(file: Path) -> None:
    """Make the file, readable by its owner alone; SQLite gives its side files the same mode."""
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            begins = os.read(descriptor, len(_SQLITE))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StoreUnavailable(f"the store cannot be opened: {error}") from error
    if begins not in {b"", _SQLITE}:
        raise ConfigurationError(f"{file} is no SQLite database: name another file")


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Make commits durable, and leave it to ``_begin_sqlite`` alone to begin transactions."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA page_size={_PAGE_BYTES}")  # of a new file; others keep theirs
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute(f"PRAGMA journal_size_limit={_LOG_LIMIT}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; a writing one takes its place at once, so it never fails halfway."""
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
