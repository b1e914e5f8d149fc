"""``doorward why``: the reason of a recorded call, allowed or denied."""

from __future__ import annotations

import json
from typing import Any

import click

from doorward.cli.server import asks_server, call, output_option, print_json
from doorward.cli.terminal import printable


@click.command("why")
@click.option(
    "--request-id",
    metavar="ID",
    required=True,
    help="The request id that the call was answered with.",
)
@output_option
@asks_server
def command(request_id: str, output: str, endpoint: str, profile: str | None, region: str) -> None:
    """Explain a recorded call: who asked for what, what decided, and where that is written.

    The request id is in every answer (x-amzn-RequestId; boto3 shows it as ResponseMetadata).
    """
    found = call(endpoint, profile, region, "GetDecision", RequestId=request_id)
    if output == "json":
        found["Event"] = json.loads(found["Event"])
        print_json(found)
        return
    for line in explanation(found):
        click.echo(printable(line))


def explanation(found: dict[str, Any]) -> list[str]:
    """Return the lines that explain a recorded call."""
    event = json.loads(found["Event"])
    identity = event["userIdentity"]
    caller = identity.get("arn") or identity.get("accessKeyId") or "an unsigned caller"
    lines = [f"{event['eventTime']}  {event['eventSource']} {event['eventName']} by {caller}"]
    if event.get("errorCode"):
        lines.append(f"answered {event['errorCode']}: {event['errorMessage']}")
    if not found["Decisions"]:
        lines.append("No policy was looked at: the call ended before the engine was asked.")
    for decision in found["Decisions"]:
        lines += ["", decision["Text"].rstrip()]
    return lines
