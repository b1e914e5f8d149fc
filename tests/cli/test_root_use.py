"""``doorward root`` on a store in which a root user was at work, by boto3 on a served API."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from doorward.api import services
from doorward.model.credential import AccessKey
from doorward.model.directory import Transaction
from doorward.model.snapshot import Snapshot
from doorward.server.asgi import Asgi
from doorward.server.pipeline import Pipeline
from doorward.server.protocol import Limits
from doorward.server.watch import Watch
from doorward.usecases.application import Application
from doorward.usecases.clock import system_clock
from doorward.usecases.config import Settings
from examples.main_job.clients import Identity
from tests.accounts import refused
from tests.cli.running import doorward
from tests.live import ACCOUNT, SECRET

KEY = "AKIAROOTROOTROOT1111"
ANA = f"arn:aws:iam::{ACCOUNT}:user/ana"


@contextmanager
def root_user(store: str) -> Iterator[Identity]:
    """Serve a new store until the block ends; give its root user, with an access key."""
    services.load()
    settings = Settings(store=store, bootstrap_account_id=ACCOUNT)
    with Application(settings) as application, socket.create_server(("127.0.0.1", 0)) as listening:
        sealed = application.vault.seal(SECRET.encode(), (ACCOUNT, ACCOUNT, KEY))
        key = AccessKey(KEY, ACCOUNT, ACCOUNT, sealed, system_clock())

        def work(transaction: Transaction, _before: Snapshot) -> None:
            transaction.add(key)

        application.live.write(work)
        server = uvicorn.Server(Limits(Asgi(Pipeline(application), Watch(application))))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            port = listening.getsockname()[1]
            yield Identity(f"http://127.0.0.1:{port}", KEY, SECRET)
        finally:
            server.should_exit = True
            thread.join(timeout=20)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store that a server wrote, in which the root user did this and that."""
    folder = tmp_path_factory.mktemp("root")
    url = f"sqlite:///{folder}/doorward.db"
    with root_user(url) as root:
        iam, sts = root.client("iam"), root.client("sts")
        sts.get_caller_identity()
        iam.create_user(UserName="ana")
        iam.list_users()
        iam.list_access_keys()
        iam.create_access_key(UserName="ana")
        with refused("NoSuchEntity"):
            iam.get_user(UserName="bob")
    return url


def test_root_use_is_told_with_a_role_that_could_have_done_it(store: str) -> None:
    done = doorward("root", "--store", store, "--output", "json")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)["RootUsers"]
    assert found["Account"] == ACCOUNT
    assert [each["Operation"] for each in reversed(found["Calls"])] == [
        "sts:GetCallerIdentity",
        "iam:CreateUser",
        "iam:ListUsers",
        "iam:ListAccessKeys",
        "iam:CreateAccessKey",
        "iam:GetUser",
    ]
    assert found["Calls"][0]["Error"] == "NoSuchEntity"
    assert found["Addresses"] == [{"Address": "127.0.0.1", "Calls": 6}]
    ways = {each["Action"]: each["Way"] for each in found["Needs"]}
    assert ways == {
        "iam:ListAccessKeys": "ONLY_ROOT",
        "iam:CreateAccessKey": "ROLE",
        "iam:CreateUser": "ROLE",
        "iam:ListUsers": "ROLE",
        "sts:GetCallerIdentity": "NOTHING",
    }
    statements = found["Role"]["Policies"][0]["Statement"]
    assert statements[0] == {
        "Effect": "Allow",
        "Action": ["iam:CreateAccessKey", "iam:CreateUser"],
        "Resource": [ANA],
    }
    assert found["Role"]["Proved"] == 3


def test_root_use_as_text(store: str) -> None:
    done = doorward("root", "--store", store, "--account", ACCOUNT, "--days", "1")
    said = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert f"The root user of {ACCOUNT}: 6 calls" in said
    assert "Only the root user can do it:" in said
    assert "aws iam create-role --role-name root-tasks" in said


def test_an_account_that_is_not_there(store: str) -> None:
    done = doorward("root", "--store", store, "--account", "444455556666")
    assert done.returncode == 2
    assert b"there is no account 444455556666" in done.stderr
