"""CreateGroup, GetGroup, UpdateGroup, DeleteGroup, ListGroups, and who is in which group."""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about, renaming
from doorward.api.operation import operation
from doorward.api.pages import Page, page
from doorward.control import groups, messages, users
from doorward.model.identity import Group, User


@operation(
    "iam",
    "CreateGroup",
    asks=about(facts.new_group),
    answer=shapes.wrapped("Group", shapes.group),
)
def create_group(call: Write, *, group_name: str, path: str | None = None) -> Group:
    """Create a group."""
    return groups.create(
        call.transaction,
        call.caller.account,
        name=group_name,
        path=path,
        now=call.now,
        ids=call.ids,
    )


def _with_members(found: tuple[Group, Page[User]]) -> shapes.Shape:
    group, members = found
    return {"Group": shapes.group(group)} | shapes.paged("Users", shapes.listed_user)(members)


@operation("iam", "GetGroup", asks=about(facts.group), answer=_with_members)
def get_group(
    call: Read, *, group_name: str, marker: str | None = None, max_items: int | None = None
) -> tuple[Group, Page[User]]:
    """Return a group and its members by name."""
    group = groups.get(call.directory, call.caller.account, group_name)
    members = groups.members(call.directory, group)
    return group, page(
        members, lambda user: user.name_key, marker, max_items, messages.INVALID_MARKER
    )


@operation("iam", "UpdateGroup", asks=renaming(facts.group, "group"))
def update_group(
    call: Write, *, group_name: str, new_path: str | None = None, new_group_name: str | None = None
) -> None:
    """Rename or move a group."""
    group = groups.get(call.transaction, call.caller.account, group_name)
    groups.update(call.transaction, group, new_name=new_group_name, new_path=new_path)


@operation("iam", "DeleteGroup", asks=about(facts.group))
def delete_group(call: Write, *, group_name: str) -> None:
    """Delete a group without members and policies."""
    groups.delete(call.transaction, groups.get(call.transaction, call.caller.account, group_name))


@operation(
    "iam",
    "ListGroups",
    asks=about(facts.everything),
    answer=shapes.paged("Groups", shapes.group),
)
def list_groups(
    call: Read,
    *,
    path_prefix: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[Group]:
    """Return the account's groups by name."""
    return facts.named_page(call, Group, path_prefix, marker, max_items)


@operation("iam", "AddUserToGroup", asks=about(facts.group))
def add_user_to_group(call: Write, *, group_name: str, user_name: str) -> None:
    """Put a user into a group."""
    groups.add(call.transaction, *_both(call, group_name, user_name))


@operation("iam", "RemoveUserFromGroup", asks=about(facts.group))
def remove_user_from_group(call: Write, *, group_name: str, user_name: str) -> None:
    """Take a user out of a group."""
    groups.remove(call.transaction, *_both(call, group_name, user_name))


@operation(
    "iam",
    "ListGroupsForUser",
    asks=about(facts.user),
    answer=shapes.paged("Groups", shapes.group),
)
def list_groups_for_user(
    call: Read, *, user_name: str, marker: str | None = None, max_items: int | None = None
) -> Page[Group]:
    """Return the groups that a user is in, by name."""
    user = users.get(call.directory, call.caller.account, user_name)
    found = groups.of(call.directory, user)
    return page(found, lambda group: group.name_key, marker, max_items, messages.INVALID_MARKER)


def _both(call: Write, group_name: str, user_name: str) -> tuple[Group, User]:
    account = call.caller.account
    return (
        groups.get(call.transaction, account, group_name),
        users.get(call.transaction, account, user_name),
    )
