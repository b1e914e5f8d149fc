"""The way to a database, which a test can cut, hold up and mend."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url


class Cable:
    """Forwards connections on a port of the loopback address to a PostgreSQL server's socket."""

    def __init__(self, socket_file: str) -> None:
        self._socket_file = socket_file
        self._passes = threading.Event()
        self._passes.set()
        self._cut = False
        self._ends: set[socket.socket] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection, and each that is made, at once."""
        self._cut = True
        self._close_all()

    def hold(self) -> None:
        """Let nothing through, and let nobody know: as a machine that hangs."""
        self._passes.clear()

    def mend(self) -> None:
        """Let everything through again."""
        self._cut = False
        self._passes.set()

    def close(self) -> None:
        """End for good."""
        self._cut = True
        self._passes.set()
        self._listening.close()
        self._close_all()

    def _close_all(self) -> None:
        for end in tuple(self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if self._cut:
                near.close()
                continue
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._socket_file)
            self._ends |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._forward, args=(one, other), daemon=True).start()

    def _forward(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                self._passes.wait()
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.discard(one)
        one.close()


@contextmanager
def cable_to(database: str) -> Iterator[tuple[str, Cable]]:
    """Give another URL of a database, by a cable."""
    url = make_url(database)
    folder = str(url.query["host"])
    cable = Cable(f"{folder}/.s.PGSQL.5432")
    through = url.set(host="127.0.0.1", port=cable.port, query={"sslmode": "disable"})
    try:
        yield through.render_as_string(hide_password=False), cable
    finally:
        cable.close()
