"""Cases of the checks in ``analysis.checks.contacts``."""

from __future__ import annotations

import json
from datetime import date

from doorward.model.contact import AlternateContact, ContactType
from doorward.results.finding import State
from tests.analysis.checks.case import ACCOUNT, Case, account, joined, organization
from tests.analysis.checks.seen import alternates, contact

ELSEWHERE = "contacts are AWS's account data: Doorward does not serve Account Management"
REVIEWED = {"contacts_reviewed": date(2026, 1, 1)}
WHOLE = contact(company="Example Corp.")
SECURITY, BILLING, OPERATIONS = (
    f"{each}@example.com" for each in ("security", "billing", "operations")
)
THREE = {"security": SECURITY, "billing": BILLING, "operations": OPERATIONS}
ANSWERS = {
    "contact.json": json.dumps({
        "FullName": "x", "AddressLine1": "x", "City": "x", "PostalCode": "x", "CountryCode": "FR",
        "PhoneNumber": "x", "CompanyName": "Example Corp.",
    }),
    "code": "123456", "name": "x", "title": "x", "number": "x", "security-address": SECURITY,
    "billing-address": BILLING, "operations-address": OPERATIONS,
}  # fmt: skip
"""What people fill in."""
WITHOUT_TITLE = AlternateContact(ContactType.SECURITY, SECURITY, missing=("Title",))
WITHOUT_ADDRESS = AlternateContact(ContactType.SECURITY, "", missing=("EmailAddress",))

CASES = {
    "account.contact": (
        Case("whole, and reviewed", State.PASS, evidence=WHOLE, thresholds=REVIEWED),
        Case(
            "of the company, and verified",
            State.PASS,
            evidence=contact(company="example corp.", phone_status="VERIFIED"),
            thresholds={**REVIEWED, "contact_companies": ("Other Ltd", "Example Corp. ")},
        ),
        Case(
            "reviewed just as long ago as may be",
            State.PASS,
            evidence=WHOLE,
            thresholds={"contacts_reviewed": date(2025, 1, 31)},
        ),
        Case(
            "nobody says when it was reviewed",
            State.UNKNOWN,
            evidence=WHOLE,
            subjects=(ACCOUNT,),
        ),
        Case(
            "the review is yet to come",
            State.UNKNOWN,
            evidence=WHOLE,
            subjects=(ACCOUNT,),
            thresholds={"contacts_reviewed": date(2026, 2, 1)},
        ),
        Case(
            "the account joined after the review",
            State.UNKNOWN,
            (*organization(), joined()),
            evidence=WHOLE,
            subjects=(ACCOUNT,),
            thresholds={"contacts_reviewed": date(2020, 1, 1), "contact_review_age": 9999},
        ),
        Case(
            "reviewed too long ago",
            State.FAIL,
            evidence=WHOLE,
            subjects=(ACCOUNT,),
            thresholds={"contacts_reviewed": date(2025, 1, 30)},
            cleared=False,
            why="a person reviews a contact, and sets the day",
        ),
        Case(
            "no telephone, and not reviewed",
            State.FAIL,
            evidence=contact(("PhoneNumber", "City")),
            subjects=(ACCOUNT, ACCOUNT),
            cleared=False,
            why=ELSEWHERE,
            elsewhere=True,
            answers=ANSWERS,
        ),
        Case(
            "of another company, a number not verified",
            State.FAIL,
            evidence=contact(company="Agency", phone_status="UNVERIFIED"),
            subjects=(ACCOUNT, ACCOUNT),
            thresholds={**REVIEWED, "contact_companies": ("Example Corp.",)},
            cleared=False,
            why=ELSEWHERE,
            elsewhere=True,
            answers=ANSWERS,
        ),
        Case(
            "of no company",
            State.FAIL,
            evidence=contact(),
            subjects=(ACCOUNT,),
            thresholds={**REVIEWED, "contact_companies": ("Example Corp.",)},
            cleared=False,
            why=ELSEWHERE,
            elsewhere=True,
            answers=ANSWERS,
        ),
        Case("nobody asked AWS", State.NOT_CHECKED),
    ),
    "account.security_contact": (
        Case("a team's", State.PASS, evidence=alternates(security=SECURITY)),
        Case(
            "a team's, the other types not asked for",
            State.PASS,
            evidence=alternates(ContactType.SECURITY, security=SECURITY),
        ),
        Case(
            "of the domain",
            State.PASS,
            evidence=alternates(security=SECURITY),
            thresholds={"contact_domains": ("Example.com",)},
        ),
        Case(
            "none",
            State.FAIL,
            evidence=alternates(billing=BILLING),
            subjects=(ACCOUNT,),
            cleared=False,
            why=ELSEWHERE,
            elsewhere=True,
            answers=ANSWERS,
        ),
        Case(
            "without a title",
            State.FAIL,
            evidence=alternates(security=WITHOUT_TITLE),
            subjects=(ACCOUNT,),
            cleared=False,
            why=ELSEWHERE,
            elsewhere=True,
            answers=ANSWERS,
        ),
        Case(
            "without an address",
            State.FAIL,
            evidence=alternates(security=WITHOUT_ADDRESS),
            subjects=(ACCOUNT,),
            thresholds={"contact_domains": ("example.com",)},
            cleared=False,
            why=ELSEWHERE,
            elsewhere=True,
            answers=ANSWERS,
        ),
        Case(
            "the account's own address, of another domain",
            State.FAIL,
            (account(email="Root@Example.net"),),
            evidence=alternates(security="root@example.net"),
            subjects=(ACCOUNT, ACCOUNT),
            thresholds={"contact_domains": ("example.com",)},
            cleared=False,
            why=ELSEWHERE,
            elsewhere=True,
            answers=ANSWERS,
        ),
        Case(
            "of a domain that only ends like the one",
            State.FAIL,
            evidence=alternates(security="security@not-example.com"),
            subjects=(ACCOUNT,),
            thresholds={"contact_domains": ("example.com",)},
            cleared=False,
            why=ELSEWHERE,
            elsewhere=True,
            answers=ANSWERS,
        ),
        Case("nobody asked AWS", State.NOT_CHECKED),
        Case(
            "asked for another type alone",
            State.NOT_CHECKED,
            evidence=alternates(ContactType.BILLING, billing=BILLING),
        ),
    ),
    "account.contacts_differ": (
        Case("three mailboxes", State.PASS, evidence=alternates(**THREE)),
        Case(
            "none for security, which is told elsewhere",
            State.PASS,
            evidence=alternates(billing=BILLING, operations=OPERATIONS),
        ),
        Case(
            "one mailbox for all",
            State.FAIL,
            evidence=alternates(
                security="aws+security@example.com",
                billing="aws@example.com",
                operations="aws@example.com",
            ),
            subjects=(ACCOUNT, ACCOUNT, ACCOUNT),
            cleared=False,
            why=ELSEWHERE,
            elsewhere=True,
            answers=ANSWERS,
        ),
        Case(
            "no contacts",
            State.FAIL,
            evidence=alternates(),
            subjects=(ACCOUNT, ACCOUNT),
            cleared=False,
            why=ELSEWHERE,
            elsewhere=True,
            answers=ANSWERS,
        ),
        Case(
            "two without an address are not the same",
            State.PASS,
            evidence=alternates(
                security=WITHOUT_ADDRESS,
                billing=AlternateContact(ContactType.BILLING, "", missing=("EmailAddress",)),
                operations=OPERATIONS,
            ),
        ),
        Case("nobody asked AWS", State.NOT_CHECKED),
        Case(
            "asked for one type alone",
            State.NOT_CHECKED,
            evidence=alternates(ContactType.SECURITY, security=SECURITY),
        ),
    ),
}
