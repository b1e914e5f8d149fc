"""How checks are carried out: nothing that failed, or was not looked at, is a pass."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from doorward.analysis.observed import observed
from doorward.analysis.registry import (
    PASSED,
    REGISTRY,
    Check,
    Extent,
    Miss,
    Passed,
    Scope,
    Unseen,
    check,
)
from doorward.analysis.run import TO_BRING, run
from doorward.model.evidence import NOTHING_SEEN, Evidence, Source
from doorward.model.organization import Organization
from doorward.model.snapshot import Snapshot
from doorward.results.finding import CheckInfo, Severity, State, Verdict
from tests.analysis.checks.case import ACCOUNT, NOW, OTHER, account, days_ago, lacking

INFO = CheckInfo("a.check", "A check", Severity.MEDIUM, ("BP22",))


def two(_scope: Scope) -> Iterator[Passed | Miss]:
    """Yield one that passes and one that fails."""
    yield PASSED
    yield Miss("arn:aws:iam::111122223333:user/ana", "it fails")


def raising(_scope: Scope) -> Iterator[Passed | Miss]:
    """Yield one that fails, then break."""
    yield Miss("arn:aws:iam::111122223333:user/ana", "it fails")
    raise LookupError("what was never thought of")


def ended(each: Check, evidence: Evidence | None = None, **more: object) -> list[Verdict]:
    """Carry a check out on two accounts of which all is known."""
    snapshot = Snapshot.of((account(), account(OTHER)), {})
    seen = observed(snapshot, (), NOW) if evidence is None else evidence
    return list(run([each], snapshot, seen, NOW, **more))  # type: ignore[arg-type]


def test_a_check_is_carried_out_on_each_account() -> None:
    first, second = ended(Check(INFO, Extent.ACCOUNT, (), two))
    assert (first.account, second.account) == (ACCOUNT, OTHER)
    assert (first.state, first.examined, len(first.findings)) == (State.FAIL, 2, 1)
    assert first.findings[0].severity is Severity.MEDIUM
    assert first.findings[0].id != second.findings[0].id


def test_a_check_that_raises_is_an_error_with_what_it_found_before() -> None:
    verdict = ended(Check(INFO, Extent.ACCOUNT, (), raising))[0]
    assert verdict.state is State.ERROR
    assert "LookupError: what was never thought of" in verdict.reason
    assert len(verdict.findings) == 1
    broken = {ACCOUNT: {Source.DETAILS: "a page is missing"}}
    both = ended(Check(INFO, Extent.ACCOUNT, (Source.DETAILS,), raising), broken=broken)[0]
    assert "a page is missing; the check could not be carried out" in both.reason


@pytest.mark.parametrize("source", Source)
def test_what_is_missing_is_said_with_what_brings_it(source: Source) -> None:
    snapshot = Snapshot.of((account(), account(OTHER)), {})
    evidence = lacking(observed(snapshot, (), NOW), (source,))
    for verdict in ended(Check(INFO, Extent.ACCOUNT, (source,), two), evidence):
        assert verdict.state is State.NOT_CHECKED
        assert verdict.examined == 0
        assert source.value in verdict.reason
        assert TO_BRING[source] in verdict.reason


def test_of_alternatives_one_is_enough() -> None:
    snapshot = Snapshot.of((account(), account(OTHER)), {})
    either = (Source.CREDENTIAL_REPORT, Source.SUMMARY)
    evidence = lacking(observed(snapshot, (), NOW), (Source.SUMMARY,))
    assert ended(Check(INFO, Extent.ACCOUNT, (either,), two), evidence)[0].state is State.FAIL
    nothing = ended(Check(INFO, Extent.ACCOUNT, (either,), two), NOTHING_SEEN)[0]
    assert nothing.state is State.NOT_CHECKED
    assert " or " in nothing.reason


def test_what_was_not_looked_at_is_no_pass_and_hides_nothing() -> None:
    def passing(_scope: Scope) -> Iterator[Passed | Unseen]:
        yield PASSED
        yield Unseen("bring the instances of eu-west-1")
        yield PASSED

    def failing(scope: Scope) -> Iterator[Passed | Miss | Unseen]:
        yield Unseen("bring the instances of eu-west-1")
        yield from two(scope)

    first = ended(Check(INFO, Extent.ACCOUNT, (), passing))[0]
    assert (first.state, first.examined, first.findings) == (State.NOT_CHECKED, 2, ())
    assert first.reason == "bring the instances of eu-west-1"
    both = ended(Check(INFO, Extent.ACCOUNT, (), failing))[0]
    assert (both.state, both.examined, len(both.findings)) == (State.FAIL, 2, 1)
    assert both.reason == first.reason
    broken = {ACCOUNT: {Source.DETAILS: "a page is missing"}}
    needing = Check(INFO, Extent.ACCOUNT, (Source.DETAILS,), passing)
    worst = ended(needing, broken=broken)[0]
    assert worst.state is State.ERROR
    assert worst.reason.endswith("a page is missing; bring the instances of eu-west-1")


def test_what_could_not_be_read_whole_is_an_error_where_it_is_needed() -> None:
    broken = {ACCOUNT: {Source.DETAILS: "page 2 of details.json is missing"}}
    needing = Check(INFO, Extent.ACCOUNT, (Source.DETAILS,), two)
    first, second = ended(needing, broken=broken)
    assert (first.state, second.state) == (State.ERROR, State.FAIL)
    assert "page 2 of details.json is missing" in first.reason
    assert len(first.findings) == 1
    other = Check(INFO, Extent.ACCOUNT, (Source.SUMMARY,), two)
    assert ended(other, broken=broken)[0].state is State.FAIL


def test_a_broken_source_that_is_not_there_is_an_error_all_the_same() -> None:
    broken = {ACCOUNT: {Source.DETAILS: "details.json is no JSON"}}
    needing = Check(INFO, Extent.ACCOUNT, (Source.DETAILS,), two)
    assert ended(needing, NOTHING_SEEN, broken=broken)[0].state is State.ERROR


def test_organizations_are_looked_at_once_each() -> None:
    organization = Organization("o-a1b2c3d4e5", ACCOUNT, "r-ab12", days_ago(9))
    member = account(organization_id=organization.id, parent_id="r-ab12")
    snapshot = Snapshot.of((member, organization), {})
    on_whole = Check(INFO, Extent.ORGANIZATION, (Source.ORGANIZATION,), two)
    verdicts = run([on_whole], snapshot, observed(snapshot, (), NOW), NOW)
    assert [verdict.account for verdict in verdicts] == [organization.id]


def test_of_an_account_whose_organization_nobody_knows_it_is_not_checked() -> None:
    """Else a check on organizations would leave no trace where none was brought."""
    snapshot = Snapshot.of((account(), account(OTHER)), {})
    on_whole = Check(INFO, Extent.ORGANIZATION, (Source.ORGANIZATION,), two)
    evidence = lacking(observed(snapshot, (), NOW), (Source.ORGANIZATION,))
    verdicts = run([on_whole], snapshot, evidence, NOW)
    assert [(each.account, each.state) for each in verdicts] == [
        (ACCOUNT, State.NOT_CHECKED),
        (OTHER, State.NOT_CHECKED),
    ]
    assert all("organization.json" in each.reason for each in verdicts)
    broken = {OTHER: {Source.ORGANIZATION: "organization.json is cut"}}
    states = [each.state for each in run([on_whole], snapshot, evidence, NOW, broken=broken)]
    assert states == [State.NOT_CHECKED, State.ERROR]


def test_an_account_that_is_known_to_stand_alone_has_no_organization_to_check() -> None:
    snapshot = Snapshot.of((account(),), {})
    on_whole = Check(INFO, Extent.ORGANIZATION, (Source.ORGANIZATION,), two)
    assert run([on_whole], snapshot, observed(snapshot, (), NOW), NOW) == ()


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    ended(Check(INFO, Extent.ACCOUNT, (), two), progress=lambda done, of: told.append((done, of)))
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_every_source_can_be_brought() -> None:
    assert set(TO_BRING) == set(Source)


def test_a_check_says_what_it_is() -> None:
    def undocumented(_scope: Scope) -> Iterator[Passed | Miss]:
        yield PASSED

    declare = check("x.y", "X", Severity.LOW, needs=(), practices=("BP22",))
    with pytest.raises(ValueError, match="without documentation"):
        declare(undocumented)
    strange = check(
        "x.y", "X", Severity.LOW, needs=(), practices=("BP22",), references={"iso": "1"}
    )
    with pytest.raises(ValueError, match="iso"):
        strange(two)
    assert "x.y" not in REGISTRY
