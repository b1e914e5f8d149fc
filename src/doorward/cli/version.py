"""``doorward version``."""

from __future__ import annotations

import json
from importlib.metadata import version

import click

from doorward.cli.server import output_option


@click.command("version")
@click.option(
    "--aws-data-path",
    is_flag=True,
    help="Print the folder to set AWS_DATA_PATH to, so that AWS's clients know Doorward's API.",
)
@output_option
def command(*, aws_data_path: bool, output: str) -> None:
    """Show the versions of Doorward, of the service models that it serves, and of the catalog.

    The catalog is what Doorward knows of AWS's actions and managed policies; its sources are the
    packages that it was made from.
    """
    if aws_data_path:
        from doorward.wire.models import data_path

        click.echo(data_path())
        return
    import msgspec

    from doorward.policy import catalog

    about = catalog.version()
    found = {"doorward": version("doorward"), "botocore": version("botocore")}
    if output == "json":
        click.echo(json.dumps(found | {"catalog": msgspec.to_builtins(about)}))
        return
    click.echo(f"doorward {found['doorward']} (service models: botocore {found['botocore']})")
    click.echo(f"catalog {about.version}")
    for source in about.sources:
        click.echo(f"  {source}")
