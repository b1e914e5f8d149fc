"""The contacts of accounts: whom AWS writes to and calls.

Sources: Account Management API Reference, GetContactInformation, GetAlternateContact and the data
types of their answers. What AWS answers says neither whose contacts they are, nor, where there is
none, of which type there is none: the bundle of alternate contacts tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from doorward.engine.reading import Field, fail, items, text
from doorward.errors import InvalidInput
from doorward.importers.estate.source import Source, plain, wanted
from doorward.model.contact import AlternateContact, Contact, ContactType
from doorward.model.evidence import Source as Known
from doorward.policy.arn import is_account_id

_ACCOUNT: Final = "AccountId"
_CONTACT: Final = "ContactInformation"
_STATUS: Final = "VerificationStatus"
_ONE, _ALL, _ASKED = "AlternateContact", "AlternateContacts", "AlternateContactTypes"
_BESIDE: Final = frozenset({_ACCOUNT, "ResponseMetadata"})

_REQUIRED: Final = (
    "FullName", "AddressLine1", "City", "PostalCode", "CountryCode", "PhoneNumber",
)  # fmt: skip
_REGION: Final = "StateOrRegion"
_WITH_REGION: Final = frozenset({"US", "CA", "GB", "DE", "JP", "IN", "BR"})
"""The countries in which AWS requires a state or region."""

CONTACT_MEMBERS: Final = frozenset({
    *_REQUIRED, _REGION, "AddressLine2", "AddressLine3", "DistrictOrCounty", "CompanyName",
    "WebsiteUrl",
})  # fmt: skip
"""All that contact information may say."""

_TYPE, _EMAIL = "AlternateContactType", "EmailAddress"
_ALTERNATE_REQUIRED: Final = ("Name", "Title", _EMAIL, "PhoneNumber")
ALTERNATE_MEMBERS: Final = frozenset({*_ALTERNATE_REQUIRED, _TYPE})
"""All that an alternate contact may say."""


class ContactInformation(msgspec.Struct, frozen=True):
    """An account's own contact; ``account`` is whose the file says that it is, if it does."""

    source: Source
    pointer: str
    account: str | None
    contact: Contact


class AlternateContacts(msgspec.Struct, frozen=True):
    """Alternate contacts by type: of those asked for, ``None`` where there is none."""

    source: Source
    pointer: str
    account: str | None
    by_type: Mapping[ContactType, AlternateContact | None]


def read_contact(page: Field, source: Source) -> ContactInformation | None:
    """Read what ``aws account get-contact-information`` prints."""
    source.kinds = (Known.CONTACT,)
    try:
        found = source.fields(page, _BESIDE | {_CONTACT, _STATUS})
        said = _said(source.fields(wanted(found, _CONTACT, page), CONTACT_MEMBERS))
        status = text(found[_STATUS]) if _STATUS in found else None
        account = _account(found)
    except InvalidInput as error:
        source.refuse(error, page, ())
        return None
    needed = (*_REQUIRED, _REGION) if said.get("CountryCode") in _WITH_REGION else _REQUIRED
    missing = tuple(name for name in needed if not said.get(name))
    contact = Contact(missing, said.get("CompanyName") or None, status)
    return ContactInformation(source, page.pointer, account, contact)


def read_alternate_contacts(page: Field, source: Source) -> AlternateContacts | None:
    """Read what ``aws account get-alternate-contact`` prints, or the bundle of all answers."""
    source.kinds = (Known.SECURITY_CONTACT, Known.ALTERNATE_CONTACTS)
    by_type: dict[ContactType, AlternateContact | None] = {}
    try:
        found = source.fields(page, _BESIDE | {_ONE, _ALL, _ASKED})
        account = _account(found)
        for field in items(found[_ASKED]) if _ASKED in found else ():
            by_type[_type(field)] = None
        for field in (
            *((found[_ONE],) if _ONE in found else ()),
            *(items(found[_ALL]) if _ALL in found else ()),
        ):
            contact = _alternate(field, source)
            if by_type.get(contact.type) is not None:
                raise fail(field, f"there are two contacts of type {contact.type.value}")
            by_type[contact.type] = contact
    except InvalidInput as error:
        source.refuse(error, page, ())
        return None
    return AlternateContacts(source, page.pointer, account, by_type)


def _alternate(field: Field, source: Source) -> AlternateContact:
    found = source.fields(field, ALTERNATE_MEMBERS)
    kind = _type(wanted(found, _TYPE, field))
    said = _said({name: each for name, each in found.items() if name != _TYPE})
    missing = tuple(name for name in _ALTERNATE_REQUIRED if not said.get(name))
    return AlternateContact(kind, said.get(_EMAIL, "").casefold(), missing)


def _said(found: Mapping[str, Field]) -> dict[str, str]:
    return {name: plain(field).strip() for name, field in found.items()}


def _type(field: Field) -> ContactType:
    known = {each.value: each for each in ContactType}
    if text(field) not in known:
        raise fail(field, f"one of {', '.join(known)} is wanted here")
    return known[text(field)]


def _account(found: Mapping[str, Field]) -> str | None:
    if _ACCOUNT not in found:
        return None
    if not is_account_id(text(found[_ACCOUNT])):
        raise fail(found[_ACCOUNT], "an account id has twelve digits")
    return text(found[_ACCOUNT])


class Contacts:
    """The contacts of accounts, from all files."""

    def __init__(self) -> None:
        """Begin with none."""
        self.own: dict[str, Contact] = {}
        self._alternate: dict[str, dict[ContactType, AlternateContact | None]] = {}

    def add(self, account: str, found: ContactInformation | AlternateContacts) -> bool:
        """Add what was read of an account; say whether no other file says something else."""
        if isinstance(found, ContactInformation):
            return self.own.setdefault(account, found.contact) == found.contact
        held = self._alternate.setdefault(account, {})
        agrees = all(held.get(kind, each) == each for kind, each in found.by_type.items())
        self._alternate[account] = {**found.by_type, **held}
        return agrees

    @property
    def alternate(self) -> dict[str, tuple[AlternateContact, ...]]:
        """The alternate contacts that accounts have, in the order of their types."""
        return {
            account: tuple(each for kind in ContactType if (each := held.get(kind)) is not None)
            for account, held in self._alternate.items()
        }

    def known(self, account: str) -> Iterator[Known]:
        """Yield what is known of an account: all that was asked for."""
        asked = self._alternate.get(account, {}).keys()
        if account in self.own:
            yield Known.CONTACT
        if ContactType.SECURITY in asked:
            yield Known.SECURITY_CONTACT
        if asked == set(ContactType):
            yield Known.ALTERNATE_CONTACTS
