"""Users, groups, roles, their instance profiles, and the policies attached to them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from doorward.model.principal import Tags
from doorward.policy.folding import fold
from doorward.policy.partitions import COMMERCIAL


class User(msgspec.Struct, frozen=True, gc=False, tag_field="entity", tag=True):
    """An IAM user; ``id`` is its unique id (AIDA…). Names are unique ignoring case."""

    account: str
    name: str
    id: str
    created: datetime
    path: str = "/"
    tags: Tags = ()
    permissions_boundary: str | None = None
    partition: str = COMMERCIAL

    @property
    def name_key(self) -> str:
        """The name as uniqueness sees it."""
        return fold(self.name)

    @property
    def arn(self) -> str:
        """The user's ARN, path included."""
        return f"arn:{self.partition}:iam::{self.account}:user{self.path}{self.name}"

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class Group(msgspec.Struct, frozen=True, gc=False, tag_field="entity", tag=True):
    """An IAM group; ``id`` is AGPA…. It is no principal: its policies are those of its members."""

    account: str
    name: str
    id: str
    created: datetime
    path: str = "/"
    partition: str = COMMERCIAL

    @property
    def name_key(self) -> str:
        """The name as uniqueness sees it."""
        return fold(self.name)

    @property
    def arn(self) -> str:
        """The group's ARN, path included."""
        return f"arn:{self.partition}:iam::{self.account}:group{self.path}{self.name}"

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class Membership(msgspec.Struct, frozen=True, gc=False, tag_field="entity", tag=True):
    """A user's being in a group, both named by their unique ids."""

    account: str
    user_id: str
    group_id: str

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class Role(msgspec.Struct, frozen=True, gc=False, tag_field="entity", tag=True):
    """An IAM role. ``id`` is AROA…; ``max_session_duration`` is in seconds (3600 to 43200).

    ``trust_policy`` is the document's text, byte-exact but for the users and roles that it names:
    these are kept by unique id (``engine.binding``).

    ``max_signin_session`` (seconds, 3600 to 7776000) is the longest sign-in session of who signs
    in with the role; ``None`` where nobody set it.
    """

    account: str
    name: str
    id: str
    created: datetime
    trust_policy: str
    path: str = "/"
    description: str | None = None
    max_session_duration: int = 3600
    tags: Tags = ()
    permissions_boundary: str | None = None
    max_signin_session: int | None = None
    partition: str = COMMERCIAL

    @property
    def name_key(self) -> str:
        """The name as uniqueness sees it."""
        return fold(self.name)

    @property
    def arn(self) -> str:
        """The role's ARN, path included."""
        return f"arn:{self.partition}:iam::{self.account}:role{self.path}{self.name}"

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class InstanceProfile(msgspec.Struct, frozen=True, gc=False, tag_field="entity", tag=True):
    """What hands a role to machines; ``id`` is AIPA…, ``role_id`` that of its role, if any."""

    account: str
    name: str
    id: str
    created: datetime
    path: str = "/"
    role_id: str | None = None
    tags: Tags = ()
    partition: str = COMMERCIAL

    @property
    def name_key(self) -> str:
        """The name as uniqueness sees it."""
        return fold(self.name)

    @property
    def arn(self) -> str:
        """The instance profile's ARN, path included."""
        return f"arn:{self.partition}:iam::{self.account}:instance-profile{self.path}{self.name}"

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class ManagedPolicy(msgspec.Struct, frozen=True, gc=False, tag_field="entity", tag=True):
    """A managed policy. ``id`` is ANPA…; its text is in its versions.

    AWS-managed policies are in ``policy.catalog``; but what an estate brings along of them is
    here, of the account ``aws``, and goes before the catalog.
    """

    account: str
    name: str
    id: str
    created: datetime
    updated: datetime
    path: str = "/"
    description: str | None = None
    default_version: str = "v1"
    versions_ever: int = 1
    tags: Tags = ()
    partition: str = COMMERCIAL

    @property
    def name_key(self) -> str:
        """The name as uniqueness sees it: AWS's own policies are others in each partition."""
        elsewhere = self.account == "aws" and self.partition != COMMERCIAL
        return fold(f"{self.partition}:{self.name}" if elsewhere else self.name)

    @property
    def arn(self) -> str:
        """The policy's ARN, path included."""
        return f"arn:{self.partition}:iam::{self.account}:policy{self.path}{self.name}"

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class PolicyVersion(msgspec.Struct, frozen=True, gc=False, tag_field="entity", tag=True):
    """One version (``v1``, ``v2`` …) of a managed policy; ``document`` is byte-exact."""

    account: str
    policy_id: str
    version: str
    document: str
    created: datetime

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class InlinePolicy(msgspec.Struct, frozen=True, gc=False, tag_field="entity", tag=True):
    """A policy embedded in one user, group or role, named by the owner's unique id."""

    account: str
    owner_id: str
    name: str
    document: str

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class Attachment(msgspec.Struct, frozen=True, gc=False, tag_field="entity", tag=True):
    """A managed policy attached to a user, group or role, named by the owner's unique id.

    ``ordinal`` keeps the order of attachment within the owner.
    """

    account: str
    owner_id: str
    policy_arn: str
    ordinal: int

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account
