"""Backups: one file that holds a whole store as it was at one moment, and no master key.

The file is a ZIP archive of two members. ``store.db`` is a SQLite database with this program's
schema, whatever database it was made from, so that a backup of one can be restored to another.
``manifest.json`` says what it is, and its SHA-256.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from doorward.credentials.sealing import master_key_id
from doorward.errors import ConfigurationError, InvalidInput
from doorward.store import inspection
from doorward.store.database import Store
from doorward.usecases.master_keys import sync
from doorward.usecases.sealed import values

FORMAT = 1
"""The version of the form of backups. One with a greater number cannot be read here."""

_STORE, _MANIFEST = "store.db", "manifest.json"
_MOST_MANIFEST_BYTES = 1 << 20
_PART = 1 << 20


class Manifest(msgspec.Struct, frozen=True):
    """What a backup is: when and by which version it was made, and what is in it.

    ``master_keys`` are the ids of the keys that its secrets are sealed with, ``rows`` counts the
    rows of each table, ``size`` and ``sha256`` are those of the database in it.
    """

    format: int
    made: datetime
    doorward: str
    schema: str
    size: int
    sha256: str
    master_keys: tuple[str, ...]
    rows: Mapping[str, int]


def back_up(source: Store, file: Path, now: datetime) -> Manifest:
    """Write a backup of a store, which may be in use, to a new file, whole or not at all.

    The store has this program's schema. Raises ``ConfigurationError`` when the file is there
    already or cannot be written.
    """
    if file.exists():
        raise ConfigurationError(f"{file} is there already: name a new file")
    try:
        folder = Path(tempfile.mkdtemp(dir=file.parent, prefix=f".{file.name}-"))
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}") from error
    try:
        manifest = _copied(source, folder / _STORE, now)
        draft = folder / "backup"
        _pack(manifest, folder / _STORE, draft)
        os.link(draft, file)
        sync(file.parent)
    except FileExistsError:
        raise ConfigurationError(f"{file} is there already: name a new file") from None
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return manifest


@contextmanager
def opened(file: Path) -> Iterator[tuple[Manifest, Store]]:
    """Give what a backup says of itself, and its store, a copy, with this program's schema.

    Raises ``InvalidInput`` (``BackupBroken``, ``BackupTooNew``) when it is not a backup, was
    altered or cut short, or was made by a later version.
    """
    with tempfile.TemporaryDirectory(prefix="doorward-restore-") as folder:
        unpacked = Path(folder) / _STORE
        try:
            manifest = _unpack(file, unpacked)
        except (OSError, zipfile.BadZipFile, msgspec.MsgspecError, KeyError, EOFError) as error:
            raise _broken(file, str(error) or type(error).__name__) from error
        store = Store.open(f"sqlite:///{unpacked}")
        try:
            if wrong := store.look(inspection.damage):
                raise _broken(file, wrong)
            store.migrate()
            yield manifest, store
        finally:
            store.close()


def _copied(source: Store, database: Path, now: datetime) -> Manifest:
    """Copy a store into a new SQLite file; return what a backup of it says."""
    target = Store.open(f"sqlite:///{database}")
    try:
        target.migrate()
        rows = source.copy_to(target)
        keys = {master_key_id(value.sealed) for value in values(target.load())}
        schema = target.look(inspection.revision) or ""
    finally:
        target.close()  # the last connection moves what is in the log into the file
    size, checksum = _measured(database)
    return Manifest(
        format=FORMAT,
        made=now,
        doorward=version("doorward"),
        schema=schema,
        size=size,
        sha256=checksum,
        master_keys=tuple(sorted(key.decode() for key in keys)),
        rows=rows,
    )


def _pack(manifest: Manifest, database: Path, draft: Path) -> None:
    """Write the archive, readable by its owner alone, and sync it."""
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    with os.fdopen(descriptor, "w+b") as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
            archive.write(database, _STORE)
        out.flush()
        os.fsync(out.fileno())


def _unpack(file: Path, database: Path) -> Manifest:
    """Write the database of a backup to a new file, as large as it says and not larger."""
    with zipfile.ZipFile(file) as archive:
        if archive.getinfo(_MANIFEST).file_size > _MOST_MANIFEST_BYTES:
            raise _broken(file, "its manifest is too large")
        said = archive.read(_MANIFEST)
        if msgspec.json.decode(said, type=_Form).format > FORMAT:
            raise InvalidInput(
                "BackupTooNew", f"{file} was made by a later version of Doorward: restore by that"
            )
        manifest = msgspec.json.decode(said, type=Manifest)
        left = manifest.size
        with archive.open(_STORE) as packed, database.open("xb") as out:
            while part := packed.read(min(_PART, left + 1)):
                left -= len(part)
                if left < 0:
                    raise _broken(file, "it is larger than it says")
                out.write(part)
    if _measured(database) != (manifest.size, manifest.sha256):
        raise _broken(file, "its checksum is wrong")
    return manifest


class _Form(msgspec.Struct, frozen=True):
    """The one member of a manifest that every version has."""

    format: int


def _measured(file: Path) -> tuple[int, str]:
    """Return size and SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as content:
        found = hashlib.file_digest(content, "sha256")
        return content.tell(), found.hexdigest()


def _broken(file: Path, why: str) -> InvalidInput:
    """Return the error of a file that is no whole backup."""
    return InvalidInput(
        "BackupBroken",
        f"{file} is not a whole backup: {why}",
        hint="fetch it again from where it is kept, or take an older one",
    )
