"""Service and resource control policies: create, describe, change, delete, attach, detach, list.

Tags on policies are not kept yet: a call that gives some is answered that they are not supported.
"""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.operation import operation
from doorward.api.organizations import facts, shapes
from doorward.api.organizations.facts import about
from doorward.api.organizations.shapes import Shape
from doorward.api.pages import Page
from doorward.control import organization_policies, organizations


@operation(
    "organizations",
    "CreatePolicy",
    asks=about(keys=facts.type_in("type")),
    answer=shapes.wrapped("Policy"),
)
def create_policy(
    call: Write,
    *,
    content: str,
    description: str,
    name: str,
    type: str,
) -> Shape:
    """Create a policy; it is attached to nothing yet."""
    organization = organizations.managed_by(call.transaction, call.caller.account)
    made = organization_policies.create(
        call.transaction,
        organization,
        name=name,
        kind=organizations.policy_type(type),
        content=content,
        description=description,
        now=call.now,
        ids=call.ids,
    )
    return shapes.policy(organization, made)


@operation(
    "organizations",
    "DescribePolicy",
    asks=about(facts.policy, keys=facts.type_of_policy),
    answer=shapes.wrapped("Policy"),
)
def describe_policy(call: Read, *, policy_id: str) -> Shape:
    """Return a policy with its text."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    found = organization_policies.get(call.directory, organization, policy_id)
    return shapes.policy(organization, found)


@operation(
    "organizations",
    "UpdatePolicy",
    asks=about(facts.policy, keys=facts.type_of_policy),
    answer=shapes.wrapped("Policy"),
)
def update_policy(
    call: Write,
    *,
    policy_id: str,
    name: str | None = None,
    description: str | None = None,
    content: str | None = None,
) -> Shape:
    """Change a policy; it is in force at once wherever it is attached."""
    organization = organizations.managed_by(call.transaction, call.caller.account)
    changed = organization_policies.update(
        call.transaction,
        organization_policies.get(call.transaction, organization, policy_id),
        name=name,
        description=description,
        content=content,
    )
    return shapes.policy(organization, changed)


@operation("organizations", "DeletePolicy", asks=about(facts.policy, keys=facts.type_of_policy))
def delete_policy(call: Write, *, policy_id: str) -> None:
    """Delete a policy that is attached nowhere."""
    organization = organizations.managed_by(call.transaction, call.caller.account)
    organization_policies.delete(
        call.transaction, organization_policies.get(call.transaction, organization, policy_id)
    )


@operation(
    "organizations",
    "ListPolicies",
    asks=about(keys=facts.type_in("filter")),
    answer=shapes.paged("Policies"),
)
def list_policies(
    call: Read,
    *,
    filter: str,  # noqa: A002 - the member's name
    next_token: str | None = None,
    max_results: int | None = None,
) -> Page[Shape]:
    """Return the policies of a type, AWS's own among them."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    kind = organizations.listed_type(filter)
    found = organization_policies.all_of(call.directory, organization, kind)
    return facts.shape_page(
        [shapes.policy_summary(organization, each) for each in found],
        next_token,
        max_results,
    )


@operation(
    "organizations",
    "AttachPolicy",
    asks=about(facts.policy, facts.node("target_id"), keys=facts.type_of_policy),
)
def attach_policy(call: Write, *, policy_id: str, target_id: str) -> None:
    """Attach a policy to a root, unit or account."""
    organization = organizations.managed_by(call.transaction, call.caller.account)
    policy = organization_policies.get(call.transaction, organization, policy_id)
    organization_policies.attach(call.transaction, organization, policy, target_id)


@operation(
    "organizations",
    "DetachPolicy",
    asks=about(facts.policy, facts.node("target_id"), keys=facts.type_of_policy),
)
def detach_policy(call: Write, *, policy_id: str, target_id: str) -> None:
    """Detach a policy from a root, unit or account."""
    organization = organizations.managed_by(call.transaction, call.caller.account)
    policy = organization_policies.get(call.transaction, organization, policy_id)
    organization_policies.detach(call.transaction, organization, policy, target_id)


@operation(
    "organizations",
    "ListPoliciesForTarget",
    asks=about(facts.node("target_id"), keys=facts.type_in("filter")),
    answer=shapes.paged("Policies"),
)
def list_policies_for_target(
    call: Read,
    *,
    target_id: str,
    filter: str,  # noqa: A002 - the member's name
    next_token: str | None = None,
    max_results: int | None = None,
) -> Page[Shape]:
    """Return the policies attached to a target itself, not those it inherits."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    kind = organizations.listed_type(filter)
    found = organization_policies.attached_to(call.directory, organization, target_id, kind)
    return facts.shape_page(
        [shapes.policy_summary(organization, each) for each in found],
        next_token,
        max_results,
    )


@operation(
    "organizations",
    "ListTargetsForPolicy",
    asks=about(facts.policy, keys=facts.type_of_policy),
    answer=shapes.paged("Targets"),
)
def list_targets_for_policy(
    call: Read,
    *,
    policy_id: str,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Page[Shape]:
    """Return what a policy is attached to."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    policy = organization_policies.get(call.directory, organization, policy_id)
    found = organization_policies.targets_of(call.directory, organization, policy)
    return facts.shape_page(
        [shapes.target(call.directory, organization, each) for each in found],
        next_token,
        max_results,
    )
