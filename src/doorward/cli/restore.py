"""``doorward restore``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from doorward.cli import FAILED
from doorward.cli.server import output_option
from doorward.cli.settings import config_option, master_key_option, store_option
from doorward.cli.terminal import printable

if TYPE_CHECKING:
    from doorward.usecases.restore import Plan


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@store_option
@master_key_option
@click.option(
    "--replaces",
    metavar="URL",
    help="The store that is replaced: what was revoked in it since the backup is named.",
)
@click.option("--yes", is_flag=True, help="Write. Without it nothing is written.")
@config_option
@output_option
def command(
    file: Path,
    store: str | None,
    master_key_file: str | None,
    replaces: str | None,
    config: Path | None,
    output: str,
    *,
    yes: bool,
) -> None:
    """Restore a backup to an empty store, once it is said what that brings back.

    Access keys, passwords and other credentials that are active in the backup, and deleted or
    inactive in the store that it replaces, are named first; without --replaces that cannot be
    known, and every active one is named. Exit code 1, and nothing written, without --yes.
    """
    import msgspec

    from doorward.errors import ConfigurationError
    from doorward.usecases.config import settings
    from doorward.usecases.master_keys import master_keys
    from doorward.usecases.restore import carry_out, prepared

    flags = {"store": store, "master_key_file": master_key_file}
    chosen = settings(flags, os.environ, config)
    try:
        keys = master_keys(chosen)
    except ConfigurationError:
        keys = ()  # the plan says which are missing
    with prepared(chosen, file, replaces, keys) as (plan, backup):
        if output == "json":
            click.echo(msgspec.json.encode({"plan": plan, "written": yes}))
        else:
            _show(plan)
        if not yes:
            click.echo("Nothing was written: add --yes to restore.", err=True)
            sys.exit(FAILED)
        rows = carry_out(chosen, backup)
    click.echo(f"Restored {sum(rows.values())} rows.", err=output == "json")


def _show(plan: Plan) -> None:
    """Say what a restore would do."""
    made = plan.backup.made.isoformat(timespec="seconds")
    click.echo(f"Backup of {made}, by Doorward {plan.backup.doorward}.")
    if plan.missing_keys:
        click.echo(
            f"Master keys that it needs and that are not here: {', '.join(plan.missing_keys)}."
        )
    if not plan.compared:
        click.echo(
            "It cannot be known what was revoked since: --replaces does not name the store that is"
            " replaced. Active in the backup:"
        )
    elif plan.returning:
        click.echo("Revoked since, and active again after the restore:")
    else:
        click.echo("No credential that was revoked since would be active again.")
    for one in plan.returning:
        state = "" if one.now == "not known" else f", {one.now} now"
        click.echo(printable(f"  {one.kind} {one.id} of {one.owner} in {one.account}{state}"))
