"""Suppressions: read strictly, applied until their end, never to what nobody looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.analysis.gate import exit_code
from doorward.analysis.suppressions import Suppression, apply, parse
from doorward.errors import InvalidInput
from doorward.results.finding import CheckInfo, Finding, Report, Severity, State, Verdict

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
CHECK = CheckInfo("user.key_age", "Keys are young", Severity.MEDIUM, ("BP21",))
ACCOUNT = "111122223333"


def finding(name: str, state: State = State.FAIL) -> Finding:
    subject = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    return Finding("user.key_age", state, Severity.MEDIUM, ACCOUNT, subject, "old")


def report(verdict: Verdict) -> Report:
    return Report(NOW, "an estate", (CHECK,), {ACCOUNT: "one"}, (verdict,))


def failed(*findings: Finding, state: State = State.FAIL, reason: str = "") -> Report:
    return report(Verdict("user.key_age", ACCOUNT, state, 5, findings, reason))


ALICE, CI = finding("alice"), finding("ci/deploy")

MATCHING = {
    "check": Suppression("r", LATER, check="user.key_age"),
    "subject": Suppression("r", LATER, subject="arn:aws:iam::*:user/ali?e"),
    "account": Suppression("r", LATER, account=ACCOUNT),
    "finding": Suppression("r", LATER, finding=ALICE.id),
    "all": Suppression("r", LATER, "user.key_age", "*:user/alice", ACCOUNT, ALICE.id),
}
OTHER = {
    "check": Suppression("r", LATER, check="user.mfa"),
    "subject": Suppression("r", LATER, subject="user/alice"),
    "case": Suppression("r", LATER, subject="*user/ALICE"),
    "account": Suppression("r", LATER, account="999999999999"),
    "finding": Suppression("r", LATER, finding="0" * 16),
    "one of all": Suppression("r", LATER, "user.key_age", "*:user/bob", ACCOUNT, ALICE.id),
}


@pytest.mark.parametrize("name", MATCHING)
def test_what_is_suppressed_stands_apart_and_the_verdict_is_what_is_left(name: str) -> None:
    after = apply(failed(ALICE), [MATCHING[name]], NOW)
    assert after.verdicts[0].state is State.PASS
    assert after.verdicts[0].examined == 5
    assert list(after.findings()) == []
    (hidden,) = after.suppressed
    assert (hidden.finding, hidden.reason, hidden.until) == (ALICE, "r", LATER)
    assert after.troubles == ()


@pytest.mark.parametrize("name", OTHER)
def test_what_matches_nothing_changes_nothing_and_is_told(name: str) -> None:
    before = failed(ALICE)
    after = apply(before, [OTHER[name]], NOW)
    assert after.verdicts == before.verdicts
    assert [each.code for each in after.troubles] == ["SuppressionUnused"]


def test_the_rest_still_fails() -> None:
    after = apply(failed(ALICE, CI), [Suppression("r", LATER, subject="*:user/ci/*")], NOW)
    assert after.verdicts[0].state is State.FAIL
    assert list(after.findings()) == [ALICE]
    unknown = finding("carol", State.UNKNOWN)
    after = apply(failed(ALICE, unknown), [MATCHING["finding"]], NOW)
    assert after.verdicts[0].state is State.UNKNOWN


def test_an_entry_that_has_expired_is_not_applied_and_is_told() -> None:
    entry = Suppression("r", NOW, check="user.key_age", place="s.toml: suppress 1")
    after = apply(failed(ALICE), [entry], NOW)
    assert list(after.findings()) == [ALICE]
    (trouble,) = after.troubles
    assert (trouble.code, trouble.place) == ("SuppressionExpired", "s.toml: suppress 1")
    assert "ended on 2026-11-27" in trouble.message


def test_an_error_or_what_was_not_looked_at_never_becomes_a_pass() -> None:
    """Of every state of verdict and finding, with and without a reason."""
    everything = [Suppression("r", LATER, account=ACCOUNT)]
    for state, of_finding, reason in product(State, State, ("", "half of it")):
        found = finding("alice", of_finding)
        after = apply(failed(found, state=state, reason=reason), everything, NOW)
        passes = after.verdicts[0].state is State.PASS
        may = state is of_finding and state in (State.FAIL, State.UNKNOWN) and not reason
        assert passes == (may or state is State.PASS), (state, of_finding, reason)
        if state is State.ERROR or of_finding is State.ERROR:
            assert exit_code(after, None) == exit_code(failed(found, state=State.ERROR), None)


@given(st.lists(st.sampled_from(list(State)), max_size=4), st.lists(st.booleans(), max_size=4))
def test_nothing_is_lost(states: list[State], chosen: list[bool]) -> None:
    findings = [finding(f"user-{number}", state) for number, state in enumerate(states)]
    entries = [
        Suppression("r", LATER, finding=each.id)
        for each, is_chosen in zip(findings, chosen, strict=False)
        if is_chosen
    ]
    worst = max(states, key=list(State).index, default=State.PASS)
    after = apply(failed(*findings, state=worst), entries, NOW)
    left = [*after.findings(), *(each.finding for each in after.suppressed)]
    assert sorted(each.id for each in left) == sorted(each.id for each in findings)


# ------------------------------------------------------------------------------------ the file

GOOD = """
[[suppress]]
check = "user.key_age"
subject = "arn:aws:iam::*:user/ci-*"
reason = "SEC-4711"
expires = 2027-01-31

[[suppress]]
finding = "0123456789abcdef"
account = "111122223333"
reason = "moved away with the account"
expires = 2027-01-31T12:00:00+02:00
"""


def test_a_file_is_read() -> None:
    first, second = parse(GOOD, "s.toml")
    assert first == Suppression(
        "SEC-4711",
        datetime(2027, 1, 31, tzinfo=UTC),
        check="user.key_age",
        subject="arn:aws:iam::*:user/ci-*",
        place="s.toml: suppress 1",
    )
    assert second.expires == datetime(2027, 1, 31, 10, tzinfo=UTC)
    assert second.place == "s.toml: suppress 2"
    assert parse("") == ()


ENTRY = '[[suppress]]\nreason = "r"\nexpires = 2027-01-31\n'
BAD = {
    "unknown key": (ENTRY + 'checks = "x"\n', "unknown field `checks`"),
    "unknown table": ('[[ignore]]\nreason = "r"\n', "unknown field `ignore`"),
    "no reason": ('[[suppress]]\ncheck = "x"\nexpires = 2027-01-31\n', "`reason`"),
    "empty reason": (ENTRY.replace('"r"', '"  "') + 'check = "x"\n', "the reason is empty"),
    "no end": ('[[suppress]]\ncheck = "x"\nreason = "r"\n', "`expires`"),
    "about everything": (ENTRY, "does not say what it suppresses"),
    "about nothing": (ENTRY + 'check = ""\n', "does not say what it suppresses"),
    "no offset": (
        ENTRY.replace("2027-01-31", "2027-01-31T12:00:00") + 'check = "x"\n',
        "no time with an offset",
    ),
    "end as text": (ENTRY.replace("2027-01-31", '"soon"') + 'check = "x"\n', "expires"),
    "no TOML": ("[[suppress", "s.toml"),
    "a number": (ENTRY + "account = 111122223333\n", "account"),
    "one table": ('[suppress]\nreason = "r"\n', "suppress"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_meant_is_refused_with_its_place(name: str) -> None:
    text, said = BAD[name]
    with pytest.raises(InvalidInput) as raised:
        parse(text, "s.toml")
    assert raised.value.code == "InvalidSuppressions"
    assert said in raised.value.message
    assert raised.value.message.startswith("s.toml: ")
    assert raised.value.hint


def test_applying_again_changes_nothing_more() -> None:
    once = apply(failed(ALICE, CI), [MATCHING["finding"]], NOW)
    twice = apply(once, [MATCHING["finding"]], NOW)
    assert msgspec.structs.replace(twice, troubles=()) == once
