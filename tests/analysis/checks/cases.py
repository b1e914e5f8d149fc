"""Every case of every check, and the carrying out of a check on one."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from doorward.analysis import checks
from doorward.analysis.observed import observed
from doorward.analysis.registry import REGISTRY
from doorward.analysis.run import run
from doorward.analysis.thresholds import Thresholds
from doorward.model.organization import Account
from doorward.model.schema import Entity
from doorward.model.snapshot import Snapshot
from doorward.results.finding import Finding, Verdict
from tests.analysis import checks as here
from tests.analysis.checks.case import NOW, Case, account, lacking

checks.load()

CASES: dict[str, tuple[Case, ...]] = {
    name: cases
    for module in iter_modules(here.__path__)
    if module.name.endswith("_cases")
    for name, cases in import_module(f"{here.__name__}.{module.name}").CASES.items()
}
ALL = [(name, case) for name, cases in CASES.items() for case in cases]


def named(name: str, case: Case) -> str:
    """Return how a case is called in what pytest says."""
    return f"{name}: {case.name}"


def entities_of(case: Case) -> tuple[Entity, ...]:
    """Return the estate of a case, with an account if it brings none."""
    accounts = () if any(isinstance(each, Account) for each in case.entities) else (account(),)
    return (*accounts, *case.entities)


def verdicts(name: str, case: Case, snapshot: Snapshot | None = None) -> tuple[Verdict, ...]:
    """Carry the check out on a case, or on what has become of its estate."""
    estate = Snapshot.of(entities_of(case), {}) if snapshot is None else snapshot
    evidence = lacking(observed(estate, case.uses, NOW), case.without)
    if case.evidence is not None:
        evidence = case.evidence(evidence)
    thresholds = Thresholds(**case.thresholds)
    return run([REGISTRY[name]], estate, evidence, NOW, thresholds=thresholds)


def found(name: str, case: Case, snapshot: Snapshot | None = None) -> list[Finding]:
    """Return the findings of a check on a case, or on what has become of its estate."""
    ended = verdicts(name, case, snapshot)
    return [finding for verdict in ended for finding in verdict.findings]
