"""What a server counts of itself, for Prometheus; its processes are counted together.

Labels have few values: services, operations and error codes are the service models' and ours,
never a caller's words.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from doorward.api.authorize import Judged
from doorward.server.exchange import Exchange
from doorward.usecases.condition import Condition
from doorward.wire.http import HttpResponse

_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
_PAUSES = (0.001, 0.01, 0.05, 0.1, 0.5, 2.0)


class Metrics:
    """The metrics of one server. Made once, before its processes part; ``close`` it in the first.

    The counts stand in files of a folder of its own, one a process, which ``text`` adds up.
    """

    def __init__(self) -> None:
        """Count nothing yet."""
        self._folder = Path(tempfile.mkdtemp(prefix="doorward-metrics-"))
        # prometheus_client reads this once, as it is imported.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(self._folder)
        import prometheus_client as prometheus
        from prometheus_client import multiprocess

        self._prometheus: Any = prometheus
        self._multiprocess: Any = multiprocess  # without annotations
        self._children: dict[tuple[str, ...], Any] = {}

        def counter(name: str, meaning: str, *labels: str) -> prometheus.Counter:
            return prometheus.Counter(f"doorward_{name}", meaning, labels, registry=None)

        def gauge(name: str, meaning: str, mode: Any, *labels: str) -> prometheus.Gauge:  # noqa: ANN401
            return prometheus.Gauge(
                f"doorward_{name}", meaning, labels, registry=None, multiprocess_mode=mode
            )

        self.requests = counter(
            "requests_total", "Calls answered.", "service", "operation", "status"
        )
        self.errors = counter("errors_total", "Calls answered by an error.", "service", "code")
        self.decisions = counter("decisions_total", "Decisions taken.", "service", "effect")
        self.seconds = prometheus.Histogram(
            "doorward_request_seconds",
            "How long a call took.",
            ("service", "operation"),
            buckets=_BUCKETS,
            registry=None,
        )
        self.pauses = prometheus.Histogram(
            "doorward_collection_seconds",
            "How long a full collection of garbage stopped a process.",
            buckets=_PAUSES,
            registry=None,
        )
        self.restarts = counter("worker_restarts_total", "Processes that ended and were replaced.")
        self.reachable = gauge("store_reachable", "Whether the store answers.", "livemin")
        self.staleness = gauge(
            "snapshot_staleness_seconds", "How long the store has not been seen.", "livemax"
        )
        self.waiting = gauge("events_waiting", "Events that are not written yet.", "livesum")
        self.oldest = gauge(
            "directory_version_min", "Changes in the snapshot of the process behind.", "livemin"
        )
        self.newest = gauge(
            "directory_version_max", "Changes in the snapshot of the process ahead.", "livemax"
        )
        self.workers = gauge("workers", "Processes that answer calls.", "livesum")
        self.about = gauge("info", "Versions.", "max", "version", "botocore")

    def begin(self) -> None:
        """Count this process as one that answers calls."""
        self.workers.set(1)
        self.about.labels(version("doorward"), version("botocore")).set(1)

    def answered(self, exchange: Exchange, response: HttpResponse, seconds: float) -> None:
        """Count a call that has been answered."""
        operation = exchange.route.operation if exchange.route else None
        service = operation.service if operation else "unknown"
        name = operation.name if operation else "unknown"
        self._child(self.requests, service, name, str(response.status)).inc()
        self._child(self.seconds, service, name).observe(seconds)
        if exchange.fault is not None:
            self._child(self.errors, service, exchange.fault.code).inc()
        judged: Judged
        for judged in exchange.judged:
            self._child(self.decisions, service, judged.decision.effect.value).inc()

    def look(self, condition: Condition) -> None:
        """Tell the state of this process."""
        self.reachable.set(1 if condition.reachable else 0)
        self.staleness.set(condition.staleness)
        self.waiting.set(condition.waiting)
        self.oldest.set(condition.changes)
        self.newest.set(condition.changes)

    def text(self) -> tuple[bytes, str]:
        """Return the metrics of all processes in Prometheus' form, and its content type."""
        registry = self._prometheus.CollectorRegistry()
        self._multiprocess.MultiProcessCollector(registry, str(self._folder))
        content_type = self._prometheus.CONTENT_TYPE_LATEST
        body: bytes = self._prometheus.generate_latest(registry)
        return body, content_type

    def ended(self, pid: int) -> None:
        """Forget the state of a process that has ended; what it counted stays."""
        self._multiprocess.mark_process_dead(pid, str(self._folder))

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _child(self, metric: Any, *labels: str) -> Any:  # noqa: ANN401 (a counter or a histogram)
        """Return a metric's child for labels; they are few, so all of them are kept."""
        key = (metric._name, *labels)  # noqa: SLF001
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = metric.labels(*labels)
        return child
