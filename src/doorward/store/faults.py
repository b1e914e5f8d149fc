"""What goes wrong in a database, in the store's own exceptions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from doorward.errors import StoreUnavailable

_RETRY_STATES = frozenset({"40001", "40P01", "23505"})
"""SQLSTATEs after which PostgreSQL asks for the whole transaction again.

Serialization failure; deadlock; and a unique value taken by a transaction that ran at the same
time: tried again, this one sees the other's work and answers ``StoreConflict``.
"""


def asks_for_retry(error: DBAPIError) -> bool:
    """Tell whether the transaction may succeed when all of it is run again."""
    return getattr(error.orig, "sqlstate", None) in _RETRY_STATES


@contextmanager
def faults() -> Iterator[None]:
    """Turn every error of the database into ``StoreUnavailable``, without its parameters.

    A value that no column can hold is the caller's error, not the database's: ``ValueError`` or
    ``TypeError`` pass as they are.
    """
    try:
        yield
    except DBAPIError as error:
        raise StoreUnavailable(f"the store cannot answer: {error.orig}") from error
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the store cannot answer: {error}") from error
    except StatementError as error:
        raise error.orig or error from None
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"the store cannot answer: {error}") from error
