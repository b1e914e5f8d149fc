"""How many and how large: one table.

Sources: IAM User Guide, "IAM and AWS STS quotas" (default quotas); AWS Organizations User Guide,
"Quotas and service limits for AWS Organizations" (of accounts, the most that AWS grants). Names
are those of AWS's error texts ("Cannot exceed quota for AccessKeysPerUser: 2"); sizes are in
characters, white space not counted for IAM.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from doorward.control import messages
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
"""Every quota by name."""


def within(name: str, amount: int) -> None:
    """Raise ``LimitExceeded`` if ``amount`` is more than the quota ``name`` admits."""
    if amount > QUOTAS[name]:
        raise messages.OVER_QUOTA.error(quota=name, limit=QUOTAS[name])


def significant(text: str) -> int:
    """Return the length of a policy document without its white space, as IAM counts it."""
    return SIZE_QUOTAS[PolicyKind.IDENTITY].size_of(text)
