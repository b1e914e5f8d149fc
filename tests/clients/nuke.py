"""aws-nuke, by the SDK for Go: what it knows of IAM it finds and deletes, and nothing else.

It runs in an account of its own, filled as for the sweep. It knows no signing certificates, so
that is deleted before; it leaves service-linked roles alone.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from examples.main_job.clients import REGION, Identity
from tests.accounts import new_account
from tests.clients.environment import sealed
from tests.clients.filling import fill
from tests.clients.installing import NUKE, install
from tests.clients.outcome import Step, Steps
from tests.clients.sweeping import ADMINISTRATOR, KEPT, counts
from tests.clients.world import World

SECONDS = 300
LEFT = {**KEPT, "Roles": 1, "PolicyVersionsInUse": 2}
"""What may be left: the caller, and the service-linked role with its policy."""


def run(world: World) -> Steps:
    """Fill an account and have it deleted."""
    program = install(NUKE) / "usr" / "bin" / "aws-nuke"
    account, administrator = new_account(world.server)
    iam = administrator.client("iam")
    fill(world, iam)
    for each in iam.list_signing_certificates(UserName="fill")["Certificates"]:
        iam.delete_signing_certificate(UserName="fill", CertificateId=each["CertificateId"])
    with TemporaryDirectory() as folder:
        done = nuked(program, Path(folder), account, administrator)
    problem = None if done.returncode == 0 else done.stdout[-500:] + done.stderr
    yield Step("it ends with nothing left to do", problem)
    totals = re.findall(r"Nuke complete: .*", done.stdout)
    yield Step(f"it says: {totals}", None if totals else "no total")
    after = counts(iam)
    yield Step("nothing is left that it knows", None if after == LEFT else str(after))


def nuked(
    program: Path, folder: Path, account: str, administrator: Identity
) -> subprocess.CompletedProcess[str]:
    """Run it on all kinds of IAM that it knows, sparing the caller."""
    configuration = folder / "nuke.yml"
    configuration.write_text(json.dumps(settings(account, administrator)), "utf-8")
    listed = subprocess.run(
        (str(program), "resource-types"), capture_output=True, text=True, check=True
    )
    kinds = [name for name in listed.stdout.split() if name.startswith("IAM")]
    options = (
        *("--config", str(configuration), "--default-region", REGION),
        *("--access-key-id", administrator.access_key_id),
        *("--secret-access-key", administrator.secret_access_key),
        *("--no-dry-run", "--force", "--force-sleep", "3", "--max-wait-retries", "20"),
        *(word for kind in kinds for word in ("--target", kind)),
    )
    return subprocess.run(
        (str(program), *options),
        env=sealed(folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def settings(account: str, administrator: Identity) -> dict[str, Any]:
    """Return its configuration: where the services are, and what is to be spared."""
    key = administrator.access_key_id
    services = [{"service": name, "url": administrator.endpoint} for name in ("iam", "sts", "")]
    return {
        "regions": [REGION],
        "account-blocklist": ["999999999999"],
        "endpoints": [{"region": REGION, "tls_insecure_skip_verify": True, "services": services}],
        "accounts": {
            account: {
                "filters": {
                    "IAMUser": [ADMINISTRATOR],
                    "IAMUserAccessKey": [f"{ADMINISTRATOR} -> {key}"],
                    "IAMUserPolicyAttachment": [f"{ADMINISTRATOR} -> AdministratorAccess"],
                }
            }
        },
    }
