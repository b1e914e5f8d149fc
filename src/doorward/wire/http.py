"""A request and a response as values, free of any server or client library."""

from __future__ import annotations

import msgspec


class HttpRequest(msgspec.Struct, frozen=True):
    """One HTTP request as it came, before any interpretation.

    ``path`` and ``query`` are raw, percent-encoded text without the separating ``?``. ``headers``
    keep their order and repetitions. ``peer`` is the caller's address, ``secure`` says whether
    the connection was encrypted.
    """

    method: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    peer: str | None = None
    secure: bool = False

    def header(self, name: str) -> str | None:
        """Return the first value of a header, its name compared without regard to case."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return None

    def header_values(self, name: str) -> tuple[str, ...]:
        """Return every value of a header in order, its name compared without regard to case."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)


class HttpResponse(msgspec.Struct, frozen=True):
    """One HTTP response: status, headers in order, the whole body."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first value of a header, its name compared without regard to case."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return None
