"""The root user's password of a member account: only whether there is one.

A session of AssumeRoot gives the root user leave to choose a password, and takes it. Doorward
signs nobody in as root user, so that none is ever chosen here.

Sources: IAM API Reference (CreateLoginProfile: "Password … must be omitted when you make the
request with an AssumeRoot session"; "MaxSigninSessionDuration … is not supported for the root
user"); IAM User Guide, "Perform a privileged task on a member account".
"""

from __future__ import annotations

from datetime import datetime

from doorward.control import password_messages as messages
from doorward.model.credential import LoginProfile
from doorward.model.directory import Directory, Transaction

NAME = "root"
"""What the root user is called where AWS's answer needs a name; AWS does not say which."""


def get(directory: Directory, account: str) -> LoginProfile:
    """Return the login profile of an account's root user; raise NoSuchEntity."""
    profile = directory.get(LoginProfile, account)
    if profile is None:
        raise messages.NO_SUCH_PROFILE.error(name=NAME)
    return profile


def create(
    transaction: Transaction,
    account: str,
    *,
    password: str | None,
    max_session: int | None,
    reset_required: bool,
    now: datetime,
) -> LoginProfile:
    """Let the root user choose a password.

    Raises ``ControlError``: EntityAlreadyExists; ValidationError when the call itself gives a
    password or a longest session.
    """
    if password is not None or max_session is not None:
        raise messages.ROOT_CHOOSES.error()
    if transaction.get(LoginProfile, account) is not None:
        raise messages.PROFILE_EXISTS.error(name=NAME)
    profile = LoginProfile(
        user_id=account,
        account=account,
        password_hash="",
        created=now,
        changed=now,
        reset_required=reset_required,
    )
    transaction.add(profile)
    return profile


def delete(transaction: Transaction, account: str) -> None:
    """Take the root user's password; raise NoSuchEntity where there is none."""
    transaction.remove(get(transaction, account))
