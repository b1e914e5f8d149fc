"""What a session carries besides its principal: tags and session policies, and their size.

Sources: AWS STS API Reference (AssumeRole, GetFederationToken); IAM User Guide, "Session
policies", "Pass session tags in AWS STS"; texts recorded from AWS.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import msgspec

from doorward.control import documents, policies
from doorward.control import session_messages as messages
from doorward.control.errors import ControlError
from doorward.model.directory import Directory, one
from doorward.model.identity import ManagedPolicy, PolicyVersion
from doorward.model.principal import Tags
from doorward.policy.catalog import managed_policy_text
from doorward.policy.folding import fold
from doorward.policy.kind import PolicyKind
from doorward.policy.quotas import SIZE_QUOTAS

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
        keys = {fold(key) for key in self.transitive}
        return tuple((key, value) for key, value in self.tags if fold(key) in keys)


def session_tags(
    passed: Tags,
    transitive: tuple[str, ...] = (),
    inherited: SessionTags = SessionTags(),  # noqa: B008 - a value that cannot change
) -> SessionTags:
    """Return the tags of a new session: those passed, and the caller's transitive ones.

    Raises ``ControlError`` (InvalidParameterValue) as AWS words it: duplicate keys, a key that is
    AWS's own, a transitive key that is not passed, a key that a transitive tag of the calling
    session holds.
    """
    keys = [fold(key) for key, _ in passed]
    if len(set(keys)) != len(keys):
        raise messages.DUPLICATE_TAGS.error()
    if any(key.startswith("aws:") for key in keys):
        raise messages.SYSTEM_TAGS.error()
    asked = {fold(key) for key in transitive}
    if not asked <= set(keys):
        raise messages.TRANSITIVE_NOT_PASSED.error()
    held = {fold(key) for key in inherited.transitive}
    if held & asked:
        raise messages.TRANSITIVE_HELD.error()
    if held & set(keys):
        raise messages.TAG_HELD.error()
    return SessionTags((*inherited.passed_on(), *passed), (*inherited.transitive, *transitive))


def session_policies(
    directory: Directory, account: str, inline: str | None, arns: Iterable[str]
) -> tuple[str, ...]:
    """Return the text of a session's inline policy, if it has one; check it and the managed ones.

    Managed policies must be AWS's or of ``account``; only their ARNs go with the session. Raises
    ``ControlError``: MalformedPolicyDocument, PackedPolicyTooLarge, ValidationError (no such
    policy).
    """
    if inline is not None:
        quota = SIZE_QUOTAS[PolicyKind.SESSION]
        if quota.size_of(inline) > quota.characters:
            raise messages.POLICY_TOO_LARGE.error()
        documents.written(inline, PolicyKind.SESSION)
    asked = tuple(arns)
    if len(asked) > SESSION_POLICY_ARNS:
        raise messages.TOO_MANY_ARNS.error(limit=SESSION_POLICY_ARNS)
    for arn in asked:
        if managed_text(directory, account, arn) is None:
            raise messages.NO_SUCH_POLICY.error(arn=arn)
    return () if inline is None else (inline,)


def session_texts(
    directory: Directory, account: str, inline: tuple[str, ...], arns: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Return the texts of a session's policies as they are now: inline ones, then managed ones.

    ``None`` when a managed one is there no more. What it allowed and denied is not known then.
    """
    texts = [managed_text(directory, account, arn) for arn in arns]
    found = tuple(text for text in texts if text is not None)
    return (*inline, *found) if len(found) == len(texts) else None


def managed_text(directory: Directory, account: str, arn: str) -> str | None:
    """Return the default version's text of a managed policy that ``account`` may use."""
    if not policies.usable(directory, account, arn):
        return None
    policy = one(directory, ManagedPolicy, arn=arn)
    if policy is None:
        return managed_policy_text(arn)
    version = directory.get(PolicyVersion, policy.id, policy.default_version)
    return version.document if version else None


def packed_percent(policies: tuple[str, ...], tags: Tags) -> int:
    """Return how much of the packed size limit policies, ARNs and tags use, in percent.

    0 for nothing, else at least 1. Raises ``ControlError`` (PackedPolicyTooLarge) above 100.
    """
    if not policies and not tags:
        return 0
    plain = "\n".join((*policies, *(f"{key}={value}" for key, value in tags)))
    percent = max(1, -(-100 * len(zlib.compress(plain.encode(), 9)) // PACKED_BYTES))
    if percent > 100:
        raise too_large(percent, policies)
    return percent


def too_large(percent: int, policies: tuple[str, ...]) -> ControlError:
    """Return PackedPolicyTooLarge, which says whether policies or tags alone are to blame."""
    message = messages.PACKED_POLICY if policies else messages.PACKED_TAGS
    return message.error(percent=percent)
