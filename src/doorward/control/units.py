"""Organizational units: the tree below an organization's root.

Source: AWS Organizations API Reference (CreateOrganizationalUnit …); quotas: five levels below the
root.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from doorward.control import messages, organizations
from doorward.control.errors import Message
from doorward.control.ids import Ids
from doorward.control.quotas import QUOTAS
from doorward.model.directory import Directory, Transaction
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    PolicyTarget,
)


def get(directory: Directory, organization: Organization, unit_id: str) -> OrganizationalUnit:
    """Return a unit; raise OrganizationalUnitNotFoundException when there is none."""
    unit = find(directory, organization, unit_id)
    if unit is None:
        raise messages.NO_SUCH_UNIT.error()
    return unit


def find(
    directory: Directory, organization: Organization, unit_id: str
) -> OrganizationalUnit | None:
    """Return a unit of this organization, or ``None``."""
    unit = directory.get(OrganizationalUnit, unit_id)
    return unit if unit and unit.organization_id == organization.id else None


def check_parent(
    directory: Directory,
    organization: Organization,
    parent: str,
    missing: Message = messages.NO_SUCH_PARENT,
) -> None:
    """Raise ``missing`` unless ``parent`` is the root or a unit of the organization."""
    if parent != organization.root_id and find(directory, organization, parent) is None:
        raise missing.error()


def below(directory: Directory, parent: str) -> tuple[OrganizationalUnit, ...]:
    """Return the units directly below a root or unit, by id."""
    return directory.find(OrganizationalUnit, parent_id=parent)


def create(
    transaction: Transaction,
    organization: Organization,
    *,
    parent: str,
    name: str,
    now: datetime,
    ids: Ids,
) -> OrganizationalUnit:
    """Create a unit with full access attached.

    Raises ``ControlError``: ParentNotFoundException, DuplicateOrganizationalUnitException for a
    name that a sibling has, ConstraintViolationException above depth and number.
    """
    check_parent(transaction, organization, parent)
    if _depth(transaction, organization, parent) >= QUOTAS["UnitDepth"]:
        raise messages.UNIT_TOO_DEEP.error()
    _check_name(transaction, parent, name)
    held = transaction.find(OrganizationalUnit, organization_id=organization.id)
    if len(held) >= QUOTAS["UnitsPerOrganization"]:
        raise messages.TOO_MANY_UNITS.error()
    unit = OrganizationalUnit(
        id=ids.organizational_unit_id(organization.root_id),
        organization_id=organization.id,
        parent_id=parent,
        name=name,
        created=now,
    )
    transaction.add(unit)
    organizations.give_full_access(transaction, organization, unit.id)
    return unit


def rename(
    transaction: Transaction, unit: OrganizationalUnit, name: str | None
) -> OrganizationalUnit:
    """Rename a unit; ``None`` keeps the name. Raises DuplicateOrganizationalUnitException."""
    if name is None or name == unit.name:
        return unit
    _check_name(transaction, unit.parent_id, name)
    changed = msgspec.structs.replace(unit, name=name)
    transaction.put(changed)
    return changed


def delete(transaction: Transaction, unit: OrganizationalUnit) -> None:
    """Delete an empty unit with its attachments; raise OrganizationalUnitNotEmptyException."""
    accounts = transaction.find(Account, parent_id=unit.id)
    if accounts or below(transaction, unit.id):
        raise messages.UNIT_NOT_EMPTY.error()
    for attached in transaction.find(PolicyTarget, target_id=unit.id):
        transaction.remove(attached)
    transaction.remove(unit)


def _check_name(directory: Directory, parent: str, name: str) -> None:
    if any(sibling.name == name for sibling in below(directory, parent)):
        raise messages.UNIT_EXISTS.error()


def path(directory: Directory, organization: Organization, node: str) -> str:
    """Return the path of a root or unit: ``o-…/r-…/ou-…/``."""
    steps = []
    while node != organization.root_id:
        steps.append(node)
        node = get(directory, organization, node).parent_id
    return "/".join((organization.id, organization.root_id, *reversed(steps), ""))


def _depth(directory: Directory, organization: Organization, node: str) -> int:
    """Return how many units stand from ``node`` up to the root."""
    return path(directory, organization, node).count("/ou-")
