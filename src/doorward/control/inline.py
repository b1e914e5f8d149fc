"""Inline policies: documents embedded in one user, group or role.

Source: IAM API Reference (PutUserPolicy, PutGroupPolicy, PutRolePolicy); the quota counts the
characters of all inline policies of an entity together, white space not counted.
"""

from __future__ import annotations

from doorward.control import documents, messages, protection
from doorward.control.quotas import limit, significant
from doorward.model.directory import Directory, Transaction
from doorward.model.identity import Group, InlinePolicy, Role, User

Entity = User | Group | Role
"""What policies are attached to."""


def kind(entity: Entity) -> str:
    """Return the word for the entity: ``user``, ``group`` or ``role``."""
    return type(entity).__name__.lower()


def get(directory: Directory, entity: Entity, name: str) -> InlinePolicy:
    """Return an inline policy by name; raise NoSuchEntity when there is none."""
    found = directory.get(InlinePolicy, entity.id, name)
    if found is None:
        raise messages.NO_SUCH_INLINE.error(owner=kind(entity), name=name)
    return found


def names(directory: Directory, entity: Entity) -> tuple[str, ...]:
    """Return the names of an entity's inline policies, in order."""
    return tuple(policy.name for policy in directory.find(InlinePolicy, owner_id=entity.id))


def put(transaction: Transaction, entity: Entity, *, name: str, document: str) -> InlinePolicy:
    """Add or replace an inline policy; the text is kept byte for byte.

    Raises ``ControlError``: MalformedPolicyDocument, LimitExceeded when all inline policies of the
    entity together grow too large, UnmodifiableEntity for a service-linked role.
    """
    protection.modifiable(entity)
    documents.identity(document, managed=False)
    others = transaction.find(InlinePolicy, owner_id=entity.id)
    size = sum(significant(policy.document) for policy in others if policy.name != name)
    quota = f"InlinePolicySizePer{kind(entity).capitalize()}"
    most = limit(transaction, entity.account, quota)
    if size + significant(document) > most:
        raise messages.INLINE_TOO_LARGE.error(limit=most, owner=kind(entity), name=entity.name)
    policy = InlinePolicy(entity.account, entity.id, name, document)
    if any(other.name == name for other in others):
        transaction.put(policy)
    else:
        transaction.add(policy)
    return policy


def delete(transaction: Transaction, entity: Entity, name: str) -> None:
    """Delete an inline policy; raise NoSuchEntity when there is none, UnmodifiableEntity."""
    protection.modifiable(entity)
    transaction.remove(get(transaction, entity, name))
