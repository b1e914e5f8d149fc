"""Connections to each process of one server, so that a test can choose who answers."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from tests.signing import FORM, Reply, Signed

if TYPE_CHECKING:
    from tests.live import LiveServer


class Line:
    """A kept connection to one process, whose id is ``pid``."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=20)
        self.connection.connect()
        self.pid = 0

    @property
    def socket(self) -> socket.socket:
        found: socket.socket = self.connection.sock
        return found

    def send(self, signed: Signed) -> Reply:
        """Send a signed request to this process."""
        headers = signed.signed_headers(self.endpoint)
        self.connection.request(signed.method, signed.target, signed.body, headers)
        answer = self.connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, found, answer.read().decode())

    def iam(self, action: str, key: tuple[str, str] | None = None, /, **parameters: str) -> Reply:
        """Call an operation of IAM, as the administrator or with a key."""
        return self.send(form("iam", "2010-05-08", action, key, parameters))

    def sts(self, action: str, key: tuple[str, str] | None = None, /, **parameters: str) -> Reply:
        """Call an operation of STS."""
        return self.send(form("sts", "2011-06-15", action, key, parameters))


def form(
    service: str,
    version: str,
    action: str,
    key: tuple[str, str] | None,
    parameters: dict[str, str],
) -> Signed:
    """Return a signed call in the query protocol."""
    body = urlencode({"Action": action, "Version": version, **parameters}).encode()
    signed = Signed(service=service, body=body, headers={"content-type": FORM})
    if key is not None:
        signed.key, signed.secret = key
    return signed


def workers(server: LiveServer) -> list[int]:
    """Return the ids of the processes that answer calls, in order."""
    pid = server.process.pid
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return sorted(int(word) for word in text.split())


@contextmanager
def lines(server: LiveServer) -> Iterator[list[Line]]:
    """Give a connection to each process; connections are made until each has one."""
    wanted, made = set(workers(server)), []
    found: dict[int, Line] = {}
    deadline = time.monotonic() + 20
    try:
        while set(found) != wanted:
            assert time.monotonic() < deadline, f"no connection to {wanted - set(found)}"
            line = Line(server.endpoint)
            made.append(line)
            line.send(Signed())  # it is accepted once it is answered
            line.pid = _owner(_inode(line.socket.getsockname()[1], line.endpoint), wanted)
            found.setdefault(line.pid, line)
        yield [found[pid] for pid in sorted(found)]
    finally:
        for line in made:
            line.connection.close()


def _inode(port: int, endpoint: str) -> str:
    """Return the inode of the server's end of a connection from a local port."""
    theirs = f":{port:04X}"
    ours = f":{urlsplit(endpoint).port or 0:04X}"
    for row in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]:
        words = row.split()
        if words[1].endswith(ours) and words[2].endswith(theirs):
            return words[9]
    raise AssertionError(f"no connection from {port}")


def _owner(inode: str, pids: set[int]) -> int:
    """Return the process that has a socket open."""
    for pid in pids:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            try:
                if str(descriptor.readlink()) == f"socket:[{inode}]":
                    return pid
            except FileNotFoundError:
                continue
    raise AssertionError(f"nobody has socket {inode}")
