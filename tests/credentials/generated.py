"""Random requests to sign: odd paths, queries, headers and bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from doorward.credentials.sigv4 import SignedRequest
from tests.credentials.signing import TOKEN, signed

# Characters that can stand on a request line as they are, percent escapes in either case, dots.
_SEGMENT = st.lists(
    st.sampled_from(
        [*"aZ09-_.~!$&'()*+,;=:@", "%2F", "%2f", "%7E", "%20", "%25", "%C3%A9", "%c3%a9", "%2e"]
    ),
    max_size=5,
).map("".join)
paths = st.lists(st.one_of(_SEGMENT, st.sampled_from(["", ".", ".."])), max_size=5).map(
    lambda segments: "/" + "/".join(segments)
)
_TEXT = st.text(max_size=12)
parameters = st.lists(st.tuples(_TEXT.map(lambda text: "p" + text), _TEXT), max_size=5)
raw_queries = st.lists(
    st.sampled_from([*"abc019-_.~!$'()*,;:@/+=&", "%7E", "%2f", "%C3%A9", "%c3%a9", "%00", "&&"]),
    max_size=12,
).map(lambda pieces: "q=" + "".join(pieces))
# What HTTP allows in a value: visible Latin-1, spaces and tabs. Unicode's spaces are among it.
_VALUE = st.text(
    st.one_of(
        st.sampled_from('  \t"=;,é\u00a0\u0085'),
        st.characters(min_codepoint=0x21, max_codepoint=0x7E),
    ),
    max_size=16,
)
headers = st.lists(
    st.tuples(
        st.sampled_from(
            ["Content-Type", "X-Amz-Target", "x-amz-meta-a", "X-Custom", "x-custom", "Amz-Sdk-Id"]
        ),
        _VALUE,
    ),
    max_size=5,
)
methods = st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD"])
tokens = st.sampled_from([None, TOKEN])


@st.composite
def header_requests(draw: Callable[[st.SearchStrategy[Any]], Any]) -> SignedRequest:
    """A request signed in its headers."""
    url = "http://127.0.0.1:8080" + draw(paths)
    in_url = draw(st.booleans())
    return signed(
        method=draw(methods),
        url=f"{url}?{draw(raw_queries)}" if in_url else url,
        params=() if in_url else draw(parameters),
        headers=draw(headers),
        body=draw(st.binary(max_size=64)),
        token=draw(tokens),
    )


@st.composite
def presigned_requests(draw: Callable[[st.SearchStrategy[Any]], Any]) -> SignedRequest:
    """A presigned request, its parameters from the body as botocore moves them there."""
    return signed(
        "presigned",
        method=draw(st.sampled_from(["GET", "POST"])),
        url="http://127.0.0.1:8080" + draw(paths),
        headers=draw(headers),
        body=dict(draw(parameters)),
        token=draw(tokens),
        expires=draw(st.integers(1, 604_800)),
    )


requests = st.one_of(header_requests(), presigned_requests())
