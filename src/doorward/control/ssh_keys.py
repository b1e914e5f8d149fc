"""SSH public keys of users.

Source: IAM API Reference (UploadSSHPublicKey, UpdateSSHPublicKey, DeleteSSHPublicKey).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from doorward.control import credential_messages as messages
from doorward.control.credential_status import settable
from doorward.control.errors import Message
from doorward.control.ids import Ids
from doorward.control.quotas import within
from doorward.control.users import Owner
from doorward.credentials import certificates
from doorward.errors import InvalidInput
from doorward.model.certificate import SshPublicKey
from doorward.model.directory import Directory, Transaction

_REFUSALS: Mapping[str, Message] = {
    "ENCODING": messages.SSH_KEY_ENCODING,
    "PUBLIC_KEY": messages.SSH_KEY_INVALID,
}


def of(directory: Directory, owner: Owner) -> tuple[SshPublicKey, ...]:
    """Return a user's keys, oldest first."""
    found = directory.find(SshPublicKey, owner_id=owner.id)
    return tuple(sorted(found, key=lambda key: (key.uploaded, key.id)))


def get(directory: Directory, owner: Owner, key_id: str) -> SshPublicKey:
    """Return one of a user's keys; raise NoSuchEntity for any other."""
    key = directory.get(SshPublicKey, key_id)
    if key is None or key.owner_id != owner.id:
        raise messages.NO_SUCH_SSH_KEY.error(id=key_id)
    return key


def upload(
    transaction: Transaction, owner: Owner, text: str, *, now: datetime, ids: Ids
) -> SshPublicKey:
    """Add a key to a user.

    Raises ``ControlError``: UnrecognizedPublicKeyEncoding, InvalidPublicKey,
    DuplicateSSHPublicKey for a key that the user has already, LimitExceeded.
    """
    try:
        body = certificates.ssh_public_key(text)
    except InvalidInput as refused:
        raise _REFUSALS[refused.code].error() from None
    present = of(transaction, owner)
    if any(key.body == body for key in present):
        raise messages.SSH_KEY_EXISTS.error()
    within(transaction, owner.account, "SSHPublicKeysPerUser", len(present) + 1)
    key = SshPublicKey(
        ids.access_key_id("APKA", owner.account), owner.account, owner.id, body, now
    )
    transaction.add(key)
    return key


def update(transaction: Transaction, owner: Owner, key_id: str, status: str) -> None:
    """Set a key Active or Inactive; raises NoSuchEntity, InvalidInput."""
    key = get(transaction, owner, key_id)
    transaction.put(msgspec.structs.replace(key, status=settable(status)))


def delete(transaction: Transaction, owner: Owner, key_id: str) -> None:
    """Delete a key; raises NoSuchEntity."""
    transaction.remove(get(transaction, owner, key_id))
