"""Whether a SQLite file was written since it was last looked at."""

from __future__ import annotations

import threading

from sqlalchemy import Engine


class Pulse:
    """A connection that never reads nor writes rows, only asks how far the file is.

    Source: https://www.sqlite.org/pragma.html#pragma_data_version
    """

    def __init__(self, engine: Engine) -> None:
        """Open a connection of its own, outside the engine's pool."""
        self._connection = engine.raw_connection()
        self._connection.detach()
        self._lock = threading.Lock()

    def read(self) -> int:
        """Return a number that changes with every commit of any other connection."""
        with self._lock:
            cursor = self._connection.cursor()
            try:
                cursor.execute("PRAGMA data_version")
                row = cursor.fetchone()
            finally:
                cursor.close()
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()
