"""Must show 5: every change to what was signed, to the scope or to the signature is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from doorward.credentials.failure import STATUSES
from doorward.credentials.sigv4 import AuthenticationFailure, SignedRequest, parse
from tests.credentials.generated import requests
from tests.credentials.signing import (
    KEY_ID,
    authenticate,
    header,
    replaced,
    with_header,
)

Mutation = Callable[[SignedRequest], SignedRequest]


def _authorization(old: str, new: str) -> Mutation:
    """Replace text in the Authorization header, or its escaped form in the query."""

    def mutate(request: SignedRequest) -> SignedRequest:
        if "X-Amz-Signature=" in request.query:
            escaped = old.replace("/", "%2F"), new.replace("/", "%2F")
            return replaced(request, query=request.query.replace(*escaped))
        value = header(request, "authorization")
        return with_header(request, "authorization", value.replace(old, new))

    return mutate


def _signature(change: Callable[[str], str]) -> Mutation:
    def mutate(request: SignedRequest) -> SignedRequest:
        text = parse(request)
        assert text is not None
        return _authorization(text.signature, change(text.signature))(request)

    return mutate


def _scope(index: int, value: str) -> Mutation:
    """Replace one of key id, date, region, service, terminator."""

    def mutate(request: SignedRequest) -> SignedRequest:
        claims = parse(request)
        assert claims is not None
        scope = [claims.access_key_id, claims.date, claims.region, claims.service]
        scope.append(claims.terminator)
        changed = [*scope[:index], value, *scope[index + 1 :]]
        return _authorization("/".join(scope), "/".join(changed))(request)

    return mutate


def _other_time(request: SignedRequest) -> SignedRequest:
    claims = parse(request)
    assert claims is not None
    old = claims.timestamp
    new = old + timedelta(seconds=-1 if old.second else 1)
    stamps = old.strftime("%Y%m%dT%H%M%SZ"), new.strftime("%Y%m%dT%H%M%SZ")
    if claims.presigned:
        return replaced(request, query=request.query.replace(*stamps))
    return with_header(request, "x-amz-date", stamps[1])


def _more_headers(name: str, value: str) -> Mutation:
    return lambda request: replaced(request, headers=(*request.headers, (name, value)))


def _more_query(text: str) -> Mutation:
    return lambda request: replaced(
        request, query=f"{request.query}&{text}" if request.query else text
    )


def _flip_first(text: str) -> str:
    return ("0" if text[0] != "0" else "1") + text[1:]


def _flip_last(text: str) -> str:
    return text[:-1] + ("0" if text[-1] != "0" else "1")


MISMATCH = "SignatureDoesNotMatch"
INCOMPLETE = "IncompleteSignature"
UNKNOWN = "InvalidClientTokenId"

MUTATIONS: dict[str, tuple[Mutation, str]] = {
    "method": (lambda r: replaced(r, method="PATCH"), MISMATCH),
    "path: a segment more": (lambda r: replaced(r, path=r.path.rstrip("/") + "/more"), MISMATCH),
    "path: an encoded slash more": (lambda r: replaced(r, path=r.path + "%2Fx"), MISMATCH),
    "query: a parameter more": (_more_query("zz=1"), MISMATCH),
    "query: a parameter more, no value": (_more_query("zz"), MISMATCH),
    "query: an encoded separator": (_more_query("zz%26yy=1"), MISMATCH),
    "query: the first parameter again": (
        lambda r: replaced(
            r, query="&".join(filter(None, [r.query.split("&")[0] or "b", r.query]))
        ),
        MISMATCH,
    ),
    "host": (lambda r: with_header(r, "host", "evil.example.com"), MISMATCH),
    "host: another port": (lambda r: with_header(r, "host", "127.0.0.1:8081"), MISMATCH),
    "an x-amz header more": (_more_headers("X-Amz-Acl", "public-read"), MISMATCH),
    "an x-amz header more, in odd case": (_more_headers("x-AMZ-acl", "public-read"), MISMATCH),
    "body: a byte more": (lambda r: replaced(r, body=r.body + b"\0"), MISMATCH),
    "body: replaced": (lambda r: replaced(r, body=b"Action=DeleteUser"), MISMATCH),
    "time": (_other_time, MISMATCH),
    "scope: key id": (_scope(0, "AKIAI44QH8DHBEXAMPLE"), UNKNOWN),
    "scope: key id of another kind": (_scope(0, KEY_ID.lower()), UNKNOWN),
    "scope: date": (_scope(1, "20200101"), MISMATCH),
    "scope: region": (_scope(2, "eu-west-1"), MISMATCH),
    "scope: service": (_scope(3, "s3"), MISMATCH),
    "scope: terminator": (_scope(4, "aws5_request"), MISMATCH),
    "scope: an element more": (_scope(4, "aws4_request/"), INCOMPLETE),
    "scope: an element less": (_authorization("/aws4_request", ""), INCOMPLETE),
    "signature: first digit": (_signature(_flip_first), MISMATCH),
    "signature: last digit": (_signature(_flip_last), MISMATCH),
    "signature: all zero": (_signature(lambda text: "0" * 64), MISMATCH),
    "signature: reversed": (_signature(lambda text: text[::-1]), MISMATCH),
    "signature: short": (_signature(lambda text: text[:63]), INCOMPLETE),
    "signature: long": (_signature(lambda text: text + "0"), INCOMPLETE),
    "signature: empty": (_signature(lambda text: ""), INCOMPLETE),
    "signature: in upper case": (_signature(lambda text: "A" + text[1:].upper()), INCOMPLETE),
    "another algorithm": (_authorization("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512"), INCOMPLETE),
}


@given(request=requests)
def test_every_change_to_a_signed_request_is_refused(request: SignedRequest) -> None:
    authenticate(request)
    answers = {name: _answer(mutate(request), request) for name, (mutate, _) in MUTATIONS.items()}
    expected = {name: (code, STATUSES[code]) for name, (_, code) in MUTATIONS.items()}
    if answers["query: the first parameter again"] == (INCOMPLETE, 400):
        # It was an X-Amz-… parameter: malformed before it is wrong.
        expected["query: the first parameter again"] = (INCOMPLETE, 400)
    assert answers == expected


def _answer(changed: SignedRequest, request: SignedRequest) -> tuple[str, int] | None:
    """Code and status of the refusal; ``None`` for a request that is accepted."""
    assert changed != request
    try:
        authenticate(changed)
    except AuthenticationFailure as failure:
        return failure.code, failure.status
    return None


def _signed_names(request: SignedRequest) -> list[str]:
    claims = parse(request)
    assert claims is not None
    return [name for name in claims.signed_headers if name != "host"]


@given(requests, st.data())
def test_a_changed_signed_header_is_refused(request: SignedRequest, data: st.DataObject) -> None:
    names = _signed_names(request)
    assume(names)
    name = data.draw(st.sampled_from(names))
    values = [value for key, value in request.headers if key.lower() == name]
    changed = data.draw(
        st.sampled_from(
            [
                with_header(request, name, "changed" + values[0]),
                with_header(request, name, None),
                replaced(request, headers=(*request.headers, (name, "more"))),
            ]
        )
    )
    with pytest.raises(AuthenticationFailure) as refused:
        authenticate(changed)
    assert refused.value.code in {MISMATCH, INCOMPLETE}


@given(requests, st.data())
def test_a_shorter_list_of_signed_headers_is_refused(
    request: SignedRequest, data: st.DataObject
) -> None:
    claims = parse(request)
    assert claims is not None
    names = claims.signed_headers
    assume(len(names) > 1)
    gone = data.draw(st.sampled_from(names))
    separator = "%3B" if claims.presigned else ";"
    old = separator.join(names)
    new = separator.join(name for name in names if name != gone)
    changed = (
        replaced(request, query=request.query.replace(old, new))
        if claims.presigned
        else with_header(
            request, "authorization", header(request, "authorization").replace(old, new)
        )
    )
    with pytest.raises(AuthenticationFailure) as refused:
        authenticate(changed)
    assert refused.value.code in {MISMATCH, INCOMPLETE}


@given(requests, st.data())
def test_a_byte_changed_in_the_query_is_refused_unless_it_means_the_same(
    request: SignedRequest, data: st.DataObject
) -> None:
    """Every single-character substitution by a letter changes the meaning of a query."""
    assume(request.query)
    place = data.draw(st.integers(0, len(request.query) - 1))
    letter = data.draw(st.sampled_from("QX7"))
    old = request.query[place]
    # Inside an escape or around one, a letter may only change the case of a digit.
    assume("%" not in request.query[max(0, place - 2) : place + 1])
    assume(old.lower() != letter.lower())
    changed = replaced(request, query=request.query[:place] + letter + request.query[place + 1 :])
    with pytest.raises(AuthenticationFailure):
        authenticate(changed)
