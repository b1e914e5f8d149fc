"""Audits kept in a folder, whole or not at all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from doorward.errors import ConfigurationError
from doorward.render.audit import FORMS
from doorward.render.audit.look import PLAIN
from doorward.results.finding import Severity, State
from doorward.usecases.audit_history import MOST, History
from tests.usecases.test_alert import NOW, finding, report


def keep(history: History, day: int, *names: str) -> None:
    """Keep the audit of a day."""
    found = report(*(finding(name) for name in names), day=day)
    history.keep(FORMS["json"](found, PLAIN), found.made)


def test_the_latest_comes_back_as_it_was(tmp_path: Path) -> None:
    history = History(tmp_path / "kept")
    assert history.latest() is None
    assert history.trend() == ()
    keep(history, 0, "ana")
    keep(history, 1, "ana", "bob")
    assert history.latest() == report(finding("ana"), finding("bob"), day=1)


def test_the_trend_has_every_run_the_oldest_first(tmp_path: Path) -> None:
    history = History(tmp_path)
    for day in (2, 0, 1):
        keep(history, day, *["ana", "bob", "eve"][: day + 1])
    assert [(each.made - NOW, each.counts[Severity.HIGH]) for each in history.trend()] == [
        (timedelta(days=day), day + 1) for day in range(3)
    ]


def test_what_was_not_reached_is_counted(tmp_path: Path) -> None:
    history = History(tmp_path)
    found = report(state=State.NOT_CHECKED)
    history.keep(FORMS["json"](found, PLAIN), found.made)
    assert [each.open_ends for each in history.trend()] == [1]


def test_files_are_their_owners_alone_and_nothing_is_left_beside(tmp_path: Path) -> None:
    history = History(tmp_path / "kept")
    keep(history, 0, "ana")
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700
    (file,) = (tmp_path / "kept").iterdir()
    assert file.name == "audit-20260131T120000Z.json"
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_run_is_not_written_over(tmp_path: Path) -> None:
    history = History(tmp_path)
    keep(history, 0, "ana")
    with pytest.raises(ConfigurationError, match="there already"):
        keep(history, 0, "bob")
    assert history.latest() == report(finding("ana"))
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be written"):
        keep(History(tmp_path / "file"), 0)


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("{}")
    (tmp_path / "audit-20260101T000000Z.json").write_text("not a report")
    history = History(tmp_path)
    assert history.trend() == ()
    keep(history, 0, "ana")
    assert len(history.trend()) == 1


def test_a_trend_has_a_bound(tmp_path: Path) -> None:
    history = History(tmp_path)
    keep(history, 0)
    (file,) = tmp_path.iterdir()
    for day in range(1, MOST + 2):
        found = report(day=day)
        name = f"audit-{found.made:%Y%m%dT%H%M%SZ}.json"
        file.with_name(name).write_text(FORMS["json"](found, PLAIN), encoding="utf-8")
    assert len(history.trend()) == MOST
    assert history.trend()[0].made == NOW + timedelta(days=2)
