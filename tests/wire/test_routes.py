"""Which operation a request names, and every way not to name one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.awsrequest
import pytest

from doorward.errors import Unsupported
from doorward.wire import codec, models
from doorward.wire.faults import WireError, render
from doorward.wire.http import HttpRequest
from doorward.wire.models import SERVED, data_path, operation, service
from doorward.wire.route import answered_in, route
from tests.wire import botocore_side

FORM = ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
JSON = ("Content-Type", "application/x-amz-json-1.1")
WHO = "Action=GetCallerIdentity&Version=2011-06-15"
LIST_ROOTS = ("X-Amz-Target", "AWSOrganizationsV20161128.ListRoots")


def _request(
    method: str = "POST",
    body: str = "",
    *headers: tuple[str, str],
    query: str = "",
    path: str = "/",
) -> HttpRequest:
    return HttpRequest(method, path, query, headers, body.encode())


ROUTED = [
    ("a form", _request("POST", WHO, FORM), "sts", "GetCallerIdentity"),
    ("a form without a type", _request("POST", WHO), "sts", "GetCallerIdentity"),
    ("a URL", _request("GET", query=WHO), "sts", "GetCallerIdentity"),
    ("a URL that is posted to", _request(query=WHO), "sts", "GetCallerIdentity"),
    (
        "a presigned URL",
        _request("GET", query=f"{WHO}&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=60"),
        "sts",
        "GetCallerIdentity",
    ),
    (
        "iam by its version",
        _request("POST", "Action=GetUser&Version=2010-05-08", FORM),
        "iam",
        "GetUser",
    ),
    (
        "ec2 by its version",
        _request("POST", "Action=DescribeRegions&Version=2016-11-15", FORM),
        "ec2",
        "DescribeRegions",
    ),
    (
        "an escaped name",
        _request("GET", query=WHO.replace("A", "%41")),
        "sts",
        "GetCallerIdentity",
    ),
    ("a target", _request("POST", "{}", JSON, LIST_ROOTS), "organizations", "ListRoots"),
    (
        "our own target",
        _request("POST", "{}", JSON, ("x-amz-target", "Doorward_20261101.Decide")),
        "doorward",
        "Decide",
    ),
]


@pytest.mark.parametrize(("request_", "name", "action"), [row[1:] for row in ROUTED])
def test_routed(request_: HttpRequest, name: str, action: str) -> None:
    found = route(request_)
    assert found.operation is operation(name, action)
    assert found.service is service(name)
    assert found.operation.protocol == SERVED[name].protocol == answered_in(request_)


# Code, status; provenance of the first two messages: aws-cli issue 37 (SES's answer in 2013) and
# session-manager-plugin issue 116 (STS's answer in 2025); "Common errors", IAM API reference.
REFUSED = [
    (
        "an unknown action",
        _request("POST", "Action=Fly&Version=2010-05-08", FORM),
        "InvalidAction",
        400,
        "Could not find operation Fly for version 2010-05-08",
    ),
    (
        "an action of another service",
        _request("POST", "Action=GetUser&Version=2011-06-15", FORM),
        "InvalidAction",
        400,
        "Could not find operation GetUser for version 2011-06-15",
    ),
    (
        "an action in another case",
        _request("POST", "Action=getuser&Version=2010-05-08", FORM),
        "InvalidAction",
        400,
        "Could not find operation getuser for version 2010-05-08",
    ),
    (
        "an action of EC2's that is not served",
        _request("POST", "Action=RunInstances&Version=2016-11-15", FORM),
        "InvalidAction",
        400,
        "The action RunInstances is not valid for this web service.",
    ),
    ("no action of EC2's", _request("POST", "Version=2016-11-15", FORM), "MissingAction", 400, ""),
    (
        "no version",
        _request("POST", "Action=GetUser", FORM),
        "InvalidAction",
        400,
        "Could not find operation GetUser for version NO_VERSION_SPECIFIED",
    ),
    (
        "a wrong version",
        _request("POST", "Action=GetUser&Version=2010", FORM),
        "InvalidAction",
        400,
        "",
    ),
    ("no action", _request("POST", "Version=2010-05-08", FORM), "MissingAction", 400, ""),
    ("nothing at all", _request("GET"), "MissingAction", 400, ""),
    (
        "an empty action",
        _request("GET", query="Action=&Version=2010-05-08"),
        "MissingAction",
        400,
        "",
    ),
    (
        "two actions",
        _request("POST", f"{WHO}&Action=GetSessionToken", FORM),
        "InvalidQueryParameter",
        400,
        "",
    ),
    (
        "the same action twice",
        _request("POST", f"{WHO}&Action=GetCallerIdentity", FORM),
        "InvalidQueryParameter",
        400,
        "",
    ),
    (
        "two versions",
        _request("POST", f"{WHO}&Version=2011-06-15", FORM),
        "InvalidQueryParameter",
        400,
        "",
    ),
    (
        "URL and form agree",
        _request("POST", WHO, FORM, query=WHO),
        "InvalidQueryParameter",
        400,
        "",
    ),
    (
        "URL and form differ",
        _request("POST", WHO, FORM, query="Action=GetUser"),
        "InvalidQueryParameter",
        400,
        "",
    ),
    (
        "an escaped second action",
        _request("POST", f"{WHO}&%41ction=GetUser", FORM),
        "InvalidQueryParameter",
        400,
        "",
    ),
    ("a GET with a form", _request("GET", WHO, FORM), "InvalidQueryParameter", 400, ""),
    ("a GET with a body", _request("GET", "x", FORM, query=WHO), "InvalidQueryParameter", 400, ""),
    ("HEAD", _request("HEAD", query=WHO), "MethodNotAllowed", 405, ""),
    ("PUT", _request("PUT", WHO, FORM), "MethodNotAllowed", 405, ""),
    ("OPTIONS", _request("OPTIONS"), "MethodNotAllowed", 405, ""),
    ("TRACE", _request("TRACE", query=WHO), "MethodNotAllowed", 405, ""),
    (
        "a method override",
        _request("DELETE", WHO, FORM, ("X-HTTP-Method-Override", "POST")),
        "MethodNotAllowed",
        405,
        "",
    ),
    (
        "XML",
        _request(
            "POST", "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>", ("Content-Type", "text/xml")
        ),
        "UnsupportedMediaType",
        415,
        "",
    ),
    (
        "a form called JSON",
        _request("POST", WHO, ("Content-Type", "application/json")),
        "UnsupportedMediaType",
        415,
        "",
    ),
    (
        "a compressed form",
        _request("POST", WHO, FORM, ("Content-Encoding", "gzip")),
        "UnsupportedMediaType",
        415,
        "",
    ),
    ("another path", _request("POST", WHO, FORM, path="/x"), "InvalidAction", 400, ""),
    (
        "an unknown target",
        _request("POST", "{}", JSON, ("X-Amz-Target", "DynamoDB_20120810.ListTables")),
        "UnknownOperationException",
        400,
        "",
    ),
    (
        "an unknown operation of a target",
        _request("POST", "{}", JSON, ("X-Amz-Target", "Doorward_20261101.Fly")),
        "UnknownOperationException",
        400,
        "",
    ),
    (
        "a target without its prefix",
        _request("POST", "{}", JSON, ("X-Amz-Target", "ListRoots")),
        "UnknownOperationException",
        400,
        "",
    ),
    (
        "an empty target",
        _request("POST", "{}", JSON, ("X-Amz-Target", "")),
        "UnknownOperationException",
        400,
        "",
    ),
    ("no target", _request("POST", "{}", JSON), "UnknownOperationException", 400, ""),
    (
        "two targets",
        _request("POST", "{}", JSON, LIST_ROOTS, LIST_ROOTS),
        "ValidationException",
        400,
        "",
    ),
    (
        "a target and an action",
        _request("POST", "{}", JSON, LIST_ROOTS, query="%41ction=GetUser"),
        "ValidationException",
        400,
        "",
    ),
    (
        "a target with a form",
        _request("POST", WHO, FORM, LIST_ROOTS),
        "UnsupportedMediaTypeException",
        415,
        "",
    ),
    (
        "a target without a type",
        _request("POST", "{}", LIST_ROOTS),
        "UnsupportedMediaTypeException",
        415,
        "",
    ),
    (
        "a target that is got",
        _request("GET", "", JSON, LIST_ROOTS),
        "MethodNotAllowedException",
        405,
        "",
    ),
    (
        "compressed JSON",
        _request("POST", "{}", JSON, LIST_ROOTS, ("Content-Encoding", "gzip")),
        "UnsupportedMediaTypeException",
        415,
        "",
    ),
]


@pytest.mark.parametrize(
    ("request_", "code", "status", "message"),
    [pytest.param(*row[1:], id=row[0]) for row in REFUSED],
)
def test_refused(request_: HttpRequest, code: str, status: int, message: str) -> None:
    with pytest.raises(WireError) as refused:
        route(request_)
    fault = refused.value.fault
    assert (fault.code, fault.status, fault.sender) == (code, status, True)
    assert message in fault.message
    spoken = answered_in(request_)
    answer = render(fault, "req-1", protocol=spoken)
    name = next(row.name for row in SERVED.values() if row.protocol == spoken)
    parsed = botocore_side.parse(name, next(iter(service(name).operations)), answer)
    assert parsed["Error"]["Code"] == code
    assert parsed["ResponseMetadata"]["RequestId"] == "req-1"


@pytest.mark.parametrize("name", SERVED)
def test_what_routes_before_a_model_is_read_is_what_the_model_says(name: str) -> None:
    metadata = botocore_side.service_model(name).metadata
    row = SERVED[name]
    assert row.version == metadata["apiVersion"]
    assert row.protocol == metadata["protocol"]
    assert row.target_prefix == metadata.get("targetPrefix")
    assert service(name).signing_name == botocore_side.service_model(name).signing_name


def test_only_the_operations_that_aws_serves_unsigned_are_unsigned() -> None:
    unsigned = {
        (name, found.name)
        for name in SERVED
        for found in service(name).operations.values()
        if found.unsigned
    }
    assert unsigned == {("sts", "AssumeRoleWithSAML"), ("sts", "AssumeRoleWithWebIdentity")}


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "structure", "members": {}, "document": True},
        {"type": "structure", "members": {"x": {"shape": "Y", "timestampFormat": "rfc822"}}},
        {"type": "blob", "streaming": True},
    ],
)
def test_a_model_with_a_trait_that_no_codec_knows_is_refused(shape: dict[str, Any]) -> None:
    with pytest.raises(Unsupported, match="of the shape X is not supported"):
        models._require_known("query", "X", shape)


def test_members_as_keywords() -> None:
    found = operation("iam", "CreateOpenIDConnectProvider")
    given = {"Url": "https://x", "ClientIDList": ["a"]}
    assert found.keywords(given) == {"url": "https://x", "client_id_list": ["a"]}


def test_a_boto3_client_calls_our_service_by_its_data_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DATA_PATH", data_path())
    client = boto3.session.Session(
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    ).client("doorward", endpoint_url="http://127.0.0.1:1")
    seen: list[HttpRequest] = []
    resource = {"Arn": "arn:aws:s3:::acme", "Account": "111122223333"}

    def answer(request: Any, **_: Any) -> botocore.awsrequest.AWSResponse:
        seen.append(botocore_side.received(request))
        reply = codec.serialize(operation("doorward", "GetResource"), {"Resource": resource}, "r")
        return botocore.awsrequest.AWSResponse(
            request.url, reply.status, dict(reply.headers), _Raw(reply.body)
        )

    client.meta.events.register("before-send.doorward.GetResource", answer)
    assert client.get_resource(Arn=resource["Arn"])["Resource"] == resource
    (sent,) = seen
    assert route(sent).operation is operation("doorward", "GetResource")
    assert codec.parse(operation("doorward", "GetResource"), sent) == {"Arn": resource["Arn"]}
    assert "/us-east-1/doorward/aws4_request" in (sent.header("authorization") or "")
    assert set(client.meta.service_model.operation_names) == set(service("doorward").operations)


class _Raw(io.BytesIO):
    """A body as urllib3 hands it to botocore."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()
