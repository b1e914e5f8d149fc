"""What other tools get wrong, and this one does not, a test for each.

Provenance: the sources of Prowler 5.46.0 and Steampipe's AWS compliance mod, and runs of them.
"""

from __future__ import annotations

import pytest

from doorward.results.finding import State
from tests.analysis.checks.case import (
    ACCOUNT,
    Case,
    days_ago,
    hardware_mfa,
    key,
    password,
    used,
    user,
    virtual_mfa,
)
from tests.analysis.checks.cases import found, verdicts
from tests.analysis.checks.mfa_cases import at
from tests.analysis.checks.root_cases import NO_ROW, PASSWORD
from tests.analysis.checks.seen import ROOT, row, signed_in

ANA = user("ana")


def state(name: str, case: Case) -> State:
    """Return how a check ends on a case."""
    (verdict,) = verdicts(name, case)
    return verdict.state


def test_a_key_of_root_counts_though_its_password_was_used_long_ago() -> None:
    """Prowler's iam_avoid_root_usage looks at keys only if the password was never used."""
    case = Case(
        "",
        State.FAIL,
        (key(ACCOUNT),),
        (used(key(ACCOUNT), days=1),),
        evidence=row(ROOT, password_used=days_ago(365 * 7)),
    )
    (finding,) = found("root.used", case)
    assert finding.message == "the root user was used a day ago, by its access key 1"


def test_the_second_key_of_root_counts_though_the_first_was_used_long_ago() -> None:
    """The same chain leaves out the second key where the first has a date."""
    first, second = key(ACCOUNT, age=900), key(ACCOUNT, age=800, number="2")
    case = Case("", State.FAIL, (first, second), (used(first, days=700), used(second, days=2)))
    (finding,) = found("root.used", case)
    assert finding.facts == (("access key 2 last used", "2026-01-29T12:00:00+00:00"),)


@pytest.mark.parametrize(
    ("name", "entities"),
    [
        ("user.key_unused", (ANA, key(ANA, age=400))),
        ("user.pw_unused", (ANA, password(ANA, changed=400))),
    ],
    ids=["key", "password"],
)
def test_what_was_never_used_is_unused(name: str, entities: tuple[object, ...]) -> None:
    """Prowler's checks of unused credentials look at a date of last use alone, and pass these."""
    assert state(name, Case("", State.FAIL, entities)) is State.FAIL  # type: ignore[arg-type]


def test_a_new_credential_that_was_never_used_is_not_unused_yet() -> None:
    assert state("user.key_unused", Case("", State.PASS, (ANA, key(ANA, age=3)))) is State.PASS
    young = Case("", State.PASS, (ANA, password(ANA, changed=3)))
    assert state("user.pw_unused", young) is State.PASS


@pytest.mark.parametrize(
    ("device", "ends"),
    [
        (hardware_mfa(ANA), State.PASS),
        (virtual_mfa(ANA, "GAHT12345678"), State.FAIL),
        (at(ANA, "u2f/user"), State.PASS),
        (at(ANA, "sms-mfa"), State.FAIL),
    ],
    ids=["token", "app named as a token is", "security key", "SMS"],
)
def test_a_device_is_what_the_form_of_its_serial_number_says(device: object, ends: State) -> None:
    """Prowler splits every serial number as an ARN: a hardware token's has no such parts."""
    assert state("user.hw_mfa", Case("", ends, (ANA, device))) is ends  # type: ignore[arg-type]


def test_a_hardware_token_of_root_is_not_taken_for_an_app() -> None:
    case = Case("", State.PASS, (PASSWORD, hardware_mfa(ACCOUNT)))
    assert state("root.hw_mfa", case) is State.PASS


@pytest.mark.parametrize(
    ("age", "ends"),
    [(89, State.PASS), (90, State.PASS), (90.99, State.PASS), (91, State.FAIL)],
)
def test_what_is_just_as_old_as_the_threshold_passes(age: float, ends: State) -> None:
    """Steampipe alarms at 90 days, Prowler after 90 whole ones: ours is stated, and the latter."""
    assert state("user.key_age", Case("", ends, (ANA, key(ANA, age=age)))) is ends
    unused = Case(
        "",
        ends,
        (ANA, password(ANA, changed=400)),
        evidence=signed_in("ana", days_ago(age)),
        thresholds={"password_unused": 90},
    )
    assert state("user.pw_unused", unused) is ends


def test_no_row_of_root_is_no_pass() -> None:
    """Where a report has no row of root, as moto's, Prowler's checks of root say nothing."""
    for name in ("root.access_key", "root.mfa", "root.hw_mfa", "root.multi_mfa", "root.certs"):
        assert state(name, NO_ROW) is State.UNKNOWN, name
    assert state("root.used", NO_ROW) is State.UNKNOWN
