"""``doorward export``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from doorward.cli.progress import shown_progress
from doorward.cli.server import output_option
from doorward.cli.settings import config_option, store_option


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@store_option
@config_option
@output_option
def command(folder: Path, store: str | None, config: Path | None, output: str) -> None:
    """Write the directory, as it is at one moment, to a new FOLDER, in AWS's own formats.

    What the AWS CLI would print of each account, and an organization.json: other tools read it,
    and so does Doorward. It holds no secret, no hash of a password and no private key; its files
    are made readable by their owner alone. Servers go on meanwhile.
    """
    import msgspec

    from doorward.usecases.clock import system_clock
    from doorward.usecases.config import settings
    from doorward.usecases.existing import existing
    from doorward.usecases.export.folder import export

    with (
        existing(settings({"store": store}, os.environ, config).store) as source,
        shown_progress("accounts") as progress,
    ):
        made = export(source, folder, system_clock(), progress)
    if output == "json":
        click.echo(msgspec.json.encode(made))
        return
    click.echo(f"Exported to {folder}: {made.accounts} accounts in {made.files} files.")
