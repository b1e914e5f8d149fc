"""How many and how large: one table.

Sources: IAM User Guide, "IAM and AWS STS quotas" (default and maximum quotas; of virtual MFA
devices "equal to the user quota for the account"); AWS Organizations User Guide,
"Quotas and service limits for AWS Organizations" (of accounts, the most that AWS grants). Names
are those of AWS's error texts ("Cannot exceed quota for AccessKeysPerUser: 2"); sizes are in
characters, white space not counted for IAM.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from doorward.control import messages
from doorward.control.errors import ControlError
from doorward.model.directory import Directory, Transaction
from doorward.model.organization import Account, AccountQuota
from doorward.policy.kind import PolicyKind
from doorward.policy.quotas import INLINE_QUOTAS, SIZE_QUOTAS

QUOTAS: Mapping[str, int] = MappingProxyType(
    {
        "UsersPerAccount": 5000,
        "GroupsPerAccount": 300,
        "RolesPerAccount": 1000,
        "InstanceProfilesPerAccount": 1000,
        "InstanceSessionsPerInstanceProfile": 1,
        "PoliciesPerAccount": 1500,
        "AccessKeysPerUser": 2,
        "MFADevicesPerUser": 8,
        "VirtualMFADevicesPerAccount": 5000,
        "GroupsPerUser": 10,
        "PoliciesPerUser": 10,
        "PoliciesPerGroup": 10,
        "PoliciesPerRole": 10,
        "VersionsPerPolicy": 5,
        "PolicyVersionsInUse": 10_000,
        "ServerCertificatesPerAccount": 20,
        "CertificatesPerUser": 2,
        "TagsPerResource": 50,
        "OpenIdConnectProvidersPerAccount": 100,
        "ClientIdsPerOpenIdConnectProvider": 100,
        "ThumbprintsPerOpenIdConnectProvider": 5,
        "SAMLProvidersPerAccount": 100,
        "PrivateKeysPerSAMLProvider": 2,
        "SSHPublicKeysPerUser": 5,
        "ServiceSpecificCredentialsPerUser": 2,
        "PolicySize": SIZE_QUOTAS[PolicyKind.IDENTITY].characters,
        "ACLSizePerRole": SIZE_QUOTAS[PolicyKind.TRUST].characters,
        "InlinePolicySizePerUser": INLINE_QUOTAS["User"],
        "InlinePolicySizePerGroup": INLINE_QUOTAS["Group"],
        "InlinePolicySizePerRole": INLINE_QUOTAS["Role"],
        "AccountsPerOrganization": 10_000,
        "UnitsPerOrganization": 2000,
        "UnitDepth": 5,
        "OrganizationPoliciesPerOrganization": 2000,
        "OrganizationPoliciesPerTarget": 5,
    }
)
"""Every quota by name: what an account has that has none of its own."""


RAISED: Mapping[str, int] = MappingProxyType(
    {
        "GroupsPerAccount": 500,
        "RolesPerAccount": 5000,
        "InstanceProfilesPerAccount": 5000,
        "PoliciesPerAccount": 5000,
        "ServerCertificatesPerAccount": 1000,
        "PoliciesPerUser": 20,
        "PoliciesPerRole": 20,
        "ACLSizePerRole": 4096,
    }
)
"""The most that AWS grants on request, of the quotas that it raises at all."""

OF_ACCOUNTS = frozenset(
    {
        *RAISED,
        "UsersPerAccount",
        "OpenIdConnectProvidersPerAccount",
        "SAMLProvidersPerAccount",
        "VirtualMFADevicesPerAccount",
        "AccessKeysPerUser",
        "MFADevicesPerUser",
        "GroupsPerUser",
        "PoliciesPerGroup",
        "VersionsPerPolicy",
        "CertificatesPerUser",
        "SSHPublicKeysPerUser",
        "ServiceSpecificCredentialsPerUser",
        "PolicySize",
        "InlinePolicySizePerUser",
        "InlinePolicySizePerGroup",
        "InlinePolicySizePerRole",
    }
)
"""Quotas of which an account may have its own: up to the most that AWS grants, or lower."""


def most(name: str) -> int:
    """Return the most that an account's quota may be."""
    return RAISED.get(name, QUOTAS[name])


def limit(directory: Directory, account: str, name: str) -> int:
    """Return a quota as it is for an account: its own, or the default."""
    own = directory.get(AccountQuota, account, name)
    return QUOTAS[name] if own is None else own.value


def within(directory: Directory, account: str, name: str, amount: int) -> None:
    """Raise ``LimitExceeded`` if ``amount`` is more than the quota ``name`` of the account."""
    allowed = limit(directory, account, name)
    if amount > allowed:
        raise messages.OVER_QUOTA.error(quota=name, limit=allowed)


def at_most(name: str, amount: int) -> None:
    """Raise ``LimitExceeded`` if ``amount`` is more than a quota that is one for all accounts."""
    if amount > QUOTAS[name]:
        raise messages.OVER_QUOTA.error(quota=name, limit=QUOTAS[name])


def put(transaction: Transaction, account: str, name: str, value: int) -> AccountQuota:
    """Give an account a quota of its own.

    Raises ``ControlError``: ValidationException for a quota that accounts do not have, or a value
    above what AWS grants; ResourceNotFoundException for an account that is not here.
    """
    if name not in OF_ACCOUNTS:
        raise ControlError("ValidationException", f"Accounts have no quota {name} of their own.")
    if not 0 <= value <= most(name):
        raise ControlError("ValidationException", f"The quota {name} is 0 to {most(name)}.")
    if transaction.get(Account, account) is None:
        raise ControlError("ResourceNotFoundException", f"There is no account {account}.")
    changed = AccountQuota(account, name, value)
    held = transaction.get(AccountQuota, account, name)
    if held is None:
        transaction.add(changed)
    else:
        transaction.put(changed)
    return changed


def significant(text: str) -> int:
    """Return the length of a policy document without its white space, as IAM counts it."""
    return SIZE_QUOTAS[PolicyKind.IDENTITY].size_of(text)
