"""What an audit returns: verdicts of checks on accounts, each with what was found.

A check looks at subjects: users, policies, an account. Of what passes only the number is kept, so
that a large estate can be told of; what does not is a finding. Only ``PASS`` is a pass.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

import msgspec


class State(enum.Enum):
    """How a check ended; the later, the less is known or the worse it is."""

    PASS = "PASS"  # noqa: S105 - no password
    NOT_CHECKED = "NOT_CHECKED"  # what it needs was not brought
    UNKNOWN = "UNKNOWN"  # it cannot be decided
    FAIL = "FAIL"
    ERROR = "ERROR"  # it could not be carried out, or what it looked at is not whole


class Severity(enum.Enum):
    """How bad a finding is, the worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """The place in the order, 0 for the worst."""
        return list(Severity).index(self)


class Reference(msgspec.Struct, frozen=True):
    """A control of a standard that a check answers: ``CIS AWS Foundations 5.0``, ``1.4``."""

    standard: str
    control: str


class CheckInfo(msgspec.Struct, frozen=True):
    """A check as reports tell of it.

    ``severity`` is that of its findings unless one says otherwise; ``practices`` are the ids of
    ``docs/reference/practices.md`` (``BP19``), the first the one that it counts for.
    """

    id: str
    title: str
    severity: Severity
    practices: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    documentation: str = ""


class Edit(msgspec.Struct, frozen=True):
    """A policy document as it is and as it should be, both JSON text.

    ``policy`` is its ARN, or that of whom it is written into; ``name`` that of an inline policy.
    """

    policy: str
    before: str
    after: str
    name: str | None = None


class Remedy(msgspec.Struct, frozen=True):
    """What ends a finding: in words, as commands of the AWS CLI, as changes of policies.

    ``commands`` can be run as they stand, in order, by who administers the account; what only a
    person can choose stands in angle brackets (``<new-owner>``).
    """

    text: str
    commands: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()


class Finding(msgspec.Struct, frozen=True):
    """One subject that does not pass a check.

    ``subject`` is an ARN, or an account's or organization's id. ``about`` tells several findings
    on one subject apart and is part of the identity, as the message is not: ``id`` stays the same
    from run to run. ``facts`` are names and values, as evidence, in a sensible order.
    """

    check: str
    state: State
    severity: Severity
    account: str
    subject: str
    message: str
    facts: tuple[tuple[str, str], ...] = ()
    remedy: Remedy | None = None
    about: str = ""

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits that name the finding in every run."""
        told = f"{self.check}\0{self.account}\0{self.subject}\0{self.about}"
        return sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Verdict(msgspec.Struct, frozen=True):
    """What a check said of an account (or of an organization, by its id).

    ``examined`` subjects were looked at; those without a finding passed. ``reason`` says why a
    check was not carried out, or not to its end, and what to bring.
    """

    check: str
    account: str
    state: State
    examined: int = 0
    findings: tuple[Finding, ...] = ()
    reason: str = ""


class Suppressed(msgspec.Struct, frozen=True):
    """A finding that somebody took the responsibility for, with the reason, until a day."""

    finding: Finding
    reason: str
    until: datetime


class Trouble(msgspec.Struct, frozen=True):
    """Something wrong with what was audited: where it is, what it is, what to do about it."""

    code: str
    place: str
    message: str
    hint: str = ""
    is_error: bool = False


class Report(msgspec.Struct, frozen=True):
    """An audit: when it was made, of what, by which data, and what it says.

    ``estate`` is what was audited, in words; ``taken`` when it was exported, where that is known.
    ``checks`` are those that were carried out, ``accounts`` names by account id; ``catalog`` is
    the version of the data on AWS's services.
    Verdicts stand in the order of checks, then accounts.
    """

    made: datetime
    estate: str
    checks: tuple[CheckInfo, ...]
    accounts: dict[str, str]
    verdicts: tuple[Verdict, ...]
    taken: datetime | None = None
    catalog: str = ""
    suppressed: tuple[Suppressed, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    def findings(self) -> Iterator[Finding]:
        """Yield every finding, in the order of the verdicts."""
        for verdict in self.verdicts:
            yield from verdict.findings
