"""PutUserPolicy, GetUserPolicy, DeleteUserPolicy, ListUserPolicies, and for groups and roles."""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.iam import shapes
from doorward.api.iam.holders import of_each
from doorward.api.pages import Page, page
from doorward.control import inline, messages
from doorward.control.inline import Entity
from doorward.model.identity import InlinePolicy


def _policy(found: tuple[Entity, InlinePolicy]) -> shapes.Shape:
    entity, policy = found
    return {
        f"{type(entity).__name__}Name": entity.name,
        "PolicyName": policy.name,
        "PolicyDocument": shapes.document(policy.document),
    }


@of_each("Put{}Policy", guarded=True)
def put_policy(call: Write, entity: Entity, *, policy_name: str, policy_document: str) -> None:
    """Add or replace an inline policy."""
    inline.put(call.transaction, entity, name=policy_name, document=policy_document)


@of_each("Get{}Policy", answer=_policy)
def get_policy(call: Read, entity: Entity, *, policy_name: str) -> tuple[Entity, InlinePolicy]:
    """Return an inline policy, and whose it is."""
    return entity, inline.get(call.directory, entity, policy_name)


@of_each("Delete{}Policy", guarded=True)
def delete_policy(call: Write, entity: Entity, *, policy_name: str) -> None:
    """Delete an inline policy."""
    inline.delete(call.transaction, entity, policy_name)


@of_each("List{}Policies", answer=shapes.paged("PolicyNames", str))
def list_policies(
    call: Read, entity: Entity, *, marker: str | None = None, max_items: int | None = None
) -> Page[str]:
    """Return the names of an entity's inline policies."""
    found = inline.names(call.directory, entity)
    return page(found, str, marker, max_items, messages.INVALID_MARKER)
