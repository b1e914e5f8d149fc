"""Managed policies attached to users, groups and roles.

Source: IAM API Reference (AttachUserPolicy, DetachUserPolicy, ListEntitiesForPolicy); texts and
codes recorded from AWS.
"""

from __future__ import annotations

from doorward.control import messages, policies, protection
from doorward.control.inline import Entity, kind
from doorward.control.quotas import within
from doorward.model.directory import Directory, Transaction
from doorward.model.identity import Attachment


def of(directory: Directory, entity: Entity) -> tuple[Attachment, ...]:
    """Return an entity's attachments in the order in which they were made."""
    found = directory.find(Attachment, owner_id=entity.id)
    return tuple(sorted(found, key=lambda attachment: attachment.ordinal))


def attach(transaction: Transaction, entity: Entity, arn: str) -> None:
    """Attach a managed policy; one that is attached already stays, without error.

    Raises ``ControlError``: ValidationError for what is no ARN, NoSuchEntity for a policy that is
    neither AWS's nor the account's own, PolicyNotAttachable for one that AWS keeps for
    service-linked roles, UnmodifiableEntity for such a role, LimitExceeded.
    """
    protection.modifiable(entity)
    policies.well_formed(arn)
    if not policies.usable(transaction, entity.account, arn):
        raise messages.NOT_ATTACHABLE.error(arn=arn)
    if arn.startswith(policies.OF_SERVICES):
        raise messages.SERVICE_ROLE_POLICY.error(kind=kind(entity).capitalize())
    present = of(transaction, entity)
    if any(attachment.policy_arn == arn for attachment in present):
        return
    within(
        transaction, entity.account, f"PoliciesPer{kind(entity).capitalize()}", len(present) + 1
    )
    ordinal = present[-1].ordinal + 1 if present else 0
    transaction.add(Attachment(entity.account, entity.id, arn, ordinal))


def detach(transaction: Transaction, entity: Entity, arn: str) -> None:
    """Detach a managed policy; raise NoSuchEntity when it is not attached.

    Raises UnmodifiableEntity for a service-linked role.
    """
    protection.modifiable(entity)
    policies.well_formed(arn)
    attachment = transaction.get(Attachment, entity.id, arn)
    if attachment is None:
        raise messages.NO_SUCH_POLICY.error(arn=arn)
    transaction.remove(attachment)
