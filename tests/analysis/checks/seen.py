"""What a report of AWS says and a live directory never would, put into the evidence of cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from doorward.model.contact import AlternateContact, Contact, ContactType
from doorward.model.evidence import (
    Access,
    Evidence,
    ReportedKey,
    ReportedUser,
    Source,
    Unasked,
)
from doorward.model.organization_report import OrganizationReport
from tests.analysis.checks.case import ACCOUNT, ORGANIZATION

ROOT = "<root_account>"
"""What the root user is called in a credential report."""

Alter = Callable[[Evidence], Evidence]


def row(name: str, *, account: str = ACCOUNT, **changes: Any) -> Alter:
    """Change a row of the credential report."""

    def change(each: ReportedUser) -> ReportedUser:
        return msgspec.structs.replace(each, **changes) if each.name == name else each

    return lambda evidence: _rows(evidence, account, change)


def signed_in(name: str, when: datetime) -> Alter:
    """Have a user's password used, for as long as there is one."""

    def change(each: ReportedUser) -> ReportedUser:
        if each.name != name or each.password is False:
            return each
        return msgspec.structs.replace(each, password_used=when)

    return lambda evidence: _rows(evidence, ACCOUNT, change)


def without_row(name: str) -> Alter:
    """Leave a row out of the credential report."""

    def alter(evidence: Evidence) -> Evidence:
        rows = tuple(each for each in evidence.reported[ACCOUNT] if each.name != name)
        reported = {**evidence.reported, ACCOUNT: rows}
        return msgspec.structs.replace(evidence, reported=reported)

    return alter


def undated_keys(name: str) -> Alter:
    """Have the report tell of active keys and not when they were made."""

    def change(each: ReportedUser) -> ReportedUser:
        if each.name != name:
            return each
        keys = tuple(
            ReportedKey(active=key.active, used=key.used) if key.active else key
            for key in each.keys
        )
        return msgspec.structs.replace(each, keys=keys)

    return lambda evidence: _rows(evidence, ACCOUNT, change)


def summary(**counts: int) -> Alter:
    """Have the account summary say something else."""

    def alter(evidence: Evidence) -> Evidence:
        said = {**evidence.summaries.get(ACCOUNT, {}), **counts}
        return msgspec.structs.replace(evidence, summaries={**evidence.summaries, ACCOUNT: said})

    return alter


def accessed(arn: str, *accesses: Access) -> Alter:
    """Have a last-accessed report tell of these accesses of a principal."""
    return lambda evidence: msgspec.structs.replace(
        evidence, accesses={**evidence.accesses, arn: accesses}
    )


def contact(missing: tuple[str, ...] = (), **more: Any) -> Alter:
    """Have AWS tell of the account's own contact."""

    def alter(evidence: Evidence) -> Evidence:
        told = {ACCOUNT: Contact(missing, **more)}
        return msgspec.structs.replace(known(evidence, Source.CONTACT), contacts=told)

    return alter


def alternates(*asked: ContactType, **emails: str | AlternateContact) -> Alter:
    """Have AWS tell of contacts of these types, all if none is named; of each by its address."""
    contacts = tuple(
        each if isinstance(each, AlternateContact) else AlternateContact(kind, each)
        for kind in ContactType
        if (each := emails.get(kind.value.lower())) is not None
    )
    sources = [Source.SECURITY_CONTACT] if not asked or ContactType.SECURITY in asked else []
    sources += [] if asked else [Source.ALTERNATE_CONTACTS]

    def alter(evidence: Evidence) -> Evidence:
        told = {ACCOUNT: contacts}
        return msgspec.structs.replace(known(evidence, *sources), alternate_contacts=told)

    return alter


def reported(*sources: Source, **told: Any) -> Alter:
    """Have AWS tell of the organization, as far as these sources go."""

    def alter(evidence: Evidence) -> Evidence:
        report = {ORGANIZATION: OrganizationReport(**told)}
        there = known(evidence, *sources, of=ORGANIZATION)
        return msgspec.structs.replace(there, organizations=report)

    return alter


def unasked(*lacking: Unasked) -> Alter:
    """Have the account's resources lack these."""
    return lambda evidence: msgspec.structs.replace(evidence, unasked={ACCOUNT: lacking})


def known(evidence: Evidence, *sources: Source, of: str = ACCOUNT) -> Evidence:
    """Return evidence in which an account, or an organization, is known by these sources, too."""
    there = evidence.known.get(of, frozenset())
    return msgspec.structs.replace(evidence, known={**evidence.known, of: there | {*sources}})


def _rows(
    evidence: Evidence, account: str, change: Callable[[ReportedUser], ReportedUser]
) -> Evidence:
    rows = tuple(change(each) for each in evidence.reported[account])
    return msgspec.structs.replace(evidence, reported={**evidence.reported, account: rows})
