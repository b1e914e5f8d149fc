"""The settings of a server: from flags, the environment and a file, unknown ones refused.

A setting has one name; the environment spells it ``DOORWARD_NAME``, a TOML file ``name``. Flags
win over the environment, the environment over the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from doorward.errors import ConfigurationError

PREFIX = "DOORWARD_"


class Setting(msgspec.Struct, frozen=True):
    """One setting: its name, what it means, and whether its value must never be shown."""

    name: str
    meaning: str
    secret: bool = False


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting("store", "URL of the store: sqlite:///PATH, sqlite:///:memory: or postgresql://…"),
        Setting("listen", "HOST:PORT to listen on"),
        Setting("region", "the region that requests are taken to be for (aws:RequestedRegion)"),
        Setting("external_host", "the Host that clients sign for, behind a proxy that changes it"),
        Setting("master_key_file", "file with the master keys that seal secrets"),
        Setting("master_key", "the master keys themselves, one a line", secret=True),
        Setting("bootstrap_account_id", "account id of the first account"),
        Setting("bootstrap_access_key_id", "access key id of the first administrator"),
        Setting("bootstrap_secret_access_key", "its secret access key", secret=True),
    )
}
"""Every setting of ``doorward serve``, by name."""

CLIENT_VARIABLES = frozenset({"DOORWARD_ENDPOINT", "DOORWARD_CONFIG"})
"""Variables that the environment may hold besides: the command line's own."""


class Settings(msgspec.Struct, frozen=True):
    """The settings of a server, checked. ``repr`` shows no secret."""

    store: str = "sqlite:///doorward.db"
    host: str = "127.0.0.1"
    port: int = 8480
    region: str = "us-east-1"
    external_host: str | None = None
    master_key_file: str | None = None
    master_key: str | None = None
    bootstrap_account_id: str | None = None
    bootstrap_access_key_id: str | None = None
    bootstrap_secret_access_key: str | None = None

    def __repr__(self) -> str:
        """Show the store without credentials, and where the server listens."""
        return f"Settings(listen={self.host}:{self.port})"


def settings(
    flags: Mapping[str, str | None],
    environment: Mapping[str, str],
    file: Path | None = None,
) -> Settings:
    """Return the settings that flags, environment and file give together.

    Raises ``ConfigurationError`` for an unknown setting or a value that cannot be used; the text
    names the setting, never a secret's value.
    """
    found = _from_file(file) if file else {}
    found |= _from_environment(environment)
    found |= {name: value for name, value in flags.items() if value is not None}
    _check_bootstrap(found)
    if "master_key" in found and "master_key_file" in found:
        raise ConfigurationError("give master_key or master_key_file, not both")
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,31}", found.get("region", "us-east-1")):
        raise ConfigurationError("region must be a region's name, such as us-east-1")
    host, port = _address(found.pop("listen", "127.0.0.1:8480"))
    return Settings(host=host, port=port, **found)


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings in the environment."""
    found = {}
    for variable, value in environment.items():
        if not variable.startswith(PREFIX) or variable in CLIENT_VARIABLES:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in SETTINGS:
            raise ConfigurationError(f"{variable} is not a setting; {_known()}")
        found[name] = value
    return found


def _from_file(file: Path) -> dict[str, str]:
    """Return the settings in a TOML file."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}") from error
    for name, value in content.items():
        if name not in SETTINGS:
            raise ConfigurationError(f"{file}: {name} is not a setting; {_known()}")
        if not isinstance(value, str):
            raise ConfigurationError(f"{file}: {name} must be text")
    return content


def _known() -> str:
    """Name the settings that there are."""
    return "settings are " + ", ".join(SETTINGS)


def _address(text: str) -> tuple[str, int]:
    """Split HOST:PORT; an IPv6 host stands in brackets."""
    match = re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^:\s]+):([0-9]{1,5})", text)
    if match is None or int(match[2]) > 65535:
        raise ConfigurationError(f"listen must be HOST:PORT, not {text!r}")
    return match[1].strip("[]"), int(match[2])


def _check_bootstrap(found: Mapping[str, str]) -> None:
    """Hold the bootstrap settings against AWS's forms; a chosen key comes with its secret."""
    account = found.get("bootstrap_account_id")
    if account is not None and not re.fullmatch(r"[0-9]{12}", account):
        raise ConfigurationError("bootstrap_account_id must be 12 digits")
    key, secret = found.get("bootstrap_access_key_id"), found.get("bootstrap_secret_access_key")
    if (key is None) != (secret is None):
        raise ConfigurationError(
            "bootstrap_access_key_id and bootstrap_secret_access_key go together"
        )
    if key is not None and not re.fullmatch(r"[A-Z0-9]{16,128}", key):
        raise ConfigurationError(
            "bootstrap_access_key_id must be 16 to 128 upper-case letters and digits"
        )
    if key is not None and key.startswith("ASIA"):
        raise ConfigurationError(
            "bootstrap_access_key_id cannot begin with ASIA: that is a session"
        )
    if secret is not None and not re.fullmatch(r"[\x21-\x7e]{16,256}", secret):
        raise ConfigurationError(
            "bootstrap_secret_access_key must be 16 to 256 printable characters without spaces"
        )
