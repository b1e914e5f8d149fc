"""Who may come in at all: what is refused before any operation, in AWS's codes, per protocol.

Codes and statuses: IAM API Reference, "Common errors".
"""

from __future__ import annotations

import gzip
import socket
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest

from examples.main_job.clients import Identity
from tests.accounts import ADMINISTRATOR_ACCESS, new_user, refused
from tests.live import KEY, SECRET
from tests.signing import FORM, JSON, WHO, Reply, Signed, send

if TYPE_CHECKING:
    from tests.live import LiveServer

TARGET = {"content-type": JSON, "x-amz-target": "Doorward_20261101.ListResources"}
DOORWARD = Signed(service="doorward", body=b"{}", headers=TARGET)
IN_SCOPE = "Credential should be scoped "


def form(**parameters: str) -> bytes:
    return urlencode(parameters).encode()


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (Signed(), 200, ""),
        (DOORWARD, 200, ""),
        (Signed(region="eu-west-1"), 200, ""),
        (Signed(method="GET", target="/?" + urlencode(WHO), body=b"", headers={}), 200, ""),
        (Signed(skew=timedelta(minutes=14)), 200, ""),
        (Signed(skew=timedelta(minutes=-14)), 200, ""),
        (Signed(skew=timedelta(minutes=16)), 403, "SignatureDoesNotMatch"),
        (Signed(skew=timedelta(minutes=-16)), 403, "SignatureDoesNotMatch"),
        (Signed(skew=timedelta(days=365)), 403, "SignatureDoesNotMatch"),
        (Signed(secret=SECRET[:-1] + "Z"), 403, "SignatureDoesNotMatch"),
        (replace(DOORWARD, secret="x" * 40), 400, "InvalidSignatureException"),
        (Signed(key="AKIAI44QH8DHBEXAMPLE"), 403, "InvalidClientTokenId"),
        (replace(DOORWARD, key="AKIAI44QH8DHBEXAMPLE"), 400, "UnrecognizedClientException"),
        (Signed(key="ASIAI44QH8DHBEXAMPLE"), 403, "InvalidClientTokenId"),
        (Signed(token="bm90IGEgdG9rZW4="), 403, "InvalidClientTokenId"),
        (Signed(token=" "), 403, "InvalidClientTokenId"),
        (Signed(service="iam"), 403, "SignatureDoesNotMatch"),
        (Signed(service="s3"), 403, "SignatureDoesNotMatch"),
        (replace(DOORWARD, service="sts"), 400, "InvalidSignatureException"),
        (Signed(region="*"), 403, "SignatureDoesNotMatch"),
        (Signed(terminator="aws5_request"), 403, "SignatureDoesNotMatch"),
        (Signed(headers={"content-type": FORM, "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}), 403,
         "SignatureDoesNotMatch"),
        (Signed(unsigned={"x-amz-meta": "smuggled"}), 403, "SignatureDoesNotMatch"),
        (Signed(unsigned={"authorization": "AWS AKIAIOSFODNN7EXAMPLE:c2ln"}), 400,
         "IncompleteSignature"),
        (Signed(unsigned={"authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}), 400,
         "IncompleteSignature"),
        (Signed(unsigned={"authorization": "Basic dXNlcjpwYXNz"}), 400, "IncompleteSignature"),
        (Signed(unsigned={"authorization": "AWS4-HMAC-SHA256"}), 400, "IncompleteSignature"),
        (Signed(unsigned={"authorization": "AWS4-ECDSA-P256-SHA256 Credential=x"}), 400,
         "IncompleteSignature"),
        (Signed(target="/?X-Amz-Signature=00"), 400, "IncompleteSignature"),
        (Signed(body=form(Action="NoSuchThing", Version="2011-06-15")), 400, "InvalidAction"),
        (Signed(body=form(Action="GetCallerIdentity", Version="1999-01-01")), 400,
         "InvalidAction"),
        (Signed(body=form(Action="GetCallerIdentity")), 400, "InvalidAction"),
        (Signed(body=b""), 400, "MissingAction"),
        (Signed(body=form(Action="GetSessionToken", Version="2011-06-15",
                          DurationSeconds="899")), 400, "ValidationError"),
        (Signed(body=form(**WHO) + b"&Action=GetSessionToken"), 400, None),
        (Signed(target="/elsewhere"), 400, "InvalidAction"),
        (replace(DOORWARD, headers={**TARGET, "x-amz-target": "Doorward_20261101.Nothing"}), 400,
         "UnknownOperationException"),
        (replace(DOORWARD, headers={**TARGET, "x-amz-target": "Nowhere.ListResources"}), 400,
         "UnknownOperationException"),
        (replace(DOORWARD, target="/?Action=GetCallerIdentity&Version=2011-06-15"), 400,
         "ValidationException"),
        (Signed(body=gzip.compress(form(**WHO), mtime=0),
                headers={"content-type": FORM, "content-encoding": "gzip"}), 415,
         "UnsupportedMediaType"),
        (Signed(method="PUT"), 405, "MethodNotAllowed"),
        (Signed(method="DELETE"), 405, "MethodNotAllowed"),
        (Signed(method="TRACE"), 405, "MethodNotAllowed"),
        (Signed(method="OPTIONS"), 405, "MethodNotAllowed"),
        (Signed(method="GET", headers={"content-type": FORM, "x-http-method-override": "POST"}),
         400, None),
        (replace(DOORWARD, method="GET"), 405, "MethodNotAllowedException"),
    ],
    ids=str,
)  # fmt: skip
def test_what_comes_in(
    live_server: LiveServer, request_: Signed, status: int, code: str | None
) -> None:
    reply = request_.send(live_server.endpoint)
    assert reply.status == status, reply
    assert code is None or reply.code == code, reply


def test_nobody_comes_in_unsigned(live_server: LiveServer) -> None:
    query = send(live_server.endpoint, "POST", "/", form(**WHO), {"content-type": FORM})
    json = send(live_server.endpoint, "POST", "/", b"{}", TARGET)
    assert (query.status, query.code) == (403, "MissingAuthenticationToken")
    assert (json.status, json.code) == (400, "MissingAuthenticationTokenException")
    head = send(live_server.endpoint, "HEAD", "/?" + urlencode(WHO), b"", {})
    assert head.status in {403, 405}


def test_the_scope_that_is_wrong_is_named(live_server: LiveServer) -> None:
    text = Signed(service="iam", terminator="aws5_request").send(live_server.endpoint).body
    assert f"{IN_SCOPE}to correct service: 'sts'" in text.replace("&#x27;", "'").replace(
        "&apos;", "'"
    )
    assert f"{IN_SCOPE}with a valid terminator" in text


def test_a_key_that_is_inactive_is_like_no_key_at_the_very_next_request(
    live_server: LiveServer,
) -> None:
    name, user = new_user(live_server.administrator)
    iam = live_server.client("iam")
    signed = Signed(key=user.access_key_id, secret=user.secret_access_key)
    unknown = Signed(key="AKIAI44QH8DHBEXAMPLE").send(live_server.endpoint)
    for state, status in (("Inactive", 403), ("Active", 200)):
        iam.update_access_key(UserName=name, AccessKeyId=user.access_key_id, Status=state)
        reply = signed.send(live_server.endpoint)
        assert reply.status == status
        if status == 403:
            assert _without_id(reply) == _without_id(unknown)
    iam.delete_access_key(UserName=name, AccessKeyId=user.access_key_id)
    assert _without_id(signed.send(live_server.endpoint)) == _without_id(unknown)


def _without_id(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.body.replace(reply.request_id, "")


def test_a_body_may_have_a_mebibyte_and_no_more(live_server: LiveServer) -> None:
    most = 1 << 20
    padded = form(**WHO).ljust(most, b"&")
    assert Signed(body=padded).send(live_server.endpoint).code != "RequestEntityTooLarge"
    reply = Signed(body=padded + b"&").send(live_server.endpoint)
    assert (reply.status, reply.code) == (413, "RequestEntityTooLarge")


def test_healthz_answers_and_says_nothing(live_server: LiveServer) -> None:
    reply = send(live_server.endpoint, "GET", "/healthz", b"", {})
    assert (reply.status, reply.body) == (200, '{"status":"ok"}\n')
    assert send(live_server.endpoint, "HEAD", "/healthz", b"", {}).status == 200
    assert send(live_server.endpoint, "POST", "/healthz", form(**WHO), {}).status >= 400
    assert "server" not in reply.headers


def head(*lines: str, method: str = "POST", path: str = "/") -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: x", *lines, "", "")).encode()


WEBSOCKET = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
)


@pytest.mark.parametrize(
    "raw",
    [
        head("Content-Length: 3", "Transfer-Encoding: chunked") + b"0\r\n\r\n",
        head("Content-Length: 3", "Content-Length: 4") + b"abc",
        head("Transfer-Encoding: chunked, identity") + b"0\r\n\r\n",
        head("Content-Length: -1"),
        head(method="GET", path="/\0"),
        head(*WEBSOCKET, method="GET"),
        b"NONSENSE\r\n\r\n",
    ],
)
def test_bytes_that_read_two_ways_are_refused(live_server: LiveServer, raw: bytes) -> None:
    host, port = urlsplit(live_server.endpoint).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(raw)
        first = connection.recv(4096).split(b"\r\n", 1)[0]
    assert first == b"" or first.split()[1].startswith(b"4"), first
    assert Signed().send(live_server.endpoint).status == 200


def test_a_caller_that_goes_away_in_the_middle_leaves_nothing(live_server: LiveServer) -> None:
    host, port = urlsplit(live_server.endpoint).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nAction=")
    assert Signed().send(live_server.endpoint).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"Account": "\\ud800"}',
        b'{"NextToken": "arn:\\ud800"}',
        b'{"NextToken": "arn:\\u0000"}',
        b'{"NextToken": "\xff"}',
        b'{"MaxResults": 1e999}',
        b'{"MaxResults": "1"}',
        b'{"MaxResults": 1, "MaxResults": 2}',
        b'{"Unknown": 1}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_a_body_that_is_odd_is_an_error_of_the_caller(
    live_server: LiveServer, body: bytes
) -> None:
    reply = replace(DOORWARD, body=body).send(live_server.endpoint)
    assert reply.status in {200, 400}, reply
    assert reply.status == 400 or body in {b"", b'{"Unknown": 1}'}


def test_headers_of_proxies_are_not_believed(live_server: LiveServer) -> None:
    """aws:SourceIp is the address of the connection, whatever the caller says of it."""
    forged = {"x-forwarded-for": "203.0.113.9", "x-forwarded-host": "iam.amazonaws.com"}
    reply = Signed(headers={"content-type": FORM, **forged}).send(live_server.endpoint)
    assert reply.status == 200
    found = live_server.client("doorward").get_decision(RequestId=reply.request_id)
    assert '"sourceIPAddress":"127.0.0.1"' in found["Event"]


def test_a_deleted_user_has_no_key(live_server: LiveServer) -> None:
    name, user = new_user(live_server.administrator)
    iam, sts = live_server.client("iam"), user.client("sts")
    sts.get_caller_identity()
    iam.delete_access_key(UserName=name, AccessKeyId=user.access_key_id)
    iam.delete_user(UserName=name)
    with refused("InvalidClientTokenId"):
        sts.get_caller_identity()


def test_permission_that_is_taken_back_is_gone_at_the_next_request(
    live_server: LiveServer,
) -> None:
    name, user = new_user(live_server.administrator)
    iam, mine = live_server.client("iam"), user.client("iam")
    for _ in range(3):
        iam.attach_user_policy(UserName=name, PolicyArn=ADMINISTRATOR_ACCESS)
        mine.list_users()
        iam.detach_user_policy(UserName=name, PolicyArn=ADMINISTRATOR_ACCESS)
        with refused("AccessDenied", status=403):
            mine.list_users()


def test_the_administrator_is_who_was_configured(live_server: LiveServer) -> None:
    assert live_server.administrator == Identity(live_server.endpoint, KEY, SECRET)
    who = live_server.client("sts").get_caller_identity()
    assert who["Arn"] == "arn:aws:iam::111122223333:user/administrator"
