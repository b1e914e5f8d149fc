"""Room on the disk of a SQLite store, some of it kept for what must be written without any other.

A file of ``BALLAST`` bytes stands beside the store. When the disk is about to be full it is given
up, and from then on only writes that take something away (a key, a policy) are admitted: they have
its room, until there is so much again that the ballast can be put back.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

BALLAST = 4 << 20
"""Bytes that are kept: room for a thousand revocations with their events."""

LOW = 4 << 20
"""Bytes below which the disk is about to be full: more than one transaction and its log take."""

_ENOUGH = BALLAST + 2 * LOW


class Room:
    """Watches over the disk that a store file is on. Every process of a server may have one."""

    def __init__(self, store_file: Path) -> None:
        """Put the ballast there if it is not, and there is room for it."""
        self._folder = store_file.parent
        self._ballast = store_file.with_name(store_file.name + ".ballast")
        self._was_full = False
        self.is_scarce()

    def is_scarce(self) -> bool:
        """Tell whether only what takes something away may be written now.

        Gives the ballast up when the disk is about to be full, and puts it back when it no longer
        is. Takes microseconds.
        """
        free = self._free()
        if self._ballast.exists():
            if free < LOW:
                self.give_up()
            return free < LOW
        if free >= _ENOUGH and self._put_back():
            self._was_full = False
            return False
        return self._was_full or free < LOW

    def give_up(self) -> None:
        """Make room at once.

        A write that found the disk full calls this, too, whatever was counted before it: there are
        quotas and limits besides. What is scarce is so until the ballast can be put back.
        """
        self._was_full = True
        with suppress(OSError):
            self._ballast.unlink(missing_ok=True)

    def _free(self) -> int:
        """Return how many bytes this process may still write; all there are, if nobody says."""
        try:
            disk = os.statvfs(self._folder)
        except OSError:
            return _ENOUGH
        return disk.f_bavail * disk.f_frsize

    def _put_back(self) -> bool:
        """Allocate the ballast, and return whether that was possible."""
        try:
            descriptor = os.open(self._ballast, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, BALLAST)
            finally:
                os.close(descriptor)
        except OSError:
            with suppress(OSError):
                self._ballast.unlink(missing_ok=True)
            return False
        return True
