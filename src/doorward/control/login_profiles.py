"""Login profiles: a user's password for signing in, set, changed and deleted.

Hashing takes tens of milliseconds, and much memory, so it is not done within a transaction: a
password is accepted first (``accept``, ``accept_change``) and set afterwards, if the login profile
is still the one that it was accepted for.

Sources: IAM API Reference (CreateLoginProfile, UpdateLoginProfile, ChangePassword,
UpdateAccountPasswordPolicy); texts recorded from AWS.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from doorward.control import password_messages, password_policies
from doorward.control.guesses import Guesses
from doorward.credentials import passwords
from doorward.model.credential import LoginProfile, PasswordPolicy
from doorward.model.directory import Directory, Transaction
from doorward.model.identity import User

REMEMBERED = 24
"""Passwords whose hashes are kept, this one among them: the most that can be asked for."""


class Accepted(msgspec.Struct, frozen=True):
    """A password that a user may have, hashed; ``profile`` is the one that it is accepted for."""

    hash: str
    profile: LoginProfile | None

    def __repr__(self) -> str:
        """Name the profile; a hash is not shown."""
        return f"Accepted({self.profile})"


def get(directory: Directory, user: User) -> LoginProfile:
    """Return a user's login profile; raise NoSuchEntity for a user that has none."""
    profile = directory.get(LoginProfile, user.id)
    if profile is None:
        raise password_messages.NO_SUCH_PROFILE.error(name=user.name)
    return profile


def check_absent(directory: Directory, user: User) -> None:
    """Raise EntityAlreadyExists for a user that has a login profile."""
    if directory.get(LoginProfile, user.id) is not None:
        raise password_messages.PROFILE_EXISTS.error(name=user.name)


def accept(directory: Directory, user: User, password: str, salt: bytes) -> Accepted:
    """Return a password as it can be set for a user.

    Raises ``ControlError`` (PasswordPolicyViolation) for one that breaks the rules of the account
    or was used before, as far back as the account's policy goes.
    """
    password_policies.check(directory, user, password)
    profile = directory.get(LoginProfile, user.id)
    policy = directory.get(PasswordPolicy, user.account)
    if profile is not None and policy is not None:
        last = _last(profile)[: policy.reuse_prevention]
        if any(passwords.matches(each, password) for each in last):
            raise password_messages.USED_BEFORE.error()
    return Accepted(passwords.hashed(password, salt), profile)


def accept_change(
    directory: Directory,
    user: User,
    *,
    old: str,
    new: str,
    salt: bytes,
    now: datetime,
    guesses: Guesses,
) -> Accepted:
    """Return a user's own new password as it can be set, given the old one.

    Raises ``ControlError``: NoSuchEntity, AccessDenied when the old password is wrong or was
    guessed at too often, PasswordPolicyViolation as ``accept`` and for the same password again.
    """
    profile = get(directory, user)
    right = guesses.judged(
        user.id, now, lambda: passwords.matches(profile.password_hash, old) or None
    )
    if right is None:
        raise password_messages.WRONG_PASSWORD.error()
    if new == old:
        raise password_messages.USED_BEFORE.error()
    return accept(directory, user, new, salt)


def create(
    transaction: Transaction,
    user: User,
    accepted: Accepted,
    *,
    reset_required: bool = False,
    max_session: int | None = None,
    now: datetime,
) -> LoginProfile:
    """Give a user a password; ``max_session`` is in seconds. Raises EntityAlreadyExists."""
    check_absent(transaction, user)
    profile = LoginProfile(
        user_id=user.id,
        account=user.account,
        password_hash=accepted.hash,
        created=now,
        changed=now,
        reset_required=reset_required,
        max_session=max_session,
    )
    transaction.add(profile)
    return profile


def change(
    transaction: Transaction, user: User, accepted: Accepted, now: datetime
) -> LoginProfile:
    """Set a user's own new password, which need not be reset then.

    Raises ``ControlError``: NoSuchEntity, ConcurrentModification when the login profile is not the
    one any more that the password was accepted for.
    """
    profile = _with(get(transaction, user), accepted, now)
    profile = msgspec.structs.replace(profile, reset_required=False)
    transaction.put(profile)
    return profile


def update(
    transaction: Transaction,
    user: User,
    accepted: Accepted | None,
    *,
    reset_required: bool | None = None,
    max_session: int | None = None,
    unset_max_session: bool = False,
    now: datetime,
) -> LoginProfile:
    """Change what is given of a login profile; ``None`` keeps it. Raises as ``change``.

    Raises ``ControlError`` (InvalidInput) when a longest session is given and unset at once.
    """
    if unset_max_session and max_session is not None:
        raise password_messages.TWO_DURATIONS.error()
    held = get(transaction, user)
    profile = held if accepted is None else _with(held, accepted, now)
    kept = None if unset_max_session else profile.max_session
    profile = msgspec.structs.replace(
        profile,
        reset_required=profile.reset_required if reset_required is None else reset_required,
        max_session=kept if max_session is None else max_session,
    )
    if profile != held:
        transaction.put(profile)
    return profile


def delete(transaction: Transaction, user: User) -> None:
    """Take a user's password; raise NoSuchEntity for a user that has none."""
    transaction.remove(get(transaction, user))


def _last(profile: LoginProfile) -> tuple[str, ...]:
    """Return the hashes of the last passwords, the present one first."""
    return (profile.password_hash, *profile.earlier_hashes)


def _with(profile: LoginProfile, accepted: Accepted, now: datetime) -> LoginProfile:
    """Return a profile with a new password, which must have been accepted for this profile."""
    if accepted.profile != profile:
        raise password_messages.CHANGED_MEANWHILE.error()
    return msgspec.structs.replace(
        profile,
        password_hash=accepted.hash,
        changed=now,
        earlier_hashes=_last(profile)[: REMEMBERED - 1],
    )
