"""Catalogue row 70, in short. All of it: ``dev.py powerloss``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.powerloss.cuts import cut, losses, play, recorded, with_less


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return recorded(tmp_path_factory.mktemp("told"))


def test_row_70_a_power_cut_loses_nothing_acknowledged(
    statements: list[str], tmp_path: Path
) -> None:
    cuts, lost = losses(statements, tmp_path, seed=70, look_at_every=9, whole=15)
    assert cuts > 40
    assert lost == []


def test_row_70_without_a_sync_for_each_commit_it_would(
    statements: list[str], tmp_path: Path
) -> None:
    """So the test would notice: the same statements with ``synchronous=NORMAL``."""
    _, lost = losses(with_less(statements), tmp_path, seed=70, whole=1000)
    assert any(loss.lost > 0 for loss in lost)
    told = {problem for loss in lost for problem in loss.problems}
    assert told <= {"no such table: events"}, "nothing there, or less; never corrupt"


def test_row_70_what_is_not_synced_at_the_cut_is_gone(
    statements: list[str], tmp_path: Path
) -> None:
    """A cut within a commit: its transaction is not there, those before it are, whole."""
    for name in ("played", "cut"):
        (tmp_path / name).mkdir()
    played = play(statements[: statements.index("COMMIT", 300) + 1], tmp_path / "played")
    before, events = played.commits[-2]
    loss = cut(played, before + 3, None, tmp_path / "cut", whole=True)
    assert (loss.lost, loss.problems) == (0, ())
    assert events >= 1
