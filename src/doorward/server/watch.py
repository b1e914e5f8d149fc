"""What is seen of a server from outside: health, readiness, metrics and a log entry a call."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

import structlog

from doorward.server.exchange import Exchange
from doorward.server.metrics import Metrics
from doorward.usecases.application import Application
from doorward.usecases.condition import Condition, condition
from doorward.usecases.config import METRICS_PATH
from doorward.wire.http import HttpRequest, HttpResponse

HEALTH_PATH = "/healthz"
"""Answers as long as the process answers anything, and says nothing."""

READY_PATH = "/readyz"
"""Answers 200 where calls can be answered, else 503, and says what is not as it should be."""

LOOK_SECONDS = 1.0
"""For how long what was seen of the store is not looked at again: anybody may ask."""

_JSON = (("content-type", "application/json"), ("cache-control", "no-store"))
HEALTHY = HttpResponse(200, _JSON, b'{"status":"ok"}\n')
_NOT_FOUND = HttpResponse(404, (("content-type", "text/plain"),), b"Not found.\n")

_log = structlog.get_logger(__name__)


class Watch:
    """Watches one application in one process; safe to use from several threads."""

    def __init__(self, application: Application, metrics: Metrics | None = None) -> None:
        """Take the application, and where to count, if it is counted."""
        self._application = application
        self._metrics = metrics
        self._lock = threading.Lock()
        self._seen: tuple[float, Condition] | None = None

    @property
    def application(self) -> Application:
        """The application that is watched."""
        return self._application

    def condition(self) -> Condition:
        """Return the state of the application, which is not older than a second."""
        seen = self._seen
        # While one looks, and the store may be slow, the others go by what was seen last.
        if not self._lock.acquire(blocking=seen is None):
            assert seen is not None  # noqa: S101 - else it was waited for
            return seen[1]
        try:
            seen, now = self._seen, time.monotonic()
            if seen is None or now - seen[0] > LOOK_SECONDS:
                seen = self._seen = (now, condition(self._application))
                if self._metrics is not None:
                    self._metrics.look(seen[1])
            return seen[1]
        finally:
            self._lock.release()

    def answered(self, exchange: Exchange, response: HttpResponse, seconds: float) -> None:
        """Count and log a call that has been answered."""
        if self._metrics is not None:
            self._metrics.answered(exchange, response, seconds)
        if self._application.settings.access_log == "on":
            operation = exchange.route.operation if exchange.route else None
            _log.info(
                "call",
                request_id=exchange.request_id,
                service=operation.service if operation else None,
                operation=operation.name if operation else None,
                account=exchange.caller.account if exchange.caller else None,
                status=response.status,
                error=exchange.fault.code if exchange.fault else None,
                ms=round(seconds * 1000, 2),
            )

    def told(self, path: str) -> Callable[[], HttpResponse] | None:
        """Return what tells everybody something at a path, and may wait; ``None`` elsewhere."""
        if path == READY_PATH:
            return self._readiness
        if path == METRICS_PATH and self._application.settings.metrics == METRICS_PATH:
            return self.metrics
        return None

    def metrics(self) -> HttpResponse:
        """Return the metrics of all processes."""
        if self._metrics is None:
            return _NOT_FOUND
        self.condition()
        body, content_type = self._metrics.text()
        return HttpResponse(200, (("content-type", content_type),), body)

    def _readiness(self) -> HttpResponse:
        """Return whether the application is ready, and what is not as it should be."""
        found = self.condition()
        said = {"status": "ready" if found.ready else "not ready", "checks": found.checks}
        return HttpResponse(200 if found.ready else 503, _JSON, (json.dumps(said) + "\n").encode())


def metrics_alone(watch: Watch, request: HttpRequest) -> HttpResponse:
    """Answer at the address where metrics are told, and nothing else is."""
    if request.method not in {"GET", "HEAD"} or request.path != METRICS_PATH:
        return _NOT_FOUND
    return watch.metrics()
