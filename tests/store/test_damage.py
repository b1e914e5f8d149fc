"""Catalogue row 77: one byte changed in every fourth page of a SQLite store.

What SQLite or the types of the columns notice is refused, in the store's own words; nothing else
happens but that a text reads as it was changed to.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from doorward.errors import ConfigurationError, StoreError
from doorward.model.snapshot import Snapshot
from doorward.store import Store
from tests.acceptance.crash.invariants import differences
from tests.store.estates import ONE_OF_EACH, call

PAGE = 8192


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one of everything, closed."""
    file = tmp_path_factory.mktemp("whole") / "doorward.db"
    store = Store.open(f"sqlite:///{file}")
    store.migrate()
    for number, entity in enumerate(ONE_OF_EACH):
        store.write(lambda t, entity=entity: t.add(entity))  # type: ignore[misc]
        store.events.append((call(f"e{number}"),))
    store.close()
    return file


def read(file: Path) -> Snapshot:
    """Read a store as a server does when it starts."""
    store = Store.open(f"sqlite:///{file}", exclusive=True)
    try:
        store.migrate()
        return store.load()
    finally:
        store.close()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE access_keys SET status = 'Actjve'",
        "UPDATE users SET tags = '[[\"a\",1]]'",
        "UPDATE users SET created = 'x'",
    ],
)
def test_row_77_what_no_column_can_hold_is_refused(
    whole: Path, tmp_path: Path, damage: str
) -> None:
    file = Path(shutil.copyfile(whole, tmp_path / "doorward.db"))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(damage)
        connection.commit()
    with pytest.raises(StoreError, match="damaged"):
        read(file)


def test_row_77_a_byte_changed_in_any_page_is_refused_or_is_that_byte(
    whole: Path, tmp_path: Path
) -> None:
    expected, chance, ended = read(whole), Random(77), Counter[str]()
    content = whole.read_bytes()
    for page in range(0, len(content), 4 * PAGE):
        file = tmp_path / "doorward.db"
        shutil.copyfile(whole, file)
        changed = bytearray(content)
        at = page + chance.randrange(PAGE if page else PAGE - 100) + (0 if page else 100)
        changed[at] ^= 1 << chance.randrange(8)
        file.write_bytes(changed)
        try:
            found = read(file)
        except (StoreError, ConfigurationError):
            ended["refused"] += 1
        else:
            other = list(differences(found, expected))
            assert len(other) <= 1, "no more than the one text"
            ended["reads otherwise" if other else "is the same"] += 1
        for beside in tmp_path.iterdir():
            beside.unlink()
    assert ended["refused"] > 0
    assert ended["is the same"] > 0
