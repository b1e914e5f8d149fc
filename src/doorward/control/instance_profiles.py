"""Instance profiles: what hands one role to machines.

Sources: IAM API Reference (CreateInstanceProfile, AddRoleToInstanceProfile: "An instance profile
can contain only one role, and this quota cannot be increased"); texts recorded from AWS.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from doorward.control import messages, names, protection, tags
from doorward.control.ids import Ids
from doorward.control.quotas import at_most, within
from doorward.model.directory import Directory, Transaction, one
from doorward.model.identity import InstanceProfile, Role
from doorward.model.principal import Tags
from doorward.policy.folding import fold


def get(directory: Directory, account: str, name: str) -> InstanceProfile:
    """Return the profile with this name, whatever its case; raise NoSuchEntity for none."""
    profile = directory.get(InstanceProfile, account, fold(name))
    if profile is None:
        raise messages.NO_SUCH_PROFILE.error(name=name)
    return profile


def role_of(directory: Directory, profile: InstanceProfile) -> Role | None:
    """Return the role in a profile, if there is one."""
    return None if profile.role_id is None else one(directory, Role, id=profile.role_id)


def create(
    transaction: Transaction,
    account: str,
    *,
    name: str,
    path: str | None = None,
    given_tags: Tags = (),
    now: datetime,
    ids: Ids,
) -> InstanceProfile:
    """Create a profile without a role.

    Raises ``ControlError``: EntityAlreadyExists for a name taken in any case, ValidationError for
    a path, InvalidInput for tags, LimitExceeded.
    """
    profile = InstanceProfile(
        account=account,
        name=name,
        id=ids.unique_id("AIPA", account),
        created=now,
        path=names.path(path),
        tags=tags.merged((), given_tags, tags.exact),
    )
    if transaction.get(InstanceProfile, account, profile.name_key) is not None:
        raise messages.PROFILE_EXISTS.error(name=name)
    held = transaction.find(InstanceProfile, account=account)
    within(transaction, account, "InstanceProfilesPerAccount", len(held) + 1)
    transaction.add(profile)
    return profile


def add_role(transaction: Transaction, profile: InstanceProfile, role: Role) -> InstanceProfile:
    """Put a role into a profile; raise LimitExceeded where there is one, be it the same.

    Raises UnmodifiableEntity for a service-linked role.
    """
    protection.modifiable(role)
    roles = 0 if profile.role_id is None else 1
    at_most("InstanceSessionsPerInstanceProfile", roles + 1)
    changed = msgspec.structs.replace(profile, role_id=role.id)
    transaction.put(changed)
    return changed


def remove_role(transaction: Transaction, profile: InstanceProfile, role: Role) -> InstanceProfile:
    """Take a role out of a profile; raise NoSuchEntity when it is not in there."""
    if profile.role_id != role.id:
        raise messages.NOT_IN_PROFILE.error(role=role.name, name=profile.name)
    changed = msgspec.structs.replace(profile, role_id=None)
    transaction.put(changed)
    return changed


def delete(transaction: Transaction, profile: InstanceProfile) -> None:
    """Delete a profile that has no role; raise DeleteConflict otherwise."""
    if profile.role_id is not None:
        raise messages.MUST_REMOVE_ROLES.error()
    transaction.remove(profile)


def tag(transaction: Transaction, profile: InstanceProfile, given: Tags) -> InstanceProfile:
    """Add tags to a profile, or replace them; raises InvalidInput, LimitExceeded."""
    changed = msgspec.structs.replace(profile, tags=tags.merged(profile.tags, given, tags.exact))
    transaction.put(changed)
    return changed


def untag(
    transaction: Transaction, profile: InstanceProfile, keys: Iterable[str]
) -> InstanceProfile:
    """Remove tags from a profile; keys that it does not have are no error."""
    changed = msgspec.structs.replace(profile, tags=tags.without(profile.tags, keys, tags.exact))
    transaction.put(changed)
    return changed
