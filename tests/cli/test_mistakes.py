"""Typical mistakes: each is answered with what is wrong and what to do, and nothing is made."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.accounts import new_user
from tests.cli.running import doorward

if TYPE_CHECKING:
    from examples.main_job.clients import Identity
    from tests.live import LiveServer

CHOSEN = "DOORWARD_BOOTSTRAP_ACCESS_KEY_ID"

STARTS: list[tuple[list[str], dict[str, str], int, list[str]]] = [
    (["--store", "estate.db"], {}, 2, ["is not a URL", "sqlite:///FILE"]),
    (["--store", "mysql://h/d"], {}, 2, ["unknown kind of store 'mysql'", "postgresql://"]),
    (["--store", "sqlite:///{0}/gone/x.db"], {}, 2, ["does not exist", "make it first"]),
    (["--store", "sqlite:///{0}"], {}, 2, ["is a folder", "name a file in it"]),
    (["--store", "sqlite:///{0}/notes"], {}, 2, ["is no SQLite database", "another file"]),
    (["--store", "sqlite:///{0}/old.db"], {}, 2, ["old.db.key is gone", "backup"]),
    (["--store", "postgresql://h/d"], {}, 2, ["master_key_file"]),
    (["--master-key-file", "{0}/gone"], {}, 2, ["cannot be read from", "gone"]),
    (["--master-key-file", "{0}/notes"], {}, 2, ["line 1", "id:base64 of 32 bytes"]),
    (["--listen", "8480"], {}, 2, ["HOST:PORT", "'8480'"]),
    (["--listen", "127.0.0.1:{1}"], {}, 2, ["cannot listen", "in use", "--listen"]),
    (["--region", "Ireland"], {}, 2, ["region's name", "us-east-1"]),
    (["--config", "{0}/gone.toml"], {}, 2, ["gone.toml cannot be read"]),
    (["--config", "{0}/typo.toml"], {}, 2, ["prot is not a setting", "settings are store"]),
    (["--port", "1"], {}, 2, ["No such option", "--port"]),
    ([], {"DOORWARD_STOER": "x"}, 2, ["DOORWARD_STOER is not a setting", "store, listen"]),
    ([], {"DOORWARD_BOOTSTRAP_ACCOUNT_ID": "12"}, 2, ["12 digits"]),
    ([], {CHOSEN: "AKIAIOSFODNN7EXAMPLE"}, 2, ["go together"]),
]


@pytest.mark.parametrize(("arguments", "variables", "code", "words"), STARTS)
def test_a_server_that_cannot_start_says_why(
    arguments: list[str],
    variables: dict[str, str],
    code: int,
    words: list[str],
    tmp_path: Path,
) -> None:
    (tmp_path / "notes").write_text("not what you think\n")
    (tmp_path / "notes.key").write_text(f"k:{'A' * 43}=\n")
    (tmp_path / "typo.toml").write_text('prot = "8480"\n')
    sqlite3.connect(tmp_path / "old.db").close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        given = [each.format(tmp_path, port) for each in arguments]
        usual = [] if "--store" in given else ["--store", "sqlite:///:memory:"]
        done = doorward("serve", *usual, *given, given=b"", who=None, **variables)
    said = done.stderr.decode()
    assert done.returncode == code, said
    assert all(word in said for word in words), said
    assert "Traceback" not in said
    assert b"serves" not in done.stdout


ASKED: list[tuple[list[str], dict[str, str], int, list[str]]] = [
    (["--endpoint", "127.0.0.1:8480"], {}, 2, ["must be a URL", "http://127.0.0.1:8480"]),
    (["--endpoint", "http://127.0.0.1:9"], {}, 1, ["cannot reach", "`doorward serve`"]),
    (["--profile", "ghost"], {}, 2, ["profile (ghost) could not be found"]),
    (["--acount", "1"], {}, 2, ["No such option", "--account"]),
    ([], {"AWS_ACCESS_KEY_ID": "AKIANOBODYNOBODY1234"}, 1, ["token", "access key id"]),
    ([], {"AWS_SECRET_ACCESS_KEY": "x" * 40}, 1, ["signature", "check the secret access key"]),
    ([], {"AWS_SESSION_TOKEN": "x"}, 1, ["token", "access key id"]),
]


@pytest.mark.parametrize(("arguments", "variables", "code", "words"), ASKED)
def test_a_question_that_cannot_be_asked_says_why(
    arguments: list[str],
    variables: dict[str, str],
    code: int,
    words: list[str],
    live_server: LiveServer,
) -> None:
    who: Identity = live_server.administrator
    settings = {
        "AWS_ACCESS_KEY_ID": who.access_key_id,
        "AWS_SECRET_ACCESS_KEY": who.secret_access_key,
        "DOORWARD_ENDPOINT": who.endpoint,
    }
    settings |= variables
    done = doorward("resource", "list", *arguments, given=b"", who=None, **settings)
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (code, b""), said
    assert all(word in said for word in words), said
    assert "Traceback" not in said
    assert who.secret_access_key not in said


def test_a_refusal_names_the_command_that_explains_it(live_server: LiveServer) -> None:
    nobody = new_user(live_server.administrator)[1]
    refused = doorward("resource", "list", who=nobody).stderr.decode()
    command = refused.rpartition("`doorward ")[2].partition("`")[0]
    explained = doorward(*command.split(), who=live_server.administrator)
    assert b"doorward.amazonaws.com ListResources by" in explained.stdout
    assert b"identity-implicit-deny" in explained.stdout


def test_a_full_disk_is_an_error_and_no_traceback() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "doorward.cli", "version"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == b"doorward: [Errno 28] No space left on device\n"
