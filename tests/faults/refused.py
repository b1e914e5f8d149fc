"""A program whose database refuses every write transaction once, at its commit.

``python -m tests.faults.refused serve …`` is ``doorward serve …`` with it, and
``TEST_REFUSED`` in the environment of pytest puts it under every test
(``dev.py faults --api``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from doorward.cli import main
from doorward.store import Store
from tests.faults.calls import RefusedBySqlite


def refuse_every_transaction_once() -> None:
    """Have the first try of every write transaction fail when all of its work is done."""
    in_transaction: Callable[..., Any] = Store._in_transaction

    def refused_once(store: Store, work: Callable[[Connection], Any], **how: Any) -> Any:
        tries: list[int] = []

        def tried(connection: Connection) -> Any:
            value = work(connection)
            tries.append(1)
            if len(tries) == 1:
                raise OperationalError("COMMIT", {}, RefusedBySqlite("refused once"))
            return value

        return in_transaction(store, tried, **how)

    setattr(Store, "_in_transaction", refused_once)  # noqa: B010 - methods are not assigned to


if __name__ == "__main__":
    refuse_every_transaction_once()
    main()
