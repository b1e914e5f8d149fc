"""Several processes that answer calls as one server: started, replaced, told, stopped.

The first process only waits for signals and for the ends of the others. It has no threads, so it
may fork at any time, and it keeps the sockets: while a process is replaced, who connects waits and
is not refused. While one cannot be replaced, who connects is sent to the others.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence

import msgspec
import structlog

from doorward.errors import DoorwardError
from doorward.server.listen import sibling
from doorward.server.log import log_to_stderr
from doorward.usecases.config import Reread, Settings

STOP_SECONDS = 12
"""For how long a process may go on after SIGTERM; it gives calls eight and then closes."""

LONG_LIFE = 5.0
"""A process that ended sooner, in seconds, is replaced after a pause, longer each time."""

LONGEST_PAUSE = 5.0

_SIGNALS = {
    signal.SIGTERM,
    signal.SIGINT,
    signal.SIGHUP,
    signal.SIGCHLD,
    signal.SIGUSR1,
    signal.SIGALRM,
}

Work = Callable[[socket.socket, Settings, Callable[[], None]], None]
"""What a process does: its socket, its settings, whom to call when it is ready."""

_log = structlog.get_logger(__name__)


class _Worker(msgspec.Struct, frozen=True):
    """A process: its number, when it was started, and how often in a row it was of short life."""

    number: int
    started: float
    failures: int


class Supervisor:
    """Runs a process for each socket, until SIGINT or SIGTERM.

    ``work`` is done in each process with its socket. ``reread`` reads the settings again on
    SIGHUP; ``check`` raises for those that cannot be used. ``ready`` is called when all processes
    are, ``ended`` with the id of each that has ended unasked.
    """

    def __init__(
        self,
        settings: Settings,
        sockets: Sequence[socket.socket],
        *,
        work: Work,
        reread: Reread,
        check: Callable[[Settings, Settings], None],
        ready: Callable[[], None],
        ended: Callable[[int], None],
    ) -> None:
        """Start nothing yet."""
        self._settings = settings
        self._sockets = list(sockets)
        self._work = work
        self._reread = reread
        self._check = check
        self._ready: Callable[[], None] | None = ready
        self._ended = ended
        self._workers: dict[int, _Worker] = {}
        self._due: dict[int, tuple[float, int]] = {}
        self._said_ready = 0
        # Who is ready writes a byte; and when this process ends, they all read the end of a pipe.
        self._news, self._tell = os.pipe()
        self._alive, self._dead = os.pipe()
        os.set_blocking(self._news, False)

    def run(self) -> None:
        """Run until told to stop; returns when every process has ended."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            for number in range(len(self._sockets)):
                self._start(number, 0)
            while self._react(signal.sigwait(_SIGNALS)):
                pass
            self._stop()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            for descriptor in (self._news, self._tell, self._alive, self._dead):
                os.close(descriptor)

    def _react(self, number: int) -> bool:
        """React to a signal; return whether to go on."""
        if number in {signal.SIGTERM, signal.SIGINT}:
            return False
        if number == signal.SIGHUP:
            self._reload()
        elif number == signal.SIGUSR1:
            self._note_ready()
        self._reap()
        self._start_due()
        return True

    def _start(self, number: int, failures: int) -> None:
        """Start the process with a number."""
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self._workers[pid] = _Worker(number, time.monotonic(), failures)
            return
        code = 1
        try:
            self._be(number, parent)
            code = 0
        except DoorwardError as error:
            _log.error("a worker cannot start", worker=number, reason=str(error))
        except BaseException as error:  # noqa: BLE001 - a child never goes up its parent's stack
            _log.error("a worker failed", worker=number, exc_info=error)
        finally:
            os._exit(code)

    def _be(self, number: int, parent: int) -> None:
        """Be the process with a number."""
        for usual in _SIGNALS:
            signal.signal(usual, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        os.close(self._dead)
        for other, listening in enumerate(self._sockets):
            if other != number:
                listening.close()
        threading.Thread(target=self._outlive, daemon=True).start()

        def ready() -> None:
            os.write(self._tell, b".")
            if os.getppid() == parent:
                os.kill(parent, signal.SIGUSR1)

        self._work(self._sockets[number], self._settings, ready)

    def _outlive(self) -> None:
        """Stop this process, as if told to, when the first one has ended."""
        os.read(self._alive, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def _note_ready(self) -> None:
        """Count who is ready; say so once all are."""
        try:
            self._said_ready += len(os.read(self._news, 4096))
        except BlockingIOError:
            return
        if self._ready is not None and self._said_ready >= len(self._sockets):
            self._ready()
            self._ready = None

    def _reload(self) -> None:
        """Read the settings again, and have every process do so, unless they cannot be used."""
        try:
            new = self._reread()
            self._check(self._settings, new)
        except DoorwardError as error:
            _log.error("configuration kept: the new one cannot be used", reason=str(error))
            return
        self._settings = new
        log_to_stderr(new.log_format)
        self._tell_all(signal.SIGHUP)

    def _reap(self) -> None:
        """Note which processes have ended, and when they are to be replaced."""
        while self._workers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            worker = self._workers.pop(pid, None)
            if worker is None:
                continue
            code = os.waitstatus_to_exitcode(status)
            _log.error("a worker ended and is replaced", worker=worker.number, pid=pid, code=code)
            self._ended(pid)
            now = time.monotonic()
            short = now - worker.started < LONG_LIFE
            failures = worker.failures + 1 if short else 0
            if failures > 1:  # one that lived before is replaced at once: its callers can wait
                self._send_elsewhere(worker.number)
            pause = min(0.1 * 2 ** (failures - 1), LONGEST_PAUSE) if failures > 1 else 0.0
            self._due[worker.number] = (now + pause, failures)

    def _send_elsewhere(self, number: int) -> None:
        """Have the others answer who would connect to a process that cannot start now.

        The store may be gone for long, and they go on from memory.
        """
        old = self._sockets[number]
        self._sockets[number] = sibling(old)
        old.close()

    def _start_due(self) -> None:
        """Start the processes whose time has come, and be woken for the next."""
        now = time.monotonic()
        for number, (when, failures) in list(self._due.items()):
            if when <= now:
                del self._due[number]
                self._start(number, failures)
        if self._due:
            wait = min(when for when, _ in self._due.values()) - now
            signal.setitimer(signal.ITIMER_REAL, max(wait, 0.01))

    def _stop(self) -> None:
        """Tell every process to stop, and end those that do not."""
        for listening in self._sockets:
            listening.close()
        self._tell_all(signal.SIGTERM)
        signal.setitimer(signal.ITIMER_REAL, STOP_SECONDS)
        while self._workers:
            if signal.sigwait(_SIGNALS) in {signal.SIGALRM, signal.SIGINT}:
                self._tell_all(signal.SIGKILL)
            for pid in list(self._workers):
                if os.waitpid(pid, os.WNOHANG)[0]:
                    del self._workers[pid]

    def _tell_all(self, number: signal.Signals) -> None:
        """Send every process a signal; who has ended is not reaped yet, so the id is ours."""
        for pid in self._workers:
            os.kill(pid, number)
