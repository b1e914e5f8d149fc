"""Reports in the database. They belong to no version and to no change feed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import msgspec
from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from doorward.model.report import Report
from doorward.store.statements import PerDatabase
from doorward.store.tables import REPORTS

_FIELDS = tuple(field.name for field in msgspec.structs.fields(Report))


def _put(insert: sqlite.Insert | postgresql.Insert) -> sqlite.Insert | postgresql.Insert:
    return insert.on_conflict_do_update(
        index_elements=["id"], set_={name: insert.excluded[name] for name in _FIELDS[1:]}
    )


_KEEP = PerDatabase(_put(sqlite.insert(REPORTS)), _put(postgresql.insert(REPORTS)))
_GET = select(*(REPORTS.c[name] for name in _FIELDS)).where(REPORTS.c.id == bindparam("at_id"))
_DROP = delete(REPORTS).where(REPORTS.c.expires < bindparam("now", type_=REPORTS.c.expires.type))


class SqlReports:
    """Implements ``model.report.Reports``; every call is a transaction of its own."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        writing: Callable[[Callable[[Connection], None]], object],
    ) -> None:
        """Use ``reading`` for a read transaction, and ``writing`` to run work in a write."""
        self._reading = reading
        self._writing = writing

    def keep(self, report: Report) -> None:
        """Keep a report in place of one with the same id; drop those that expired before it."""

        def work(connection: Connection) -> None:
            connection.execute(_DROP, {"now": report.made})
            row = msgspec.structs.asdict(report)
            connection.execute(_KEEP.on(connection.dialect.name), row)

        self._writing(work)

    def get(self, report_id: str) -> Report | None:
        """Return a report, expired or not, or ``None``."""
        with self._reading() as connection:
            row = connection.execute(_GET, {"at_id": report_id}).first()
        return None if row is None else Report(*row)
