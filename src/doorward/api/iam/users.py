"""CreateUser, GetUser, UpdateUser, DeleteUser, ListUsers and the tags of users."""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about, renaming
from doorward.api.operation import operation
from doorward.api.pages import Page
from doorward.control import users
from doorward.model.identity import User
from doorward.model.organization import Account


@operation(
    "iam",
    "CreateUser",
    asks=about(
        facts.new_user, facts.requested_boundary, facts.request_tags, tagging="iam:TagUser"
    ),
    answer=shapes.wrapped("User", shapes.user),
)
def create_user(
    call: Write,
    *,
    user_name: str,
    path: str | None = None,
    permissions_boundary: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> User:
    """Create a user."""
    return users.create(
        call.transaction,
        call.caller.account,
        name=user_name,
        path=path,
        permissions_boundary=permissions_boundary,
        given_tags=facts.pairs(tags),
        now=call.now,
        ids=call.ids,
    )


@operation("iam", "GetUser", asks=about(facts.user), answer=shapes.wrapped("User", shapes.anybody))
def get_user(call: Read, *, user_name: str | None = None) -> User | Account:
    """Return a user; the caller itself when none is named, the account for its root user."""
    owner = facts.owner(call, user_name)
    if owner.name is None:
        account = call.directory.get(Account, owner.account)
        assert account is not None  # noqa: S101 - the caller's account exists, or nobody called
        return account
    return users.get(call.directory, owner.account, owner.name)


@operation("iam", "UpdateUser", asks=renaming(facts.user, "user"))
def update_user(
    call: Write, *, user_name: str, new_path: str | None = None, new_user_name: str | None = None
) -> None:
    """Rename or move a user."""
    user = users.get(call.transaction, call.caller.account, user_name)
    users.update(call.transaction, user, new_name=new_user_name, new_path=new_path)


@operation("iam", "DeleteUser", asks=about(facts.user))
def delete_user(call: Write, *, user_name: str) -> None:
    """Delete a user that owns nothing any more."""
    users.delete(call.transaction, users.get(call.transaction, call.caller.account, user_name))


@operation(
    "iam",
    "ListUsers",
    asks=about(facts.everything),
    answer=shapes.paged("Users", shapes.listed_user),
)
def list_users(
    call: Read,
    *,
    path_prefix: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[User]:
    """Return the account's users by name."""
    return facts.named_page(call, User, path_prefix, marker, max_items)


@operation("iam", "TagUser", asks=about(facts.user, facts.request_tags))
def tag_user(call: Write, *, user_name: str, tags: list[dict[str, str]]) -> None:
    """Add tags to a user, or replace them."""
    user = users.get(call.transaction, call.caller.account, user_name)
    users.tag(call.transaction, user, facts.pairs(tags))


@operation("iam", "UntagUser", asks=about(facts.user, facts.removed_tags))
def untag_user(call: Write, *, user_name: str, tag_keys: list[str]) -> None:
    """Remove tags from a user."""
    user = users.get(call.transaction, call.caller.account, user_name)
    users.untag(call.transaction, user, tag_keys)


@operation("iam", "ListUserTags", asks=about(facts.user), answer=shapes.paged("Tags", shapes.tag))
def list_user_tags(
    call: Read, *, user_name: str, marker: str | None = None, max_items: int | None = None
) -> Page[tuple[str, str]]:
    """Return a user's tags by key."""
    user = users.get(call.directory, call.caller.account, user_name)
    return facts.tags_page(user.tags, marker, max_items)
