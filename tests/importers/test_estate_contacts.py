"""The contacts of accounts: what AWS prints, and how a folder tells that there is none.

Provenance: Account Management API Reference, GetContactInformation, GetAlternateContact, and the
shapes of botocore's model of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import botocore.session
import pytest

from doorward.importers.estate.contacts import ALTERNATE_MEMBERS, CONTACT_MEMBERS
from doorward.importers.estate.read import read_estate
from doorward.model.contact import ContactType
from doorward.model.evidence import Source
from doorward.policy.problem import Severity
from tests.importers.test_policy_files import written

A, B = "111122223333", "444455556666"
WHOLE = {
    "FullName": "x", "AddressLine1": "x", "City": "x", "CountryCode": "FR", "PostalCode": "x",
    "PhoneNumber": "x",
}  # fmt: skip
TYPES = [each.value for each in ContactType]
ALL = {Source.SECURITY_CONTACT, Source.ALTERNATE_CONTACTS}


def of_type(kind: str, **more: str) -> dict[str, str]:
    return {"AlternateContactType": kind, "EmailAddress": f"{kind}@example.com", "Name": "x",
            "Title": "x", "PhoneNumber": "x"} | more  # fmt: skip


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        (WHOLE, ()),
        ({}, ("FullName", "AddressLine1", "City", "PostalCode", "CountryCode", "PhoneNumber")),
        (WHOLE | {"City": " ", "PhoneNumber": ""}, ("City", "PhoneNumber")),
        (WHOLE | {"CountryCode": "US"}, ("StateOrRegion",)),
        (WHOLE | {"CountryCode": "US", "StateOrRegion": "NJ"}, ()),
        (WHOLE | {"WebsiteUrl": "https://example.com", "AddressLine3": "x"}, ()),
    ],
    ids=["whole", "empty", "blank", "no state", "a state", "more"],
)
def test_what_a_contact_lacks(
    said: dict[str, str], missing: tuple[str, ...], tmp_path: Path
) -> None:
    found = read_estate(written(tmp_path, {f"{A}/c.json": {"ContactInformation": said}}))
    assert found.problems == ()
    assert found.evidence.contacts[A].missing == missing
    assert found.evidence.known[A] == {Source.CONTACT}


@pytest.mark.parametrize(
    ("pages", "there", "known"),
    [
        ([{"AlternateContact": of_type("SECURITY")}], ["SECURITY"], {Source.SECURITY_CONTACT}),
        ([{"AlternateContact": of_type("BILLING")}], ["BILLING"], set()),
        ([{"AlternateContact": of_type(each)} for each in TYPES], TYPES, ALL),
        ([{"AlternateContactTypes": TYPES, "AlternateContacts": []}], [], ALL),
        ([{"AlternateContactTypes": ["SECURITY"]}], [], {Source.SECURITY_CONTACT}),
        ([{"AlternateContacts": []}], [], set()),
        (
            [{"AlternateContact": of_type("BILLING")},
             {"AlternateContactTypes": ["OPERATIONS", "SECURITY"]}],
            ["BILLING"],
            ALL,
        ),
        ([{"AccountId": A, "AlternateContacts": [of_type("SECURITY")]}], ["SECURITY"],
         {Source.SECURITY_CONTACT}),
    ],
    ids=["one", "another", "three", "none", "none for security", "nothing", "both", "bundle"],
)  # fmt: skip
def test_what_was_asked_for_is_known_though_there_be_none(
    pages: list[Any], there: list[str], known: set[Source], tmp_path: Path
) -> None:
    found = read_estate(written(tmp_path, {f"{A}/c.json": pages}))
    assert found.problems == ()
    assert [each.type.value for each in found.evidence.alternate_contacts[A]] == there
    assert found.evidence.known[A] == known


def test_the_answer_about_another_account_may_name_it(tmp_path: Path) -> None:
    """As the management account asks: ``--account-id``."""
    page = {"AccountId": B, "ContactInformation": WHOLE}
    found = read_estate(written(tmp_path, {"b.json": page, f"{A}/r.json": {"SummaryMap": {}}}))
    assert found.problems == ()
    assert found.evidence.contacts.keys() == {B}


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ({"ContactInformation": None}, "INVALID_TYPE"),
        ({"ContactInformation": WHOLE | {"City": 7}}, "INVALID_TYPE"),
        ({"ContactInformation": WHOLE, "AccountId": "1"}, "INVALID_VALUE"),
        ({"AlternateContact": {"EmailAddress": "a@b.c"}}, "MISSING_FIELD"),
        ({"AlternateContact": of_type("LEGAL")}, "INVALID_VALUE"),
        ({"AlternateContacts": [of_type("SECURITY"), of_type("SECURITY")]}, "INVALID_VALUE"),
        ({"AlternateContactTypes": "SECURITY"}, "INVALID_TYPE"),
    ],
)
def test_what_cannot_be_used_breaks_its_sources(
    page: dict[str, Any], code: str, tmp_path: Path
) -> None:
    found = read_estate(written(tmp_path, {f"{A}/c.json": page}))
    (problem,) = found.problems
    assert (problem.code, problem.severity) == (code, Severity.ERROR)
    wanted = {Source.CONTACT} if "ContactInformation" in page else ALL
    assert found.broken[A].keys() == wanted
    assert found.evidence.known[A] == set()


def test_a_member_that_is_not_known_yet_is_a_warning(tmp_path: Path) -> None:
    page = {"ContactInformation": WHOLE | {"Fax": "SECRET"}}
    found = read_estate(written(tmp_path, {f"{A}/c.json": page}))
    assert [(each.code, each.severity) for each in found.problems] == [
        ("UNKNOWN_FIELD", Severity.WARNING)
    ]
    assert "SECRET" not in repr(found.problems)
    assert found.evidence.known[A] == {Source.CONTACT}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"ContactInformation": WHOLE}, {"ContactInformation": {}}),
        ({"AlternateContact": of_type("SECURITY")}, {"AlternateContactTypes": ["SECURITY"]}),
        (
            {"AlternateContact": of_type("SECURITY")},
            {"AlternateContact": of_type("SECURITY", EmailAddress="other@example.com")},
        ),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_two_files_that_say_different_things_are_no_knowledge(
    one: dict[str, Any], other: dict[str, Any], turned: bool, tmp_path: Path
) -> None:
    first, second = (other, one) if turned else (one, other)
    found = read_estate(written(tmp_path, {f"{A}/1.json": first, f"{A}/2.json": second}))
    assert [each.code for each in found.problems] == ["CONFLICTING_ENTRIES"]
    assert found.broken.keys() == {A}


def test_every_member_that_aws_may_send_is_known() -> None:
    """Held against the service model, so that a member which AWS adds is noticed here."""
    model = botocore.session.get_session().get_service_model("account")
    assert set(model.shape_for("ContactInformation").members) == CONTACT_MEMBERS
    assert set(model.shape_for("AlternateContact").members) == ALTERNATE_MEMBERS
    answer = model.operation_model("GetContactInformation").output_shape.members
    assert set(answer) == {"ContactInformation", "VerificationStatus"}
    kinds = model.shape_for("AlternateContactType").enum
    assert set(kinds) == {each.value for each in ContactType}
    required = model.operation_model("PutAlternateContact").input_shape.required_members
    assert set(required) == ALTERNATE_MEMBERS
