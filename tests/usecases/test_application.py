"""An installation opened, closed and opened again."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from doorward.errors import ConfigurationError, StoreIncompatible
from doorward.model.organization import Account
from doorward.usecases.application import MEMORY, Application
from doorward.usecases.config import Settings


def opened(folder: Path) -> Application:
    return Application(Settings(store=f"sqlite:///{folder}/data/doorward.db"))


def test_the_first_start_makes_one_account_and_the_second_finds_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with opened(tmp_path) as application:
        first = application.first
        assert first is not None
        assert first.account_id == application.installation
        assert first.secret_access_key not in repr(first)
    with opened(tmp_path) as application:
        assert application.first is None
        assert application.installation == first.account_id
        assert len(application.live.current().all(Account)) == 1


def test_the_key_file_is_the_owners_alone_and_made_once(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    opened(tmp_path).close()
    key = tmp_path / "data" / "doorward.db.key"
    made = key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    opened(tmp_path).close()
    assert key.read_bytes() == made
    assert {file.name for file in key.parent.iterdir() if "key" in file.name} == {key.name}


def test_two_first_starts_at_once_leave_a_store_that_opens(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    won: list[Application] = []
    lost: list[Exception] = []

    def start() -> None:
        try:
            won.append(opened(tmp_path))
        except (ConfigurationError, StoreIncompatible) as error:
            lost.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 3), lost
    won[0].close()
    opened(tmp_path).close()


def test_a_store_in_memory_needs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Application(Settings(store=MEMORY)).close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (Settings(store="postgresql://nobody@127.0.0.1:1/none"), "needs master_key"),
        (Settings(store="oracle://x"), "oracle"),
        (Settings(store=MEMORY, master_key="nonsense"), "line 1 of the master key file"),
    ],
)
def test_what_cannot_be_opened_says_why(settings: Settings, text: str) -> None:
    with pytest.raises(ConfigurationError, match=text):
        Application(settings)
