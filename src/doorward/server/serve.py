"""One process that answers calls until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NamedTuple

import structlog
import uvicorn

from doorward.api import services
from doorward.errors import DoorwardError
from doorward.server import collector
from doorward.server.asgi import Asgi, MetricsAsgi
from doorward.server.log import log_to_stderr
from doorward.server.metrics import Metrics
from doorward.server.pipeline import Pipeline
from doorward.server.protocol import Limits
from doorward.server.threads import NoThread, in_thread
from doorward.server.watch import Watch
from doorward.usecases import tls
from doorward.usecases.application import Application
from doorward.usecases.config import Reread

_STOPPING = (signal.SIGINT, signal.SIGTERM)
_LOOK_TICKS = 50
"""uvicorn ticks ten times a second; the application is looked at each five seconds."""

_log = structlog.get_logger(__name__)


class Process(NamedTuple):
    """What one process answers on: sockets, and where it counts.

    ``telling`` is the socket on which metrics are told, if they have one.
    """

    listening: socket.socket
    telling: socket.socket | None
    metrics: Metrics | None
    most_connections: int


def serve(
    application: Application, process: Process, reread: Reread, ready: Callable[[], None]
) -> None:
    """Serve ``application`` until SIGINT or SIGTERM; on SIGHUP take over what ``reread`` gives.

    ``ready`` is called once requests are accepted.
    """
    services.load()
    settings, metrics = application.settings, process.metrics
    context = tls.context(settings)
    watch = Watch(application, metrics)
    if metrics is not None:
        metrics.begin()
    config = Limits(
        Asgi(Pipeline(application), watch),
        context=context,
        read_timeout=settings.read_timeout,
        idle_timeout=settings.idle_timeout,
        most_connections=process.most_connections,
    )
    server = _Server(config, watch, _Reload(application, context, reread), ready)
    if process.telling is not None:
        server.beside(Limits(MetricsAsgi(watch)), process.telling)
    undo = collector.settle(None if metrics is None else metrics.pauses.observe)
    try:
        server.run(sockets=[process.listening])
    finally:
        undo()


class _Reload:
    """Takes changed settings over, or says in the log why it does not."""

    def __init__(
        self, application: Application, context: ssl.SSLContext | None, reread: Reread
    ) -> None:
        self._application = application
        self._context = context
        self._reread = reread

    async def __call__(self) -> None:
        """Never raises: the server goes on as it was.

        What may take long is done in a thread; the certificate changes between two handshakes.
        """
        try:
            new = await asyncio.to_thread(self._reread)
            tls.context(new)
            await asyncio.to_thread(self._application.reload, new)
            if self._context is not None:
                tls.renew(self._context, new)
        except DoorwardError as error:
            _log.error("configuration kept: the new one cannot be used", reason=str(error))
        except Exception as error:  # noqa: BLE001 - as above
            _log.error("configuration kept: the new one cannot be read", exc_info=error)
        else:
            log_to_stderr(new.log_format)
            _log.info("configuration taken over")


class _Server(uvicorn.Server):
    """A server that says when it has started, and returns when it is told to stop.

    uvicorn raises the signal again once it has stopped, which would end the process before what
    waits to be recorded is written.
    """

    def __init__(
        self, config: Limits, watch: Watch, reload: _Reload, ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._watch = watch
        self._reload = reload
        self._ready = ready
        self._hung_up = False
        self._running: set[asyncio.Future[object]] = set()
        self._beside: tuple[_Beside, socket.socket] | None = None

    def beside(self, config: Limits, listening: socket.socket) -> None:
        """Run another server in the same loop, for as long as this one runs."""
        self._beside = _Beside(config), listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self._beside is not None:
            server, listening = self._beside
            self._keep(asyncio.ensure_future(server.serve([listening])))
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, and the server beside."""
        if self._beside is not None:
            self._beside[0].should_exit = True
        await super().shutdown(sockets)
        await asyncio.gather(*self._running, return_exceptions=True)

    async def on_tick(self, counter: int) -> bool:
        """Do what is due; return whether to stop."""
        if self._hung_up:
            self._hung_up = False
            self._keep(asyncio.ensure_future(self._reload()))
        if counter % _LOOK_TICKS == 0:
            self._keep(asyncio.ensure_future(self._look()))
        return await super().on_tick(counter)

    async def _look(self) -> None:
        """See how the store is; where there is no thread for it, at the next time."""
        with suppress(NoThread):
            await in_thread(self._watch.condition)

    def handle_hangup(self, _number: int, _frame: FrameType | None) -> None:
        """Note that settings are to be read again."""
        self._hung_up = True

    def _keep(self, work: asyncio.Future[object]) -> None:
        """Hold on to work that goes on beside."""
        self._running.add(work)
        work.add_done_callback(self._running.discard)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM; put the handlers back afterwards."""
        before = {number: signal.signal(number, self.handle_exit) for number in _STOPPING}
        before[signal.SIGHUP] = signal.signal(signal.SIGHUP, self.handle_hangup)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class _Beside(uvicorn.Server):
    """A server that leaves the signals to another."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signal."""
        yield
