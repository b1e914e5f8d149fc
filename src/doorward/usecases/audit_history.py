"""Audits kept from run to run: a folder with a report a file, by the time at which it was made."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from doorward.errors import ConfigurationError
from doorward.importers.audit_report import read_report
from doorward.results.finding import Report, Severity, State
from doorward.results.picture import TrendPoint
from doorward.usecases.master_keys import sync

MOST: Final = 366
"""How many of the latest runs the trend shows."""

_NAME: Final = re.compile(r"audit-[0-9]{8}T[0-9]{6}Z\.json")


class _Summary(msgspec.Struct, frozen=True):
    severities: Mapping[Severity, int]


class _Ended(msgspec.Struct, frozen=True):
    state: State


class _Run(msgspec.Struct, frozen=True):
    """As much of a report's JSON as the trend needs."""

    made: datetime
    summary: _Summary
    verdicts: tuple[_Ended, ...]


class History:
    """The reports in a folder, which is made when the first is kept."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``."""
        self._folder = folder

    def keep(self, text: str, made: datetime) -> Path:
        """Keep a report, as JSON, whole or not at all; return its file.

        Raises ``ConfigurationError`` when it cannot be written, or one of that second is there.
        """
        file = self._folder / f"audit-{made.astimezone(UTC):%Y%m%dT%H%M%SZ}.json"
        draft = self._folder / f".{file.name}.{os.getpid()}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with draft.open("x", encoding="utf-8") as written:
                draft.chmod(0o600)
                written.write(text)
                written.flush()
                os.fsync(written.fileno())
            os.link(draft, file)
            sync(self._folder)
        except OSError as error:
            if file.exists():
                raise ConfigurationError(f"{file} is there already") from None
            raise ConfigurationError(f"{file} cannot be written: {error.strerror}") from error
        finally:
            with suppress(OSError):
                draft.unlink()
        return file

    def latest(self) -> Report | None:
        """Return the latest report, ``None`` if there is none.

        Raises ``InvalidInput`` when it cannot be read.
        """
        files = self._files()
        return read_report(files[-1].read_bytes()) if files else None

    def trend(self) -> tuple[TrendPoint, ...]:
        """Return the runs, the oldest first, of the latest ``MOST``; what is no report is none."""
        return tuple(self._points())

    def _points(self) -> Iterator[TrendPoint]:
        for file in self._files()[-MOST:]:
            try:
                run = msgspec.json.decode(file.read_bytes(), type=_Run)
            except (msgspec.MsgspecError, OSError):
                continue
            ends = sum(each.state not in (State.PASS, State.FAIL) for each in run.verdicts)
            yield TrendPoint(run.made, run.summary.severities, ends)

    def _files(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return sorted(file for file in self._folder.iterdir() if _NAME.fullmatch(file.name))
