"""``doorward mfa``: hardware tokens and security keys, which no call of IAM makes."""

from __future__ import annotations

from typing import Any, TextIO

import click

from doorward.cli.server import asks_server, call, output_option, print_json
from doorward.cli.terminal import printable


@click.group("mfa")
def command() -> None:
    """Make hardware tokens known, and record security keys."""


@command.command("register")
@click.argument("serial")
@click.option(
    "--seed",
    metavar="FILE",
    type=click.File(encoding="utf-8"),
    required=True,
    help="The token's seed in base32; - is standard input.",
)
@asks_server
def register(serial: str, seed: TextIO, endpoint: str, profile: str | None, region: str) -> None:
    """Make a hardware token known, so that EnableMFADevice can enable it for a user."""
    text = "".join(seed.read().split())
    call(endpoint, profile, region, "RegisterMFAToken", TokenSerial=serial, Seed=text)
    click.echo(f"Registered {serial}; `aws iam enable-mfa-device` enables it for a user.")


@command.command("list")
@output_option
@asks_server
def list_(output: str, endpoint: str, profile: str | None, region: str) -> None:
    """List the hardware tokens that are known, and whose they are."""
    tokens: list[dict[str, Any]] = []
    token = None
    while True:
        page = call(endpoint, profile, region, "ListMFATokens", NextToken=token)
        tokens += page["Tokens"]
        token = page.get("NextToken")
        if token is None:
            break
    if output == "json":
        print_json({"Tokens": tokens})
        return
    for each in tokens:
        click.echo(printable(f"{each['TokenSerial']}  {each.get('UserName', 'nobody')}"))


@command.command("delete")
@click.argument("serial")
@asks_server
def delete(serial: str, endpoint: str, profile: str | None, region: str) -> None:
    """Forget a hardware token that nobody uses."""
    call(endpoint, profile, region, "DeleteMFAToken", TokenSerial=serial)


@command.command("record-key")
@click.argument("user")
@click.option("--name", required=True, help="What the key is called.")
@click.option(
    "--certification",
    "certifications",
    multiple=True,
    metavar="NAME=LEVEL",
    help="What it is certified for; may be repeated.",
)
@output_option
@asks_server
def record_key(
    user: str,
    *,
    name: str,
    certifications: tuple[str, ...],
    output: str,
    endpoint: str,
    profile: str | None,
    region: str,
) -> None:
    """Record that a user has a FIDO security key."""
    pairs = [each.partition("=") for each in certifications]
    if not all(key and level for key, _, level in pairs):
        raise click.BadParameter("a certification is NAME=LEVEL", param_hint="--certification")
    found = call(
        endpoint,
        profile,
        region,
        "RecordSecurityKey",
        UserName=user,
        Name=name,
        Certifications={key: level for key, _, level in pairs} or None,
    )
    if output == "json":
        print_json(found)
        return
    click.echo(printable(f"Recorded {found['SerialNumber']}"))
