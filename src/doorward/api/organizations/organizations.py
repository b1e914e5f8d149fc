"""CreateOrganization, DescribeOrganization, ListRoots, EnablePolicyType, DisablePolicyType."""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.operation import operation
from doorward.api.organizations import facts, shapes
from doorward.api.organizations.facts import about
from doorward.api.organizations.shapes import Shape
from doorward.api.pages import Page
from doorward.control import organizations
from doorward.model.directory import Directory
from doorward.model.organization import Account, Organization


def _described(directory: Directory, organization: Organization) -> Shape:
    management = directory.get(Account, organization.management_account)
    assert management is not None  # noqa: S101 - an organization has its management account
    return shapes.organization(organization, management)


@operation(
    "organizations",
    "CreateOrganization",
    asks=about(),
    answer=shapes.wrapped("Organization"),
)
def create_organization(call: Write, *, feature_set: str | None = None) -> Shape:
    """Make the caller's account the management account of a new organization."""
    made = organizations.create(
        call.transaction,
        call.caller.account,
        feature_set=feature_set,
        now=call.now,
        ids=call.ids,
    )
    return _described(call.transaction, made)


@operation(
    "organizations",
    "DescribeOrganization",
    asks=about(),
    answer=shapes.wrapped("Organization"),
)
def describe_organization(call: Read) -> Shape:
    """Describe the caller's organization; every member account may."""
    found = organizations.of(call.directory, call.caller.account)
    return _described(call.directory, found)


@operation("organizations", "ListRoots", asks=about(), answer=shapes.paged("Roots"))
def list_roots(
    call: Read,
    *,
    next_token: str | None = None,
    max_results: int | None = None,  # noqa: ARG001 - an organization has one root: one page
) -> Page[Shape]:
    """Return the organization's one root."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    return facts.shape_page([shapes.root(organization)], next_token, None)


@operation(
    "organizations",
    "EnablePolicyType",
    asks=about(facts.node("root_id"), keys=facts.type_in("policy_type")),
    answer=shapes.wrapped("Root"),
)
def enable_policy_type(call: Write, *, root_id: str, policy_type: str) -> Shape:
    """Enable a policy type in the root."""
    organization = organizations.managed_by(call.transaction, call.caller.account)
    organizations.check_root(organization, root_id)
    kind = organizations.policy_type(policy_type)
    return shapes.root(organizations.enable_type(call.transaction, organization, kind))


@operation(
    "organizations",
    "DisablePolicyType",
    asks=about(facts.node("root_id"), keys=facts.type_in("policy_type")),
    answer=shapes.wrapped("Root"),
)
def disable_policy_type(call: Write, *, root_id: str, policy_type: str) -> Shape:
    """Disable a policy type in the root; all policies of it are detached."""
    organization = organizations.managed_by(call.transaction, call.caller.account)
    organizations.check_root(organization, root_id)
    kind = organizations.policy_type(policy_type)
    return shapes.root(organizations.disable_type(call.transaction, organization, kind))
