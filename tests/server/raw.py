"""Requests byte by byte over a socket: what no client library would send."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.signing import Signed


class Answered(NamedTuple):
    """The status of the first answer (0 for none), its error code, and whether it ended there."""

    status: int
    code: str
    closed: bool


def signed_head(endpoint: str, signed: Signed) -> list[tuple[str, str]]:
    """The headers of a signed request, its length among them, in the order of sending."""
    headers = [*signed.signed_headers(endpoint).items()]
    return [*headers, ("content-length", str(len(signed.body)))]


def request(
    headers: Iterable[tuple[str, str]],
    body: bytes,
    line: str = "POST / HTTP/1.1",
    end: str = "\r\n",
) -> bytes:
    """Return the bytes of a request."""
    lines = [line, *(f"{name}: {value}" for name, value in headers), "", ""]
    return end.join(lines).encode("latin-1") + body


def ask(endpoint: str, sent: bytes, wait: float = 5) -> Answered:
    """Send bytes; read the answer until it is whole, then whether the connection ends."""
    host, _, port = urlsplit(endpoint).netloc.partition(":")
    with socket.create_connection((host, int(port)), timeout=wait) as connection:
        connection.sendall(sent)
        answer = b""
        of_head = sent.startswith(b"HEAD ")
        while not whole(answer, of_head=of_head):
            part = connection.recv(65_536)
            if not part:
                return _answered(answer, closed=True)
            answer += part
        return _answered(answer, closed=_ends(connection))


def whole(answer: bytes, *, of_head: bool = False) -> bool:
    """Say whether an answer with a Content-Length is all there; that to HEAD has no body."""
    head, found, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: ([0-9]+)", head)
    if of_head:
        return bool(found)
    return bool(found) and length is not None and len(body) >= int(length[1])


def _ends(connection: socket.socket) -> bool:
    connection.settimeout(0.2)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False


def _answered(answer: bytes, *, closed: bool) -> Answered:
    first = answer.split(b" ", 2)
    code = re.search(rb"<Code>([^<]*)</Code>", answer)
    status = int(first[1]) if len(first) == 3 else 0
    return Answered(status, code[1].decode() if code else "", closed)
