"""Rows 1 to 23 of the catalogue of bad input where the whole server has a part in them.

What can be said of the signature alone is in ``tests/credentials``.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest

from examples.main_job.clients import Identity, of_session
from tests.accounts import allow, new_user, policy, refused
from tests.live import KEY
from tests.server import raw
from tests.signing import FORM, WHO, Reply, Signed, send

if TYPE_CHECKING:
    from tests.live import LiveServer

STREAMING = ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
SCOPE = "20260101/us-east-1/sts/aws4_request"


@pytest.mark.parametrize("stated", STREAMING)
def test_rows_8_and_14_a_streaming_hash_is_no_way_past_the_signature(
    live_server: LiveServer, stated: str
) -> None:
    """Chunked signing is S3's alone. A right signature over a false hash is refused, too."""
    headers = {"content-type": FORM, "x-amz-content-sha256": stated}
    signed = Signed(headers=headers)
    reply = signed.send(live_server.endpoint)
    assert (reply.status, reply.code) == (403, "SignatureDoesNotMatch")
    made_up = signed.signed_headers(live_server.endpoint)
    made_up["authorization"] = made_up["authorization"][:-64] + "0" * 64
    reply = send(live_server.endpoint, "POST", "/", signed.body, made_up)
    assert (reply.status, reply.code) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("whole", [True, False], ids=["all parameters", "the credential alone"])
def test_row_9_credentials_in_the_query_are_credentials(
    live_server: LiveServer, whole: bool
) -> None:
    claims = {"X-Amz-Credential": f"{KEY}/{SCOPE}"}
    if whole:
        claims |= {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": "20260101T000000Z",
            "X-Amz-Expires": "3600",
            "X-Amz-SignedHeaders": "host",
            "X-Amz-Signature": "0" * 64,
        }
    target = "/?" + urlencode({**WHO, **claims})
    headers = {"content-type": FORM, "x-amz-content-sha256": STREAMING[0]}
    reply = send(live_server.endpoint, "POST", target, b"", headers)
    expected = (403, "SignatureDoesNotMatch") if whole else (400, "IncompleteSignature")
    assert (reply.status, reply.code) == expected


def test_row_11_credentials_stand_in_one_place(live_server: LiveServer) -> None:
    target = "/?" + urlencode({"X-Amz-Algorithm": "AWS4-HMAC-SHA256"})
    reply = Signed(target=target).send(live_server.endpoint)
    assert (reply.status, reply.code) == (400, "IncompleteSignature")


@pytest.mark.parametrize("name", ["authorization", "x-amz-date", "host", "content-length"])
@pytest.mark.parametrize("same", [True, False], ids=["alike", "different"])
def test_row_18_what_decides_stands_once(live_server: LiveServer, name: str, same: bool) -> None:
    signed = Signed()
    headers = raw.signed_head(live_server.endpoint, signed)
    value = dict(headers)[name] if same else "4"
    answered = raw.ask(live_server.endpoint, raw.request([*headers, (name, value)], signed.body))
    assert answered.status == 400


@pytest.fixture(scope="module")
def session(live_server: LiveServer) -> Identity:
    """A session of a user."""
    user = new_user(live_server.administrator)[1]
    answer = user.client("sts").get_session_token(DurationSeconds=900)
    return of_session(live_server.endpoint, answer["Credentials"])


def _with_token(session: Identity, token: str | None) -> Reply:
    return Signed(key=session.access_key_id, secret=session.secret_access_key, token=token).send(
        session.endpoint
    )


def test_row_22_a_token_with_any_byte_changed_is_like_none_at_all(session: Identity) -> None:
    """One bit of each byte: the same answer each time, which is that to an unknown key."""
    token = session.session_token
    assert token is not None
    assert _with_token(session, token).status == 200
    sealed = b64decode(token)
    unknown = Signed(key="AKIAI44QH8DHBEXAMPLE").send(session.endpoint)
    answers = set()
    for place in range(len(sealed)):
        bit = 1 << place % 8
        changed = sealed[:place] + bytes((sealed[place] ^ bit,)) + sealed[place + 1 :]
        reply = _with_token(session, b64encode(changed).decode())
        answers.add((reply.status, reply.body.replace(reply.request_id, "")))
    assert answers == {(unknown.status, unknown.body.replace(unknown.request_id, ""))}
    assert (unknown.status, unknown.code) == (403, "InvalidClientTokenId")


@pytest.mark.parametrize("token", [None, "x", "A" * 4000])
def test_row_22_a_session_s_key_needs_its_token(session: Identity, token: str | None) -> None:
    reply = _with_token(session, token)
    assert (reply.status, reply.code) == (403, "InvalidClientTokenId")


FORGED = {
    "x-forwarded-for": "203.0.113.9",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "sts.amazonaws.com",
    "forwarded": "for=203.0.113.9;proto=https;host=sts.amazonaws.com",
    "x-real-ip": "203.0.113.9",
}
NEAR = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
ENCRYPTED = {"Bool": {"aws:SecureTransport": "true"}}


@pytest.mark.parametrize("condition", [NEAR, ENCRYPTED], ids=["address", "encryption"])
def test_row_23_what_a_caller_says_of_its_connection_is_not_believed(
    live_server: LiveServer, condition: dict[str, dict[str, str]]
) -> None:
    user = new_user(
        live_server.administrator, policy(allow("iam:ListUsers", Condition=condition))
    )[1]
    body = urlencode({"Action": "ListUsers", "Version": "2010-05-08"}).encode()
    signed = Signed(user.access_key_id, user.secret_access_key, "iam", body=body, unsigned=FORGED)
    reply = signed.send(live_server.endpoint)
    assert (reply.status, reply.code) == (403, "AccessDenied")


def test_row_23_the_host_that_was_signed_is_the_host_that_was_asked(
    live_server: LiveServer,
) -> None:
    forged = {"x-forwarded-host": "sts.amazonaws.com"}
    signed = Signed(headers={"content-type": FORM, "host": "sts.amazonaws.com"})
    headers = signed.signed_headers(live_server.endpoint)
    del headers["host"]  # http.client names the host that it connects to
    reply = send(live_server.endpoint, "POST", "/", signed.body, {**headers, **forged})
    assert (reply.status, reply.code) == (403, "SignatureDoesNotMatch")


def test_row_12_a_presigned_call_ends(live_server: LiveServer) -> None:
    """A life that is over or none at all, signed as it should be: refused by the server, too."""
    for expires in ("-1", "0", "604801", "60x", quote(" 60")):
        target = f"/?{urlencode(WHO)}&X-Amz-Expires={expires}"
        reply = send(live_server.endpoint, "GET", target, b"", {})
        assert (reply.status, reply.code) == (400, "IncompleteSignature")


def test_row_1_a_refusal_leaves_nothing_behind(live_server: LiveServer) -> None:
    """A call with a wrong secret changes nothing, and is recorded."""
    body = urlencode(
        {"Action": "CreateUser", "Version": "2010-05-08", "UserName": "not-made"}
    ).encode()
    reply = Signed(secret="x" * 40, service="iam", body=body).send(live_server.endpoint)
    assert (reply.status, reply.code) == (403, "SignatureDoesNotMatch")
    with refused("NoSuchEntity"):
        live_server.client("iam").get_user(UserName="not-made")
    found = live_server.client("doorward").get_decision(RequestId=reply.request_id)
    assert '"errorCode":"SignatureDoesNotMatch"' in found["Event"]
