"""HTTP as uvicorn reads it, within limits of time, size and number."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 65_536
"""The largest request line and headers, together, that are read."""


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
    """A connection that is closed when a head takes too long, or is too large."""

    config: Limits
    _late: asyncio.TimerHandle | None = None
    _head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, unless there are too many connections."""
        super().connection_made(transport)
        if len(self.connections) > self.config.most_connections:
            transport.abort()
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._have_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; refuse a head that has no end."""
        super().data_received(data)
        if self._late is not None:
            self._head += len(data)
            if self._head > MOST_HEAD_BYTES:
                self._have_head()
                self.send_400_response("The head of the request is too large.")

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """Have read a head."""
        self._have_head()
        super().on_headers_complete()

    def _await_head(self) -> None:
        if self._late is None:
            self._head = 0
            self._late = self.loop.call_later(self.config.read_timeout, self._too_late)

    def _have_head(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _too_late(self) -> None:
        """Close: nothing was asked, so there is nothing to answer."""
        self._late = None
        if not self.transport.is_closing():
            self.transport.close()
