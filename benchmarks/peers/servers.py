"""Servers of other projects that answer IAM and STS, in an environment of their own.

moto's server (Apache-2.0) and ministack (MIT), by PyPI. Neither verifies signatures or enforces
policies as they are run here, which is how they come; Doorward does both in the same run.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.peers.peer import HOME, INSTALL_SECONDS, NotMeasured

ENVIRONMENT = HOME / "servers"
START_SECONDS = 60


class ServerPeer(NamedTuple):
    """A peer: the package with its version, and how its server is started on a port."""

    package: str
    command: tuple[str, ...]
    environment: dict[str, str]


SERVERS = {
    "moto": ServerPeer(
        "moto[server]==5.2.5", ("moto_server", "-H", "127.0.0.1", "-p", "{port}"), {}
    ),
    "ministack": ServerPeer(
        "ministack==1.5.33", ("ministack",), {"GATEWAY_PORT": "{port}", "BIND_HOST": "127.0.0.1"}
    ),
}


def _install() -> None:
    python = ENVIRONMENT / "bin" / "python"
    HOME.mkdir(exist_ok=True)
    packages = [peer.package for peer in SERVERS.values()]
    pip = (sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet")
    try:
        if not python.exists():
            making = (sys.executable, "-m", "venv", "--without-pip", str(ENVIRONMENT))
            subprocess.run(making, check=True, capture_output=True, timeout=INSTALL_SECONDS)
        installing = (*pip, "--disable-pip-version-check", *packages)
        subprocess.run(installing, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NotMeasured("it cannot be installed") from error


@contextmanager
def running(name: str, folder: Path) -> Iterator[tuple[str, int]]:
    """Run a peer's server on a free port of the loopback address; give endpoint and process id.

    Raises:
        NotMeasured: it cannot be installed, or does not answer.
    """
    _install()
    peer = SERVERS[name]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {key: value.format(port=port) for key, value in peer.environment.items()}
    command = [part.format(port=port) for part in peer.command]
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [str(ENVIRONMENT / "bin" / command[0]), *command[1:]],
            env=os.environ
            | given
            | {"AWS_ACCESS_KEY_ID": "peer", "AWS_SECRET_ACCESS_KEY": "peer"},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        try:
            listens(process, port)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)


def listens(process: subprocess.Popen[Any], port: int) -> None:
    """Wait until the process takes connections on the port.

    Raises:
        NotMeasured: it ended, or took too long.
    """
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise NotMeasured("its server does not start")
