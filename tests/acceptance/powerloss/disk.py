"""A disk that notes what was written and what was synced, so that a power cut can be played.

SQLite's calls go through to real files and are noted on the way. After a cut, a file holds all
that was written before its last sync, and of what came later nothing, or any part: disks and
operating systems write in any order, sector by sector.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import apsw

SECTOR = 512


class Call(NamedTuple):
    """A call of SQLite to its disk: ``write`` of data at a place, ``truncate`` to it, ``sync``."""

    kind: str
    file: str
    place: int = 0
    data: bytes = b""


class Disk(apsw.VFS):
    """The operating system's files, with every call that changes one noted in ``calls``."""

    NAME = "noting"

    def __init__(self) -> None:
        super().__init__(self.NAME, base="")
        self.calls: list[Call] = []

    def xOpen(self, name: Any, flags: Any) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        """Open a file whose calls are noted."""
        return _File(self.calls, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 - SQLite's name
        """Delete a file."""
        self.calls.append(Call("delete", Path(filename).name))
        super().xDelete(filename, syncdir)


class _File(apsw.VFSFile):
    def __init__(self, calls: list[Call], name: Any, flags: Any) -> None:
        super().__init__("", name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._calls, self._name = calls, Path(path or "temporary").name

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        super().xWrite(data, offset)
        self._calls.append(Call("write", self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - SQLite's name
        super().xTruncate(newsize)
        self._calls.append(Call("truncate", self._name, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        super().xSync(flags)
        self._calls.append(Call("sync", self._name))


def after_cut(calls: list[Call], kept: Random | None) -> dict[str, bytes]:
    """Return the files after the power was cut behind ``calls``, by name.

    Of what was not synced nothing is there (``None``), or any part. A deletion is on disk with
    the next sync: SQLite deletes once, the journal that it used before its WAL was there, and
    syncs the folder with the first sync of the WAL.
    """
    synced = {call.file: place for place, call in enumerate(calls) if call.kind == "sync"}
    last = max(synced.values(), default=-1)
    files: dict[str, bytearray] = {}
    for place, call in enumerate(calls):
        if place <= (last if call.kind == "delete" else synced.get(call.file, -1)):
            _apply(files.setdefault(call.file, bytearray()), call)
        elif kept is not None:
            for part in _parts(call, kept):
                _apply(files.setdefault(call.file, bytearray()), part)
    return {name: bytes(content) for name, content in files.items() if content}


def _parts(call: Call, kept: Random) -> Iterator[Call]:
    """What of a call that was not synced has reached the disk all the same."""
    if call.kind != "write":
        if kept.random() < 0.5:
            yield call
        return
    for start in range(0, len(call.data), SECTOR):
        if kept.random() < 0.5:
            part = call.data[start : start + SECTOR]
            yield Call("write", call.file, call.place + start, part)


def _apply(content: bytearray, call: Call) -> None:
    match call.kind:
        case "write":
            if len(content) < call.place:
                content.extend(bytes(call.place - len(content)))
            content[call.place : call.place + len(call.data)] = call.data
        case "truncate":
            del content[call.place :]
        case "delete":
            content.clear()
        case _:
            pass
