"""Several processes that answer as one server. Rows 36, 37, 76 and 82 of the catalogue."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pyotp
import pytest

from doorward.usecases.bootstrap import Bootstrapped
from tests.accounts import new_user
from tests.cli.running import doorward
from tests.live import ACCOUNT, LiveServer, serving
from tests.server.lines import Line, form, lines, workers
from tests.signing import Signed, send
from tests.store.places import postgresql_database, postgresql_server

THREE: dict[str, str | None] = {"DOORWARD_WORKERS": "3"}
MASTER_KEY = "mk-test:" + "A" * 43 + "="


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/doorward.db"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with serving(url(tmp_path_factory.mktemp("workers")), THREE) as server:
        yield server


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with postgresql_server() as server, postgresql_database(server) as found:
        yield found


def key_of_a_new_user(line: Line, name: str) -> tuple[str, str]:
    assert line.iam("CreateUser", UserName=name).status == 200
    answer = line.iam("CreateAccessKey", UserName=name).body
    found = [
        re.search(f"<{tag}>(.*?)</{tag}>", answer) for tag in ("AccessKeyId", "SecretAccessKey")
    ]
    assert found[0]
    assert found[1]
    return found[0][1], found[1][1]


def revoke_everywhere(server: LiveServer, rounds: int) -> int:
    """Revoke a key through each process in turn; return how often another accepted it then."""
    accepted = 0
    with lines(server) as each:
        key = key_of_a_new_user(each[0], "revoked")
        for number in range(rounds):
            through = each[number % len(each)]
            for line in each:
                assert line.sts("GetCallerIdentity", key).status == 200
            switch = {"UserName": "revoked", "AccessKeyId": key[0]}
            assert through.iam("UpdateAccessKey", **switch, Status="Inactive").status == 200
            answers = [line.sts("GetCallerIdentity", key) for line in each]
            accepted += sum(answer.status == 200 for answer in answers)
            assert {answer.code for answer in answers} == {"InvalidClientTokenId"}
            assert through.iam("UpdateAccessKey", **switch, Status="Active").status == 200
    return accepted


def test_a_revoked_key_is_refused_by_every_process_at_once(server: LiveServer) -> None:
    assert len(workers(server)) == 3
    assert revoke_everywhere(server, 12) == 0


@pytest.mark.postgres
def test_a_revoked_key_is_refused_by_every_process_on_postgresql(database: str) -> None:
    with serving(database, {**THREE, "DOORWARD_MASTER_KEY": MASTER_KEY}) as server:
        assert revoke_everywhere(server, 6) == 0
        assert server.stop() == 0


def test_a_call_is_explained_at_once_by_another_process(server: LiveServer) -> None:
    with lines(server) as each:
        for line in each:
            asked = line.send(Signed(secret="x" * 40))
            assert asked.status == 403
            for other in each:
                body = f'{{"RequestId":"{asked.request_id}"}}'.encode()
                headers = {
                    "content-type": "application/x-amz-json-1.1",
                    "x-amz-target": "Doorward_20261101.GetDecision",
                }
                told = other.send(Signed(service="doorward", body=body, headers=headers))
                assert (told.status, "SignatureDoesNotMatch" in told.body) == (200, True), told


def test_codes_hold_once_and_guesses_are_counted_for_all_processes(server: LiveServer) -> None:
    with lines(server) as each:
        key = key_of_a_new_user(each[0], "otto")
        made = each[0].iam("CreateVirtualMFADevice", VirtualMFADeviceName="phone").body
        seed = re.search("<Base32StringSeed>(.*?)</Base32StringSeed>", made)
        assert seed is not None
        totp = pyotp.TOTP(base64.b64decode(seed[1]).decode())
        serial = f"arn:aws:iam::{ACCOUNT}:mfa/phone"
        now = int(time.time())
        enabled = each[1].iam(
            "EnableMFADevice",
            UserName="otto",
            SerialNumber=serial,
            AuthenticationCode1=totp.at(now - 60),
            AuthenticationCode2=totp.at(now - 30),
        )
        assert enabled.status == 200, enabled.body

        def session(line: Line, code: str) -> int:
            return line.sts("GetSessionToken", key, SerialNumber=serial, TokenCode=code).status

        code = totp.at(now)
        assert session(each[2], code) == 200
        assert [session(line, code) for line in each] == [403, 403, 403]
        fresh = totp.at(now + 30)
        wrong = f"{(int(fresh) + 1) % 1_000_000:06d}"
        assert {session(each[number % 3], wrong) for number in range(7)} == {403}
        assert [session(line, fresh) for line in each] == [403, 403, 403]


def _lives(pid: int) -> bool:
    """Whether a process is there, and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_process_that_is_killed_is_replaced_and_nobody_is_refused(server: LiveServer) -> None:
    before = workers(server)
    os.kill(before[1], signal.SIGKILL)
    while _lives(before[1]):  # what it takes before it is gone goes with it
        time.sleep(0.001)
    answers = [Signed().send(server.endpoint).status for _ in range(20)]
    assert set(answers) == {200}
    deadline = time.monotonic() + 20
    while len(workers(server)) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert set(before) - set(workers(server)) == {before[1]}
    assert revoke_everywhere_named(server) == 0
    assert any("a worker ended and is replaced" in line for line in server.said)


@pytest.mark.postgres
def test_a_process_that_cannot_be_replaced_leaves_its_callers_to_the_others() -> None:
    """The database is gone, and a process with it: what is left answers everybody."""
    settings: dict[str, str | None] = {"DOORWARD_WORKERS": "2", "DOORWARD_MASTER_KEY": MASTER_KEY}
    with (
        postgresql_server() as cluster,
        postgresql_database(cluster) as database,
        serving(database, settings) as server,
        psycopg.connect(cluster, autocommit=True) as admin,
    ):
        name = urlsplit(database).path.strip("/")
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        os.kill(workers(server)[0], signal.SIGKILL)
        deadline = time.monotonic() + 30
        while sum("a worker ended" in line for line in server.said) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert {Signed().send(server.endpoint).status for _ in range(40)} == {200}
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        while True:
            assert time.monotonic() < deadline + 30
            with contextlib.suppress(AssertionError, OSError), lines(server) as each:
                assert len({line.pid for line in each}) == 2
                break
        assert server.stop() == 0


def revoke_everywhere_named(server: LiveServer) -> int:
    with lines(server) as each:
        key = key_of_a_new_user(each[0], "after-the-kill")
        switch = {"UserName": "after-the-kill", "AccessKeyId": key[0]}
        assert each[2].iam("DeleteAccessKey", **switch).status == 200
        return sum(line.sts("GetCallerIdentity", key).status == 200 for line in each)


def test_one_store_has_one_server_however_many_processes(server: LiveServer) -> None:
    command = Path(f"/proc/{server.process.pid}/cmdline").read_text("utf-8").split("\0")
    store = command[command.index("--store") + 1]
    with pytest.raises(AssertionError, match="another Doorward server holds"):
        serving(store, THREE).__enter__()
    assert Signed().send(server.endpoint).status == 200


def test_a_store_in_memory_is_one_process_s() -> None:
    done = doorward("serve", "--store", "sqlite:///:memory:", "--workers", "2", "--listen",
                    "127.0.0.1:0")  # fmt: skip
    assert (done.returncode, b"set workers to 1" in done.stderr) == (2, True)


def test_stopped_under_load_it_ends_in_time_and_keeps_what_it_answered(tmp_path: Path) -> None:
    done: list[str] = []
    with serving(url(tmp_path), THREE) as server:

        def write(number: int) -> None:
            for count in range(10_000):
                name = f"u-{number}-{count}"
                try:
                    answer = form("iam", "2010-05-08", "CreateUser", None, {"UserName": name})
                    if answer.send(server.endpoint).status == 200:
                        done.append(name)
                except OSError:
                    return

        threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        while len(done) < 30:
            time.sleep(0.01)
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 10
        for thread in threads:
            thread.join()
    with serving(url(tmp_path)) as server:
        there = server.client("iam").get_paginator("list_users").paginate()
        names = {user["UserName"] for page in there for user in page["Users"]}
        assert set(done) <= names


def test_processes_do_not_outlive_the_first_one(tmp_path: Path) -> None:
    with serving(url(tmp_path), THREE) as server:
        pids = workers(server)
        server.kill()
        deadline = time.monotonic() + 15
        while any(Path(f"/proc/{pid}").exists() for pid in pids):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    with serving(url(tmp_path)) as server:
        assert Signed().send(server.endpoint).status == 200
        name, _ = new_user(server.administrator)
        assert name


def test_the_key_of_the_first_start_is_shown_once_and_no_count_is_left(tmp_path: Path) -> None:
    drawn: dict[str, str | None] = {
        **THREE,
        "TMPDIR": str(tmp_path),
        "DOORWARD_METRICS": "/metrics",
        "DOORWARD_BOOTSTRAP_ACCOUNT_ID": None,
        "DOORWARD_BOOTSTRAP_ACCESS_KEY_ID": None,
        "DOORWARD_BOOTSTRAP_SECRET_ACCESS_KEY": None,
    }
    with serving(url(tmp_path), drawn) as server:
        said = [line.split()[-1] for line in server.said if "Secret access key" in line]
        assert len(said) == 1
        assert said[0] not in repr(Bootstrapped(ACCOUNT, "A", said[0], chosen=False))
        counted = send(server.endpoint, "GET", "/metrics", b"", {})
        assert "doorward_workers 3.0" in counted.body
        assert list(tmp_path.glob("doorward-metrics-*"))
        assert server.stop() == 0
    assert not list(tmp_path.glob("doorward-*"))
