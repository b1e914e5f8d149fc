"""``doorward credentials``: the credentials of users, and what is to be done about them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from doorward.cli import FAILED
from doorward.cli.collector import collect_seldom
from doorward.cli.settings import config_option, store_option
from doorward.cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from doorward.model.evidence import ReportedUser
    from doorward.usecases.hygiene import Reported


@click.command("credentials")
@click.option("--account", metavar="ID", help="Tell of this account alone.")
@click.option(
    "--estate",
    metavar="PATH",
    type=click.Path(path_type=Path),
    multiple=True,
    help="An exported estate to read instead of a store: a file or a folder; several are one.",
)
@click.option(
    "--output",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="How to print it; csv is AWS's credential report.",
)
@store_option
@config_option
def command(
    *,
    account: str | None,
    estate: tuple[Path, ...],
    output: str,
    store: str | None,
    config: Path | None,
) -> None:
    """Tell of the credentials of every user, and what is to be done next.

    One line a user, the root user first, then whoever has the worst to do: the ages of passwords
    and access keys in days, and since when they are not used. Reads a store, whose servers may be
    running, or the credential reports of an estate; the exit code is 1 where an account of it has
    none that is whole.
    """
    from doorward.usecases.clock import system_clock

    if estate and store is not None:
        raise click.UsageError("either --estate or --store: whose credentials are meant?")
    collect_seldom()
    now = system_clock()
    found = _found(account, estate, store, config)
    _show(found.rows, found.taken or now, output)
    for each in found.lacking:
        click.echo(printable(f"account {each} has no credential report that is whole"), err=True)
    if found.lacking:
        sys.exit(FAILED)


def _found(
    account: str | None, estate: tuple[Path, ...], store: str | None, config: Path | None
) -> Reported:
    from doorward.usecases import hygiene
    from doorward.usecases.config import settings
    from doorward.usecases.existing import existing

    if estate:
        return hygiene.exported_users(estate, account)
    with existing(settings({"store": store}, os.environ, config).store) as source:
        return hygiene.Reported(hygiene.reported_users(source, account))


def _show(rows: Sequence[ReportedUser], now: datetime, output: str) -> None:
    from doorward.analysis.report.hygiene import hygiene
    from doorward.cli.server import print_json
    from doorward.importers.credential_report import COLUMNS, row
    from doorward.render.csv import csv_text
    from doorward.render.hygiene import as_json, as_text

    if output == "csv":
        click.echo(printable(csv_text([COLUMNS, *(row(each) for each in rows)])))
        return
    lines = hygiene(rows, now)
    if output == "json":
        print_json({"Users": [as_json(each) for each in lines]})
        return
    for text in as_text(lines):
        click.echo(printable(text))
