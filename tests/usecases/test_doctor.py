"""What an examination finds: every check passes on what is well, and fails on what is not."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from doorward.errors import ConfigurationError
from doorward.store import Store
from doorward.store.digests import write_anew
from doorward.usecases import doctor
from doorward.usecases.config import Settings
from doorward.usecases.doctor import CHECKS, Finding, State, examine, host_checks, store_checks
from tests.accounts import ADMINISTRATOR_ACCESS, new_account, new_role, new_user, trust
from tests.certificates import issue, pem
from tests.cli.running import doorward
from tests.live import serving
from tests.store.places import postgresql_database, postgresql_server

NOW = datetime(2100, 1, 1, tzinfo=UTC)
PASS, FAIL, UNKNOWN = State.PASS, State.FAIL, State.UNKNOWN


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an estate of many kinds, its server stopped."""
    folder = tmp_path_factory.mktemp("doctor")
    with serving(f"sqlite:///{folder}/doorward.db") as server:
        name, _ = new_user(server.administrator)
        iam = server.client("iam")
        iam.create_group(GroupName="g")
        iam.add_user_to_group(GroupName="g", UserName=name)
        iam.attach_group_policy(GroupName="g", PolicyArn=ADMINISTRATOR_ACCESS)
        new_role(server.administrator, trust({"AWS": "111122223333"}))
        iam.create_instance_profile(InstanceProfileName="p")
        new_account(server)
        organizations = server.client("organizations")
        organizations.create_organization(FeatureSet="ALL")
        root = organizations.list_roots()["Roots"][0]["Id"]
        organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
        organizations.create_organizational_unit(ParentId=root, Name="u")
        organizations.create_account(AccountName="a", Email="a@example.com")
        assert server.stop() == 0
    return folder


@pytest.fixture
def folder(well: Path, tmp_path: Path) -> Path:
    for file in well.iterdir():
        shutil.copy2(file, tmp_path / file.name)
    return tmp_path


def found(folder: Path, **more: Any) -> dict[str, Finding]:
    settings = Settings(store=f"sqlite:///{folder}/doorward.db", metrics="127.0.0.1:1", **more)
    return {each.check: each for each in examine(lambda: settings, lambda: datetime.now(UTC))}


def test_of_what_is_well_every_check_passes(folder: Path) -> None:
    findings = found(folder)
    assert list(findings) == list(CHECKS)
    states = {check: each.state for check, each in findings.items()}
    assert states == dict.fromkeys(CHECKS, PASS) | {"server": UNKNOWN}, findings
    assert not [each for each in findings.values() if each.state is PASS and each.do]


def sql(*statements: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with sqlite3.connect(folder / "doorward.db") as database:
            for statement in statements:
                database.execute(statement)
        database.close()

    return change


def as_written(*statements: str) -> Callable[[Path], None]:
    """Change rows as a program of ours would: what they add up to is true."""

    def change(folder: Path) -> None:
        sql(*statements)(folder)
        store = Store.open(f"sqlite:///{folder}/doorward.db")
        store._in_transaction(write_anew)
        store.close()

    return change


def damage(folder: Path) -> None:
    file = folder / "doorward.db"
    with sqlite3.connect(file) as database:
        (page,) = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'event_readers'"
        ).fetchone()
    database.close()
    content = bytearray(file.read_bytes())
    at = (page - 1) * 4096
    content[at : at + 64] = b"\xff" * 64
    file.write_bytes(content)


def another_key(folder: Path) -> None:
    (folder / "doorward.db.key").write_text("mk-other:" + "A" * 43 + "=")


@pytest.mark.parametrize(
    ("check", "change", "says"),
    [
        ("store", lambda folder: (folder / "doorward.db").unlink(), "does not exist"),
        ("store", lambda folder: (folder / "doorward.db").write_text("x" * 99), "no SQLite"),
        ("store", sql("UPDATE alembic_version SET version_num = '0001'"), "its schema is 0001"),
        ("integrity", damage, ""),
        ("integrity", sql("DELETE FROM groups"), "of groups is gone"),
        ("integrity", sql("UPDATE users SET name = 'Ana'"), "of users is not as it was written"),
        ("master keys", another_key, "do not open; they are sealed by mk-"),
        ("master keys", lambda folder: (folder / "doorward.db.key").unlink(), "is gone"),
        ("changes", sql("DELETE FROM changes WHERE version = 2"), "are not all there"),
        ("changes", sql("UPDATE changes SET body = '[]' WHERE version = 1"), "do not lead to"),
        ("references", as_written("DELETE FROM groups"), "Membership"),
        ("references", as_written("DELETE FROM users"), "AccessKey AKIA"),
        ("references", as_written("UPDATE accounts SET parent_id = 'r-none'"), "refers to r-none"),
        ("files", lambda folder: (folder / "doorward.db.key").chmod(0o644), "is 644"),
        ("files", lambda folder: (folder / "doorward.db").chmod(0o660), "is 660"),
        ("clock", sql("UPDATE events SET time = 4102444800000000"), "is behind"),
    ],
)
def test_what_is_not_well_is_found(
    folder: Path, check: str, change: Callable[[Path], None], says: str
) -> None:
    change(folder)
    finding = found(folder)[check]
    assert (finding.state, says in finding.seen, bool(finding.do)) == (FAIL, True, True), finding


def test_what_cannot_be_looked_at_is_not_known(tmp_path: Path) -> None:
    def refused() -> Settings:
        raise ConfigurationError("DOORWARD_STOER is not a setting")

    findings = examine(refused, lambda: NOW)
    assert findings[0].state is FAIL
    assert "DOORWARD_STOER" in findings[0].seen
    assert {each.state for each in findings[1:]} == {UNKNOWN}
    empty = found(tmp_path)
    assert empty["store"].state is FAIL
    assert empty["integrity"].state is UNKNOWN
    assert list(tmp_path.iterdir()) == []


def test_a_certificate_is_looked_at(folder: Path) -> None:
    def finding(key: str, days: int = 30) -> Finding:
        made = issue(ends=days)
        (folder / "c.pem").write_text(made.pem)
        (folder / "k.pem").write_text(key or pem(made.key))
        (folder / "k.pem").chmod(0o600)
        given = {"tls_certificate": f"{folder}/c.pem", "tls_key": f"{folder}/k.pem"}
        return found(folder, **given)["certificate"]

    assert finding("").state is PASS
    assert finding("", 13).state is FAIL
    assert finding("", 0).state is FAIL
    assert finding(pem(issue().key)).state is FAIL


def test_a_disk_without_room_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_checks, "LEAST_FREE_BYTES", 1 << 60)
    assert found(folder)["disk"].state is FAIL


def test_every_process_of_a_running_server_is_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.server.test_operating import free_port

    where = f"127.0.0.1:{free_port()}"
    url = f"sqlite:///{folder}/doorward.db"
    settings: dict[str, str | None] = {"DOORWARD_METRICS": where, "DOORWARD_WORKERS": "2"}
    with serving(url, settings) as server:
        new_user(server.administrator)
        done = doorward("doctor", "--store", url, "--metrics", where, "--output", "json")
        rows = {row["check"]: row for row in json.loads(done.stdout)}
        assert (done.returncode, {row["state"] for row in rows.values()}) == (0, {"PASS"}), rows
        assert "every process knows" in rows["server"]["seen"]
        # Another store than the server's: its processes know of other changes.
        monkeypatch.setattr(store_checks, "LOOKS", 2)
        other = folder / "other"
        other.mkdir()
        shutil.copy(folder / "doorward.db", other / "doorward.db")
        shutil.copy(folder / "doorward.db.key", other / "doorward.db.key")
        found_there = examine(
            lambda: Settings(store=f"sqlite:///{other}/doorward.db", metrics=where),
            lambda: datetime.now(UTC) + timedelta(0),
        )
        assert {each.check: each.state for each in found_there}["server"] is FAIL


def test_exit_codes_and_words(folder: Path) -> None:
    url = f"sqlite:///{folder}/doorward.db"
    done = doorward("doctor", "--store", url, "--metrics", "127.0.0.1:1")
    assert done.returncode == 3
    assert b"UNKNOWN server: no server tells its metrics" in done.stdout
    assert b"PASS    integrity:" in done.stdout
    (folder / "doorward.db").chmod(0o644)
    done = doorward("doctor", "--store", url, "--metrics", "127.0.0.1:1")
    assert done.returncode == 1
    assert b"FAIL    files:" in done.stdout
    assert b"chmod 600" in done.stdout
    assert stat.S_IMODE((folder / "doorward.db").stat().st_mode) == 0o644
    wrong = doorward("doctor", DOORWARD_STOER="x")
    assert (wrong.returncode, b"FAIL    configuration" in wrong.stdout) == (1, True)


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with postgresql_server() as cluster, postgresql_database(cluster) as found:
        yield found


@pytest.mark.postgres
def test_postgresql_is_examined_too(database: str) -> None:
    key = "mk-test:" + "A" * 43 + "="
    with serving(database, {"DOORWARD_MASTER_KEY": key}) as server:
        new_user(server.administrator)
        assert server.stop() == 0
    settings = Settings(store=database, master_key=key, metrics="off")
    states = {
        each.check: each.state
        for each in doctor.examine(lambda: settings, lambda: datetime.now(UTC))
    }
    assert FAIL not in states.values(), states
    assert states["clock"] is PASS
    assert states["changes"] is PASS
