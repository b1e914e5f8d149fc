"""Domain values as Organizations' output shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from doorward.api.pages import Page
from doorward.control import organization_policies, units
from doorward.model.directory import Directory
from doorward.model.organization import (
    Account,
    AccountCreation,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyType,
)

Shape = dict[str, Any]
"""Members by AWS's names; one whose value is ``None`` is left out on the wire."""

T = TypeVar("T")


def paged(member: str) -> Callable[[Page[Shape]], Shape]:
    """Project a page of shapes to a list answer."""
    return lambda page: {member: list(page.items), "NextToken": page.marker}


def wrapped(member: str) -> Callable[[Shape], Shape]:
    """Project a shape to an answer with one member."""
    return lambda shape: {member: shape}


def organization(organization: Organization, management: Account) -> Shape:
    """Project an organization; ``management`` is its management account.

    ``AvailablePolicyTypes`` names SCPs alone, as AWS does ("Do not use … use ListRoots").
    """
    return {
        "Id": organization.id,
        "Arn": organization.arn,
        "FeatureSet": organization.feature_set,
        "MasterAccountArn": account_arn(organization, management.id),
        "MasterAccountId": management.id,
        "MasterAccountEmail": management.email,
        "AvailablePolicyTypes": [
            {"Type": PolicyType.SERVICE_CONTROL_POLICY.value, "Status": "ENABLED"}
        ],
    }


def root(organization: Organization) -> Shape:
    """Project an organization's root with its enabled policy types."""
    return {
        "Id": organization.root_id,
        "Arn": f"{_prefix(organization)}:root/{organization.id}/{organization.root_id}",
        "Name": "Root",
        "PolicyTypes": [
            {"Type": kind.value, "Status": "ENABLED"} for kind in organization.enabled_policy_types
        ],
    }


def account(directory: Directory, organization: Organization, account: Account) -> Shape:
    """Project an account of the organization."""
    above = units.path(directory, organization, account.parent_id or organization.root_id)
    return {
        "Id": account.id,
        "Arn": account_arn(organization, account.id),
        "Email": account.email,
        "Name": account.name,
        "Status": account.status,
        "State": account.status,
        "Paths": [f"{above}{account.id}/"],
        "JoinedMethod": account.joined_method,
        "JoinedTimestamp": account.joined,
    }


def unit(directory: Directory, organization: Organization, unit: OrganizationalUnit) -> Shape:
    """Project an organizational unit."""
    return {
        "Id": unit.id,
        "Arn": f"{_prefix(organization)}:ou/{organization.id}/{unit.id}",
        "Name": unit.name,
        "Path": units.path(directory, organization, unit.id),
    }


def creation(status: AccountCreation) -> Shape:
    """Project the status of a CreateAccount request."""
    return {
        "Id": status.id,
        "AccountName": status.account_name,
        "State": status.state,
        "RequestedTimestamp": status.requested,
        "CompletedTimestamp": status.completed,
        "AccountId": status.account_id,
        "FailureReason": status.failure_reason,
    }


def policy_summary(organization: Organization, policy: OrganizationPolicy) -> Shape:
    """Project a policy without its text."""
    kind = policy.type.value.lower()
    aws = organization_policies.is_aws_managed(policy)
    owner = "arn:aws:organizations::aws" if aws else _prefix(organization)
    place = "" if aws else f"{organization.id}/"
    return {
        "Id": policy.id,
        "Arn": f"{owner}:policy/{place}{kind}/{policy.id}",
        "Name": policy.name,
        "Description": policy.description,
        "Type": policy.type.value,
        "AwsManaged": aws,
    }


def policy(organization: Organization, policy: OrganizationPolicy) -> Shape:
    """Project a policy with its text."""
    return {
        "PolicySummary": policy_summary(organization, policy),
        "Content": policy.content,
    }


def target(directory: Directory, organization: Organization, target_id: str) -> Shape:
    """Project what a policy is attached to."""
    if target_id == organization.root_id:
        found = root(organization)
        return _target(found, "ROOT")
    held = directory.get(OrganizationalUnit, target_id)
    if held is not None:
        return _target(unit(directory, organization, held), "ORGANIZATIONAL_UNIT")
    member = directory.get(Account, target_id)
    assert member is not None  # noqa: S101 - attachments go with their target
    return _target(account(directory, organization, member), "ACCOUNT")


def _target(shape: Shape, kind: str) -> Shape:
    return {
        "TargetId": shape["Id"],
        "Arn": shape["Arn"],
        "Name": shape["Name"],
        "Type": kind,
    }


def account_arn(organization: Organization, account: str) -> str:
    """Return the ARN of an account of the organization."""
    return f"{_prefix(organization)}:account/{organization.id}/{account}"


def _prefix(organization: Organization) -> str:
    return organization.owner
