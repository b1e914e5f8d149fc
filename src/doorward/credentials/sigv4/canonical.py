"""The canonical request: what a signer and we must have in common, byte for byte.

Source: IAM User Guide, "Create a signed AWS API request", step 1; RFC 3986 §5.2.4 (dot segments);
the signer in botocore, whose requests all verify here.

The path and query of a request line can be spelled in several ways that mean the same: ``~`` and
``%7E``, ``%2f`` and ``%2F``, ``%20`` and ``+``. A signer signs either what it sends, as botocore
does, or AWS's canonical spelling of it. Both are offered, in this order, and either may match. No
third spelling is: a signature holds for one meaning only. An encoded slash or dot segment in a
path keeps its encoding, because there it changes the meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from urllib.parse import quote, unquote_to_bytes

from doorward.credentials.sigv4.request import SignedRequest

SIGNATURE_PARAMETER = "X-Amz-Signature"
"""The one query parameter that a presigned request does not sign."""


def query_pairs(query: str) -> list[tuple[str, str]]:
    """Split a raw query into names and values, spelled as they came; no ``=``, no value."""
    if not query:
        return []
    pairs = []
    for parameter in query.split("&"):
        name, _, value = parameter.partition("=")
        pairs.append((name, value))
    return pairs


def decoded(text: str) -> str:
    """Decode a raw query name or value: ``+`` is a space, bytes are kept as Latin-1."""
    return unquote_to_bytes(text.replace("+", " ").encode("latin-1")).decode("latin-1")


def canonical_requests(
    request: SignedRequest,
    signed_headers: Sequence[str],
    values: Mapping[str, Sequence[str]],
    payload_hash: str,
) -> Iterator[bytes]:
    """Yield the canonical requests, at most four, of which the signer signed one.

    ``values`` are those of the request's headers, with every signed header in them.
    """
    pairs = [
        pair for pair in query_pairs(request.query) if decoded(pair[0]) != SIGNATURE_PARAMETER
    ]
    lines = [f"{name}:{_folded(values[name])}\n" for name in signed_headers]
    tail = f"\n{''.join(lines)}\n{';'.join(signed_headers)}\n{payload_hash}".encode()

    def assembled(path: str, query: str) -> bytes:
        head = f"{request.method.upper()}\n{path}\n"
        return head.encode() + query.encode("latin-1") + tail

    path, query = canonical_path(request.path), _canonical_query(pairs)
    yield assembled(path, query)
    other_path = canonical_path(_respelled_path(request.path))
    other_query = _canonical_query(_respelled(pairs))
    spellings = dict.fromkeys(product((path, other_path), (query, other_query)))
    for spelling in islice(spellings, 1, None):
        yield assembled(*spelling)


def canonical_path(path: str) -> str:
    """Remove empty and dot segments, then encode once more what stands on the request line.

    That is "URI-encoded twice", as every service but S3 wants it.
    """
    if path in {"", "/"}:
        return "/"
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    first = "/" if path.startswith("/") else ""
    last = "/" if path.endswith("/") and kept else ""
    return quote((first + "/".join(kept) + last).encode("latin-1"), safe="/~")


def _respelled_path(path: str) -> str:
    """Spell each segment of the path canonically, but for what decoding would change in it."""
    return "/".join(map(_respelled_segment, path.split("/"))) if len(path) > 1 else path


def _respelled_segment(segment: str) -> str:
    """Decode and encode a segment; one that would become a dot segment stays as it is."""
    plain = unquote_to_bytes(segment.encode("latin-1"))
    return segment if plain in {b".", b".."} else quote(plain, safe="~")


def _respelled(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Spell names and values as AWS does: unreserved characters plain, all others encoded."""
    return [(_respelled_text(name), _respelled_text(value)) for name, value in pairs]


def _respelled_text(text: str) -> str:
    """Decode and encode a query name or value."""
    return quote(unquote_to_bytes(text.replace("+", " ").encode("latin-1")), safe="~")


def _canonical_query(pairs: Sequence[tuple[str, str]]) -> str:
    """Sort by name, then value, as spelled; every name has its ``=``."""
    return "&".join([f"{name}={value}" for name, value in sorted(pairs)])


def _folded(values: Sequence[str]) -> str:
    """Join the values of one header: trimmed, inner runs of white space as one space."""
    return ",".join([" ".join(value.split()) for value in values])
