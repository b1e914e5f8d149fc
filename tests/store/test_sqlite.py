"""What is SQLite's alone: durability settings, one server a file, other processes, full disks."""

from __future__ import annotations

import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event

from doorward.errors import ConfigurationError, StoreIncompatible, StoreUnavailable
from doorward.model.directory import Transaction
from doorward.model.identity import User
from doorward.store import Store
from doorward.store.address import _BUSY_SECONDS
from tests.store.estates import A, call, user


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "doorward.db"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{file}")
    opened.migrate()
    yield opened
    opened.close()


def test_every_connection_is_durable(store: Store) -> None:
    connections = [store._engines.writing.connect() for _ in range(3)]
    for connection in connections:
        for pragma, expected in (
            ("journal_mode", "wal"),
            ("synchronous", 2),  # FULL
            ("busy_timeout", _BUSY_SECONDS * 1000),
        ):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == expected
        connection.close()


def test_a_write_with_its_event_is_one_transaction(store: Store) -> None:
    statements: list[str] = []
    event.listen(
        store._engines.writing,
        "connect",
        lambda connection, _: connection.set_trace_callback(statements.append),
    )
    store._engines.writing.dispose()

    def work(t: Transaction) -> None:
        t.add(user("a"))
        t.add(user("b", "444455556666"))
        t.append(call("e"))

    store.write(work)
    control = [
        s for s in statements if s.split()[0] in {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT"}
    ]
    assert control == ["BEGIN IMMEDIATE", "COMMIT"]


def test_the_files_are_their_owners_alone(file: Path, store: Store) -> None:
    store.write(lambda t: t.add(user("a")))
    for path in file.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


HOLD = """
import sys
from doorward.store import Store
store = Store.open(sys.argv[1], exclusive=True)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_second_server_on_a_file_refuses_to_start(file: Path, end: signal.Signals) -> None:
    """The lease ends with its holder, however that ends."""
    url = f"sqlite:///{file}"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"held\n"
        with pytest.raises(StoreIncompatible, match="another Doorward server holds"):
            Store.open(url, exclusive=True)
        Store.open(url).close()  # a worker or a reader beside it
        server.send_signal(end)
        server.wait(timeout=30)
    Store.open(url, exclusive=True).close()


def test_a_lease_is_given_back(file: Path) -> None:
    for _ in range(2):
        store = Store.open(f"sqlite:///{file}", exclusive=True)
        with pytest.raises(StoreIncompatible):
            Store.open(f"sqlite:///{file}", exclusive=True)
        store.close()


def test_another_process_writes_and_is_followed(file: Path, store: Store) -> None:
    snapshot = store.load()
    assert store.is_current(snapshot)
    other = Store.open(f"sqlite:///{file}")
    other.write(lambda t: t.add(user("a")))
    other.write(lambda t: t.append(call("event")))
    assert not store.is_current(snapshot)
    followed = snapshot.apply(*store.changes_since(snapshot))
    assert followed.all(User) == (user("a"),)
    assert store.is_current(followed)
    other.write(lambda t: t.append(call("event2")))
    assert store.is_current(followed), "events are no change"
    assert not store.is_current(snapshot)
    other.close()


def test_asking_whether_a_snapshot_is_current_reads_nothing_when_nobody_wrote(
    store: Store,
) -> None:
    snapshot = store.load()
    assert store.is_current(snapshot)
    asked: list[str] = []
    event.listen(
        store._engines.reading, "before_cursor_execute", lambda *a: asked.append(str(a[2]))
    )
    assert all(store.is_current(snapshot) for _ in range(10))
    assert asked == []
    store.write(lambda t: t.add(user("a")))
    assert not store.is_current(snapshot)
    assert asked != []


def test_a_transaction_within_a_transaction_is_a_mistake_and_says_so(store: Store) -> None:
    def work(t: Transaction) -> None:
        t.add(user("a"))
        store.write(lambda inner: inner.add(user("b")))

    with pytest.raises(RuntimeError, match="within another"):
        store.write(work)
    assert store.load().all(User) == ()
    store.write(lambda t: t.add(user("b")))


def test_a_full_disk_stops_writes_not_reads_and_writes_go_on_when_there_is_room(
    store: Store,
) -> None:
    """SQLite's page limit answers as a full disk does."""
    store.write(lambda t: t.add(user("a")))
    limit(store, 1)
    big = user("b", tags=(("k", "x" * 100_000),))
    with pytest.raises(StoreUnavailable, match="full"):
        store.write(lambda t: t.add(big))
    snapshot = store.load()
    assert snapshot.all(User) == (user("a"),)
    assert snapshot.version(A) == 1
    assert store.is_current(snapshot)
    limit(store, 2**30)
    store.write(lambda t: t.add(big))
    assert store.load().all(User) == (user("a"), big)


def limit(store: Store, pages: int) -> None:
    """Let the file of the one connection that is in use grow to so many pages."""
    with store._engines.writing.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def test_a_locked_file_is_unavailable(
    file: Path, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    monkeypatch.setattr("doorward.store.address._BUSY_SECONDS", 0.05)
    impatient = Store.open(f"sqlite:///{file}")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        impatient.write(lambda t: t.add(user("a")))
    assert impatient.load().all(User) == ()
    other.execute("ROLLBACK")
    other.close()
    impatient.write(lambda t: t.add(user("a")))
    impatient.close()


def adds(added: User, t: Transaction) -> None:
    t.add(added)


def another(folder: Path) -> Path:
    """A store like ours, in which somebody else is."""
    file = folder / "another.db"
    other = Store.open(f"sqlite:///{file}")
    other.migrate()
    other.write(lambda t: t.add(user("mallory")))
    other.close()
    return file


@pytest.mark.parametrize("how", ["replaced", "deleted", "log deleted"])
def test_row_76_a_file_that_is_replaced_or_deleted_under_a_store_is_noticed(
    tmp_path: Path, file: Path, store: Store, how: str
) -> None:
    """Nothing is acknowledged that would be gone, and nothing is read that is another's."""
    store.write(lambda t: t.add(user("a")))
    snapshot = store.load()
    log = file.with_name(file.name + "-wal")
    if how == "replaced":
        another(tmp_path).replace(file)
    else:
        (file if how == "deleted" else log).unlink()
    for attempt in (
        lambda: store.write(lambda t: t.add(user("b"))),
        lambda: store.events.append((call("e"),)),
        store.load,
        lambda: store.changes_since(snapshot),
    ):
        with pytest.raises(StoreUnavailable, match="not the file that was opened"):
            attempt()


def test_row_76_a_file_replaced_within_a_transaction_is_not_committed_to(
    tmp_path: Path, file: Path, store: Store
) -> None:
    store.write(lambda t: t.add(user("a")))
    theirs = another(tmp_path)

    def work(t: Transaction) -> None:
        t.add(user("b"))
        theirs.replace(file)

    with pytest.raises(StoreUnavailable, match="not the file that was opened"):
        store.write(work)


def test_row_76_the_log_is_cut_once_a_reader_who_read_for_long_is_gone(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 256 << 10
    monkeypatch.setattr("doorward.store.address._LOG_LIMIT", limit)
    store = Store.open(f"sqlite:///{file}")
    store.migrate()
    log = file.with_name(file.name + "-wal")
    with store.read() as reader:
        assert reader.all(User) == ()
        for number in range(60):
            big = user(f"u{number}", tags=(("k", "x" * 100_000),))
            store.write(partial(adds, big))
        assert log.stat().st_size > 20 * limit
        assert reader.all(User) == ()
    for number in range(3):
        store.write(partial(adds, user(f"v{number}")))
    assert log.stat().st_size <= 2 * limit
    store.close()


def test_a_file_that_is_no_database_is_refused(file: Path) -> None:
    file.write_bytes(b"notes" * 2_000)
    with pytest.raises(ConfigurationError, match=f"{file} is no SQLite database"):
        Store.open(f"sqlite:///{file}", exclusive=True)
    file.unlink()
    Store.open(f"sqlite:///{file}", exclusive=True).close()  # the lease was given back


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    (tmp_path / "file.db.lock").mkdir()
    with pytest.raises(ConfigurationError, match="is a folder"):
        Store.open(f"sqlite:///{tmp_path}/folder.db")
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        Store.open(f"sqlite:///{tmp_path}/file.db", exclusive=True)


def test_memory_stores_are_apart_and_end(tmp_path: Path) -> None:
    one, two = Store.open("sqlite:///:memory:"), Store.open("sqlite:///:memory:", exclusive=True)
    for store in (one, two):
        store.migrate()
    one.write(lambda t: t.add(user("a")))
    assert two.load().all(User) == ()
    with one.read() as directory:
        assert directory.all(User) == (user("a"),)
        with pytest.raises(RuntimeError, match="within another"):
            one.load()
    one.close()
    two.close()
