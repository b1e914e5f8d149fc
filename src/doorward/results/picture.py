"""What the pictures of an audit show, as values: organization, credentials, the trend."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime

import msgspec

from doorward.results.finding import Report, Severity, State
from doorward.results.tally import tally


class NodeKind(enum.Enum):
    """What stands in an organization."""

    ROOT = "root"
    UNIT = "unit"
    ACCOUNT = "account"


class Guardrail(msgspec.Struct, frozen=True):
    """A policy attached to a node: its name, and SCP or RCP (``kind``).

    ``allows_all`` is AWS's own that takes nothing away.
    """

    name: str
    kind: str
    allows_all: bool = False


class Node(msgspec.Struct, frozen=True):
    """A root, unit or account, with what is attached to it and what was found in it.

    ``counts`` are findings by severity, of an account its own; ``children`` units first.
    ``looked`` checks were carried out on it, ``gaps`` of them without a full answer.
    """

    id: str
    name: str
    kind: NodeKind
    guardrails: tuple[Guardrail, ...] = ()
    counts: Mapping[Severity, int] = {}
    children: tuple[Node, ...] = ()
    is_management: bool = False
    looked: int = 0
    gaps: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether everything was looked at and nothing found."""
        return self.worst is None and self.looked > 0 and not self.gaps

    @property
    def worst(self) -> Severity | None:
        """The worst severity found here, not below."""
        return next((each for each in Severity if self.counts.get(each)), None)


class OrganizationPicture(msgspec.Struct, frozen=True):
    """An organization as a tree; ``alone`` are the accounts of the estate that stand outside."""

    id: str
    root: Node
    alone: tuple[Node, ...] = ()


class Credential(msgspec.Struct, frozen=True):
    """A credential of a user.

    ``age`` is in days since it was made or changed, ``idle`` since it was last used, ``None`` for
    what is not known; ``never_used`` says that it never was.
    """

    age: int | None = None
    idle: int | None = None
    never_used: bool = False


class Holder(msgspec.Struct, frozen=True):
    """A user with its credentials; one that is not there, or not active, is ``None``."""

    account: str
    name: str
    is_root: bool
    mfa: bool
    password: Credential | None = None
    keys: tuple[Credential | None, Credential | None] = (None, None)

    @property
    def oldest(self) -> int:
        """The greatest age or idleness of any credential, in days; -1 without credentials."""
        held = [each for each in (self.password, *self.keys) if each is not None]
        return max((max(each.age or 0, each.idle or 0) for each in held), default=-1)


class CredentialPicture(msgspec.Struct, frozen=True):
    """Every user of the credential reports, the root users first, then the oldest credentials.

    ``limit`` is the age in days from which a credential is old, ``unused`` the idleness.
    """

    holders: tuple[Holder, ...]
    limit: int = 90
    unused: int = 45


class TrendPoint(msgspec.Struct, frozen=True):
    """A run: when it was, and how many findings of each severity it had.

    ``open_ends`` are the verdicts that were not reached: NOT_CHECKED, UNKNOWN or ERROR.
    """

    made: datetime
    counts: Mapping[Severity, int]
    open_ends: int = 0


def trend_point(report: Report) -> TrendPoint:
    """Return what a report adds to the trend."""
    counted = tally(report)
    ends = sum(verdict.state not in (State.PASS, State.FAIL) for verdict in report.verdicts)
    return TrendPoint(report.made, counted.severities, ends)
