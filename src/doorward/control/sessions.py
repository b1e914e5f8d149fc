"""Temporary credentials: what a session may be given, and the claims it then carries.

Sources: AWS STS API Reference (AssumeRole, GetSessionToken); IAM User Guide, "Compare AWS STS
credentials", "Pass session tags in AWS STS".
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import datetime

import msgspec

from doorward.control import documents, policies
from doorward.control.errors import ControlError
from doorward.control.ids import Ids
from doorward.credentials.session_token import SessionClaims
from doorward.model.directory import Directory, one
from doorward.model.identity import ManagedPolicy, PolicyVersion, Role
from doorward.model.principal import Tags
from doorward.policy.catalog import managed_policy_text
from doorward.policy.kind import PolicyKind
from doorward.policy.quotas import SIZE_QUOTAS

CHAINED_LIMIT = 3600
"""Seconds that a session assumed by another role session may last, whatever the role's maximum."""

USER_LIMIT, ROOT_LIMIT = 129_600, 3600
"""Seconds that a GetSessionToken session of a user, of the root user, may last."""

USER_DEFAULT, ROLE_DEFAULT = 43_200, 3600
"""Seconds that a GetSessionToken session, a role session, lasts when nobody says."""

SESSION_POLICY_ARNS = 10
"""Managed policies that may be passed as session policies."""

PACKED_BYTES = 2048
"""Bytes that session policies and tags may have together once compressed. AWS does not publish its
own packing or limit; this one is Doorward's."""


class SessionTags(msgspec.Struct, frozen=True):
    """The tags of a session, and which of them pass on to sessions assumed from it."""

    tags: Tags = ()
    transitive: tuple[str, ...] = ()

    def passed_on(self) -> Tags:
        """Return the tags that go on to a session assumed from this one."""
        keys = {key.lower() for key in self.transitive}
        return tuple((key, value) for key, value in self.tags if key.lower() in keys)


def session_tags(passed: Tags, transitive: tuple[str, ...], inherited: SessionTags) -> SessionTags:
    """Return the tags of a new session: those passed, and the caller's transitive ones.

    Raises ``ControlError`` (InvalidParameterValue) as AWS words it: duplicate keys, a transitive
    key that is not passed, a key that a transitive tag of the calling session holds.
    """
    keys = [key.lower() for key, _ in passed]
    if len(set(keys)) != len(keys):
        raise ControlError(
            "InvalidParameterValue",
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        )
    if not {key.lower() for key in transitive} <= set(keys):
        raise ControlError(
            "InvalidParameterValue",
            "The specified transitive tag key must be included in the requested tags.",
        )
    held = {key.lower() for key in inherited.transitive}
    if held & {key.lower() for key in transitive}:
        raise ControlError(
            "InvalidParameterValue",
            "One of the specified transitive tag keys can't be set because it conflicts with a"
            " transitive tag key from the calling session.",
        )
    if held & set(keys):
        raise ControlError(
            "InvalidParameterValue",
            "One of the specified tag keys can't be set because it conflicts with a transitive tag"
            " key from the calling session.",
        )
    return SessionTags((*inherited.passed_on(), *passed), (*inherited.transitive, *transitive))


def session_policies(
    directory: Directory, account: str, inline: str | None, arns: Iterable[str]
) -> tuple[str, ...]:
    """Return the texts of a session's policies: the inline one, then the managed ones.

    Managed policies must be AWS's or of ``account``. Raises ``ControlError``:
    MalformedPolicyDocument, PackedPolicyTooLarge, ValidationError (no such policy).
    """
    texts: list[str] = []
    if inline is not None:
        quota = SIZE_QUOTAS[PolicyKind.SESSION]
        if quota.size_of(inline) > quota.characters:
            raise ControlError("PackedPolicyTooLarge", "Policy exceeds the packed size limit.")
        documents.written(inline, PolicyKind.SESSION)
        texts.append(inline)
    asked = tuple(arns)
    if len(asked) > SESSION_POLICY_ARNS:
        raise ControlError(
            "ValidationError", f"The number of policy ARNs exceeds {SESSION_POLICY_ARNS}."
        )
    for arn in asked:
        text = _managed_text(directory, account, arn)
        if text is None:
            raise ControlError("ValidationError", f"{arn} does not exist or is not attachable.")
        texts.append(text)
    return tuple(texts)


def packed_percent(policies: tuple[str, ...], tags: Tags) -> int:
    """Return how much of the packed size limit is used, in percent, at least 1.

    Raises ``ControlError`` (PackedPolicyTooLarge) above 100.
    """
    plain = "\n".join((*policies, *(f"{key}={value}" for key, value in tags)))
    percent = max(1, -(-100 * len(zlib.compress(plain.encode(), 9)) // PACKED_BYTES))
    if percent > 100:
        raise ControlError(
            "PackedPolicyTooLarge",
            f"Packed policy consumes {percent}% of allotted space, please use smaller policy.",
        )
    return percent


def role_duration(role: Role, asked: int | None, *, chained: bool) -> int:
    """Return how many seconds a session of ``role`` lasts.

    Raises ``ControlError`` (ValidationError) when more is asked than the role, or role chaining,
    admits.
    """
    if chained and (asked or 0) > CHAINED_LIMIT:
        raise ControlError(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by"
            " role chaining.",
        )
    if (asked or 0) > role.max_session_duration:
        raise ControlError(
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        )
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
    """Return the claims of a GetSessionToken session of a user (or root: its account's id).

    What is asked above the limit is cut to it, as the API Reference says of the root user.
    """
    limit = ROOT_LIMIT if user_id == account else USER_LIMIT
    seconds = min(asked or USER_DEFAULT, limit)
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
        expires_at=issued + seconds,
    )


def _managed_text(directory: Directory, account: str, arn: str) -> str | None:
    """Return the default version's text of a managed policy that ``account`` may use."""
    if not policies.usable(directory, account, arn):
        return None
    policy = one(directory, ManagedPolicy, arn=arn)
    if policy is None:
        return managed_policy_text(arn)
    version = directory.get(PolicyVersion, policy.id, policy.default_version)
    return version.document if version else None
