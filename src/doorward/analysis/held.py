"""The credentials of an account, by whatever tells of them: its report, its summary, its entities.

A credential report knows when credentials were used, but no ids; entities know ids, and what is
inactive. Where both are there, each completes the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from doorward.analysis.registry import Scope
from doorward.model.certificate import SigningCertificate
from doorward.model.credential import AccessKey, KeyStatus, MfaDevice
from doorward.model.evidence import ReportedUser, Source
from doorward.model.home import home_of
from doorward.model.identity import User
from doorward.policy.folding import fold

KEY_ID: Final = "<key-id>"
"""Stands in commands for the id of a key of which only the report tells."""


class HeldKey(msgspec.Struct, frozen=True):
    """An access key of a user.

    ``name`` and ``arn`` are its user's. ``id`` is ``None`` where only the report tells of it;
    ``used`` where it was never used, as far as is known. ``is_twin`` says that the user's first
    key was made in the same second, and is as active.
    """

    name: str
    arn: str
    number: int
    id: str | None
    active: bool
    created: datetime | None
    used: datetime | None
    is_twin: bool = False

    @property
    def about(self) -> str:
        """What tells it from the user's other key, whatever the source: when it was made."""
        if self.created is None:
            return f"key {self.number}"
        return f"{moment(self.created)} (2)" if self.is_twin else moment(self.created)

    @property
    def told(self) -> str:
        """What people know it by."""
        return self.id or f"access key {self.number}"


class RootUser(msgspec.Struct, frozen=True):
    """What is known of an account's root user; ``None`` is not known.

    ``reported`` is its row of the credential report.
    """

    arn: str
    keys: int | None
    certificates: int | None
    mfa: bool | None
    password: bool | None
    reported: ReportedUser | None

    @property
    def has_credentials(self) -> bool:
        """Whether somebody could sign in, or call, as root user.

        Of a password of which nothing is known it is supposed that it is there: every account
        begins with one.
        """
        return bool(self.keys) or bool(self.certificates) or self.password is not False


def moment(when: datetime) -> str:
    """Return a time as credential reports write it."""
    return when.astimezone(UTC).isoformat(timespec="seconds")


def days(since: datetime, scope: Scope) -> int:
    """Return the age of something in whole days, rounded down."""
    return (scope.now - since).days


def root_user(scope: Scope, account: str) -> RootUser:
    """Return what is known of the root user of an account: by report, then summary."""
    evidence = scope.evidence
    knows_report = evidence.knows(account, Source.CREDENTIAL_REPORT)
    rows = evidence.reported.get(account, ()) if knows_report else ()
    row = next((each for each in rows if each.is_root), None)
    knows_summary = evidence.knows(account, Source.SUMMARY)
    counts = evidence.summaries.get(account, {}) if knows_summary else {}
    password = counts.get("AccountPasswordPresent")
    has_password = None if password is None else bool(password)
    if row is None:
        mfa = counts.get("AccountMFAEnabled")
        return RootUser(
            home_of(scope.snapshot, account).root,
            counts.get("AccountAccessKeysPresent"),
            counts.get("AccountSigningCertificatesPresent"),
            None if mfa is None else bool(mfa),
            has_password,
            None,
        )
    return RootUser(
        row.arn,
        sum(key.active for key in row.keys),
        sum(each.active for each in row.certificates),
        row.mfa,
        has_password if row.password is None else row.password,
        row,
    )


def reported_keys(scope: Scope) -> Iterator[HeldKey]:
    """Yield the active keys in the credential report, with their ids where these are known."""
    for row in scope.users:
        yield from keys_of(scope, row)


def keys_of(scope: Scope, row: ReportedUser) -> Iterator[HeldKey]:
    """Yield the active keys of a row of the credential report."""
    known = _entities(scope, row.name)
    first, second = row.keys
    are_twins = first.active and second.active and first.rotated == second.rotated
    for number, key in enumerate(row.keys, start=1):
        if key.active:
            same = [
                each.id
                for each in known
                if key.rotated is not None and moment(each.created) == moment(key.rotated)
            ]
            # Of twins nothing says which is which.
            yield HeldKey(
                row.name,
                row.arn,
                number,
                same[0] if len(same) == 1 else None,
                active=True,
                created=key.rotated,
                used=key.used,
                is_twin=are_twins and number > 1,
            )


def keys(scope: Scope) -> Iterator[HeldKey]:
    """Yield the keys of users by what lists them, else the active ones by the report."""
    if not scope.evidence.knows(scope.id, Source.ACCESS_KEYS):
        yield from reported_keys(scope)
        return
    used = {key.id: key.used for key in reported_keys(scope) if key.id is not None}
    for user in scope.snapshot.find(User, account=scope.id):
        held = sorted(
            scope.snapshot.find(AccessKey, owner_id=user.id), key=lambda key: (key.created, key.id)
        )
        for number, key in enumerate(held, start=1):
            active = key.status is KeyStatus.ACTIVE
            is_twin = number > 1 and _are_twins(held[number - 2], key)
            yield HeldKey(
                user.name,
                user.arn,
                number,
                key.id,
                active=active,
                created=key.created,
                used=used.get(key.id),
                is_twin=is_twin,
            )


def _are_twins(one: AccessKey, other: AccessKey) -> bool:
    return one.status is other.status and moment(one.created) == moment(other.created)


def _entities(scope: Scope, name: str) -> tuple[AccessKey, ...]:
    """Return the active keys of a user that are listed."""
    user = scope.snapshot.get(User, scope.id, fold(name))
    if user is None or not scope.evidence.knows(scope.id, Source.ACCESS_KEYS):
        return ()
    held = scope.snapshot.find(AccessKey, owner_id=user.id)
    return tuple(key for key in held if key.status is KeyStatus.ACTIVE)


def devices(scope: Scope, owner_id: str) -> tuple[MfaDevice, ...]:
    """Return the MFA devices that are enabled for a user, or for the root user of an account."""
    return tuple(each for each in scope.snapshot.find(MfaDevice, owner_id=owner_id))


def certificates(scope: Scope, owner_id: str) -> tuple[SigningCertificate, ...]:
    """Return the active signing certificates that are listed; no source promises them."""
    held = scope.snapshot.find(SigningCertificate, owner_id=owner_id)
    return tuple(each for each in held if each.status is KeyStatus.ACTIVE)
