"""Where the master keys are: given, in a file, or made beside a new SQLite store."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_bytes

from doorward.credentials.sealing import (
    MasterKey,
    SealBroken,
    Sealer,
    format_master_keys,
    master_key_id,
    new_master_key,
    parse_master_keys,
)
from doorward.errors import ConfigurationError
from doorward.model.snapshot import Snapshot
from doorward.usecases.config import Settings
from doorward.usecases.sealed import values

MEMORY = "sqlite:///:memory:"


def key_file(settings: Settings) -> Path | None:
    """Return the file that the master keys are in, there or not; ``None`` if they are in none."""
    if settings.master_key_file is not None:
        return Path(settings.master_key_file)
    if settings.master_key is not None or settings.store == MEMORY:
        return None
    if not settings.store.startswith("sqlite:///"):
        return None
    database = Path(settings.store.removeprefix("sqlite:///"))
    return database.with_name(database.name + ".key")


def master_keys(settings: Settings, *, make: bool = False) -> tuple[MasterKey, ...]:
    """Return the master keys; ``make`` has one made beside a new SQLite store.

    Secrets in memory are gone with the process, so a store in memory has a key of its own. Raises
    ``ConfigurationError``.
    """
    if settings.master_key is not None:
        return parse_master_keys(settings.master_key)
    if settings.store == MEMORY and settings.master_key_file is None:
        return (new_master_key(token_bytes),)
    file = key_file(settings)
    if file is None:
        raise ConfigurationError(
            "this store needs master_key or master_key_file: the keys that seal secrets are never"
            " kept in the database"
        )
    if settings.master_key_file is None and not file.exists():
        database = file.with_suffix("")
        if database.exists() or not make:
            raise ConfigurationError(
                f"{file} is gone, and with it the keys to every secret in {database};"
                " bring it back from a backup, or set master_key_file"
            )
        write_key_file(file, (new_master_key(token_bytes),), replace=False)
    return read_key_file(file)


def check_master_keys(snapshot: Snapshot, sealer: Sealer) -> None:
    """Refuse master keys that do not open the store's secrets: one is tried for each key's id."""
    tried = {master_key_id(value.sealed): value for value in values(snapshot)}
    for value in tried.values():
        try:
            sealer.unseal(value.sealed, context=value.context)
        except SealBroken:
            raise ConfigurationError(
                "the master keys do not open the secrets of this store: they are not the ones that"
                " it was made with, or one of them is missing; bring them back from a backup, or"
                " name their file by --master-key-file"
            ) from None


def read_key_file(file: Path) -> tuple[MasterKey, ...]:
    """Return the keys in a file; raises ``ConfigurationError`` when it cannot be read."""
    try:
        return parse_master_keys(file.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the master keys cannot be read from {file}: {error}") from error


def write_key_file(file: Path, keys: Sequence[MasterKey], *, replace: bool) -> None:
    """Write master keys, readable by their owner alone, whole and synced or not at all.

    Unless ``replace``, a file that is there stays: of two servers that start at once, the first
    one's key may have sealed something. Raises ``ConfigurationError``.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as out:
                out.write(format_master_keys(keys))
                out.flush()
                os.fsync(out.fileno())
            if replace:
                _give_to_owner_of(file, draft)
                Path(draft).replace(file)
            else:
                with suppress(FileExistsError):
                    file.hardlink_to(draft)
        finally:
            Path(draft).unlink(missing_ok=True)
        sync(file.parent)
    except OSError as error:
        raise ConfigurationError(f"the master key cannot be written to {file}: {error}") from error


def _give_to_owner_of(file: Path, draft: str) -> None:
    """Let who owns a file own what takes its place: the server may run as somebody else."""
    if file.exists() and os.geteuid() == 0:
        old = file.stat()
        os.chown(draft, old.st_uid, old.st_gid)


def sync(folder: Path) -> None:
    """Make the names in a folder as durable as the files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def ids(keys: Iterable[MasterKey]) -> tuple[str, ...]:
    """Return the ids of keys, which are no secret."""
    return tuple(key.id for key in keys)
