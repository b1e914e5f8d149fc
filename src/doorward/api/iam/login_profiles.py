"""Passwords of users: login profiles, and ChangePassword.

Each password is judged and hashed before the call's transaction (``prepare``).
"""

from __future__ import annotations

import msgspec

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import Parameters, operation
from doorward.control import login_profiles, password_messages, root_passwords, users
from doorward.control.login_profiles import Accepted
from doorward.engine.request import Resource
from doorward.model.credential import LoginProfile
from doorward.model.identity import User

_PASSWORDS = frozenset({"Password", "OldPassword", "NewPassword"})
"""What no event may carry, should the service model not mark it as sensitive."""


class Named(msgspec.Struct, frozen=True):
    """A login profile and the name of its user."""

    profile: LoginProfile
    user_name: str


def _answered(named: Named) -> shapes.Shape:
    return {"LoginProfile": shapes.login_profile(named.profile, named.user_name)}


def _first(call: Read, parameters: Parameters) -> Accepted | None:
    """Accept the password of a user that has none; the root user's task gives none."""
    if _as_root(call, parameters.get("user_name")):
        return None
    user = _user(call, parameters.get("user_name"))
    login_profiles.check_absent(call.directory, user)
    if parameters.get("password") is None:
        raise password_messages.PASSWORD_REQUIRED.error()
    return login_profiles.accept(call.directory, user, parameters["password"], call.ids.salt())


def _next(call: Read, parameters: Parameters) -> Accepted | None:
    """Accept the password that an administrator gives a user, if the call gives one."""
    user = _user(call, parameters["user_name"])
    login_profiles.get(call.directory, user)
    if parameters.get("password") is None:
        return None
    return login_profiles.accept(call.directory, user, parameters["password"], call.ids.salt())


def _own(call: Read, parameters: Parameters) -> Accepted:
    """Accept the password that a user changes its own to."""
    return login_profiles.accept_change(
        call.directory,
        _user(call, None),
        old=parameters["old_password"],
        new=parameters["new_password"],
        salt=call.ids.salt(),
        now=call.now,
        guesses=call.guesses,
    )


@operation(
    "iam",
    "CreateLoginProfile",
    asks=about(facts.user),
    answer=_answered,
    redact=_PASSWORDS,
    prepare=_first,
)
def create_login_profile(
    call: Write,
    *,
    user_name: str | None = None,
    password: str | None = None,
    password_reset_required: bool | None = None,
    max_signin_session_duration: int | None = None,
) -> Named:
    """Give a user a password, or let a member's root user choose one (AssumeRoot)."""
    if _as_root(call, user_name):
        profile = root_passwords.create(
            call.transaction,
            call.caller.account,
            password=password,
            max_session=max_signin_session_duration,
            reset_required=bool(password_reset_required),
            now=call.now,
        )
        return Named(profile, root_passwords.NAME)
    user = _user(call, user_name)
    profile = login_profiles.create(
        call.transaction,
        user,
        _accepted(call),
        reset_required=bool(password_reset_required),
        max_session=max_signin_session_duration,
        now=call.now,
    )
    return Named(profile, user.name)


@operation("iam", "GetLoginProfile", asks=about(facts.user), answer=_answered)
def get_login_profile(call: Read, *, user_name: str | None = None) -> Named:
    """Return what there is to know of a user's password, or of a member's root user's."""
    if _as_root(call, user_name):
        profile = root_passwords.get(call.directory, call.caller.account)
        return Named(profile, root_passwords.NAME)
    user = _user(call, user_name)
    return Named(login_profiles.get(call.directory, user), user.name)


@operation("iam", "UpdateLoginProfile", asks=about(facts.user), redact=_PASSWORDS, prepare=_next)
def update_login_profile(
    call: Write,
    *,
    user_name: str,
    password: str | None = None,
    password_reset_required: bool | None = None,
    max_signin_session_duration: int | None = None,
    reset_max_signin_session_duration: bool | None = None,
) -> None:
    """Change a user's password, or what else is given."""
    login_profiles.update(
        call.transaction,
        _user(call, user_name),
        None if password is None else _accepted(call),
        reset_required=password_reset_required,
        max_session=max_signin_session_duration,
        unset_max_session=bool(reset_max_signin_session_duration),
        now=call.now,
    )


@operation("iam", "DeleteLoginProfile", asks=about(facts.user))
def delete_login_profile(call: Write, *, user_name: str | None = None) -> None:
    """Take a user's password, or that of a member's root user."""
    if _as_root(call, user_name):
        root_passwords.delete(call.transaction, call.caller.account)
        return
    login_profiles.delete(call.transaction, _user(call, user_name))


def _caller(call: Read, parameters: Parameters) -> Resource:
    """Find the calling user: nobody else has a password of its own."""
    if call.caller.user_name is None:
        raise password_messages.NOT_A_USER.error()
    return facts.user(call, parameters)


@operation("iam", "ChangePassword", asks=about(_caller), redact=_PASSWORDS, prepare=_own)
def change_password(
    call: Write,
    *,
    old_password: str,  # noqa: ARG001 - judged already
    new_password: str,  # noqa: ARG001 - accepted already
) -> None:
    """Change the calling user's own password."""
    login_profiles.change(call.transaction, _user(call, None), _accepted(call), call.now)


def _user(call: Read, name: str | None) -> User:
    """Return the user that a call names, else the one that calls; raises ValidationError."""
    own = facts.own_name(call) if name is None else name
    return users.get(call.directory, call.caller.account, own)


def _as_root(call: Read, name: str | None) -> bool:
    """Whether a session of AssumeRoot calls for its own root user: it names nobody."""
    claims = call.caller.claims
    return name is None and claims is not None and claims.kind == "AssumedRoot"


def _accepted(call: Write) -> Accepted:
    """Return the password that was accepted for this call."""
    assert isinstance(call.prepared, Accepted)  # noqa: S101 - prepared by this operation
    return call.prepared
