"""What the operations of STS that issue credentials have in common: the session, and its answer.

Source: AWS STS API Reference. The sizes: What's New, "AWS STS simplifies session token size limits
and adds session token size monitoring" (September 2026): a token has at most 4,096 bytes; what
exceeds them is PackedPolicyTooLarge; MinimumSessionTokenSize makes a token of that size or more,
so that one can try what takes it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from doorward.api.call import Read
from doorward.control.session_contents import too_large
from doorward.credentials.session_token import LIMIT, SessionClaims
from doorward.model.principal import Tags

SECRETS = frozenset({"TokenCode", "SecretAccessKey", "SessionToken"})
"""Members that no event may carry. The service model marks the secret key as sensitive, the token
and the code not; a token is consent to be judged (``doorward:Decide``)."""


class Issued(msgspec.Struct, frozen=True):
    """A new session: its claims, its token, and how much of the packed size it used."""

    claims: SessionClaims
    token: str
    packed: int | None = None

    def __repr__(self) -> str:
        """Show the session's key id; the token is a secret."""
        return f"Issued({self.claims.access_key_id})"


def issued(
    call: Read, claims: SessionClaims, minimum: int | None, packed: int | None = None
) -> Issued:
    """Return the session with its token, of ``minimum`` characters or more.

    Raises ``ControlError`` (PackedPolicyTooLarge) for a token that no client needs to take.
    """
    token = call.vault.issue_token(claims, minimum or 0)
    if len(token) > LIMIT:
        raise too_large(_utilization(token), claims.policies or claims.policy_arns)
    return Issued(claims, token, packed)


def credentials(session: Issued) -> dict[str, Any]:
    """Project a session to ``Credentials``, and the size of its token.

    ``PackedPolicySize`` is answered where policies or tags may be passed (``packed``).
    """
    claims = session.claims
    shape: dict[str, Any] = {
        "Credentials": {
            "AccessKeyId": claims.access_key_id,
            "SecretAccessKey": claims.secret_access_key,
            "SessionToken": session.token,
            "Expiration": datetime.fromtimestamp(claims.expires_at, UTC),
        },
        "SessionTokenUtilization": _utilization(session.token),
        "SessionTokenSize": len(session.token),
    }
    if session.packed is not None:
        shape["PackedPolicySize"] = session.packed
    return shape


def pairs(tags: list[dict[str, str]] | None) -> Tags:
    """Return the wire's list of tags as pairs."""
    return tuple((tag["Key"], tag["Value"]) for tag in tags or ())


def tag_keys(tags: Tags) -> dict[str, str | tuple[str, ...]]:
    """Give aws:RequestTag/… and aws:TagKeys of the tags that a session gets; nothing without."""
    if not tags:
        return {}
    keys: dict[str, str | tuple[str, ...]] = {f"aws:RequestTag/{key}": text for key, text in tags}
    return keys | {"aws:TagKeys": tuple(key for key, _ in tags)}


def _utilization(token: str) -> int:
    """Return how much of the size that a token may have it uses, in percent."""
    return -(-100 * len(token) // LIMIT)
