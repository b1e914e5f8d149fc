"""Which operation a request names: by path, ``X-Amz-Target``, or ``Action`` and ``Version``.

The credential scope is not asked: the caller writes it, and what is authorised must be what is
dispatched. The signature's verifier holds the scope's service against the route's. A request that
names an operation in both ways is refused, for the same reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from doorward.wire import authzen, form
from doorward.wire.faults import JSON_CONTENT_TYPE, WireError, common
from doorward.wire.http import HttpRequest
from doorward.wire.models import SERVED, Operation, Protocol, Service, service

_BY_VERSION: Mapping[str, str] = {
    row.version: row.name for row in SERVED.values() if row.protocol in {"query", "ec2"}
}
_BY_PREFIX: Mapping[str, str] = {
    row.target_prefix: row.name for row in SERVED.values() if row.target_prefix
}
NO_VERSION = "NO_VERSION_SPECIFIED"
"""What AWS's message says where the ``Version`` parameter is missing."""


class Route(msgspec.Struct, frozen=True):
    """The operation a request is for, its service, and the protocol that the request speaks.

    ``parameters`` are those of a query request, decoded; they are read once. Other protocols have
    none here.
    """

    service: Service
    operation: Operation
    protocol: Protocol
    parameters: Mapping[str, str] = {}


def protocol(request: HttpRequest) -> Protocol:
    """Return the protocol that a request is read by: query by default."""
    if authzen.is_path(request.path):
        return "authzen"
    if request.header("x-amz-target") is not None or form.media_type(request) == JSON_CONTENT_TYPE:
        return "json"
    return "query"


def answered_in(request: HttpRequest) -> Protocol:
    """Return the protocol to answer an error in, before or without a route.

    A form of EC2's is known by its version alone, so it is read for that.
    """
    spoken = protocol(request)
    if spoken != "query":
        return spoken
    try:
        version = form.parameters(request).get("Version", NO_VERSION)
    except WireError:
        return spoken
    return SERVED[_BY_VERSION[version]].protocol if version in _BY_VERSION else spoken


def route(request: HttpRequest) -> Route:
    """Return the operation that a request names.

    Raises ``WireError``: ``InvalidAction`` or ``UnknownOperationException`` for an operation no
    served model has, ``MissingAction`` where none is named, and what ``form.parameters`` raises
    for a request that cannot be read or reads two ways.
    """
    spoken = protocol(request)
    if spoken != "authzen" and request.path not in {"", "/"}:
        message = "Operations are called at the path /."
        raise WireError(common("InvalidAction", message, spoken))
    encoding = request.header("content-encoding")
    if encoding is not None and encoding.strip().lower() not in {"", "identity"}:
        message = "Compressed or otherwise encoded bodies are not accepted."
        raise WireError(common("UnsupportedMediaType", message, spoken))
    return _ROUTES[spoken](request)


def _authzen(request: HttpRequest) -> Route:
    name = authzen.operation_name(request)
    if name is None:
        message = f"Nothing is served at {request.path[:128]}; see {authzen.METADATA_PATH}."
        raise WireError(common("InvalidAction", message, "authzen"))
    if request.method != "POST":
        message = f"{request.method} is not a method of this API"
        raise WireError(common("MethodNotAllowed", message, "authzen"))
    if request.header("x-amz-target") is not None or "Action" in form.url_parameters(request):
        message = "The request names its operation more than once."
        raise WireError(common("InvalidParameterCombination", message, "authzen"))
    found = service("doorward")
    return Route(found, found.operations[name], "authzen")


def _json(request: HttpRequest) -> Route:
    targets = request.header_values("x-amz-target")
    if request.method != "POST":
        message = f"{request.method} is not a method of this API"
        raise WireError(common("MethodNotAllowed", message, "json"))
    if form.media_type(request) != JSON_CONTENT_TYPE:
        message = f"The content type must be {JSON_CONTENT_TYPE}."
        raise WireError(common("UnsupportedMediaType", message, "json"))
    if len(targets) > 1 or "Action" in form.url_parameters(request):
        message = "The request names its operation more than once."
        raise WireError(common("InvalidParameterCombination", message, "json"))
    prefix, _, name = (targets[0] if targets else "").rpartition(".")
    found = service(_BY_PREFIX[prefix]) if prefix in _BY_PREFIX else None
    if found is None or name not in found.operations:
        message = "The request names no operation that is served here."
        raise WireError(common("InvalidAction", message, "json"))
    return Route(found, found.operations[name], "json")


def _query(request: HttpRequest) -> Route:
    parameters = form.parameters(request)
    action, version = parameters.get("Action", ""), parameters.get("Version", NO_VERSION)
    if not action:
        message = "The request is missing an action or a required parameter."
        raise WireError(common("MissingAction", message))
    found = service(_BY_VERSION[version]) if version in _BY_VERSION else None
    if found is None or action not in found.operations:
        message = f"Could not find operation {action[:128]} for version {version[:32]}"
        if found is not None and found.protocol == "ec2":
            message = f"The action {action[:128]} is not valid for this web service."
        raise WireError(common("InvalidAction", message))
    return Route(found, found.operations[action], found.protocol, parameters)


_ROUTES: Mapping[Protocol, Callable[[HttpRequest], Route]] = {
    "query": _query,
    "json": _json,
    "authzen": _authzen,
}
