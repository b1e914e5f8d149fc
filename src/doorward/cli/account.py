"""``doorward account``: accounts outside any organization."""

from __future__ import annotations

import click

from doorward.cli.server import asks_server, call, output_option, print_json


@click.group("account")
def command() -> None:
    """Create accounts that belong to no organization."""


@command.command("create")
@click.option("--name", required=True, help="Name of the account.")
@click.option("--account-id", metavar="ID", help="Its 12 digits; drawn when absent.")
@click.option("--email", help="Its e-mail address.")
@output_option
@asks_server
def create(
    name: str,
    account_id: str | None,
    email: str | None,
    output: str,
    endpoint: str,
    profile: str | None,
    region: str,
) -> None:
    """Create an account and its administrator; the secret key is printed this once."""
    found = call(
        endpoint, profile, region, "CreateAccount", Name=name, AccountId=account_id, Email=email
    )
    if output == "json":
        print_json(found)
        return
    key = found["AdministratorAccessKey"]
    click.echo(f"Created account {found['Account']['Id']} with the user administrator.")
    click.echo(f"  Access key id      {key['AccessKeyId']}")
    click.echo(f"  Secret access key  {key['SecretAccessKey']}")
    click.echo("  The secret is not shown again.")
