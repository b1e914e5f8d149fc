"""Options and the connection of commands that ask a running server."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

DEFAULT_ENDPOINT = "http://127.0.0.1:8480"

_MORE = "`doorward why --request-id {0}`, by one who may read it, says more"

HINTS = {
    "AccessDenied": _MORE,
    "AccessDeniedException": _MORE,
    "ExpiredTokenException": "the session has ended: get new temporary credentials",
    "InvalidAuthorizationMessageException": (
        "an encoded message opens on the server that issued it, for the account whose caller was"
        " denied"
    ),
    "InvalidSignatureException": "check the secret access key, and this machine's clock",
    "UnrecognizedClientException": (
        "check the access key id and session token (variables AWS_…, or --profile), and that"
        " --endpoint is the server that they are from"
    ),
}
"""What to do about an error that a server answers, by its code; {0} is the request id."""


def asks_server(function: Function) -> Function:
    """Add the options that say which server to ask, and as whom."""
    for option in (
        click.option(
            "--endpoint",
            metavar="URL",
            envvar="DOORWARD_ENDPOINT",
            default=DEFAULT_ENDPOINT,
            show_default=True,
            help="URL of the server.",
        ),
        click.option("--profile", help="AWS profile to sign with; default: the usual AWS chain."),
        click.option(
            "--region", default="us-east-1", show_default=True, help="Region to sign for."
        ),
    ):
        function = option(function)
    return function


def output_option(function: Function) -> Function:
    """Add ``--output text|json``."""
    return click.option(
        "--output",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How to print the answer.",
    )(function)


def call(
    endpoint: str,
    profile: str | None,
    region: str,
    operation: str,
    service: str = "doorward",
    **parameters: object,
) -> dict[str, Any]:
    """Call an operation, of Doorward's own API unless another is named, and return its answer.

    Parameters that are ``None`` are left out. Raises ``ServiceError``, ``EndpointUnreachable``,
    ``ConfigurationError``.
    """
    from doorward.wire import ambient
    from doorward.wire.client import Client, ServiceError

    given = {name: value for name, value in parameters.items() if value is not None}
    with Client(endpoint, ambient.credentials(profile), region) as client:
        try:
            return client.call(service, operation, given)
        except ServiceError as error:
            error.hint = HINTS.get(error.code, "").format(error.request_id)
            raise


def print_json(value: object) -> None:
    """Print JSON for machines and people, all ASCII."""
    click.echo(json.dumps(value, indent=2, default=str))
