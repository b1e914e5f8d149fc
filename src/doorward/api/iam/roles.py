"""CreateRole, GetRole, UpdateRole, UpdateAssumeRolePolicy, DeleteRole, ListRoles, role tags."""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import Page
from doorward.control import roles
from doorward.model.identity import Role
from doorward.model.use import Use


@operation(
    "iam",
    "CreateRole",
    asks=about(
        facts.new_role, facts.requested_boundary, facts.request_tags, tagging="iam:TagRole"
    ),
    answer=shapes.wrapped("Role", shapes.created_role),
)
def create_role(
    call: Write,
    *,
    role_name: str,
    assume_role_policy_document: str,
    path: str | None = None,
    description: str | None = None,
    max_session_duration: int | None = None,
    max_signin_session_duration: int | None = None,
    permissions_boundary: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> Role:
    """Create a role."""
    role = roles.create(
        call.transaction,
        call.caller.account,
        name=role_name,
        trust_policy=assume_role_policy_document,
        path=path,
        description=description,
        max_session_duration=max_session_duration,
        max_signin_session=max_signin_session_duration,
        permissions_boundary=permissions_boundary,
        given_tags=facts.pairs(tags),
        now=call.now,
        ids=call.ids,
    )
    return roles.shown(call.transaction, role)


@operation(
    "iam",
    "GetRole",
    asks=about(facts.role, facts.held_boundary),
    answer=shapes.wrapped("Role", shapes.role),
    reads_store=True,
)
def get_role(call: Read, *, role_name: str) -> tuple[Role, Use | None]:
    """Return a role and its last use."""
    role = roles.get(call.directory, call.caller.account, role_name)
    used = facts.last_used(call, (role.id,)).get(role.id)
    return roles.shown(call.directory, role), used


@operation("iam", "UpdateRole", asks=about(facts.role, facts.held_boundary))
def update_role(
    call: Write,
    *,
    role_name: str,
    description: str | None = None,
    max_session_duration: int | None = None,
    max_signin_session_duration: int | None = None,
    reset_max_signin_session_duration: bool | None = None,
) -> None:
    """Change a role's description, and its longest sessions of either kind."""
    role = roles.get(call.transaction, call.caller.account, role_name)
    roles.update(
        call.transaction,
        role,
        description=description,
        max_session_duration=max_session_duration,
        max_signin_session=max_signin_session_duration,
        unset_max_signin_session=bool(reset_max_signin_session_duration),
    )


@operation(
    "iam",
    "UpdateRoleDescription",
    asks=about(facts.role, facts.held_boundary),
    answer=shapes.wrapped("Role", shapes.changed_role),
)
def update_role_description(call: Write, *, role_name: str, description: str) -> Role:
    """Change a role's description (AWS keeps this beside UpdateRole)."""
    role = roles.get(call.transaction, call.caller.account, role_name)
    changed = roles.update(call.transaction, role, description=description)
    return roles.shown(call.transaction, changed)


@operation("iam", "UpdateAssumeRolePolicy", asks=about(facts.role, facts.held_boundary))
def update_assume_role_policy(call: Write, *, role_name: str, policy_document: str) -> None:
    """Replace a role's trust policy."""
    role = roles.get(call.transaction, call.caller.account, role_name)
    roles.update_trust(call.transaction, role, policy_document)


@operation("iam", "DeleteRole", asks=about(facts.role, facts.held_boundary))
def delete_role(call: Write, *, role_name: str) -> None:
    """Delete a role that is in no instance profile and has no policies any more."""
    roles.delete(call.transaction, roles.get(call.transaction, call.caller.account, role_name))


@operation(
    "iam",
    "ListRoles",
    asks=about(facts.everything),
    answer=shapes.paged("Roles", shapes.listed_role),
)
def list_roles(
    call: Read,
    *,
    path_prefix: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[Role]:
    """Return the account's roles by name."""
    listed = facts.named_page(call, Role, path_prefix, marker, max_items)
    return listed.each(lambda role: roles.shown(call.directory, role))


@operation("iam", "TagRole", asks=about(facts.role, facts.request_tags))
def tag_role(call: Write, *, role_name: str, tags: list[dict[str, str]]) -> None:
    """Add tags to a role, or replace them."""
    role = roles.get(call.transaction, call.caller.account, role_name)
    roles.tag(call.transaction, role, facts.pairs(tags))


@operation("iam", "UntagRole", asks=about(facts.role, facts.removed_tags))
def untag_role(call: Write, *, role_name: str, tag_keys: list[str]) -> None:
    """Remove tags from a role."""
    role = roles.get(call.transaction, call.caller.account, role_name)
    roles.untag(call.transaction, role, tag_keys)


@operation("iam", "ListRoleTags", asks=about(facts.role), answer=shapes.paged("Tags", shapes.tag))
def list_role_tags(
    call: Read, *, role_name: str, marker: str | None = None, max_items: int | None = None
) -> Page[tuple[str, str]]:
    """Return a role's tags by key."""
    role = roles.get(call.directory, call.caller.account, role_name)
    return facts.tags_page(role.tags, marker, max_items)
