"""What must hold of any store file, whatever ended the process that wrote it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

from doorward.errors import StoreDamaged, StoreError
from doorward.model.certificate import ServiceCredential, SigningCertificate, SshPublicKey
from doorward.model.credential import AccessKey, LoginProfile, MfaDevice
from doorward.model.directory import Directory
from doorward.model.identity import (
    Attachment,
    Group,
    InlinePolicy,
    InstanceProfile,
    ManagedPolicy,
    Membership,
    PolicyVersion,
    Role,
    User,
)
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
)
from doorward.model.schema import SCHEMAS
from doorward.model.snapshot import Snapshot
from doorward.store import Store


def verify(file: Path) -> list[str]:
    """Open a store as a server does after a crash and return everything that is wrong with it."""
    found = verify_any(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        return [*database_problems(connection), *feed_problems(connection), *found]


def verify_any(url: str) -> list[str]:
    """Return everything that is wrong with what a store of any kind holds."""
    store = Store.open(url, exclusive=True)
    try:
        store.migrate()
        held = store.load()
        followed = follow(store)
    except StoreDamaged as error:
        return [str(error)]
    finally:
        store.close()
    return [*differences(held, followed), *half_written(held)]


def follow(store: Store) -> Snapshot | str:
    """Return where the change feed leads from nothing, or why it leads nowhere."""
    empty = Snapshot.empty()
    try:
        return empty.apply(*store.changes_since(empty))
    except StoreError as error:
        return str(error)


def database_problems(connection: sqlite3.Connection) -> Iterator[str]:
    """What SQLite itself finds."""
    found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    if found != ["ok"]:
        yield from (f"integrity: {problem}" for problem in found)


def feed_problems(connection: sqlite3.Connection) -> Iterator[str]:
    """Versions and change feed without each other, gaps, and events without their readers."""
    versions = dict(connection.execute("SELECT scope, version FROM versions"))
    fed: dict[str, list[int]] = {scope: [] for scope in versions}
    for scope, version in connection.execute("SELECT scope, version FROM changes ORDER BY 1, 2"):
        fed.setdefault(scope, []).append(version)
    for scope, found in fed.items():
        if found != list(range(1, versions.get(scope, 0) + 1)):
            yield f"feed of {scope}: version {versions.get(scope)}, but {found[-3:]} recorded last"
    lost = connection.execute(
        "SELECT id FROM events WHERE accounts <> '[]'"
        " AND id NOT IN (SELECT event_id FROM event_readers)"
    )
    yield from (f"event {row[0]} has lost its readers" for row in lost)


def differences(held: Snapshot, followed: Snapshot | str) -> Iterator[str]:
    """Where the change feed leads elsewhere than the tables."""
    if isinstance(followed, str):
        yield followed
        return
    for kind in SCHEMAS:
        if held.all(kind) != followed.all(kind):
            yield f"{kind.__name__}: the change feed does not lead to what is in the table"


def half_written(directory: Directory) -> Iterator[str]:
    """Entities without what they belong to; no operation leaves them so."""
    holders: tuple[User | Group | Role | Account, ...] = (
        *directory.all(User),
        *directory.all(Group),
        *directory.all(Role),
        *directory.all(Account),
    )
    owners = {None, *(holder.id for holder in holders)}
    policies = {policy.id: policy for policy in directory.all(ManagedPolicy)}
    checks: tuple[tuple[type, Callable[..., bool]], ...] = (
        (AccessKey, lambda key: key.owner_id in owners),
        (MfaDevice, lambda device: device.owner_id in owners),
        (InlinePolicy, lambda policy: policy.owner_id in owners),
        (Attachment, lambda attachment: attachment.owner_id in owners),
        (LoginProfile, lambda profile: profile.user_id in owners),
        (Membership, lambda member: {member.user_id, member.group_id} <= owners),
        (SshPublicKey, lambda key: key.owner_id in owners),
        (SigningCertificate, lambda certificate: certificate.owner_id in owners),
        (ServiceCredential, lambda credential: credential.owner_id in owners),
        (InstanceProfile, lambda profile: profile.role_id in owners),
        (PolicyVersion, lambda version: version.policy_id in policies),
        (ManagedPolicy, lambda policy: _has_default(directory, policy)),
        (OrganizationalUnit, lambda unit: _in_organization(directory, unit)),
        (OrganizationPolicy, lambda policy: _in_organization(directory, policy)),
    )
    for kind, holds in checks:
        yield from _failures(directory.all(kind), holds)


def _has_default(directory: Directory, policy: ManagedPolicy) -> bool:
    return directory.get(PolicyVersion, policy.id, policy.default_version) is not None


def _in_organization(
    directory: Directory, entity: OrganizationalUnit | OrganizationPolicy
) -> bool:
    return directory.get(Organization, entity.organization_id) is not None


def _failures(entities: Iterable[object], holds: Callable[..., bool]) -> Iterator[str]:
    return (f"half written: {entity}" for entity in entities if not holds(entity))
