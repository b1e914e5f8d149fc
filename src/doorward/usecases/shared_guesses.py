"""Wrong MFA codes and passwords counted for all processes of one server together.

The counts stand in memory that the server's processes share, made before they part. A process
that ends takes nothing with it: the lock is the operating system's and falls with its holder.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from doorward.control.guesses import LOCKED_FOR, TRIES

T = TypeVar("T")

_ENTRY = struct.Struct("=16sQd")
"""Who is guessed at (a keyed digest), how many tries, when the last one was (epoch seconds)."""

_TOGETHER = 16
"""Entries among which a subject has its place; the longest untouched of them is forgotten."""

_SETS = 8192
_NOBODY = bytes(16)


class SharedGuesses:
    """Implements ``control.guesses.Guesses`` for processes that are forked after it is made.

    131,072 devices and users are kept count of. ``key`` is secret, so that nobody can choose names
    that push others out. A restart of the whole server forgets, the end of one process does not.
    """

    def __init__(self, key: bytes) -> None:
        """Have counted nothing yet."""
        self._key = key
        self._memory = mmap.mmap(-1, _ENTRY.size * _TOGETHER * _SETS)
        self._file, name = tempfile.mkstemp(prefix="doorward-guesses-")
        Path(name).unlink()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Forget everything, in this process."""
        os.close(self._file)
        self._memory.close()

    def judged(self, subject: str, now: datetime, verify: Callable[[], T | None]) -> T | None:
        """Return what ``verify`` says of a try, ``None`` while the subject is locked."""
        if not self._admitted(subject, now):
            return None
        found = verify()
        if found is not None:
            with self._alone():
                place, name, _, _ = self._entry(subject)
                if name != _NOBODY:
                    _ENTRY.pack_into(self._memory, place, _NOBODY, 0, 0.0)
        return found

    def _admitted(self, subject: str, now: datetime) -> bool:
        """Count a try before it is judged: of many at once, no more than the limit get through."""
        with self._alone():
            place, _, tries, at = self._entry(subject)
            last = datetime.fromtimestamp(at, UTC)
            if tries >= TRIES and now - last < LOCKED_FOR:
                return False
            latest = max(at, now.timestamp()) if tries else now.timestamp()
            _ENTRY.pack_into(self._memory, place, self._name(subject), tries + 1, latest)
            return True

    def _name(self, subject: str) -> bytes:
        """Return by what a subject is known here."""
        return hashlib.blake2b(subject.encode(), key=self._key, digest_size=16).digest()

    def _entry(self, subject: str) -> tuple[int, bytes, int, float]:
        """Return the place of a subject and what stands there: its own entry, or nothing."""
        name = self._name(subject)
        size = _ENTRY.size * _TOGETHER
        first = int.from_bytes(name[:4], "big") % _SETS * size
        places = range(first, first + size, _ENTRY.size)
        found = [(_ENTRY.unpack_from(self._memory, place), place) for place in places]
        for entry, place in found:
            if entry[0] == name:
                return place, *entry
        _, oldest = min(found, key=lambda each: each[0][2])
        return oldest, _NOBODY, 0, 0.0

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold off the other threads of this process, and the other processes."""
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)
