"""The credentials of the users of a store or of an exported estate: what reports say of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from doorward.analysis.report import credentials
from doorward.errors import InvalidInput
from doorward.importers.credential_report import reported
from doorward.importers.estate.read import read_estate
from doorward.model.credential import AccessKey
from doorward.model.evidence import ReportedUser, Source
from doorward.model.organization import Account
from doorward.store.database import Store


class Reported(msgspec.Struct, frozen=True):
    """The rows of credential reports, when they were taken, and the accounts that lack some."""

    rows: tuple[ReportedUser, ...]
    taken: datetime | None = None
    lacking: tuple[str, ...] = ()


def exported_users(paths: Sequence[Path], account: str | None = None) -> Reported:
    """Return the rows that the files of an estate hold, of each account or of one.

    Raises ``InvalidInput`` when there is nothing to read, no such account, or no report at all.
    """
    estate = read_estate(paths)
    told = ", ".join(map(str, paths))
    evidence = estate.evidence
    held = {each.id for each in estate.snapshot.all(Account)} | evidence.reported.keys()
    if account is not None and account not in held:
        raise InvalidInput("NoSuchEntity", f"there is no account {account} in {told}")
    wanted = sorted(held) if account is None else [account]
    rows = tuple(row for each in wanted for row in evidence.reported.get(each, ()))
    if not rows:
        raise InvalidInput(
            "NoReport",
            f"{told} holds no credential report",
            hint="aws iam generate-credential-report, then get-credential-report",
        )
    lacking = [each for each in wanted if not evidence.knows(each, Source.CREDENTIAL_REPORT)]
    return Reported(rows, evidence.taken, tuple(lacking))


def reported_users(store: Store, account: str | None = None) -> tuple[ReportedUser, ...]:
    """Return the rows of the credential report of each account, or of one, as it is now.

    Raises ``InvalidInput`` when there is no such account.
    """
    snapshot = store.load()
    found: list[ReportedUser] = []
    for held in _accounts(snapshot.all(Account), account):
        keys = snapshot.find(AccessKey, account=held.id)
        uses = store.uses.last(key.id for key in keys)
        head, *rows = credentials.rows(snapshot, held, uses)
        found += [reported(dict(zip(head, row, strict=True))) for row in rows]
    return tuple(found)


def _accounts(accounts: tuple[Account, ...], wanted: str | None) -> tuple[Account, ...]:
    found = tuple(each for each in accounts if wanted in (None, each.id))
    if wanted is not None and not found:
        raise InvalidInput("NoSuchEntity", f"there is no account {wanted} in this store")
    return found
