"""The AWS SDK for JavaScript v3: another reader of XML, another signer, errors as classes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.clients.environment import sealed
from tests.clients.installing import JAVASCRIPT, install, program
from tests.clients.outcome import Step, Steps
from tests.clients.world import World
from tests.live import ACCOUNT

SCRIPT = Path(__file__).with_name("js") / "run.mjs"
SECONDS = 120


def run(world: World) -> Steps:
    """Yield the steps of ``js/run.mjs``, as it tells them."""
    home = install(JAVASCRIPT)
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
        (program("node"), str(SCRIPT)),
        cwd=home,
        env=sealed(home),
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    for line in done.stdout.splitlines():
        told = json.loads(line)
        yield Step(told["step"], told["problem"])
    yield Step("the script ends well", None if done.returncode == 0 else done.stderr[-2000:])
