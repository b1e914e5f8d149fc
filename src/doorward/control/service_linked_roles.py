"""Service-linked roles: created by name of the service, deleted by a task.

Source: IAM API Reference (CreateServiceLinkedRole, DeleteServiceLinkedRole,
GetServiceLinkedRoleDeletionStatus). No service here uses its role: a deletion is done at once.
"""

from __future__ import annotations

import re
from datetime import datetime

from doorward.control import credential_messages as messages
from doorward.control import roles
from doorward.control.ids import Ids
from doorward.control.messages import NO_SUCH_ROLE
from doorward.control.protection import service_linked
from doorward.control.service_roles import SERVICE_ROLES, ServiceRole
from doorward.model.directory import Directory, Transaction
from doorward.model.identity import Attachment, Role
from doorward.model.service_linked import RoleDeletion
from doorward.policy.folding import fold

_LONGEST_NAME = 64
_TASK = re.compile(r"task(/aws-service-role/[^/]+/)([\w+=,.@-]{1,64})/[0-9a-f-]{36}", re.ASCII)


def name_of(service: ServiceRole, suffix: str | None) -> str:
    """Return the name of a service's role, with a suffix if one is given."""
    return service.name if suffix is None else f"{service.name}_{suffix}"


def create(
    transaction: Transaction,
    account: str,
    *,
    service: str,
    suffix: str | None = None,
    description: str | None = None,
    now: datetime,
    ids: Ids,
) -> Role:
    """Create the role of a service, with its policy; the quota of roles does not count it.

    Raises ``ControlError`` (InvalidInput): a service without such a role, a suffix where the
    service has none, a name that is too long, or taken.
    """
    known = SERVICE_ROLES.get(service)
    if known is None:
        raise messages.NO_SERVICE_ROLE.error(service=service)
    if suffix is not None and not known.suffix:
        raise messages.NO_SUFFIX.error(service=service)
    name = name_of(known, suffix)
    if len(name) > _LONGEST_NAME:
        raise messages.SERVICE_ROLE_NAME.error(name=name, limit=_LONGEST_NAME)
    role = Role(
        account=account,
        name=name,
        id=ids.unique_id("AROA", account),
        created=now,
        trust_policy=known.trust_policy,
        path=known.path,
        description=description,
    )
    if transaction.get(Role, account, fold(name)) is not None:
        raise messages.SERVICE_ROLE_TAKEN.error(name=name)
    transaction.add(role)
    transaction.add(Attachment(account, role.id, known.policy_arn, 0))
    return role


def delete(
    transaction: Transaction, account: str, name: str, *, now: datetime, ids: Ids
) -> RoleDeletion:
    """Delete a service-linked role and its policy; raise NoSuchEntity for any other role."""
    role = roles.get(transaction, account, name)
    if not service_linked(role):
        raise NO_SUCH_ROLE.error(name=name)
    for attachment in transaction.find(Attachment, owner_id=role.id):
        transaction.remove(attachment)
    transaction.remove(role)
    deletion = RoleDeletion(f"task{role.path}{role.name}/{ids.uuid()}", account, now)
    transaction.add(deletion)
    return deletion


def deleted_role(account: str, task: str) -> str:
    """Return the ARN of the role that a deletion task is about; raise InvalidInput."""
    found = _TASK.fullmatch(task)
    if found is None:
        raise messages.DELETION_TASK.error(id=task)
    path, name = found.groups()
    return f"arn:aws:iam::{account}:role{path}{name}"


def deletion(directory: Directory, account: str, task: str) -> RoleDeletion:
    """Return a deletion by its task; raise NoSuchEntity when there was none."""
    found = directory.get(RoleDeletion, task)
    if found is None or found.account != account:
        raise messages.NO_SUCH_DELETION.error(id=task)
    return found
