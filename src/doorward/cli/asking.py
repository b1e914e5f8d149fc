"""``doorward why`` of a running server: it decides by the policies now in force (``Decide``)."""

from __future__ import annotations

from collections.abc import Mapping

import click

from doorward.cli.server import call, print_json
from doorward.cli.terminal import printable


def ask_server(
    server: tuple[str, str | None, str],
    principal: str,
    action: str,
    resource: str,
    context: Mapping[str, object],
    output: str,
) -> None:
    """Ask the server at ``(endpoint, profile, region)``, and print its answer.

    The server explains what decided; of the rest of the policies it shows no text, for they are
    not all the asker's to read.

    Raises:
        ServiceError, EndpointUnreachable, ConfigurationError: as ``cli.server.call`` does.
    """
    if not principal.startswith("arn:"):
        raise click.UsageError("PRINCIPAL is an ARN, where a server is asked")
    if output not in {"text", "json"}:
        raise click.UsageError("a server is asked for text or JSON; ask with --policies, --estate")
    endpoint, profile, region = server
    entries = [
        {"Key": key, "Values": [value] if isinstance(value, str) else value}
        for key, value in context.items()
    ]
    found = call(
        endpoint,
        profile,
        region,
        "Decide",
        Subject={"Principal": principal},
        Action=action,
        Resource=resource,
        Context=entries or None,
    )["Decision"]
    if output == "json":
        print_json(found)
        return
    for line in found["Text"].rstrip().split("\n"):
        click.echo(printable(line))
