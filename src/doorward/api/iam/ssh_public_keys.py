"""SSH public keys of users: upload, get, list, update, delete."""

from __future__ import annotations

import msgspec

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import Page, page
from doorward.control import messages, ssh_keys
from doorward.credentials import certificates
from doorward.model.certificate import SshPublicKey


class Named(msgspec.Struct, frozen=True):
    """A key, the name of its user, and the encoding it is asked for in: ``SSH`` or ``PEM``."""

    key: SshPublicKey
    user_name: str | None
    encoding: str = "SSH"


def _listed(named: Named) -> shapes.Shape:
    return {
        "UserName": named.user_name,
        "SSHPublicKeyId": named.key.id,
        "Status": named.key.status.value,
        "UploadDate": named.key.uploaded,
    }


def _whole(named: Named) -> shapes.Shape:
    body = named.key.body
    return {
        "SSHPublicKey": _listed(named)
        | {
            "Fingerprint": certificates.ssh_fingerprint(body),
            "SSHPublicKeyBody": (
                certificates.ssh_as_pem(body) if named.encoding == "PEM" else body
            ),
        }
    }


@operation("iam", "UploadSSHPublicKey", asks=about(facts.user), answer=_whole)
def upload_ssh_public_key(call: Write, *, user_name: str, ssh_public_key_body: str) -> Named:
    """Add a key to a user."""
    owner = facts.owner(call, user_name)
    key = ssh_keys.upload(call.transaction, owner, ssh_public_key_body, now=call.now, ids=call.ids)
    return Named(key, owner.name)


@operation("iam", "GetSSHPublicKey", asks=about(facts.user), answer=_whole)
def get_ssh_public_key(
    call: Read, *, user_name: str, ssh_public_key_id: str, encoding: str
) -> Named:
    """Return a key in the encoding asked for."""
    owner = facts.owner(call, user_name)
    return Named(ssh_keys.get(call.directory, owner, ssh_public_key_id), owner.name, encoding)


@operation(
    "iam",
    "ListSSHPublicKeys",
    asks=about(facts.user),
    answer=shapes.paged("SSHPublicKeys", _listed),
)
def list_ssh_public_keys(
    call: Read,
    *,
    user_name: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[Named]:
    """Return a user's keys, oldest first, without the keys themselves."""
    owner = facts.owner(call, user_name)
    return page(
        (Named(key, owner.name) for key in ssh_keys.of(call.directory, owner)),
        lambda named: f"{named.key.uploaded.isoformat()} {named.key.id}",
        marker,
        max_items,
        messages.INVALID_MARKER,
    )


@operation("iam", "UpdateSSHPublicKey", asks=about(facts.user))
def update_ssh_public_key(
    call: Write, *, user_name: str, ssh_public_key_id: str, status: str
) -> None:
    """Set a key Active or Inactive."""
    ssh_keys.update(call.transaction, facts.owner(call, user_name), ssh_public_key_id, status)


@operation("iam", "DeleteSSHPublicKey", asks=about(facts.user))
def delete_ssh_public_key(call: Write, *, user_name: str, ssh_public_key_id: str) -> None:
    """Delete a key."""
    ssh_keys.delete(call.transaction, facts.owner(call, user_name), ssh_public_key_id)
