"""Master keys changed while a server goes on, and cut short at every step. Row 81."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from doorward.credentials.sealing import MasterKey, Sealer, parse_master_keys
from doorward.errors import ConfigurationError
from doorward.model.credential import AccessKey
from doorward.model.schema import SCHEMAS
from doorward.store import Store
from doorward.usecases import rotation
from doorward.usecases.application import Application
from doorward.usecases.config import Settings
from doorward.usecases.sealed import SEALED, values
from tests.accounts import new_user
from tests.certificates import issue, metadata, pem, rsa_key
from tests.cli.running import doorward
from tests.live import LiveServer, serving
from tests.signing import Signed


def test_every_field_that_is_sealed_is_in_the_table() -> None:
    """Bytes in an entity, at any depth, are sealed: nothing else is kept as bytes."""

    def holds_bytes(shape: object) -> bool:
        if isinstance(shape, msgspec.inspect.BytesType):
            return True
        inner = getattr(shape, "item_type", None) or getattr(shape, "item_types", ())
        if isinstance(shape, msgspec.inspect.StructType):
            inner = tuple(field.type for field in shape.fields)
        if isinstance(shape, msgspec.inspect.UnionType):
            inner = shape.types
        return any(holds_bytes(each) for each in (inner if isinstance(inner, tuple) else (inner,)))

    assert {kind for kind in SCHEMAS if holds_bytes(msgspec.inspect.type_info(kind))} == set(
        SEALED
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a secret of every kind, and users' keys, its server stopped."""
    folder = tmp_path_factory.mktemp("rotation")
    with serving(f"sqlite:///{folder}/doorward.db") as server:
        iam = server.client("iam")
        new_user(server.administrator)
        new_user(server.administrator)
        name, _ = new_user(server.administrator)
        iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")
        server.client("doorward").record_security_key(UserName=name, Name="has-no-seed")
        iam.create_service_specific_credential(
            UserName=name, ServiceName="codecommit.amazonaws.com"
        )
        iam.create_saml_provider(
            Name="idp",
            SAMLMetadataDocument=metadata(issue().base64),
            AddPrivateKey=pem(rsa_key()),
            AssertionEncryptionMode="Required",
        )
        assert server.stop() == 0
    return folder


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def keys_of(folder: Path) -> tuple[MasterKey, ...]:
    return parse_master_keys((folder / "doorward.db.key").read_text())


@pytest.fixture
def store(copy: Path) -> Iterator[Store]:
    found = Store.open(f"sqlite:///{copy}/doorward.db")
    yield found
    found.close()


def opened(store: Store, keys: tuple[MasterKey, ...]) -> list[bytes]:
    sealer = Sealer(keys)
    return [sealer.unseal(each.sealed, context=each.context) for each in values(store.load())]


def test_every_kind_of_secret_is_rewrapped_and_still_the_same(copy: Path, store: Store) -> None:
    file = copy / "doorward.db.key"
    assert {type(each.entity) for each in values(store.load())} == set(SEALED)
    before = opened(store, keys_of(copy))
    old = keys_of(copy)[0].id
    new = rotation.promote(file, rotation.add(file).id)
    assert rotation.rewrap(store, keys_of(copy), lambda _count: None) == len(before)
    assert opened(store, (new,)) == before
    assert rotation.usage(store) == {new.id: len(before)}
    assert rotation.rewrap(store, keys_of(copy), lambda _count: None) == 0
    rotation.remove(store, file, old)
    assert keys_of(copy) == (new,)
    Application(Settings(store=f"sqlite:///{copy}/doorward.db")).close()


def test_a_key_that_is_needed_stays(copy: Path, store: Store) -> None:
    file = copy / "doorward.db.key"
    old = keys_of(copy)[0].id
    with pytest.raises(ConfigurationError, match="is the key that seals"):
        rotation.remove(store, file, old)
    rotation.add(file)
    rotation.promote(file, None)
    with pytest.raises(ConfigurationError, match="still seals 7 secrets"):
        rotation.remove(store, file, old)
    with pytest.raises(ConfigurationError, match="has no key mk-nobody"):
        rotation.promote(file, "mk-nobody")
    with pytest.raises(ConfigurationError, match="in no file that can be changed"):
        rotation.file_of(Settings(store="postgresql://x@y/z", master_key="a"))


def test_cut_short_at_any_batch_it_goes_on_where_it_was(
    copy: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends after each batch of one; the store opens every time."""
    monkeypatch.setattr(rotation, "BATCH", 1)
    file = copy / "doorward.db.key"
    secrets = opened(store, keys_of(copy))
    rotation.add(file)
    rotation.promote(file, None)

    class Killed(BaseException):
        pass

    def kill(_count: int) -> None:
        raise Killed

    for done in range(1, len(secrets) + 1):
        with pytest.raises(Killed):
            rotation.rewrap(store, keys_of(copy), kill)
        assert rotation.usage(store)[keys_of(copy)[0].id] == done
        assert opened(store, keys_of(copy)) == secrets
    assert rotation.rewrap(store, keys_of(copy), kill) == 0


def test_a_secret_that_changes_meanwhile_is_not_put_back(copy: Path, store: Store) -> None:
    file = copy / "doorward.db.key"
    rotation.add(file)
    rotation.promote(file, None)
    keys = keys_of(copy)
    gone = store.load().all(AccessKey)[0]
    real, first = store.write, True

    class Meanwhile:
        """Between a look and its write, somebody deletes a key."""

        load = store.load

        def write(self, work: object) -> object:
            nonlocal first
            if first:
                first = False
                real(lambda transaction: transaction.remove(gone))
            return real(work)  # type: ignore[arg-type]

    rotation.rewrap(Meanwhile(), keys, lambda _count: None)  # type: ignore[arg-type]
    assert store.load().get(AccessKey, gone.id) is None
    assert set(rotation.usage(store)) == {keys[0].id}


def hang_up(server: LiveServer) -> None:
    count = len(server.said)
    server.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 15
    wanted = 2  # one of each process
    while sum("configuration taken over" in line for line in server.said[count:]) < wanted:
        assert time.monotonic() < deadline, server.said[count:]
        time.sleep(0.05)


def test_rotated_under_a_running_server_killed_on_the_way_nobody_is_refused(copy: Path) -> None:
    """By the command line, as an operator does it: sessions and keys go on at every step."""
    url = f"sqlite:///{copy}/doorward.db"
    with serving(url, {"DOORWARD_WORKERS": "2"}) as server:
        _, user = new_user(server.administrator)
        session = server.client("sts").get_session_token()["Credentials"]
        old = keys_of(copy)[0].id

        def all_is_well() -> None:
            for _ in range(4):
                assert Signed().send(server.endpoint).status == 200
                mine = Signed(key=user.access_key_id, secret=user.secret_access_key)
                assert mine.send(server.endpoint).status == 200
                temporary = Signed(
                    key=session["AccessKeyId"],
                    secret=session["SecretAccessKey"],
                    token=session["SessionToken"],
                )
                assert temporary.send(server.endpoint).status == 200

        for step in (("add",), ("promote",)):
            done = doorward("master-key", *step, "--store", url)
            assert done.returncode == 0, done.stderr
            all_is_well()
            hang_up(server)
            all_is_well()
        killed = subprocess.Popen(
            [sys.executable, "-c", _SLOWLY, url], stdout=subprocess.PIPE, env=dict(os.environ)
        )
        assert killed.stdout is not None
        assert killed.stdout.readline() == b"1\n"
        killed.kill()
        killed.wait()
        killed.stdout.close()
        all_is_well()
        shown = doorward("master-key", "list", "--store", url).stdout.decode()
        assert f"{old}  7 secrets\n" in shown
        done = doorward("master-key", "rewrap", "--store", url)
        assert done.returncode == 0, done.stderr
        all_is_well()
        assert doorward("master-key", "remove", old, "--store", url).returncode == 0
        hang_up(server)
        assert Signed().send(server.endpoint).status == 200
        mine = Signed(key=user.access_key_id, secret=user.secret_access_key)
        assert mine.send(server.endpoint).status == 200
        assert server.stop() == 0
    assert old not in (copy / "doorward.db.key").read_text()
    written = b"".join(file.read_bytes() for file in copy.iterdir())
    assert user.access_key_id.encode() in written
    for secret in (user.secret_access_key, session["SecretAccessKey"]):
        assert secret.encode() not in written


_SLOWLY = """
import sys, time
from doorward.store import Store
from doorward.usecases import rotation
from doorward.usecases.config import Settings
from doorward.usecases.master_keys import master_keys
rotation.BATCH = 1
def slowly(count):
    print(count, flush=True)
    time.sleep(60)
rotation.rewrap(Store.open(sys.argv[1]), master_keys(Settings(store=sys.argv[1])), slowly)
"""
