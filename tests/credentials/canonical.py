"""Rows 16 and 17: our canonical request is botocore's, byte for byte."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from hypothesis import given

from doorward.credentials.sigv4 import SignedRequest, parse
from doorward.credentials.sigv4.canonical import canonical_requests
from tests.credentials.generated import requests
from tests.credentials.signing import said


def spellings(request: SignedRequest) -> list[str]:
    """The canonical requests that we try: what was sent, as it was sent, and as AWS spells it."""
    claims = parse(request)
    assert claims is not None
    found = canonical_requests(
        request, claims.signed_headers, request.values,
        sha256(request.body).hexdigest(),
    )  # fmt: skip
    return [each.decode("latin-1") for each in found]


def ours(request: SignedRequest) -> str:
    """The canonical request that we try first."""
    return spellings(request)[0]


def theirs(request: SignedRequest) -> str:
    """The canonical request that botocore signed for a request."""
    claims = parse(request)
    assert claims is not None
    # Header values are Latin-1 on the wire; botocore signs their text in UTF-8.
    return said(claims.signature).encode().decode("latin-1")


@given(requests)
def agree(request: SignedRequest) -> None:
    """The law, for as many random requests as hypothesis is told to try.

    botocore sends a space in a parameter as ``+`` and signs it as ``%20``: our second spelling.
    """
    assert theirs(request) in spellings(request)
    if "+" not in request.query:
        assert ours(request) == theirs(request)


LAW: Any = agree
