"""What the root users of a store did, and the plan to do without them."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from doorward.analysis.report.root_plan import root_use
from doorward.errors import InvalidInput
from doorward.model.organization import Account
from doorward.results.root_use import RootUse
from doorward.store import event_log
from doorward.store.database import Store

MOST: Final = 100_000
"""Calls of a root user that are looked at, the latest."""


def root_uses(
    store: Store, now: datetime, *, account: str | None = None, days: int | None = None
) -> tuple[RootUse, ...]:
    """Return what was done by the root user of each account, or of one, that did anything.

    Of one account that is named it is told too if nothing was done. ``days`` are those before
    ``now`` that count; all if ``None``. Raises ``InvalidInput`` when there is no such account.
    """
    snapshot = store.load()
    if account is not None and snapshot.get(Account, account) is None:
        raise InvalidInput("NoSuchEntity", f"there is no account {account} in this store")
    numbers = [account] if account else [each.id for each in snapshot.all(Account)]
    since = None if days is None else now - timedelta(days=days)
    found = []
    for number in numbers:
        root = f"arn:aws:iam::{number}:root"
        events = store.look(partial(event_log.of_principal, number, root, MOST))
        recent = [each for each in events if since is None or each.time >= since]
        is_whole = len(events) < MOST or len(recent) < len(events)
        told = root_use(snapshot, number, recent, is_whole=is_whole)
        if account is not None or told.calls or told.by_task:
            found.append(told)
    return tuple(found)
