"""Every check on its cases; each has at least one that passes, fails and is not checked."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pkgutil import iter_modules

import pytest

from doorward.analysis import checks
from doorward.analysis.observed import observed
from doorward.analysis.registry import REGISTRY
from doorward.analysis.run import run
from doorward.analysis.thresholds import Thresholds
from doorward.model.organization import Account
from doorward.model.snapshot import Snapshot
from doorward.results.finding import Finding, State, Verdict
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


def snapshot_of(case: Case) -> Snapshot:
    """Return the estate of a case, with an account if it brings none."""
    accounts = () if any(isinstance(each, Account) for each in case.entities) else (account(),)
    return Snapshot.of((*accounts, *case.entities), {})


def verdicts(name: str, case: Case) -> tuple[Verdict, ...]:
    """Carry the check out on a case."""
    snapshot = snapshot_of(case)
    evidence = lacking(observed(snapshot, case.uses, NOW), case.without)
    if case.evidence is not None:
        evidence = case.evidence(evidence)
    thresholds = Thresholds(**case.thresholds)
    return run([REGISTRY[name]], snapshot, evidence, NOW, thresholds=thresholds)


def found(name: str, case: Case) -> list[Finding]:
    """Return the findings of a check on a case."""
    return [finding for verdict in verdicts(name, case) for finding in verdict.findings]


@pytest.mark.parametrize(("name", "case"), ALL, ids=[f"{n}: {c.name}" for n, c in ALL])
def test_a_check_ends_as_its_case_says(name: str, case: Case) -> None:
    """Provenance: the check's documentation, and the sources that it names."""
    ended = verdicts(name, case)
    states = [verdict.state for verdict in ended]
    order = list(State)
    assert max(states, key=order.index) is case.state, [verdict.reason for verdict in ended]
    assert tuple(finding.subject for finding in found(name, case)) == case.subjects


def test_every_check_has_cases_of_every_kind() -> None:
    assert set(CASES) == set(REGISTRY)
    for name, cases in CASES.items():
        ends = Counter(case.state for case in cases)
        assert {State.PASS, State.FAIL, State.NOT_CHECKED} <= ends.keys(), name


def test_findings_are_told_apart_in_every_run() -> None:
    for name, case in ALL:
        identities = Counter(finding.id for finding in found(name, case))
        assert all(count == 1 for count in identities.values()), (name, case.name)
        assert identities == Counter(finding.id for finding in found(name, case))


def test_what_fails_says_how_to_end_it() -> None:
    for name, case in ALL:
        for finding in found(name, case):
            assert finding.message, (name, case.name)
            assert finding.remedy is not None, (name, case.name)
            assert finding.remedy.text, (name, case.name)
