"""STS session tokens: sealed and self-contained.

A token holds all that is known of its session, so that issuing and checking one needs no
database. Only who holds a master key can make or read one. It is bound to its access key id:
``check`` refuses the token of one session with the key of another.
"""

from __future__ import annotations

import hmac
import zlib
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Literal

import msgspec

from doorward.credentials.failure import expired_token, invalid_client_token_id
from doorward.credentials.sealing import RandomBytes, SealBroken, Sealer
from doorward.model.principal import Tags

_CONTEXT = ("sts", "session-token")
_PLAIN, _PACKED, _FILLED = b"\x00", b"\x01", b"\x02"
_PACK_FROM = 512
_LENGTH = 4

LIMIT = 4096
"""The most characters that a token may have, as on AWS since September 2026."""


class SessionClaims(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that a session is.

    ``kind`` says by which operation it was made: ``AssumedRole`` (AssumeRole and its siblings:
    ``role_arn`` with path, ``role_id``, ``session_name``), ``FederatedUser`` (GetFederationToken:
    ``session_name`` is the federated name, ``user_arn`` and ``user_id`` who asked),
    ``SessionToken`` (GetSessionToken: ``user_arn``, ``user_id``; the root user's id is the
    account) or ``AssumedRoot`` (AssumeRoot: ``task_policy`` is the ARN of what bounds it).
    ``account`` is the account of the principal. ``issued_at``, ``expires_at`` and
    ``mfa_authenticated_at`` are epoch seconds; the last is ``None`` without MFA.

    ``policies`` are the texts of inline session policies; ``policy_arns`` name managed ones, whose
    texts are not in the token. ``session_tags`` are those passed or inherited;
    ``transitive_tag_keys`` name those that go on to chained sessions. ``via`` are the ARNs of the
    callers along the chain, first caller first; ``issuer`` is the identity provider of a federated
    role session.
    """

    kind: Literal["AssumedRole", "FederatedUser", "SessionToken", "AssumedRoot"]
    account: str
    access_key_id: str
    secret_access_key: str
    issued_at: int
    expires_at: int
    role_arn: str | None = None
    role_id: str | None = None
    session_name: str | None = None
    user_arn: str | None = None
    user_id: str | None = None
    policies: tuple[str, ...] = ()
    policy_arns: tuple[str, ...] = ()
    session_tags: Tags = ()
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str | None = None
    mfa_authenticated_at: int | None = None
    issuer: str | None = None
    via: tuple[str, ...] = ()
    task_policy: str | None = None

    def __repr__(self) -> str:
        """Show which session it is, without its secret."""
        name = self.role_arn or self.user_arn
        return f"SessionClaims({self.kind}, {name}, {self.access_key_id}, …)"


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(SessionClaims)


def issue(
    claims: SessionClaims, sealer: Sealer, random_bytes: RandomBytes, minimum: int = 0
) -> str:
    """Return the token of a session: base64 in which ``+``, ``/`` and ``=`` occur, as in AWS's.

    It has at least ``minimum`` characters: a shorter one is filled up.
    """
    encoded = _encoder.encode(claims)
    packed = len(encoded) >= _PACK_FROM
    content = _PACKED + zlib.compress(encoded) if packed else _PLAIN + encoded
    sealed = sealer.seal(content, context=_CONTEXT, random_bytes=random_bytes)
    missing = -(-minimum * 3 // 4) - len(sealed)
    if minimum > _spelled_length(sealed):
        # The marks of a filled token take a part of what is missing, or a little more.
        filling = bytes(max(0, missing - len(_FILLED) - _LENGTH))
        filled = _FILLED + len(content).to_bytes(_LENGTH, "big") + content + filling
        sealed = sealer.seal(filled, context=_CONTEXT, random_bytes=random_bytes)
    return b64encode(sealed).decode()


def _spelled_length(sealed: bytes) -> int:
    """Return how many characters base64 has for so many bytes."""
    return -(-len(sealed) // 3) * 4


def read(token: str, sealer: Sealer) -> SessionClaims:
    """Return what a token says, whether or not its session has ended: see ``check``.

    Raises:
        AuthenticationFailure: InvalidClientTokenId, for whatever is wrong with it.

    """
    try:
        content = _unfilled(sealer.unseal(_sealed(token), context=_CONTEXT))
        packed = content[:1] == _PACKED
        return _decoder.decode(zlib.decompress(content[1:]) if packed else content[1:])
    except (SealBroken, ValueError, zlib.error, msgspec.DecodeError):
        raise invalid_client_token_id() from None


def _unfilled(content: bytes) -> bytes:
    """Return the content of a token without what fills it up."""
    if content[:1] != _FILLED:
        return content
    start = len(_FILLED) + _LENGTH
    return content[start : start + int.from_bytes(content[len(_FILLED) : start], "big")]


def _sealed(token: str) -> bytes:
    """Decode a token, which has one spelling only: base64 would let unused bits vary."""
    sealed = b64decode(token, validate=True)
    if b64encode(sealed).decode() != token:
        raise SealBroken
    return sealed


def check(claims: SessionClaims, access_key_id: str, now: datetime) -> None:
    """Return if the session is that of the access key and goes on at ``now``.

    Raises:
        AuthenticationFailure: InvalidClientTokenId if the token belongs to another key;
            ExpiredToken from the moment of ``expires_at`` on.

    """
    if not hmac.compare_digest(claims.access_key_id.encode(), access_key_id.encode()):
        raise invalid_client_token_id()
    if now >= datetime.fromtimestamp(claims.expires_at, UTC):
        raise expired_token()
