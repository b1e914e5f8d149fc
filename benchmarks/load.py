"""Signed requests sent over a few connections: the load that the server benchmarks put on."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import suppress
from urllib.parse import urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def signed(endpoint: str, key: tuple[str, str], service: str, form: dict[str, str]) -> bytes:
    """Return a request, signed with ``key`` (id and secret), as it goes over the connection."""
    body = urlencode(form).encode()
    request = AWSRequest(
        "POST", endpoint, data=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    SigV4Auth(Credentials(*key), service, "us-east-1").add_auth(request)
    headers = dict(request.headers) | {
        "Host": urlsplit(endpoint).netloc,
        "Content-Length": str(len(body)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST / HTTP/1.1\r\n{lines}\r\n".encode() + body


class _Connection:
    """One connection at a time to a server; opened anew where the server closes it."""

    def __init__(self, endpoint: str) -> None:
        parts = urlsplit(endpoint)
        self._place = parts.hostname, parts.port
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> bytes:
        """Send a request; return the body of its answer, which must be a good one."""
        if self._open is None:
            self._open = await asyncio.open_connection(*self._place)
        reader, writer = self._open
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        body = await self._body(reader, head)
        assert head.split(b" ", 2)[1] == b"200", (head, body[:500])
        if b"connection: close" in head:
            self.close()
        return body

    @staticmethod
    async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
        _, found, rest = head.partition(b"content-length:")
        if found:
            return await reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
        parts = []
        while size := int(await reader.readuntil(b"\r\n"), 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readexactly(2)
        return b"".join(parts)

    def close(self) -> None:
        """Close what is open."""
        if self._open is not None:
            with suppress(OSError):
                self._open[1].close()
            self._open = None


async def _put(
    endpoint: str, requests: list[bytes], total: int, connections: int, times: list[float]
) -> None:
    todo = iter(itertools.islice(itertools.cycle(requests), total))
    clock = asyncio.get_running_loop().time

    async def one() -> None:
        connection = _Connection(endpoint)
        for request in todo:
            began = clock()
            await connection.ask(request)
            times.append(clock() - began)
        connection.close()

    await asyncio.gather(*(one() for _ in range(connections)))


def put(endpoint: str, requests: list[bytes], *, total: int, connections: int) -> list[float]:
    """Send ``total`` of ``requests``, in turn, over ``connections`` keep-alive connections.

    Return the seconds that each took. Raises ``AssertionError`` for an answer that is not 200.
    """
    times: list[float] = []
    asyncio.run(_put(endpoint, requests, total, connections, times))
    return times
