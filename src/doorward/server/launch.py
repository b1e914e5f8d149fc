"""A server from its settings to its end: one process, or several."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from doorward.api import services
from doorward.errors import ConfigurationError
from doorward.server import collector
from doorward.server.listen import endpoint, listen, most_connections, siblings
from doorward.server.log import log_to_stderr
from doorward.server.metrics import Metrics
from doorward.server.serve import Process, serve
from doorward.server.supervisor import Supervisor
from doorward.usecases import tls
from doorward.usecases.application import Application, Server
from doorward.usecases.bootstrap import Bootstrapped
from doorward.usecases.config import (
    METRICS_ADDRESS,
    METRICS_PATH,
    OFF,
    Reread,
    Settings,
    address,
    fixed,
)

_log = structlog.get_logger(__name__)


def launch(
    settings: Settings,
    reread: Reread,
    *,
    created: Callable[[Bootstrapped], None],
    ready: Callable[[str], None],
) -> None:
    """Serve until SIGINT or SIGTERM.

    ``created`` is called when this start made the installation, ``ready`` with the endpoint once
    calls are accepted. Raises ``ConfigurationError`` or ``StoreError`` when it cannot start.
    """
    log_to_stderr(settings.log_format)
    scheme = "http" if tls.context(settings) is None else "https"
    with (
        listen("--listen", settings.host, settings.port) as listening,
        _counted(settings) as (metrics, telling),
    ):
        url = endpoint(listening, scheme)
        process = Process(listening, telling, metrics, most_connections())
        if settings.workers == 1:
            with Application(settings) as application:
                if application.first is not None:
                    created(application.first)
                serve(application, process, reread, lambda: ready(url))
        else:
            _several(settings, reread, process, created=created, ready=lambda: ready(url))


def _several(
    settings: Settings,
    reread: Reread,
    process: Process,
    *,
    created: Callable[[Bootstrapped], None],
    ready: Callable[[], None],
) -> None:
    """Serve with several processes, which share the store, the address and the counts."""
    with Server(settings) as server:
        with Application(settings, worker_of=server) as application:
            if application.first is not None:
                created(application.first)
        services.load()
        sockets = siblings(process.listening, settings.workers)
        metrics = process.metrics

        def work(
            listening: socket.socket, current: Settings, announce: Callable[[], None]
        ) -> None:
            own = process._replace(listening=listening)
            with Application(current, worker_of=server) as application:
                serve(application, own, reread, announce)

        def ended(pid: int) -> None:
            if metrics is not None:
                metrics.ended(pid)
                metrics.restarts.inc()

        if metrics is not None:
            metrics.ended(os.getpid())  # this process answers no calls: it has no state to tell
        undo = collector.settle()
        try:
            Supervisor(
                settings, sockets, work=work, reread=reread, check=_check, ready=ready, ended=ended
            ).run()
        finally:
            undo()


def _check(old: Settings, new: Settings) -> None:
    """Raise ``ConfigurationError`` for settings that a running server cannot take over."""
    if lasting := fixed(old, new):
        raise ConfigurationError(
            f"{', '.join(lasting)} cannot change while the server runs: restart it"
        )
    tls.context(new)


@contextmanager
def _counted(settings: Settings) -> Iterator[tuple[Metrics | None, socket.socket | None]]:
    """Give where to count and the socket on which it is told, each where there is one."""
    telling = _telling(settings)
    if telling is None and settings.metrics != METRICS_PATH:
        yield None, None
        return
    metrics = Metrics()
    try:
        yield metrics, telling
    finally:
        metrics.close()
        if telling is not None:
            telling.close()


def _telling(settings: Settings) -> socket.socket | None:
    """Return the socket for metrics: as set, or the usual one unless somebody else has it."""
    if settings.metrics in {OFF, METRICS_PATH} or (settings.metrics is None and not settings.port):
        return None
    host, port = address("metrics", settings.metrics or METRICS_ADDRESS)
    try:
        telling = listen("metrics", host, port)
    except ConfigurationError as error:
        if settings.metrics is not None:
            raise
        _log.warning("no metrics are told", reason=str(error))
        return None
    _log.info("metrics are told", url=endpoint(telling, "http") + METRICS_PATH)
    return telling
