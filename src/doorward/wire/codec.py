"""Requests and replies in whatever protocol the operation's service speaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from doorward.wire import authzen, ec2, json11, query
from doorward.wire.http import HttpRequest, HttpResponse
from doorward.wire.models import Operation, Protocol

_PARSE: Mapping[Protocol, Callable[[Operation, HttpRequest], dict[str, object]]] = {
    "query": query.parse,
    "ec2": query.parse,
    "json": json11.parse,
    "authzen": authzen.parse,
}
_SERIALIZE: Mapping[Protocol, Callable[[Operation, Mapping[str, object], str], HttpResponse]] = {
    "query": query.serialize,
    "ec2": ec2.serialize,
    "json": json11.serialize,
    "authzen": authzen.serialize,
}


def parse(
    operation: Operation,
    request: HttpRequest,
    spoken: Protocol | None = None,
    form: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Return a call's parameters by member names; ``WireError`` where they cannot be read.

    ``spoken`` is the protocol of the call where that is not the operation's own. ``form`` are the
    decoded parameters of a query request, where they have been read already.
    """
    if form:
        return query.read(operation, form)
    return _PARSE[spoken or operation.protocol](operation, request)


def serialize(
    operation: Operation,
    result: Mapping[str, object],
    request_id: str,
    spoken: Protocol | None = None,
) -> HttpResponse:
    """Render a call's result, keyed by member names, with its request id."""
    return _SERIALIZE[spoken or operation.protocol](operation, result, request_id)
