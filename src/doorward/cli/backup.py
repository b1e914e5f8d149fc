"""``doorward backup``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from doorward.cli.server import output_option
from doorward.cli.settings import config_option, store_option


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@store_option
@config_option
@output_option
def command(file: Path, store: str | None, config: Path | None, output: str) -> None:
    """Write the whole store, as it is at one moment, to a new FILE; servers go on meanwhile.

    The file holds no master key: what is sealed in it stays sealed. It holds hashes of passwords
    and everything that was recorded, and is made readable by its owner alone.
    """
    import msgspec

    from doorward.usecases.backup import back_up
    from doorward.usecases.clock import system_clock
    from doorward.usecases.config import settings
    from doorward.usecases.existing import existing

    with existing(settings({"store": store}, os.environ, config).store) as source:
        made = back_up(source, file, system_clock())
    if output == "json":
        click.echo(msgspec.json.encode(made))
        return
    click.echo(f"Backed up to {file}: {_counted(made.rows)}.")
    click.echo(f"  SHA-256 of the database in it: {made.sha256}")
    click.echo(f"  Its secrets open with: {', '.join(made.master_keys) or 'no key is needed'}")
    click.echo("  Keep those master keys elsewhere: without them no access key of it works.")


def _counted(rows: object) -> str:
    """Say how much is in a backup."""
    assert isinstance(rows, dict)  # noqa: S101 - a manifest's
    return ", ".join(
        f"{rows.get(table, 0)} {table.replace('_', ' ')}"
        for table in ("accounts", "users", "roles", "access_keys", "events")
    )
