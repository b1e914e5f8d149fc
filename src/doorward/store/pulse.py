"""Whether the directory in a SQLite file was changed since it was last looked at.

A count in shared memory, in a file of its own beside the store: odd while a change is being
written, another even number once it is. So any process sees at the cost of a memory access that
nothing was changed, and events, of which there are many more, move nothing. Who is killed while it
writes leaves the count odd: then everybody looks into the store until the next change is through.

Programs that write the file without Doorward do not count. They are noticed within a second.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from doorward.errors import StoreUnavailable
from doorward.store.faults import faults

Beat = tuple[int, int]
"""What a pulse reads: it is another one after every change."""

LOOK_SECONDS = 1.0
"""How often the file itself is asked."""

_COUNT = struct.Struct("@Q")  # aligned, so that it is written and read at once


class Pulse:
    """One process's view of the count, and of the file. Safe to use from any number of threads."""

    def __init__(self, engine: Engine, store_file: Path) -> None:
        """Map the count, and open a connection of its own, outside the engine's pool.

        Raises ``StoreUnavailable`` when there can be no file for the count.
        """
        try:
            self._file = os.open(
                f"{store_file}.pulse", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600
            )
            if os.fstat(self._file).st_size < _COUNT.size:
                os.ftruncate(self._file, _COUNT.size)
            self._count = mmap.mmap(self._file, _COUNT.size)
        except OSError as error:
            raise StoreUnavailable(f"the store cannot be opened: {error}") from error
        self._connection = engine.raw_connection()
        self._connection.detach()
        self._lock = threading.Lock()
        self._own: tuple[int, int] | None = None
        self._ended: int | None = None
        self._looked = time.monotonic()
        self._version = self._of_file()

    def read(self) -> Beat | None:
        """Return what is the same as long as nothing changes; ``None`` while something does.

        A change of this process alone moves nothing until it is through: nobody has heard of it.
        Raises ``StoreUnavailable`` when the file cannot be asked.
        """
        (count,) = _COUNT.unpack_from(self._count)
        own = self._own
        if own is not None and own[0] == count:
            count = own[1]
        if time.monotonic() - self._looked > LOOK_SECONDS:
            with self._lock, faults():
                self._looked = time.monotonic()
                self._version = self._of_file()
        return None if count & 1 else (count, self._version)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Count a change: from within its transaction until after the commit.

        Changes of all processes come one after the other, but for this: one may begin when the
        commit of another is through and its count is not. Then the count stays odd until the later
        one is through, too.
        """
        before, mine = self._moved(lambda count: count + 2 if count & 1 else count + 1)
        self._own = None if before & 1 else (mine, before)
        try:
            yield
        finally:
            self._own = None
            _, after = self._moved(lambda count: count + 1 if count == mine else count)
            self._ended = after if after == mine + 1 else None

    def after_change(self) -> Beat | None:
        """Return the beat since this process's last change, ``None`` if there was another since.

        Whoever knows the directory as that change left it knows it as it is.
        """
        beat = self.read()
        return beat if beat is not None and beat[0] == self._ended else None

    def _moved(self, move: Callable[[int], int]) -> tuple[int, int]:
        """Move the count, while no other process does; return what it was and what it is."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            (before,) = _COUNT.unpack_from(self._count)
            moved = move(before)
            _COUNT.pack_into(self._count, 0, moved)
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        return before, moved

    def _of_file(self) -> int:
        """Return a number that changes with every commit of any other connection.

        Source: https://www.sqlite.org/pragma.html#pragma_data_version
        """
        cursor = self._connection.cursor()
        try:
            cursor.execute("PRAGMA data_version")
            row = cursor.fetchone()
        finally:
            cursor.close()
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Close the connection and the count."""
        with self._lock:
            self._connection.close()
        self._count.close()
        os.close(self._file)
