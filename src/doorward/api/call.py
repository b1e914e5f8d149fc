"""What an operation is given besides its parameters.

An operation's first parameter tells whether it changes the directory: ``Read`` or ``Write``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec

from doorward.control.guesses import Guesses
from doorward.control.ids import Ids
from doorward.credentials.session_token import SessionClaims
from doorward.engine.context import Context
from doorward.engine.subject import Subject
from doorward.model.directory import Directory, EventLog, Transaction
from doorward.model.report import Reports
from doorward.model.use import UseLog


class Vault(Protocol):
    """Seals and opens secrets, and issues and reads session tokens; keys never leave it."""

    def seal(self, plain: bytes, context: tuple[str, str, str]) -> bytes:
        """Seal ``plain`` under its context (account, owner, id)."""
        ...

    def unseal(self, sealed: bytes, context: tuple[str, str, str]) -> bytes:
        """Return what was sealed under the same context; raise ``SealBroken`` otherwise."""
        ...

    def mark(self, content: bytes, context: tuple[str, ...]) -> bytes:
        """Return what proves that ``content`` was told by us in its context."""
        ...

    def marked(self, content: bytes, mark: bytes, context: tuple[str, ...]) -> bool:
        """Say whether ``mark`` is of this content in this context."""
        ...

    def issue_token(self, claims: SessionClaims, minimum: int = 0) -> str:
        """Return a session token that carries ``claims``, of ``minimum`` characters or more."""
        ...

    def read_token(self, token: str) -> SessionClaims:
        """Return the claims of a token; raise ``AuthenticationFailure`` when it is not ours."""
        ...


class Caller(msgspec.Struct, frozen=True):
    """Who was authenticated, by which credential.

    ``user_id`` is what GetCallerIdentity calls ``UserId``: AIDA…, ``AROA…:session`` or the account
    id for the root user. ``claims`` are those of the session token, ``None`` for long-term keys.
    """

    subject: Subject
    account: str
    arn: str
    user_id: str
    access_key_id: str
    user_name: str | None = None
    claims: SessionClaims | None = None


class Read(msgspec.Struct, frozen=True):
    """A call of an operation that changes nothing. ``directory`` is the current snapshot.

    ``ambient`` holds the condition keys of the connection and the moment (aws:SourceIp,
    aws:CurrentTime …), the same for every question that the call raises. ``uses`` and ``reports``
    are read from the store: an operation that asks them says so (``reads_store``).
    """

    caller: Caller
    directory: Directory
    events: EventLog
    uses: UseLog
    reports: Reports
    vault: Vault
    guesses: Guesses
    ids: Ids
    now: datetime
    region: str
    request_id: str
    ambient: Context


class Write(Read, frozen=True, kw_only=True):
    """A call of an operation that changes the directory, inside its transaction.

    ``directory`` is the transaction too, so that what is read is what will be committed against.
    ``prepared`` is what the operation's ``prepare`` gave, before the transaction.
    """

    transaction: Transaction
    prepared: object = None
