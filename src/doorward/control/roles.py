"""IAM roles: created, changed, trusted, tagged, deleted.

Sources: IAM API Reference (CreateRole, UpdateRole, UpdateAssumeRolePolicy, DeleteRole).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from doorward.control import (
    boundaries,
    messages,
    names,
    password_messages,
    protection,
    tags,
    trust,
)
from doorward.control.ids import Ids
from doorward.control.quotas import within
from doorward.engine import binding
from doorward.model.directory import Directory, Transaction
from doorward.model.identity import Attachment, InlinePolicy, InstanceProfile, Role
from doorward.model.principal import Tags
from doorward.policy.folding import fold
from doorward.policy.problem import MalformedPolicy


def get(directory: Directory, account: str, name: str) -> Role:
    """Return the role with this name, whatever its case; raise NoSuchEntity when there is none."""
    role = directory.get(Role, account, fold(name))
    if role is None:
        raise messages.NO_SUCH_ROLE.error(name=name)
    return role


def shown(directory: Directory, role: Role) -> Role:
    """Return a role with its trust policy as it is shown: by the ARNs that principals have now.

    One that cannot be read is shown as it is kept.
    """
    try:
        text = binding.shown(directory, role.trust_policy)
    except MalformedPolicy:
        return role
    return role if text == role.trust_policy else msgspec.structs.replace(role, trust_policy=text)


def create(
    transaction: Transaction,
    account: str,
    *,
    name: str,
    trust_policy: str,
    path: str | None = None,
    description: str | None = None,
    max_session_duration: int | None = None,
    max_signin_session: int | None = None,
    permissions_boundary: str | None = None,
    given_tags: Tags = (),
    now: datetime,
    ids: Ids,
) -> Role:
    """Create a role.

    ``max_session_duration`` and ``max_signin_session`` are in seconds. Raises ``ControlError``:
    EntityAlreadyExists for a name taken in any case, MalformedPolicyDocument for the trust policy
    (``trust.checked``),
    ValidationError and InvalidInput for path, name and tags, NoSuchEntity for a boundary,
    LimitExceeded.
    """
    role = Role(
        account=account,
        name=names.role_name(name),
        id=ids.unique_id("AROA", account),
        created=now,
        trust_policy=trust.checked(transaction, account, trust_policy),
        path=names.role_path(path),
        description=description,
        max_session_duration=3600 if max_session_duration is None else max_session_duration,
        tags=tags.merged((), given_tags, tags.ignoring_case),
        permissions_boundary=boundaries.checked(transaction, account, permissions_boundary),
        max_signin_session=max_signin_session,
    )
    if transaction.get(Role, account, role.name_key) is not None:
        raise messages.ROLE_EXISTS.error(name=name)
    within(transaction, account, "RolesPerAccount", transaction.count(Role, account=account) + 1)
    transaction.add(role)
    return role


def update(
    transaction: Transaction,
    role: Role,
    *,
    description: str | None = None,
    max_session_duration: int | None = None,
    max_signin_session: int | None = None,
    unset_max_signin_session: bool = False,
) -> Role:
    """Change a role's description or longest sessions (seconds); ``None`` keeps what there is.

    Raises ``ControlError``: UnmodifiableEntity for the sessions of a service-linked role;
    InvalidInput when a longest sign-in session is given and unset at once.
    """
    if unset_max_signin_session and max_signin_session is not None:
        raise password_messages.TWO_DURATIONS.error()
    if max_session_duration is not None or max_signin_session is not None:
        protection.modifiable(role)
    kept = None if unset_max_signin_session else role.max_signin_session
    return _replaced(
        transaction,
        role,
        msgspec.structs.replace(
            role,
            description=role.description if description is None else description,
            max_session_duration=(
                role.max_session_duration if max_session_duration is None else max_session_duration
            ),
            max_signin_session=kept if max_signin_session is None else max_signin_session,
        ),
    )


def update_trust(transaction: Transaction, role: Role, trust_policy: str) -> Role:
    """Replace a role's trust policy; raises as ``trust.checked``, and UnmodifiableEntity."""
    protection.modifiable(role)
    text = trust.checked(transaction, role.account, trust_policy)
    return _replaced(transaction, role, msgspec.structs.replace(role, trust_policy=text))


def delete(transaction: Transaction, role: Role) -> None:
    """Delete a role that is in no instance profile and has no policies; raise DeleteConflict.

    Raises UnmodifiableEntity for a service-linked role.
    """
    protection.modifiable(role)
    if transaction.find(InstanceProfile, role_id=role.id):
        raise messages.MUST_REMOVE_ROLES.error()
    if transaction.find(Attachment, owner_id=role.id):
        raise messages.MUST_DETACH_POLICIES.error()
    if transaction.find(InlinePolicy, owner_id=role.id):
        raise messages.MUST_DELETE_POLICIES.error()
    transaction.remove(role)


def tag(transaction: Transaction, role: Role, given: Tags) -> Role:
    """Add tags to a role, or replace them; raises InvalidInput, LimitExceeded."""
    merged = tags.merged(role.tags, given, tags.ignoring_case)
    return _replaced(transaction, role, msgspec.structs.replace(role, tags=merged))


def untag(transaction: Transaction, role: Role, keys: Iterable[str]) -> Role:
    """Remove tags from a role; keys that it does not have are no error."""
    left = tags.without(role.tags, keys, tags.ignoring_case)
    return _replaced(transaction, role, msgspec.structs.replace(role, tags=left))


def _replaced(transaction: Transaction, role: Role, changed: Role) -> Role:
    if changed != role:
        transaction.put(changed)
    return changed
