"""A server as it is seen and steered from outside: health, metrics, log, reload, TLS, limits.

Rows 54 and 82 of the catalogue.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import resource
import signal
import socket
import sqlite3
import ssl
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import psycopg
import pytest

from tests.accounts import allow, new_user, policy, refused
from tests.certificates import issue, pem
from tests.live import KEY, SECRET, LiveServer, serving
from tests.server.lines import form, lines
from tests.signing import Signed, send
from tests.store.places import postgresql_database, postgresql_server

MASTER_KEY = "mk-test:" + "A" * 43 + "="


def get(endpoint: str, path: str) -> tuple[int, str]:
    answer = send(endpoint, "GET", path, b"", {})
    return answer.status, answer.body


def until(true: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.05)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Two processes, short of patience, with metrics and a log entry a call."""
    folder = tmp_path_factory.mktemp("operating")
    settings: dict[str, str | None] = {
        "DOORWARD_WORKERS": "2",
        "DOORWARD_READ_TIMEOUT": "1",
        "DOORWARD_IDLE_TIMEOUT": "1",
        "DOORWARD_METRICS": f"127.0.0.1:{free_port()}",
        "DOORWARD_CONFIG": str(folder / "doorward.toml"),
    }
    (folder / "doorward.toml").write_text('access_log = "on"\n')
    with serving(f"sqlite:///{folder}/doorward.db", settings) as server:
        yield server


def metrics(server: LiveServer) -> dict[str, float]:
    """Return every sample by its name and labels."""
    where = next(json.loads(line)["url"] for line in server.said if "metrics are told" in line)
    status, text = get(where.removesuffix("/metrics"), "/metrics")
    assert status == 200
    samples = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in samples}


def test_health_and_readiness_are_told_to_everybody(server: LiveServer) -> None:
    assert get(server.endpoint, "/healthz") == (200, '{"status":"ok"}\n')
    status, said = get(server.endpoint, "/readyz")
    assert (status, json.loads(said)["status"]) == (200, "ready")
    assert set(json.loads(said)["checks"]) == {"snapshot", "store", "events"}


def test_metrics_add_the_processes_up_and_stand_apart(server: LiveServer) -> None:
    before = metrics(server)
    with lines(server) as each:
        for line in each:
            assert line.sts("GetCallerIdentity").status == 200
            assert line.iam("GetUser", UserName="nobody").status == 404
            assert line.sts("GetCallerIdentity", ("AKIAI44QH8DHBEXAMPLE", "x" * 40)).status == 403
            assert line.iam("NoSuchThing").status == 400
    after = metrics(server)

    def more(name: str) -> float:
        return after[name] - before.get(name, 0)

    identity = 'operation="GetCallerIdentity",service="sts"'
    assert more(f'doorward_requests_total{{{identity},status="403"}}') == 2
    assert more(f'doorward_requests_total{{{identity},status="200"}}') >= 4
    assert more(f"doorward_request_seconds_count{{{identity}}}") >= 6
    assert more('doorward_errors_total{code="NoSuchEntity",service="iam"}') == 2
    assert more('doorward_requests_total{operation="unknown",service="unknown",status="400"}') == 2
    assert more('doorward_decisions_total{effect="ALLOW",service="iam"}') == 2
    assert after["doorward_workers"] == 2
    assert after["doorward_store_reachable"] == 1
    assert after["doorward_directory_version_min"] == after["doorward_directory_version_max"] > 0
    assert after["doorward_snapshot_staleness_seconds"] == 0
    assert not [name for name in after if KEY in name or "nobody" in name]
    assert get(server.endpoint, "/metrics")[0] != 200


def test_a_call_has_one_line_in_the_log_without_secrets(server: LiveServer) -> None:
    _, user = new_user(server.administrator, policy(allow("iam:GetUser")))
    asked = Signed(key=user.access_key_id, secret=user.secret_access_key).send(server.endpoint)
    until(lambda: any(asked.request_id in line for line in server.said))
    entries = [line for line in server.said if asked.request_id in line]
    entry = json.loads(entries[0])
    assert len(entries) == 1
    assert (entry["service"], entry["operation"], entry["status"], entry["error"]) == (
        "sts", "GetCallerIdentity", 200, None,
    )  # fmt: skip
    assert entry["ms"] > 0
    said = "".join(server.said)
    assert user.secret_access_key not in said
    assert SECRET not in said


def test_settings_are_read_again_and_bad_ones_change_nothing(server: LiveServer) -> None:
    config = Path(
        Path(f"/proc/{server.process.pid}/environ")
        .read_text("utf-8")
        .split("DOORWARD_CONFIG=")[1]
        .split("\0")[0]
    )

    def region() -> str:
        asked = server.client("iam").get_user(UserName="administrator")
        told = server.client("doorward").get_decision(
            RequestId=asked["ResponseMetadata"]["RequestId"]
        )
        found: str = json.loads(told["Event"])["awsRegion"]
        return found

    def told(content: str, answer: str) -> None:
        count = len(server.said)
        config.write_text(content)
        server.process.send_signal(signal.SIGHUP)
        until(lambda: any(answer in line for line in server.said[count:]))

    assert region() == "us-east-1"
    for bad, reason in (
        ('region = "eu west"', "region must be a region's name"),
        ("region = ", "cannot be read"),
        ('fail_closed_after = "5"', "fail_closed_after cannot change while the server runs"),
        (
            'tls_certificate = "/nowhere"\ntls_key = "/nowhere"',
            "tls_certificate cannot change while",
        ),
        ('master_key_file = "/nowhere"', "cannot be read from /nowhere"),
        (f'master_key = "{MASTER_KEY}"', "the master keys do not open the secrets"),
    ):
        told(f'access_log = "on"\n{bad}\n', reason)
        assert region() == "us-east-1"
    count = len(server.said)
    told('access_log = "on"\nregion = "eu-west-1"\n', "configuration taken over")
    until(lambda: sum("taken over" in line for line in server.said[count:]) == 2)
    assert {region() for _ in range(6)} == {"eu-west-1"}
    assert MASTER_KEY not in "".join(server.said)


def connected(server: LiveServer) -> socket.socket:
    parts = urlsplit(server.endpoint)
    return socket.create_connection((parts.hostname, parts.port), timeout=10)


def ended(connection: socket.socket) -> tuple[float, bytes]:
    """Wait until the server closes; return after how long, and what it said."""
    began, said = time.monotonic(), b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(4096):
            said += part
    return time.monotonic() - began, said


HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"", b""),
        (b"POST / HT", b""),
        (HEAD, b""),
        (HEAD + b"\r\n", b"HTTP/1.1 408"),
        (HEAD + b"Expect: 100-continue\r\n\r\n", b"HTTP/1.1 100"),
        (HEAD + b"\r\nAction=", b"HTTP/1.1 408"),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 200"),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET", b"HTTP/1.1 200"),
    ],
)
def test_who_takes_too_long_is_not_waited_for(
    server: LiveServer, sent: bytes, answer: bytes
) -> None:
    with connected(server) as connection:
        connection.sendall(sent)
        assert Signed().send(server.endpoint).status == 200
        took, said = ended(connection)
    assert 0.5 < took < 5
    assert said.startswith(answer)
    assert bool(said) == bool(answer)


def test_a_drip_of_bytes_is_too_slow(server: LiveServer) -> None:
    with connected(server) as connection:
        began = time.monotonic()
        with contextlib.suppress(OSError):  # reset or broken pipe, as it comes
            while time.monotonic() - began < 10:
                connection.sendall(b"P")
                time.sleep(0.05)
        assert time.monotonic() - began < 5


def test_a_head_without_end_is_refused(server: LiveServer) -> None:
    with connected(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        with contextlib.suppress(OSError):
            for number in range(2000):
                connection.sendall(f"x-{number}: {'y' * 100}\r\n".encode())
        said = ended(connection)[1]
    assert said.startswith(b"HTTP/1.1 400") or said == b""
    assert Signed().send(server.endpoint).status == 200


def test_idle_connections_by_the_thousand_keep_nobody_waiting(server: LiveServer) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2500), hard))
    idle: list[socket.socket] = []
    try:
        idle.extend(connected(server) for _ in range(2000))
        answers = [Signed().send(server.endpoint).status for _ in range(30)]
        assert set(answers) == {200}
        for connection in idle:
            assert ended(connection)[1] == b""
    finally:
        for connection in idle:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_with_few_descriptors_it_goes_on(tmp_path: Path) -> None:
    few = ("bash", "-c", 'ulimit -n 64; exec "$@"', "few")
    settings: dict[str, str | None] = {"DOORWARD_READ_TIMEOUT": "1"}
    with serving(f"sqlite:///{tmp_path}/d.db", settings, under=few) as server:
        idle = [connected(server) for _ in range(200)]
        time.sleep(0.3)
        assert server.process.poll() is None
        assert len(list(Path(f"/proc/{server.process.pid}/fd").iterdir())) < 64
        for connection in idle:
            ended(connection)
            connection.close()
        made = [
            form("iam", "2010-05-08", "CreateUser", None, {"UserName": f"u{number}"}).send(
                server.endpoint
            )
            for number in range(5)
        ]
        assert {answer.status for answer in made} == {200}
        assert server.stop() == 0
        assert "Traceback" not in "".join(server.said)


def test_row_82_when_no_thread_can_be_started_it_goes_on(tmp_path: Path) -> None:
    """Calls that have to wait for the store are turned away whole; the others are answered.

    The limit is one of address space: less is left than the stack of one more thread, so that it
    holds for root, too. Threads that are there already wait for a write that another program does.
    """
    large_stacks = ("bash", "-c", 'ulimit -s 262144; exec "$@"', "stacks")
    with serving(f"sqlite:///{tmp_path}/d.db", under=large_stacks) as server:
        pid = server.process.pid
        status = Path(f"/proc/{pid}/status").read_text()
        size = int(status.partition("VmSize:")[2].split()[0]) * 1024
        before = resource.prlimit(pid, resource.RLIMIT_AS)

        def made(name: str) -> int:
            call = form("iam", "2010-05-08", "CreateUser", None, {"UserName": name})
            return call.send(server.endpoint).status

        with closing(sqlite3.connect(tmp_path / "d.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            resource.prlimit(pid, resource.RLIMIT_AS, (size + (64 << 20), before[1]))
            for _ in range(20):
                assert Signed().send(server.endpoint).status == 200
            assert {made(f"early-{number}") for number in range(20)} == {503}
            assert get(server.endpoint, "/healthz")[0] == 200
            resource.prlimit(pid, resource.RLIMIT_AS, before)
            other.execute("ROLLBACK")
        assert made("late") == 200
        users = server.client("iam").list_users()["Users"]
        assert {user["UserName"] for user in users} & {"late", "early-0", "early-19"} == {"late"}
        assert get(server.endpoint, "/readyz")[0] == 200
        assert server.stop() == 0
        assert "Traceback" not in "".join(server.said)


@pytest.fixture
def encrypted(tmp_path: Path) -> Path:
    """A folder with ``certificate.pem`` and ``key.pem`` for the loopback address."""
    renew(tmp_path)
    return tmp_path


def renew(folder: Path) -> None:
    made = issue()
    (folder / "certificate.pem").write_text(made.pem)
    (folder / "key.pem").write_text(pem(made.key))


def served(endpoint: str) -> bytes:
    parts = urlsplit(endpoint)
    found = ssl.get_server_certificate((parts.hostname or "", parts.port or 0), timeout=10)
    return ssl.PEM_cert_to_DER_cert(found)


def test_tls_is_spoken_with_a_certificate_that_is_renewed_on_the_fly(encrypted: Path) -> None:
    settings: dict[str, str | None] = {
        "DOORWARD_TLS_CERTIFICATE": str(encrypted / "certificate.pem"),
        "DOORWARD_TLS_KEY": str(encrypted / "key.pem"),
    }
    with serving(f"sqlite:///{encrypted}/d.db", settings) as server:
        assert server.endpoint.startswith("https://")
        iam = boto3.client(
            "iam",
            endpoint_url=server.endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            verify=str(encrypted / "certificate.pem"),
        )
        only_encrypted = {"Bool": {"aws:SecureTransport": "true"}}
        iam.create_user(UserName="eve")
        iam.put_user_policy(
            UserName="eve",
            PolicyName="p",
            PolicyDocument=policy(allow("iam:GetUser", Condition=only_encrypted)),
        )
        key = iam.create_access_key(UserName="eve")["AccessKey"]
        eve = boto3.client(
            "iam",
            endpoint_url=server.endpoint,
            region_name="us-east-1",
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
            verify=str(encrypted / "certificate.pem"),
        )
        assert eve.get_user(UserName="eve")["User"]["UserName"] == "eve"
        refuses_what_is_older(server.endpoint)
        first = served(server.endpoint)
        renew(encrypted)
        server.process.send_signal(signal.SIGHUP)
        until(lambda: served(server.endpoint) != first)
        count = len(server.said)
        (encrypted / "key.pem").write_text("no key")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: any("cannot be used" in line for line in server.said[count:]))
        assert served(server.endpoint)
        with pytest.raises((OSError, http.client.HTTPException)):
            get(server.endpoint.replace("https", "http"), "/healthz")


def refuses_what_is_older(endpoint: str) -> None:
    parts = urlsplit(endpoint)
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that is what it is about
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection((parts.hostname, parts.port), timeout=10) as plain,
        pytest.raises(ssl.SSLError),
    ):
        old.wrap_socket(plain)


def test_what_cannot_serve_as_a_certificate_does_not_start(encrypted: Path) -> None:
    settings: dict[str, str | None] = {
        "DOORWARD_TLS_CERTIFICATE": str(encrypted / "certificate.pem"),
        "DOORWARD_TLS_KEY": str(encrypted / "key.pem"),
    }
    (encrypted / "key.pem").write_text(pem(issue().key))
    with pytest.raises(AssertionError, match="cannot be used: KEY_VALUES_MISMATCH"):
        serving(settings=settings).__enter__()
    (encrypted / "key.pem").write_text(pem(issue().key, "a password"))
    with pytest.raises(AssertionError, match="cannot be used: no PEM"):
        serving(settings=settings).__enter__()


@pytest.mark.postgres
def test_readiness_says_that_the_store_is_gone_and_when_that_is_too_long() -> None:
    settings: dict[str, str | None] = {
        "DOORWARD_MASTER_KEY": MASTER_KEY,
        "DOORWARD_FAIL_CLOSED_AFTER": "4",
        "DOORWARD_METRICS": "/metrics",
    }
    with (
        postgresql_server() as cluster,
        postgresql_database(cluster) as database,
        serving(database, settings) as server,
    ):
        assert get(server.endpoint, "/readyz")[0] == 200
        with psycopg.connect(cluster, autocommit=True) as admin:
            name = urlsplit(database).path.strip("/")
            admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            until(lambda: "not reached" in get(server.endpoint, "/readyz")[1])
            assert get(server.endpoint, "/readyz")[0] == 200
            assert Signed().send(server.endpoint).status == 200
            with refused("ServiceUnavailable"):
                server.client("iam").create_user(UserName="late")
            assert "doorward_store_reachable 0.0" in get(server.endpoint, "/metrics")[1]
            until(lambda: get(server.endpoint, "/readyz")[0] == 503)
            assert "older than fail_closed_after" in get(server.endpoint, "/readyz")[1]
            assert Signed().send(server.endpoint).status == 503
            admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        until(lambda: get(server.endpoint, "/readyz")[0] == 200)
        assert Signed().send(server.endpoint).status == 200
