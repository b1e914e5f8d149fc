"""What goes wrong in a database, in the store's own exceptions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from doorward.errors import StoreDamaged, StoreFull, StoreUnavailable

_RETRY_STATES = frozenset({"40001", "40P01", "23505"})
"""SQLSTATEs after which PostgreSQL asks for the whole transaction again.

Serialization failure; deadlock; and a unique value taken by a transaction that ran at the same
time: tried again, this one sees the other's work and answers ``StoreConflict``.
"""

_DISK_FULL = "53100"
_FULL_CODES = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE})


def asks_for_retry(error: DBAPIError) -> bool:
    """Tell whether the transaction may succeed when all of it is run again."""
    return getattr(error.orig, "sqlstate", None) in _RETRY_STATES


def _is_full(error: BaseException | None) -> bool:
    """Tell whether there was no room to write: on the disk, in a quota, below a limit."""
    return (
        getattr(error, "sqlstate", None) == _DISK_FULL
        or getattr(error, "sqlite_errorcode", None) in _FULL_CODES
    )


def ends_connection(error: DBAPIError) -> bool:
    """Tell whether nothing more can be done on the connection that the error came by.

    The transaction has to begin anew, the database cannot be reached, or its disk is full.
    """
    return asks_for_retry(error) or error.connection_invalidated or _is_full(error.orig)


def in_our_words(error: Exception) -> Exception:
    """Return ``StoreUnavailable``, without parameters, for an error of the database.

    A value that no column can hold is the caller's error, not the database's: ``ValueError`` or
    ``TypeError`` stay as they are, and so does what is no error of the database.
    """
    match error:
        case DBAPIError() if _is_full(error.orig):
            return StoreFull(f"the store cannot write: {error.orig}")
        case DBAPIError():
            return StoreUnavailable(f"the store cannot answer: {error.orig}")
        case StatementError() if isinstance(error.orig, Exception):
            return error.orig
        case UnicodeDecodeError():
            return StoreDamaged(
                "the store is damaged: a text is not what was written; bring it back from a backup"
            )
        case SQLAlchemyError() | sqlite3.Error():
            return StoreUnavailable(f"the store cannot answer: {error}")
        case _:
            return error


@contextmanager
def faults() -> Iterator[None]:
    """Turn every error of the database into the store's, as ``in_our_words`` does."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, UnicodeDecodeError) as error:
        ours = in_our_words(error)
        raise ours from (error if isinstance(ours, StoreUnavailable) else None)
