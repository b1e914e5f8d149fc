"""``doorward serve``."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.command("serve")
@click.option(
    "--store", metavar="URL", help="sqlite:///PATH, sqlite:///:memory: or postgresql://…"
)
@click.option("--listen", metavar="HOST:PORT", help="Where to listen; port 0 takes a free one.")
@click.option("--region", help="Region that requests are taken to be for.")
@click.option(
    "--external-host", metavar="HOST", help="Host that clients sign for, behind a proxy."
)
@click.option("--master-key-file", metavar="FILE", help="The master keys that seal secrets.")
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="DOORWARD_CONFIG",
    help="TOML file with settings of the same names.",
)
def command(config: Path | None, **flags: str | None) -> None:
    """Serve IAM, STS, Organizations and Doorward's own API until stopped.

    Every call is authenticated and authorised; there is no switch to turn that off. Settings come
    from flags, then DOORWARD_… variables, then the file. The first start creates an account and
    its administrator, as DOORWARD_BOOTSTRAP_ACCOUNT_ID, DOORWARD_BOOTSTRAP_ACCESS_KEY_ID and
    DOORWARD_BOOTSTRAP_SECRET_ACCESS_KEY say, or with a key that is printed once.
    """
    from doorward.server.log import log_to_stderr
    from doorward.server.serve import listen, serve
    from doorward.usecases.application import Application
    from doorward.usecases.config import settings

    log_to_stderr()
    chosen = settings(flags, os.environ, config)
    with listen(chosen.host, chosen.port) as listening, Application(chosen) as application:
        first = application.first
        if first is not None:
            click.echo(f"Created account {first.account_id} with the user administrator.")
            if first.chosen:
                click.echo(f"  Access key id      {first.access_key_id}  (as configured)")
            else:
                click.echo(f"  Access key id      {first.access_key_id}")
                click.echo(f"  Secret access key  {first.secret_access_key}")
                click.echo("  The secret is not shown again.")
        serve(application, listening, ready=_announce)


def _announce(endpoint: str) -> None:
    """Say what the server enforces and, as its last word, where it is."""
    click.echo(
        "Enforced on every call: SigV4 signatures, session tokens, policies of every layer."
    )
    click.echo(f"Doorward serves IAM, STS, Organizations and its own API at {endpoint}")
