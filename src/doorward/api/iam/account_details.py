"""GetAccountAuthorizationDetails: users, groups, roles and policies, page after page.

Source: IAM API Reference, "GetAccountAuthorizationDetails" and its data types. AWS does not
publish the order; it is that of the lists in the answer, each by name.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from doorward.api.call import Read
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import page
from doorward.control import messages, policies, roles
from doorward.control.policies import Described
from doorward.model.directory import Directory
from doorward.model.identity import (
    Attachment,
    Group,
    InlinePolicy,
    InstanceProfile,
    ManagedPolicy,
    Membership,
    PolicyVersion,
    Role,
    User,
)
from doorward.model.use import Use


class Kind(enum.Enum):
    """What a filter can choose; the value is AWS's name (``EntityType``)."""

    USER = "User"
    GROUP = "Group"
    ROLE = "Role"
    LOCAL_POLICY = "LocalManagedPolicy"
    AWS_POLICY = "AWSManagedPolicy"


class Holder(msgspec.Struct, frozen=True):
    """A user, group or role with its policies.

    ``groups`` are a user's; ``profiles`` are the instance profiles that a role is in, and ``used``
    is its last use.
    """

    entity: User | Group | Role
    inline: tuple[InlinePolicy, ...]
    attached: tuple[Attachment, ...]
    groups: tuple[Group, ...] = ()
    profiles: tuple[InstanceProfile, ...] = ()
    used: Use | None = None


class Versioned(msgspec.Struct, frozen=True):
    """A managed policy with its versions, newest first."""

    described: Described
    versions: tuple[PolicyVersion, ...]


class Details(msgspec.Struct, frozen=True):
    """A page of details, of all kinds in their order."""

    items: tuple[Holder | Versioned, ...]
    marker: str | None


def _common(holder: Holder, policies_member: str) -> shapes.Shape:
    """Project what users, groups and roles have in common."""
    return {
        policies_member: [
            {"PolicyName": each.name, "PolicyDocument": shapes.document(each.document)}
            for each in holder.inline
        ],
        "AttachedManagedPolicies": [
            shapes.attached_policy(each.policy_arn) for each in holder.attached
        ],
    }


def _user(user: User, holder: Holder) -> shapes.Shape:
    return (
        shapes.user(user)
        | _common(holder, "UserPolicyList")
        | {
            "GroupList": [group.name for group in holder.groups],
            "Tags": [shapes.tag(each) for each in user.tags],
        }
    )


def _group(group: Group, holder: Holder) -> shapes.Shape:
    return shapes.group(group) | _common(holder, "GroupPolicyList")


def _role(role: Role, holder: Holder) -> shapes.Shape:
    return {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": role.created,
        "AssumeRolePolicyDocument": shapes.document(role.trust_policy),
        "InstanceProfileList": [shapes.listed_profile(each, role) for each in holder.profiles],
        "PermissionsBoundary": shapes.boundary(role.permissions_boundary),
        "Tags": [shapes.tag(each) for each in role.tags],
        "RoleLastUsed": shapes.role_last_used(holder.used),
    } | _common(holder, "RolePolicyList")


def _policy(versioned: Versioned) -> shapes.Shape:
    """Project a policy as GetPolicy does, without tags, and its versions with their text."""
    described = versioned.described
    default = described.policy.default_version
    return shapes.listed_policy(described) | {
        "Description": described.policy.description,
        "PolicyVersionList": [shapes.version(each, default) for each in versioned.versions],
    }


def answer(details: Details) -> shapes.Shape:
    """Project a page of details."""
    lists: dict[str, list[Any]] = {
        "UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": [],
    }  # fmt: skip
    for item in details.items:
        if isinstance(item, Versioned):
            lists["Policies"].append(_policy(item))
            continue
        match item.entity:
            case User() as user:
                lists["UserDetailList"].append(_user(user, item))
            case Group() as group:
                lists["GroupDetailList"].append(_group(group, item))
            case Role() as role:
                lists["RoleDetailList"].append(_role(role, item))
    return {**lists, "IsTruncated": details.marker is not None, "Marker": details.marker}


@operation(
    "iam",
    "GetAccountAuthorizationDetails",
    asks=about(facts.everything),
    answer=answer,
    reads_store=True,
    takes_long=True,
)
def get_account_authorization_details(
    call: Read,
    *,
    filter: list[str] | None = None,  # noqa: A002 - the member's name in the model
    max_items: int | None = None,
    marker: str | None = None,
) -> Details:
    """Return the account's users, groups, roles and policies; of AWS's, those that are in use."""
    directory, account = call.directory, call.caller.account
    kinds = {Kind(each) for each in filter} if filter else set(Kind)
    found = page(
        entities(directory, account, kinds),
        place,
        marker,
        max_items,
        messages.INVALID_MARKER,
    )
    used = facts.last_used(call, (each.id for each in found.items if isinstance(each, Role)))
    return Details(tuple(detailed(directory, account, found.items, used)), found.marker)


Listed = User | Group | Role | ManagedPolicy
"""What an account's details list."""


def entities(directory: Directory, account: str, kinds: Collection[Kind]) -> Iterator[Listed]:
    """Yield the entities of some kinds, in no order."""
    if Kind.USER in kinds:
        yield from directory.find(User, account=account)
    if Kind.GROUP in kinds:
        yield from directory.find(Group, account=account)
    if Kind.ROLE in kinds:
        yield from directory.find(Role, account=account)
    if Kind.LOCAL_POLICY in kinds:
        yield from directory.find(ManagedPolicy, account=account)
    if Kind.AWS_POLICY in kinds:
        yield from policies.aws_in_use(directory, account)


_RANKS = {User: "1", Group: "2", Role: "3", ManagedPolicy: "4"}


def place(entity: Listed) -> str:
    """Return where an entity stands: list by list, policies by ARN, all others by name."""
    by = entity.arn if isinstance(entity, ManagedPolicy) else entity.name_key
    return f"{_RANKS[type(entity)]}{by}"


def detailed(
    directory: Directory, account: str, found: Iterable[Listed], used: Mapping[str, Use]
) -> Iterator[Holder | Versioned]:
    """Yield entities of an account with all that belongs to them; policies come last.

    ``used`` are the last uses of roles, by unique id.
    """
    items = list(found)
    listed = [each for each in items if isinstance(each, ManagedPolicy)]
    for entity in items:
        if not isinstance(entity, ManagedPolicy):
            yield _holder(directory, entity, used.get(entity.id))
    if listed:
        for described in policies.all_described(directory, account, listed):
            yield Versioned(described, policies.versions(directory, described.policy))


def _holder(directory: Directory, entity: User | Group | Role, used: Use | None) -> Holder:
    """Return a user, group or role with its policies, attached ones in their order."""
    if isinstance(entity, Role):
        entity = roles.shown(directory, entity)
    groups = [
        group
        for membership in directory.find(Membership, user_id=entity.id)
        for group in directory.find(Group, id=membership.group_id)
    ]
    attached = directory.find(Attachment, owner_id=entity.id)
    return Holder(
        entity,
        directory.find(InlinePolicy, owner_id=entity.id),
        tuple(sorted(attached, key=lambda each: each.ordinal)),
        tuple(sorted(groups, key=lambda group: group.name_key)),
        directory.find(InstanceProfile, role_id=entity.id),
        used,
    )
