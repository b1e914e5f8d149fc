"""What audits come to: scores, the exit code, and what their pictures show."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from doorward.analysis.gate import exit_code
from doorward.analysis.pictures import credential_picture, organization_pictures
from doorward.analysis.thresholds import Thresholds
from doorward.model.directory import Put
from doorward.model.evidence import NOTHING_SEEN
from doorward.model.organization import Account
from doorward.results.finding import (
    CheckInfo,
    Finding,
    Report,
    Severity,
    State,
    Trouble,
    Verdict,
)
from doorward.results.picture import NodeKind, trend_point
from doorward.results.tally import score, tally
from tests.render import audits, pictured

ACCOUNT = "111122223333"
P, F, E, U, N = State.PASS, State.FAIL, State.ERROR, State.UNKNOWN, State.NOT_CHECKED


def verdicts(check: str, *states: State) -> list[Verdict]:
    return [Verdict(check, str(number), state) for number, state in enumerate(states)]


@pytest.mark.parametrize(
    ("states", "value"),
    [
        ((), None),
        ((N, U), None),
        ((P,), 100),
        ((F,), 0),
        ((E,), 0),
        ((P, E), 50),
        ((P, F, N, U), 50),
        ((P, P, F), 66),
        ((P,) * 999 + (F,), 99),
    ],
)
def test_the_score_is_the_share_that_passed_rounded_down(
    states: tuple[State, ...], value: int | None
) -> None:
    found = score(verdicts("x", *states))
    assert found.value == value
    assert found.decided + found.apart == len(states)


def test_a_check_counts_for_its_first_practice_and_the_worst_stands_first() -> None:
    checks = (
        CheckInfo("a", "A", Severity.LOW, ("BP19", "BP22")),
        CheckInfo("b", "B", Severity.LOW, ("BP4",)),
        CheckInfo("c", "C", Severity.LOW, ("BP7",)),
        CheckInfo("d", "D", Severity.LOW, ()),
        CheckInfo("e", "E", Severity.LOW, ("BP1",)),
    )
    told = (
        *verdicts("a", P, F),
        *verdicts("b", F),
        *verdicts("c", N),
        *verdicts("d", P),
        *verdicts("e", E),
    )
    counted = tally(Report(audits.NOW, "", checks, {}, told))
    found = [(each.practice, each.score.value) for each in counted.practices]
    assert found == [("BP1", 0), ("BP4", 0), ("BP19", 50), ("", 100), ("BP7", None)]
    assert counted.score.value == 40


# ---------------------------------------------------------------------------- the exit code


def report(*states: tuple[State, Severity], verdict: State | None = None) -> Report:
    found = tuple(
        Finding("x", state, severity, ACCOUNT, f"s{number}", "m")
        for number, (state, severity) in enumerate(states)
    )
    ended = verdict or max((s for s, _ in states), key=list(State).index, default=P)
    told = Verdict("x", ACCOUNT, ended, 1, found)
    return Report(audits.NOW, "", (), {}, (told,))


HIGH, LOW = Severity.HIGH, Severity.LOW
BROKEN_INPUT = msgspec.structs.replace(report(), troubles=(Trouble("T", "p", "m", is_error=True),))
NOTED_INPUT = msgspec.structs.replace(report(), troubles=(Trouble("T", "p", "m"),))

CODES = [
    (report(), Severity.LOW, 0),
    (report((F, HIGH)), None, 0),
    (report((F, HIGH)), Severity.CRITICAL, 0),
    (report((F, HIGH)), Severity.HIGH, 3),
    (report((F, HIGH)), Severity.LOW, 3),
    (report((F, LOW)), Severity.MEDIUM, 0),
    (report((U, HIGH)), Severity.HIGH, 3),
    (report(verdict=N), Severity.LOW, 0),
    (report(verdict=E), None, 4),
    (report((F, HIGH), verdict=E), Severity.HIGH, 4),
    (report((E, LOW), verdict=F), Severity.CRITICAL, 4),
    (BROKEN_INPUT, None, 4),
    (NOTED_INPUT, Severity.LOW, 0),
]


@pytest.mark.parametrize(("made", "fail_on", "code"), CODES)
def test_the_exit_code(made: Report, fail_on: Severity | None, code: int) -> None:
    assert exit_code(made, fail_on) == code


# ------------------------------------------------------------------------------- pictures


def test_the_picture_of_an_organization_has_every_account_once() -> None:
    made = audits.small()
    (shown,) = organization_pictures(pictured.snapshot(), made)
    units = {node.name: node for node in shown.root.children if node.kind is NodeKind.UNIT}
    assert list(units) == ["Development", "Production"]
    production = units["Production"]
    attached = [(each.kind, each.name) for each in production.guardrails]
    assert sorted(attached) == [
        ("RCP", "OnlyOurOrganization"),
        ("SCP", "NothingByTheRootUser"),
        ("SCP", "TrailsStay"),
    ]
    assert [each.name for each in shown.root.guardrails if not each.allows_all] == [
        "OnlyOurRegions"
    ]
    assert [each.name for each in shown.root.guardrails if each.allows_all] == ["FullAWSAccess"]
    (management,) = (node for node in shown.root.children if node.kind is NodeKind.ACCOUNT)
    assert management.is_management
    accounts = [management, *(node for unit in units.values() for node in unit.children)]
    assert sorted(node.id for node in accounts) == sorted(each for each, _, _ in audits.ACCOUNTS)
    total = sum(sum(node.counts.values()) for node in accounts)
    assert total == sum(1 for _ in made.findings())


def test_an_account_of_an_organization_in_no_known_unit_is_drawn_all_the_same() -> None:
    lost = Account(
        "123123123123",
        "lost",
        audits.NOW,
        organization_id=audits.ORGANIZATION,
        parent_id="ou-a1b2-gone0001",
    )
    estate = pictured.snapshot().apply([Put(lost)], {})
    (shown,) = organization_pictures(estate, audits.small())
    assert [node.name for node in shown.alone] == ["lost", "acquired-company"]


def test_an_account_of_which_nothing_is_known_is_not_clean() -> None:
    made = audits.small()
    (shown,) = organization_pictures(pictured.snapshot(), made)
    (alone,) = shown.alone
    assert (alone.name, alone.looked, alone.worst, alone.is_clean) == (
        "acquired-company",
        0,
        None,
        False,
    )
    for state, is_clean in ((P, True), (N, False), (E, False), (U, False)):
        one = Verdict("x", alone.id, state)
        told = msgspec.structs.replace(made, verdicts=(one, Verdict("y", alone.id, P)))
        (again,) = organization_pictures(pictured.snapshot(), told)
        assert again.alone[0].is_clean == is_clean


def test_the_picture_of_credentials_counts_whole_days() -> None:
    made = pictured.evidence()
    shown = credential_picture(made, audits.NOW, Thresholds(key_age=30, key_unused=7))
    assert shown is not None
    assert (shown.limit, shown.unused) == (30, 7)
    assert len(shown.holders) == sum(len(rows) for rows in made.reported.values())
    assert [each.is_root for each in shown.holders[:5]] == [True] * 4 + [False]
    ages = [each.oldest for each in shown.holders[4:]]
    assert ages == sorted(ages, reverse=True)
    rows = {row.arn: row for found in made.reported.values() for row in found}
    for holder in shown.holders:
        path = "root" if holder.is_root else f"user/{holder.name}"
        row = rows[f"arn:aws:iam::{holder.account}:{path}"]
        for key, drawn in zip(row.keys, holder.keys, strict=True):
            assert (drawn is None) == (not key.active)
            if drawn is not None and key.rotated is not None:
                assert drawn.never_used == (key.used is None)
                assert timedelta(days=drawn.age or 0) <= audits.NOW - key.rotated
    assert credential_picture(NOTHING_SEEN, audits.NOW) is None


def test_a_point_of_the_trend_counts_what_is_open_beside_findings() -> None:
    made = audits.small()
    point = trend_point(made)
    assert point.counts == tally(made).severities
    assert point.open_ends == sum(verdict.state in (N, E, U) for verdict in made.verdicts)
