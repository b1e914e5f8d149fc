"""The process that is killed: threads that change a store and tell each commit on standard output.

``python -m tests.acceptance.crash.writer FILE ROUND THREADS`` prints ``ready``, then one line for
each transaction after its commit came back: ``add NAME`` or ``remove NAME``. Each transaction
changes two accounts and records an event with the same two words as its id.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from functools import partial
from itertools import count
from threading import Thread

from doorward.model.credential import AccessKey
from doorward.model.directory import Transaction
from doorward.model.event import Event
from doorward.model.identity import InlinePolicy, User
from doorward.model.resource import RegisteredResource
from doorward.model.schema import Entity
from doorward.store import Store

NOW = datetime(2026, 7, 1, tzinfo=UTC)
HOME = "111122223333"
SHARED = "444455556666"
REMOVE_EVERY = 3


def entities(name: str) -> tuple[Entity, ...]:
    """What one transaction adds or removes: in the writer's account, and in the shared one."""
    user = User(HOME, name, f"AIDA{name}", NOW)
    return (
        user,
        AccessKey(f"AKIA{name}", HOME, user.id, b"x" * 60, NOW),
        InlinePolicy(HOME, user.id, "own", "{}"),
        RegisteredResource(f"arn:aws:s3:::{name}", SHARED, NOW, "{}"),
    )


def step(verb: str, name: str, transaction: Transaction) -> None:
    """Add or remove all of it, and record that, in one transaction."""
    for entity in entities(name):
        getattr(transaction, verb)(entity)
    happened = f"{verb} {name}"
    transaction.append(
        Event(happened, happened, HOME, NOW, "crash", verb, "{}", accounts=(HOME, SHARED))
    )


def write(store: Store, prefix: str) -> None:
    """Change the store until the end."""
    for number in count():
        steps = [("add", f"{prefix}-{number}")]
        if number % REMOVE_EVERY == REMOVE_EVERY - 1:
            steps.append(("remove", f"{prefix}-{number - 1}"))
        for verb, name in steps:
            store.write(partial(step, verb, name))
            os.write(1, f"{verb} {name}\n".encode())


def main() -> None:
    """Open the store as a server does, and write with several threads."""
    file, round_number, threads = sys.argv[1:]
    store = Store.open(f"sqlite:///{file}", exclusive=True)
    store.migrate()
    os.write(1, b"ready\n")
    for number in range(int(threads)):
        Thread(target=write, args=(store, f"r{round_number}t{number}")).start()


if __name__ == "__main__":
    main()
