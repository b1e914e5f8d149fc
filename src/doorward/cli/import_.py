"""``doorward import``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from doorward.cli import FAILED
from doorward.cli.terminal import printable

ROLE = "OrganizationAccountAccessRole"  # AWS Organizations makes it in accounts that it creates


@click.group("import")
def command() -> None:
    """Bring a real estate into a folder."""


@command.command("aws")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--profile", metavar="NAME", help="A profile of the AWS CLI, to read with.")
@click.option("--organization", is_flag=True, help="Bring every account of the organization.")
@click.option(
    "--role-name",
    metavar="NAME",
    default=ROLE,
    show_default=True,
    help="The role to assume in each of its other accounts.",
)
@click.option(
    "--last-accessed/--no-last-accessed",
    default=True,
    help="Ask for the last accesses of every user and role, which takes longest.",
)
def aws(
    folder: Path, profile: str | None, organization: bool, role_name: str, last_accessed: bool
) -> None:
    """Ask AWS for an account, or a whole organization, and write its answers to FOLDER.

    Nothing is changed in the accounts. What is in FOLDER already is not asked for again: a pull
    that was interrupted goes on where it was. What may not be read is named, left out, and the
    exit code is 1.
    """
    from doorward.cli.progress import shown_progress
    from doorward.importers.pull.pull import Wanted, pull
    from doorward.usecases.clock import system_clock

    wanted = Wanted(profile, organization, role_name, last_accessed)
    with shown_progress("accounts") as progress:
        found = pull(wanted, folder, system_clock(), note=_note, progress=progress)
    for each in found.missing:
        click.echo(
            printable(f"not brought: {each.file} of account {each.account}: {each.why}"), err=True
        )
    click.echo(f"{folder} has what could be brought; accounts: {len(found.accounts)}.")
    if found.missing:
        sys.exit(FAILED)


def _note(what: str) -> None:
    click.echo(printable(what), err=True)
