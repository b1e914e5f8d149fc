"""Catalogue row 70: the power is cut at every sync of every write, and just before it.

What the program really sends to SQLite, pragmas and all, is recorded while the story of every
writing operation is told, and played again on a disk that notes its calls. For each cut the files
are put together as a disk may hold them; what had been acknowledged has to be there, and whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import apsw
import msgspec
from sqlalchemy import event

from tests.acceptance.crash.invariants import verify
from tests.acceptance.powerloss.disk import Call, Disk, after_cut
from tests.faults.story import STORY, told

FULL = "PRAGMA synchronous=FULL"
_DATABASE = "doorward.db"


def recorded(folder: Path) -> list[str]:
    """Tell the story on a SQLite store in ``folder``; return what its writer sent to SQLite.

    First the pragmas of a connection, then every write transaction in its order.
    """
    sent: dict[int, list[str]] = {}
    transactions: list[str] = []

    def connected(connection: sqlite3.Connection, _record: object) -> None:
        statements = sent.setdefault(id(connection), [])

        def traced(statement: str) -> None:
            statements.append(statement)
            if statement == "COMMIT":
                begun = max(n for n, each in enumerate(statements) if each.startswith("BEGIN"))
                if statements[begun] == "BEGIN IMMEDIATE":
                    transactions.extend(statements[begun:])
                statements.clear()

        connection.set_trace_callback(traced)

    pragmas = _pragmas(folder)
    with told(f"sqlite:///{folder / _DATABASE}") as telling:
        event.listen(telling.application.store._engines.writing, "connect", connected)
        telling.application.store._engines.writing.dispose()
        before = telling.application.store.load()
        with closing(sqlite3.connect(folder / _DATABASE)) as connection:
            schema = [f"{line}" for line in connection.iterdump()]
        assert before.versions
        for step in STORY:
            telling.call(step)
    start = [line for line in schema if line not in {"BEGIN TRANSACTION;", "COMMIT;"}]
    return [*pragmas, "BEGIN IMMEDIATE", *start, "COMMIT", *transactions]


def _pragmas(folder: Path) -> list[str]:
    """Return the pragmas that the program sets on a connection before it is used."""
    from doorward.store.address import _prepare_sqlite

    sent: list[str] = []
    with closing(sqlite3.connect(folder / "pragmas.db")) as connection:
        connection.set_trace_callback(sent.append)
        _prepare_sqlite(connection, None)
    return sent


class Played(msgspec.Struct):
    """What SQLite asked of the disk, and how far it had come when each commit was acknowledged.

    ``commits`` holds, for each, the number of calls before it and the number of events by then.
    """

    calls: list[Call]
    commits: list[tuple[int, int]]


def play(statements: list[str], folder: Path) -> Played:
    """Send statements to SQLite on the disk that notes."""
    disk = Disk()
    played = Played(disk.calls, [])
    connection = apsw.Connection(str(folder / _DATABASE), vfs=disk.NAME)
    # One process alone, as here, has no need of shared memory, which a VFS in Python cannot give.
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    for statement in statements:
        connection.execute(statement)
        if statement == "COMMIT":
            (events,) = next(connection.execute("SELECT count(*) FROM events"))
            played.commits.append((len(disk.calls), events))
    del connection
    disk.unregister()
    return played


def cuts(played: Played, *, seed: int) -> Iterator[tuple[int, Random | None]]:
    """Yield where the power is cut, and what is left of that which was not synced.

    Before and after every sync, with nothing of it and with any part of it.
    """
    chance = Random(seed)
    first = played.commits[0][0]
    for place, call in enumerate(played.calls):
        if call.kind == "sync" and place >= first:
            for at in (place, place + 1):
                yield at, None
                yield at, Random(chance.random())


class Loss(msgspec.Struct, frozen=True):
    """What a cut took away, or broke."""

    at: int
    lost: int
    problems: tuple[str, ...]


def cut(played: Played, at: int, kept: Random | None, folder: Path, *, whole: bool) -> Loss:
    """Cut the power after so many calls; return what of the acknowledged is not there.

    ``whole`` opens the store as a server does and looks at everything.
    """
    for old in folder.iterdir():
        old.unlink()
    for name, content in after_cut(played.calls[:at], kept).items():
        (folder / name).write_bytes(content)
    promised = max((events for before, events in played.commits if before <= at), default=0)
    file = folder / _DATABASE
    try:
        with closing(sqlite3.connect(file)) as connection:
            (there,) = connection.execute("SELECT count(*) FROM events").fetchone()
            checked = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        return Loss(at, promised, (str(error),))
    problems = [] if checked == ["ok"] else checked
    if whole and not problems:
        problems = verify(file)
    return Loss(at, max(0, promised - there), tuple(problems))


def losses(
    statements: list[str], folder: Path, *, seed: int, look_at_every: int = 1, whole: int = 1
) -> tuple[int, list[Loss]]:
    """Play statements and cut the power everywhere; return how often, and what was lost.

    Only each so-many-th cut is played, and each so-many-th of those is looked at as a whole.
    """
    for name in ("played", "cut"):
        (folder / name).mkdir()
    played = play(statements, folder / "played")
    chosen = list(cuts(played, seed=seed))[::look_at_every]
    found = [
        cut(played, at, kept, folder / "cut", whole=number % whole == 0)
        for number, (at, kept) in enumerate(chosen)
    ]
    return len(chosen), [loss for loss in found if loss.lost or loss.problems]


def with_less(statements: list[str]) -> list[str]:
    """Return the statements with the setting that does not sync each commit."""
    assert statements.count(FULL) == 1
    return [s if s != FULL else "PRAGMA synchronous=NORMAL" for s in statements]


def told_by(loss: Loss) -> Any:
    """Return a loss as a line."""
    return f"cut after {loss.at} calls: {loss.lost} acknowledged lost {'; '.join(loss.problems)}"
