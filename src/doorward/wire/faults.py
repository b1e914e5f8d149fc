"""Errors on the wire: the code, the message and the status, rendered in the caller's protocol.

Sources: the services' models (codes and statuses of their own errors); "Common errors" in the IAM
and Organizations API references, "Error codes" of EC2's; the AWS query, AWS EC2 query and AWS json
1.1 protocols in the Smithy specification; OpenID AuthZEN Authorization API 1.0; answers recorded
from AWS, where a row says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from doorward.errors import DoorwardError
from doorward.wire import xml
from doorward.wire.http import HttpResponse
from doorward.wire.models import SERVED, Protocol, service

JSON_CONTENT_TYPE = "application/x-amz-json-1.1"
"""The content type of AWS json 1.1, requests and replies."""

UNROUTED_NAMESPACE = "http://webservices.amazon.com/AWSFault/2005-15-09"
"""The XML namespace of AWS's query errors that no service's version claims."""

_NOTHING: Mapping[str, object] = MappingProxyType({})


class Fault(msgspec.Struct, frozen=True):
    """An error as it is answered.

    ``sender`` says whose fault it is (``Sender`` or ``Receiver`` in query XML). ``details`` are
    further members of the modelled error, such as Organizations' ``Reason``.
    """

    code: str
    message: str
    status: int = 400
    sender: bool = True
    details: Mapping[str, object] = _NOTHING


class WireError(DoorwardError):
    """A request cannot be understood or breaks its model; ``fault`` is the answer to give."""

    def __init__(self, fault: Fault) -> None:
        """Keep the fault; the text of the exception is its code and message."""
        super().__init__(f"{fault.code}: {fault.message}")
        self.fault = fault


class Common(msgspec.Struct, frozen=True):
    """An error of no particular operation: code and status in each protocol.

    AuthZEN has statuses alone (sections 10.1.2 and 11.3): who is not authenticated is told 401.
    """

    query: str
    query_status: int
    json: str
    json_status: int
    authzen_status: int = 400


COMMON: Mapping[str, Common] = {
    row.query: row
    for row in (
        Common("AccessDenied", 403, "AccessDeniedException", 400, 403),
        Common("ConcurrentModification", 409, "ConcurrentModificationException", 400, 409),
        Common("ExpiredToken", 403, "ExpiredTokenException", 400, 401),
        Common("IncompleteSignature", 400, "IncompleteSignatureException", 400, 401),
        Common("InternalFailure", 500, "InternalFailure", 500, 500),
        Common("InvalidAction", 400, "UnknownOperationException", 400, 404),
        Common("InvalidClientTokenId", 403, "UnrecognizedClientException", 400, 401),
        Common("InvalidParameterCombination", 400, "ValidationException", 400),
        Common("InvalidParameterValue", 400, "ValidationException", 400),
        Common("InvalidQueryParameter", 400, "SerializationException", 400),
        Common("MalformedInput", 400, "SerializationException", 400),
        Common("MethodNotAllowed", 405, "MethodNotAllowedException", 405, 405),
        Common("MissingAction", 400, "UnknownOperationException", 400, 404),
        Common("MissingAuthenticationToken", 403, "MissingAuthenticationTokenException", 400, 401),
        Common("NotImplemented", 501, "NotImplementedException", 501, 501),
        Common("OptInRequired", 403, "OptInRequired", 403, 403),
        Common("RequestEntityTooLarge", 413, "RequestEntityTooLargeException", 413, 413),
        Common("RequestExpired", 400, "RequestExpired", 400),
        Common("ServiceUnavailable", 503, "ServiceUnavailableException", 503, 503),
        Common("SignatureDoesNotMatch", 403, "InvalidSignatureException", 400, 401),
        Common("Throttling", 400, "ThrottlingException", 400),
        Common("UnsupportedMediaType", 415, "UnsupportedMediaTypeException", 415, 415),
        Common("ValidationError", 400, "ValidationException", 400),
    )
}
"""Errors common to all services, by their query code; each row has the json spelling too."""


class Reworded(msgspec.Struct, frozen=True):
    """How EC2 says a common error: its code, status and text, ``{}`` for what others would say."""

    code: str
    status: int
    text: str = "{}"


_AUTH_FAILURE = Reworded(
    "AuthFailure", 401, "AWS was not able to validate the provided access credentials"
)
EC2: Mapping[str, Reworded] = {
    "AccessDenied": Reworded(
        "UnauthorizedOperation", 403, "You are not authorized to perform this operation. {}"
    ),
    "ExpiredToken": Reworded("RequestExpired", 400, "Request has expired."),
    "InvalidClientTokenId": _AUTH_FAILURE,
    "MalformedInput": Reworded("InvalidParameterValue", 400),
    "MissingAuthenticationToken": Reworded(
        "MissingParameter", 400, "The request must contain the parameter AWSAccessKeyId"
    ),
    "SignatureDoesNotMatch": _AUTH_FAILURE,
}
"""Common errors that EC2 says otherwise, by query code.

As recorded: AuthFailure in aws-sdk-java-v2 issue 2981 (a wrong scope), javaquery/Examples issue 4
(a wrong signature) and, with its status, steampipe-plugin-aws issue 75; MissingParameter in
aws-sdk-java-v2 issue 120; RequestExpired in aws-sdk-go-v2 issue 1674; UnauthorizedOperation, of
DescribeRegions itself, in mondoohq/mql pull request 5143. EC2's table of error codes has
InvalidParameterValue for a value that is not valid; its text is ours.
"""


_AUTHZEN_STATUSES: Mapping[str, int] = {row.json: row.authzen_status for row in COMMON.values()}
CHALLENGE = 'AWS4-HMAC-SHA256 realm="doorward", service="doorward"'
"""What ``WWW-Authenticate`` says to whoever is not authenticated: how, and for which service."""
HOW_TO_AUTHENTICATE = (
    "Sign the request by AWS Signature Version 4 for the service doorward, with an access key or"
    " temporary credentials. Bearer tokens and passwords are not accepted."
)
"""The same for people."""


def common(code: str, message: str, protocol: Protocol = "query") -> Fault:
    """Return a common error in a protocol's own spelling, from its query code.

    Raises ``KeyError`` for a code that ``COMMON`` does not list.
    """
    row = COMMON[code]
    if protocol == "ec2" and code in EC2:
        said = EC2[code]
        return Fault(said.code, said.text.format(message), said.status)
    spelt, status = (
        (row.query, row.query_status)
        if protocol in {"query", "ec2"}
        else (row.json, row.json_status)
    )
    return Fault(spelt, message, status, sender=status < 500)


def respelt(found: Fault, protocol: Protocol) -> Fault:
    """Return a query error as another protocol says it, where that says it otherwise."""
    return common(found.code, found.message, protocol) if found.code in COMMON else found


def knows(service_name: str, code: str) -> bool:
    """Say whether a code is one that a service answers: modelled, or common to all."""
    return code in COMMON or code in service(service_name).errors


def fault(
    service_name: str, code: str, message: str, details: Mapping[str, object] = _NOTHING
) -> Fault:
    """Return a service's error by its code on the wire, with the model's status.

    A common error is named by its query code and comes out in the service's own spelling.
    Raises ``KeyError`` for a code that neither the model nor ``COMMON`` knows.
    """
    spelt = common(code, message, SERVED[service_name].protocol) if code in COMMON else None
    known = service(service_name).errors.get(spelt.code if spelt else code)
    if known is not None:
        return Fault(known.code, message, known.status, known.sender, details)
    return spelt or common(code, message)


def render(
    error: Fault, request_id: str, *, service_name: str | None = None, protocol: Protocol = "query"
) -> HttpResponse:
    """Render an error for a service, or in a protocol where the service is not known.

    What came by AuthZEN is answered so, whatever the service's own protocol.
    """
    if protocol == "authzen":
        return _authzen(error, request_id)
    spoken = SERVED[service_name].protocol if service_name else protocol
    if spoken == "json":
        return _json(error, request_id, service_name)
    if spoken == "ec2":
        return _ec2(error, request_id)
    namespace = service(service_name).namespace if service_name else UNROUTED_NAMESPACE
    return _query(error, request_id, namespace)


def _query(error: Fault, request_id: str, namespace: str) -> HttpResponse:
    kind = "Sender" if error.sender else "Receiver"
    details = "".join(
        f"<{name}>{xml.legible(str(value))}</{name}>" for name, value in error.details.items()
    )
    body = (
        f'<ErrorResponse xmlns="{xml.text(namespace)}"><Error><Type>{kind}</Type>'
        f"<Code>{xml.text(error.code)}</Code><Message>{xml.legible(error.message)}</Message>"
        f"{details}</Error><RequestId>{xml.text(request_id)}</RequestId></ErrorResponse>"
    )
    headers = (("x-amzn-RequestId", request_id), ("Content-Type", "text/xml"))
    return HttpResponse(error.status, headers, body.encode())


def _ec2(error: Fault, request_id: str) -> HttpResponse:
    body = (
        f"{xml.DECLARATION}<Response><Errors><Error><Code>{xml.text(error.code)}</Code>"
        f"<Message>{xml.legible(error.message)}</Message></Error></Errors>"
        f"<RequestID>{xml.text(request_id)}</RequestID></Response>"
    )
    headers = (("x-amzn-RequestId", request_id), ("Content-Type", "text/xml;charset=UTF-8"))
    return HttpResponse(error.status, headers, body.encode())


def _json(error: Fault, request_id: str, service_name: str | None) -> HttpResponse:
    modelled = service(service_name).errors.get(error.code) if service_name else None
    named = "Message" if modelled and "Message" in modelled.members else "message"
    body = {"__type": error.code, named: legible_json(error.message), **error.details}
    headers = (
        ("x-amzn-RequestId", request_id),
        ("x-amzn-ErrorType", error.code),
        ("Content-Type", JSON_CONTENT_TYPE),
    )
    return HttpResponse(error.status, headers, msgspec.json.encode(body))


def _authzen(error: Fault, request_id: str) -> HttpResponse:
    """Render an error as AuthZEN has it within several evaluations, too (sections 7.2.1, 10.1)."""
    status = _AUTHZEN_STATUSES.get(error.code, error.status)
    said = {"status": status, "code": error.code, "message": legible_json(error.message)}
    headers = [("x-amzn-RequestId", request_id), ("Content-Type", "application/json")]
    if status == 401:
        said["hint"] = HOW_TO_AUTHENTICATE
        headers.append(("WWW-Authenticate", CHALLENGE))
    if status == 405:
        headers.append(("Allow", "POST"))
    return HttpResponse(status, tuple(headers), msgspec.json.encode({"error": said}))


def legible_json(message: str) -> str:
    """Return a message that UTF-8 can carry: lone surrogates become question marks."""
    return message.encode("utf-8", "replace").decode()
