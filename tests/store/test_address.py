"""Store URLs are read strictly, and an error says what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorward.errors import ConfigurationError
from doorward.store import Store
from doorward.store.address import parse_address


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("", "sqlite:///FILE"),
        ("doorward.db", "sqlite:///FILE"),
        ("mysql://localhost/x", "unknown kind of store 'mysql'"),
        ("postgres://localhost/x", "postgresql://"),
        ("postgresql+asyncpg://localhost/x", "unknown kind"),
        ("sqlite+aiosqlite:///x", "unknown kind"),
        ("sqlite://", "three slashes"),
        ("sqlite:///", "three slashes"),
        ("sqlite://folder/file.db", "three slashes"),
        ("sqlite:///file.db?mode=ro", "named by its file alone"),
        ("sqlite:////no/such/folder/file.db", "does not exist"),
        ("postgresql://localhost", "names no database"),
        ("postgresql://user:secret@localhost", "names no database"),
    ],
)
def test_a_wrong_url_is_refused_with_a_hint(url: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Store.open(url)
    assert hint in str(caught.value)
    assert "secret" not in str(caught.value)


def test_what_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse_address("sqlite:///a.db").file == tmp_path / "a.db"
    assert parse_address(f"sqlite:///{tmp_path}/b.db").file == tmp_path / "b.db"
    memory = parse_address("sqlite:///:memory:")
    assert (memory.file, memory.in_memory) == (None, True)
    server = parse_address("postgresql://user@host/name?sslmode=require")
    assert (server.file, server.in_memory) == (None, False)
    assert server.url.query["sslmode"] == "require"
