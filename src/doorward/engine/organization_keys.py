"""Condition keys that follow from where the accounts of a request are in an organization.

Source: IAM User Guide, "AWS global condition context keys", "Properties of the principal" and
"Properties of the resource".
"""

from __future__ import annotations

from doorward.engine.context import Context, Provenance, build
from doorward.engine.derive import resource_account
from doorward.engine.principals import principal_account
from doorward.engine.request import Resource
from doorward.engine.subject import Subject
from doorward.model.directory import Directory
from doorward.model.organization import Account, Organization, OrganizationalUnit


def organization_context(directory: Directory, subject: Subject, resource: Resource) -> Context:
    """Return aws:PrincipalOrgID, aws:PrincipalOrgPaths and their aws:Resource… counterparts."""
    accounts = principal_account(subject.principal), resource_account(resource)
    return directory.derived(_context_of, accounts)


def _context_of(directory: Directory, accounts: tuple[str | None, str | None]) -> Context:
    """Return the keys of a principal's account and a resource's."""
    values: dict[str, str | tuple[str, ...]] = {}
    for prefix, number in zip(("aws:Principal", "aws:Resource"), accounts, strict=True):
        place = organization_path(directory, number) if number else None
        if place is not None:
            values[f"{prefix}OrgID"] = place[0]
            values[f"{prefix}OrgPaths"] = (place[1],)
    return build(values, Provenance.DERIVED)


def organization_path(directory: Directory, account: str) -> tuple[str, str] | None:
    """Return an account's organization id and its path ``o-…/r-…/ou-…/``, or ``None``."""
    held = directory.get(Account, account)
    if held is None or held.organization_id is None or held.parent_id is None:
        return None
    organization = directory.get(Organization, held.organization_id)
    if organization is None:
        return None
    steps: list[str] = []
    at = held.parent_id
    while at != organization.root_id:
        unit = directory.get(OrganizationalUnit, at)
        if unit is None or unit.id in steps:  # of an estate that was read anything may be true
            return None
        steps.insert(0, unit.id)
        at = unit.parent_id
    return organization.id, "/".join((organization.id, organization.root_id, *steps, ""))
