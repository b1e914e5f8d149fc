"""Errors about passwords: AWS's code and text, as in ``control.messages``."""

from __future__ import annotations

from doorward.control.errors import Message

NO_SUCH_PROFILE = Message("NoSuchEntity", "Login Profile for User {name} cannot be found.")
NO_SUCH_POLICY = Message(
    "NoSuchEntity", "The Password Policy with domain name {account} cannot be found."
)
PROFILE_EXISTS = Message("EntityAlreadyExists", "Login Profile for user {name} already exists.")
AGAINST_POLICY = Message(
    "PasswordPolicyViolation", "Password does not conform to the account password policy."
)
USED_BEFORE = Message(
    "PasswordPolicyViolation",
    "Policy constraint violation with password reuse prevention during password change.",
)
WRONG_PASSWORD = Message("AccessDenied", "The old password was incorrect.")
NOT_A_USER = Message("InvalidUserType", "Only IAM Users can change their own password.")
PASSWORD_REQUIRED = Message(
    "ValidationError", "A login profile of a user needs a password."
)  # ours
ROOT_CHOOSES = Message(
    "ValidationError",
    "The root user's login profile takes neither Password nor MaxSigninSessionDuration.",
)  # ours
TWO_DURATIONS = Message(
    "InvalidInput",
    "MaxSigninSessionDuration and ResetMaxSigninSessionDuration cannot be given together.",
)  # ours
CHANGED_MEANWHILE = Message(
    "ConcurrentModification",
    "The login profile was changed by another at the same time; try again.",
)  # ours
