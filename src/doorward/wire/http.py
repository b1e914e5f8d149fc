"""A request and a response as values, free of any server or client library."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import structs


class HttpRequest(msgspec.Struct, frozen=True):
    """One HTTP request as it came, before any interpretation.

    ``path`` and ``query`` are raw, percent-encoded text without the separating ``?``. ``headers``
    keep their order and repetitions. ``peer`` is the caller's address, ``secure`` says whether
    the connection was encrypted. ``values``, which is made of the headers, has the values of each
    in order, by lower-case name.
    """

    method: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    peer: str | None = None
    secure: bool = False
    values: Mapping[str, list[str]] = {}

    def __post_init__(self) -> None:
        """Sort the headers by name, once: every request is asked for many of them."""
        values: dict[str, list[str]] = {}
        for name, value in self.headers:
            key = name.lower()
            if key in values:
                values[key].append(value)
            else:
                values[key] = [value]
        structs.force_setattr(self, "values", values)

    def header(self, name: str) -> str | None:
        """Return the first value of a header, its name compared without regard to case."""
        found = self.values.get(name.lower())
        return None if found is None else found[0]

    def header_values(self, name: str) -> tuple[str, ...]:
        """Return every value of a header in order, its name compared without regard to case."""
        return tuple(self.values.get(name.lower(), ()))


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
