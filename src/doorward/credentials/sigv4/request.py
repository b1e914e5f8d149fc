"""The two values of signature verification: the request as it came, and what it claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import structs


def header_values(headers: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the values of each header in order of arrival, by lower-case name."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        key = name.lower()
        if key in values:
            values[key].append(value)
        else:
            values[key] = [value]
    return values


class SignedRequest(msgspec.Struct, frozen=True):
    """An HTTP request exactly as received.

    ``path`` and ``query`` are the raw text of the request line, still percent-encoded, without
    the ``?`` between them. ``headers`` keep order, repetitions and the case of their names; bytes
    of path, query and headers are decoded as Latin-1, so that no byte is lost. ``values`` are the
    ``header_values`` of the headers; whoever has them already gives them.
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    values: Mapping[str, Sequence[str]] = {}

    def __post_init__(self) -> None:
        """Sort the headers by name, once for all who ask."""
        if not self.values:
            structs.force_setattr(self, "values", header_values(self.headers))

    def __repr__(self) -> str:
        """Show the method alone: path, query and headers may carry credentials."""
        return f"SignedRequest(method={self.method!r}, …)"


class Authorization(msgspec.Struct, frozen=True):
    """What a request claims about its signer, well-formed but not yet verified.

    ``date`` (yyyymmdd), ``region``, ``service`` and ``terminator`` are the credential scope.
    ``signed_headers`` are lower-case, sorted, without repetition. ``signature`` is 64 lower-case
    hexadecimal digits. ``timestamp`` is in UTC, whole seconds. ``session_token`` comes with
    temporary credentials. ``presigned`` requests carry all of this in the query string, and
    ``expires``, the seconds for which they were made; ``None`` otherwise.
    """

    access_key_id: str
    date: str
    region: str
    service: str
    terminator: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: datetime
    session_token: str | None = None
    presigned: bool = False
    expires: int | None = None

    def __repr__(self) -> str:
        """Show the key and its scope; the signature and the token could be replayed."""
        scope = f"{self.access_key_id}/{self.date}/{self.region}/{self.service}"
        return f"Authorization({scope}/{self.terminator}, presigned={self.presigned})"
