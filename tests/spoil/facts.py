"""What AWS's formats say of every member of every file: the oracle of what a change amounts to.

Sources: IAM and Organizations API References, the data types of the answers; IAM User Guide,
"Grammar of the IAM JSON policy language"; ``docs/reference/estate.md`` for what is not read and
for our own bundles. Members are named by their own name, or by ``Above/Name``.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any

from doorward.policy.arn import parse_arn
from tests.spoil.estates import DOCUMENTS
from tests.spoil.spoil import Law, Path


class Change(enum.Enum):
    """What is done to a member or an item; the value says it in words."""

    REMOVED = "removed"
    NULLED = "set to null"
    RETYPED = "of another type"
    GARBLED = "with half a character"
    TWICE = "an object with a key that stands twice"
    DEEP = "nested 10,000 deep"
    EMPTIED = "emptied"
    CUT = "cut in the middle"
    NEGATIVE = "negative"
    HUGE = "huge"
    FLIPPED = "the other of true and false"
    UNDATED = "no date that there is"
    ODD = "an item more that is none"


UNREAD: Mapping[str, frozenset[str]] = {
    "authorization-details": frozenset({
        "AttachmentCount", "PermissionsBoundaryUsageCount", "IsAttachable", "Marker",
        "PermissionsBoundaryType", "AttachedManagedPolicies/PolicyName", "RoleLastUsed/Region",
        "InstanceProfileList/Path", "InstanceProfileList/InstanceProfileName",
        "InstanceProfileList/Roles",
    }),
    "last-accessed": frozenset({
        "JobType", "JobCreationDate", "JobCompletionDate", "ServiceName",
        "LastAuthenticatedEntity", "LastAuthenticatedRegion", "TotalAuthenticatedEntities",
        "TrackedActionsLastAccessed",
    }),
    "virtual-mfa-devices": frozenset({
        "User/Path", "User/UserName", "User/Arn", "User/CreateDate",
    }),
    "credential-report": frozenset({"ReportFormat"}),
    "organization": frozenset({
        "Organization/Arn", "MasterAccountArn", "MasterAccountEmail", "AvailablePolicyTypes",
        "Roots/Name", "Roots/Arn", "Accounts/Arn", "OrganizationalUnits/Arn", "AwsManaged",
    }),
    "password-policy": frozenset({"ExpirePasswords"}),
    "server-certificates": frozenset({"Path", "ServerCertificateName"}),
    "openid-connect-providers": frozenset({"Url"}),
    "signing-certificates": frozenset({"CertificateBody"}),
    "estate": frozenset({"Of"}),
    "instances": frozenset({"State/Code"}),
    "analyzers": frozenset({"name"}),
    "delegated-administrators": frozenset({
        "Email", "Name", "Status", "JoinedMethod", "JoinedTimestamp", "DelegationEnabledDate",
    }),
    "delegated-services": frozenset({"DelegationEnabledDate"}),
    "delegation-policy": frozenset({"ResourcePolicySummary/Id"}),
}  # fmt: skip
"""By kind of file: known, and not used; whatever it is changed to, no verdict says otherwise."""

REDUNDANT = frozenset({
    "Path", "UserName", "GroupName", "RoleName", "Policies/PolicyName", "IsDefaultVersion",
    "CreateDate", "UpdateDate", "UploadDate", "EnableDate", "Description", "MaxSessionDuration",
    "Name", "Email", "Status", "JoinedMethod", "JoinedTimestamp", "OrganizationalUnits/Name",
    "GeneratedTime", "FeatureSet",
})  # fmt: skip
"""What AWS always tells, and an estate written by hand need not: told elsewhere, or but told."""

OPTIONAL = frozenset({
    "UserPolicyList", "GroupPolicyList", "RolePolicyList", "AttachedManagedPolicies", "GroupList",
    "PermissionsBoundary", "Tags", "InstanceProfileList", "RoleLastUsed", "LastUsedDate",
    "UserDetailList", "GroupDetailList", "RoleDetailList", "Policies", "IsTruncated", "Marker",
    "User", "PasswordResetRequired", "LastAuthenticated", "PolicyTypes", "Targets", "Policy",
    "EnabledFeatures", "EnabledServicePrincipals", "OrganizationalUnits", "Accounts", "Type",
    "Account", "RoleArn", "ValidUntil", "ClientIDList", "ThumbprintList", "Region",
    "ExpirationDate", "ServiceUserName", "ServiceCredentialAlias", "DateEnabled", "Resources",
    "Taken", "Users", "SummaryMap/*", "PasswordPolicy/*", "MaxSigninSessionDuration",
    "AccessKeyMetadata/UserName", "MFADevices/UserName", "Certificates/UserName",
    "LoginProfiles/UserName",  # without, it is the root user's
    "Placement/AvailabilityZone", "DelegatedAdministrators/Arn", "ResourcePolicySummary",
    "ResourcePolicySummary/Arn", "AlternateContacts", "AlternateContactTypes",
    "ListedPolicyTypes", "Placement",
    "ContactInformation/*", "AlternateContacts/*", "resource", "findingType",
    "PublicAccessBlockConfiguration/*", "Resources/PublicAccessBlockConfiguration",
})  # fmt: skip
"""What AWS leaves out where there is none: without it, the file says something else."""

FREE = frozenset({
    "Description", "Value", "Name", "Type", "SerialNumber", "AccessKeyId", "ServiceNamespace",
    "ServiceUserName", "ServiceName", "CertificateId", "ServiceSpecificCredentialId",
    "ServiceCredentialAlias", "Key", "Id", "ParentId", "Targets", "Users", "VersionId",
    "UserPolicyList/PolicyName", "GroupPolicyList/PolicyName", "RolePolicyList/PolicyName",
    "ServicePrincipal", "ClientIDList", "ThumbprintList", "Email", "JoinedMethod",
    "Accounts/Status", "RoleArn", "FeatureSet", "ServerCertificateId", "PolicyId",
    "CertificateBody", "ListedPolicyTypes", "FullName", "AddressLine1", "City", "PostalCode",
    "PhoneNumber", "Title", "EmailAddress", "InstanceId", "name", "id", "resource", "findingType",
    "type", "analyzers/status", "DelegatedServices/ServicePrincipal", "StateOrRegion",
    "CountryCode",
    "InstanceProfileId", "Marker",
})  # fmt: skip
"""Texts of which any part may be the whole: cut short, they are another fact."""

NOT_EMPTY = FREE - {
    "Description", "Value", "Name", "ServiceCredentialAlias", "ServiceUserName", "Email",
    "JoinedMethod", "Accounts/Status", "Type", "FeatureSet", "CertificateBody", "RoleArn",
    "Users", "Marker", "FullName", "AddressLine1", "City", "PostalCode", "PhoneNumber", "Title",
    "EmailAddress", "StateOrRegion", "CountryCode",
}  # fmt: skip
"""Those that are not empty either, where they are there."""

DATES = frozenset({
    "CreateDate", "UpdateDate", "UploadDate", "EnableDate", "LastUsedDate", "LastAuthenticated",
    "Expiration", "ExpirationDate", "ValidUntil", "JoinedTimestamp", "DateEnabled", "Taken",
    "GeneratedTime",
})  # fmt: skip

_STATEMENT_NEEDS = frozenset({
    "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal",
    "Statement",
})  # fmt: skip
_ALWAYS_BROKEN = frozenset({Change.NULLED, Change.GARBLED, Change.TWICE, Change.DEEP, Change.ODD})


def names(path: Path) -> tuple[str, str]:
    """Return the name of the member in which a place is, and of the one above it."""
    found = [step for step in path if isinstance(step, str)]
    return (found[-1] if found else "", found[-2] if len(found) > 1 else "")


def is_among(path: Path, table: frozenset[str]) -> bool:
    """Say whether a table has the member in which a place is."""
    name, above = names(path)
    return not table.isdisjoint({name, f"{above}/{name}", f"{above}/*"})


def policy_path(path: Path) -> Path | None:
    """Return the place within a policy, if it is within one that is written as an object."""
    for index, step in enumerate(path):
        if step in DOCUMENTS:
            return path[index + 1 :]
    return None


_OBJECTS = frozenset({"Tags", "Content"})
"""What may be an object of whatever members: tags; policies that decide on no request."""

_NULL = frozenset({"PasswordPolicy", "PublicAccessBlockConfiguration", "ResourcePolicy"})
"""Where ``null`` says that AWS answered that there is none (``docs/reference/estate.md``)."""


def law(kind: str, path: Path, change: Change, *, alone: bool, value: Any, how: str) -> Law:
    """Return what a change amounts to; ``alone``: nothing else is in its list or object.

    ``value`` is what was there, ``how`` what is there now.
    """
    if is_unread(kind, path):
        return Law.UNREAD
    within = policy_path(path)
    if within:
        if "Resource" in path and change is Change.REMOVED and "AssumeRolePolicyDocument" in path:
            return Law.OTHER  # nobody needs it there
        if change is Change.RETYPED and isinstance(value, str | list) and how in {'"x"', "[]"}:
            change = Change.EMPTIED if how == "[]" else Change.CUT  # one may stand without a list
        text = isinstance(value, str) and how != "[]"
        return _within_policy(within, change, alone=alone, text=text)
    if path == (0,) and alone:
        return Law.ABSENT  # nothing is left by which it could be known what the file is
    if path[-1] in _OBJECTS and change is Change.RETYPED and how.startswith("{"):
        return Law.OTHER
    if change is Change.NULLED and path[-1] in _NULL:
        return Law.OTHER  # so it is said that there is none
    if change in _ALWAYS_BROKEN or change in {Change.RETYPED, Change.UNDATED}:
        return Law.BROKEN
    return _RULES[change](path, value)


def is_unread(kind: str, path: Path) -> bool:
    """Say whether nothing rests on what is at a place."""
    return is_among(path, UNREAD.get(kind, frozenset())) or is_below_profile(path)


def is_below_profile(path: Path) -> bool:
    """Say whether a place is in what an instance profile tells of its role: told elsewhere."""
    return "InstanceProfileList" in path and "Roles" in path


def _removed(path: Path, _value: Any) -> Law:
    if path and isinstance(path[-1], int):
        return Law.OTHER
    if is_among(path, OPTIONAL):
        return Law.OTHER
    if is_among(path, REDUNDANT):
        return Law.UNREAD
    return Law.ABSENT if len(path) == 1 else Law.BROKEN


def _emptied(path: Path, value: Any) -> Law:
    if isinstance(value, str):
        return Law.OTHER if is_among(path, FREE - NOT_EMPTY) else Law.BROKEN
    return Law.OTHER


def _cut(path: Path, value: Any) -> Law:
    if names(path) == ("Arn", "Resources") and parse_arn(value[: -(-len(value) // 2)]):
        return Law.OTHER  # another resource, of which the name is shorter
    return Law.OTHER if is_among(path, FREE) else Law.BROKEN


def _huge(path: Path, _value: Any) -> Law:
    return Law.OTHER if names(path)[1] == "SummaryMap" else Law.BROKEN


def _flipped(path: Path, value: Any) -> Law:
    if names(path)[0] == "IsTruncated":
        return Law.UNREAD if value else Law.BROKEN
    return Law.BROKEN if names(path)[0] == "IsDefaultVersion" else Law.OTHER


_RULES: Mapping[Change, Callable[[Path, Any], Law]] = {
    Change.REMOVED: _removed,
    Change.EMPTIED: _emptied,
    Change.CUT: _cut,
    Change.HUGE: _huge,
    Change.FLIPPED: _flipped,
    Change.NEGATIVE: lambda _path, _value: Law.BROKEN,
}


def _within_policy(path: Path, change: Change, *, alone: bool, text: bool) -> Law:
    """Return what a change within a policy amounts to; ``text`` says that text was there."""
    if "Condition" in path:
        return _within_condition(path, change)
    if change in _ALWAYS_BROKEN:
        return Law.BROKEN
    name = names(path)[0]
    if name == "Sid":
        return Law.BROKEN if change is Change.RETYPED else Law.OTHER
    if change is Change.RETYPED:
        return Law.BROKEN
    if name in {"Id", "Version"}:
        return Law.OTHER if change is Change.REMOVED else Law.BROKEN
    if change is Change.REMOVED:
        needed = path[-1] in _STATEMENT_NEEDS or alone
        return Law.BROKEN if needed else Law.OTHER
    if change is Change.EMPTIED and not text:
        return Law.BROKEN
    return Law.BROKEN if name == "Effect" else Law.OTHER


def _within_condition(path: Path, change: Change) -> Law:
    """Return what a change within a condition amounts to: its values may be of any scalar type."""
    if change in {Change.GARBLED, Change.TWICE}:
        return Law.BROKEN
    operator_or_above = len(path) - path.index("Condition") <= 2
    if change in {Change.NULLED, Change.RETYPED} and operator_or_above:
        return Law.BROKEN
    return Law.OTHER
