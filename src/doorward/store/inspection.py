"""What a store says of itself: its schema, its integrity, its clock."""

from __future__ import annotations

from datetime import UTC, datetime

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, select

from doorward.store.migrate import newest_revision
from doorward.store.tables import CHANGES, EVENTS, VERSIONS


def revision(connection: Connection) -> str | None:
    """Return the migration that the schema is at, ``None`` before the first."""
    found: str | None = MigrationContext.configure(connection).get_current_revision()
    return found


def is_newest(connection: Connection) -> bool:
    """Tell whether the schema is this program's."""
    return revision(connection) == newest_revision()


def damage(connection: Connection) -> str | None:
    """Return what is wrong with the database's pages: nothing, words, or ``None`` if not known.

    SQLite looks at every page now. PostgreSQL looks at each as it reads it, where its data
    checksums are on; it is not known where they are off.
    """
    if connection.dialect.name == "sqlite":
        said = connection.exec_driver_sql("PRAGMA integrity_check(5)").scalars().all()
        return "" if said == ["ok"] else "; ".join(said)
    on = connection.exec_driver_sql("SHOW data_checksums").scalar_one()
    return "" if on == "on" else None


def clock(connection: Connection) -> datetime | None:
    """Return the time of the database's own machine; ``None`` for SQLite, which has none."""
    if connection.dialect.name == "sqlite":
        return None
    found: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return found.astimezone(UTC)


def newest_event(connection: Connection) -> datetime | None:
    """Return when the newest recorded call was made, ``None`` if there is none."""
    found: datetime | None = connection.execute(select(func.max(EVENTS.c.time))).scalar()
    return found


def gaps(connection: Connection) -> tuple[str, ...]:
    """Return the accounts and organizations whose change feed does not tell all of their changes.

    A feed whose beginning was cut off has no gap.
    """
    first, last, count = func.min(CHANGES.c.version), func.max(CHANGES.c.version), func.count()
    found = connection.execute(
        select(VERSIONS.c.scope, VERSIONS.c.version, first, last, count)
        .join_from(VERSIONS, CHANGES, VERSIONS.c.scope == CHANGES.c.scope, isouter=True)
        .group_by(VERSIONS.c.scope, VERSIONS.c.version)
    ).all()
    return tuple(
        sorted(
            scope
            for scope, version, begins, ends, many in found
            if ends is not None and (ends != version or many != ends - begins + 1)
        )
    )
