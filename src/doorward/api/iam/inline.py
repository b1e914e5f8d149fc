"""PutUserPolicy, GetUserPolicy, DeleteUserPolicy, ListUserPolicies, and the same for roles."""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import Page, page
from doorward.control import inline, messages, roles, users
from doorward.control.inline import Entity


def _user_policy(found: tuple[str, str, str]) -> shapes.Shape:
    return _policy("UserName", found)


def _role_policy(found: tuple[str, str, str]) -> shapes.Shape:
    return _policy("RoleName", found)


def _policy(member: str, found: tuple[str, str, str]) -> shapes.Shape:
    owner, name, text = found
    return {member: owner, "PolicyName": name, "PolicyDocument": shapes.document(text)}


def _names(call: Read, entity: Entity, marker: str | None, max_items: int | None) -> Page[str]:
    found = inline.names(call.directory, entity)
    return page(found, str, marker, max_items, messages.INVALID_MARKER)


@operation("iam", "PutUserPolicy", asks=about(facts.user, facts.held_boundary))
def put_user_policy(
    call: Write, *, user_name: str, policy_name: str, policy_document: str
) -> None:
    """Add or replace a user's inline policy."""
    user = users.get(call.transaction, call.caller.account, user_name)
    inline.put(call.transaction, user, name=policy_name, document=policy_document)


@operation("iam", "GetUserPolicy", asks=about(facts.user), answer=_user_policy)
def get_user_policy(call: Read, *, user_name: str, policy_name: str) -> tuple[str, str, str]:
    """Return a user's inline policy: the user's name, the policy's, the text."""
    user = users.get(call.directory, call.caller.account, user_name)
    found = inline.get(call.directory, user, policy_name)
    return user.name, found.name, found.document


@operation("iam", "DeleteUserPolicy", asks=about(facts.user, facts.held_boundary))
def delete_user_policy(call: Write, *, user_name: str, policy_name: str) -> None:
    """Delete a user's inline policy."""
    user = users.get(call.transaction, call.caller.account, user_name)
    inline.delete(call.transaction, user, policy_name)


@operation(
    "iam", "ListUserPolicies", asks=about(facts.user), answer=shapes.paged("PolicyNames", str)
)
def list_user_policies(
    call: Read, *, user_name: str, marker: str | None = None, max_items: int | None = None
) -> Page[str]:
    """Return the names of a user's inline policies."""
    user = users.get(call.directory, call.caller.account, user_name)
    return _names(call, user, marker, max_items)


@operation("iam", "PutRolePolicy", asks=about(facts.role, facts.held_boundary))
def put_role_policy(
    call: Write, *, role_name: str, policy_name: str, policy_document: str
) -> None:
    """Add or replace a role's inline policy."""
    role = roles.get(call.transaction, call.caller.account, role_name)
    inline.put(call.transaction, role, name=policy_name, document=policy_document)


@operation("iam", "GetRolePolicy", asks=about(facts.role), answer=_role_policy)
def get_role_policy(call: Read, *, role_name: str, policy_name: str) -> tuple[str, str, str]:
    """Return a role's inline policy: the role's name, the policy's, the text."""
    role = roles.get(call.directory, call.caller.account, role_name)
    found = inline.get(call.directory, role, policy_name)
    return role.name, found.name, found.document


@operation("iam", "DeleteRolePolicy", asks=about(facts.role, facts.held_boundary))
def delete_role_policy(call: Write, *, role_name: str, policy_name: str) -> None:
    """Delete a role's inline policy."""
    role = roles.get(call.transaction, call.caller.account, role_name)
    inline.delete(call.transaction, role, policy_name)


@operation(
    "iam", "ListRolePolicies", asks=about(facts.role), answer=shapes.paged("PolicyNames", str)
)
def list_role_policies(
    call: Read, *, role_name: str, marker: str | None = None, max_items: int | None = None
) -> Page[str]:
    """Return the names of a role's inline policies."""
    role = roles.get(call.directory, call.caller.account, role_name)
    return _names(call, role, marker, max_items)
