"""What AWS says of an account beside its details: credential report, summary, devices."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from benchmarks.estates.account import NOW, AccountMaker, Person
from benchmarks.estates.policies import Json

COLUMNS: Final = (
    "user", "arn", "user_creation_time", "password_enabled", "password_last_used",
    "password_last_changed", "password_next_rotation", "mfa_active", "access_key_1_active",
    "access_key_1_last_rotated", "access_key_1_last_used_date",
    "access_key_1_last_used_region", "access_key_1_last_used_service", "access_key_2_active",
    "access_key_2_last_rotated", "access_key_2_last_used_date",
    "access_key_2_last_used_region", "access_key_2_last_used_service", "cert_1_active",
    "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated",
)  # fmt: skip
"""The columns of a credential report (IAM User Guide, "Understanding the report format")."""

_NO_KEY: Final = ["false", "N/A", "N/A", "N/A", "N/A"]
_NO_CERTIFICATES: Final = ["false", "N/A", "false", "N/A"]


def credential_report(maker: AccountMaker, draw: random.Random) -> str:
    """The credential report of an account, its root user first."""
    written = io.StringIO(newline="")
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerow(_root(maker, draw))
    rows.writerows(_row(maker, draw, person) for person in maker.people)
    return written.getvalue()


def _root(maker: AccountMaker, draw: random.Random) -> list[str]:
    used = maker.when(1500).isoformat() if draw.random() < 0.7 else "no_information"
    return [
        "<root_account>",
        maker.arn("root"),
        maker.when(3000).isoformat(),
        "true",
        used,
        "not_supported",
        "not_supported",
        str(draw.random() < 0.9).lower(),
        *(_key(maker, draw) if draw.random() < 0.02 else _NO_KEY),
        *_NO_KEY,
        *_NO_CERTIFICATES,
    ]


def _row(maker: AccountMaker, draw: random.Random, person: Person) -> list[str]:
    password = ["false", "N/A", "N/A", "N/A"]
    if person.has_password:
        changed = maker.when(400)
        password = [
            "true",
            "no_information" if draw.random() < 0.1 else maker.when(300).isoformat(),
            changed.isoformat(),
            (changed + timedelta(days=90)).isoformat(),
        ]
    first = draw.random() < (0.25 if person.has_password else 0.95)
    second = first and draw.random() < 0.15
    return [
        person.name,
        person.arn,
        person.created.isoformat(),
        *password,
        str(person.has_mfa).lower(),
        *(_key(maker, draw) if first else _NO_KEY),
        *(_key(maker, draw) if second else _NO_KEY),
        *_NO_CERTIFICATES,
    ]


def _key(maker: AccountMaker, draw: random.Random) -> list[str]:
    made = maker.when(500).isoformat()
    if draw.random() < 0.1:
        return ["true", made, "N/A", "N/A", "N/A"]
    return ["true", made, maker.when(200).isoformat(), "eu-west-1", draw.choice(("s3", "sts"))]


def summary(maker: AccountMaker) -> Json:
    """What ``aws iam get-account-summary`` says."""
    size = maker.size
    return {
        "SummaryMap": {
            "AccountAccessKeysPresent": 0,
            "AccountMFAEnabled": 1,
            "AccountPasswordPresent": 1,
            "AccountSigningCertificatesPresent": 0,
            "GroupPolicySizeQuota": 5120,
            "Groups": size.groups,
            "GroupsPerUserQuota": 10,
            "MFADevices": sum(person.has_mfa for person in maker.people),
            "Policies": size.policies + 1,
            "Providers": 1,
            "Roles": size.roles,
            "Users": size.users,
        }
    }


def password_policy(draw: random.Random) -> Json:
    """What ``aws iam get-account-password-policy`` says."""
    return {
        "PasswordPolicy": {
            "MinimumPasswordLength": draw.choice((8, 12, 14, 14, 16)),
            "RequireSymbols": draw.random() < 0.8,
            "RequireNumbers": True,
            "RequireUppercaseCharacters": True,
            "RequireLowercaseCharacters": True,
            "AllowUsersToChangePassword": True,
            "ExpirePasswords": True,
            "MaxPasswordAge": 90,
            "PasswordReusePrevention": draw.choice((5, 24)),
        }
    }


def devices(maker: AccountMaker) -> Json:
    """What ``aws iam list-virtual-mfa-devices`` says."""
    return {"VirtualMFADevices": list(_devices(maker))}


def _devices(maker: AccountMaker) -> Iterator[Json]:
    for person in maker.people:
        if not person.has_mfa:
            continue
        yield {
            "SerialNumber": maker.arn(f"mfa/{person.name}"),
            "User": {
                "Path": person.path,
                "UserName": person.name,
                "UserId": person.id,
                "Arn": person.arn,
                "CreateDate": person.created.isoformat(),
                "PasswordLastUsed": NOW.isoformat(),
            },
            "EnableDate": person.created.isoformat(),
        }
