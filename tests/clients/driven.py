"""SDKs of other languages, driven by programs of ours: the world on stdin, steps on stdout.

The SDK for JavaScript v3 reads XML by a parser of its own and knows errors as classes. The SDK for
Go v2 is what the Terraform provider for AWS speaks by; its program does as the provider does.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.clients.environment import sealed
from tests.clients.installing import GO, JAVASCRIPT, install, program
from tests.clients.outcome import NotMeasured, Step, Steps
from tests.clients.world import World
from tests.live import ACCOUNT

HERE = Path(__file__).parent
SECONDS = 300


def javascript(world: World) -> Steps:
    """Yield the steps of ``js/run.mjs``."""
    home = install(JAVASCRIPT)
    yield from told((program("node"), str(HERE / "js" / "run.mjs")), home, sealed(home), world)


def golang(world: World) -> Steps:
    """Build ``go`` by the compiler and with the sources installed; yield the program's steps.

    Raises:
        NotMeasured: it cannot be built.
    """
    home = install(GO)
    root = home / "usr" / "lib" / "go-1.19"
    settings = {
        "GOROOT": str(root),
        "GOPATH": str(home / "usr" / "share" / "gocode"),
        "GO111MODULE": "off",
        "GOCACHE": str(home / "cache"),
        "CGO_ENABLED": "0",
    }
    environment, built = sealed(home, settings.items()), home / "client"
    done = subprocess.run(
        (str(root / "bin" / "go"), "build", "-o", str(built), "."),
        cwd=HERE / "go",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    if done.returncode:
        raise NotMeasured(f"it cannot be built: {done.stderr[:300]}")
    yield from told((str(built),), home, environment, world)


def told(command: tuple[str, ...], home: Path, settings: Mapping[str, str], world: World) -> Steps:
    """Run a program; yield a step for each line that it says, and one for how it ends."""
    administrator = world.server.administrator
    given = {
        "endpoint": administrator.endpoint,
        "access_key_id": administrator.access_key_id,
        "secret_access_key": administrator.secret_access_key,
        "account": ACCOUNT,
        "certificate": world.certificate,
        "private_key": world.private_key,
        "ssh_key": world.ssh_key,
        "metadata": world.metadata,
    }
    done = subprocess.run(
        command,
        cwd=home,
        env=settings,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    for line in done.stdout.splitlines():
        said = json.loads(line)
        yield Step(said["step"], said["problem"])
    yield Step("the program ends well", None if done.returncode == 0 else done.stderr[-2000:])
