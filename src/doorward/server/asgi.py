"""The ASGI application: the only asynchronous file. It turns HTTP into values and back.

Calls that need memory alone are answered at once; those that wait for the store go to a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive, Scope, Send

from doorward.server.pipeline import Pipeline
from doorward.wire import authzen
from doorward.wire.faults import common, render
from doorward.wire.http import HttpRequest, HttpResponse
from doorward.wire.route import protocol

MOST_BYTES = 1 << 20
"""The largest body that is read: nobody is known yet when it is.

The service models would admit SAML metadata and certificate chains of more than that.
"""

HEALTH_PATH = "/healthz"
"""Answers once the server is ready, and says nothing."""

_READY = HttpResponse(200, (("content-type", "application/json"),), b'{"status":"ok"}\n')

UNSIGNED: Mapping[str, Callable[[HttpRequest, str | None], HttpResponse]] = {
    HEALTH_PATH: lambda _request, _external_host: _READY,
    authzen.METADATA_PATH: authzen.metadata,
}
"""The paths that are read without a signature; what they answer is nobody's secret."""


class Asgi:
    """An ASGI application around a pipeline."""

    def __init__(self, pipeline: Pipeline, external_host: str | None = None) -> None:
        """Take the pipeline, and the host by which callers know this server if not by its own."""
        self._pipeline = pipeline
        self._external_host = external_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        try:
            body = await _body(receive)
        except ConnectionAbortedError:
            return
        request = _request(scope, body or b"")
        unsigned = UNSIGNED.get(scope["path"])
        if unsigned is not None and scope["method"] in {"GET", "HEAD"}:
            response = unsigned(request, self._external_host)
        elif body is None:
            response = _too_large(request)
        else:
            exchange = self._pipeline.begin(request)
            if exchange.waits:
                response = await run_in_threadpool(self._pipeline.finish, exchange)
            else:
                response = self._pipeline.finish(exchange)
        await _send(authzen.identified(request, response), send)


async def _lifespan(receive: Receive, send: Send) -> None:
    """Acknowledge start and stop; the application is opened and closed around the server."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body, or ``None`` as soon as it is larger than any may be.

    Raises ``ConnectionAbortedError`` when the caller goes away before its end.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionAbortedError
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BYTES:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _request(scope: Scope, body: bytes) -> HttpRequest:
    """Return the request as a value; path and query stay as they were sent."""
    raw = scope.get("raw_path")
    path = raw.decode("latin-1") if raw else quote(scope["path"])
    client = scope.get("client")
    return HttpRequest(
        method=scope["method"],
        path=path.split("?", 1)[0],
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
        ),
        body=body,
        peer=client[0] if client else None,
        secure=scope.get("scheme") == "https",
    )


def _too_large(request: HttpRequest) -> HttpResponse:
    """Return the refusal of a body that is too large."""
    spoken = protocol(request)
    error = common("RequestEntityTooLarge", f"The body is larger than {MOST_BYTES} bytes.", spoken)
    return render(error, "", protocol=spoken)


async def _send(response: HttpResponse, send: Send) -> None:
    """Send a response."""
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in response.headers
    ]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
