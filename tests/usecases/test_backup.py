"""Backup and restore, between databases, while writes go on. Row 80 of the catalogue."""

from __future__ import annotations

import base64
import json
import shutil
import stat
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from doorward.credentials.sealing import parse_master_keys
from doorward.errors import InvalidInput
from doorward.model.identity import User
from doorward.model.schema import SCHEMAS
from doorward.model.snapshot import Snapshot
from doorward.store import Store
from doorward.store.portable import counts
from doorward.usecases.backup import opened
from tests.accounts import new_user
from tests.cli.running import doorward
from tests.live import KEY, SECRET, LiveServer, serving
from tests.server.lines import form
from tests.signing import Signed
from tests.store.places import postgresql_database, postgresql_server

MASTER_KEY = "mk-test:" + base64.b64encode(bytes(range(32))).decode()
KEYS: dict[str, str | None] = {"DOORWARD_MASTER_KEY": MASTER_KEY}


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with postgresql_server() as found:
        yield found


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/doorward.db"
        return
    with postgresql_database(request.getfixturevalue("cluster")) as database:
        yield database


def everything(url: str) -> Snapshot:
    store = Store.open(url)
    try:
        return store.load()
    finally:
        store.close()


def same(one: Snapshot, other: Snapshot) -> bool:
    return dict(one.versions) == dict(other.versions) and all(
        one.all(kind) == other.all(kind) for kind in SCHEMAS
    )


def create(server: LiveServer, name: str) -> int:
    call = form("iam", "2010-05-08", "CreateUser", None, {"UserName": name})
    return call.send(server.endpoint).status


def test_a_backup_taken_while_writes_go_on_is_one_moment_and_restores_anywhere(
    url: str, tmp_path: Path
) -> None:
    """What was answered before it is in it; restored to SQLite, it serves as before."""
    backup, restored = tmp_path / "b.zip", f"sqlite:///{tmp_path}/restored.db"
    answered: list[str] = []
    stop = threading.Event()
    with serving(url, KEYS) as server:
        iam = server.client("iam")
        iam.create_user(UserName="ana")
        iam.create_login_profile(UserName="ana", Password="Str0ng-Pass word!")
        iam.generate_credential_report()

        def write() -> None:
            while not stop.is_set():
                name = f"user-{len(answered)}"
                if create(server, name) == 200:
                    answered.append(name)

        writer = threading.Thread(target=write)
        writer.start()
        while len(answered) < 5:
            time.sleep(0.01)
        before = list(answered)
        done = doorward("backup", str(backup), "--store", url, "--output", "json")
        stop.set()
        writer.join()
        assert done.returncode == 0, done.stderr
        assert server.stop() == 0
    said = json.loads(done.stdout)
    assert said["master_keys"] == ["mk-test"]
    given = ("--store", restored, "--replaces", url)
    assert doorward("restore", str(backup), *given, "--yes").returncode == 0
    names = {user.name for user in everything(restored).all(User)}
    assert set(before) <= names <= set(answered) | {"administrator", "ana"}
    everything_is_in_a_backup(url, tmp_path / "c.zip")
    with serving(restored, KEYS) as server:
        assert Signed().send(server.endpoint).status == 200
        assert create(server, "after") == 200


def everything_is_in_a_backup(url: str, backup: Path) -> None:
    """Row by row: entities, versions, events, marks, reports."""
    assert doorward("backup", str(backup), "--store", url).returncode == 0
    store = Store.open(url)
    try:
        with opened(backup) as (manifest, copy):
            assert same(copy.load(), store.load())
            rows = copy.look(counts)
            assert store.look(counts) == rows == manifest.rows
    finally:
        store.close()
    assert rows["events"] > 3
    assert rows["reports"] == 1
    assert rows["uses"] > 0


@pytest.mark.postgres
def test_a_backup_of_sqlite_restores_to_postgresql(cluster: str, tmp_path: Path) -> None:
    file, backup = f"sqlite:///{tmp_path}/doorward.db", tmp_path / "b.zip"
    with serving(file, KEYS) as server:
        _, user = new_user(server.administrator)
        assert server.stop() == 0
    assert doorward("backup", str(backup), "--store", file).returncode == 0
    with postgresql_database(cluster) as database:
        restore = ("restore", str(backup), "--store", database, "--replaces", file)
        assert doorward(*restore).returncode == 1
        assert doorward(*restore, "--yes").returncode == 0
        assert same(everything(database), everything(file))
        again = doorward(*restore, "--yes")
        assert (again.returncode, b"is not empty" in again.stderr) == (2, True)
        with serving(database, KEYS) as server:
            call = Signed(key=user.access_key_id, secret=user.secret_access_key)
            assert call.send(server.endpoint).status == 200


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a backup, and a store where things were revoked since."""
    folder = tmp_path_factory.mktemp("backed-up")
    store = f"sqlite:///{folder}/doorward.db"
    with serving(store) as server:
        deleted, deactivated = (new_user(server.administrator) for _ in range(2))
        kept = new_user(server.administrator)
        iam = server.client("iam")
        iam.create_login_profile(UserName=kept[0], Password="Str0ng-Pass word!")
        done = doorward("backup", str(folder / "b.zip"), "--store", store)
        assert done.returncode == 0, done.stderr
        iam.delete_access_key(UserName=deleted[0], AccessKeyId=deleted[1].access_key_id)
        iam.update_access_key(
            UserName=deactivated[0], AccessKeyId=deactivated[1].access_key_id, Status="Inactive"
        )
        iam.delete_login_profile(UserName=kept[0])
        assert server.stop() == 0
    (folder / "who.json").write_text(
        json.dumps(
            {
                "deleted": deleted[1].access_key_id,
                "inactive": deactivated[1].access_key_id,
                "kept": kept[1].access_key_id,
            }
        )
    )
    return folder


def test_what_would_come_back_to_life_is_named_before_anything_is_written(
    backed_up: Path, tmp_path: Path
) -> None:
    who = json.loads((backed_up / "who.json").read_text())
    old, new = f"sqlite:///{backed_up}/doorward.db", tmp_path / "new.db"
    given = ("restore", str(backed_up / "b.zip"), "--store", f"sqlite:///{new}")
    done = doorward(*given, "--replaces", old)
    text = done.stdout.decode()
    assert done.returncode == 1
    assert not new.exists()
    assert b"Nothing was written" in done.stderr
    assert f"access key {who['deleted']} of" in text
    assert f"access key {who['inactive']} of" in text
    assert text.count("deleted now") == 2  # the password, too
    assert text.count("inactive now") == 1
    assert who["kept"] not in text
    assert KEY not in text
    blind = doorward(*given).stdout.decode()
    assert "cannot be known" in blind
    assert all(key in blind for key in (*who.values(), KEY))
    assert "Master keys that it needs and that are not here" in blind
    told = json.loads(doorward(*given, "--replaces", old, "--output", "json").stdout)
    assert not told["written"]
    assert {each["now"] for each in told["plan"]["returning"]} == {"deleted", "inactive"}


def test_a_backup_holds_no_master_key_and_no_secret(backed_up: Path, tmp_path: Path) -> None:
    backup = backed_up / "b.zip"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with zipfile.ZipFile(backup) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    keys = parse_master_keys((backed_up / "doorward.db.key").read_text())
    assert keys[0].id.encode() in content
    for key in keys:
        assert key.key not in content
        assert base64.b64encode(key.key) not in content
    assert SECRET.encode() not in content
    assert not [name.name for name in backed_up.iterdir() if name.name.startswith(".b.zip")]


def changed(backup: Path, folder: Path, member: str, change: bytes) -> Path:
    """Return a copy of a backup, one member of which is another."""
    copy = folder / "changed.zip"
    with zipfile.ZipFile(backup) as archive, zipfile.ZipFile(copy, "w") as out:
        for name in archive.namelist():
            out.writestr(name, change if name == member else archive.read(name))
    return copy


def test_what_is_no_whole_backup_is_refused(backed_up: Path, tmp_path: Path) -> None:
    backup = backed_up / "b.zip"
    with zipfile.ZipFile(backup) as archive:
        store = archive.read("store.db")
        manifest = json.loads(archive.read("manifest.json"))
    flipped = bytearray(store)
    flipped[len(store) // 2] ^= 1
    later = json.dumps(manifest | {"format": 2}).encode()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(backup.read_bytes()[:-100])
    for file, code in (
        (changed(backup, tmp_path, "store.db", bytes(flipped)), "BackupBroken"),
        (cut, "BackupBroken"),
        (Path(__file__), "BackupBroken"),
    ):
        with pytest.raises(InvalidInput) as caught, opened(file):
            pass
        assert caught.value.code == code
    for member, change, code in (
        ("store.db", store + b"more", "BackupBroken"),
        ("store.db", b"", "BackupBroken"),
        ("manifest.json", b"{}", "BackupBroken"),
        ("manifest.json", later, "BackupTooNew"),
    ):
        with (
            pytest.raises(InvalidInput) as caught,
            opened(changed(backup, tmp_path, member, change)),
        ):
            pass
        assert caught.value.code == code
    done = doorward("restore", str(cut), "--store", f"sqlite:///{tmp_path}/x.db", "--yes")
    assert (done.returncode, (tmp_path / "x.db").exists()) == (2, False)


def test_nothing_is_written_over(backed_up: Path, tmp_path: Path) -> None:
    backup, store = str(backed_up / "b.zip"), f"sqlite:///{backed_up}/doorward.db"
    again = doorward("backup", backup, "--store", store)
    assert (again.returncode, b"is there already" in again.stderr) == (2, True)
    full = doorward("restore", backup, "--store", store, "--yes")
    assert (full.returncode, b"is not empty" in full.stderr) == (2, True)
    none = doorward("backup", str(tmp_path / "x"), "--store", f"sqlite:///{tmp_path}/none.db")
    assert (none.returncode, b"does not exist" in none.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_the_restored_store_serves_with_the_old_master_keys(
    backed_up: Path, tmp_path: Path
) -> None:
    who = json.loads((backed_up / "who.json").read_text())
    new = tmp_path / "doorward.db"
    given = ("restore", str(backed_up / "b.zip"), "--store", f"sqlite:///{new}", "--yes")
    assert doorward(*given).returncode == 0
    with pytest.raises(AssertionError, match="is gone"):
        serving(f"sqlite:///{new}").__enter__()
    shutil.copy(backed_up / "doorward.db.key", tmp_path / "doorward.db.key")
    with serving(f"sqlite:///{new}") as server:
        keys = server.client("iam").get_paginator("list_users").paginate().build_full_result()
        assert len(keys["Users"]) == 4
        assert Signed().send(server.endpoint).status == 200
        # As was said before: it is active again.
        status = Signed(key=who["deleted"], secret="x" * 40).send(server.endpoint)
        assert status.code == "SignatureDoesNotMatch"
