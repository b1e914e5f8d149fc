"""Centralized root access: an organization's trusted services, its features, the tasks they allow.

Sources: AWS Organizations API Reference (EnableAWSServiceAccess, DisableAWSServiceAccess); IAM API
Reference (EnableOrganizationsRootCredentialsManagement, EnableOrganizationsRootSessions,
ListOrganizationsFeatures); AWS STS API Reference, AssumeRoot; IAM User Guide, "Centralize root
access for member accounts". Doorward has no delegated administrators yet: the management account
alone acts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

from doorward.control import root_access_messages as messages
from doorward.control import session_messages
from doorward.control.errors import Message
from doorward.model.directory import Directory, Transaction
from doorward.model.organization import Account, Organization, RootFeature, TrustedService
from doorward.policy.arn import is_account_id

IAM = "iam.amazonaws.com"
"""The service principal that must be trusted before root access can be centralized."""

_TASKS = "arn:aws:iam::aws:policy/root-task/"
TASKS: Mapping[str, RootFeature] = MappingProxyType(
    {
        f"{_TASKS}IAMAuditRootUserCredentials": RootFeature.ROOT_CREDENTIALS_MANAGEMENT,
        f"{_TASKS}IAMCreateRootUserPassword": RootFeature.ROOT_CREDENTIALS_MANAGEMENT,
        f"{_TASKS}IAMDeleteRootUserCredentials": RootFeature.ROOT_CREDENTIALS_MANAGEMENT,
        f"{_TASKS}S3UnlockBucketPolicy": RootFeature.ROOT_SESSIONS,
        f"{_TASKS}SQSUnlockQueuePolicy": RootFeature.ROOT_SESSIONS,
    }
)
"""The policies that a session of AssumeRoot may be bounded by, and the feature that each needs."""

_PRINCIPAL = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.amazonaws\.com")
_ROOT = re.compile(r"arn:aws:iam::([0-9]{12}):root")


# --- trusted services


def trust(
    transaction: Transaction, organization: Organization, principal: str, now: datetime
) -> None:
    """Give a service trusted access; one that has it keeps it. Raises InvalidInputException."""
    _check_principal(principal)
    if principal in _trusted(organization):
        return
    services = (*organization.trusted_services, TrustedService(principal, now))
    transaction.put(msgspec.structs.replace(organization, trusted_services=services))


def distrust(transaction: Transaction, organization: Organization, principal: str) -> None:
    """Take a service's trusted access; one that has none is no error. Raises as ``trust``.

    Features that need it stay enabled, without effect until the service is trusted again.
    """
    _check_principal(principal)
    left = tuple(each for each in organization.trusted_services if each.principal != principal)
    if left != organization.trusted_services:
        transaction.put(msgspec.structs.replace(organization, trusted_services=left))


def _check_principal(principal: str) -> None:
    """Raise InvalidInputException unless this has the form of a service's principal."""
    if not _PRINCIPAL.fullmatch(principal):
        raise messages.NO_SERVICE_PRINCIPAL.error()


def _trusted(organization: Organization) -> frozenset[str]:
    return frozenset(each.principal for each in organization.trusted_services)


# --- features


def manager_of(directory: Directory, account: str, other: Message) -> Organization:
    """Return the organization whose root access ``account`` may manage.

    Raises ``ControlError``: OrganizationNotFoundException, ``other`` for an account that manages
    none, ServiceAccessNotEnabledException.
    """
    organization = _organization(directory, account)
    if organization is None:
        raise messages.NO_ORGANIZATION.error()
    if organization.management_account != account:
        raise other.error()
    if IAM not in _trusted(organization):
        raise messages.IAM_NOT_TRUSTED.error()
    return organization


def enable(
    transaction: Transaction, organization: Organization, feature: RootFeature
) -> Organization:
    """Enable a feature; one that is enabled stays so."""
    return _with(transaction, organization, {*organization.root_features, feature})


def disable(
    transaction: Transaction, organization: Organization, feature: RootFeature
) -> Organization:
    """Disable a feature; one that is not enabled is no error. Sessions that it allowed go on."""
    return _with(transaction, organization, {*organization.root_features} - {feature})


def _with(
    transaction: Transaction, organization: Organization, features: set[RootFeature]
) -> Organization:
    ordered = tuple(each for each in RootFeature if each in features)
    changed = msgspec.structs.replace(organization, root_features=ordered)
    if changed != organization:
        transaction.put(changed)
    return changed


# --- tasks


def target_of(principal: str) -> str:
    """Return the account whose root user an id or ARN names; raise ValidationError."""
    named = _ROOT.fullmatch(principal)
    account = named[1] if named else principal
    if not is_account_id(account):
        raise session_messages.INVALID_ARN.error(arn=principal)
    return account


def check_task(directory: Directory, account: str, target: str, task: str) -> None:
    """Return if ``account`` may assume the root user of ``target`` for a task.

    Raises ``ControlError``: ValidationError for a policy that is none of AWS's five; AccessDenied
    for an account that manages no organization, a target that is no member of it, and a feature
    that is not enabled. Whether a target exists is not told.
    """
    feature = TASKS.get(task)
    if feature is None:
        names = ", ".join(arn.removeprefix(_TASKS) for arn in TASKS)
        raise messages.NOT_A_TASK.error(arn=task, tasks=names)
    organization = _organization(directory, account)
    member = directory.get(Account, target)
    if (
        organization is None
        or organization.management_account != account
        or member is None
        or member.organization_id != organization.id
        or target == account
    ):
        raise messages.NOT_A_MEMBER.error(target=target, account=account)
    if IAM not in _trusted(organization) or feature not in organization.root_features:
        raise messages.FEATURE_OFF.error(arn=task, feature=feature.value)


def _organization(directory: Directory, account: str) -> Organization | None:
    held = directory.get(Account, account)
    if held is None or held.organization_id is None:
        return None
    return directory.get(Organization, held.organization_id)
