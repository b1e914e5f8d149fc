"""The credentials of an account's users, and what is to be done about each, as values."""

from __future__ import annotations

import enum

import msgspec

from doorward.results.finding import Severity


class Kind(enum.Enum):
    """What a credential is; the value is its name for people."""

    PASSWORD = "password"  # noqa: S105 - no password
    KEY_1 = "access key 1"
    KEY_2 = "access key 2"
    CERTIFICATE_1 = "certificate 1"
    CERTIFICATE_2 = "certificate 2"


class Holding(msgspec.Struct, frozen=True):
    """An active credential: how many whole days old it is, and for how many it was not used.

    ``age`` is ``None`` where a report does not say; ``idle`` is ``None`` where no use is known.
    """

    kind: Kind
    age: int | None = None
    idle: int | None = None


class Due(msgspec.Struct, frozen=True):
    """Something to do, in one imperative, and how bad it is that it is not done."""

    severity: Severity
    text: str


class Line(msgspec.Struct, frozen=True):
    """A user, or the root user: its credentials, and what is due, the worst first."""

    account: str
    user: str
    arn: str
    is_root: bool
    mfa: bool
    holdings: tuple[Holding, ...]
    due: tuple[Due, ...]

    def holding(self, kind: Kind) -> Holding | None:
        """Return a credential by its kind, ``None`` if there is none that is active."""
        return next((each for each in self.holdings if each.kind is kind), None)
