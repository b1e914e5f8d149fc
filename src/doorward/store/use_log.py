"""The marks of last uses in the database. They belong to no version and to no change feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Connection, Select, bindparam, select, type_coerce
from sqlalchemy.dialects import postgresql, sqlite

from doorward.model.use import GRANULARITY, WHOLE, Use
from doorward.store.statements import PerDatabase
from doorward.store.tables import USES

_AT_ONCE = 5000
"""Subjects of one statement; every database takes as many parameters."""


def _mark(insert: sqlite.Insert | postgresql.Insert) -> sqlite.Insert | postgresql.Insert:
    """Insert a mark, or move the one that is there if ``GRANULARITY`` is over."""
    new = type_coerce(insert.excluded.time, BigInteger)
    old = type_coerce(USES.c.time, BigInteger)
    return insert.on_conflict_do_update(
        index_elements=["subject", "scope"],
        set_={name: insert.excluded[name] for name in ("time", "service", "region")},
        where=new >= old + int(GRANULARITY.total_seconds() * 1_000_000),
    )


_NOTE = PerDatabase(_mark(sqlite.insert(USES)), _mark(postgresql.insert(USES)))

_USE = select(*(USES.c[field.name] for field in msgspec.structs.fields(Use))).where(
    USES.c.subject.in_(bindparam("subjects", expanding=True))
)
_LAST = _USE.where(USES.c.scope == WHOLE)
_SCOPED = _USE.where(USES.c.scope != WHOLE)


class SqlUseLog:
    """Implements ``model.use.UseLog``; every call is a transaction of its own."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        writing: Callable[[Callable[[Connection], None]], object],
    ) -> None:
        """Use ``reading`` for a read transaction, and ``writing`` to run work in a write."""
        self._reading = reading
        self._writing = writing

    def note(self, uses: tuple[Use, ...]) -> None:
        """Keep marks, all or none; one within ``GRANULARITY`` of an older changes nothing."""
        rows = [msgspec.structs.asdict(use) for use in uses]

        def work(connection: Connection) -> None:
            connection.execute(_NOTE.on(connection.dialect.name), rows)

        if rows:
            self._writing(work)

    def last(self, subjects: Iterable[str]) -> dict[str, Use]:
        """Return the marks of subjects as a whole, by subject."""
        return {use.subject: use for use in self._found(_LAST, subjects)}

    def scoped(self, subjects: Iterable[str]) -> tuple[Use, ...]:
        """Return the marks of services and actions used by any of ``subjects``, in no order."""
        return tuple(self._found(_SCOPED, subjects))

    def _found(self, statement: Select[Any], subjects: Iterable[str]) -> Iterator[Use]:
        wanted = sorted(set(subjects))
        if not wanted:
            return
        with self._reading() as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                parameters = {"subjects": wanted[start : start + _AT_ONCE]}
                for row in connection.execute(statement, parameters).all():
                    yield Use(*row)
