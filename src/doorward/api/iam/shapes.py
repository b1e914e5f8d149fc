"""Domain values as IAM's output shapes: which members each operation's answer has.

IAM's lists leave out what its gets tell (IAM API Reference,
"IAM resource-listing operations return a subset of the available attributes").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from doorward.api.pages import Page
from doorward.control.access_keys import NewKey
from doorward.control.policies import Described
from doorward.model.credential import AccessKey, LoginProfile, MfaDevice, PasswordPolicy
from doorward.model.identity import Group, InstanceProfile, PolicyVersion, Role, User
from doorward.model.organization import Account
from doorward.model.principal import Tags
from doorward.model.use import Use

Shape = dict[str, Any]
"""Members by AWS's names; one whose value is ``None`` is left out on the wire."""

T = TypeVar("T")


def paged(member: str, project: Callable[[T], Any]) -> Callable[[Page[T]], Shape]:
    """Project a page to a list answer: its items, IsTruncated, and the Marker if it is."""

    def answer(page: Page[T]) -> Shape:
        return {
            member: [project(item) for item in page.items],
            "IsTruncated": page.marker is not None,
            "Marker": page.marker,
        }

    return answer


def wrapped(member: str, project: Callable[[T], Shape]) -> Callable[[T], Shape]:
    """Project a value to an answer with one member."""
    return lambda value: {member: project(value)}


def document(text: str) -> str:
    """Encode a policy document as IAM does in answers: percent-encoded, once (RFC 3986)."""
    return quote(text, safe="")


def tag_list(tags: Tags) -> list[Shape] | None:
    """Project tags; ``None`` when there are none."""
    return [tag(each) for each in tags] or None


def tag(pair: tuple[str, str]) -> Shape:
    """Project one tag."""
    return {"Key": pair[0], "Value": pair[1]}


def boundary(arn: str | None) -> Shape | None:
    """Project a permissions boundary.

    The type is what AWS answers; the value set of its model is wrong (awsdocs/iam-user-guide,
    issue 82).
    """
    if arn is None:
        return None
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}


def listed_user(user: User) -> Shape:
    """Project a user as ListUsers does."""
    return {
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.id,
        "Arn": user.arn,
        "CreateDate": user.created,
    }


def user(user: User) -> Shape:
    """Project a user as CreateUser and GetUser do."""
    return listed_user(user) | {
        "PermissionsBoundary": boundary(user.permissions_boundary),
        "Tags": tag_list(user.tags),
    }


def group(group: Group) -> Shape:
    """Project a group as every operation does."""
    return {
        "Path": group.path,
        "GroupName": group.name,
        "GroupId": group.id,
        "Arn": group.arn,
        "CreateDate": group.created,
    }


def anybody(identity: User | Account) -> Shape:
    """Project what GetUser finds: a user, or the account whose root user calls."""
    if isinstance(identity, User):
        return user(identity)
    return {
        "Path": "/",
        "UserId": identity.id,
        "Arn": f"arn:aws:iam::{identity.id}:root",
        "CreateDate": identity.created,
    }


def _role(role: Role) -> Shape:
    return {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": role.created,
        "AssumeRolePolicyDocument": document(role.trust_policy),
        "Description": role.description,
    }


def created_role(role: Role) -> Shape:
    """Project a role as CreateRole does: without MaxSessionDuration."""
    return _role(role) | {
        "PermissionsBoundary": boundary(role.permissions_boundary),
        "Tags": tag_list(role.tags),
        "MaxSigninSessionDuration": role.max_signin_session,
    }


def listed_role(role: Role) -> Shape:
    """Project a role as ListRoles does: without tags and boundary."""
    return _role(role) | {
        "MaxSessionDuration": role.max_session_duration,
        "MaxSigninSessionDuration": role.max_signin_session,
    }


def changed_role(role: Role) -> Shape:
    """Project a role as UpdateRoleDescription does: of its last use it tells nothing."""
    return created_role(role) | {"MaxSessionDuration": role.max_session_duration}


def role(found: tuple[Role, Use | None]) -> Shape:
    """Project a role and its last use as GetRole does."""
    role, use = found
    return changed_role(role) | {"RoleLastUsed": role_last_used(use)}


def role_last_used(use: Use | None) -> Shape:
    """Project a role's last use; what was not used in the time that is tracked has no members."""
    return {"LastUsedDate": use.time, "Region": use.region} if use else {}


def listed_profile(profile: InstanceProfile, role: Role | None) -> Shape:
    """Project an instance profile as lists do; the role in it comes without its description."""
    held = [] if role is None else [_role(role) | {"Description": None}]
    return {
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.id,
        "Arn": profile.arn,
        "CreateDate": profile.created,
        "Roles": held,
    }


def profile(profile: InstanceProfile, role: Role | None) -> Shape:
    """Project an instance profile as CreateInstanceProfile and GetInstanceProfile do."""
    return listed_profile(profile, role) | {"Tags": tag_list(profile.tags)}


def listed_policy(described: Described) -> Shape:
    """Project a managed policy as ListPolicies does: without description and tags."""
    policy = described.policy
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": policy.default_version,
        "AttachmentCount": described.attachments,
        "PermissionsBoundaryUsageCount": described.boundaries,
        "IsAttachable": True,
        "CreateDate": policy.created,
        "UpdateDate": policy.updated,
    }


def created_policy(described: Described) -> Shape:
    """Project a managed policy as CreatePolicy does."""
    return listed_policy(described) | {"Tags": tag_list(described.policy.tags)}


def policy(described: Described) -> Shape:
    """Project a managed policy as GetPolicy does."""
    return created_policy(described) | {"Description": described.policy.description}


def listed_version(version: PolicyVersion, default: str) -> Shape:
    """Project a version of a policy whose default version is ``default``, without its text."""
    return {
        "VersionId": version.version,
        "IsDefaultVersion": version.version == default,
        "CreateDate": version.created,
    }


def version(version: PolicyVersion, default: str) -> Shape:
    """Project a version with its text, as GetPolicyVersion does."""
    return listed_version(version, default) | {"Document": document(version.document)}


def attached_policy(arn: str) -> Shape:
    """Project an attached policy, by its ARN."""
    return {"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn}


def key_metadata(key: AccessKey, user_name: str | None) -> Shape:
    """Project an access key as ListAccessKeys does."""
    return {
        "UserName": user_name,
        "AccessKeyId": key.id,
        "Status": key.status.value,
        "CreateDate": key.created,
    }


def new_key(new: NewKey, user_name: str | None) -> Shape:
    """Project an access key with its secret, as CreateAccessKey does, once."""
    return key_metadata(new.key, user_name) | {"SecretAccessKey": new.secret}


def mfa_device(device: MfaDevice, user_name: str | None) -> Shape:
    """Project an enabled MFA device as ListMFADevices does."""
    return {
        "UserName": user_name,
        "SerialNumber": device.serial,
        "EnableDate": device.enabled,
    }


def password_policy(policy: PasswordPolicy) -> Shape:
    """Project a password policy; an age or a number of passwords that is no rule is left out."""
    return {
        "MinimumPasswordLength": policy.minimum_length,
        "RequireSymbols": policy.require_symbols,
        "RequireNumbers": policy.require_numbers,
        "RequireUppercaseCharacters": policy.require_uppercase,
        "RequireLowercaseCharacters": policy.require_lowercase,
        "AllowUsersToChangePassword": policy.users_may_change,
        "ExpirePasswords": policy.max_age > 0,
        "MaxPasswordAge": policy.max_age or None,
        "PasswordReusePrevention": policy.reuse_prevention or None,
        "HardExpiry": policy.hard_expiry,
    }


def login_profile(profile: LoginProfile, user_name: str) -> Shape:
    """Project a login profile; a longest session that is not set is left out."""
    return {
        "UserName": user_name,
        "CreateDate": profile.created,
        "PasswordResetRequired": profile.reset_required,
        "MaxSigninSessionDuration": profile.max_session,
    }
