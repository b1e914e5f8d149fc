"""`python -m tests.clients`: real clients of AWS against a live Doorward, each as it is installed.

All of them, or those named, against one server on loopback; the sweep comes last and deletes what
the others left. A line for each step, then a table. Exit code 0 if all is well, 1 if a step went
wrong; a client that cannot be had is NOT MEASURED, with the reason, and that is 1 as well.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from tempfile import TemporaryDirectory
from typing import NamedTuple

from botocore.exceptions import ClientError

from tests.clients import ansible, cli, driven, nuke, past, prowler, sweeping
from tests.clients.installing import ANSIBLE, GO, JAVASCRIPT, NUKE, PROWLER
from tests.clients.outcome import NotMeasured, Step, Steps
from tests.clients.world import World, world_of
from tests.live import LiveServer, serving


class Client(NamedTuple):
    """A client: what of it runs, and how."""

    version: str
    run: Callable[[World], Steps]


CLIENTS = {
    "prowler": Client(PROWLER.said, prowler.run),
    "js": Client(JAVASCRIPT.said, driven.javascript),
    "go": Client(GO.said, driven.golang),
    "ansible": Client(ANSIBLE.said, ansible.run),
    "cli": Client(cli.VERSION, cli.run),
    "nuke": Client(NUKE.said, nuke.run),
    "sweep": Client(f"boto3 {version('boto3')}", sweeping.run),
}
"""In this order: an account's credential report is made anew every four hours only, and Prowler
reads it; the sweep deletes what all have left."""


class Result(NamedTuple):
    """A row of the table."""

    name: str
    steps: int
    wrong: int
    seconds: float
    verdict: str


def tried(name: str, server: LiveServer) -> Result:
    """Run a client, telling its steps; return its row."""
    began, steps, verdict = time.monotonic(), [], "passed"
    try:
        for step in CLIENTS[name].run(world_of(server)):
            steps.append(step)
            tell(name, step)
    except NotMeasured as reason:
        verdict = f"NOT MEASURED: {reason}"
    except (ClientError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or ""
        steps.append(Step("the driver goes on to its end", f"{error}\n{said[-1000:]}"))
        tell(name, steps[-1])
    wrong = sum(step.problem is not None for step in steps)
    if verdict == "passed" and (wrong or not steps):
        verdict = "FAILED"
    return Result(name, len(steps), wrong, time.monotonic() - began, verdict)


def tell(name: str, step: Step) -> None:
    """Print a step, and what was wrong with it."""
    sys.stdout.write(f"{name:8} {'ok    ' if step.problem is None else 'WRONG '} {step.name}\n")
    if step.problem is not None:
        sys.stdout.write("".join(f"         {line}\n" for line in step.problem.splitlines()))
    sys.stdout.flush()


def main() -> int:
    """Run the clients named, or all."""
    parser = argparse.ArgumentParser("dev.py clients", description=__doc__)
    known = ", ".join(CLIENTS)
    parser.add_argument("names", nargs="*", metavar="CLIENT", help=f"of {known}; default: all")
    asked = parser.parse_args().names
    if unknown := sorted(set(asked) - set(CLIENTS)):
        parser.error(f"there is no client {unknown[0]}; there are: {known}")
    with TemporaryDirectory() as folder:
        store = f"sqlite:///{folder}/doorward.db"
        past.make(store)
        with serving(store) as server:
            results = [tried(name, server) for name in CLIENTS if name in asked or not asked]
    sys.stdout.write(f"\n{'client':8} {'steps':>5} {'wrong':>5} {'time':>7}  result\n")
    for each in results:
        sys.stdout.write(
            f"{each.name:8} {each.steps:5} {each.wrong:5} {each.seconds:5.0f} s  {each.verdict}"
            f" ({CLIENTS[each.name].version})\n"
        )
    return 0 if all(each.verdict == "passed" for each in results) else 1


if __name__ == "__main__":
    sys.exit(main())
