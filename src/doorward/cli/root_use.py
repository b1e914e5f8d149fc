"""``doorward root``: what root users did, and how to do without them."""

from __future__ import annotations

import os
from pathlib import Path

import click

from doorward.cli.server import output_option, print_json
from doorward.cli.settings import config_option, store_option
from doorward.cli.terminal import printable


@click.command("root")
@click.option("--account", metavar="ID", help="Tell of this account alone.")
@click.option("--days", type=click.IntRange(1), help="Look at these days alone; default: all.")
@store_option
@config_option
@output_option
def command(
    *,
    account: str | None,
    days: int | None,
    store: str | None,
    config: Path | None,
    output: str,
) -> None:
    """Tell what root users did, and plan who could have done it instead.

    Reads the recorded calls of a store, whose servers may be running. For each action: the role
    that could have done it, with exactly the permissions that were used, asked again of the
    engine; or the task of AssumeRoot; or why only the root user can.
    """
    from doorward.render.root_use import as_json, as_text
    from doorward.usecases.clock import system_clock
    from doorward.usecases.config import settings
    from doorward.usecases.existing import existing
    from doorward.usecases.root_use import root_uses

    with existing(settings({"store": store}, os.environ, config).store) as source:
        found = root_uses(source, system_clock(), account=account, days=days)
    if output == "json":
        print_json({"RootUsers": [as_json(each) for each in found]})
        return
    if not found:
        click.echo("No root user did anything that is recorded.")
    for number, each in enumerate(found):
        if number:
            click.echo()
        for line in as_text(each):
            click.echo(printable(line))
