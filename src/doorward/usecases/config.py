"""The settings of a server: from flags, the environment and a file, unknown ones refused.

A setting has one name; the environment spells it ``DOORWARD_NAME``, a TOML file ``name``. Flags
win over the environment, the environment over the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from doorward.errors import ConfigurationError

PREFIX = "DOORWARD_"

METRICS_PATH = "/metrics"
"""The value of ``metrics`` by which they are told at the server's own address."""

METRICS_ADDRESS = "127.0.0.1:8481"
"""Where metrics are told when no setting says it, and the server's own port is not a free one."""

OFF = "off"


class Setting(msgspec.Struct, frozen=True):
    """One setting: its name, what it means, and whether its value must never be shown.

    ``pattern`` is what its text must match, and ``form`` says so in words. ``reloads`` says that a
    running server takes a new value over, on SIGHUP.
    """

    name: str
    meaning: str
    secret: bool = False
    pattern: str = r"(?s).*"
    form: str = ""
    reloads: bool = False


def _seconds(name: str, meaning: str) -> Setting:
    """Return a setting whose value is a span of time."""
    return Setting(
        name, meaning, pattern=r"[1-9][0-9]{0,8}", form="a whole number of seconds, from 1 on"
    )


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting("store", "URL of the store: sqlite:///PATH, sqlite:///:memory: or postgresql://…"),
        Setting("listen", "HOST:PORT to listen on"),
        Setting(
            "workers",
            "how many processes answer calls",
            pattern=r"[1-9]|[1-5][0-9]|6[0-4]",
            form="a number from 1 to 64",
        ),
        Setting(
            "region",
            "the region that requests are taken to be for (aws:RequestedRegion)",
            pattern=r"[a-z][a-z0-9-]{0,31}",
            form="a region's name, such as us-east-1",
            reloads=True,
        ),
        Setting(
            "external_host",
            "the Host that clients sign for, behind a proxy that changes it",
            reloads=True,
        ),
        Setting(
            "tls_certificate",
            "PEM file with the server's certificate and those that lead to its authority",
            reloads=True,
        ),
        Setting("tls_key", "PEM file with the certificate's private key", reloads=True),
        Setting("master_key_file", "file with the master keys that seal secrets", reloads=True),
        Setting("master_key", "the master keys themselves, one a line", secret=True, reloads=True),
        Setting(
            "metrics",
            f"where metrics are told: HOST:PORT, {METRICS_PATH} (at the server's own address, to"
            f" everybody) or {OFF}",
        ),
        Setting(
            "access_log",
            "a log entry for each call: on or off",
            pattern=r"on|off",
            form="on or off",
            reloads=True,
        ),
        Setting(
            "log_format",
            "form of the log: json, text, or auto (text where a terminal reads it)",
            pattern=r"auto|json|text",
            form="auto, json or text",
            reloads=True,
        ),
        _seconds(
            "fail_closed_after",
            "seconds for which decisions go on while the store cannot be reached",
        ),
        Setting(
            "spool",
            "folder for the records of credentials that are issued while the store takes none",
        ),
        _seconds("read_timeout", "seconds that a caller may take for head or body"),
        _seconds("idle_timeout", "seconds that a connection may wait for its next call"),
        Setting(
            "bootstrap_account_id",
            "account id of the first account",
            pattern=r"[0-9]{12}",
            form="12 digits",
        ),
        Setting(
            "bootstrap_access_key_id",
            "access key id of the first administrator",
            pattern=r"[A-Z0-9]{16,128}",
            form="16 to 128 upper-case letters and digits",
        ),
        Setting(
            "bootstrap_secret_access_key",
            "its secret access key",
            secret=True,
            pattern=r"[\x21-\x7e]{16,256}",
            form="16 to 256 printable characters without spaces",
        ),
    )
}
"""Every setting of ``doorward serve``, by name."""

CLIENT_VARIABLES = frozenset({"DOORWARD_ENDPOINT", "DOORWARD_CONFIG"})
"""Variables that the environment may hold besides: the command line's own."""

_NUMBERS = ("workers", "fail_closed_after", "read_timeout", "idle_timeout")


class Settings(msgspec.Struct, frozen=True):
    """The settings of a server, checked. ``repr`` shows no secret.

    ``metrics`` is ``None`` where nobody said it: then they are told on the loopback address, if
    that can be had.
    """

    store: str = "sqlite:///doorward.db"
    host: str = "127.0.0.1"
    port: int = 8480
    workers: int = 1
    region: str = "us-east-1"
    external_host: str | None = None
    tls_certificate: str | None = None
    tls_key: str | None = None
    master_key_file: str | None = None
    master_key: str | None = None
    metrics: str | None = None
    access_log: str = OFF
    log_format: str = "auto"
    fail_closed_after: int = 86_400
    spool: str | None = None
    read_timeout: int = 10
    idle_timeout: int = 20
    bootstrap_account_id: str | None = None
    bootstrap_access_key_id: str | None = None
    bootstrap_secret_access_key: str | None = None

    def __repr__(self) -> str:
        """Show the store without credentials, and where the server listens."""
        return f"Settings(listen={self.host}:{self.port})"


Reread = Callable[[], Settings]
"""Reads the settings again, from where they were read at the start; raises as ``settings``."""


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
    for name, value in found.items():
        if not re.fullmatch(SETTINGS[name].pattern, value):
            raise ConfigurationError(f"{name} must be {SETTINGS[name].form}")
    _check_together(found)
    host, port = address("listen", found.pop("listen", "127.0.0.1:8480"))
    numbers = {name: int(found.pop(name)) for name in _NUMBERS if name in found}
    return Settings(host=host, port=port, **numbers, **found)  # type: ignore[arg-type]


def fixed(old: Settings, new: Settings) -> tuple[str, ...]:
    """Return the names of the settings that differ and that a running server cannot change."""
    lasting = (
        name
        for name in Settings.__struct_fields__
        if name in {"host", "port"} or not SETTINGS[name].reloads
    )
    changed = [name for name in lasting if getattr(old, name) != getattr(new, name)]
    if (old.tls_certificate is None) != (new.tls_certificate is None):
        changed.append("tls_certificate")  # a renewal is one thing, another protocol another
    spelt = ("listen" if name in {"host", "port"} else name for name in changed)
    return tuple(dict.fromkeys(spelt))


def address(name: str, text: str) -> tuple[str, int]:
    """Split the HOST:PORT of a setting; an IPv6 host stands in brackets."""
    match = re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^:\s/]+):([0-9]{1,5})", text)
    if match is None or int(match[2]) > 65535:
        raise ConfigurationError(f"{name} must be HOST:PORT, not {text!r}")
    return match[1].strip("[]"), int(match[2])


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


def _check_together(found: Mapping[str, str]) -> None:
    """Refuse settings that do not go with each other."""
    for one, other in (
        ("bootstrap_access_key_id", "bootstrap_secret_access_key"),
        ("tls_certificate", "tls_key"),
    ):
        if (one in found) != (other in found):
            raise ConfigurationError(f"{one} and {other} go together")
    if "master_key" in found and "master_key_file" in found:
        raise ConfigurationError("give master_key or master_key_file, not both")
    if found.get("bootstrap_access_key_id", "").startswith("ASIA"):
        raise ConfigurationError(
            "bootstrap_access_key_id cannot begin with ASIA: that is a session"
        )
    if found.get("metrics", OFF) not in {OFF, METRICS_PATH}:
        address("metrics", found["metrics"])
