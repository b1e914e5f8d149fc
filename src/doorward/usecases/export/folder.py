"""The folder of an export: whole or not there at all, and readable by its owner alone."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from doorward.analysis.observed import observed
from doorward.errors import ConfigurationError
from doorward.model.organization import Account, Organization
from doorward.model.snapshot import Snapshot
from doorward.model.use import WHOLE, Use
from doorward.store.database import Store
from doorward.usecases.export.accounts import account_files
from doorward.usecases.export.form import text_of
from doorward.usecases.export.organizations import organization, resources
from doorward.usecases.master_keys import sync
from doorward.usecases.observing import uses_of

Progress = Callable[[int, int], None]


class Exported(msgspec.Struct, frozen=True):
    """What was written: how many accounts, in how many files."""

    accounts: int
    files: int


def export(source: Store, folder: Path, now: datetime, progress: Progress) -> Exported:
    """Write the directory of a store, which may be in use, to a new folder, whole or not at all.

    ``progress`` is told how many accounts are written, of how many. Raises ``ConfigurationError``
    when the folder is there already or cannot be written.
    """
    if folder.exists() or folder.is_symlink():
        raise _there(folder)
    snapshot = source.load()
    uses = uses_of(snapshot, source.uses)
    try:
        draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        files = 0
        for name, value in files_of(snapshot, uses, now, progress):
            _write(draft / name, value)
            files += 1
        for each in {draft, *(path.parent for path in draft.rglob("*"))}:
            sync(each)
        if folder.exists():
            raise _there(folder)
        draft.rename(folder)
        sync(folder.parent)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Exported(len(snapshot.all(Account)), files)


def _there(folder: Path) -> ConfigurationError:
    return ConfigurationError(f"{folder} is there already: name a new folder")


def _unwritable(folder: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(f"{folder} cannot be written: {error.strerror}")


def files_of(
    snapshot: Snapshot, uses: tuple[Use, ...], now: datetime, progress: Progress
) -> Iterator[tuple[str, object]]:
    """Yield every file by its name within the folder."""
    seen = observed(snapshot, uses, now)
    whole = {use.subject: use for use in uses if use.scope == WHOLE}
    accounts = snapshot.all(Account)
    for number, account in enumerate(accounts):
        progress(number, len(accounts))
        for name, value in account_files(snapshot, account, seen, whole):
            yield f"{account.id}/{name}", value
    organizations = snapshot.all(Organization)
    for each in organizations:
        suffix = "" if len(organizations) == 1 else f"-{each.id}"
        yield f"organization{suffix}.json", organization(snapshot, each)
    yield "resources.json", resources(snapshot)
    yield "estate.json", {"Taken": now, "Of": "Doorward"}
    progress(len(accounts), len(accounts))


def _write(file: Path, value: object) -> None:
    """Write text as it is, and anything else as JSON; readable by its owner alone."""
    file.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text_of(value))
        out.flush()
        os.fsync(out.fileno())
