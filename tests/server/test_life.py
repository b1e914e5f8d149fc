"""How a server starts and ends: what is kept, and what refuses to start."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from pathlib import Path

import pytest

from tests.accounts import new_user, refused
from tests.live import KEY, SECRET, serving
from tests.signing import Signed

ANOTHER_KEY = "mk-other:" + "A" * 43 + "="


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/doorward.db"


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose server has been stopped."""
    folder = tmp_path_factory.mktemp("stopped")
    with serving(url(folder)) as server:
        assert server.stop() == 0
    return folder


@pytest.fixture
def folder(stopped: Path, tmp_path: Path) -> Path:
    """A copy of the stopped server's folder."""
    return Path(shutil.copytree(stopped, tmp_path / "data"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_was_answered_is_there_after_a_restart(folder: Path, number: signal.Signals) -> None:
    """The last denials too, which wait for their batch when the signal comes."""
    with serving(url(folder)) as server:
        name, user = new_user(server.administrator)
        asked = [Signed(secret="x" * 40).send(server.endpoint).request_id for _ in range(20)]
        server.process.send_signal(number)
        assert server.process.wait(timeout=20) == 0
    with serving(url(folder)) as server:
        again = Signed(key=user.access_key_id, secret=user.secret_access_key).send(server.endpoint)
        assert (again.status, f"user/{name}" in again.body) == (200, True)
        doorward = server.client("doorward")
        for request_id in asked:
            found = doorward.get_decision(RequestId=request_id)
            assert "SignatureDoesNotMatch" in found["Event"]
        assert "Secret access key" not in "".join(server.said)


def test_the_first_key_that_is_drawn_is_printed_once(tmp_path: Path) -> None:
    drawn: dict[str, str | None] = {
        "DOORWARD_BOOTSTRAP_ACCOUNT_ID": None,
        "DOORWARD_BOOTSTRAP_ACCESS_KEY_ID": None,
        "DOORWARD_BOOTSTRAP_SECRET_ACCESS_KEY": None,
    }
    with serving(url(tmp_path), drawn) as server:
        lines = [line.split() for line in server.said]
        key = next(words[-1] for words in lines if words[:3] == ["Access", "key", "id"])
        secret = next(words[-1] for words in lines if words[:3] == ["Secret", "access", "key"])
        assert Signed(key=key, secret=secret).send(server.endpoint).status == 200
        assert Signed().send(server.endpoint).status == 403
        server.stop()
    with serving(url(tmp_path), drawn) as server:
        assert secret not in "".join(server.said)
        assert Signed(key=key, secret=secret).send(server.endpoint).status == 200


def test_a_second_server_on_the_same_store_refuses_to_start(folder: Path) -> None:
    with serving(url(folder)) as server:
        with pytest.raises(AssertionError, match="another Doorward server holds"):
            serving(url(folder)).__enter__()
        assert Signed().send(server.endpoint).status == 200


def test_a_server_that_was_killed_does_not_stand_in_the_way(folder: Path) -> None:
    with serving(url(folder)) as server:
        server.kill()
    with serving(url(folder)) as server:
        assert Signed().send(server.endpoint).status == 200


@pytest.mark.parametrize(
    ("key_file", "settings", "text"),
    [
        (None, {}, r"doorward\.db\.key is gone"),
        ("", {}, "has no key in it"),
        ("mk-1:bm90IGEga2V5", {}, "line 1 of the master key file is not"),
        (ANOTHER_KEY, {}, "the master keys do not open the secrets of this store"),
        ("keep", {"DOORWARD_MASTER_KEY": ANOTHER_KEY}, "the master keys do not open"),
        ("keep", {"DOORWARD_MASTER_KEY_FILE": "/nowhere/keys"}, "cannot be read from"),
        ("keep", {"DOORWARD_LISTN": "127.0.0.1:1"}, "DOORWARD_LISTN is not a setting"),
    ],
)
def test_a_server_that_could_not_do_its_work_does_not_start(
    folder: Path, key_file: str | None, settings: dict[str, str | None], text: str
) -> None:
    beside = folder / "doorward.db.key"
    if key_file is None:
        beside.unlink()
    elif key_file != "keep":
        beside.write_text(key_file)
    with pytest.raises(AssertionError, match=text) as failure:
        serving(url(folder), settings).__enter__()
    assert "Traceback" not in str(failure.value)
    assert SECRET not in str(failure.value)


def test_a_store_that_is_no_database_refuses_to_start(folder: Path) -> None:
    (folder / "doorward.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(AssertionError) as failure:
        serving(url(folder)).__enter__()
    assert "doorward:" in str(failure.value)
    assert "Traceback" not in str(failure.value)


def test_a_changed_secret_opens_nothing(folder: Path) -> None:
    """A sealed secret that was altered in the file: refused at the start, and named."""
    with sqlite3.connect(folder / "doorward.db") as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master")]
        table = next(name for name in tables if name.startswith("access_key"))
        (sealed,) = database.execute(f"select sealed_secret from {table}").fetchone()  # noqa: S608
        changed = sealed[:-1] + bytes((sealed[-1] ^ 1,))
        database.execute(f"update {table} set sealed_secret = ?", (changed,))  # noqa: S608
    database.close()
    with pytest.raises(AssertionError, match=r"damaged: .*the row AKIA.* of access_keys"):
        serving(url(folder)).__enter__()


def test_an_administrator_who_was_chosen_stays(folder: Path) -> None:
    chosen: dict[str, str | None] = {"DOORWARD_BOOTSTRAP_SECRET_ACCESS_KEY": "y" * 40}
    with serving(url(folder), chosen) as server:
        assert Signed(key=KEY, secret="y" * 40).send(server.endpoint).status == 403
        assert Signed().send(server.endpoint).status == 200


def test_the_log_has_no_complaint(folder: Path) -> None:
    with serving(url(folder)) as server:
        with refused("NoSuchEntity"):
            server.client("iam").get_user(UserName="nobody")
        assert server.stop() == 0
        said = "".join(server.said)
    assert "Traceback" not in said
    assert '"level": "error"' not in said
