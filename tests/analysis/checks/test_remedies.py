"""The remedy of every finding, carried out, ends it.

Commands are run by the AWS CLI as who administers the account; edits are applied to the document.
Where a remedy has both, each is tried by itself. Commands of services that are not served here are
parsed by the CLI, and carried out on the evidence. What none of these can do says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from doorward.model.evidence import Evidence
from doorward.model.snapshot import Snapshot
from doorward.results.finding import Finding, State
from tests.analysis.checks import carried, elsewhere
from tests.analysis.checks.case import Case
from tests.analysis.checks.cases import ALL, entities_of, found, named
from tests.analysis.checks.edits import edited
from tests.analysis.checks.remedies import Workplace, is_served, workplace

FAILING = [(name, case) for name, case in ALL if case.state is State.FAIL]
CLEARED = [(name, case) for name, case in FAILING if case.cleared]
ELSEWHERE = [(name, case) for name, case in FAILING if case.elsewhere]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A server and the AWS CLI."""
    with workplace(tmp_path_factory.mktemp("remedies")) as made:
        yield made


def failing(name: str, case: Case, estate: Snapshot | None = None) -> set[str]:
    """Return the ids of what fails."""
    return {each.id for each in found(name, case, estate) if each.state is State.FAIL}


def is_elsewhere(commands: tuple[str, ...]) -> bool:
    """Say whether all commands are of services whose part is in the evidence."""
    return all(command.split()[1] in elsewhere.SERVICES for command in commands)


def done_elsewhere(case: Case, findings: list[Finding]) -> Case:
    """Return the case in which what remedies say was done by services that are not served."""

    def alter(evidence: Evidence) -> Evidence:
        if case.evidence is not None:
            evidence = case.evidence(evidence)
        for finding in findings:
            for command in finding.remedy.commands if finding.remedy else ():
                for name, value in case.answers.items():
                    command = command.replace(f"<{name}>", value)  # noqa: PLW2901
                evidence = elsewhere.carried_out(evidence, finding.account, command)
        return evidence

    return replace(case, evidence=alter)


@pytest.mark.parametrize(("name", "case"), CLEARED, ids=[named(*each) for each in CLEARED])
def test_a_remedy_carried_out_ends_the_finding(work: Workplace, name: str, case: Case) -> None:
    findings = [each for each in found(name, case) if each.state is State.FAIL]
    remedies = [each.remedy for each in findings if each.remedy is not None]
    by_edits = any(remedy.edits for remedy in remedies)
    by_commands = all(remedy.commands and is_served(remedy.commands) for remedy in remedies)
    by_evidence = all(remedy.commands and is_elsewhere(remedy.commands) for remedy in remedies)
    assert findings
    assert by_edits or by_commands or by_evidence, "nothing here can carry it out"
    if by_evidence:
        assert not failing(name, done_elsewhere(case, findings)), "what was done does not end it"
    if by_edits:
        estate = Snapshot.of(entities_of(case), {})
        for edit in dict.fromkeys(edit for remedy in remedies for edit in remedy.edits):
            estate = edited(estate, edit)
        assert not failing(name, case, estate), "the edits do not end it"
    if by_commands:
        work.put(case)
        assert failing(name, case, work.estate()) == {each.id for each in findings}
        done: set[tuple[str, ...]] = set()
        for finding, remedy in zip(findings, remedies, strict=True):
            if remedy.commands not in done:
                work.carry_out(finding, case)
                done.add(remedy.commands)
        assert not failing(name, case, work.estate()), "the commands do not end it"


@pytest.mark.parametrize(("name", "case"), ELSEWHERE, ids=[named(*each) for each in ELSEWHERE])
def test_a_remedy_carried_out_on_the_evidence_ends_the_finding(name: str, case: Case) -> None:
    """Where another service of AWS's would have to, Doorward sees what it would answer then."""
    findings = [each for each in found(name, case) if each.state is State.FAIL]
    assert findings
    commands = dict.fromkeys(
        command for each in findings if each.remedy for command in each.remedy.commands
    )

    def after(evidence: Evidence) -> Evidence:
        before = case.evidence(evidence) if case.evidence is not None else evidence
        return carried.carried_out(before, commands, case.answers)

    assert not failing(name, replace(case, evidence=after))


def test_every_command_is_one_of_the_aws_cli(work: Workplace) -> None:
    """Words in angle brackets stand where the CLI takes any text."""
    seen: set[tuple[str, ...]] = set()
    for name, case in FAILING:
        for finding in found(name, case):
            if finding.remedy is not None and finding.remedy.commands not in seen:
                seen.add(finding.remedy.commands)
                work.parse(finding)
    assert seen


def test_what_cannot_be_carried_out_here_says_why() -> None:
    for name, case in FAILING:
        assert case.cleared is not bool(case.why), named(name, case)
