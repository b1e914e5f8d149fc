"""Service and resource control policies: created, changed, attached, detached.

Sources: AWS Organizations API Reference (CreatePolicy, AttachPolicy, DetachPolicy). What may
stand in each type is for ``policy.validate`` to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from doorward.control import documents, messages, units
from doorward.control.ids import Ids
from doorward.control.organizations import FULL_ACCESS
from doorward.control.quotas import QUOTAS
from doorward.model.directory import Directory, Transaction
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
)
from doorward.policy.catalog import (
    FULL_AWS_ACCESS_ARN,
    RCP_FULL_AWS_ACCESS_ARN,
    aws_managed_policy,
)
from doorward.policy.document import Document
from doorward.policy.kind import PolicyKind
from doorward.policy.parse import parse
from doorward.policy.quotas import SIZE_QUOTAS
from doorward.policy.validate import validate

_CATALOG = {
    "p-FullAWSAccess": (PolicyType.SERVICE_CONTROL_POLICY, FULL_AWS_ACCESS_ARN),
    "p-RCPFullAWSAccess": (PolicyType.RESOURCE_CONTROL_POLICY, RCP_FULL_AWS_ACCESS_ARN),
}


_KINDS: Mapping[PolicyType, PolicyKind] = {
    PolicyType.SERVICE_CONTROL_POLICY: PolicyKind.SERVICE_CONTROL,
    PolicyType.RESOURCE_CONTROL_POLICY: PolicyKind.RESOURCE_CONTROL,
}


def is_aws_managed(policy: OrganizationPolicy) -> bool:
    """Whether the policy is AWS's own, and so cannot be changed."""
    return policy.id in _CATALOG


def get(directory: Directory, organization: Organization, policy_id: str) -> OrganizationPolicy:
    """Return a policy of AWS's or of the organization; raise PolicyNotFoundException."""
    ours = _aws_managed(organization, policy_id)
    policy = ours or directory.get(OrganizationPolicy, policy_id)
    if policy is None or policy.organization_id != organization.id:
        raise messages.NO_SUCH_ORGANIZATION_POLICY.error()
    return policy


def all_of(
    directory: Directory, organization: Organization, kind: PolicyType | None
) -> tuple[OrganizationPolicy, ...]:
    """Return the policies of a type, AWS's own first; ``None`` is a type that is not kept."""
    if kind is None:
        return ()
    aws = (_aws_managed(organization, FULL_ACCESS[kind]),)
    own = directory.find(OrganizationPolicy, organization_id=organization.id)
    return tuple(policy for policy in (*aws, *own) if policy and policy.type is kind)


def attached_to(
    directory: Directory, organization: Organization, target: str, kind: PolicyType | None
) -> tuple[OrganizationPolicy, ...]:
    """Return the policies of a type attached to a target itself, in order of attachment.

    ``None`` is a type that is not kept. Raises ``ControlError`` (TargetNotFoundException).
    """
    check_target(directory, organization, target)
    found = sorted(
        directory.find(PolicyTarget, target_id=target), key=lambda attached: attached.ordinal
    )
    policies = (get(directory, organization, attached.policy_id) for attached in found)
    return tuple(policy for policy in policies if policy.type is kind)


def targets_of(
    directory: Directory, organization: Organization, policy: OrganizationPolicy
) -> tuple[str, ...]:
    """Return what a policy is attached to, by id."""
    found = directory.find(PolicyTarget, policy_id=policy.id)
    return tuple(each.target_id for each in found if each.organization_id == organization.id)


def check_target(directory: Directory, organization: Organization, target: str) -> None:
    """Raise TargetNotFoundException unless the target is in the organization."""
    account = directory.get(Account, target)
    if account is not None and account.organization_id == organization.id:
        return
    units.check_parent(directory, organization, target, messages.NO_SUCH_TARGET)


def create(
    transaction: Transaction,
    organization: Organization,
    *,
    name: str,
    kind: PolicyType,
    content: str,
    description: str,
    now: datetime,
    ids: Ids,
) -> OrganizationPolicy:
    """Create a policy; its text is kept byte for byte.

    Raises ``ControlError``: DuplicatePolicyException, MalformedPolicyDocumentException,
    ConstraintViolationException for size and number.
    """
    _check_content(kind, content)
    present = transaction.find(OrganizationPolicy, organization_id=organization.id)
    _check_name(present, name, kind)
    if len(present) >= QUOTAS["OrganizationPoliciesPerOrganization"]:
        raise messages.TOO_MANY_ORGANIZATION_POLICIES.error()
    policy = OrganizationPolicy(
        id=ids.organization_policy_id(),
        organization_id=organization.id,
        name=name,
        type=kind,
        content=content,
        created=now,
        description=description,
    )
    transaction.add(policy)
    return policy


def update(
    transaction: Transaction,
    policy: OrganizationPolicy,
    *,
    name: str | None = None,
    description: str | None = None,
    content: str | None = None,
) -> OrganizationPolicy:
    """Change what is given; raises as ``create``, InvalidInputException for AWS's own."""
    _check_mutable(policy)
    if content is not None:
        _check_content(policy.type, content)
    if name is not None:
        present = transaction.find(OrganizationPolicy, organization_id=policy.organization_id)
        others = tuple(other for other in present if other.id != policy.id)
        _check_name(others, name, policy.type)
    changed = msgspec.structs.replace(
        policy,
        name=policy.name if name is None else name,
        description=policy.description if description is None else description,
        content=policy.content if content is None else content,
    )
    transaction.put(changed)
    return changed


def delete(transaction: Transaction, policy: OrganizationPolicy) -> None:
    """Delete a policy that is attached nowhere; raise PolicyInUseException otherwise."""
    _check_mutable(policy)
    if transaction.find(PolicyTarget, policy_id=policy.id):
        raise messages.ORGANIZATION_POLICY_IN_USE.error()
    transaction.remove(policy)


def attach(
    transaction: Transaction, organization: Organization, policy: OrganizationPolicy, target: str
) -> None:
    """Attach a policy to a root, unit or account.

    Raises ``ControlError``: TargetNotFoundException, PolicyTypeNotEnabledException,
    DuplicatePolicyAttachmentException, ConstraintViolationException above five of a type.
    """
    present = attached_to(transaction, organization, target, policy.type)
    if policy.type not in organization.enabled_policy_types:
        raise messages.TYPE_NOT_ENABLED.error()
    if policy.id in {each.id for each in present}:
        raise messages.ALREADY_ATTACHED.error()
    if len(present) >= QUOTAS["OrganizationPoliciesPerTarget"]:
        raise messages.TOO_MANY_ATTACHED.error()
    held = transaction.find(PolicyTarget, target_id=target)
    ordinal = 1 + max((each.ordinal for each in held), default=-1)
    transaction.add(PolicyTarget(organization.id, target, policy.id, ordinal))


def detach(
    transaction: Transaction, organization: Organization, policy: OrganizationPolicy, target: str
) -> None:
    """Detach a policy; the last SCP of a target stays, and RCPFullAWSAccess always.

    Raises ``ControlError``: TargetNotFoundException, PolicyTypeNotEnabledException,
    PolicyNotAttachedException, ConstraintViolationException, InvalidInputException.
    """
    present = attached_to(transaction, organization, target, policy.type)
    if policy.type not in organization.enabled_policy_types:
        raise messages.TYPE_NOT_ENABLED.error()
    attached = transaction.get(PolicyTarget, target, policy.id)
    if attached is None:
        raise messages.NOT_ATTACHED.error()
    if policy.id == FULL_ACCESS[PolicyType.RESOURCE_CONTROL_POLICY]:
        raise messages.NON_DETACHABLE_POLICY.error()
    if len(present) == 1:
        raise messages.LAST_POLICY.error()
    transaction.remove(attached)


def _aws_managed(organization: Organization, policy_id: str) -> OrganizationPolicy | None:
    """Return AWS's full-access policy, as every organization sees it, or ``None``."""
    row = _CATALOG.get(policy_id)
    known = aws_managed_policy(row[1]) if row else None
    if row is None or known is None:
        return None
    return OrganizationPolicy(
        id=policy_id,
        organization_id=organization.id,
        name=known.name,
        type=row[0],
        content=known.document,
        created=organization.created,
        description=known.description or "",
    )


def _check_mutable(policy: OrganizationPolicy) -> None:
    if is_aws_managed(policy):
        raise messages.IMMUTABLE_POLICY.error()


def _check_name(others: tuple[OrganizationPolicy, ...], name: str, kind: PolicyType) -> None:
    if any(other.name == name and other.type is kind for other in others):
        raise messages.ORGANIZATION_POLICY_EXISTS.error()


def _check_content(kind: PolicyType, content: str) -> None:
    """Raise unless the text is a policy of this kind, small enough."""
    document, problems = parse(content)
    if document is not None:
        problems = validate(document, _KINDS[kind])
    codes = {problem.code for problem in problems if problem.refused}
    quota = SIZE_QUOTAS[_KINDS[kind]]
    if document is None or codes - {quota.code} or not _acts(document):
        raise messages.ORGANIZATION_POLICY_MALFORMED.error()
    if codes:
        raise messages.ORGANIZATION_POLICY_TOO_LARGE.error(limit=quota.characters)


def _acts(document: Document) -> bool:
    """Whether every action is spelt as one."""
    return not any(
        complaint
        for statement in document.statements
        for complaint in documents.actions(statement)
    )
