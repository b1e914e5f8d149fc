"""IAM groups: created, renamed, deleted; and who is in them.

Sources: IAM API Reference (CreateGroup, UpdateGroup, DeleteGroup, AddUserToGroup,
RemoveUserFromGroup); that neither of the last two minds what is so already was tried on AWS
(cloud-custodian, pull request 4730).
"""

from __future__ import annotations

from datetime import datetime

from doorward.control import messages, names
from doorward.control.ids import Ids
from doorward.control.quotas import within
from doorward.control.renaming import renamed
from doorward.model.directory import Directory, Transaction, one
from doorward.model.identity import Attachment, Group, InlinePolicy, Membership, User
from doorward.policy.folding import fold


def get(directory: Directory, account: str, name: str) -> Group:
    """Return the group with this name, whatever its case; raise NoSuchEntity if there is none."""
    group = directory.get(Group, account, fold(name))
    if group is None:
        raise messages.NO_SUCH_GROUP.error(name=name)
    return group


def create(
    transaction: Transaction,
    account: str,
    *,
    name: str,
    path: str | None = None,
    now: datetime,
    ids: Ids,
) -> Group:
    """Create a group.

    Raises ``ControlError``: EntityAlreadyExists for a name taken in any case, ValidationError for
    a path, LimitExceeded.
    """
    group = Group(
        account=account,
        name=name,
        id=ids.unique_id("AGPA", account),
        created=now,
        path=names.path(path),
    )
    if transaction.get(Group, account, group.name_key) is not None:
        raise messages.GROUP_EXISTS.error(name=name)
    within(transaction, account, "GroupsPerAccount", transaction.count(Group, account=account) + 1)
    transaction.add(group)
    return group


def update(
    transaction: Transaction, group: Group, *, new_name: str | None, new_path: str | None
) -> Group:
    """Rename or move a group; its members and policies stay; raises as ``renaming.renamed``."""
    return renamed(transaction, group, name=new_name, path=new_path, taken=messages.GROUP_EXISTS)


def delete(transaction: Transaction, group: Group) -> None:
    """Delete a group without members and policies; raise DeleteConflict for any other."""
    if transaction.find(Membership, group_id=group.id):
        raise messages.MUST_REMOVE_USERS.error()
    if transaction.find(Attachment, owner_id=group.id):
        raise messages.MUST_DETACH_POLICIES.error()
    if transaction.find(InlinePolicy, owner_id=group.id):
        raise messages.MUST_DELETE_POLICIES.error()
    transaction.remove(group)


def add(transaction: Transaction, group: Group, user: User) -> None:
    """Put a user into a group; one that is there already stays, without error.

    Raises ``ControlError``: LimitExceeded for a user who is in as many groups as may be.
    """
    if transaction.get(Membership, user.id, group.id) is not None:
        return
    within(
        transaction,
        user.account,
        "GroupsPerUser",
        transaction.count(Membership, user_id=user.id) + 1,
    )
    transaction.add(Membership(group.account, user.id, group.id))


def remove(transaction: Transaction, group: Group, user: User) -> None:
    """Take a user out of a group; one that is not in it is no error."""
    membership = transaction.get(Membership, user.id, group.id)
    if membership is not None:
        transaction.remove(membership)


def members(directory: Directory, group: Group) -> tuple[User, ...]:
    """Return who is in a group."""
    found = directory.find(Membership, group_id=group.id)
    users = (one(directory, User, id=each.user_id) for each in found)
    return tuple(user for user in users if user is not None)


def of(directory: Directory, user: User) -> tuple[Group, ...]:
    """Return the groups that a user is in."""
    found = directory.find(Membership, user_id=user.id)
    groups = (one(directory, Group, id=each.group_id) for each in found)
    return tuple(group for group in groups if group is not None)
