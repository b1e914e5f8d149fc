"""Which operation a request names: by ``X-Amz-Target``, or by ``Action`` and ``Version``.

The credential scope is not asked: the caller writes it, and what is authorised must be what is
dispatched. The signature's verifier holds the scope's service against the route's. A request that
names an operation in both ways is refused, for the same reason.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from doorward.wire import form
from doorward.wire.faults import JSON_CONTENT_TYPE, WireError, common
from doorward.wire.http import HttpRequest
from doorward.wire.models import SERVED, Operation, Protocol, Service, service

_BY_VERSION: Mapping[str, str] = {
    row.version: row.name for row in SERVED.values() if row.protocol == "query"
}
_BY_PREFIX: Mapping[str, str] = {
    row.target_prefix: row.name for row in SERVED.values() if row.target_prefix
}
NO_VERSION = "NO_VERSION_SPECIFIED"
"""What AWS's message says where the ``Version`` parameter is missing."""


class Route(msgspec.Struct, frozen=True):
    """The operation a request is for, and its service."""

    service: Service
    operation: Operation


def protocol(request: HttpRequest) -> Protocol:
    """Return the protocol to answer an error in, before or without a route: query by default."""
    if request.header("x-amz-target") is not None or form.media_type(request) == JSON_CONTENT_TYPE:
        return "json"
    return "query"


def route(request: HttpRequest) -> Route:
    """Return the operation that a request names.

    Raises ``WireError``: ``InvalidAction`` or ``UnknownOperationException`` for an operation no
    served model has, ``MissingAction`` where none is named, and what ``form.parameters`` raises
    for a request that cannot be read or reads two ways.
    """
    if request.path not in {"", "/"}:
        message = "Operations are called at the path /."
        raise WireError(common("InvalidAction", message, protocol(request)))
    encoding = request.header("content-encoding")
    if encoding is not None and encoding.strip().lower() not in {"", "identity"}:
        message = "Compressed or otherwise encoded bodies are not accepted."
        raise WireError(common("UnsupportedMediaType", message, protocol(request)))
    return _json(request) if protocol(request) == "json" else _query(request)


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
    return Route(found, found.operations[name])


def _query(request: HttpRequest) -> Route:
    parameters = form.parameters(request)
    action, version = parameters.get("Action", ""), parameters.get("Version", NO_VERSION)
    if not action:
        message = "The request is missing an action or a required parameter."
        raise WireError(common("MissingAction", message))
    found = service(_BY_VERSION[version]) if version in _BY_VERSION else None
    if found is None or action not in found.operations:
        message = f"Could not find operation {action[:128]} for version {version[:32]}"
        raise WireError(common("InvalidAction", message))
    return Route(found, found.operations[action])
