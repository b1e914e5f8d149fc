"""The difference between two audits: nothing is gone that was not looked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import msgspec
import pytest

from doorward.analysis.difference import difference
from doorward.results.difference import Became
from doorward.results.finding import (
    CheckInfo,
    Finding,
    Report,
    Severity,
    State,
    Suppressed,
    Verdict,
)

NOW = datetime(2026, 11, 27, tzinfo=UTC)
CHECK = CheckInfo("user.mfa", "Users have MFA", Severity.HIGH, ("BP19",))
ACCOUNT = "111122223333"
ALICE = Finding("user.mfa", State.FAIL, Severity.HIGH, ACCOUNT, "arn:aws:iam::1:user/alice", "no")
WORSE = msgspec.structs.replace(ALICE, severity=Severity.CRITICAL)
OPEN = msgspec.structs.replace(ALICE, state=State.UNKNOWN)


def report(
    *verdicts: Verdict, checks: tuple[CheckInfo, ...] = (CHECK,), hidden: tuple[Finding, ...] = ()
) -> Report:
    return Report(
        NOW,
        "an estate",
        checks,
        {ACCOUNT: "one"},
        verdicts,
        suppressed=tuple(Suppressed(each, "known", NOW + timedelta(days=9)) for each in hidden),
    )


def verdict(state: State, *findings: Finding, reason: str = "") -> Verdict:
    return Verdict("user.mfa", ACCOUNT, state, 3, findings, reason)


FAILED = report(verdict(State.FAIL, ALICE))
PASSED = report(verdict(State.PASS))

TABLE: dict[str, tuple[Report, Report, Became, str]] = {
    "found now": (PASSED, FAILED, Became.NEW, ""),
    "mended": (FAILED, PASSED, Became.GONE, ""),
    "still there": (FAILED, FAILED, Became.SAME, ""),
    "worse": (FAILED, report(verdict(State.FAIL, WORSE)), Became.CHANGED, ""),
    "undecided": (FAILED, report(verdict(State.UNKNOWN, OPEN)), Became.CHANGED, ""),
    "gone beside one that cannot be decided": (
        FAILED,
        report(
            verdict(State.UNKNOWN, msgspec.structs.replace(OPEN, subject="arn:aws:iam::1:user/b"))
        ),
        Became.GONE,
        "",
    ),
    "not checked": (
        FAILED,
        report(verdict(State.NOT_CHECKED, reason="bring the report")),
        Became.NOT_LOOKED_AT,
        "NOT_CHECKED: bring the report",
    ),
    "error": (
        FAILED,
        report(verdict(State.ERROR, reason="it raised")),
        Became.NOT_LOOKED_AT,
        "ERROR: it raised",
    ),
    "error that tells nothing": (
        FAILED,
        report(verdict(State.ERROR)),
        Became.NOT_LOOKED_AT,
        "ERROR: the check did not come to its end",
    ),
    "not to its end": (
        FAILED,
        report(verdict(State.PASS, reason="half of it")),
        Became.NOT_LOOKED_AT,
        "PASS: half of it",
    ),
    "check left out": (
        FAILED,
        report(checks=()),
        Became.NOT_LOOKED_AT,
        "the check was not carried out",
    ),
    "account not in it": (
        FAILED,
        msgspec.structs.replace(report(), accounts={}),
        Became.NOT_LOOKED_AT,
        "the account is not in the estate any more",
    ),
    "no verdict": (
        FAILED,
        report(),
        Became.NOT_LOOKED_AT,
        "the check was not carried out on the account",
    ),
    "suppressed": (
        FAILED,
        report(verdict(State.PASS), hidden=(ALICE,)),
        Became.SUPPRESSED,
        "known",
    ),
    "suppressed no more": (
        report(verdict(State.PASS), hidden=(ALICE,)),
        FAILED,
        Became.REOPENED,
        "",
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_what_became_of_a_finding(name: str) -> None:
    before, after, became, reason = TABLE[name]
    found = difference(before, after)
    assert found.count(became) == 1
    told = [shift for shift in found.shifts if shift.finding.id == ALICE.id]
    if became is Became.SAME:
        assert told == []
        assert found.same == 1
    else:
        assert [(shift.became, shift.reason) for shift in told] == [(became, reason)]


def test_every_kind_is_in_the_table() -> None:
    assert {became for _, _, became, _ in TABLE.values()} == set(Became)


def test_nothing_is_gone_unless_its_check_came_to_an_end() -> None:
    """Of every state of the later verdict, with and without a reason."""
    for state, reason in product(State, ("", "why")):
        found = difference(FAILED, report(verdict(state, reason=reason)))
        ended = state in (State.PASS, State.FAIL, State.UNKNOWN) and not reason
        assert found.count(Became.GONE) == ended
        assert found.count(Became.NOT_LOOKED_AT) == (not ended)
        assert len(found.lapses) == (not ended)


def test_a_check_that_passed_and_is_not_carried_out_any_more_is_told() -> None:
    found = difference(PASSED, report(verdict(State.NOT_CHECKED, reason="bring it")))
    assert found.shifts == ()
    (lapse,) = found.lapses
    assert (lapse.check, lapse.before, lapse.after, lapse.reason) == (
        "user.mfa",
        State.PASS,
        State.NOT_CHECKED,
        "bring it",
    )
    assert difference(report(verdict(State.NOT_CHECKED)), PASSED).lapses == ()


def test_a_report_and_itself_differ_in_nothing() -> None:
    found = difference(FAILED, FAILED)
    assert (found.shifts, found.same, found.lapses) == ((), 1, ())
