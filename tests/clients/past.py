"""An account with a past: a store opened for once with a clock that goes 120 days behind.

What no call can make is made here by the domain's own verbs: access keys that are old, and one of
the root user, whom nobody can sign as.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from doorward.control import access_keys, users
from doorward.control.users import Owner
from doorward.model.directory import Transaction
from doorward.model.snapshot import Snapshot
from doorward.usecases.application import Application
from doorward.usecases.clock import system_clock
from doorward.usecases.config import Settings
from tests.live import ACCOUNT, KEY, SECRET

AGE = timedelta(days=120)
VETERAN = "prowler-veteran"
"""A user whose only key is as old as the account."""


def then() -> datetime:
    """Return the moment that was now when the account was made."""
    return (system_clock() - AGE).replace(microsecond=0)


def make(store: str) -> None:
    """Make an installation's store as it would be after 120 days of nothing."""
    settings = Settings(
        store=store,
        bootstrap_account_id=ACCOUNT,
        bootstrap_access_key_id=KEY,
        bootstrap_secret_access_key=SECRET,
    )
    with Application(settings, clock=then) as application:

        def work(transaction: Transaction, _before: Snapshot) -> None:
            user = users.create(
                transaction, ACCOUNT, name=VETERAN, now=then(), ids=application.ids
            )
            for owner in (Owner(ACCOUNT, ACCOUNT), Owner(ACCOUNT, user.id, VETERAN)):
                access_keys.create(
                    transaction,
                    owner,
                    now=then(),
                    ids=application.ids,
                    seal=application.vault.seal,
                )

        application.live.write(work)
