"""HTTP as uvicorn reads it, within limits of time, size and number."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 65_536
"""The largest request line and headers, together, that are read."""


_NOTHING, _HEAD, _BODY = "", "head", "body"
"""What of a request is being read."""

_TOO_SLOW = (
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-type: text/plain\r\n"
    b"content-length: 46\r\n\r\nThe body of the request did not come in time.\n"
)


class Limits(uvicorn.Config):
    """uvicorn's configuration, with the limits that it knows nothing of."""

    def __init__(
        self,
        app: Any,  # noqa: ANN401 (uvicorn's own annotation is as wide)
        *,
        context: ssl.SSLContext | None = None,
        read_timeout: float = 10,
        idle_timeout: int = 20,
        most_connections: int = 1 << 16,
        graceful: int = 8,
    ) -> None:
        """Serve ``app``; ``context`` is for TLS.

        A head may take ``read_timeout`` seconds, a connection without a call ``idle_timeout``;
        what comes beyond ``most_connections`` is closed. A stop waits ``graceful`` seconds for
        calls that are being answered.
        """
        factory = None if context is None else lambda _config, _usual: context
        super().__init__(
            app,
            http=Bounded,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            lifespan="on",
            ws="none",
            timeout_keep_alive=idle_timeout,
            timeout_graceful_shutdown=graceful,
            proxy_headers=False,
            ssl_context_factory=factory,
        )
        self.read_timeout = read_timeout
        self.most_connections = most_connections


class Bounded(HttpToolsProtocol):
    """A connection that is closed when a head or a body takes too long, or a head is too large.

    A call that comes whole, as most do, costs no timer.
    """

    config: Limits
    _reading = _HEAD
    _timed = _NOTHING
    _timer: asyncio.TimerHandle | None = None
    _head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, unless there are too many connections."""
        super().connection_made(transport)
        if len(self.connections) > self.config.most_connections:
            transport.abort()
        else:
            self._time()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._reading = _NOTHING
        self._time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; refuse a head that has no end."""
        super().data_received(data)
        if self._reading != _NOTHING or self._timer is not None:
            self._time()
        if self._reading == _HEAD:
            self._head += len(data)
            if self._head > MOST_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The head of the request is too large.")

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        super().on_message_begin()
        self._reading, self._head = _HEAD, 0

    def on_headers_complete(self) -> None:
        """Begin to read a body."""
        self._reading = _BODY
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Have read a whole request."""
        self._reading = _NOTHING
        if self._timer is not None:
            self._time()
        super().on_message_complete()

    def _time(self) -> None:
        """Have a timer for what is being read, from when it was begun, and for nothing else."""
        if self._timed == self._reading:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._timed = self._reading
        if self._reading != _NOTHING:
            self._timer = self.loop.call_later(self.config.read_timeout, self._too_late)

    def _too_late(self) -> None:
        """Close. Whose head did not come asked nothing, so there is nothing to answer."""
        self._timer = None
        if self.transport.is_closing():
            return
        if self._reading == _BODY and not self.cycle.response_started:
            self.transport.write(_TOO_SLOW)
        self.transport.close()
