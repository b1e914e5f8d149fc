"""``doorward doctor``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from doorward.cli import FAILED
from doorward.cli.server import output_option
from doorward.cli.settings import config_option, master_key_option, store_option
from doorward.cli.terminal import printable

NOT_KNOWN = 3
"""Exit code when no check failed, and some could not be made."""


@click.command("doctor")
@store_option
@master_key_option
@click.option("--metrics", metavar="HOST:PORT", help="Where the running server tells its metrics.")
@config_option
@output_option
def command(config: Path | None, output: str, **flags: str | None) -> None:
    """Examine an installation, running or not; nothing is changed.

    Looks at the configuration, the store and its pages, the master keys, the feed of changes,
    references that lead nowhere, how far the running server is, clock, certificate, files, disk.
    Each check is PASS, FAIL or UNKNOWN, and says what to do. Exit codes: 0 all passed, 1 one
    failed, 3 none failed and some could not be made.
    """
    from doorward.usecases.clock import system_clock
    from doorward.usecases.config import settings
    from doorward.usecases.doctor import State, examine

    environment = dict(os.environ)
    findings = examine(lambda: settings(flags, environment, config), system_clock)
    if output == "json":
        rows = [
            {"check": each.check, "state": each.state.value, "seen": each.seen, "do": each.do}
            for each in findings
        ]
        click.echo(json.dumps(rows, indent=2))
    else:
        for each in findings:
            click.echo(printable(f"{each.state.value:8}{each.check}: {each.seen}"))
            if each.do:
                click.echo(printable(f"{'':8}  {each.do}"))
    states = {each.state for each in findings}
    if State.FAIL in states:
        sys.exit(FAILED)
    if State.UNKNOWN in states:
        sys.exit(NOT_KNOWN)
