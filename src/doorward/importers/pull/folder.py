"""A folder that is being filled: each file appears whole or not at all."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec


class Missing(msgspec.Struct, frozen=True):
    """A file that could not be brought, and why: it will be as if nobody had asked."""

    account: str
    file: str
    why: str


class Folder:
    """A folder of files of JSON, readable by their owner alone."""

    def __init__(self, path: Path) -> None:
        """Make the folder if it is not there."""
        self.path = path
        path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def below(self, name: str) -> Folder:
        """Return a folder within this one."""
        return Folder(self.path / name)

    def has(self, name: str) -> bool:
        """Whether a file is there, and so is whole."""
        return (self.path / name).exists()

    def read(self, name: str) -> dict[str, Any]:
        """Return what a file that is there holds."""
        found: dict[str, Any] = json.loads((self.path / name).read_text(encoding="utf-8"))
        return found

    def write(self, name: str, value: object) -> None:
        """Write a file, in place of one that is there."""
        draft = self.path / f".{name}.part"
        descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump(value, out, indent=1, default=_plain)
            out.write("\n")
            out.flush()
            os.fsync(out.fileno())
        draft.replace(self.path / name)

    def remove(self, name: str) -> None:
        """Remove a file that is there."""
        (self.path / name).unlink()


def _plain(value: object) -> str:
    """Write times as the AWS CLI does, and bytes in base64."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(type(value).__name__)


def told(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer without what is said of its transport."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}
