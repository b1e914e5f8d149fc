"""What every log of uses and every shelf of reports promises."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from doorward.model.report import Report
from doorward.model.use import GRANULARITY, WHOLE, Use
from doorward.store import Store
from tests.store.estates import NOW, A, B, user

KEY = Use("AKIA1", WHOLE, A, NOW, "iam", "us-east-1")
SECOND = timedelta(seconds=1)


def later(use: Use, by: timedelta, service: str = "sts") -> Use:
    return msgspec.structs.replace(use, time=use.time + by, service=service)


@pytest.mark.parametrize(
    ("by", "moves"),
    [
        (timedelta(0), False),
        (GRANULARITY - SECOND, False),
        (GRANULARITY, True),
        (timedelta(days=1), True),
        (-timedelta(days=1), False),
    ],
)
def test_the_first_use_of_a_span_is_kept(store: Store, by: timedelta, moves: bool) -> None:
    """IAM User Guide, "Generate credential reports": 15-minute spans; never backwards."""
    store.uses.note((KEY,))
    store.uses.note((later(KEY, by),))
    assert store.uses.last(["AKIA1"]) == {"AKIA1": later(KEY, by) if moves else KEY}


def test_marks_are_found_by_subject_and_scope(store: Store) -> None:
    of_role = Use("AROA1", WHOLE, A, NOW, "sts", "eu-west-1")
    service = Use("AROA1", "iam", A, NOW, "iam", "us-east-1")
    action = Use("AROA1", "iam:GetUser", A, NOW, "iam", "us-east-1")
    other = Use("AIDA1", "iam", B, NOW, "iam", "us-east-1")
    store.uses.note((KEY, of_role, service, action, other))
    store.uses.note(())
    assert store.uses.last(["AROA1", "AKIA1", "AIDA1"]) == {"AROA1": of_role, "AKIA1": KEY}
    assert set(store.uses.scoped(["AROA1"])) == {service, action}
    assert set(store.uses.scoped(["AROA1", "AIDA1"])) == {service, action, other}
    assert store.uses.last([]) == {}
    assert store.uses.scoped([]) == ()


def test_very_many_subjects_are_asked_for_at_once(store: Store) -> None:
    store.uses.note((KEY,))
    assert store.uses.last([f"AKIA{number}" for number in range(12_000)]) == {"AKIA1": KEY}


def test_marks_and_reports_raise_no_version(store: Store) -> None:
    """They are no change of an estate: whoever follows it has nothing to read."""
    store.write(lambda transaction: transaction.add(user("a")))
    before = store.load()
    store.uses.note((KEY,))
    store.reports.keep(report("r"))
    assert store.is_current(before)
    assert dict(store.load().versions) == dict(before.versions)


def report(name: str, days: int = 1, made: int = 0, body: str = "é\n") -> Report:
    moment = NOW + timedelta(days=made)
    return Report(name, A, "kind", moment, moment + timedelta(days=days), body)


def test_a_report_is_kept_replaced_and_dropped_when_it_is_over(store: Store) -> None:
    assert store.reports.get("r") is None
    store.reports.keep(report("r"))
    assert store.reports.get("r") == report("r")
    store.reports.keep(report("r", body="new"))
    assert store.reports.get("r") == report("r", body="new")
    store.reports.keep(report("long", days=9))
    store.reports.keep(report("other", made=3))
    assert store.reports.get("r") is None
    assert store.reports.get("long") == report("long", days=9)
