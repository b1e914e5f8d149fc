"""Rows 5 and 19: whatever arrives, the answer is a refusal in AWS's words, never an accident."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.credentials.sigv4 import AuthenticationFailure, SignedRequest
from tests.credentials.signing import authenticate, header, replaced, signed, with_header

ANYTHING = st.text(st.characters(max_codepoint=0x17F), max_size=40)
NAMES = st.sampled_from(
    ["Authorization", "X-Amz-Date", "Date", "Host", "X-Amz-Security-Token", "X-Amz-Target"]
)
PIECES = st.lists(
    st.sampled_from(
        [*"=&%+,;/ ", "X-Amz-", "Signature", "SignedHeaders", "Credential", "Algorithm", "Expires",
         "AWS4-HMAC-SHA256", "20260101T000000Z", "20260101", "host", "us-east-1", "iam", "0" * 64,
         "aws4_request", "%2F", "Mon, 01 Jan 99999 00:00:00 GMT", "\u0100", "\ud800"]
    ),
    max_size=20,
).map("".join)  # fmt: skip


@given(
    method=st.sampled_from(["GET", "", "get", "É"]) | ANYTHING,
    path=ANYTHING | PIECES,
    query=ANYTHING | PIECES,
    headers=st.lists(st.tuples(NAMES | ANYTHING, ANYTHING | PIECES), max_size=6).map(tuple),
    body=st.binary(max_size=8),
)
def test_whatever_comes_it_is_refused_or_anonymous_never_an_accident(
    method: str, path: str, query: str, headers: tuple[tuple[str, str], ...], body: bytes
) -> None:
    with pytest.raises(AuthenticationFailure):
        authenticate(SignedRequest(method, path, query, headers, body))


@given(st.data(), st.sampled_from(["header", "presigned"]), ANYTHING | PIECES, st.integers(0, 3))
def test_whatever_is_written_over_a_signature_it_is_no_accident(
    data: st.DataObject, form: str, text: str, length: int
) -> None:
    request = signed(form, params=[("Action", "GetUser")])
    old = request.query if form == "presigned" else header(request, "authorization")
    place = data.draw(st.integers(0, len(old)))
    new = old[:place] + text + old[place + length :]
    changed = (
        replaced(request, query=new)
        if form == "presigned"
        else with_header(request, "authorization", new)
    )
    with suppress(AuthenticationFailure):
        authenticate(changed)
