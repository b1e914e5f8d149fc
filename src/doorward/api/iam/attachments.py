"""Managed policies of users and roles: attach, detach, list; and ListEntitiesForPolicy."""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import Page, page
from doorward.control import attachments, messages, policies, roles, users
from doorward.control.inline import Entity
from doorward.model.directory import one
from doorward.model.identity import Attachment, Role, User
from doorward.policy.arn import parse_arn


@operation(
    "iam", "AttachUserPolicy", asks=about(facts.user, facts.policy_arn, facts.held_boundary)
)
def attach_user_policy(call: Write, *, user_name: str, policy_arn: str) -> None:
    """Attach a managed policy to a user."""
    user = users.get(call.transaction, call.caller.account, user_name)
    attachments.attach(call.transaction, user, policy_arn)


@operation(
    "iam", "DetachUserPolicy", asks=about(facts.user, facts.policy_arn, facts.held_boundary)
)
def detach_user_policy(call: Write, *, user_name: str, policy_arn: str) -> None:
    """Detach a managed policy from a user."""
    user = users.get(call.transaction, call.caller.account, user_name)
    attachments.detach(call.transaction, user, policy_arn)


@operation(
    "iam", "AttachRolePolicy", asks=about(facts.role, facts.policy_arn, facts.held_boundary)
)
def attach_role_policy(call: Write, *, role_name: str, policy_arn: str) -> None:
    """Attach a managed policy to a role."""
    role = roles.get(call.transaction, call.caller.account, role_name)
    attachments.attach(call.transaction, role, policy_arn)


@operation(
    "iam", "DetachRolePolicy", asks=about(facts.role, facts.policy_arn, facts.held_boundary)
)
def detach_role_policy(call: Write, *, role_name: str, policy_arn: str) -> None:
    """Detach a managed policy from a role."""
    role = roles.get(call.transaction, call.caller.account, role_name)
    attachments.detach(call.transaction, role, policy_arn)


@operation(
    "iam",
    "ListAttachedUserPolicies",
    asks=about(facts.user),
    answer=shapes.paged("AttachedPolicies", shapes.attached_policy),
)
def list_attached_user_policies(
    call: Read,
    *,
    user_name: str,
    path_prefix: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[str]:
    """Return the ARNs of a user's managed policies, in order of attachment."""
    user = users.get(call.directory, call.caller.account, user_name)
    return _attached(call, user, path_prefix, marker, max_items)


@operation(
    "iam",
    "ListAttachedRolePolicies",
    asks=about(facts.role),
    answer=shapes.paged("AttachedPolicies", shapes.attached_policy),
)
def list_attached_role_policies(
    call: Read,
    *,
    role_name: str,
    path_prefix: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[str]:
    """Return the ARNs of a role's managed policies, in order of attachment."""
    role = roles.get(call.directory, call.caller.account, role_name)
    return _attached(call, role, path_prefix, marker, max_items)


def _attached(
    call: Read, entity: Entity, prefix: str | None, marker: str | None, limit: int | None
) -> Page[str]:
    found = page(
        (each for each in attachments.of(call.directory, entity) if _below(each, prefix)),
        lambda attachment: f"{attachment.ordinal:09}",
        marker,
        limit,
        messages.INVALID_MARKER,
    )
    return Page(tuple(each.policy_arn for each in found.items), found.marker)


def _below(attachment: Attachment, prefix: str | None) -> bool:
    """Whether the attached policy's path begins with ``prefix``."""
    parsed = parse_arn(attachment.policy_arn)
    return parsed is not None and f"/{parsed.resource_id}".startswith(prefix or "/")


def _entities(found: Page[Entity]) -> shapes.Shape:
    """Project a page of users and roles, each to its list."""
    users_and_roles = shapes.paged("Entities", lambda entity: entity)(found)
    del users_and_roles["Entities"]
    return users_and_roles | {
        "PolicyGroups": [],
        "PolicyUsers": [
            {"UserName": entity.name, "UserId": entity.id}
            for entity in found.items
            if isinstance(entity, User)
        ],
        "PolicyRoles": [
            {"RoleName": entity.name, "RoleId": entity.id}
            for entity in found.items
            if isinstance(entity, Role)
        ],
    }


@operation("iam", "ListEntitiesForPolicy", asks=about(facts.readable_policy), answer=_entities)
def list_entities_for_policy(
    call: Read,
    *,
    policy_arn: str,
    entity_filter: str | None = None,
    path_prefix: str | None = None,
    policy_usage_filter: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[Entity]:
    """Return the users and roles that a policy is attached to, or is the boundary of."""
    account = call.caller.account
    policies.get(call.directory, account, policy_arn)
    found: dict[str, Entity] = {}
    if policy_usage_filter != "PermissionsBoundary":
        found |= {each.id: each for each in _attached_to(call, policy_arn)}
    if policy_usage_filter != "PermissionsPolicy":
        bounded = policies.bounded_by(call.directory, account, policy_arn)
        found |= {each.id: each for each in bounded}
    return page(
        (
            each
            for each in found.values()
            if entity_filter in {None, type(each).__name__}
            and each.path.startswith(path_prefix or "/")
        ),
        lambda entity: f"{type(entity).__name__}/{entity.name_key}",
        marker,
        max_items,
        messages.INVALID_MARKER,
    )


def _attached_to(call: Read, policy_arn: str) -> list[Entity]:
    """Return the users and roles of the caller's account that a policy is attached to."""
    owners = [
        each.owner_id
        for each in call.directory.find(Attachment, policy_arn=policy_arn)
        if each.account == call.caller.account
    ]
    found = [
        one(call.directory, User, id=owner) or one(call.directory, Role, id=owner)
        for owner in owners
    ]
    return [each for each in found if each is not None]
