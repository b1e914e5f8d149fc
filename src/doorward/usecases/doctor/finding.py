"""What an examination finds: one result for each check."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import msgspec

from doorward.model.snapshot import Snapshot
from doorward.store.database import Store
from doorward.usecases.config import Settings


class State(enum.Enum):
    """The results of a check. Only ``PASS`` says that something is as it should be."""

    PASS = "PASS"  # noqa: S105 (not a password)
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"


class Finding(msgspec.Struct, frozen=True):
    """The result of a check: what was seen, and what to do about it, empty after a PASS."""

    check: str
    state: State
    seen: str
    do: str = ""


class NotKnown(Exception):
    """A check cannot be made; the text says why."""


@dataclass
class Patient:
    """What is examined, as far as it could be opened; ``why`` says what kept it from that.

    ``damage`` says which rows of the store are not as they were written.
    """

    settings: Settings | None
    why: str
    now: datetime
    store: Store | None = None
    snapshot: Snapshot | None = None
    damage: str = ""

    def sure_settings(self) -> Settings:
        """Return the settings; raise ``NotKnown`` without."""
        if self.settings is None:
            raise NotKnown("the configuration cannot be used")
        return self.settings

    def sure_store(self) -> Store:
        """Return the store; raise ``NotKnown`` without."""
        if self.store is None:
            raise NotKnown("the store cannot be opened")
        return self.store

    def sure_snapshot(self) -> Snapshot:
        """Return everything that is in the store; raise ``NotKnown`` without."""
        if self.snapshot is None:
            raise NotKnown("the store cannot be read")
        return self.snapshot


Check = Callable[[Patient], Finding]


@contextmanager
def closing(patient: Patient) -> Iterator[Patient]:
    """Close the patient's store in the end."""
    try:
        yield patient
    finally:
        if patient.store is not None:
            patient.store.close()


def passed(check: str, seen: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(check, State.PASS, seen)


def failed(check: str, seen: str, do: str) -> Finding:
    """Return that something is not as it should be, and what to do."""
    return Finding(check, State.FAIL, seen, do)


def unknown(check: str, seen: str, do: str = "") -> Finding:
    """Return that something could not be found out."""
    return Finding(check, State.UNKNOWN, seen, do)
