"""Prowler's ``iam_`` checks: each gives a verdict, the planted ones the true one, no error.

Only the endpoint is set; no error in the log is let pass.
"""

from __future__ import annotations

import csv
import json
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.clients.environment import of, sealed
from tests.clients.installing import PROWLER, install
from tests.clients.outcome import Step, Steps
from tests.clients.prowler_plants import plant, verdicts
from tests.clients.world import World

SECONDS = 900


class Seen(NamedTuple):
    """What a run left: its exit code, its log, what each check said of each resource."""

    code: int
    log: list[dict[str, str]]
    findings: dict[str, list[dict[str, str]]]


def run(world: World) -> Steps:
    """Plant, run all checks of the service, and hold what they say against the plants."""
    home = install(PROWLER)
    plant(world)
    with TemporaryDirectory() as folder:
        listed = checks(home, Path(folder))
        seen = ran(home, Path(folder), world)
    yield Step("it ends with the code for findings", None if seen.code == 3 else str(seen.code))
    yield Step("no error in the log", errors(seen.log))
    for check in listed:
        found = seen.findings.get(check)
        yield Step(f"{check}: a verdict", None if found else "nothing is said")
    yield from truths(seen)


def checks(home: Path, folder: Path) -> list[str]:
    """Return the names of all checks of the service, as Prowler lists them."""
    command = (str(home / "bin" / "prowler"), "aws", "--list-checks-json", "--service", "iam")
    done = subprocess.run(
        command,
        cwd=folder,
        env=sealed(folder),
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    )
    named: list[str] = json.loads(done.stdout[done.stdout.index("{") :])["aws"]
    return sorted(named)


def ran(home: Path, folder: Path, world: World) -> Seen:
    """Run the checks; return what is left of it."""
    log = folder / "log"
    command = (str(home / "bin" / "prowler"), "aws", "--service", "iam", "--no-banner")
    options = ("--log-level", "ERROR", "--log-file", str(log), "-M", "csv", "-o", str(folder))
    done = subprocess.run(
        (*command, *options),
        cwd=folder,
        env=sealed(folder, of(world.server.administrator).items()),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    findings = defaultdict(list)
    for path in folder.glob("prowler-output-*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter=";"):
                findings[row["CHECK_ID"]].append(row)
    lines_of_log = log.read_text("utf-8").splitlines() if log.exists() else []
    return Seen(done.returncode, [json.loads(line) for line in lines_of_log], findings)


def errors(log: list[dict[str, str]]) -> str | None:
    """Return the errors in a log, a line for each; ``None`` if there are none."""
    lines = (f"{line['level']} {line['filename']}: {line['message']}" for line in log)
    return "\n".join(lines) or None


def truths(seen: Seen) -> Iterator[Step]:
    """Yield a step for each planted truth."""
    for check, resource, status in verdicts():
        found = {
            row["STATUS"]
            for row in seen.findings.get(check, [])
            if row["RESOURCE_UID"] == resource
        }
        problem = None if found == {status} else f"said of it: {sorted(found) or 'nothing'}"
        yield Step(f"{check}: {status} of {resource.rpartition(':')[2]}", problem)
