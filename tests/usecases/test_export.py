"""The live directory as files: what an audit says of it, it says of its export, too."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from doorward.analysis.checks import load
from doorward.analysis.observed import observed
from doorward.analysis.registry import REGISTRY
from doorward.analysis.run import run
from doorward.analysis.thresholds import Thresholds
from doorward.errors import ConfigurationError
from doorward.importers.estate.read import Estate, read_estate
from doorward.model.evidence import Evidence
from doorward.model.snapshot import Snapshot
from doorward.results.finding import State, Verdict
from doorward.store.database import Store
from doorward.usecases.export import accounts as account_module
from doorward.usecases.export.folder import _files, _write, export
from doorward.usecases.observing import observe, uses_of
from tests.analysis.checks.case import NOW, Case
from tests.analysis.checks.cases import CASES, snapshot_of

load()


def nothing(_done: int, _all: int) -> None:
    pass


def exported(snapshot: Snapshot, uses: Any, folder: Path) -> Estate:
    """The export of a directory, read back, without the care for the disk."""
    for name, value in _files(snapshot, tuple(uses), NOW, nothing):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        _write(folder / name, value)
    return read_estate(folder)


def audit(checks: Any, snapshot: Snapshot, evidence: Evidence, case: Case) -> tuple[Verdict, ...]:
    return run(checks, snapshot, evidence, NOW, thresholds=Thresholds(**case.thresholds))


@pytest.mark.parametrize("name", REGISTRY)
def test_a_check_says_of_an_export_what_it_says_of_the_directory(
    name: str, tmp_path: Path
) -> None:
    """On every case of the check that can be one of a live directory."""
    for number, case in enumerate(CASES[name]):
        if case.without or case.evidence is not None:
            continue
        live = snapshot_of(case)
        read = exported(live, case.uses, tmp_path / str(number))
        seen = observed(live, case.uses, NOW)
        assert read.broken == {}, case.name
        assert read.evidence.known == seen.known, case.name
        assert audit([REGISTRY[name]], read.snapshot, read.evidence, case) == audit(
            [REGISTRY[name]], live, seen, case
        ), case.name
