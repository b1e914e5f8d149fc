"""The credential report's rows, column by column.

Provenance: IAM User Guide, "Generate credential reports for your AWS account", which names the 22
columns and says what each holds; times and booleans as reports that AWS made show them.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta

import pytest

from doorward.analysis.report.credentials import COLUMNS, rows
from doorward.model.certificate import SigningCertificate
from doorward.model.credential import (
    AccessKey,
    KeyStatus,
    LoginProfile,
    MfaDevice,
    PasswordPolicy,
)
from doorward.model.directory import Put
from doorward.model.identity import User
from doorward.model.organization import Account
from doorward.model.snapshot import Snapshot
from doorward.model.use import WHOLE, Use
from doorward.render.csv import csv_text

ACCOUNT = "111122223333"
NOW = datetime(2026, 11, 23, 12, 30, 45, 999999, tzinfo=UTC)
NAMES = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
NOTHING = "false,N/A,N/A,N/A,N/A"
A_DAY = timedelta(days=1)
CERTIFICATES = "false,N/A,false,N/A"


def key(name: str, owner: str, days: int = 0, status: KeyStatus = KeyStatus.ACTIVE) -> AccessKey:
    return AccessKey(name, ACCOUNT, owner, b"", NOW + timedelta(days=days), status)


HELD = Snapshot.of(
    [
        Account(ACCOUNT, "main", NOW),
        User(ACCOUNT, "bob", "AIDABOB", NOW),
        User(ACCOUNT, "Ann", "AIDAANN", NOW, "/eng/"),
        User(ACCOUNT, "a,b=c", "AIDACOMMA", NOW),
        User("444455556666", "other", "AIDAOTHER", NOW),
        key("AKIAYOUNG", "AIDAANN", 2),
        key("AKIAOLD", "AIDAANN", 1, KeyStatus.INACTIVE),
        key("AKIAROOT", ACCOUNT),
        MfaDevice("m1", ACCOUNT, b"", NOW, owner_id="AIDABOB", enabled=NOW),
        MfaDevice("m2", ACCOUNT, b"", NOW),
        LoginProfile("AIDABOB", ACCOUNT, "$hash", NOW, NOW + timedelta(days=1)),
        SigningCertificate("C2", ACCOUNT, "AIDABOB", "", "2", NOW),
        SigningCertificate("C1", ACCOUNT, "AIDABOB", "", "1", NOW - A_DAY, KeyStatus.INACTIVE),
        SigningCertificate("C3", ACCOUNT, ACCOUNT, "", "3", NOW),
    ],
    {},
)
USES = {
    "AKIAOLD": Use("AKIAOLD", WHOLE, ACCOUNT, NOW, "sts", "eu-west-1"),
    "AKIAROOT": Use("AKIAROOT", WHOLE, ACCOUNT, NOW, "iam", "us-east-1"),
}
WHEN, CHANGED = "2026-11-23T12:30:45+00:00", "2026-11-24T12:30:45+00:00"


def lines(estate: Snapshot = HELD) -> list[str]:
    account = estate.get(Account, ACCOUNT)
    assert account is not None
    return csv_text(rows(estate, account, USES)).split("\n")


def test_the_columns_are_aws_s_in_their_order() -> None:
    assert lines()[0] == NAMES
    assert len(COLUMNS) == 22


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (
            1,
            (
                f"<root_account>,arn:aws:iam::{ACCOUNT}:root,{WHEN},not_supported,no_information,"
                f"not_supported,not_supported,false,true,{WHEN},{WHEN},us-east-1,iam,{NOTHING},"
                f"true,{WHEN},false,N/A"
            ),
        ),
        (
            2,
            (
                f'"a,b=c","arn:aws:iam::{ACCOUNT}:user/a,b=c",{WHEN},false,N/A,N/A,N/A,false,'
                f"{NOTHING},{NOTHING},{CERTIFICATES}"
            ),
        ),
        (
            3,
            (
                f"Ann,arn:aws:iam::{ACCOUNT}:user/eng/Ann,{WHEN},false,N/A,N/A,N/A,false,"
                f"false,N/A,{WHEN},eu-west-1,sts,true,2026-11-25T12:30:45+00:00,N/A,N/A,N/A,"
                f"{CERTIFICATES}"
            ),
        ),
        (
            4,
            (
                f"bob,arn:aws:iam::{ACCOUNT}:user/bob,{WHEN},true,no_information,{CHANGED},N/A,true,"
                f"{NOTHING},{NOTHING},false,N/A,true,{WHEN}"
            ),
        ),
    ],
    ids=[
        "root",
        "odd name",
        "two keys, the oldest first and inactive",
        "password, MFA, two certificates",
    ],
)
def test_a_row(number: int, expected: str) -> None:
    assert lines()[number] == expected


def test_the_users_of_the_account_and_nobody_else() -> None:
    assert [line[0] for line in csv.reader(lines()[1:])] == [
        "<root_account>", "a,b=c", "Ann", "bob",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "N/A"), (1, "2026-11-25T12:30:45+00:00"), (90, "2027-02-22T12:30:45+00:00")],
)
def test_a_password_is_to_be_rotated_when_the_account_s_rules_say_so(
    days: int, expected: str
) -> None:
    """password_next_rotation, where "the account has a password policy that requires" it."""
    rules = PasswordPolicy(ACCOUNT, max_age=days)
    found = list(csv.DictReader(lines(HELD.apply([Put(rules)], {}))))
    assert [line["password_next_rotation"] for line in found] == [
        "not_supported", "N/A", "N/A", expected,
    ]  # fmt: skip
