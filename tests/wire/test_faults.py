"""Errors, with botocore on the other side: code, message, status, request id, fault."""

from __future__ import annotations

import pytest

from doorward.wire.faults import COMMON, EC2, Fault, common, fault, render
from doorward.wire.http import HttpRequest, HttpResponse
from doorward.wire.models import SERVED, Protocol, service
from tests.wire import botocore_side

MESSAGE = 'User: arn:aws:iam::111122223333:user/Zoë & <Co> "quoted" isn\'t\r\nallowed \U0001f600'
MODELLED = [
    pytest.param(name, error.code, error.status, error.sender, id=f"{name}:{error.code}")
    for name in SERVED
    for error in service(name).errors.values()
]


def _read(name: str, response: HttpResponse) -> tuple[str, str, str]:
    operation = next(iter(service(name).operations))
    parsed = botocore_side.parse(name, operation, response)
    error = parsed["Error"]
    return error["Code"], error["Message"], parsed["ResponseMetadata"]["RequestId"]


@pytest.mark.parametrize(("name", "code", "status", "sender"), MODELLED)
def test_every_modelled_error_is_read_as_meant(
    name: str, code: str, status: int, sender: bool
) -> None:
    error = fault(name, code, MESSAGE)
    assert (error.status, error.sender) == (status, sender)
    response = render(error, "req-1", service_name=name)
    assert response.status == status
    assert response.header("X-Amzn-RequestId") == "req-1"
    assert _read(name, response) == (code, MESSAGE, "req-1")


@pytest.mark.parametrize("name", SERVED)
@pytest.mark.parametrize("code", COMMON)
def test_every_common_error_is_read_in_the_protocols_own_spelling(name: str, code: str) -> None:
    response = render(fault(name, code, MESSAGE), "req-1", service_name=name)
    assert _read(name, response) == (*_spelt(name, code), "req-1")


def _spelt(name: str, code: str) -> tuple[str, str]:
    """Return a common error's code and message in the words of a service's protocol."""
    row = COMMON[code]
    if SERVED[name].protocol == "ec2" and code in EC2:
        return EC2[code].code, EC2[code].text.replace("{}", MESSAGE)
    return (row.json if SERVED[name].protocol == "json" else row.query), MESSAGE


# IAM: control plane notes, from the model. STS: as IAM. Organizations' model has no status.
STATUSES = [
    ("iam", "NoSuchEntity", 404, True),
    ("iam", "EntityAlreadyExists", 409, True),
    ("iam", "InvalidAuthenticationCode", 403, True),
    ("iam", "ReportNotPresent", 410, True),
    ("iam", "PolicyEvaluation", 500, False),
    ("iam", "ConcurrentModification", 409, True),
    ("iam", "AccessDenied", 403, True),
    ("iam", "ValidationError", 400, True),
    ("sts", "RegionDisabledException", 403, True),
    ("sts", "ExpiredToken", 403, True),
    ("sts", "ExpiredTokenException", 400, True),
    ("ec2", "AccessDenied", 403, True),
    ("ec2", "SignatureDoesNotMatch", 401, True),
    ("ec2", "ExpiredToken", 400, True),
    ("ec2", "MissingAuthenticationToken", 400, True),
    ("ec2", "DryRunOperation", 412, True),
    ("ec2", "InvalidParameterValue", 400, True),
    ("ec2", "InternalFailure", 500, False),
    ("organizations", "AccessDeniedException", 400, True),
    ("organizations", "ConcurrentModificationException", 400, True),
    ("organizations", "AccessDenied", 400, True),
    ("organizations", "ServiceException", 500, False),
    ("organizations", "TooManyRequestsException", 400, True),
    ("doorward", "ResourceNotFoundException", 400, True),
    ("doorward", "InternalFailure", 500, False),
]


@pytest.mark.parametrize(("name", "code", "status", "sender"), STATUSES)
def test_statuses(name: str, code: str, status: int, sender: bool) -> None:
    error = fault(name, code, "")
    assert (error.status, error.sender) == (status, sender)


@pytest.mark.parametrize("name", SERVED)
def test_a_code_that_nobody_knows_is_our_mistake(name: str) -> None:
    with pytest.raises(KeyError):
        fault(name, "NoSuchCode", "")


def test_a_query_error_is_aws_envelope() -> None:
    error = fault("iam", "NoSuchEntity", "The user with name Zed cannot be found.")
    assert render(error, "req-1", service_name="iam").body.decode() == (
        '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error>'
        "<Type>Sender</Type><Code>NoSuchEntity</Code>"
        "<Message>The user with name Zed cannot be found.</Message>"
        "</Error><RequestId>req-1</RequestId></ErrorResponse>"
    )


def test_an_ec2_error_is_ec2_s_envelope() -> None:
    """As recorded in aws-sdk-java-v2 issue 2981."""
    error = fault("ec2", "InvalidClientTokenId", "whatever IAM says")
    assert render(error, "req-1", service_name="ec2").body.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>AuthFailure</Code>'
        "<Message>AWS was not able to validate the provided access credentials</Message></Error>"
        "</Errors><RequestID>req-1</RequestID></Response>"
    )


@pytest.mark.parametrize(
    ("name", "code", "body"),
    [
        (
            "organizations",
            "AccessDeniedException",
            b'{"__type":"AccessDeniedException","Message":"no"}',
        ),
        (
            "organizations",
            "InvalidClientTokenId",
            b'{"__type":"UnrecognizedClientException","message":"no"}',
        ),
        ("doorward", "ConflictException", b'{"__type":"ConflictException","Message":"no"}'),
    ],
)
def test_a_json_error_names_its_message_as_its_shape_does(
    name: str, code: str, body: bytes
) -> None:
    response = render(fault(name, code, "no"), "req-1", service_name=name)
    assert response.body == body
    assert f'"{response.header("x-amzn-errortype")}"'.encode() in body


def test_details_travel() -> None:
    error = fault("organizations", "InvalidInputException", "no", {"Reason": "INVALID_ENUM"})
    response = render(error, "req-1", service_name="organizations")
    parsed = botocore_side.parse("organizations", "CreatePolicy", response)
    # Botocore parses modelled members of an error only for its own shape; the body has them.
    assert b'"Reason":"INVALID_ENUM"' in response.body
    assert parsed["Error"]["Code"] == "InvalidInputException"


@pytest.mark.parametrize(
    ("protocol", "name"), [("query", "iam"), ("ec2", "ec2"), ("json", "organizations")]
)
@pytest.mark.parametrize("message", ["a\x00b", "\ud800", "\ufffe", "]]>", "<!DOCTYPE x>"])
def test_any_message_can_be_answered(protocol: Protocol, name: str, message: str) -> None:
    response = render(common("InternalFailure", message, protocol), "req-1", protocol=protocol)
    code, _, request_id = _read(name, response)
    assert (code, request_id, response.status) == ("InternalFailure", "req-1", 500)


def test_a_fault_of_ours_says_so() -> None:
    response = render(Fault("InternalFailure", "no", 500, sender=False), "req-1")
    assert b"<Type>Receiver</Type>" in response.body


def test_headers_are_found_in_any_case() -> None:
    request = HttpRequest("GET", "/", headers=(("X-A", "1"), ("x-a", "2")))
    assert request.header("x-A") == "1"
    assert request.header_values("X-a") == ("1", "2")
    assert request.header("x-b") is None
    response = HttpResponse(200, (("X-A", "1"),))
    assert response.header("x-a") == "1"
    assert response.header("x-b") is None
