"""``doorward import``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from doorward.cli import FAILED
from doorward.cli.audit_options import moment_of
from doorward.cli.server import output_option
from doorward.cli.terminal import printable

if TYPE_CHECKING:
    from datetime import datetime

    from doorward.importers.pull.folder import Missing

_NOT_WHOLE = 4
"""The exit code where something could not be read, as of an audit."""

ROLE = "OrganizationAccountAccessRole"  # AWS Organizations makes it in accounts that it creates


class _Import(click.Group):
    """A group whose words that name none of its commands are files: ``import PATH…``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; ``files`` where none is named."""
        if args and args[0] not in self.commands:
            args = ["files", *args]
        return super().resolve_command(ctx, args)


@click.group("import", cls=_Import, context_settings={"ignore_unknown_options": True})
def command() -> None:
    """Bring a real estate: `import PATH...` from files, `import aws FOLDER` from AWS itself."""


@command.command("files")
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--into",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the estate there, in a new folder named by its time.",
)
@click.option(
    "--taken",
    metavar="TIME",
    callback=moment_of,
    help="When the files were taken, where none of them says so; now, if not given.",
)
@output_option
def files(paths: tuple[Path, ...], into: Path | None, taken: datetime | None, output: str) -> None:
    """Read files as one estate; say what is there, what is lacking, and what cannot be read.

    PATH is a file or folder of what AWS's own tools write (docs/reference/estate.md); `files` may
    be left out. With --into the estate is kept as it was read, whole or not at all: `doorward
    audit` reads what is kept, and --since compares two. The exit code is 4 where something could
    not be read; the rest is there.
    """
    from doorward.cli.imported import json_of, text_of
    from doorward.cli.progress import shown_progress
    from doorward.importers.estate.problems import Problems
    from doorward.importers.estate.read import files_of, read_estate
    from doorward.usecases.clock import system_clock
    from doorward.usecases.imported import imported
    from doorward.usecases.kept_estates import keep

    now = system_clock()
    with shown_progress("files", quiet=True) as progress:
        found = imported(read_estate(paths, progress, now))
    kept: Path | None = None
    if into is not None:
        told = found.taken
        moment = told or taken or now
        kept = keep(files_of(paths, Problems()), into, moment, is_told=told is not None)
    click.echo(json_of(found, kept) if output == "json" else text_of(found, kept))
    if not found.is_whole:
        sys.exit(_NOT_WHOLE)


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
    help="Ask for what exists by Region (instances, access analyzers, resources) in every one.",
)
@click.option(
    "--resources/--no-resources",
    default=True,
    help="Ask for resources that have policies: buckets, keys, queues and the like.",
)
def aws(
    folder: Path,
    profile: str | None,
    organization: bool,
    role_name: str,
    last_accessed: bool,
    regions: bool,
    resources: bool,
) -> None:
    """Ask AWS for an account, or a whole organization, and write its answers to FOLDER.

    Nothing is changed in the accounts. What is in FOLDER already is not asked for again: a pull
    that was interrupted goes on where it was. What may not be read is named, left out, and the
    exit code is 1.
    """
    from doorward.cli.progress import shown_progress
    from doorward.importers.pull.pull import Wanted, pull
    from doorward.usecases.clock import system_clock

    wanted = Wanted(profile, organization, role_name, last_accessed, regions, resources)
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
