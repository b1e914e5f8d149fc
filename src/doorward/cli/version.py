"""``doorward version``."""

from __future__ import annotations

import json
from importlib.metadata import version

import click

from doorward.cli.server import output_option


@click.command("version")
@output_option
def command(output: str) -> None:
    """Show the version of Doorward, and of the service models that it serves."""
    found = {"doorward": version("doorward"), "botocore": version("botocore")}
    if output == "json":
        click.echo(json.dumps(found))
        return
    click.echo(f"doorward {found['doorward']} (service models: botocore {found['botocore']})")
