"""``doorward credentials``: the credentials of users, and what is to be done about them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from doorward.cli.settings import config_option, store_option
from doorward.cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from doorward.model.evidence import ReportedUser


@click.command("credentials")
@click.option("--account", metavar="ID", help="Tell of this account alone.")
@click.option(
    "--output",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="How to print it; csv is AWS's credential report.",
)
@store_option
@config_option
def command(*, account: str | None, output: str, store: str | None, config: Path | None) -> None:
    """Tell of the credentials of every user, and what is to be done next.

    One line a user, the root user first, then whoever has the worst to do: the ages of passwords
    and access keys in days, and since when they are not used. Reads a store, whose servers may be
    running.
    """
    from doorward.usecases.clock import system_clock
    from doorward.usecases.config import settings
    from doorward.usecases.existing import existing
    from doorward.usecases.hygiene import reported_users

    now = system_clock()
    with existing(settings({"store": store}, os.environ, config).store) as source:
        rows = reported_users(source, account)
    _show(rows, now, output)


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
