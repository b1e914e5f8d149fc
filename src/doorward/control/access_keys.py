"""Long-term access keys of users and of the root user.

Source: IAM API Reference (CreateAccessKey, UpdateAccessKey, DeleteAccessKey).
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from doorward.control import messages
from doorward.control.ids import Ids
from doorward.control.quotas import within
from doorward.control.sealing import Seal
from doorward.control.users import Owner
from doorward.model.credential import AccessKey, KeyStatus
from doorward.model.directory import Directory, Transaction


class NewKey(msgspec.Struct, frozen=True):
    """A key with its secret, the only time that anybody sees it."""

    key: AccessKey
    secret: str

    def __repr__(self) -> str:
        """Name the key; a secret is never shown."""
        return f"NewKey({self.key.id})"


def of(directory: Directory, owner: Owner) -> tuple[AccessKey, ...]:
    """Return an owner's keys, oldest first."""
    found = directory.find(AccessKey, owner_id=owner.id)
    return tuple(sorted(found, key=lambda key: (key.created, key.id)))


def get(directory: Directory, owner: Owner, key_id: str) -> AccessKey:
    """Return one of an owner's keys; raise NoSuchEntity for any other."""
    key = directory.get(AccessKey, key_id)
    if key is None or key.owner_id != owner.id:
        raise messages.NO_SUCH_KEY.error(id=key_id)
    return key


def create(
    transaction: Transaction,
    owner: Owner,
    *,
    now: datetime,
    ids: Ids,
    seal: Seal,
    chosen: tuple[str, str] | None = None,
) -> NewKey:
    """Create a key; its secret is sealed before it is stored. Raises LimitExceeded above two.

    ``chosen`` is the id and secret to use, where somebody has chosen them; else they are drawn.
    """
    within(transaction, owner.account, "AccessKeysPerUser", len(of(transaction, owner)) + 1)
    key_id, secret = chosen or (ids.access_key_id("AKIA", owner.account), ids.secret())
    sealed = seal(secret.encode(), (owner.account, owner.id, key_id))
    key = AccessKey(
        id=key_id, account=owner.account, owner_id=owner.id, sealed_secret=sealed, created=now
    )
    transaction.add(key)
    return NewKey(key, secret)


def update(transaction: Transaction, owner: Owner, key_id: str, status: str) -> AccessKey:
    """Set a key Active or Inactive; raises NoSuchEntity, InvalidInput for any other status."""
    key = get(transaction, owner, key_id)
    if status not in {each.value for each in KeyStatus}:
        raise messages.EXPIRED_IS_NOT_SETTABLE.error()
    changed = msgspec.structs.replace(key, status=KeyStatus(status))
    if changed != key:
        transaction.put(changed)
    return changed


def delete(transaction: Transaction, owner: Owner, key_id: str) -> None:
    """Delete a key; raises NoSuchEntity."""
    transaction.remove(get(transaction, owner, key_id))
