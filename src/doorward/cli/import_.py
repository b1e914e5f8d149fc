"""``doorward import``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from doorward.cli import FAILED
from doorward.cli.terminal import printable

if TYPE_CHECKING:
    from doorward.importers.pull.folder import Missing

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
@click.option(
    "--regions/--no-regions",
    default=True,
    help="Ask for instances and access analyzers, in every Region that is enabled.",
)
def aws(
    folder: Path,
    profile: str | None,
    organization: bool,
    role_name: str,
    last_accessed: bool,
    regions: bool,
) -> None:
    """Ask AWS for an account, or a whole organization, and write its answers to FOLDER.

    Nothing is changed in the accounts. What is in FOLDER already is not asked for again: a pull
    that was interrupted goes on where it was. What may not be read is named, left out, and the
    exit code is 1.
    """
    from doorward.cli.progress import shown_progress
    from doorward.importers.pull.pull import Wanted, pull
    from doorward.usecases.clock import system_clock

    wanted = Wanted(profile, organization, role_name, last_accessed, regions)
    with shown_progress("accounts") as progress:
        found = pull(wanted, folder, system_clock(), note=_note, progress=progress)
    for (account, why), files in _by_reason(found.missing).items():
        said = f"not brought: {', '.join(files)} of account {account}: {why}"
        click.echo(printable(said), err=True)
    click.echo(f"{folder} has what could be brought; accounts: {len(found.accounts)}.")
    if found.missing:
        sys.exit(FAILED)


def _by_reason(missing: Iterable[Missing]) -> dict[tuple[str, str], list[str]]:
    """Gather what is missing of an account for the same reason: it may be so in every Region."""
    found: dict[tuple[str, str], list[str]] = {}
    for each in missing:
        found.setdefault((each.account, each.why), []).append(each.file)
    return found


def _note(what: str) -> None:
    click.echo(printable(what), err=True)
