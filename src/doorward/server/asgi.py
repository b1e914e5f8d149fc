"""The ASGI application: the only asynchronous file. It turns HTTP into values and back.

Calls that need memory alone are answered at once; those that wait for the store go to a thread.
"""

from __future__ import annotations

import time
from urllib.parse import quote

from starlette.types import Message, Receive, Scope, Send

from doorward.server.awaited import Awaited
from doorward.server.pipeline import Pipeline
from doorward.server.threads import NoThread, in_thread
from doorward.server.watch import HEALTH_PATH, HEALTHY, Watch, metrics_alone
from doorward.wire import authzen
from doorward.wire.faults import common, render
from doorward.wire.http import HttpRequest, HttpResponse
from doorward.wire.route import protocol

MOST_BYTES = 1 << 20
"""The largest body that is read: nobody is known yet when it is.

The service models would admit SAML metadata and certificate chains of more than that.
"""

_BUSY = HttpResponse(503, (("content-type", "text/plain"),), b"Too much is going on.\n")

_READING = frozenset({"GET", "HEAD"})


class Asgi:
    """An ASGI application around a pipeline."""

    def __init__(self, pipeline: Pipeline, watch: Watch) -> None:
        """Take the pipeline, and who watches it."""
        self._pipeline = pipeline
        self._watch = watch
        self._awaited = Awaited()

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
        response = await self._told(scope, request)
        if response is None:
            response = _too_large(request) if body is None else await self._answer(request)
        await _send(authzen.identified(request, response), send)

    async def _told(self, scope: Scope, request: HttpRequest) -> HttpResponse | None:
        """Return what is told without a signature, because it is nobody's secret."""
        if scope["method"] not in _READING:
            return None
        if scope["path"] == authzen.METADATA_PATH:
            return authzen.metadata(request, self._watch.application.settings.external_host)
        if scope["path"] == HEALTH_PATH:
            return HEALTHY
        told = self._watch.told(scope["path"])
        if told is None:
            return None
        try:
            return await in_thread(told)
        except NoThread:
            return _BUSY

    async def _answer(self, request: HttpRequest) -> HttpResponse:
        """Return the answer to a call."""
        began = time.perf_counter()
        exchange = self._pipeline.begin(request)
        if exchange.waits:
            try:
                response = await in_thread(self._pipeline.finish, exchange)
            except NoThread:
                response = self._pipeline.without_thread(exchange)
        else:
            response = self._pipeline.answer(exchange)
            if exchange.promise is not None:
                await self._awaited.wait(exchange.promise)
                response = self._pipeline.settled(exchange, response)
        self._watch.answered(exchange, response, time.perf_counter() - began)
        return response


class MetricsAsgi:
    """An ASGI application that tells metrics, at an address of their own."""

    def __init__(self, watch: Watch) -> None:
        """Take who knows them."""
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            try:
                response = await in_thread(metrics_alone, self._watch, _request(scope, b""))
            except NoThread:
                response = _BUSY
            await _send(response, send)


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
