"""Permissions boundaries of users and roles.

Source: IAM User Guide, "Permissions boundaries for IAM entities": a managed policy, AWS's or the
account's own, sets the maximum; one per user or role.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from doorward.control import messages, policies, protection
from doorward.model.directory import Directory, Transaction
from doorward.model.identity import Role, User
from doorward.policy.arn import parse_arn

Bounded = TypeVar("Bounded", bound=User | Role)


def checked(directory: Directory, account: str, arn: str | None) -> str | None:
    """Return a boundary that ``account`` may use; ``None`` stays ``None``.

    Raises ``ControlError``: ValidationError when it is not the ARN of a policy, NoSuchEntity when
    there is no such policy of AWS's or the account's own, PolicyNotAttachable for one that AWS
    keeps for service-linked roles.
    """
    if arn is None:
        return None
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "iam" or parsed.resource_type != "policy":
        raise messages.INVALID_BOUNDARY.error(arn=arn)
    if not policies.usable(directory, account, arn):
        raise messages.NO_SUCH_BOUNDARY.error(arn=arn)
    if arn.startswith(policies.OF_SERVICES):
        raise messages.SERVICE_ROLE_BOUNDARY.error(arn=arn)
    return arn


def put(transaction: Transaction, entity: Bounded, arn: str) -> Bounded:
    """Set the boundary of a user or role; raises as ``checked``, and UnmodifiableEntity."""
    protection.modifiable(entity)
    return _replace(transaction, entity, checked(transaction, entity.account, arn))


def delete(transaction: Transaction, entity: Bounded) -> Bounded:
    """Remove the boundary of a user or role; none is no error, as on AWS.

    Raises UnmodifiableEntity for a service-linked role.
    """
    protection.modifiable(entity)
    return _replace(transaction, entity, None)


def _replace(transaction: Transaction, entity: Bounded, arn: str | None) -> Bounded:
    changed = msgspec.structs.replace(entity, permissions_boundary=arn)
    if changed != entity:
        transaction.put(changed)
    return changed
