"""The vault of a running installation: its sealer, and the operating system's randomness."""

from __future__ import annotations

from secrets import token_bytes

from doorward.credentials import session_token
from doorward.credentials.sealing import Sealer
from doorward.credentials.session_token import SessionClaims


class SealedVault:
    """Implements ``api.call.Vault`` with a sealer; keys and secrets never show in its repr."""

    def __init__(self, sealer: Sealer) -> None:
        """Keep the sealer."""
        self._sealer = sealer

    def renew(self, sealer: Sealer) -> None:
        """Use another sealer from now on: the master keys have changed."""
        self._sealer = sealer

    def seal(self, plain: bytes, context: tuple[str, str, str]) -> bytes:
        """Seal ``plain`` under its context (account, owner, id)."""
        return self._sealer.seal(plain, context=context, random_bytes=token_bytes)

    def unseal(self, sealed: bytes, context: tuple[str, str, str]) -> bytes:
        """Return what was sealed under the same context; raise ``SealBroken`` otherwise."""
        return self._sealer.unseal(sealed, context=context)

    def mark(self, content: bytes, context: tuple[str, ...]) -> bytes:
        """Return what proves that ``content`` was told by us in its context."""
        return self._sealer.mark(content, context=context)

    def marked(self, content: bytes, mark: bytes, context: tuple[str, ...]) -> bool:
        """Say whether ``mark`` is of this content in this context."""
        return self._sealer.marked(content, mark, context=context)

    def issue_token(self, claims: SessionClaims, minimum: int = 0) -> str:
        """Return a session token that carries ``claims``, of ``minimum`` characters or more."""
        return session_token.issue(claims, self._sealer, token_bytes, minimum)

    def read_token(self, token: str) -> SessionClaims:
        """Return the claims of a token; raise ``AuthenticationFailure`` when it is not ours."""
        return session_token.read(token, self._sealer)
