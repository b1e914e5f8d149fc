"""IAM users: created, renamed, tagged, deleted.

Sources: IAM API Reference (CreateUser, UpdateUser, DeleteUser); IAM User Guide, "IAM identifiers".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from doorward.control import boundaries, credential_messages, messages, names, tags
from doorward.control.ids import Ids
from doorward.control.quotas import within
from doorward.control.renaming import renamed
from doorward.model.certificate import ServiceCredential, SigningCertificate, SshPublicKey
from doorward.model.credential import AccessKey, LoginProfile, MfaDevice
from doorward.model.directory import Directory, Transaction
from doorward.model.identity import Attachment, InlinePolicy, Membership, User
from doorward.model.principal import Tags
from doorward.policy.folding import fold


class Owner(msgspec.Struct, frozen=True):
    """Who owns credentials: a user, or the account's root user (``id`` is the account's).

    ``name`` is ``None`` for the root user.
    """

    account: str
    id: str
    name: str | None = None


def get(directory: Directory, account: str, name: str) -> User:
    """Return the user with this name, whatever its case; raise NoSuchEntity when there is none."""
    user = directory.get(User, account, fold(name))
    if user is None:
        raise messages.NO_SUCH_USER.error(name=name)
    return user


def owner(directory: Directory, account: str, name: str) -> Owner:
    """Return the user with this name as an owner of credentials; raise NoSuchEntity."""
    user = get(directory, account, name)
    return Owner(account, user.id, user.name)


def create(
    transaction: Transaction,
    account: str,
    *,
    name: str,
    path: str | None = None,
    permissions_boundary: str | None = None,
    given_tags: Tags = (),
    now: datetime,
    ids: Ids,
) -> User:
    """Create a user.

    Raises ``ControlError``: EntityAlreadyExists for a name taken in any case, ValidationError for
    a path, InvalidInput for tags, NoSuchEntity for a boundary, LimitExceeded.
    """
    user = User(
        account=account,
        name=name,
        id=ids.unique_id("AIDA", account),
        created=now,
        path=names.path(path),
        tags=tags.merged((), given_tags, tags.ignoring_case),
        permissions_boundary=boundaries.checked(transaction, account, permissions_boundary),
    )
    if transaction.get(User, account, user.name_key) is not None:
        raise messages.USER_EXISTS.error(name=name)
    within(transaction, account, "UsersPerAccount", transaction.count(User, account=account) + 1)
    transaction.add(user)
    return user


def update(
    transaction: Transaction, user: User, *, new_name: str | None, new_path: str | None
) -> User:
    """Rename or move a user; all that it owns stays; raises as ``renaming.renamed``."""
    return renamed(transaction, user, name=new_name, path=new_path, taken=messages.USER_EXISTS)


def delete(transaction: Transaction, user: User) -> None:
    """Delete a user that owns nothing and is in no group; raise DeleteConflict otherwise."""
    conflicts = (
        (Attachment, messages.MUST_DETACH_POLICIES),
        (InlinePolicy, messages.MUST_DELETE_POLICIES),
        (AccessKey, messages.MUST_DELETE_KEYS),
        (MfaDevice, messages.MUST_DELETE_DEVICES),
        (SigningCertificate, credential_messages.MUST_DELETE_CERTIFICATES),
        (SshPublicKey, credential_messages.MUST_REMOVE_REFERENCED),
        (ServiceCredential, credential_messages.MUST_REMOVE_REFERENCED),
    )
    for kind, conflict in conflicts:
        if transaction.find(kind, owner_id=user.id):
            raise conflict.error()
    if transaction.find(Membership, user_id=user.id):
        raise messages.MUST_REMOVE_USERS.error()
    if transaction.get(LoginProfile, user.id) is not None:
        raise messages.MUST_DELETE_LOGIN.error()
    transaction.remove(user)


def tag(transaction: Transaction, user: User, given: Tags) -> User:
    """Add tags to a user, or replace them; raises InvalidInput, LimitExceeded."""
    changed = msgspec.structs.replace(user, tags=tags.merged(user.tags, given, tags.ignoring_case))
    transaction.put(changed)
    return changed


def untag(transaction: Transaction, user: User, keys: Iterable[str]) -> User:
    """Remove tags from a user; keys that it does not have are no error."""
    changed = msgspec.structs.replace(user, tags=tags.without(user.tags, keys, tags.ignoring_case))
    transaction.put(changed)
    return changed
