"""Managed policies with their versions: the account's own, and AWS's, which are only read.

Sources: IAM API Reference (CreatePolicy, CreatePolicyVersion, DeletePolicy …); IAM User Guide,
"Versioning IAM policies".
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from doorward.control import documents, messages, names, tags
from doorward.control.ids import Ids
from doorward.control.quotas import limit, significant, within
from doorward.model.directory import Directory, Transaction, one
from doorward.model.identity import Attachment, ManagedPolicy, PolicyVersion, Role, User
from doorward.model.principal import Tags
from doorward.policy.arn import parse_arn
from doorward.policy.catalog import (
    ManagedPolicyText,
    aws_managed_policies,
    aws_managed_policy,
    managed_policy_text,
)
from doorward.policy.folding import fold

AWS_MANAGED = "arn:aws:iam::aws:policy/"
"""How the ARN of every AWS-managed policy begins."""

OF_SERVICES = f"{AWS_MANAGED}aws-service-role/"
"""How the ARN of those begins that only a service-linked role may have."""

_AWS_MANAGED_SINCE = datetime(2015, 2, 6, 18, 39, 46, tzinfo=UTC)
"""When AWS introduced managed policies: the date of those whose own is not in the catalog."""


class Described(msgspec.Struct, frozen=True):
    """A managed policy with what only its surroundings tell.

    ``attachments`` and ``boundaries`` count its uses in the account that asks.
    """

    policy: ManagedPolicy
    attachments: int
    boundaries: int

    @property
    def arn(self) -> str:
        """The policy's ARN."""
        return self.policy.arn


def well_formed(arn: str) -> None:
    """Raise ValidationError for a text that is not an ARN."""
    if parse_arn(arn) is None:
        raise messages.INVALID_ARN.error()


def usable(directory: Directory, account: str, arn: str) -> bool:
    """Whether ``account`` may attach the policy: it is AWS's, or the account's own."""
    if _aws_managed(arn) is not None:
        return True
    policy = one(directory, ManagedPolicy, arn=arn)
    return policy is not None and policy.account == account


def get(directory: Directory, account: str, arn: str) -> ManagedPolicy:
    """Return a policy of AWS's or of ``account``; raise NoSuchEntity for any other."""
    well_formed(arn)
    policy = _aws_managed(arn) or one(directory, ManagedPolicy, arn=arn)
    if policy is None or policy.account not in {"aws", account}:
        raise messages.NO_SUCH_POLICY.error(arn=arn)
    return policy


def own(directory: Directory, account: str, arn: str) -> ManagedPolicy:
    """Return a policy of ``account`` itself, to change it; raise NoSuchEntity for any other."""
    policy = get(directory, account, arn)
    if policy.account != account:
        raise messages.NO_SUCH_POLICY.error(arn=arn)
    return policy


def described(directory: Directory, account: str, policy: ManagedPolicy) -> Described:
    """Return a policy with the number of its uses in ``account``."""
    attached = directory.find(Attachment, policy_arn=policy.arn)
    return Described(
        policy,
        sum(attachment.account == account for attachment in attached),
        len(bounded_by(directory, account, policy.arn)),
    )


def all_described(
    directory: Directory, account: str, found: Iterable[ManagedPolicy]
) -> tuple[Described, ...]:
    """Return policies with the number of their uses in ``account``, counted in one pass."""
    attachments = Counter(each.policy_arn for each in directory.find(Attachment, account=account))
    boundaries = Counter(each.permissions_boundary for each in _entities(directory, account))
    return tuple(
        Described(policy, attachments[policy.arn], boundaries[policy.arn]) for policy in found
    )


def bounded_by(directory: Directory, account: str, arn: str) -> tuple[User | Role, ...]:
    """Return the users and roles of ``account`` whose permissions boundary the policy is."""
    entities = _entities(directory, account)
    return tuple(entity for entity in entities if entity.permissions_boundary == arn)


def all_of(directory: Directory, account: str, scope: str) -> tuple[ManagedPolicy, ...]:
    """Return the policies of a scope, by ARN: ``Local`` (the account's), ``AWS`` or ``All``."""
    aws: Iterable[ManagedPolicy] = () if scope == "Local" else _all_aws_managed()
    local = () if scope == "AWS" else directory.find(ManagedPolicy, account=account)
    return tuple(sorted((*aws, *local), key=lambda policy: policy.arn))


def aws_in_use(directory: Directory, account: str) -> tuple[ManagedPolicy, ...]:
    """Return AWS's policies that are attached, or a permissions boundary, in ``account``."""
    used = {each.policy_arn for each in directory.find(Attachment, account=account)}
    used |= {each.permissions_boundary or "" for each in _entities(directory, account)}
    found = (_aws_managed(arn) for arn in sorted(used))
    return tuple(policy for policy in found if policy is not None)


def versions(directory: Directory, policy: ManagedPolicy) -> tuple[PolicyVersion, ...]:
    """Return a policy's versions, newest first."""
    if policy.account == "aws":
        return (version(directory, policy, policy.default_version),)
    found = directory.find(PolicyVersion, policy_id=policy.id)
    return tuple(sorted(found, key=lambda each: -int(each.version[1:])))


def version(directory: Directory, policy: ManagedPolicy, name: str) -> PolicyVersion:
    """Return one version of a policy; raise NoSuchEntity when there is none."""
    if policy.account == "aws":
        text = managed_policy_text(policy.arn) if name == policy.default_version else None
        found = PolicyVersion("aws", policy.id, name, text, policy.updated) if text else None
    else:
        found = directory.get(PolicyVersion, policy.id, name)
    if found is None:
        raise messages.NO_SUCH_VERSION.error(arn=policy.arn, version=name)
    return found


def create(
    transaction: Transaction,
    account: str,
    *,
    name: str,
    document: str,
    path: str | None = None,
    description: str | None = None,
    given_tags: Tags = (),
    now: datetime,
    ids: Ids,
) -> ManagedPolicy:
    """Create a policy with its version v1.

    Raises ``ControlError``: MalformedPolicyDocument, EntityAlreadyExists for a name taken in any
    case, ValidationError for a path, LimitExceeded.
    """
    policy = ManagedPolicy(
        account=account,
        name=name,
        id=ids.unique_id("ANPA", account),
        created=now,
        updated=now,
        path=names.path(path),
        description=description,
        tags=tags.merged((), given_tags, tags.exact),
    )
    _document(transaction, account, document)
    if transaction.get(ManagedPolicy, account, fold(name)) is not None:
        raise messages.POLICY_EXISTS.error(name=name)
    within(
        transaction,
        account,
        "PoliciesPerAccount",
        transaction.count(ManagedPolicy, account=account) + 1,
    )
    transaction.add(policy)
    transaction.add(PolicyVersion(account, policy.id, "v1", document, now))
    return policy


def create_version(
    transaction: Transaction,
    policy: ManagedPolicy,
    document: str,
    *,
    default: bool,
    now: datetime,
) -> PolicyVersion:
    """Add a version, and make it the default if asked; raises as ``create``.

    The numbers of deleted versions are not used again.
    """
    _document(transaction, policy.account, document)
    most = limit(transaction, policy.account, "VersionsPerPolicy")
    if len(versions(transaction, policy)) >= most:
        raise messages.TOO_MANY_VERSIONS.error(limit=most)
    number = policy.versions_ever + 1
    added = PolicyVersion(policy.account, policy.id, f"v{number}", document, now)
    transaction.add(added)
    transaction.put(
        msgspec.structs.replace(
            policy,
            versions_ever=number,
            updated=now,
            default_version=added.version if default else policy.default_version,
        )
    )
    return added


def set_default(
    transaction: Transaction, policy: ManagedPolicy, name: str, *, now: datetime
) -> None:
    """Make another version the one in force; raise NoSuchEntity when there is none."""
    chosen = version(transaction, policy, name)
    transaction.put(msgspec.structs.replace(policy, default_version=chosen.version, updated=now))


def delete_version(transaction: Transaction, policy: ManagedPolicy, name: str) -> None:
    """Delete a version that is not in force; raise NoSuchEntity, DeleteConflict."""
    gone = version(transaction, policy, name)
    if gone.version == policy.default_version:
        raise messages.DEFAULT_VERSION.error()
    transaction.remove(gone)


def delete(transaction: Transaction, policy: ManagedPolicy) -> None:
    """Delete a policy that nothing uses and that has its default version alone."""
    uses = described(transaction, policy.account, policy)
    if uses.attachments or uses.boundaries:
        raise messages.POLICY_ATTACHED.error()
    left = versions(transaction, policy)
    if len(left) > 1:
        raise messages.POLICY_HAS_VERSIONS.error()
    for each in left:
        transaction.remove(each)
    transaction.remove(policy)


def tag(transaction: Transaction, policy: ManagedPolicy, given: Tags) -> None:
    """Add tags to a policy, or replace them; raises InvalidInput, LimitExceeded."""
    merged = tags.merged(policy.tags, given, tags.exact)
    transaction.put(msgspec.structs.replace(policy, tags=merged))


def untag(transaction: Transaction, policy: ManagedPolicy, keys: Iterable[str]) -> None:
    """Remove tags from a policy; keys that it does not have are no error."""
    left = tags.without(policy.tags, keys, tags.exact)
    transaction.put(msgspec.structs.replace(policy, tags=left))


def _entities(directory: Directory, account: str) -> tuple[User | Role, ...]:
    """Return the users and roles of an account."""
    return (*directory.find(User, account=account), *directory.find(Role, account=account))


def _document(directory: Directory, account: str, text: str) -> None:
    documents.identity(text)
    within(directory, account, "PolicySize", significant(text))


def _aws_managed(arn: str) -> ManagedPolicy | None:
    """Return one of AWS's policies from the catalog, or ``None``."""
    known = aws_managed_policy(arn) if arn.startswith(AWS_MANAGED) else None
    return _from_catalog(known) if known else None


@functools.cache
def _all_aws_managed() -> tuple[ManagedPolicy, ...]:
    """Return all of AWS's policies for IAM from the catalog."""
    known = aws_managed_policies()
    return tuple(_from_catalog(each) for each in known if each.arn.startswith(AWS_MANAGED))


def _from_catalog(known: ManagedPolicyText) -> ManagedPolicy:
    folder = known.arn.removeprefix(AWS_MANAGED).removesuffix(known.name)
    created = known.created or _AWS_MANAGED_SINCE
    return ManagedPolicy(
        account="aws",
        name=known.name,
        id=known.id,
        created=created,
        updated=known.updated or created,
        path=f"/{folder}",
        description=known.description,
        default_version=known.version or "v1",
    )
