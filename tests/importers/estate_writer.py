"""Writes an estate as AWS's tools would: the counterpart of what is tested."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from doorward.model.identity import (
    Attachment,
    Group,
    InlinePolicy,
    ManagedPolicy,
    Membership,
    PolicyVersion,
    Role,
    User,
)
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
)
from doorward.model.principal import Tags
from doorward.model.resource import RegisteredResource
from doorward.model.snapshot import Snapshot

Json = dict[str, Any]
Spelling = Callable[[str], Any]

AS_TEXT: Spelling = str
AS_OBJECT: Spelling = json.loads
URL_ENCODED: Spelling = quote
"""How a policy document may be spelt: the AWS CLI writes objects, the API URL-encoded text."""

_AWS_POLICIES = ("p-FullAWSAccess", "p-RCPFullAWSAccess")


def details(snapshot: Snapshot, account: str, spell: Spelling) -> Json:
    """The authorization details of an account; AWS leaves out what is empty."""
    return {
        "UserDetailList": [
            _identity(snapshot, each, "User", spell)
            | {"GroupList": _groups(snapshot, each)}
            | _boundary(each)
            | _tags(each.tags)
            for each in snapshot.find(User, account=account)
        ],
        "GroupDetailList": [
            _identity(snapshot, each, "Group", spell)
            for each in snapshot.find(Group, account=account)
        ],
        "RoleDetailList": [
            _identity(snapshot, each, "Role", spell)
            | {"AssumeRolePolicyDocument": spell(each.trust_policy), "InstanceProfileList": []}
            | _boundary(each)
            | _tags(each.tags)
            for each in snapshot.find(Role, account=account)
        ],
        "Policies": [
            _policy(snapshot, each, spell)
            for each in snapshot.find(ManagedPolicy, account=account)
        ],
    }


def _identity(snapshot: Snapshot, entity: User | Group | Role, kind: str, spell: Spelling) -> Json:
    inline = snapshot.find(InlinePolicy, owner_id=entity.id)
    attached = sorted(snapshot.find(Attachment, owner_id=entity.id), key=lambda each: each.ordinal)
    found: Json = {
        "Path": entity.path,
        f"{kind}Name": entity.name,
        f"{kind}Id": entity.id,
        "Arn": entity.arn,
        "CreateDate": entity.created.isoformat(),
        "AttachedManagedPolicies": [
            {"PolicyName": each.policy_arn.rpartition("/")[2], "PolicyArn": each.policy_arn}
            for each in attached
        ],
    }
    if inline:
        found[f"{kind}PolicyList"] = [
            {"PolicyName": each.name, "PolicyDocument": spell(each.document)} for each in inline
        ]
    return found


def _groups(snapshot: Snapshot, user: User) -> list[str]:
    ids = {each.group_id for each in snapshot.find(Membership, user_id=user.id)}
    return [each.name for each in snapshot.find(Group, account=user.account) if each.id in ids]


def _boundary(entity: User | Role) -> Json:
    if entity.permissions_boundary is None:
        return {}
    return {
        "PermissionsBoundary": {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": entity.permissions_boundary,
        }
    }


def _tags(tags: Tags) -> Json:
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags]} if tags else {}


def _policy(snapshot: Snapshot, policy: ManagedPolicy, spell: Spelling) -> Json:
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": policy.default_version,
        "AttachmentCount": len(snapshot.find(Attachment, policy_arn=policy.arn)),
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": policy.created.isoformat(),
        "UpdateDate": policy.updated.isoformat(),
        "PolicyVersionList": [
            {
                "Document": spell(each.document),
                "VersionId": each.version,
                "IsDefaultVersion": each.version == policy.default_version,
                "CreateDate": each.created.isoformat(),
            }
            for each in snapshot.find(PolicyVersion, policy_id=policy.id)
        ],
    }


def organization(snapshot: Snapshot, spell: Spelling) -> Json:
    """The bundle of the one organization there is."""
    (found,) = snapshot.all(Organization)
    enabled = [kind.value for kind in found.enabled_policy_types]
    return {
        "Organization": {"Id": found.id, "MasterAccountId": found.management_account},
        "Roots": [
            {
                "Id": found.root_id,
                "Name": "Root",
                "PolicyTypes": [{"Type": kind, "Status": "ENABLED"} for kind in enabled],
            }
        ],
        "OrganizationalUnits": [
            {"Id": each.id, "ParentId": each.parent_id, "Name": each.name}
            for each in snapshot.all(OrganizationalUnit)
        ],
        "Accounts": [
            {"Id": each.id, "ParentId": each.parent_id, "Name": each.name}
            for each in snapshot.find(Account, organization_id=found.id)
        ],
        "Policies": [
            *(_aws_policy(snapshot, each) for each in _AWS_POLICIES),
            *(
                {
                    "Id": each.id,
                    "Name": each.name,
                    "Type": each.type.value,
                    "Content": spell(each.content),
                    "Targets": _targets(snapshot, each.id),
                }
                for each in snapshot.all(OrganizationPolicy)
            ),
        ],
    }


def _aws_policy(snapshot: Snapshot, identifier: str) -> Json:
    kind = PolicyType.RESOURCE_CONTROL_POLICY if "RCP" in identifier else None
    return {
        "Id": identifier,
        "Name": identifier.removeprefix("p-"),
        "Type": (kind or PolicyType.SERVICE_CONTROL_POLICY).value,
        "Targets": _targets(snapshot, identifier),
    }


def _targets(snapshot: Snapshot, policy: str) -> list[str]:
    return [each.target_id for each in snapshot.find(PolicyTarget, policy_id=policy)]


def resources(snapshot: Snapshot, spell: Spelling) -> Json:
    """The bundle of resources."""
    return {
        "Resources": [
            {
                "Arn": each.arn,
                "Account": each.account,
                **({} if each.type is None else {"Type": each.type}),
                **({} if each.policy is None else {"Policy": spell(each.policy)}),
                **_tags(each.tags),
            }
            for each in snapshot.all(RegisteredResource)
        ]
    }


def files(snapshot: Snapshot, spell: Spelling) -> dict[str, object]:
    """Every file of an estate, by its name."""
    found: dict[str, object] = {
        f"{account.id}/details.json": details(snapshot, account.id, spell)
        for account in snapshot.all(Account)
    }
    found["resources.json"] = resources(snapshot, spell)
    if snapshot.all(Organization):
        found["organization.json"] = organization(snapshot, spell)
    return found
