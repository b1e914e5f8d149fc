"""PutUserPermissionsBoundary, DeleteUserPermissionsBoundary, and the same for roles."""

from __future__ import annotations

from doorward.api.call import Write
from doorward.api.iam import facts
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.control import boundaries, roles, users


@operation("iam", "PutUserPermissionsBoundary", asks=about(facts.user, facts.requested_boundary))
def put_user_permissions_boundary(
    call: Write, *, user_name: str, permissions_boundary: str
) -> None:
    """Set a user's boundary."""
    user = users.get(call.transaction, call.caller.account, user_name)
    boundaries.put(call.transaction, user, permissions_boundary)


@operation("iam", "DeleteUserPermissionsBoundary", asks=about(facts.user, facts.held_boundary))
def delete_user_permissions_boundary(call: Write, *, user_name: str) -> None:
    """Remove a user's boundary."""
    boundaries.delete(
        call.transaction, users.get(call.transaction, call.caller.account, user_name)
    )


@operation("iam", "PutRolePermissionsBoundary", asks=about(facts.role, facts.requested_boundary))
def put_role_permissions_boundary(
    call: Write, *, role_name: str, permissions_boundary: str
) -> None:
    """Set a role's boundary."""
    role = roles.get(call.transaction, call.caller.account, role_name)
    boundaries.put(call.transaction, role, permissions_boundary)


@operation("iam", "DeleteRolePermissionsBoundary", asks=about(facts.role, facts.held_boundary))
def delete_role_permissions_boundary(call: Write, *, role_name: str) -> None:
    """Remove a role's boundary."""
    boundaries.delete(
        call.transaction, roles.get(call.transaction, call.caller.account, role_name)
    )
