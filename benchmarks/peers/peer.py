"""Installing a peer, and asking its process to measure itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".peers"
PYTHON = HOME / "python" / "bin" / "python"
INSTALL_SECONDS = 240

Json = dict[str, Any]


class NotMeasured(Exception):
    """A peer cannot be had here; the message says why."""


class Program(NamedTuple):
    """A peer as a package: which one, and the driver of ours that runs it."""

    package: str
    version: str
    driver: str
    licence: str


PROGRAMS = {
    "cedarpy": Program("cedarpy", "4.12.2", "benchmarks.peers.cedar", "Apache-2.0"),
    "moto": Program("moto", "5.2.5", "benchmarks.peers.moto_iam", "Apache-2.0"),
    "iam-simulate": Program(
        "@cloud-copilot/iam-simulate", "0.1.173", "iam_simulate.mjs", "AGPL-3.0"
    ),
}
"""The peers. One under the AGPL is run as installed, by its documented API; nobody reads it."""


def install(program: Program) -> None:
    """Install the package into ``.peers``, unless it is there.

    Raises:
        NotMeasured: it cannot be installed.
    """
    HOME.mkdir(exist_ok=True)
    if program.driver.endswith(".mjs"):
        _install_by_npm(program)
        return
    if not PYTHON.exists():
        _run(sys.executable, "-m", "venv", "--without-pip", str(HOME / "python"))
    pip = (sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "--quiet")
    _run(*pip, "--disable-pip-version-check", f"{program.package}=={program.version}")


def _install_by_npm(program: Program) -> None:
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            raise NotMeasured(f"there is no {tool} on PATH")
    about = HOME / "node_modules" / program.package / "package.json"
    if about.exists() and json.loads(about.read_text())["version"] == program.version:
        return
    quiet = (
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--loglevel=error",
        "--fetch-retries=1",
    )
    _run("npm", "install", *quiet, "--prefix", str(HOME), f"{program.package}@{program.version}")


def _run(*command: str) -> None:
    try:
        subprocess.run(
            command, cwd=HOME, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if "error" in line.lower()]
        raise NotMeasured(f"it cannot be installed: {' '.join(said[:1])}") from error
    except subprocess.TimeoutExpired as error:
        raise NotMeasured(f"installing took more than {INSTALL_SECONDS} s") from error


class Peer:
    """A running peer."""

    def __init__(self, program: Program, given: Json) -> None:
        install(program)
        command: tuple[str, ...] = (str(PYTHON), "-m", program.driver)
        if folder_of_package := program.driver.endswith(".mjs"):
            command = ("node", str(Path(__file__).with_name(program.driver)))
        self.effects: dict[str, list[str]] = {}
        self._process = subprocess.Popen(
            command,
            cwd=HOME if folder_of_package else ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._write(json.dumps(given))

    def seconds(self, form: str) -> float:
        """Measure one form of asking; return CPU seconds a decision, keep the effects.

        Raises:
            NotMeasured: the peer's process ended.
        """
        self._write(form)
        line = self._pipe(self._process.stdout).readline()
        if not line:
            raise NotMeasured(f"its process ended, exit code {self._process.wait()}")
        said = json.loads(line)
        self.effects[form] = said["effects"]
        return float(said["seconds"])

    def end(self) -> None:
        """End the process."""
        with suppress(BrokenPipeError):  # it may have ended by itself
            self._pipe(self._process.stdin).close()
        self._process.terminate()
        self._process.wait(timeout=10)

    def _write(self, line: str) -> None:
        pipe = self._pipe(self._process.stdin)
        with suppress(BrokenPipeError):  # that no answer comes will say it
            pipe.write(line + "\n")
            pipe.flush()

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None  # all were asked for
        return pipe
