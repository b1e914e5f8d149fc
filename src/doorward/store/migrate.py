"""Brings a store's schema to this program's, and refuses one that is newer."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from doorward.errors import StoreDamaged, StoreIncompatible
from doorward.store import digests

_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps the migration that it runs in a global."""

_FIRST_WITH_SUMS = "0010"
"""The revision since which a store says what its rows add up to."""


def migrate(connection: Connection) -> None:
    """Run the migrations that the store has not had, in the connection's transaction.

    Each statement of a migration may be run again, so that one interrupted halfway, on a database
    that does not take schema changes back, goes on where it stopped. Raises ``StoreIncompatible``
    when the store has had a migration that this program does not know, ``StoreDamaged`` when
    there are migrations to run and its rows are not those that were written.
    """
    config = _config()
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = set(MigrationContext.configure(connection).get_current_heads())
    if unknown := found - known:
        named = ", ".join(sorted(map(str, unknown)))  # damaged, it may be nothing
        raise StoreIncompatible(
            f"the store's schema is newer than this program: it has {named}; "
            "use the Doorward version that wrote it, or a later one"
        )
    if found != {newest_revision()} and any(each >= _FIRST_WITH_SUMS for each in found):
        _see_whole(connection)
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")


def _see_whole(connection: Connection) -> None:
    """Raise ``StoreDamaged`` unless the rows are those that were written.

    A migration that alters tables writes their sums anew: after it, damage would not be seen.
    """
    if digests.altered(connection):
        raise StoreDamaged(digests.damage(connection, ""))


def newest_revision() -> str | None:
    """Return the last migration that this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    """Return where the migrations are."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
