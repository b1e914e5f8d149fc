"""Events that must not be lost while the store takes none: synced to files of this machine.

Credentials are handed out only once it is on disk that they were. While the database is gone, that
disk is a folder beside the server, one file a process. What is in it is written to the store as
soon as that takes events again, by the process itself or, had it ended, by whoever begins next.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

import msgspec

from doorward.errors import ConfigurationError, StoreUnavailable
from doorward.model.event import Event

_FORM = "events-*.jsonl"
_NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC


class Spool:
    """One process's file in a folder, and the files that processes which ended have left there."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, which is there; raises ``ConfigurationError`` where nothing can be put."""
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK) or not folder.is_dir():
            raise ConfigurationError(f"spool must be a folder that can be written to: {folder}")
        self._folder = folder
        self._own: int | None = None
        self._held: dict[Path, int] = {}

    def keep(self, events: Iterable[Event]) -> None:
        """Put events on disk; raises ``StoreUnavailable`` when they may not be there."""
        lines = b"".join(msgspec.json.encode(event) + b"\n" for event in events)
        own, self._own = self._own, None  # a file in which a write failed is not written to again
        try:
            own = self._begun() if own is None else own
            written = os.write(own, lines)
            os.fdatasync(own)
        except OSError as error:
            raise StoreUnavailable(f"the spool takes nothing: {error.strerror}") from error
        if written != len(lines):
            raise StoreUnavailable("the spool is full")
        self._own = own

    def left(self) -> tuple[Event, ...]:
        """Take over what processes that ended have left, and return it."""
        files = sorted(self._folder.glob(_FORM))
        return tuple(event for file in files for event in self._of(file))

    def clear(self) -> None:
        """Forget everything: the store has it. Never raises; what stays is written once more."""
        for file, descriptor in self._held.items():
            file.unlink(missing_ok=True)
            os.close(descriptor)
        self._held.clear()
        self._own = None

    def _begun(self) -> int:
        """Begin a file, and have its name on disk, too."""
        names = (f"events-{os.getpid()}-{number}.jsonl" for number in count())
        # A process that ended may have had this one's number.
        file = next(file for name in names if not (file := self._folder / name).exists())
        descriptor = os.open(file, _NEW, 0o600)
        self._held[file] = descriptor
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return descriptor

    def _of(self, file: Path) -> Iterator[Event]:
        """Take a file over, unless a process holds it; yield its events."""
        try:
            descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return
        self._held[file] = descriptor
        for line in file.read_bytes().splitlines():
            try:
                yield msgspec.json.decode(line, type=Event)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue  # cut off in the middle: nobody was answered
