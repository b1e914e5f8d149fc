"""GetAccountSummary: how much of everything an account has, and may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from doorward.api.call import Read
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.control.quotas import limit
from doorward.model.certificate import ServerCertificate, SigningCertificate
from doorward.model.credential import AccessKey, LoginProfile, MfaDevice
from doorward.model.directory import Directory
from doorward.model.federation import OpenIdProvider, SamlProvider
from doorward.model.identity import (
    Attachment,
    Group,
    InstanceProfile,
    ManagedPolicy,
    Role,
    User,
)
from doorward.model.organization import Account
from doorward.model.schema import Entity

Count = Callable[[Directory, str], int]
"""Counts something of an account."""


def _all(kind: type[Entity]) -> Count:
    """Count what an account has of one kind."""
    return lambda directory, account: len(directory.find(kind, account=account))


def _roots(kind: type[AccessKey | MfaDevice | SigningCertificate]) -> Count:
    """Say by 1 or 0 whether the account's root user has a credential."""
    return lambda directory, account: int(bool(directory.find(kind, owner_id=account)))


def _assigned_devices(directory: Directory, account: str) -> int:
    found = directory.find(MfaDevice, account=account)
    return sum(device.owner_id is not None for device in found)


def _policies_in_use(directory: Directory, account: str) -> int:
    """Count the managed policies, AWS's too, of which a version has an effect in the account."""
    attached = {each.policy_arn for each in directory.find(Attachment, account=account)}
    bounded: list[User | Role] = [
        *directory.find(User, account=account),
        *directory.find(Role, account=account),
    ]
    return len(attached | {each.permissions_boundary for each in bounded} - {None})


def _providers(directory: Directory, account: str) -> int:
    """Count the identity providers of both kinds."""
    kinds: tuple[type[OpenIdProvider | SamlProvider], ...] = (OpenIdProvider, SamlProvider)
    return sum(len(directory.find(kind, account=account)) for kind in kinds)


def _root_password(directory: Directory, account: str) -> int:
    """Say by 1 or 0 whether the account's root user may choose, or has, a password."""
    return int(directory.get(LoginProfile, account) is not None)


COUNTS: Mapping[str, Count] = MappingProxyType(
    {
        "Users": _all(User),
        "Groups": _all(Group),
        "Roles": _all(Role),
        "Policies": _all(ManagedPolicy),
        "InstanceProfiles": _all(InstanceProfile),
        "MFADevices": _all(MfaDevice),
        "MFADevicesInUse": _assigned_devices,
        "PolicyVersionsInUse": _policies_in_use,
        "ServerCertificates": _all(ServerCertificate),
        "Providers": _providers,
        "AccountMFAEnabled": _roots(MfaDevice),
        "AccountAccessKeysPresent": _roots(AccessKey),
        "AccountPasswordPresent": _root_password,
        "AccountSigningCertificatesPresent": _roots(SigningCertificate),
    }
)
"""What is counted, by its name in the summary."""

LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "UsersQuota": "UsersPerAccount",
        "GroupsQuota": "GroupsPerAccount",
        "GroupsPerUserQuota": "GroupsPerUser",
        "RolesQuota": "RolesPerAccount",
        "PoliciesQuota": "PoliciesPerAccount",
        "InstanceProfilesQuota": "InstanceProfilesPerAccount",
        "ServerCertificatesQuota": "ServerCertificatesPerAccount",
        "SigningCertificatesPerUserQuota": "CertificatesPerUser",
        "AccessKeysPerUserQuota": "AccessKeysPerUser",
        "AttachedPoliciesPerUserQuota": "PoliciesPerUser",
        "AttachedPoliciesPerGroupQuota": "PoliciesPerGroup",
        "AttachedPoliciesPerRoleQuota": "PoliciesPerRole",
        "UserPolicySizeQuota": "InlinePolicySizePerUser",
        "GroupPolicySizeQuota": "InlinePolicySizePerGroup",
        "RolePolicySizeQuota": "InlinePolicySizePerRole",
        "PolicySizeQuota": "PolicySize",
        "AssumeRolePolicySizeQuota": "ACLSizePerRole",
        "VersionsPerPolicyQuota": "VersionsPerPolicy",
        "PolicyVersionsInUseQuota": "PolicyVersionsInUse",
    }
)
"""Quotas, by their name in the summary and in the table of quotas."""


@operation(
    "iam",
    "GetAccountSummary",
    asks=about(facts.everything),
    answer=shapes.wrapped("SummaryMap", dict),
)
def get_account_summary(call: Read) -> dict[str, int]:
    """Return what the account has and may have."""
    return summary(call.directory, call.caller.account)


def summary(directory: Directory, account_id: str) -> dict[str, int]:
    """Return what an account, which is there, has and may have."""
    counted = {name: count(directory, account_id) for name, count in COUNTS.items()}
    limits = {name: limit(directory, account_id, quota) for name, quota in LIMITS.items()}
    account = directory.get(Account, account_id)
    assert account is not None  # noqa: S101 - as above
    return counted | limits | {"GlobalEndpointTokenVersion": account.token_version}
