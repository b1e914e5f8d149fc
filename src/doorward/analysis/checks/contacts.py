"""Checks of the contacts of an account: whether AWS reaches somebody when it has to.

Contacts are people's. No name, address or number is repeated in what is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from itertools import combinations
from typing import Final

from doorward.analysis.command import aws
from doorward.analysis.registry import PASSED, Miss, Passed, Scope, check
from doorward.model.contact import AlternateContact, Contact, ContactType
from doorward.model.evidence import Source
from doorward.model.organization import Account
from doorward.results.finding import Remedy, Severity, State

_UNVERIFIED: Final = frozenset({"UNVERIFIED", "PENDING"})

_WRITE: Final = Remedy(
    "Write the contact down whole, of a team rather than of one person: a telephone that is"
    " answered, an address that is read.",
    (
        aws(
            "account", "put-contact-information",
            contact_information="file://<contact.json>",
        ),
    ),
)  # fmt: skip


@check(
    "account.contact",
    "The account's contact is whole, and was reviewed",
    Severity.MEDIUM,
    needs=(Source.CONTACT,),
    practices=("BP22",),
    references={"cis5": "1.1", "cis7": "2.2"},
)
def contact(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails where the contact lacks what AWS requires, or was not reviewed for too long.

    AWS calls and writes to this contact when an account is abused, or about to be closed. That it
    is current no file tells: somebody has to look. ``contacts_reviewed`` is the day on which
    somebody did, for all accounts; more than ``contact_review_age`` days ago fails. Where the day
    is not set, or was before the account joined, the check ends with UNKNOWN, not with PASS.

    AWS requires a full name, address line, city, postal code, country, telephone number and, in
    some countries, a state or region. Where ``contact_companies`` names companies, the contact has
    to name one of them (capitals do not matter). A telephone number that AWS says is not verified
    is told with low severity.
    """
    found = scope.evidence.contacts[scope.id]
    yield _whole(scope, found)
    if scope.thresholds.contact_companies:
        yield _of_company(scope, found)
    if found.phone_status is not None:
        yield _verified(scope, found.phone_status)
    yield _reviewed(scope)


def _whole(scope: Scope, found: Contact) -> Passed | Miss:
    if not found.missing:
        return PASSED
    return Miss(
        scope.id,
        f"the account's contact has no {', '.join(found.missing)}",
        facts=tuple(("missing", each) for each in found.missing),
        remedy=_WRITE,
    )


def _of_company(scope: Scope, found: Contact) -> Passed | Miss:
    expected = scope.thresholds.contact_companies
    if (found.company or "").casefold() in {each.strip().casefold() for each in expected}:
        return PASSED
    said = "another company than is expected" if found.company else "no company"
    return Miss(
        scope.id,
        f"the account's contact names {said}",
        facts=tuple(("expected", each) for each in expected),
        about="company",
        remedy=_WRITE,
    )


def _verified(scope: Scope, status: str) -> Passed | Miss:
    if status not in _UNVERIFIED:
        return PASSED
    return Miss(
        scope.id,
        f"the telephone number of the account's contact is not verified ({status})",
        about="telephone",
        severity=Severity.LOW,
        remedy=Remedy(
            "Have AWS send a code to the number, and give it back.",
            (
                aws("account", "send-phone-number-verification"),
                aws("account", "verify-phone-number", otp="<code>"),
            ),
        ),
    )


def _reviewed(scope: Scope) -> Passed | Miss:
    """Say whether somebody made sure of the contact, and not too long ago."""
    reviewed, most = scope.thresholds.contacts_reviewed, scope.thresholds.contact_review_age
    account = scope.snapshot.get(Account, scope.id)
    if reviewed is None:
        return _unknown(scope, "no day is set on which somebody made sure of it")
    if account is not None and account.joined is not None and account.joined.date() > reviewed:
        return _unknown(scope, "the account joined after the contacts were last reviewed")
    age = (scope.now.astimezone(UTC).date() - reviewed).days
    if age < 0:
        return _unknown(scope, "the day that is set for the last review is yet to come")
    if age <= most:
        return PASSED
    return Miss(
        scope.id,
        f"the account's contact was last reviewed {age} days ago",
        facts=(("reviewed", reviewed.isoformat()), ("at most", f"{most} days")),
        about="review",
        remedy=_REVIEW,
    )


_REVIEW: Final = Remedy(
    "Look at the contact, correct it, and set contacts_reviewed among the thresholds to the day.",
    (aws("account", "get-contact-information"),),
)


def _unknown(scope: Scope, why: str) -> Miss:
    return Miss(
        scope.id,
        f"whether the account's contact is current is not known: {why}",
        about="review",
        severity=Severity.LOW,
        state=State.UNKNOWN,
        remedy=_REVIEW,
    )


# ----------------------------------------------------------------------- alternate contacts


def _register(kind: ContactType) -> Remedy:
    what = kind.value.lower()
    command = aws(
        "account",
        "put-alternate-contact",
        alternate_contact_type=kind.value,
        name="<name>",
        title="<title>",
        email_address=f"<{what}-address>",
        phone_number="<number>",
    )
    return Remedy(
        f"Register a team as the contact for {what}, by a mailbox of its own that"
        " several people read. In an organization the management account, or the delegated"
        " administrator of Account Management, can do so for its members (--account-id).",
        (command,),
    )


def _registered(scope: Scope) -> dict[ContactType, AlternateContact]:
    return {each.type: each for each in scope.evidence.alternate_contacts.get(scope.id, ())}


@check(
    "account.security_contact",
    "A security contact is registered",
    Severity.MEDIUM,
    needs=(Source.SECURITY_CONTACT,),
    practices=("BP22",),
    references={"cis5": "1.2", "cis7": "2.3", "hub": "Account.1"},
)
def security_contact(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails where no contact for security is registered, or one that reaches nobody else.

    AWS writes about leaked keys and abuse to the root user's address and to this contact. It fails
    without a name, title, e-mail address or telephone number, which AWS requires; with the e-mail
    address of the account itself, where ``organization.json`` tells that: AWS writes to it anyway;
    and with an address of another domain than ``contact_domains`` names, where it names any.
    """
    found = _registered(scope).get(ContactType.SECURITY)
    remedy = _register(ContactType.SECURITY)
    if found is None:
        yield Miss(scope.id, "no security contact is registered", remedy=remedy)
        return
    faults = tuple(_faults(scope, found))
    for about, message in faults:
        yield Miss(scope.id, f"the security contact {message}", about=about, remedy=remedy)
    if not faults:
        yield PASSED


def _faults(scope: Scope, found: AlternateContact) -> Iterator[tuple[str, str]]:
    account = scope.snapshot.get(Account, scope.id)
    if found.missing:
        yield "missing", f"has no {', '.join(found.missing)}"
    if not found.email:
        return
    if account is not None and (account.email or "").strip().casefold() == found.email:
        yield "address", "has the e-mail address of the account itself"
    expected = scope.thresholds.contact_domains
    if expected and found.domain not in {each.strip().casefold() for each in expected}:
        yield "domain", f"has an e-mail address that is not of {' or '.join(expected)}"


@check(
    "account.contacts_differ",
    "Contacts for security, billing and operations differ",
    Severity.MEDIUM,
    needs=(Source.ALTERNATE_CONTACTS,),
    practices=("BP22",),
)
def contacts_differ(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a contact for billing or operations that is missing, and for two of one mailbox.

    Where one mailbox gets everything, what is urgent drowns in what is not, and nobody hears of
    anything once it is not read any more. Mailboxes are told apart by e-mail addresses: capitals
    do not matter, nor what follows a ``+``. One telephone number for all (a switchboard) passes.
    That there is a contact for security, ``account.security_contact`` looks at.
    """
    found = _registered(scope)
    for kind in (ContactType.BILLING, ContactType.OPERATIONS):
        if kind in found:
            yield PASSED
            continue
        what = kind.value.lower()
        yield Miss(
            scope.id,
            f"no contact for {what} is registered: what AWS writes about it goes to the root"
            " user's address alone",
            about=what,
            remedy=_register(kind),
        )
    for one, other in combinations(found.values(), 2):
        if not one.email or one.mailbox != other.mailbox:
            yield PASSED
            continue
        kinds = one.type.value.lower(), other.type.value.lower()
        yield Miss(
            scope.id,
            f"the contacts for {kinds[0]} and {kinds[1]} have the same mailbox",
            about="+".join(kinds),
            remedy=_register(other.type),
        )
