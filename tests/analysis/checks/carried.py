"""Commands of the AWS CLI for services that Doorward does not serve, carried out on the evidence.

Each does to what AWS would tell what the command does at AWS: afterwards the evidence is what an
import would bring. What is written is read back by the importers' own readers.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from doorward.engine.reading import Field
from doorward.importers.estate.contacts import read_alternate_contacts, read_contact
from doorward.importers.estate.problems import Problems
from doorward.importers.estate.source import Source
from doorward.model.contact import AlternateContact, ContactType
from doorward.model.evidence import Evidence
from doorward.model.organization_report import (
    DeclaredPolicy,
    DeclaredType,
    Delegate,
    OrganizationReport,
)
from tests.analysis.checks.case import ACCOUNT, ORGANIZATION

Options = Mapping[str, str]


def carried_out(
    evidence: Evidence, commands: Iterable[str], answers: Mapping[str, str]
) -> Evidence:
    """Return the evidence after commands, whose words in angle brackets ``answers`` fill."""
    known = dict(answers)
    for command in commands:
        text = re.sub(r"(?:file://)?<([a-z-]+\.?[a-z]*)>", lambda seen: known[seen[1]], command)
        program, service, verb, *words = shlex.split(text)
        assert program == "aws"
        options = dict(zip((each[2:] for each in words[::2]), words[1::2], strict=True))
        if service == "account":
            evidence = ACCOUNT_VERBS[verb](evidence, options)
            continue
        before = evidence.organizations[ORGANIZATION]
        after = ORGANIZATION_VERBS[verb](before, options)
        if verb == "create-policy":
            known["policy-id"] = after.declared[-1].id
        evidence = _with(evidence, organizations={ORGANIZATION: after})
    return evidence


def _with(value: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(value, **changes)


def _source() -> Source:
    return Source("answer.json", "", ACCOUNT, Problems())


# ------------------------------------------------------------------------------- account


def put_contact(evidence: Evidence, options: Options) -> Evidence:
    """Write the account's own contact down; a new number is not verified."""
    page = {
        "ContactInformation": json.loads(options["contact-information"]),
        "VerificationStatus": "UNVERIFIED",
    }
    told = read_contact(Field(page), _source())
    assert told is not None
    status = evidence.contacts[ACCOUNT].phone_status and told.contact.phone_status
    contact = _with(told.contact, phone_status=status)
    return _with(evidence, contacts={ACCOUNT: contact})  # type: ignore[no-any-return]


def verify_phone(evidence: Evidence, options: Options) -> Evidence:
    """Give the code back that was sent to the telephone."""
    assert options["otp"]
    contact = _with(evidence.contacts[ACCOUNT], phone_status="VERIFIED")
    return _with(evidence, contacts={ACCOUNT: contact})  # type: ignore[no-any-return]


def put_alternate(evidence: Evidence, options: Options) -> Evidence:
    """Register a contact, in the place of one of its type."""
    entry = {
        "".join(word.title() for word in name.split("-")): value for name, value in options.items()
    }
    told = read_alternate_contacts(Field({"AlternateContact": entry}), _source())
    assert told is not None
    held: dict[ContactType, AlternateContact | None]
    held = {each.type: each for each in evidence.alternate_contacts[ACCOUNT]}
    held |= told.by_type
    there = tuple(each for kind in ContactType if (each := held.get(kind)) is not None)
    return _with(evidence, alternate_contacts={ACCOUNT: there})  # type: ignore[no-any-return]


ACCOUNT_VERBS: Mapping[str, Callable[[Evidence, Options], Evidence]] = {
    "put-contact-information": put_contact,
    "send-phone-number-verification": lambda evidence, _options: evidence,
    "verify-phone-number": verify_phone,
    "put-alternate-contact": put_alternate,
}


# -------------------------------------------------------------------------- organizations


def deregister(report: OrganizationReport, options: Options) -> OrganizationReport:
    """Take a service back; whoever administers none is no administrator."""
    account, service = options["account-id"], options["service-principal"]
    left = []
    for each in report.delegates:
        rest = tuple(name for name in each.services or () if name != service)
        if each.account != account or rest:
            left.append(_with(each, services=rest) if each.account == account else each)
    return _with(report, delegates=tuple(left))  # type: ignore[no-any-return]


def register(report: OrganizationReport, options: Options) -> OrganizationReport:
    """Let an account administer one more service."""
    by_account = {each.account: each for each in report.delegates}
    account = options["account-id"]
    there = by_account.get(account, Delegate(account, ()))
    services = (*(there.services or ()), options["service-principal"])
    by_account[account] = Delegate(account, services)
    return _with(report, delegates=tuple(by_account.values()))  # type: ignore[no-any-return]


def create(report: OrganizationReport, options: Options) -> OrganizationReport:
    """Make a policy, which is attached nowhere."""
    policy = DeclaredPolicy(
        f"p-created{len(report.declared)}",
        DeclaredType(options["type"]),
        options["name"],
        options["content"],
        (),
    )
    return _with(report, declared=(*report.declared, policy))  # type: ignore[no-any-return]


def _changing(report: OrganizationReport, options: Options, **changes: Any) -> OrganizationReport:
    assert any(each.id == options["policy-id"] for each in report.declared)
    declared = tuple(
        _with(each, **changes) if each.id == options["policy-id"] else each
        for each in report.declared
    )
    return _with(report, declared=declared)  # type: ignore[no-any-return]


def enable(report: OrganizationReport, options: Options) -> OrganizationReport:
    """Put a type of policies in force."""
    enabled = (report.enabled or frozenset()) | {options["policy-type"]}
    return _with(report, enabled=enabled)  # type: ignore[no-any-return]


ORGANIZATION_VERBS: Mapping[str, Callable[[OrganizationReport, Options], OrganizationReport]] = {
    "put-resource-policy": lambda report, said: _with(report, resource_policy=said["content"]),
    "register-delegated-administrator": register,
    "deregister-delegated-administrator": deregister,
    "enable-policy-type": enable,
    "create-policy": create,
    "update-policy": lambda report, said: _changing(report, said, content=said["content"]),
    "attach-policy": lambda report, said: _changing(report, said, targets=(said["target-id"],)),
}
