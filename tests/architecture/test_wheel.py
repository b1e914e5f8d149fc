"""The wheel alone: built, installed into an empty environment, started, called by boto3."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from tests.architecture.sources import PACKAGE, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

ADMINISTRATOR = {
    "DOORWARD_BOOTSTRAP_ACCOUNT_ID": "111122223333",
    "DOORWARD_BOOTSTRAP_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "DOORWARD_BOOTSTRAP_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}


def run(*command: str | Path) -> str:
    """Run a command outside the checkout, where only what is installed can be imported."""
    ended = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, freshly built."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT)
    (built,) = folder.glob("doorward-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that holds the wheel and what it asks for."""
    environment = tmp_path_factory.mktemp("empty")
    commands = environment / "bin"
    run(sys.executable, "-m", "venv", "--without-pip", environment)
    run(sys.executable, "-m", "pip", "--python", commands / "python", "install", "-q", wheel)
    return commands


@pytest.fixture
def server(installed: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the installed server; it ends with the test."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    log = tmp_path / "log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            (installed / "doorward", "serve", "--store", "sqlite:///:memory:", "--listen", listen),
            cwd="/",
            env={"PATH": os.defpath, "HOME": str(tmp_path), **ADMINISTRATOR},
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            await_health(f"http://{listen}/healthz", process, log)
            yield f"http://{listen}"
        finally:
            process.terminate()


def await_health(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server says that it is ready; 30 s at most."""
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 (our own server)
                assert answer.status == 200
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail(f"not ready in 30 s: {log.read_text()}")


def test_it_holds_every_file_of_the_package(wheel: Path) -> None:
    files = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert files - held == set()
    foreign = {name for name in held - files if not re.match(r"doorward-[^/]+\.dist-info/", name)}
    assert foreign == set()
    assert any(name.endswith("licenses/LICENSE") for name in held)
    assert any(name.endswith("licenses/NOTICE") for name in held)


def test_its_command_runs(installed: Path) -> None:
    assert "0.1.0" in run(installed / "doorward", "version")


def test_it_serves(server: str) -> None:
    sts = boto3.client(
        "sts",
        endpoint_url=server,
        region_name="us-east-1",
        aws_access_key_id=ADMINISTRATOR["DOORWARD_BOOTSTRAP_ACCESS_KEY_ID"],
        aws_secret_access_key=ADMINISTRATOR["DOORWARD_BOOTSTRAP_SECRET_ACCESS_KEY"],
    )
    assert sts.get_caller_identity()["Account"] == ADMINISTRATOR["DOORWARD_BOOTSTRAP_ACCOUNT_ID"]
