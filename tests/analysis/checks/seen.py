"""What a report of AWS says and a live directory never would, put into the evidence of cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from doorward.model.evidence import Access, Evidence, ReportedKey, ReportedUser
from tests.analysis.checks.case import ACCOUNT

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


def _rows(
    evidence: Evidence, account: str, change: Callable[[ReportedUser], ReportedUser]
) -> Evidence:
    rows = tuple(change(each) for each in evidence.reported[account])
    return msgspec.structs.replace(evidence, reported={**evidence.reported, account: rows})
