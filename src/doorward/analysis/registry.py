"""The registry of checks: what an audit looks at, what each needs, and what it answers to.

``@check`` stands above a generator over a ``Scope``; its docstring is its documentation for
users. It yields, for each subject that it looked at, ``PASSED`` or a ``Miss``; ``Unseen`` for what
it could not look at. What it ``needs`` and is not there makes it NOT_CHECKED before it runs.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from textwrap import dedent
from typing import Final, TypeVar, cast

import msgspec

from doorward.analysis.thresholds import Thresholds
from doorward.model.evidence import Evidence, ReportedUser, Source
from doorward.model.home import Home, home_of
from doorward.model.snapshot import Snapshot
from doorward.results.finding import CheckInfo, Reference, Remedy, Severity, State

T = TypeVar("T")


class Extent(enum.Enum):
    """What a check is carried out on, once for each."""

    ACCOUNT = "account"
    ORGANIZATION = "organization"


class Scope(msgspec.Struct, frozen=True):
    """What a check is given: an account or organization, by its id, within an estate.

    ``now`` is aware. ``accounts`` are the ids of all accounts of the estate. ``made`` is what
    ``derived`` has made in the run.
    """

    id: str
    snapshot: Snapshot
    evidence: Evidence
    now: datetime
    thresholds: Thresholds
    accounts: frozenset[str]
    made: dict[tuple[object, str], object] = {}

    def derived(self, make: Callable[[Snapshot, Evidence, str], T], key: str) -> T:
        """Return ``make(snapshot, evidence, key)``, made once in a run.

        ``make`` must be a function of these alone, defined once.
        """
        place = make, key
        if place not in self.made:
            self.made[place] = make(self.snapshot, self.evidence, key)
        return cast("T", self.made[place])

    @property
    def home(self) -> Home:
        """Where the account is: its partition, and the ARNs of what is in it."""
        return home_of(self.snapshot, self.id)

    @property
    def reported(self) -> tuple[ReportedUser, ...]:
        """The rows of the account's credential report, the root user first."""
        return self.evidence.reported.get(self.id, ())

    @property
    def root(self) -> ReportedUser | None:
        """The row of the root user."""
        return next((row for row in self.reported if row.is_root), None)

    @property
    def users(self) -> tuple[ReportedUser, ...]:
        """The rows of the users."""
        return tuple(row for row in self.reported if not row.is_root)


class Miss(msgspec.Struct, frozen=True):
    """A subject that does not pass; the fields are those of ``results.finding.Finding``.

    ``severity`` is the check's own where it is ``None``.
    """

    subject: str
    message: str
    facts: tuple[tuple[str, str], ...] = ()
    remedy: Remedy | None = None
    about: str = ""
    state: State = State.FAIL
    severity: Severity | None = None


class Passed(enum.Enum):
    """A subject that passes: of it nothing more is kept."""

    PASSED = "passed"


PASSED: Final = Passed.PASSED


class Unseen(msgspec.Struct, frozen=True):
    """Something that was not looked at, since it was not brought: what, and how to bring it.

    The check is NOT_CHECKED at best, whatever else passes.
    """

    reason: str


Run = Callable[[Scope], Iterator[Passed | Miss | Unseen]]


class IfThere(msgspec.Struct, frozen=True):
    """A source that a check looks at where it is there, and does without where it is not.

    Where it could not be read whole, the check does not know: it ends with ERROR.
    """

    source: Source


Needs = tuple[Source | tuple[Source, ...] | IfThere, ...]
"""Sources that a check needs, all of them; of a tuple within, any one."""

IF_ORGANIZED: Final = IfThere(Source.ORGANIZATION)
"""Of checks of what somebody may in effect: control policies and membership count."""


class Check(msgspec.Struct, frozen=True):
    """A check: how reports tell of it, on what it is carried out, what it needs, and how.

    ``settings`` are thresholds that have to say something, or it is not carried out.
    """

    info: CheckInfo
    extent: Extent
    needs: Needs
    run: Run
    settings: tuple[str, ...] = ()


REGISTRY: dict[str, Check] = {}
"""Every check by its id, in the order of the modules in ``analysis.checks``."""

STANDARDS: Final[Mapping[str, str]] = {
    "cis5": "CIS AWS Foundations 5.0",
    "cis7": "CIS AWS Foundations 7.0",
    "hub": "AWS Security Hub",
}
"""The standards that checks refer to, by the short name under which they do."""


def check(
    identifier: str,
    title: str,
    severity: Severity,
    *,
    needs: Needs,
    practices: tuple[str, ...],
    references: Mapping[str, str] | None = None,
    extent: Extent = Extent.ACCOUNT,
    settings: tuple[str, ...] = (),
) -> Callable[[Run], Run]:
    """Register the decorated generator as a check.

    ``references`` are controls by the short name of their standard (``STANDARDS``), several
    separated by spaces: ``{"cis5": "1.4", "hub": "IAM.4"}``. Raises ``ValueError`` at import for
    an id that is there already, a standard that is not known, or no docstring.
    """

    def register(run: Run) -> Run:
        documentation = _documentation(run)
        if identifier in REGISTRY or not documentation:
            raise ValueError(f"{identifier}: registered already, or without documentation")
        found = references or {}
        if not found.keys() <= STANDARDS.keys():
            raise ValueError(f"{identifier}: refers to {sorted(found.keys() - STANDARDS.keys())}")
        answers = tuple(
            Reference(STANDARDS[name], control)
            for name, controls in found.items()
            for control in controls.split()
        )
        info = CheckInfo(identifier, title, severity, practices, answers, documentation)
        REGISTRY[identifier] = Check(info, extent, needs, run, settings)
        return run

    return register


def _documentation(run: Run) -> str:
    """Return the docstring without the indentation of its lines."""
    first, _, rest = (run.__doc__ or "").partition("\n")
    return f"{first.strip()}\n{dedent(rest)}".strip()
