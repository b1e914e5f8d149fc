"""The credentials that AWS's own clients would use."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorward.errors import ConfigurationError
from doorward.wire import ambient


@pytest.fixture(autouse=True)
def _nothing_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    found = ambient.credentials()
    assert (found.access_key_id, found.secret_access_key, found.session_token) == (
        "AKIAIOSFODNN7EXAMPLE",
        "secret",
        "token",
    )


def test_a_profile(tmp_path: Path) -> None:
    text = "[b]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n"
    (tmp_path / "credentials").write_text(text)
    found = ambient.credentials("b")
    assert (found.access_key_id, found.session_token) == ("AKIAIOSFODNN7EXAMPLE", None)


def test_no_such_profile_and_nothing_at_all_are_said() -> None:
    with pytest.raises(ConfigurationError, match="nobody"):
        ambient.credentials("nobody")
    with pytest.raises(ConfigurationError, match="no credentials to sign with"):
        ambient.credentials()
