"""``doorward serve``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from doorward.cli.settings import config_option, master_key_option, store_option

if TYPE_CHECKING:
    from doorward.usecases.bootstrap import Bootstrapped


@click.command("serve")
@store_option
@click.option("--listen", metavar="HOST:PORT", help="Where to listen; port 0 takes a free one.")
@click.option("--workers", metavar="N", help="How many processes answer calls.")
@click.option("--region", help="Region that requests are taken to be for.")
@click.option(
    "--external-host", metavar="HOST", help="Host that clients sign for, behind a proxy."
)
@click.option("--tls-certificate", metavar="FILE", help="PEM file with the certificate chain.")
@click.option("--tls-key", metavar="FILE", help="PEM file with the certificate's private key.")
@master_key_option
@click.option(
    "--metrics", metavar="WHERE", help="Where metrics are told: HOST:PORT, /metrics or off."
)
@click.option("--access-log", metavar="on|off", help="Whether each call has a log entry.")
@config_option
def command(config: Path | None, **flags: str | None) -> None:
    """Serve IAM, STS, Organizations and Doorward's own API until stopped.

    Every call is authenticated and authorised; there is no switch to turn that off. Settings come
    from flags, then DOORWARD_… variables, then the file. The first start creates an account and
    its administrator, as DOORWARD_BOOTSTRAP_ACCOUNT_ID, DOORWARD_BOOTSTRAP_ACCESS_KEY_ID and
    DOORWARD_BOOTSTRAP_SECRET_ACCESS_KEY say, or with a key that is printed once.

    SIGTERM and SIGINT stop it: calls that are being answered have eight seconds. SIGHUP has it
    read its settings, certificate and master keys again; what cannot be used changes nothing.
    """
    from doorward.server.launch import launch
    from doorward.usecases.config import settings

    environment = dict(os.environ)
    chosen = settings(flags, environment, config)
    launch(chosen, lambda: settings(flags, environment, config), created=_created, ready=_announce)


def _created(first: Bootstrapped) -> None:
    """Show the first administrator's key, this once."""
    click.echo(f"Created account {first.account_id} with the user administrator.")
    if first.chosen:
        click.echo(f"  Access key id      {first.access_key_id}  (as configured)")
        return
    click.echo(f"  Access key id      {first.access_key_id}")
    click.echo(f"  Secret access key  {first.secret_access_key}")
    click.echo("  The secret is not shown again.")


def _announce(endpoint: str) -> None:
    """Say what the server enforces and, as its last word, where it is."""
    click.echo(
        "Enforced on every call: SigV4 signatures, session tokens, policies of every layer."
    )
    click.echo(f"Doorward serves IAM, STS, Organizations and its own API at {endpoint}")
