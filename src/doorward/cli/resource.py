"""``doorward resource``: the registry of resource policies."""

from __future__ import annotations

from typing import Any, TextIO

import click

from doorward.cli.server import asks_server, call, output_option, print_json
from doorward.cli.terminal import printable


@click.group("resource")
def command() -> None:
    """Keep the policies, owners and tags of resources that Doorward does not serve itself."""


@command.command("put")
@click.argument("arn")
@click.option(
    "--account", metavar="ID", help="Its owner; default: the one in the ARN, else yours."
)
@click.option(
    "--policy",
    metavar="FILE",
    type=click.File(encoding="utf-8"),
    help="Policy document; - is standard input.",
)
@click.option("--tag", "tags", multiple=True, metavar="KEY=VALUE", help="A tag; may be repeated.")
@click.option("--type", "kind", metavar="TYPE", help="Resource type, such as AWS::S3::Bucket.")
@output_option
@asks_server
def put(
    arn: str,
    *,
    account: str | None,
    policy: TextIO | None,
    tags: tuple[str, ...],
    kind: str | None,
    output: str,
    endpoint: str,
    profile: str | None,
    region: str,
) -> None:
    """Register a resource, or replace its record: what is not given is not kept."""
    pairs = [tag.partition("=") for tag in tags]
    for key, equals, _ in pairs:
        if not key or not equals:
            raise click.BadParameter("a tag is KEY=VALUE", param_hint="--tag")
    found = call(
        endpoint,
        profile,
        region,
        "PutResource",
        Arn=arn,
        Account=account,
        Policy=policy.read() if policy else None,
        Tags=[{"Key": key, "Value": value} for key, _, value in pairs] or None,
        Type=kind,
    )
    _show(found["Resource"], output)


@command.command("get")
@click.argument("arn")
@output_option
@asks_server
def get(arn: str, output: str, endpoint: str, profile: str | None, region: str) -> None:
    """Show a resource's record."""
    _show(call(endpoint, profile, region, "GetResource", Arn=arn)["Resource"], output)


@command.command("list")
@click.option("--account", metavar="ID", help="Their owner; default: yours.")
@output_option
@asks_server
def list_(
    account: str | None, output: str, endpoint: str, profile: str | None, region: str
) -> None:
    """List the resources of an account."""
    records: list[dict[str, Any]] = []
    token = None
    while True:
        page = call(endpoint, profile, region, "ListResources", Account=account, NextToken=token)
        records += page["Resources"]
        token = page.get("NextToken")
        if token is None:
            break
    if output == "json":
        print_json({"Resources": records})
        return
    if not records:
        click.echo("No resource is registered; `doorward resource put ARN` registers one.")
    for record in records:
        click.echo(printable(f"{record['Account']}  {record['Arn']}  {_policy_size(record)}"))


@command.command("delete")
@click.argument("arn")
@asks_server
def delete(arn: str, endpoint: str, profile: str | None, region: str) -> None:
    """Forget a resource and its policy."""
    call(endpoint, profile, region, "DeleteResource", Arn=arn)


def _policy_size(record: dict[str, Any]) -> str:
    """Say how large a record's policy is."""
    policy = record.get("Policy")
    return f"policy of {len(policy)} characters" if policy else "no policy"


def _show(record: dict[str, Any], output: str) -> None:
    """Print one record."""
    if output == "json":
        print_json(record)
        return
    lines = [record["Arn"], f"  account  {record['Account']}"]
    if record.get("Type"):
        lines.append(f"  type     {record['Type']}")
    lines += [f"  tag      {tag['Key']} = {tag['Value']}" for tag in record.get("Tags", [])]
    lines.append(record["Policy"] if record.get("Policy") else "  no policy")
    click.echo(printable("\n".join(lines)))
