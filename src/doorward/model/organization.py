"""Accounts, organizations, organizational units and organization policies."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from doorward.model.principal import Tags
from doorward.policy.partitions import COMMERCIAL


class Account(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """An AWS account; ``organization_id`` and ``parent_id`` are ``None`` when it stands alone.

    ``parent_id`` is the root (r-…) or organizational unit (ou-…) that holds it. ``installation``
    marks the one account that the installation itself is run from: it may create standalone
    accounts, and the calls of callers that nobody knows are recorded with it.

    ``token_version`` is the version (1 or 2) of STS's global endpoint tokens that was set;
    ``properties`` are the account properties that were put, ``Namespace/PropertyName`` first.
    ``restricts_public`` says whether S3 Block Public Access of the account restricts public
    policies of its buckets; ``None``: not known.
    """

    id: str
    name: str
    created: datetime
    email: str | None = None
    organization_id: str | None = None
    parent_id: str | None = None
    joined: datetime | None = None
    joined_method: str = "CREATED"
    status: str = "ACTIVE"
    alias: str | None = None
    tags: Tags = ()
    installation: bool = False
    token_version: int = 1
    properties: Tags = ()
    partition: str = COMMERCIAL
    restricts_public: bool | None = None

    @property
    def scope(self) -> str:
        """The organization, or the account that stands alone, whose version a change raises."""
        return self.organization_id or self.id


class PolicyType(enum.Enum):
    """The types of organization policy that Doorward evaluates."""

    SERVICE_CONTROL_POLICY = "SERVICE_CONTROL_POLICY"
    RESOURCE_CONTROL_POLICY = "RESOURCE_CONTROL_POLICY"


class TrustedService(msgspec.Struct, frozen=True):
    """A service (``iam.amazonaws.com``) that an organization gave trusted access, and when."""

    principal: str
    enabled: datetime


class RootFeature(enum.Enum):
    """The features of centralized root access."""

    ROOT_CREDENTIALS_MANAGEMENT = "RootCredentialsManagement"
    ROOT_SESSIONS = "RootSessions"


class Organization(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """An organization (o-…) with its one root (r-…).

    ``root_features`` are the features of centralized root access that are enabled.
    """

    id: str
    management_account: str
    root_id: str
    created: datetime
    feature_set: str = "ALL"
    enabled_policy_types: tuple[PolicyType, ...] = ()
    trusted_services: tuple[TrustedService, ...] = ()
    root_features: tuple[RootFeature, ...] = ()
    partition: str = COMMERCIAL

    @property
    def scope(self) -> str:
        """The organization whose version a change of this entity raises."""
        return self.id

    @property
    def arn(self) -> str:
        """The organization's ARN."""
        return f"{self.owner}:organization/{self.id}"

    @property
    def owner(self) -> str:
        """What the ARNs of all that is the organization's begin with."""
        return f"arn:{self.partition}:organizations::{self.management_account}"


class OrganizationalUnit(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """An organizational unit (ou-…) below a root or another unit."""

    id: str
    organization_id: str
    parent_id: str
    name: str
    created: datetime

    @property
    def scope(self) -> str:
        """The organization whose version a change of this entity raises."""
        return self.organization_id


class OrganizationPolicy(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """A customer's SCP or RCP (p-…); ``content`` is the document's text, byte-exact.

    AWS's own (p-FullAWSAccess) are in ``policy.catalog``; only their attachments are stored.
    """

    id: str
    organization_id: str
    name: str
    type: PolicyType
    content: str
    created: datetime
    description: str = ""

    @property
    def scope(self) -> str:
        """The organization whose version a change of this entity raises."""
        return self.organization_id


class PolicyTarget(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """An organization policy attached to a root, unit or account."""

    organization_id: str
    target_id: str
    policy_id: str
    ordinal: int

    @property
    def scope(self) -> str:
        """The organization whose version a change of this entity raises."""
        return self.organization_id


class AccountQuota(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """A quota that an account has of its own, in place of the default (``control.quotas``)."""

    account: str
    name: str
    value: int

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class AccountCreation(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """The status of a CreateAccount request (car-…)."""

    id: str
    organization_id: str
    account_name: str
    state: str
    requested: datetime
    completed: datetime | None = None
    account_id: str | None = None
    failure_reason: str | None = None

    @property
    def scope(self) -> str:
        """The organization whose version a change of this entity raises."""
        return self.organization_id
