"""Must show 5: what botocore signs verifies, in every equivalent spelling."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import ClassVar
from urllib.parse import quote

import msgspec
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session
from hypothesis import given
from hypothesis import strategies as st

from doorward.credentials.sigv4 import SignedRequest, SigningKeys, parse, verify
from doorward.credentials.sigv4.keys import signing_key
from tests.credentials.generated import parameters, requests
from tests.credentials.signing import (
    KEY_ID,
    REGION,
    SECRET,
    SERVICE,
    TOKEN,
    authenticate,
    header,
    replaced,
    signed,
    with_header,
)


@given(requests)
def test_what_botocore_signs_is_accepted(request: SignedRequest) -> None:
    assert authenticate(request).access_key_id == KEY_ID


@given(st.sampled_from(["GET", "POST"]), parameters, st.binary(max_size=64))
def test_what_the_s3_signer_signs_at_a_plain_path_is_accepted(
    method: str, params: list[tuple[str, str]], body: bytes
) -> None:
    request = signed("s3-header", method=method, params=params, body=body, service="sts")
    assert authenticate(request, service="sts").service == "sts"


def test_claims_are_read_from_either_form() -> None:
    by_header = authenticate(signed(token=TOKEN))
    assert (by_header.presigned, by_header.expires) == (False, None)
    presigned = authenticate(signed("presigned", token=TOKEN, expires=60))
    assert (presigned.presigned, presigned.expires) == (True, 60)
    for claims in (by_header, presigned):
        assert claims.session_token == TOKEN
        assert (claims.region, claims.service) == (REGION, SERVICE)
        assert claims.date == claims.timestamp.strftime("%Y%m%d")
        assert TOKEN not in repr(claims)
        assert claims.signature not in repr(claims)


def test_a_date_header_may_stand_for_x_amz_date() -> None:
    request = signed(headers=[("Date", "to be set by botocore")])
    assert "x-amz-date" not in {name.lower() for name, _ in request.headers}
    assert authenticate(request).timestamp.tzinfo is UTC


@pytest.mark.parametrize("zone", ["GMT", "-0000", "+0000"])
def test_a_date_header_may_have_either_form_of_utc(zone: str) -> None:
    request = with_header(signed(), "x-amz-date", None)
    request = replaced(
        request, headers=(*request.headers, ("Date", f"Mon, 23 Nov 2026 22:24:34 {zone}"))
    )
    claims = parse(request)
    assert claims is not None
    assert claims.timestamp == datetime(2026, 11, 23, 22, 24, 34, tzinfo=UTC)


def test_an_unsigned_request_has_no_authorization() -> None:
    assert parse(SignedRequest("POST", "/", "", (("Host", "iam.amazonaws.com"),), b"A=B")) is None


# Equivalent spellings. Each takes a request that was signed in AWS's canonical spelling.
_PARAMS = [("Action", "GetUser"), ("b~-_.", "ä ~/+"), ("b~-_.", "*"), ("c", "x y"), ("Z", "")]


def _percent_all(text: str) -> str:
    """Encode every character that is not yet encoded, but for separators and plus."""
    return re.sub(
        "%..|[^/&=+]",
        lambda found: found[0] if len(found[0]) == 3 else f"%{ord(found[0]):02X}",
        text,
    )


def _lower_hex(text: str) -> str:
    pieces = text.split("%")
    return "%".join([pieces[0], *(piece[:2].lower() + piece[2:] for piece in pieces[1:])])


EQUIVALENT = {
    "parameters in another order": lambda r: replaced(
        r, query="&".join(reversed(r.query.split("&")))
    ),
    "lower-case hex in the query": lambda r: replaced(r, query=_lower_hex(r.query)),
    "needless encoding in the query": lambda r: replaced(r, query=_percent_all(r.query)),
    "tilde encoded in the query": lambda r: replaced(r, query=r.query.replace("~", "%7E")),
    "a space as plus, or as %20": lambda r: replaced(
        r,
        query=r.query.replace("+", "%20") if "+" in r.query else r.query.replace("%20", "+"),
    ),
    "an empty value without equal sign": lambda r: replaced(r, query=r.query.replace("Z=", "Z")),
    "needless encoding in the path": lambda r: replaced(r, path=_percent_all(r.path)),
    "empty and dot segments": lambda r: replaced(r, path="/." + r.path.replace("/b", "/x/..//b")),
    "header names in upper case": lambda r: replaced(
        r, headers=tuple((name.upper(), value) for name, value in r.headers)
    ),
    "headers in another order": lambda r: replaced(r, headers=tuple(reversed(r.headers))),
    "runs of white space": lambda r: with_header(r, "x-custom", " \t a \t\t  b "),
    "more unsigned headers": lambda r: replaced(
        r, headers=(*r.headers, ("Via", "1.1 proxy"), ("X-Forwarded-For", "203.0.113.9"))
    ),
}


@pytest.mark.parametrize("form", ["header", "presigned"])
@pytest.mark.parametrize("name", EQUIVALENT)
def test_equivalent_spellings_are_accepted(name: str, form: str) -> None:
    request = signed(
        form,
        url="http://127.0.0.1:8080/a~/b%20c%2Fd",
        params=_PARAMS if form == "header" else dict(_PARAMS).items(),
        headers=[("X-Custom", "a b")],
    )
    spelled = EQUIVALENT[name](request)
    assert spelled != request
    assert authenticate(spelled) == authenticate(request)


def test_the_parts_of_the_header_may_come_without_spaces_and_in_any_order() -> None:
    request = signed()
    scheme, credential, names, signature = header(request, "authorization").split(" ")
    value = f"{scheme} {signature},{names.strip(',')},{credential.strip(',')}"
    assert authenticate(with_header(request, "authorization", value)) == authenticate(request)


@given(requests)
def test_remembered_keys_change_nothing(request: SignedRequest) -> None:
    authorization = parse(request)
    assert authorization is not None
    keys = SigningKeys(capacity=2)
    for _ in range(2):
        verify(
            request, authorization, SECRET,
            now=authorization.timestamp, service=SERVICE, region=REGION, keys=keys,
        )  # fmt: skip
    assert len(keys) == 1
    assert SECRET not in repr(keys)


def test_remembered_keys_are_bounded_and_know_the_secret() -> None:
    authorization = parse(signed())
    assert authorization is not None
    keys = SigningKeys(capacity=3)
    for n in range(10):
        keys.signing_key(msgspec.structs.replace(authorization, access_key_id=f"AKIA{n}"), "one")
    assert len(keys) == 3
    made = [keys.signing_key(authorization, f"secret {n % 5}") for n in range(10)]
    assert made == [signing_key(authorization, f"secret {n % 5}") for n in range(10)]
    assert len(set(made)) == 5
    assert len(keys) == 3


def test_the_host_that_clients_know_may_differ_from_the_header() -> None:
    request = signed(url="http://iam.example.com/")
    rewritten = with_header(request, "host", "10.0.0.7:8080")
    assert rewritten != request
    authorization = parse(rewritten)
    assert authorization is not None
    verify(
        rewritten, authorization, SECRET, now=authorization.timestamp,
        service=SERVICE, region=None, external_host="iam.example.com",
    )  # fmt: skip


# AWS General Reference, "Examples of the complete Signature Version 4 signing process" (ListUsers)
# and the Signature Version 4 test suite, case get-vanilla.
PUBLISHED = [
    (
        "iam",
        "Action=ListUsers&Version=2010-05-08",
        (
            ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("Host", "iam.amazonaws.com"),
        ),
        "content-type;host;x-amz-date",
        "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    ),
    (
        "service",
        "",
        (("Host", "example.amazonaws.com"),),
        "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
]


@pytest.mark.parametrize(("service", "query", "headers", "names", "signature"), PUBLISHED)
def test_published_examples_verify(
    service: str, query: str, headers: tuple[tuple[str, str], ...], names: str, signature: str
) -> None:
    value = (
        f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/{service}/aws4_request, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    request = SignedRequest(
        "GET", "/", query,
        (*headers, ("X-Amz-Date", "20150830T123600Z"), ("Authorization", value)), b"",
    )  # fmt: skip
    authenticate(
        request,
        now=datetime(2015, 8, 30, 12, 36, tzinfo=UTC) + timedelta(minutes=5),
        service=service,
        secrets={"AKIDEXAMPLE": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"},
    )


class _Recorder(BaseHTTPRequestHandler):
    """Keeps each request exactly as it came over the socket."""

    received: ClassVar[list[SignedRequest]] = []

    def _record(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = tuple((name, value) for name, value in self.headers.items())
        self.received.append(SignedRequest(self.command, path, query, headers, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_PUT = _record  # noqa: N815 (the names that http.server calls)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def recorder() -> Iterator[str]:
    _Recorder.received.clear()
    with socketserver.TCPServer(("127.0.0.1", 0), _Recorder) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_what_botocore_sends_over_a_socket_is_accepted(recorder: str) -> None:
    session = URLLib3Session()
    credentials = Credentials(KEY_ID, SECRET, TOKEN)
    cases = [
        ("POST", "/", {"Action": "GetUser", "UserName": "ä +~/%"}),
        ("GET", "/?a=~&b=%C3%A9%20&a=-", {}),
        ("PUT", "/analyzer/" + quote("arn:aws:s3:::b/ä~+*'()!", safe="") + "/", {"x": "1"}),
        ("GET", "/a//b/./c/../d", {}),
    ]
    for signer in (SigV4Auth, SigV4QueryAuth):
        for method, path, data in cases:
            request = AWSRequest(method=method, url=recorder + path, data=dict(data))
            request.headers["X-Amz-Target"] = "Service.Op  with   spaces"
            signer(credentials, SERVICE, REGION).add_auth(request)
            session.send(request.prepare())
    assert len(_Recorder.received) == 2 * len(cases)
    for received in _Recorder.received:
        assert authenticate(received).session_token == TOKEN
