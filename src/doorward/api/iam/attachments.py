"""Managed policies of users, groups and roles: attach, detach, list; and ListEntitiesForPolicy."""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.iam.holders import HOLDERS, of_each
from doorward.api.operation import operation
from doorward.api.pages import Page, page
from doorward.control import attachments, messages, policies
from doorward.control.inline import Entity
from doorward.model.directory import one
from doorward.model.identity import Attachment
from doorward.policy.arn import parse_arn


@of_each("Attach{}Policy", facts.policy_arn, guarded=True)
def attach_policy(call: Write, entity: Entity, *, policy_arn: str) -> None:
    """Attach a managed policy."""
    attachments.attach(call.transaction, entity, policy_arn)


@of_each("Detach{}Policy", facts.policy_arn, guarded=True)
def detach_policy(call: Write, entity: Entity, *, policy_arn: str) -> None:
    """Detach a managed policy."""
    attachments.detach(call.transaction, entity, policy_arn)


@of_each("ListAttached{}Policies", answer=shapes.paged("AttachedPolicies", shapes.attached_policy))
def list_attached_policies(
    call: Read,
    entity: Entity,
    *,
    path_prefix: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[str]:
    """Return the ARNs of an entity's managed policies, in order of attachment."""
    found = page(
        (each for each in attachments.of(call.directory, entity) if _below(each, path_prefix)),
        lambda attachment: f"{attachment.ordinal:09}",
        marker,
        max_items,
        messages.INVALID_MARKER,
    )
    return Page(tuple(each.policy_arn for each in found.items), found.marker)


def _below(attachment: Attachment, prefix: str | None) -> bool:
    """Whether the attached policy's path begins with ``prefix``."""
    parsed = parse_arn(attachment.policy_arn)
    return parsed is not None and f"/{parsed.resource_id}".startswith(prefix or "/")


def _entities(found: Page[Entity]) -> shapes.Shape:
    """Project a page of users, groups and roles, each to its list."""
    answer = shapes.paged("Entities", lambda entity: entity)(found)
    del answer["Entities"]
    return answer | {
        f"Policy{holder.word}s": [
            {f"{holder.word}Name": entity.name, f"{holder.word}Id": entity.id}
            for entity in found.items
            if isinstance(entity, holder.kind)
        ]
        for holder in HOLDERS.values()
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
    """Return the users, groups and roles that a policy is attached to, or is the boundary of."""
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
    """Return the entities of the caller's account that a policy is attached to."""
    owners = [
        each.owner_id
        for each in call.directory.find(Attachment, policy_arn=policy_arn)
        if each.account == call.caller.account
    ]
    return [
        found
        for owner in owners
        for holder in HOLDERS.values()
        if (found := one(call.directory, holder.kind, id=owner)) is not None
    ]
