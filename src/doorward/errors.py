"""The exceptions of Doorward, one tree.

::

    DoorwardError                 everything that Doorward raises on purpose
    ├── InvalidInput              a caller's value cannot be used: code, message, pointer, hint
    │   └── MalformedPolicy       a policy document with errors, all of its problems attached
    ├── Unsupported               a well-formed request for what is not built: says so, by name
    ├── Undecided                 what a decision rests on is not known: says what
    ├── ConfigurationError        a flag, setting or configuration key that is wrong or unknown
    ├── StoreError                the store cannot answer
    │   ├── StoreUnavailable      it cannot be reached: try again later
    │   │   └── StoreFull         its disk is full: what only takes away can still be written
    │   ├── StoreConflict         a uniqueness rule of the store refused a write
    │   ├── StoreDamaged          a row is not as it was written, or is gone
    │   └── StoreIncompatible     its schema is newer than this program, or another server holds it
    ├── AuthenticationFailure     who calls could not be established (``credentials``)
    ├── SealBroken                a sealed value does not open here (``credentials.sealing``)
    ├── WireError                 a request breaks its model or its protocol (``wire.faults``)
    ├── ServiceError              a Doorward server answered an error to a client (``wire.client``)
    ├── PullFailed                AWS could not be read from (``importers.pull``)
    ├── EndpointUnreachable       no server answered a client (``wire.client``)
    ├── NotTaken                  a webhook did not take a message (``wire.webhook``)
    ├── ControlError              a domain verb refused: carries AWS's error code (``control``)
    └── NothingAsked              an operation asked for no permission at all (``api.authorize``)

Denied access is not here: a denial is a value (``engine.Decision``), not an exception.
"""

from __future__ import annotations


class DoorwardError(Exception):
    """Root of every exception that Doorward raises on purpose.

    ``hint`` says what to do next, where that is known.
    """

    hint: str | None = None


class InvalidInput(DoorwardError):
    """A caller's value cannot be used.

    ``code`` is stable and machine-readable, ``message`` is for people, ``pointer`` is an RFC 6901
    JSON pointer to the offending value where the input is JSON, ``hint`` says what to do next.
    """

    def __init__(
        self, code: str, message: str, *, pointer: str | None = None, hint: str | None = None
    ) -> None:
        """Keep the parts; the text of the exception is the message."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.pointer = pointer
        self.hint = hint


class Unsupported(DoorwardError):
    """A well-formed request for something Doorward does not do yet; ``what`` names it."""

    def __init__(self, what: str, *, pointer: str | None = None) -> None:
        """Name what is not supported, and where in the input it was asked for."""
        super().__init__(f"{what} is not supported by this version of Doorward")
        self.what = what
        self.pointer = pointer


class Undecided(DoorwardError):
    """What a decision rests on is not known, so that nobody can say that it allows."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        """Say what is not known, and what to do about it."""
        super().__init__(message)
        self.hint = hint


class ConfigurationError(DoorwardError):
    """A flag, environment setting or configuration key is wrong or unknown."""


class StoreError(DoorwardError):
    """The store cannot answer."""


class StoreUnavailable(StoreError):
    """The store cannot be reached or cannot write now (database gone, disk full)."""


class StoreFull(StoreUnavailable):
    """The store's disk is full, or about to be: there is room for revocations alone."""


class StoreConflict(StoreError):
    """A uniqueness rule of the store refused a write; ``kind`` names the entity type."""

    def __init__(self, kind: str, detail: str = "") -> None:
        """Name the entity type whose uniqueness rule was violated."""
        super().__init__(f"{kind} exists already{': ' + detail if detail else ''}")
        self.kind = kind


class StoreDamaged(StoreError):
    """What the store holds is not what was written to it: a row was altered, or is gone."""


class StoreIncompatible(StoreError):
    """The store's schema is newer than this program, or another server holds it."""
