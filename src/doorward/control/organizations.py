"""Organizations: created, found, and which policy types are enabled in their root.

Sources: AWS Organizations User Guide, "Enabling a policy type" ("Before you can create and attach
a policy to your organization, you must enable that policy type"; its example's root has no SCPs:
what the API Reference of CreateOrganization calls automatically enabled is available, not more),
"Disabling a policy type": disabling detaches every policy of the type, and enabling again begins
with full access attached to every root, unit and account.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

from doorward.control import messages
from doorward.control.ids import Ids
from doorward.model.directory import Directory, Transaction
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
)

FULL_ACCESS: Mapping[PolicyType, str] = MappingProxyType(
    {
        PolicyType.SERVICE_CONTROL_POLICY: "p-FullAWSAccess",
        PolicyType.RESOURCE_CONTROL_POLICY: "p-RCPFullAWSAccess",
    }
)
"""The policy of AWS's that every root, unit and account begins with, by type."""


def of(directory: Directory, account: str) -> Organization:
    """Return the organization of an account; raise AWSOrganizationsNotInUseException."""
    held = directory.get(Account, account)
    found = (
        directory.get(Organization, held.organization_id)
        if held and held.organization_id
        else None
    )
    if found is None:
        raise messages.NOT_IN_USE.error()
    return found


def managed_by(directory: Directory, account: str) -> Organization:
    """Return the organization that ``account`` manages.

    Raises ``ControlError``: AWSOrganizationsNotInUseException outside any organization,
    AccessDeniedException for a member account.
    """
    organization = of(directory, account)
    if organization.management_account != account:
        raise messages.MANAGEMENT_ACCOUNT_ONLY.error()
    return organization


def create(
    transaction: Transaction,
    account: str,
    *,
    feature_set: str | None = None,
    now: datetime,
    ids: Ids,
) -> Organization:
    """Make ``account`` the management account of a new organization with all features.

    Raises ``ControlError``: AlreadyInOrganizationException, InvalidInputException for any other
    feature set.
    """
    if feature_set not in {None, "ALL"}:
        raise messages.CONSOLIDATED_BILLING.error()
    held = transaction.get(Account, account)
    if held is None or held.organization_id is not None:
        raise messages.ALREADY_IN_ORGANIZATION.error()
    organization = Organization(
        id=ids.organization_id(),
        management_account=account,
        root_id=ids.root_id(),
        created=now,
    )
    transaction.add(organization)
    transaction.put(
        msgspec.structs.replace(
            held,
            organization_id=organization.id,
            parent_id=organization.root_id,
            joined=now,
            joined_method="INVITED",
        )
    )
    return organization


def give_full_access(transaction: Transaction, organization: Organization, target: str) -> None:
    """Attach AWS's full-access policy of every enabled type to a new target."""
    for ordinal, kind in enumerate(organization.enabled_policy_types):
        transaction.add(PolicyTarget(organization.id, target, FULL_ACCESS[kind], ordinal))


def policy_type(name: str) -> PolicyType:
    """Return a policy type by name; raise InvalidInputException for one that is not kept."""
    if name not in PolicyType.__members__:
        raise messages.TYPE_UNSUPPORTED.error(type=name)
    return PolicyType[name]


def listed_type(name: str) -> PolicyType | None:
    """Return a policy type by name to list its policies: of one that is not kept, there are none.

    AWS lists any of its types, empty where nobody made any; clients go through all of them.
    """
    return PolicyType.__members__.get(name)


def check_root(organization: Organization, root: str) -> None:
    """Raise RootNotFoundException unless ``root`` is the organization's."""
    if root != organization.root_id:
        raise messages.NO_SUCH_ROOT.error()


def enable_type(
    transaction: Transaction, organization: Organization, kind: PolicyType
) -> Organization:
    """Enable a policy type: full access is attached everywhere, so that nothing changes yet.

    Raises ``ControlError`` (PolicyTypeAlreadyEnabledException).
    """
    if kind in organization.enabled_policy_types:
        raise messages.TYPE_ENABLED.error()
    for target in targets(transaction, organization):
        present = transaction.find(PolicyTarget, target_id=target)
        ordinal = 1 + max((each.ordinal for each in present), default=-1)
        transaction.add(PolicyTarget(organization.id, target, FULL_ACCESS[kind], ordinal))
    return _with_types(transaction, organization, (*organization.enabled_policy_types, kind))


def disable_type(
    transaction: Transaction, organization: Organization, kind: PolicyType
) -> Organization:
    """Disable a policy type: every policy of it is detached everywhere, for good.

    Raises ``ControlError`` (PolicyTypeNotEnabledException).
    """
    if kind not in organization.enabled_policy_types:
        raise messages.TYPE_NOT_ENABLED.error()
    for attached in transaction.find(PolicyTarget, organization_id=organization.id):
        if type_of(transaction, attached.policy_id) is kind:
            transaction.remove(attached)
    left = tuple(each for each in organization.enabled_policy_types if each is not kind)
    return _with_types(transaction, organization, left)


def type_of(directory: Directory, policy_id: str) -> PolicyType | None:
    """Return the type of an organization policy, ``None`` when there is no such policy."""
    for kind, full in FULL_ACCESS.items():
        if policy_id == full:
            return kind
    policy = directory.get(OrganizationPolicy, policy_id)
    return policy.type if policy else None


def targets(directory: Directory, organization: Organization) -> tuple[str, ...]:
    """Return everything that policies can be attached to: the root, units, accounts."""
    return (
        organization.root_id,
        *(each.id for each in directory.find(OrganizationalUnit, organization_id=organization.id)),
        *(each.id for each in directory.find(Account, organization_id=organization.id)),
    )


def _with_types(
    transaction: Transaction, organization: Organization, types: tuple[PolicyType, ...]
) -> Organization:
    changed = msgspec.structs.replace(organization, enabled_policy_types=types)
    transaction.put(changed)
    return changed
