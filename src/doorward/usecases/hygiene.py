"""The credentials of the users of a store: what its reports say of them."""

from __future__ import annotations

from doorward.analysis.report import credentials
from doorward.errors import InvalidInput
from doorward.importers.credential_report import reported
from doorward.model.credential import AccessKey
from doorward.model.evidence import ReportedUser
from doorward.model.organization import Account
from doorward.store.database import Store


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
