"""What files say of an account beside its details: of whom, and two of one thing as one."""

from __future__ import annotations

import msgspec

from doorward.importers.estate.contacts import AlternateContacts, ContactInformation
from doorward.importers.estate.listings import Listing
from doorward.importers.estate.public_access import PublicAccess
from doorward.importers.estate.regional import Answer
from doorward.importers.estate.reports import CredentialReport, LastAccessed, Report
from doorward.importers.estate.source import is_unknown
from doorward.model.credential import MfaDevice
from doorward.model.schema import Entity

Told = Listing | Report | PublicAccess | ContactInformation | AlternateContacts | Answer
"""What files say of an account beside its details."""


def named(found: Told) -> set[str]:
    """Return the accounts that a list or report names."""
    match found:
        case Listing(items=listed):
            return {each.account for each in listed if each.account is not None}
        case CredentialReport(rows=rows):
            return {row.account for row in rows}
        case LastAccessed() | ContactInformation() | AlternateContacts() | Answer():
            return {found.account} if found.account is not None else set()
        case _:
            return set()


def merged(there: Entity, new: Entity) -> Entity | None:
    """Return two entities of one key as one; ``None`` if they contradict each other.

    A virtual device stands in two lists: one has its tags and its owner's id, where the other may
    have but a name.
    """
    if isinstance(there, MfaDevice) and isinstance(new, MfaDevice):
        tags = there.tags or new.tags
        owner = new.owner_id if is_unknown(there.owner_id) else there.owner_id
        there = msgspec.structs.replace(there, tags=tags, owner_id=owner)
        owner = owner if is_unknown(new.owner_id) else new.owner_id
        new = msgspec.structs.replace(new, tags=tags, owner_id=owner)
    return there if there == new else None
