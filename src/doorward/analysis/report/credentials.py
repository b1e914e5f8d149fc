"""The credential report: every user of an account, the root user first, and their credentials.

Source: IAM User Guide, "Generate credential reports for your AWS account". One table of columns
makes it, so a credential that an estate learns to hold is one more reader there. Nobody signs in
yet, so of no password a use is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from doorward.model.certificate import SigningCertificate
from doorward.model.credential import (
    AccessKey,
    KeyStatus,
    LoginProfile,
    MfaDevice,
    PasswordPolicy,
)
from doorward.model.directory import Directory
from doorward.model.home import Home
from doorward.model.identity import User
from doorward.model.organization import Account
from doorward.model.use import Use

ROOT: Final = "<root_account>"
"""What the root user is called."""

YES, NO = "true", "false"
"""How a column says whether; AWS's guide writes TRUE and FALSE, its reports small letters."""

NOT_APPLICABLE, NOT_SUPPORTED, NO_INFORMATION = "N/A", "not_supported", "no_information"
"""What stands where there is no credential, for the root user's password, and for a password of
which no use is known."""


class Holder(msgspec.Struct, frozen=True):
    """Who may hold credentials: a user, or the root user; several of a kind are oldest first.

    ``max_age`` is how long the account lets a password live, ``None`` for ever.
    """

    name: str
    arn: str
    created: datetime
    keys: tuple[AccessKey, ...]
    certificates: tuple[SigningCertificate, ...]
    mfa: bool
    password: LoginProfile | None
    max_age: timedelta | None
    uses: Mapping[str, Use]

    @property
    def is_root(self) -> bool:
        """Whether it is the root user: no user may have its name."""
        return self.name == ROOT


Reader = Callable[[Holder], str]
"""Gives a column's text for a holder."""


def rows(
    directory: Directory, account: Account, uses: Mapping[str, Use]
) -> tuple[tuple[str, ...], ...]:
    """Return the report of an account: the names of the columns, the root user, users by name.

    ``uses`` are the last uses of access keys, by key id.
    """
    users = directory.find(User, account=account.id)
    policy = directory.get(PasswordPolicy, account.id)
    max_age = timedelta(days=policy.max_age) if policy and policy.max_age else None
    root = Home(account.id, account.partition).root
    whose = [
        (account.id, ROOT, root, account.created),
        *((each.id, each.name, each.arn, each.created) for each in users),
    ]
    holders = (_holder(directory, *each, uses, max_age) for each in whose)
    lines = (tuple(read(holder) for read in COLUMNS.values()) for holder in holders)
    return (tuple(COLUMNS), *lines)


def _holder(
    directory: Directory,
    owner: str,
    name: str,
    arn: str,
    created: datetime,
    uses: Mapping[str, Use],
    max_age: timedelta | None,
) -> Holder:
    keys = directory.find(AccessKey, owner_id=owner)
    certificates = directory.find(SigningCertificate, owner_id=owner)
    devices = directory.find(MfaDevice, owner_id=owner)
    return Holder(
        name,
        arn,
        created,
        tuple(sorted(keys, key=lambda key: (key.created, key.id))),
        tuple(sorted(certificates, key=lambda each: (each.uploaded, each.id))),
        any(device.enabled for device in devices),
        directory.get(LoginProfile, owner),
        max_age,
        uses,
    )


# --- readers


def _time(moment: datetime) -> str:
    """Return a time as the report spells it: whole seconds, with the offset of UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _password(root: str, read: Callable[[LoginProfile, Holder], str], absent: str) -> Reader:
    """Read a column of passwords: the root user's, a user's, or that there is none."""

    def column(holder: Holder) -> str:
        if holder.is_root:
            return root
        return read(holder.password, holder) if holder.password else absent

    return column


def _next_rotation(password: LoginProfile, holder: Holder) -> str:
    if holder.max_age is None:
        return NOT_APPLICABLE
    return _time(password.changed + holder.max_age)


def _key(number: int, read: Callable[[AccessKey], str], absent: str) -> Reader:
    """Read a column of the first or second key."""

    def column(holder: Holder) -> str:
        return read(holder.keys[number]) if number < len(holder.keys) else absent

    return column


def _active(credential: AccessKey | SigningCertificate) -> bool:
    return credential.status is KeyStatus.ACTIVE


def _used(number: int, read: Callable[[Use], str]) -> Reader:
    """Read a column of the last use of the first or second key."""

    def column(holder: Holder) -> str:
        key = holder.keys[number] if number < len(holder.keys) else None
        use = holder.uses.get(key.id) if key else None
        return read(use) if use else NOT_APPLICABLE

    return column


def _key_columns(number: int) -> dict[str, Reader]:
    """Return the columns of one of a holder's keys; ``number`` counts from 0."""
    prefix = f"access_key_{number + 1}_"
    return {
        f"{prefix}active": _key(number, lambda key: YES if _active(key) else NO, NO),
        f"{prefix}last_rotated": _key(
            number,
            lambda key: _time(key.created) if _active(key) else NOT_APPLICABLE,
            NOT_APPLICABLE,
        ),
        f"{prefix}last_used_date": _used(number, lambda use: _time(use.time)),
        f"{prefix}last_used_region": _used(number, lambda use: use.region),
        f"{prefix}last_used_service": _used(number, lambda use: use.service),
    }


def _certificate(number: int, read: Callable[[SigningCertificate], str], absent: str) -> Reader:
    """Read a column of the first or second signing certificate."""

    def column(holder: Holder) -> str:
        held = holder.certificates
        return read(held[number]) if number < len(held) else absent

    return column


def _certificate_columns(number: int) -> dict[str, Reader]:
    """Return the columns of one of a holder's signing certificates; ``number`` counts from 0."""
    prefix = f"cert_{number + 1}_"
    return {
        f"{prefix}active": _certificate(number, lambda each: YES if _active(each) else NO, NO),
        f"{prefix}last_rotated": _certificate(
            number,
            lambda each: _time(each.uploaded) if _active(each) else NOT_APPLICABLE,
            NOT_APPLICABLE,
        ),
    }


COLUMNS: Final[Mapping[str, Reader]] = {
    "user": lambda holder: holder.name,
    "arn": lambda holder: holder.arn,
    "user_creation_time": lambda holder: _time(holder.created),
    "password_enabled": _password(NOT_SUPPORTED, lambda _password, _holder: YES, NO),
    "password_last_used": _password(
        NO_INFORMATION, lambda _password, _holder: NO_INFORMATION, NOT_APPLICABLE
    ),
    "password_last_changed": _password(
        NOT_SUPPORTED, lambda password, _holder: _time(password.changed), NOT_APPLICABLE
    ),
    "password_next_rotation": _password(NOT_SUPPORTED, _next_rotation, NOT_APPLICABLE),
    "mfa_active": lambda holder: YES if holder.mfa else NO,
    **_key_columns(0),
    **_key_columns(1),
    **_certificate_columns(0),
    **_certificate_columns(1),
}
"""Every column in its order, and how it is read."""
