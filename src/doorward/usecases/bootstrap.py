"""The first start: the first account and its administrator."""

from __future__ import annotations

from datetime import datetime

import msgspec

from doorward.api.call import Vault
from doorward.control.ids import Ids
from doorward.control.standalone import create_administrator, create_standalone
from doorward.model.directory import Transaction
from doorward.model.organization import Account
from doorward.model.snapshot import Snapshot
from doorward.usecases.config import Settings
from doorward.usecases.live import Live


class Bootstrapped(msgspec.Struct, frozen=True):
    """What the first start created. ``chosen`` says that the key came from the settings."""

    account_id: str
    access_key_id: str
    secret_access_key: str
    chosen: bool

    def __repr__(self) -> str:
        """Show the account and the key's id."""
        return f"Bootstrapped({self.account_id}, {self.access_key_id})"


def bootstrap(
    live: Live, settings: Settings, *, vault: Vault, ids: Ids, now: datetime
) -> Bootstrapped | None:
    """Create the first account and its administrator, unless there is an account already.

    The account becomes the management account when it creates an organization; the user has
    AdministratorAccess. A key that is not chosen in the settings is drawn.
    """
    key, secret = settings.bootstrap_access_key_id, settings.bootstrap_secret_access_key
    account_id = settings.bootstrap_account_id or ids.account_id()

    def create(transaction: Transaction, _before: Snapshot) -> Bootstrapped | None:
        if transaction.all(Account):
            return None
        account = create_standalone(
            transaction,
            account_id=account_id,
            name="management",
            email=None,
            now=now,
            installation=True,
        )
        chosen = (key, secret) if key and secret else None
        new = create_administrator(
            transaction, account.id, now=now, ids=ids, seal=vault.seal, chosen=chosen
        )
        return Bootstrapped(account.id, new.key.id, new.secret, chosen=chosen is not None)

    return None if live.current().all(Account) else live.write(create)
