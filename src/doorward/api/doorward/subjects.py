"""Whom a decision is about: a principal that its ARN says all about, or the holder of a token."""

from __future__ import annotations

from collections.abc import Mapping

from doorward.api.call import Read
from doorward.api.caller import caller_of_session
from doorward.control.errors import ControlError
from doorward.credentials.failure import AuthenticationFailure
from doorward.engine.subject import Subject
from doorward.model.directory import Directory
from doorward.model.identity import User
from doorward.model.organization import Account
from doorward.model.principal import IamUser, RootUser
from doorward.policy.arn import parse_arn
from doorward.policy.folding import fold

INVALID_SUBJECT = "InvalidSubjectException"


def subject_of(call: Read, subject: Mapping[str, str]) -> Subject:
    """Return the subject that the asker names, or whose session token it gives.

    Raises ``ControlError`` (InvalidSubjectException) where there is none, it is not known here, or
    the token is of another session than the asker says.
    """
    token, principal = subject.get("SessionToken"), subject.get("Principal")
    if (token is None) == (principal is None):
        raise ControlError(
            INVALID_SUBJECT, "A subject is either a Principal or a SessionToken, one of the two."
        )
    expected = subject.get("SessionArn")
    if token is not None:
        return _of_token(call, token, expected)
    if expected is not None:
        raise ControlError(INVALID_SUBJECT, "A SessionArn goes with a SessionToken.")
    return _named(call.directory, principal or "")


def _of_token(call: Read, token: str, expected: str | None) -> Subject:
    """Return the holder of a session token, who must be ``expected`` where that is said."""
    try:
        caller = caller_of_session(call.directory, call.vault.read_token(token), call.now)
    except AuthenticationFailure as failure:
        raise ControlError(INVALID_SUBJECT, failure.message) from failure
    if expected is not None and caller.arn != expected:
        raise ControlError(INVALID_SUBJECT, f"The session token is not that of {expected}.")
    return caller.subject


def _named(directory: Directory, arn: str) -> Subject:
    """Return a subject that an ARN says all about: a user or the root user.

    A role or a session is refused: what it may do depends on facts of the session (its policies,
    tags, MFA) that an ARN does not carry, and guessing them could allow too much.
    """
    parsed = parse_arn(arn)
    if parsed is None:
        raise ControlError(INVALID_SUBJECT, f"{arn} is not an ARN.")
    if parsed.service == "sts" or parsed.resource.startswith("role/"):
        raise ControlError(
            INVALID_SUBJECT,
            f"{arn} does not say which session asks: its policies, tags and MFA decide too."
            " Give the session's token.",
        )
    if parsed.resource == "root" and directory.get(Account, parsed.account) is not None:
        return Subject(RootUser(parsed.account))
    if parsed.resource.startswith("user/"):
        user = directory.get(User, parsed.account, fold(parsed.resource.rsplit("/", 1)[-1]))
        if user is not None and user.arn == arn:
            return Subject(IamUser(user.arn, user.id, user.tags))
    raise ControlError(INVALID_SUBJECT, f"There is no principal {arn} here.")
