"""Organizational units: create, describe, rename, delete, list.

Tags on units are not kept yet: a call that gives some is answered that they are not supported.
"""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.operation import operation
from doorward.api.organizations import facts, shapes
from doorward.api.organizations.facts import about
from doorward.api.organizations.shapes import Shape
from doorward.api.pages import Page
from doorward.control import organizations, units


@operation(
    "organizations",
    "CreateOrganizationalUnit",
    asks=about(facts.node("parent_id")),
    answer=shapes.wrapped("OrganizationalUnit"),
)
def create_organizational_unit(call: Write, *, parent_id: str, name: str) -> Shape:
    """Create a unit below a root or unit."""
    organization = organizations.managed_by(call.transaction, call.caller.account)
    made = units.create(
        call.transaction, organization, parent=parent_id, name=name, now=call.now, ids=call.ids
    )
    return shapes.unit(call.transaction, organization, made)


@operation(
    "organizations",
    "DescribeOrganizationalUnit",
    asks=about(facts.node("organizational_unit_id")),
    answer=shapes.wrapped("OrganizationalUnit"),
)
def describe_organizational_unit(call: Read, *, organizational_unit_id: str) -> Shape:
    """Return a unit."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    found = units.get(call.directory, organization, organizational_unit_id)
    return shapes.unit(call.directory, organization, found)


@operation(
    "organizations",
    "UpdateOrganizationalUnit",
    asks=about(facts.node("organizational_unit_id")),
    answer=shapes.wrapped("OrganizationalUnit"),
)
def update_organizational_unit(
    call: Write, *, organizational_unit_id: str, name: str | None = None
) -> Shape:
    """Rename a unit."""
    organization = organizations.managed_by(call.transaction, call.caller.account)
    unit = units.get(call.transaction, organization, organizational_unit_id)
    renamed = units.rename(call.transaction, unit, name)
    return shapes.unit(call.transaction, organization, renamed)


@operation(
    "organizations",
    "DeleteOrganizationalUnit",
    asks=about(facts.node("organizational_unit_id")),
)
def delete_organizational_unit(call: Write, *, organizational_unit_id: str) -> None:
    """Delete an empty unit."""
    organization = organizations.managed_by(call.transaction, call.caller.account)
    units.delete(
        call.transaction, units.get(call.transaction, organization, organizational_unit_id)
    )


@operation(
    "organizations",
    "ListOrganizationalUnitsForParent",
    asks=about(facts.node("parent_id")),
    answer=shapes.paged("OrganizationalUnits"),
)
def list_organizational_units_for_parent(
    call: Read,
    *,
    parent_id: str,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Page[Shape]:
    """Return the units directly below a root or unit, by id."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    units.check_parent(call.directory, organization, parent_id)
    found = units.below(call.directory, parent_id)
    return facts.shape_page(
        [shapes.unit(call.directory, organization, each) for each in found],
        next_token,
        max_results,
    )
