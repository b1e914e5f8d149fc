"""CreateServiceLinkedRole, DeleteServiceLinkedRole, GetServiceLinkedRoleDeletionStatus."""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.iam import credential_facts, facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.control import service_linked_roles
from doorward.model.identity import Role
from doorward.model.service_linked import RoleDeletion


def _task(deletion: RoleDeletion) -> shapes.Shape:
    return {"DeletionTaskId": deletion.id}


def _succeeded(_deletion: RoleDeletion) -> shapes.Shape:
    return {"Status": "SUCCEEDED"}


@operation(
    "iam",
    "CreateServiceLinkedRole",
    asks=about(credential_facts.new_service_role, credential_facts.service_name),
    answer=shapes.wrapped("Role", shapes.created_role),
)
def create_service_linked_role(
    call: Write,
    *,
    aws_service_name: str,
    description: str | None = None,
    custom_suffix: str | None = None,
) -> Role:
    """Create the role of a service."""
    return service_linked_roles.create(
        call.transaction,
        call.caller.account,
        service=aws_service_name,
        suffix=custom_suffix,
        description=description,
        now=call.now,
        ids=call.ids,
    )


@operation("iam", "DeleteServiceLinkedRole", asks=about(facts.role), answer=_task)
def delete_service_linked_role(call: Write, *, role_name: str) -> RoleDeletion:
    """Delete the role of a service; nothing is in the way."""
    return service_linked_roles.delete(
        call.transaction, call.caller.account, role_name, now=call.now, ids=call.ids
    )


@operation(
    "iam",
    "GetServiceLinkedRoleDeletionStatus",
    asks=about(credential_facts.deleted_role),
    answer=_succeeded,
)
def get_service_linked_role_deletion_status(call: Read, *, deletion_task_id: str) -> RoleDeletion:
    """Return how a deletion went: every one that was begun has succeeded."""
    return service_linked_roles.deletion(call.directory, call.caller.account, deletion_task_id)
