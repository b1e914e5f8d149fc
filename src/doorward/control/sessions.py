"""Temporary credentials: how long sessions last, and the claims that they carry.

Sources: AWS STS API Reference (AssumeRole, AssumeRoot, GetFederationToken, GetSessionToken); IAM
User Guide, "Compare AWS STS credentials".
"""

from __future__ import annotations

from datetime import datetime

from doorward.control import session_messages as messages
from doorward.control.ids import Ids
from doorward.control.session_contents import SessionTags
from doorward.credentials.session_token import SessionClaims
from doorward.model.identity import Role

CHAINED_LIMIT = 3600
"""Seconds that a session assumed by another role session may last, whatever the role's maximum."""

USER_LIMIT, ROOT_LIMIT = 129_600, 3600
"""Seconds that a session of GetSessionToken or GetFederationToken may last that a user, that the
root user asks for."""

USER_DEFAULT, ROLE_DEFAULT = 43_200, 3600
"""Seconds that such a session, that a role session lasts when nobody says."""

TASK_LIMIT = 900
"""Seconds that a session of AssumeRoot may last, and lasts when nobody says."""


def role_duration(role: Role, asked: int | None, *, chained: bool) -> int:
    """Return how many seconds a session of ``role`` lasts.

    Raises ``ControlError`` (ValidationError) when more is asked than the role, or role chaining,
    admits.
    """
    if chained and (asked or 0) > CHAINED_LIMIT:
        raise messages.CHAINED_TOO_LONG.error()
    if (asked or 0) > role.max_session_duration:
        raise messages.TOO_LONG.error()
    return asked or ROLE_DEFAULT


def role_session(
    role: Role,
    *,
    session_name: str,
    seconds: int,
    policies: tuple[str, ...],
    policy_arns: tuple[str, ...],
    tags: SessionTags,
    source_identity: str | None,
    mfa_authenticated_at: int | None,
    now: datetime,
    ids: Ids,
) -> SessionClaims:
    """Return the claims of a new session of ``role``.

    ``policies`` are what ``session_policies`` returned for ``policy_arns``.
    """
    issued = int(now.timestamp())
    return SessionClaims(
        kind="AssumedRole",
        account=role.account,
        access_key_id=ids.access_key_id("ASIA", role.account),
        secret_access_key=ids.secret(),
        role_arn=role.arn,
        role_id=role.id,
        session_name=session_name,
        policies=policies,
        policy_arns=policy_arns,
        session_tags=tags.tags,
        transitive_tag_keys=tags.transitive,
        source_identity=source_identity,
        mfa_authenticated_at=mfa_authenticated_at,
        issued_at=issued,
        expires_at=issued + seconds,
    )


def user_session(
    *,
    account: str,
    user_id: str,
    user_arn: str,
    asked: int | None,
    mfa_authenticated_at: int | None,
    now: datetime,
    ids: Ids,
) -> SessionClaims:
    """Return the claims of a GetSessionToken session of a user (or root: its account's id)."""
    issued = int(now.timestamp())
    return SessionClaims(
        kind="SessionToken",
        account=account,
        access_key_id=ids.access_key_id("ASIA", account),
        secret_access_key=ids.secret(),
        user_id=user_id,
        user_arn=user_arn,
        mfa_authenticated_at=mfa_authenticated_at,
        issued_at=issued,
        expires_at=issued + user_duration(asked, is_root=user_id == account),
    )


def user_duration(asked: int | None, *, is_root: bool) -> int:
    """Return how many seconds a session lasts that a user, or the root user, asks for.

    What is asked above the limit is cut to it, as the API Reference says of the root user: "If the
    specified duration is longer than one hour, the session … defaults to one hour."
    """
    return min(asked or USER_DEFAULT, ROOT_LIMIT if is_root else USER_LIMIT)


def federated_session(
    *,
    account: str,
    user_id: str,
    user_arn: str,
    name: str,
    asked: int | None,
    policies: tuple[str, ...],
    policy_arns: tuple[str, ...],
    tags: SessionTags,
    now: datetime,
    ids: Ids,
) -> SessionClaims:
    """Return the claims of a session of the federated user ``name``, asked for by a user or root.

    ``policies`` are what ``session_policies`` returned for ``policy_arns``.
    """
    issued = int(now.timestamp())
    return SessionClaims(
        kind="FederatedUser",
        account=account,
        access_key_id=ids.access_key_id("ASIA", account),
        secret_access_key=ids.secret(),
        user_id=user_id,
        user_arn=user_arn,
        session_name=name,
        policies=policies,
        policy_arns=policy_arns,
        session_tags=tags.tags,
        issued_at=issued,
        expires_at=issued + user_duration(asked, is_root=user_id == account),
    )


def root_session(
    account: str,
    *,
    task_policy: str,
    asked: int | None,
    source_identity: str | None,
    now: datetime,
    ids: Ids,
) -> SessionClaims:
    """Return the claims of a session as root user of a member account, bounded by a task."""
    issued = int(now.timestamp())
    return SessionClaims(
        kind="AssumedRoot",
        account=account,
        access_key_id=ids.access_key_id("ASIA", account),
        secret_access_key=ids.secret(),
        user_id=account,
        task_policy=task_policy,
        source_identity=source_identity,
        issued_at=issued,
        expires_at=issued + (TASK_LIMIT if asked is None else asked),
    )
