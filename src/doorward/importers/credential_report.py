"""Rows of a credential report ↔ values: as AWS writes it, and as the live directory's is made.

Source: IAM User Guide, "Generate credential reports for your AWS account". Its page spells
booleans in capitals, its reports in small letters: both are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from doorward.errors import InvalidInput
from doorward.importers.times import read_time
from doorward.model.evidence import ReportedCertificate, ReportedKey, ReportedUser
from doorward.policy.arn import Arn, is_account_id, parse_arn
from doorward.policy.partitions import PARTITIONS

COLUMNS: Final = (
    "user", "arn", "user_creation_time",
    "password_enabled", "password_last_used", "password_last_changed", "password_next_rotation",
    "mfa_active",
    "access_key_1_active", "access_key_1_last_rotated", "access_key_1_last_used_date",
    "access_key_1_last_used_region", "access_key_1_last_used_service",
    "access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date",
    "access_key_2_last_used_region", "access_key_2_last_used_service",
    "cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated",
)  # fmt: skip
"""The columns, in AWS's order."""

ROOT: Final = "<root_account>"
"""What the root user is called."""

_NOTHING: Final = frozenset({"n/a", "not_supported", "no_information"})
_FLAGS: Final = {"true": True, "false": False}


def reported(row: Mapping[str, str]) -> ReportedUser:
    """Return what a row says, by the names of its columns.

    Raises:
        InvalidInput: a column is missing, or holds what it cannot; the pointer is its name.
    """
    arn = _text(row, "arn")
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "iam" or not is_account_id(parsed.account):
        raise _wrong("arn", arn, "the ARN of a user or of an account's root user")
    if parsed.partition not in PARTITIONS:
        raise _wrong("arn", arn, "an ARN in one of AWS's partitions")
    name = _text(row, "user")
    _check_name(name, parsed)
    is_root = name == ROOT
    return ReportedUser(
        account=parsed.account,
        name=name,
        arn=arn,
        created=_time(row, "user_creation_time"),
        is_root=is_root,
        password=(_optional_flag if is_root else _flag)(row, "password_enabled"),
        password_used=_time(row, "password_last_used"),
        password_changed=_time(row, "password_last_changed"),
        password_next_rotation=_time(row, "password_next_rotation"),
        mfa=_flag(row, "mfa_active"),
        keys=(_key(row, 1), _key(row, 2)),
        certificates=(_certificate(row, 1), _certificate(row, 2)),
    )


def _check_name(name: str, arn: Arn) -> None:
    """Refuse a row that is of one user by its name, and of another by its ARN."""
    if name == ROOT and arn.resource != "root":
        raise _wrong("arn", str(arn), "the ARN of the account's root user")
    if name != ROOT and (arn.resource_type, arn.name) != ("user", name):
        raise _wrong("arn", str(arn), f"the ARN of the user {name[:64]}")


def row(user: ReportedUser) -> tuple[str, ...]:
    """Return what AWS writes of a user, in the order of ``COLUMNS``."""
    unknown = "not_supported" if user.is_root else "N/A"
    password = "not_supported" if user.password is None else _spelt_flag(user.password)
    never = "N/A" if user.password is False else "no_information"
    cells = [
        user.name,
        user.arn,
        _spelt(user.created),
        password,
        _spelt(user.password_used, never),
        _spelt(user.password_changed, unknown),
        _spelt(user.password_next_rotation, unknown),
        _spelt_flag(user.mfa),
    ]
    for key in user.keys:
        cells += [_spelt_flag(key.active), _spelt(key.rotated), _spelt(key.used)]
        cells += [key.region or "N/A", key.service or "N/A"]
    for certificate in user.certificates:
        cells += [_spelt_flag(certificate.active), _spelt(certificate.rotated)]
    return tuple(cells)


def _spelt(moment: datetime | None, absent: str = "N/A") -> str:
    if moment is None:
        return absent
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _spelt_flag(value: bool) -> str:  # noqa: FBT001 - it is the value itself
    return "true" if value else "false"


def _key(row: Mapping[str, str], number: int) -> ReportedKey:
    prefix = f"access_key_{number}_"
    return ReportedKey(
        active=_flag(row, f"{prefix}active"),
        rotated=_time(row, f"{prefix}last_rotated"),
        used=_time(row, f"{prefix}last_used_date"),
        region=_word(row, f"{prefix}last_used_region"),
        service=_word(row, f"{prefix}last_used_service"),
    )


def _certificate(row: Mapping[str, str], number: int) -> ReportedCertificate:
    prefix = f"cert_{number}_"
    return ReportedCertificate(
        active=_flag(row, f"{prefix}active"), rotated=_time(row, f"{prefix}last_rotated")
    )


def _text(row: Mapping[str, str], column: str) -> str:
    if column not in row:
        raise InvalidInput("MissingField", f"the column {column} is missing", pointer=column)
    if not row[column]:  # AWS writes a word for what is not there
        raise _wrong(column, "", "something")
    return row[column]


def _word(row: Mapping[str, str], column: str) -> str | None:
    text = _text(row, column)
    return None if text.lower() in _NOTHING else text


def _flag(row: Mapping[str, str], column: str) -> bool:
    text = _text(row, column)
    found = _FLAGS.get(text.lower())
    if found is None:
        raise _wrong(column, text, "true or false")
    return found


def _optional_flag(row: Mapping[str, str], column: str) -> bool | None:
    return None if _word(row, column) is None else _flag(row, column)


def _time(row: Mapping[str, str], column: str) -> datetime | None:
    text = _word(row, column)
    if text is None:
        return None
    try:
        return read_time(text)
    except ValueError:
        raise _wrong(column, text, "a time such as 2026-01-31T12:00:00+00:00") from None


def _wrong(column: str, text: str, wanted: str) -> InvalidInput:
    return InvalidInput(
        "InvalidValue", f"{column} is {text[:64]!r}, where {wanted} is wanted", pointer=column
    )
