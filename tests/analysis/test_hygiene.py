"""What is to be done about each user's credentials: a row for every rule, and at its edge.

Provenance: CIS AWS Foundations 5.0, 1.3 to 1.14; the thresholds' documentation: older than the
number is due, just as old is not.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from doorward.analysis.report.credentials import rows
from doorward.analysis.report.hygiene import RULES, hygiene
from doorward.analysis.thresholds import Thresholds
from doorward.importers.credential_report import COLUMNS, reported, row
from doorward.model.evidence import ReportedCertificate, ReportedKey, ReportedUser
from doorward.model.organization import Account
from doorward.model.use import WHOLE
from doorward.render.hygiene import as_json, as_text
from doorward.results.finding import Severity
from tests.analysis.checks.case import ACCOUNT, NOW, OTHER, days_ago
from tests.analysis.test_credential_report import HELD, USES

NO_KEY, NO_CERTIFICATE = ReportedKey(), ReportedCertificate()


def key(age: float, used: float | None = None) -> ReportedKey:
    """Return an active key, made and last used so many days ago."""
    return ReportedKey(True, days_ago(age), None if used is None else days_ago(used))


def user(name: str = "ana", **more: Any) -> ReportedUser:
    """Return a user made 10 days ago without credentials."""
    given: dict[str, Any] = {
        "account": ACCOUNT,
        "name": name,
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "created": days_ago(10),
        "is_root": False,
        "password": False,
        "password_used": None,
        "password_changed": None,
        "password_next_rotation": None,
        "mfa": False,
        "keys": (NO_KEY, NO_KEY),
        "certificates": (NO_CERTIFICATE, NO_CERTIFICATE),
    }
    return ReportedUser(**(given | more))


def root(**more: Any) -> ReportedUser:
    """Return a root user that may have a password, with MFA."""
    return user("<root_account>", **({"is_root": True, "password": None, "mfa": True} | more))


def signing_in(used: float | None, changed: float = 10, **more: Any) -> ReportedUser:
    """Return a user with a password."""
    when = None if used is None else days_ago(used)
    given = {"password": True, "password_used": when, "password_changed": days_ago(changed)}
    return user(**({"mfa": True} | given | more))


CERTIFICATE = (ReportedCertificate(True, days_ago(3)), NO_CERTIFICATE)

DUE = [
    ("a root user without anything", root(password=False, mfa=False), []),
    ("a root user with MFA", root(), []),
    ("a root user that may have a password", root(mfa=False), ["Turn on MFA for the root user"]),
    ("a root user with a key", root(keys=(key(5), NO_KEY)),
     ["Delete access key 1 of the root user"]),
    ("a root user's second key, yesterday",
     root(password=True, password_used=days_ago(2000), keys=(NO_KEY, key(500, 1))),
     ["Delete access key 2 of the root user",
      "Use a role instead of the root user, which was used a day ago"]),
    ("a root user, long ago", root(password=True, password_used=days_ago(91)), []),
    ("a root user, lately", root(password=True, password_used=days_ago(90)),
     ["Use a role instead of the root user, which was used 90 days ago"]),
    ("a root user's certificate", root(certificates=CERTIFICATE), ["Delete certificate 1"]),
    ("a new user", user(), []),
    ("a user without credentials", user(created=days_ago(46)),
     ["Delete the user, who has no credentials"]),
    ("at work", signing_in(1), []),
    ("without MFA", signing_in(1, mfa=False), ["Enrol an MFA device"]),
    ("unused for 45 days", signing_in(45), []),
    ("unused for 46 days", signing_in(46), ["Delete the password, unused for 46 days"]),
    ("set 45 days ago, no use known", signing_in(None, 45), []),
    ("set 46 days ago, no use known", signing_in(None, 46),
     ["Delete the password, of which no use is known in 46 days"]),
    ("an old password, without MFA", signing_in(1, 91, mfa=False),
     ["Enrol an MFA device", "Change the password, 91 days old"]),
    ("a new key", user(mfa=True, keys=(key(5), NO_KEY)), []),
    ("a key of 45 days, never used", user(mfa=True, keys=(key(45), NO_KEY)), []),
    ("a key of 46 days, never used", user(mfa=True, keys=(NO_KEY, key(46))),
     ["Delete access key 2, never used in 46 days"]),
    ("a key unused", user(mfa=True, keys=(key(90, 46), NO_KEY)),
     ["Delete access key 1, unused for 46 days"]),
    ("a key of 90 days", user(mfa=True, keys=(key(90.9, 1), NO_KEY)), []),
    ("a key of 91 days", user(mfa=True, keys=(key(91, 1), NO_KEY)),
     ["Rotate access key 1, 91 days old"]),
    ("two keys", user(mfa=True, keys=(key(5, 1), key(4, 1))), ["Delete one of two access keys"]),
    ("a key without MFA", user(keys=(key(5, 1), NO_KEY)),
     ["Enrol an MFA device, or give what uses the keys a role"]),
    ("a certificate", user(certificates=CERTIFICATE), ["Delete certificate 1"]),
    ("an inactive key", user(keys=(ReportedKey(False, days_ago(900)), NO_KEY)), []),
]  # fmt: skip


@pytest.mark.parametrize(("row", "due"), [each[1:] for each in DUE], ids=[each[0] for each in DUE])
def test_what_is_due(row: ReportedUser, due: list[str]) -> None:
    (line,) = hygiene([row], NOW)
    assert [each.text for each in line.due] == due


def test_the_worst_stands_first() -> None:
    ranks = [severity.rank for severity, _ in RULES]
    assert ranks == sorted(ranks)
    everything = user(
        password=True, password_changed=days_ago(100), created=days_ago(500),
        keys=(key(100), key(100, 3)), certificates=CERTIFICATE,
    )  # fmt: skip
    (line,) = hygiene([everything], NOW)
    assert line.due[0].text == "Delete the password, of which no use is known in 100 days"
    assert [each.severity for each in line.due] == [
        *[Severity.HIGH] * 3, *[Severity.MEDIUM] * 4, Severity.LOW
    ]  # fmt: skip


def test_root_users_stand_first_then_whoever_has_the_worst_to_do() -> None:
    found = hygiene(
        [
            user("zoe"),
            user("bob", keys=(key(5, 1), NO_KEY)),
            signing_in(1, name="ana", mfa=False),
            root(),
        ],
        NOW,
    )
    assert [line.user for line in found] == ["<root_account>", "ana", "bob", "zoe"]


def test_thresholds_are_kept() -> None:
    old = [user(mfa=True, keys=(key(60, 1), NO_KEY))]
    assert not hygiene(old, NOW)[0].due
    assert hygiene(old, NOW, Thresholds(key_age=30))[0].due


def test_the_table_for_people() -> None:
    lines = hygiene([signing_in(46, keys=(key(412, 3), key(5))), root()], NOW)
    head, first, second, _, summary = as_text(lines)
    assert head.split() == ["USER", "PASSWORD", "KEY", "1", "KEY", "2", "CERT", "MFA", "NEXT"]
    assert first.split() == ["<root_account>", "-", "-", "-", "-", "yes", "-"]
    assert second == (
        "ana             10d, used 46d ago  412d, used 3d ago  5d, never used  -     yes"
        "  Delete the password, unused for 46 days (+2)"
    )
    assert summary == "2 users, 1 with something to do"


def test_several_accounts_stand_apart() -> None:
    lines = hygiene([root(), root(account=OTHER)], NOW)
    said = list(as_text(lines))
    assert said[0] == f"account {ACCOUNT}"
    assert f"account {OTHER}" in said


def test_as_json() -> None:
    (line,) = hygiene([user(keys=(key(46), NO_KEY), mfa=True)], NOW)
    found = as_json(line)
    assert json.loads(json.dumps(found)) == found
    assert found["Next"] == "Delete access key 1, never used in 46 days"
    assert found["Credentials"] == [{"Kind": "access key 1", "Age": 46, "Unused": None}]
    assert found["Due"] == [{"Severity": "high", "Action": found["Next"]}]


def test_a_report_that_is_read_is_written_as_it_was() -> None:
    """Of a live directory, and of an account at AWS whose root user has a password."""
    account = next(each for each in HELD.all(Account) if each.id == ACCOUNT)
    head, *live = rows(HELD, account, USES)
    assert head == COLUMNS
    assert WHOLE in {use.scope for use in USES.values()}
    at_aws = (
        "<root_account>", f"arn:aws:iam::{ACCOUNT}:root", "2020-01-02T03:04:05+00:00",
        "true", "2026-01-02T03:04:05+00:00", "not_supported", "not_supported", "true",
        "true", "2025-01-02T03:04:05+00:00", "2026-01-02T03:04:05+00:00", "us-east-1", "s3",
        "false", "N/A", "N/A", "N/A", "N/A", "false", "N/A", "false", "N/A",
    )  # fmt: skip
    for each in (*live, at_aws):
        assert row(reported(dict(zip(head, each, strict=True)))) == each


def test_days_are_whole_and_in_utc() -> None:
    moment = datetime.fromisoformat("2026-01-31T23:59:59-12:00")
    (line,) = hygiene([user(keys=(ReportedKey(True, moment - timedelta(days=2)), NO_KEY))], moment)
    assert [each.age for each in line.holdings] == [2]
