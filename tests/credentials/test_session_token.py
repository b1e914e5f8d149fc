"""Session tokens: self-contained, unforgeable, bound to their key, ended on time."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from secrets import token_bytes

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.credentials.failure import AuthenticationFailure
from doorward.credentials.sealing import MasterKey, Sealer
from doorward.credentials.session_token import LIMIT, SessionClaims, check, issue, read

SEALER = Sealer((MasterKey("mk-1", bytes(range(32))),))
EXPIRES = datetime(2026, 1, 1, 1, 0, 0, tzinfo=UTC)
CLAIMS = SessionClaims(
    kind="AssumedRole",
    account="111122223333",
    access_key_id="ASIAIOSFODNN7EXAMPLE",
    secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    issued_at=int(EXPIRES.timestamp()) - 3600,
    expires_at=int(EXPIRES.timestamp()),
    role_arn="arn:aws:iam::111122223333:role/DataAccessRole",
    role_id="AROAEXAMPLE",
    session_name="alice",
)
tags = st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=3).map(tuple)


@given(
    st.builds(
        SessionClaims,
        kind=st.sampled_from(["AssumedRole", "FederatedUser", "SessionToken", "AssumedRoot"]),
        policies=st.lists(st.text(max_size=2048), max_size=3).map(tuple),
        session_tags=tags,
        source_identity=st.none() | st.text(),
        mfa_authenticated_at=st.none() | st.integers(0, 2**40),
        issued_at=st.integers(0, 2**40),
        expires_at=st.integers(0, 2**40),
        task_policy=st.none() | st.text(),
    ),
    st.integers(0, LIMIT),
)
def test_a_token_says_all_that_was_put_into_it(claims: SessionClaims, minimum: int) -> None:
    token = issue(claims, SEALER, token_bytes, minimum)
    assert read(token, SEALER) == claims
    least = len(issue(claims, SEALER, token_bytes))
    assert minimum <= len(token)
    assert len(token) == least if minimum <= least else len(token) < minimum + 12


@pytest.mark.parametrize("more", range(1, 6))
def test_a_token_that_base64_makes_long_enough_is_not_filled(more: int) -> None:
    """Base64 spells 1 to 3 bytes alike: what is short of some bytes may have the characters."""
    claims = msgspec.structs.replace(CLAIMS, session_name="a" * more)
    least = len(issue(claims, SEALER, token_bytes))
    assert [len(issue(claims, SEALER, token_bytes, least - short)) for short in range(4)] == [
        least
    ] * 4


def test_a_token_is_filled_up_to_the_limit_and_no_further() -> None:
    """The model: MinimumSessionTokenSize is at most 4096, which is what a token may have."""
    assert len(issue(CLAIMS, SEALER, token_bytes, LIMIT)) == LIMIT


def test_tokens_are_of_a_size_for_headers() -> None:
    assert len(issue(CLAIMS, SEALER, token_bytes)) < 600
    policy = '{"Version":"2012-10-17","Statement":[' + ",".join(
        f'{{"Effect":"Allow","Action":"s3:Get{n}","Resource":"*"}}' for n in range(40)
    )
    large = msgspec.structs.replace(CLAIMS, policies=(policy[:2048],))
    assert len(issue(large, SEALER, token_bytes)) < 1200


def test_two_tokens_of_one_session_differ_and_show_nothing() -> None:
    first, second = (issue(CLAIMS, SEALER, token_bytes) for _ in range(2))
    assert first != second
    assert CLAIMS.role_id is not None
    assert CLAIMS.role_id.encode() not in b64decode(first)
    assert CLAIMS.secret_access_key not in repr(CLAIMS)


def _refusal(token: str, sealer: Sealer = SEALER) -> tuple[str, int, str]:
    with pytest.raises(AuthenticationFailure) as refused:
        read(token, sealer)
    assert refused.value.__cause__ is None
    return refused.value.code, refused.value.status, refused.value.message


INVALID = ("InvalidClientTokenId", 403, "The security token included in the request is invalid.")


def test_a_token_with_any_byte_altered_is_invalid() -> None:
    sealed = b64decode(issue(CLAIMS, SEALER, token_bytes))
    for place in range(len(sealed)):
        altered = sealed[:place] + bytes((sealed[place] ^ 1,)) + sealed[place + 1 :]
        assert _refusal(b64encode(altered).decode()) == INVALID


@pytest.mark.parametrize("length", [0, 1, 2])
def test_a_token_with_any_character_altered_is_invalid(length: int) -> None:
    """Whatever the padding: base64 has bits there that decoders overlook."""
    claims = msgspec.structs.replace(CLAIMS, session_name="n" * (5 + length))
    token = issue(claims, SEALER, token_bytes)
    for place, character in enumerate(token):
        other = "B" if character == "A" else "A"
        assert _refusal(token[:place] + other + token[place + 1 :]) == INVALID
    for spelled in (token + "\n", " " + token, token.rstrip("=") + "!", token[:-4]):
        assert _refusal(spelled) == INVALID
    if token.endswith("="):
        last = token.rstrip("=")[-1]
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        twin = alphabet[alphabet.index(last) ^ 1]
        spelled = token.rstrip("=")[:-1] + twin + "=" * token.count("=")
        assert b64decode(spelled) == b64decode(token)
        assert _refusal(spelled) == INVALID


@pytest.mark.parametrize("token", ["", "x", "é", "AAAA", "=" * 8, "\0", "A" * 100_000])
def test_what_is_no_token_is_invalid(token: str) -> None:
    assert _refusal(token) == INVALID


def test_a_token_of_another_installation_is_invalid() -> None:
    other = Sealer((MasterKey("mk-1", bytes(32)),))
    assert _refusal(issue(CLAIMS, other, token_bytes)) == INVALID


@pytest.mark.parametrize("context", [("sts",), ("111122223333", "AIDAEXAMPLE", "AKIAEXAMPLE")])
def test_another_kind_of_secret_is_no_token(context: tuple[str, ...]) -> None:
    content = b"\0" + msgspec.msgpack.encode(CLAIMS)
    sealed = SEALER.seal(content, context=context, random_bytes=token_bytes)
    assert _refusal(b64encode(sealed).decode()) == INVALID


@pytest.mark.parametrize("content", [b"", b"\0", b"\1", b"\1x", b"\0\x93\1\2\3", b"\2{}"])
def test_sealed_nonsense_is_no_token(content: bytes) -> None:
    sealed = SEALER.seal(content, context=("sts", "session-token"), random_bytes=token_bytes)
    assert _refusal(b64encode(sealed).decode()) == INVALID


def test_the_token_of_one_session_does_not_serve_the_key_of_another() -> None:
    with pytest.raises(AuthenticationFailure) as refused:
        check(CLAIMS, "ASIAI44QH8DHBEXAMPLE", EXPIRES - timedelta(hours=1))
    assert (refused.value.code, refused.value.status) == INVALID[:2]


def test_a_session_ends_at_its_expiration() -> None:
    check(CLAIMS, CLAIMS.access_key_id, EXPIRES - timedelta(microseconds=1))
    for late in (0, 1, 10**9):
        with pytest.raises(AuthenticationFailure) as refused:
            check(CLAIMS, CLAIMS.access_key_id, EXPIRES + timedelta(seconds=late))
        assert (refused.value.code, refused.value.status) == ("ExpiredToken", 403)
        assert refused.value.message == "The security token included in the request is expired"


def test_the_token_of_another_key_is_invalid_before_it_is_expired() -> None:
    with pytest.raises(AuthenticationFailure) as refused:
        check(CLAIMS, "ASIAI44QH8DHBEXAMPLE", EXPIRES + timedelta(hours=1))
    assert refused.value.code == "InvalidClientTokenId"
