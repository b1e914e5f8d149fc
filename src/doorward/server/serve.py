"""Run the server until it is told to stop."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from doorward.api import services
from doorward.errors import ConfigurationError
from doorward.server.asgi import Asgi
from doorward.server.pipeline import Pipeline
from doorward.usecases.application import Application

_STOPPING = (signal.SIGINT, signal.SIGTERM)


def serve(
    application: Application, listening: socket.socket, *, ready: Callable[[str], None]
) -> None:
    """Serve ``application`` on a socket that ``listen`` made, until SIGINT or SIGTERM.

    ``ready`` is called with the endpoint once requests are accepted.
    """
    services.load()
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    config = uvicorn.Config(
        Asgi(Pipeline(application), application.settings.external_host),
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=10,
        proxy_headers=False,
        h11_max_incomplete_event_size=65_536,
    )
    server = _Announcing(config, lambda: ready(f"http://{shown}:{port}"))
    server.run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that has the address; port 0 takes a free one.

    It comes before the application: what cannot be reached must not create anything. Raises
    ``ConfigurationError`` when the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ConfigurationError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another address by --listen"
        ) from error
    return listening


class _Announcing(uvicorn.Server):
    """A server that says when it has started, and returns when it is told to stop.

    uvicorn raises the signal again once it has stopped, which would end the process before what
    waits to be recorded is written.
    """

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._announce()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM; put the handlers back afterwards."""
        before = {number: signal.signal(number, self.handle_exit) for number in _STOPPING}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
