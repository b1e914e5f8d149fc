"""Restoring a backup to an empty store, and what that would bring back to life.

A credential that was deleted or deactivated after the backup was made is active in it. Nobody may
learn of that afterwards: it is named before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec

from doorward.credentials.sealing import MasterKey
from doorward.errors import ConfigurationError
from doorward.model.certificate import ServiceCredential, SigningCertificate, SshPublicKey
from doorward.model.credential import AccessKey, KeyStatus, LoginProfile
from doorward.model.directory import Directory
from doorward.model.identity import User
from doorward.model.snapshot import Snapshot
from doorward.store import portable
from doorward.store.address import parse_address
from doorward.store.database import Store
from doorward.usecases.backup import Manifest, opened
from doorward.usecases.config import Settings
from doorward.usecases.existing import existing

DELETED, INACTIVE, UNKNOWN = "deleted", "inactive", "not known"


class Credential(msgspec.Struct, frozen=True):
    """How credentials of a kind are called, and by which fields one is found and owned."""

    called: str
    key: str
    owner: str


CREDENTIALS: Mapping[type, Credential] = {
    AccessKey: Credential("access key", "id", "owner_id"),
    LoginProfile: Credential("password", "user_id", "user_id"),
    ServiceCredential: Credential("service credential", "id", "owner_id"),
    SigningCertificate: Credential("signing certificate", "id", "owner_id"),
    SshPublicKey: Credential("SSH public key", "id", "owner_id"),
}
"""The kinds of credentials by which somebody can prove to be a user."""


class Returning(msgspec.Struct, frozen=True):
    """A credential that is active in a backup and, now, ``deleted``, ``inactive`` or not known."""

    kind: str
    id: str
    account: str
    owner: str
    now: str


class Plan(msgspec.Struct, frozen=True):
    """What a restore would do: write this backup, and bring these credentials back.

    ``compared`` says that they were looked for in the store that is replaced. ``missing_keys`` are
    the ids of master keys that the backup needs and the settings do not have.
    """

    backup: Manifest
    compared: bool
    returning: tuple[Returning, ...]
    missing_keys: tuple[str, ...]


def plan(
    manifest: Manifest, backup: Store, old: Store | None, keys: tuple[MasterKey, ...]
) -> Plan:
    """Return what restoring a backup would do; ``old`` is the store that it replaces."""
    then = backup.load()
    now = None if old is None else old.load()
    known = {key.id for key in keys}
    return Plan(
        backup=manifest,
        compared=now is not None,
        returning=tuple(sorted(_returning(then, now), key=attrgetter("kind", "account", "id"))),
        missing_keys=tuple(key for key in manifest.master_keys if key not in known),
    )


@contextmanager
def prepared(
    settings: Settings, file: Path, replaces: str | None, keys: tuple[MasterKey, ...]
) -> Iterator[tuple[Plan, Store]]:
    """Give the plan of a restore and the backup's store; nothing has been written yet.

    Raises ``ConfigurationError`` when the store of the settings is not empty, ``InvalidInput``
    when the file is no backup, ``StoreError`` when the store that is replaced cannot be read.
    """
    require_empty(settings.store)
    with opened(file) as (manifest, backup):
        old = nullcontext() if replaces is None else existing(replaces, "--replaces")
        with old as replaced:
            found = plan(manifest, backup, replaced, keys)
        yield found, backup


def carry_out(settings: Settings, backup: Store) -> Mapping[str, int]:
    """Write a backup's store into the empty store of the settings, all or nothing.

    Returns how many rows each table has. Raises as ``prepared`` does, and ``StoreIncompatible``
    when a server holds the store.
    """
    target = Store.open(settings.store, exclusive=True)
    try:
        target.migrate()
        if any(target.look(portable.counts).values()):
            raise _not_empty(settings.store)
        return backup.copy_to(target)
    finally:
        target.close()


def require_empty(url: str) -> None:
    """Raise ``ConfigurationError`` unless the store is empty or not there; make nothing."""
    address = parse_address(url)
    if address.in_memory:
        raise ConfigurationError("a store in memory is gone at once: name a file or a database")
    if address.file is not None and not address.file.exists():
        return
    store = Store.open(url)
    try:
        if any(store.look(portable.counts).values()):
            raise _not_empty(url)
    finally:
        store.close()


def _not_empty(url: str) -> ConfigurationError:
    """Return the error of a store that would be written over."""
    file = parse_address(url).file
    what, way = (
        (f"the store {file}", f"move {file}, with its -wal and -shm, away")
        if file
        else ("the store in the database", "make a new database")
    )
    return ConfigurationError(
        f"{what} is not empty, and a backup is restored to an empty one: {way}, and name the old"
        " one by --replaces"
    )


def _returning(then: Snapshot, now: Directory | None) -> Iterator[Returning]:
    """Yield the credentials that are active then and not now, or of which that is not known."""
    owners = {user.id: user.name for user in then.all(User)}
    for kind, credential in CREDENTIALS.items():
        held: tuple[Any, ...] = then.all(kind)
        for one in held:
            state = _state(kind, one, credential, now)
            if _active(one) and state is not None:
                owner = getattr(one, credential.owner)
                key = getattr(one, credential.key)
                name = owners.get(owner, "the root user" if owner == one.account else owner)
                yield Returning(credential.called, key, one.account, name, state)


def _state(
    kind: type[Any],
    one: Any,  # noqa: ANN401 (of the kind)
    credential: Credential,
    now: Directory | None,
) -> str | None:
    """Return what a credential is now, ``None`` if it is active, as in the backup."""
    if now is None:
        return UNKNOWN
    found = now.get(kind, getattr(one, credential.key))
    if found is None:
        return DELETED
    return None if _active(found) else INACTIVE


def _active(credential: Any) -> bool:  # noqa: ANN401 (any of CREDENTIALS)
    """Tell whether a credential proves anything; a password always does."""
    return getattr(credential, "status", KeyStatus.ACTIVE) is KeyStatus.ACTIVE
