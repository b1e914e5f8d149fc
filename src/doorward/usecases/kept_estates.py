"""Estates kept: the files that tell of one, put together under the time at which it was taken."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Final

import msgspec

from doorward.errors import ConfigurationError
from doorward.importers.estate.read import EstateFile, says_whose
from doorward.usecases.master_keys import sync

_TAKEN: Final = "taken.json"


def keep(files: Iterable[EstateFile], folder: Path, taken: datetime, *, is_told: bool) -> Path:
    """Copy an estate's files to a new folder within ``folder``, whole or not at all; return it.

    The new folder is named by ``taken``; a file says that time, unless the estate's own do
    (``is_told``). Folders that say whose a file is (accounts, Regions) are kept.

    Raises:
        ConfigurationError: it is there already, or cannot be written.
    """
    kept = folder / f"estate-{taken.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    if kept.exists():
        raise ConfigurationError(f"{kept} is there already: that estate is kept")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=folder, prefix=f".{kept.name}-"))
        try:
            _fill(draft, files)
            if not is_told:
                (draft / _TAKEN).write_bytes(msgspec.json.encode({"Taken": taken}))
            for each in (draft, *draft.rglob("*")):
                each.chmod(0o700 if each.is_dir() else 0o600)
                sync(each)
            draft.rename(kept)
            sync(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise ConfigurationError(f"{kept} cannot be written: {error.strerror}") from error
    return kept


def _fill(draft: Path, files: Iterable[EstateFile]) -> None:
    for each in files:
        place = _free(draft / name_of(each))
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(each.path, place)


def name_of(file: EstateFile) -> PurePath:
    """Return what a file is called in an estate that is kept.

    It is its place below what was named, below those folders around that say whose it is.
    """
    around = file.path.absolute().parts[: -len(file.below.parts)]
    return PurePath(*(each for each in around if says_whose(each)), file.below)


def _free(place: Path) -> Path:
    """A place that no other file has."""
    number = 2
    found = place
    while found.exists():
        found = place.with_name(f"{place.stem}-{number}{place.suffix}")
        number += 1
    return found
