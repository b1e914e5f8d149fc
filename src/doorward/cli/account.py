"""``doorward account``: accounts outside any organization, and what accounts may have."""

from __future__ import annotations

import click

from doorward.cli.server import asks_server, call, output_option, print_json


@click.group("account")
def command() -> None:
    """Create accounts that belong to no organization; see and set what accounts may have."""


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


@command.command("quotas")
@click.option("--account", metavar="ID", help="The account; default: yours.")
@output_option
@asks_server
def quotas(
    account: str | None, output: str, endpoint: str, profile: str | None, region: str
) -> None:
    """List an account's quotas, as they are and as they may be."""
    found = call(endpoint, profile, region, "ListAccountQuotas", AccountId=account)
    if output == "json":
        print_json(found)
        return
    for each in found["Quotas"]:
        click.echo(
            f"{each['QuotaName']:<36}{each['Value']:>7}"
            f"  (default {each['Default']}, at most {each['Maximum']})"
        )


@command.command("set-quota")
@click.argument("account")
@click.argument("quota")
@click.argument("value", type=int)
@asks_server
def set_quota(
    account: str, quota: str, value: int, endpoint: str, profile: str | None, region: str
) -> None:
    """Give an account a quota of its own; only the installation's own account may."""
    call(
        endpoint,
        profile,
        region,
        "PutAccountQuota",
        AccountId=account,
        QuotaName=quota,
        Value=value,
    )
