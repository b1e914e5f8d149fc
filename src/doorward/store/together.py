"""Several works in one transaction: each sees those before it, and is taken back by itself.

There are no savepoints: distributed databases that speak PostgreSQL's protocol do without, or pay
dearly for them. A work that fails before it wrote anything just ends. One that fails after it
wrote has spoiled the transaction: it is rolled back, the works before are run again and committed,
and the one that failed begins the next transaction. So every work is run twice at the most,
however many fail, and no answer rests on anything that was not committed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from doorward.model.directory import Change, Transaction
from doorward.model.snapshot import Snapshot
from doorward.store.faults import ends_connection, in_our_words
from doorward.store.transaction import SqlTransaction

T = TypeVar("T")

Work = Callable[[Transaction, Snapshot], T]
"""Changes the store by its first argument; the second is the estate that it begins from.

It may be run again from the start, and must have no effect but through its transaction.
"""


class Committed(msgspec.Struct, Generic[T], frozen=True):
    """What a committed transaction, or one work of it, did.

    ``value`` is what the work returned, ``changes`` what it changed, in order, and ``versions``
    the version that each account or organization came to.
    """

    value: T
    changes: tuple[Change, ...]
    versions: Mapping[str, int]


class Together(msgspec.Struct, Generic[T], frozen=True):
    """What became of the first of some works; the others were not run.

    ``outcomes`` holds, in their order, what each did or the exception that it raised, and
    ``before`` and ``after`` the estates that the transaction led from and to.
    """

    outcomes: tuple[Committed[T] | Exception, ...]
    before: Snapshot
    after: Snapshot


class Spoiled(Exception):
    """A work wrote and then failed: what it wrote has to be rolled back."""

    def __init__(self, place: int, before: Snapshot) -> None:
        """Keep its place among the works; what it raised is the ``__cause__``."""
        super().__init__(f"work {place} failed after it wrote")
        self.place = place
        self.before = before

    @property
    def error(self) -> Exception:
        """What the work raised."""
        assert isinstance(self.__cause__, Exception)  # noqa: S101 - always raised from one
        return self.__cause__


class OutOfDate(Exception):
    """The estate that works were run on is not the one that their transaction began from."""


def run(
    connection: Connection, works: Sequence[Work[T]], catch_up: Callable[[], Snapshot]
) -> Together[T]:
    """Run works one after the other in the connection's transaction, which the caller commits.

    ``catch_up`` returns the estate as it is now; it is asked within the transaction. Raises
    ``Spoiled``, and ``OutOfDate`` when the transaction has to begin again.
    """
    before = snapshot = catch_up()
    outcomes: list[Committed[T] | Exception] = []
    for place, work in enumerate(works):
        transaction = SqlTransaction(connection)
        try:
            value = work(transaction, snapshot)
        except DBAPIError as error:
            if ends_connection(error):
                raise
            raise Spoiled(place, before) from in_our_words(error)
        except Exception as error:  # noqa: BLE001 - what a work raises is its outcome
            if transaction.wrote:
                raise Spoiled(place, before) from in_our_words(error)
            outcomes.append(in_our_words(error))
            continue
        changes, versions = transaction.finish()
        if not snapshot.precedes(changes, versions):
            raise OutOfDate
        snapshot = snapshot.apply(changes, versions)
        outcomes.append(Committed(value, changes, versions))
    return Together(tuple(outcomes), before, snapshot)
