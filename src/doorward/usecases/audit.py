"""Audits: an estate, live or exported, through every check, to a report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from doorward.analysis import checks
from doorward.analysis.pictures import credential_picture, organization_pictures
from doorward.analysis.registry import REGISTRY, Check
from doorward.analysis.run import run
from doorward.analysis.thresholds import Thresholds
from doorward.errors import InvalidInput
from doorward.importers.estate.problems import FileProblem
from doorward.importers.estate.read import read_estate
from doorward.model.evidence import Evidence, Source
from doorward.model.organization import Account, Organization
from doorward.model.snapshot import Snapshot
from doorward.policy import catalog
from doorward.policy.problem import Severity
from doorward.render.audit.look import Look
from doorward.results.finding import Report, Trouble
from doorward.results.picture import TrendPoint, trend_point
from doorward.usecases.observing import observe

if TYPE_CHECKING:
    from doorward.store.database import Store  # of which files need nothing, and it is heavy

VERSION = version("doorward")
"""The version that reports name."""

_FEW = 3

Progress = Callable[[int, int], None]
"""Told how much is done, of how much."""


class Audited(msgspec.Struct, frozen=True):
    """What an audit looks at: an estate, in words, and all that is known of it.

    ``broken`` is as in ``analysis.run``.
    """

    name: str
    snapshot: Snapshot
    evidence: Evidence
    broken: Mapping[str, Mapping[Source, str]] = {}
    troubles: tuple[Trouble, ...] = ()

    def moment(self, now: datetime) -> datetime:
        """Return to when ages are counted: when the estate was taken, if that is known."""
        return min(now, self.evidence.taken or now)


_NOTHING = Trouble(
    "NOTHING_AUDITED",
    "the estate",
    "there was nothing that these checks could look at",
    "docs/reference/estate.md lists the files that tell of an account or an organization",
    is_error=True,
)


def live(store: Store, now: datetime) -> Audited:
    """Return the directory that a store holds now; raises ``StoreError`` as reading it does."""
    snapshot = store.load()
    evidence = observe(snapshot, store.uses, now)
    return Audited("the live directory", snapshot, evidence)


def exported(paths: Sequence[Path], progress: Progress, now: datetime | None = None) -> Audited:
    """Return the estate that files or folders hold, as of ``now`` at the latest.

    Raises ``InvalidInput`` if there is none.
    """
    estate = read_estate(paths, progress=progress, now=now)
    return Audited(
        _called([each.name or str(each) for each in paths]),
        estate.snapshot,
        estate.evidence,
        estate.broken,
        tuple(_trouble(each) for each in estate.problems),
    )


def _called(names: Sequence[str]) -> str:
    """A few names, and how many more there are."""
    more = len(names) - _FEW
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:_FEW])} and {more} more"


def _trouble(problem: FileProblem) -> Trouble:
    line = "" if problem.line is None else f", line {problem.line}"
    pointer = f" ({problem.pointer})" if problem.pointer else ""
    return Trouble(
        problem.code,
        f"{problem.file}{line}{pointer}",
        problem.message,
        problem.hint,
        problem.severity is Severity.ERROR,
    )


def chosen(names: Collection[str]) -> list[Check]:
    """Return the checks with these ids, or whose ids begin with them; all if none is named.

    Raises ``InvalidInput`` for a name of no check.
    """
    checks.load()
    for name in names:
        if not any(_is_named(each, name) for each in REGISTRY):
            raise InvalidInput(
                "UnknownCheck",
                f"there is no check {name}",
                hint="docs/reference/checks.md lists them all",
            )
    return [
        each
        for identifier, each in REGISTRY.items()
        if not names or any(_is_named(identifier, name) for name in names)
    ]


def _is_named(identifier: str, name: str) -> bool:
    return identifier == name or identifier.startswith(f"{name}.")


def audit(
    audited: Audited,
    now: datetime,
    *,
    names: Collection[str] = (),
    thresholds: Thresholds | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Report:
    """Carry out checks on an estate; raises ``InvalidInput`` for a name of no check.

    Ages are counted to when the estate was taken, where that is known, else to ``now``. An audit
    that had nothing to look at says so as an error: it found nothing, and knows nothing.
    """
    picked = chosen(names)
    verdicts = run(
        picked,
        audited.snapshot,
        audited.evidence,
        audited.moment(now),
        thresholds=thresholds,
        broken=audited.broken,
        progress=progress,
    )
    organizations = audited.snapshot.all(Organization)
    accounts = audited.snapshot.all(Account)
    return Report(
        made=now,
        estate=audited.name,
        checks=tuple(each.info for each in picked),
        accounts={each.id: each.name for each in accounts}
        | {each.id: f"organization {each.id}" for each in organizations},
        verdicts=verdicts,
        taken=audited.evidence.taken,
        catalog=catalog.version().version,
        troubles=audited.troubles if verdicts else (*audited.troubles, _NOTHING),
    )


def look(
    audited: Audited,
    report: Report,
    *,
    thresholds: Thresholds | None = None,
    earlier: tuple[TrendPoint, ...] = (),
) -> Look:
    """Return the pictures that go with a report; ``earlier`` are the runs before, oldest first."""
    return Look(
        version=VERSION,
        organizations=organization_pictures(audited.snapshot, report),
        credentials=credential_picture(audited.evidence, audited.moment(report.made), thresholds),
        trend=(*earlier, trend_point(report)),
    )


def read_thresholds(file: Path) -> Thresholds:
    """Return the thresholds that a TOML file sets; raises ``InvalidInput`` for what it cannot."""
    try:
        return msgspec.toml.decode(file.read_bytes(), type=Thresholds)
    except OSError as error:
        raise InvalidInput("Unreadable", f"{file} cannot be read: {error.strerror}") from error
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "InvalidThresholds", f"{file}: {error}", hint="docs/reference/checks.md lists them all"
        ) from error
