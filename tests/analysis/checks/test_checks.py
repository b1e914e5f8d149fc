"""Every check on its cases; each has at least one that passes, fails and is not checked."""

from __future__ import annotations

from collections import Counter

import pytest

from doorward.analysis.registry import REGISTRY
from doorward.results.finding import State
from tests.analysis.checks.case import Case
from tests.analysis.checks.cases import ALL, CASES, found, named, verdicts


@pytest.mark.parametrize(("name", "case"), ALL, ids=[named(*each) for each in ALL])
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
