"""The client against a real server on loopback, its signature checked by botocore's signer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest

from doorward.errors import InvalidInput
from doorward.wire import codec, faults
from doorward.wire.client import Client, Credentials, EndpointUnreachable, ServiceError
from doorward.wire.http import HttpRequest, HttpResponse
from doorward.wire.route import route

CREDENTIALS = Credentials(
    "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "tok"
)


class Endpoint(ThreadingHTTPServer):
    """Answers each call with what its test prepared, by our own codecs."""

    replies: list[dict[str, object] | faults.Fault | HttpResponse]
    seen: list[tuple[str, dict[str, object]]]
    headers: list[dict[str, str]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, request: HttpRequest) -> HttpResponse:
        found = route(request)
        self.seen.append((found.operation.name, codec.parse(found.operation, request)))
        reply = self.replies.pop(0)
        if isinstance(reply, faults.Fault):
            return faults.render(reply, "req-1", service_name=found.service.name)
        if isinstance(reply, HttpResponse):
            return reply
        return codec.serialize(found.operation, reply, "req-1")


class Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        path, _, url_query = self.path.partition("?")
        self.server.headers.append({k.lower(): v for k, v in self.headers.items()})
        response = self.server.answer(
            HttpRequest("POST", path, url_query, tuple(self.headers.items()), body)
        )
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on the tests' output."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(("127.0.0.1", 0), Handler) as server:
        server.replies, server.seen, server.headers = [], [], []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _client(endpoint: Endpoint) -> Client:
    return Client(endpoint.url, CREDENTIALS, "eu-west-1")


@pytest.mark.parametrize(
    ("service", "operation", "params", "result"),
    [
        (
            "doorward",
            "GetResource",
            {"Arn": "arn:aws:s3:::acme"},
            {"Resource": {"Arn": "arn:aws:s3:::acme", "Account": "111122223333", "Tags": []}},
        ),
        ("doorward", "DeleteResource", {"Arn": "arn:aws:s3:::acme"}, {}),
        (
            "iam",
            "GetUser",
            {"UserName": "Zoë & Co"},
            {
                "User": {
                    "Path": "/",
                    "UserName": "Zoë & Co",
                    "UserId": "AIDA",
                    "Arn": "arn",
                    "CreateDate": datetime(2026, 11, 1, tzinfo=UTC),
                }
            },
        ),
        ("organizations", "ListRoots", {}, {"Roots": [{"Id": "r-1234"}]}),
    ],
)
def test_a_call_arrives_and_its_result_returns(
    endpoint: Endpoint,
    service: str,
    operation: str,
    params: dict[str, object],
    result: dict[str, Any],
) -> None:
    endpoint.replies.append(result)
    with _client(endpoint) as client:
        assert client.call(service, operation, params) == result
    assert endpoint.seen == [(operation, params)]


def test_calls_are_signed_for_the_service_with_the_session_token(endpoint: Endpoint) -> None:
    endpoint.replies.append({"Resources": []})
    with _client(endpoint) as client:
        client.call("doorward", "ListResources")
    (headers,) = endpoint.headers
    signed = headers["authorization"]
    assert "/eu-west-1/doorward/aws4_request" in signed
    assert headers["x-amz-security-token"] == "tok"
    assert "x-amz-security-token;x-amz-target" in signed
    assert signed == _resigned(endpoint.url, headers, b"{}")


def _resigned(url: str, headers: dict[str, str], body: bytes) -> str:
    """Sign what arrived once more: its host and body are what botocore signed before sending."""
    names = headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    request = botocore.awsrequest.AWSRequest(
        "POST", url + "/", {name: headers[name] for name in names}, body
    )
    request.context["timestamp"] = headers["x-amz-date"]
    signer = botocore.auth.SigV4Auth(
        botocore.credentials.Credentials(
            CREDENTIALS.access_key_id, CREDENTIALS.secret_access_key, CREDENTIALS.session_token
        ),
        "doorward",
        "eu-west-1",
    )
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    return f"{headers['authorization'].partition('Signature=')[0]}Signature={signature}"


@pytest.mark.parametrize(
    ("service", "operation", "code", "status"),
    [
        ("doorward", "ListResources", "AccessDeniedException", 400),
        ("iam", "ListUsers", "AccessDenied", 403),
        ("iam", "ListUsers", "ServiceFailure", 500),
    ],
)
def test_an_error_answered_is_raised(
    endpoint: Endpoint, service: str, operation: str, code: str, status: int
) -> None:
    endpoint.replies.append(faults.fault(service, code, "not <you>"))
    with _client(endpoint) as client, pytest.raises(ServiceError) as raised:
        client.call(service, operation)
    error = raised.value
    assert (error.code, error.message, error.request_id, error.status) == (
        code,
        "not <you>",
        "req-1",
        status,
    )


def test_nobody_listening_is_said_with_a_hint(endpoint: Endpoint) -> None:
    endpoint.shutdown()
    endpoint.server_close()
    with _client(endpoint) as client, pytest.raises(EndpointUnreachable) as raised:
        client.call("doorward", "ListResources")
    assert endpoint.url in str(raised.value)
    assert "doorward serve" in (raised.value.hint or "")


@pytest.mark.parametrize("status", [200, 404, 502])
def test_an_answer_from_something_else_is_no_result(endpoint: Endpoint, status: int) -> None:
    endpoint.replies.append(HttpResponse(status, (("Content-Type", "text/html"),), b"<html>"))
    with _client(endpoint) as client, pytest.raises(EndpointUnreachable, match="not Doorward"):
        client.call("doorward", "ListResources")


@pytest.mark.parametrize(
    ("service", "operation", "params", "code"),
    [
        ("doorward", "GetResource", {"Arm": "x"}, "ValidationException"),
        ("doorward", "GetResources", {}, "UnknownOperationException"),
        ("s3", "ListBuckets", {}, "UnknownService"),
    ],
)
def test_what_the_model_cannot_take_is_refused_before_sending(
    endpoint: Endpoint, service: str, operation: str, params: dict[str, object], code: str
) -> None:
    with _client(endpoint) as client, pytest.raises(InvalidInput) as raised:
        client.call(service, operation, params)
    assert raised.value.code == code
    assert endpoint.seen == []


@pytest.mark.parametrize("url", ["", "127.0.0.1:8080", "ftp://host", "http://", "http://h/?a=b"])
def test_an_endpoint_is_a_url(url: str) -> None:
    with pytest.raises(InvalidInput):
        Client(url, CREDENTIALS)


def test_the_secret_is_in_no_representation() -> None:
    assert CREDENTIALS.secret_access_key not in repr(CREDENTIALS)
    assert "tok" not in repr(CREDENTIALS)
