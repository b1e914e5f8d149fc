"""``doorward why``: the reason of a recorded call, or of a request that nobody made yet."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from doorward.cli.explained import forms_option, show, show_recorded
from doorward.cli.server import asks_server, call, print_json
from doorward.cli.terminal import printable

if TYPE_CHECKING:
    from doorward.engine.request import Request


@click.command("why")
@click.argument("principal", required=False)
@click.argument("action", required=False)
@click.argument("resource", required=False)
@click.option(
    "--policies",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Policies to decide by: a file, or a folder with one file or folder a layer.",
)
@click.option(
    "--estate",
    metavar="PATH",
    type=click.Path(path_type=Path),
    multiple=True,
    help="An exported estate to decide by: a file or a folder; several are one estate.",
)
@click.option(
    "--context",
    "given",
    metavar="KEY=VALUE",
    multiple=True,
    help="A condition key and its value; given again, the key has several values.",
)
@click.option(
    "--resource-account",
    metavar="ACCOUNT",
    help="The account that owns the resource, where its ARN does not say so (S3).",
)
@click.option(
    "--request-id", metavar="ID", help="Instead: the request id that a recorded call got."
)
@click.option(
    "--message",
    metavar="TEXT",
    help="Instead: the text of an AccessDenied error, or an encoded message; - is standard input.",
)
@forms_option
@asks_server
def command(
    *,
    principal: str | None,
    action: str | None,
    resource: str | None,
    policies: Path | None,
    estate: tuple[Path, ...],
    given: tuple[str, ...],
    resource_account: str | None,
    request_id: str | None,
    message: str | None,
    output: str,
    endpoint: str,
    profile: str | None,
    region: str,
) -> None:
    """Explain a request under policies on files, a recorded call, or the text of a denial.

    PRINCIPAL is an ARN, the name of a service, or an object of the form of `doorward decide`;
    RESOURCE an ARN or *. Without --policies and --estate the server is asked, by whose policies
    now in force it is decided. A recorded call is named by its request id, which is in every
    answer (x-amzn-RequestId; boto3 shows it as ResponseMetadata). The text of an AccessDenied
    error says who was denied what, and by which layer; with --policies the same request is decided
    again. An encoded message is decoded by the server.
    """
    asked = (principal, action, resource)
    if request_id is not None:
        more = (*asked, message, policies, estate or None, resource_account)
        if any(value is not None for value in more) or given:
            raise click.UsageError("--request-id stands alone: the call is recorded already")
        _recorded(request_id, output, endpoint, profile, region)
    elif message is not None:
        if any(value is not None for value in (*asked, estate or None)):
            raise click.UsageError(
                "--message says who was denied what: leave out PRINCIPAL …, and --estate"
            )
        server = (endpoint, profile, region)
        _denied(message, policies, given, resource_account, output=output, server=server)
    elif principal is not None and action is not None and resource is not None:
        if policies is None and not estate:
            from doorward.cli.asking import ask_server

            if resource_account is not None:
                raise click.UsageError("--resource-account goes with files: the server knows it")
            server = (endpoint, profile, region)
            ask_server(server, principal, action, resource, _context(given), output)
            return
        request = _request(principal, action, resource, given, resource_account)
        _on_files(request, policies, estate, output)
    else:
        raise click.UsageError(
            "ask `doorward why PRINCIPAL ACTION RESOURCE`, with --policies PATH or --estate PATH,"
            " or about a recorded call, `doorward why --request-id ID`,"
            " or about a denial, `doorward why --message TEXT`"
        )


def _denied(
    message: str,
    policies: Path | None,
    given: tuple[str, ...],
    resource_account: str | None,
    *,
    output: str,
    server: tuple[str, str | None, str],
) -> None:
    """Explain the text of a denial, or an encoded message."""
    from doorward.cli.denial import explain_message

    if policies is None and (given or resource_account):
        raise click.UsageError("--context and --resource-account go with --policies PATH")
    if output not in {"text", "json"}:
        raise click.UsageError("a message is told of as text or JSON; ask about its request")
    explain_message(
        message,
        policies=policies,
        context=_context(given),
        resource_account=resource_account,
        output=output,
        server=server,
        recorded=told,
    )


_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")


def _request(
    principal: str, action: str, resource: str, given: tuple[str, ...], account: str | None
) -> Request:
    from doorward.engine.question import strict_json
    from doorward.engine.request_form import request
    from doorward.errors import InvalidInput

    who: object = principal
    if _SERVICE.fullmatch(principal):
        who = {"type": "Service", "name": principal}
    elif principal.startswith("{"):
        try:
            who = strict_json(principal)
        except (InvalidInput, ValueError, RecursionError) as error:
            raise click.UsageError(f"PRINCIPAL is not JSON: {error}") from None
    return request(
        principal=who,
        action=action,
        resource=resource,
        context=_context(given),
        resource_account=account,
    )


def _context(given: tuple[str, ...]) -> dict[str, object]:
    """A key that is given several times has several values."""
    values: dict[str, list[str]] = {}
    for each in given:
        key, equals, value = each.partition("=")
        if not equals or not key:
            raise click.UsageError(f"--context {each}: KEY=VALUE is wanted")
        values.setdefault(key, []).append(value)
    return {key: found if len(found) > 1 else found[0] for key, found in values.items()}


def _on_files(
    asked: Request, policies: Path | None, estate: tuple[Path, ...], output: str
) -> None:
    """Explain a request by the one of the two that is given."""
    if policies is not None and estate:
        raise click.UsageError("either --policies or --estate: by which should it be decided?")
    if policies is not None:
        _explained(asked, policies, output)
    elif estate:
        from doorward.cli.estate import explain_in_estate

        explain_in_estate(asked, estate, output)


def _explained(asked: Request, policies: Path, output: str) -> None:
    from doorward.importers.policy_files import read_policies
    from doorward.usecases.queries import explanation

    show(explanation(read_policies(policies), asked), output)


def _recorded(
    request_id: str, output: str, endpoint: str, profile: str | None, region: str
) -> None:
    found = call(endpoint, profile, region, "GetDecision", RequestId=request_id)
    for each in found["Decisions"]:
        each["Record"] = json.loads(each["Record"])
    if output in {"html", "svg"}:
        show_recorded([each["Record"] for each in found["Decisions"]], output)
        return
    if output == "json":
        found["Event"] = json.loads(found["Event"])
        print_json(found)
        return
    for line in told(found):
        click.echo(printable(line))


def told(found: dict[str, Any]) -> list[str]:
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
