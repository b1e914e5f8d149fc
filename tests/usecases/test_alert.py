"""What is new since the last audit, told to a webhook: a real one, on the loopback address."""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from doorward.analysis.difference import difference
from doorward.errors import ConfigurationError
from doorward.results.finding import (
    CheckInfo,
    Finding,
    Report,
    Severity,
    State,
    Verdict,
)
from doorward.usecases.alert import MOST_TOLD, checked, message, send
from doorward.wire.webhook import SIGNATURE, NotTaken

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
ACCOUNT = "111122223333"
INFO = CheckInfo("user.key_age", "Keys are changed", Severity.MEDIUM, ("BP21",))


class Hook:
    """A webhook: what it was sent, and what it answers in turn; the last answer stays."""

    def __init__(self, answers: list[int]) -> None:
        self.answers = answers
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.url = ""


@contextmanager
def hook(*answers: int) -> Iterator[Hook]:
    """Run a webhook until the block ends."""
    held = Hook(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            held.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            answer = held.answers.pop(0) if len(held.answers) > 1 else held.answers[0]
            self.send_response(answer)
            if answer == 302:
                self.send_header("location", held.url + "/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        held.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield held
        finally:
            server.shutdown()
            thread.join(timeout=10)


def finding(name: str, severity: Severity = Severity.HIGH) -> Finding:
    """Return a finding on a user."""
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    return Finding(INFO.id, State.FAIL, severity, ACCOUNT, arn, f"the key of {name} is old")


def report(*findings: Finding, day: int = 0, state: State = State.FAIL) -> Report:
    """Return the audit of a day."""
    verdict = Verdict(INFO.id, ACCOUNT, state, 10, findings)
    made = NOW + timedelta(days=day)
    return Report(made, "the live directory", (INFO,), {ACCOUNT: "main"}, (verdict,))


def test_what_is_new_and_bad_enough_is_told() -> None:
    before = report(finding("ana"))
    after = report(finding("ana"), finding("bob"), finding("eve", Severity.LOW), day=1)
    told = message(difference(before, after), Severity.HIGH)
    assert told is not None
    assert [each["subject"].rpartition("/")[2] for each in told["findings"]] == ["bob"]
    assert told["findings"][0]["became"] == "new"
    assert told["text"] == "Doorward: 1 new in the live directory\nhigh: the key of bob is old"
    assert (told["more"], told["lapses"]) == (0, [])


def test_nothing_is_told_where_nothing_is_new() -> None:
    same = difference(report(finding("ana")), report(finding("ana"), day=1))
    assert message(same, Severity.LOW) is None
    fewer = difference(report(finding("ana")), report(day=1, state=State.PASS))
    assert message(fewer, Severity.LOW) is None


def test_a_check_that_is_no_longer_carried_out_is_told() -> None:
    lapsed = difference(report(finding("ana")), report(day=1, state=State.NOT_CHECKED))
    told = message(lapsed, Severity.CRITICAL)
    assert told is not None
    assert told["lapses"] == [{"check": INFO.id, "account": ACCOUNT, "state": "NOT_CHECKED"}]
    assert "1 checks no longer carried out" in told["text"]


def test_a_message_has_a_bound() -> None:
    many = [finding(f"user-{number}") for number in range(MOST_TOLD + 7)]
    told = message(difference(report(), report(*many, day=1)), Severity.HIGH)
    assert told is not None
    assert (len(told["findings"]), told["more"]) == (MOST_TOLD, 7)


def test_a_message_is_signed_over_its_body() -> None:
    with hook(204) as held:
        send(held.url, {"text": "new"}, "the secret")
    ((headers, body),) = held.got
    assert json.loads(body) == {"text": "new"}
    expected = hmac.digest(b"the secret", body, "sha256").hex()
    assert headers[SIGNATURE] == f"sha256={expected}"


def test_without_a_secret_there_is_no_signature() -> None:
    with hook(200) as held:
        send(held.url, {"text": "new"}, None)
    assert SIGNATURE not in held.got[0][0]


def test_it_is_tried_three_times() -> None:
    paused: list[float] = []
    with hook(500, 503, 200) as held:
        send(held.url, {"text": "new"}, None, pause=paused.append)
    assert (len(held.got), paused) == (3, [2.0, 4.0])


@pytest.mark.parametrize("answer", [302, 404, 500])
def test_what_is_not_taken_is_said_without_the_url(answer: int) -> None:
    """A redirect is not followed: it may lead anywhere."""
    with hook(answer) as held, pytest.raises(NotTaken, match=str(answer)) as raised:
        send(held.url, {"text": "new"}, None, pause=lambda _seconds: None)
    assert held.url not in str(raised.value)
    assert len(held.got) == 3


def test_nobody_there_is_said() -> None:
    with hook(200) as held:
        gone = held.url
    with pytest.raises(NotTaken, match="ConnectError"):
        send(gone, {}, None, pause=lambda _seconds: None)


@pytest.mark.parametrize("url", ["http://hooks.example.com/x", "ftp://127.0.0.1/x", "hooks", ""])
def test_alerts_are_not_sent_in_clear(url: str) -> None:
    with pytest.raises(ConfigurationError, match="https"):
        checked(url)


@pytest.mark.parametrize("url", ["https://hooks.example.com/x", "http://127.0.0.1:9/x"])
def test_https_and_this_machine_are_fine(url: str) -> None:
    assert checked(url) == url
