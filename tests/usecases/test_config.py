"""Settings: one name each, unknown ones refused, secrets never shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from doorward.errors import ConfigurationError
from doorward.usecases.config import SETTINGS, Settings, fixed, settings

KEY = {
    "DOORWARD_BOOTSTRAP_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "DOORWARD_BOOTSTRAP_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG",
}


def test_nothing_given_means_loopback_and_a_file_here() -> None:
    assert settings({}, {}) == Settings()
    assert (Settings().host, Settings().port) == ("127.0.0.1", 8480)


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "doorward.toml"
    file.write_text('store = "sqlite:///file"\nregion = "eu-west-1"\nlisten = "127.0.0.1:1"\n')
    environment = {"DOORWARD_REGION": "eu-west-2", "DOORWARD_LISTEN": "127.0.0.1:2", "HOME": "/"}
    found = settings({"listen": "[::1]:3", "region": None}, environment, file)
    assert (found.store, found.region) == ("sqlite:///file", "eu-west-2")
    assert (found.host, found.port) == ("::1", 3)


@pytest.mark.parametrize(
    ("environment", "text"),
    [
        ({"DOORWARD_STOER": "x"}, "DOORWARD_STOER is not a setting; settings are store, listen"),
        ({"DOORWARD_": "x"}, "is not a setting"),
        ({"DOORWARD_LISTEN": "8480"}, "HOST:PORT"),
        ({"DOORWARD_LISTEN": "127.0.0.1:65536"}, "HOST:PORT"),
        ({"DOORWARD_LISTEN": "127.0.0.1:１"}, "HOST:PORT"),
        ({"DOORWARD_LISTEN": "::1:80"}, "HOST:PORT"),
        ({"DOORWARD_REGION": ""}, "region"),
        ({"DOORWARD_REGION": "us-east-1\n"}, "region"),
        ({"DOORWARD_BOOTSTRAP_ACCOUNT_ID": "12345678901"}, "12 digits"),
        ({"DOORWARD_BOOTSTRAP_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"}, "go together"),
        ({"DOORWARD_BOOTSTRAP_SECRET_ACCESS_KEY": "x" * 20}, "go together"),
        (KEY | {"DOORWARD_BOOTSTRAP_ACCESS_KEY_ID": "ASIAIOSFODNN7EXAMPLE"}, "ASIA"),
        (KEY | {"DOORWARD_BOOTSTRAP_ACCESS_KEY_ID": "short"}, "16 to 128"),
        (KEY | {"DOORWARD_BOOTSTRAP_SECRET_ACCESS_KEY": "with a space, long"}, "printable"),
        ({"DOORWARD_MASTER_KEY": "a", "DOORWARD_MASTER_KEY_FILE": "b"}, "not both"),
        ({"DOORWARD_WORKERS": "0"}, "workers must be a number from 1 to 64"),
        ({"DOORWARD_WORKERS": "65"}, "from 1 to 64"),
        ({"DOORWARD_WORKERS": "four"}, "from 1 to 64"),
        ({"DOORWARD_TLS_CERTIFICATE": "x"}, "go together"),
        ({"DOORWARD_TLS_KEY": "x"}, "go together"),
        ({"DOORWARD_METRICS": "/metricz"}, "metrics must be HOST:PORT"),
        ({"DOORWARD_METRICS": "8481"}, "metrics must be HOST:PORT"),
        ({"DOORWARD_ACCESS_LOG": "yes"}, "access_log must be on or off"),
        ({"DOORWARD_LOG_FORMAT": "xml"}, "auto, json or text"),
        ({"DOORWARD_FAIL_CLOSED_AFTER": "0"}, "whole number of seconds"),
        ({"DOORWARD_READ_TIMEOUT": "1.5"}, "whole number of seconds"),
        ({"DOORWARD_IDLE_TIMEOUT": "-1"}, "whole number of seconds"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_an_error(environment: dict[str, str], text: str) -> None:
    with pytest.raises(ConfigurationError, match=text):
        settings({}, environment)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("stoer = 'x'", "stoer is not a setting"),
        ("listen = 8480", "listen must be text"),
        ("listen = ", "cannot be read"),
        ("[server]\nlisten = 'x'", "server is not a setting"),
    ],
)
def test_a_file_that_cannot_be_used_is_an_error(tmp_path: Path, content: str, text: str) -> None:
    file = tmp_path / "doorward.toml"
    file.write_text(content)
    with pytest.raises(ConfigurationError, match=text):
        settings({}, {}, file)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        settings({}, {}, tmp_path / "nothing.toml")


def test_what_is_secret_is_never_shown() -> None:
    shown = {name: f"secret-of-{name}-{name}" for name, each in SETTINGS.items() if each.secret}
    found = settings({}, {f"DOORWARD_{name.upper()}": value for name, value in shown.items()}
                     | {"DOORWARD_BOOTSTRAP_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"})  # fmt: skip
    assert len(shown) == 2
    for value in shown.values():
        assert value not in repr(found)
        assert value not in str(found)


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ({}, {}, ()),
        ({}, {"region": "eu-west-1", "access_log": "on", "master_key": "x"}, ()),
        ({}, {"host": "::1", "port": 1}, ("listen",)),
        ({}, {"store": "sqlite:///other", "workers": 2}, ("store", "workers")),
        ({}, {"tls_certificate": "c", "tls_key": "k"}, ("tls_certificate",)),
        ({"tls_certificate": "c", "tls_key": "k"}, {"tls_certificate": "d", "tls_key": "l"}, ()),
    ],
)
def test_some_settings_last_as_long_as_the_server(
    old: dict[str, Any], new: dict[str, Any], names: tuple[str, ...]
) -> None:
    assert fixed(Settings(**old), Settings(**new)) == names


def test_every_setting_is_a_field() -> None:
    fields = set(Settings.__struct_fields__)
    assert set(SETTINGS) - {"listen"} == fields - {"host", "port"}
