"""``doorward why --message``: a denial from the text of its error, asked about again on files."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from doorward.cli.server import call, print_json
from doorward.cli.terminal import printable
from doorward.errors import InvalidInput
from doorward.importers.denied_text import read_denied_text
from doorward.policy.arn import parse_arn
from doorward.render.denial import Denial, denial_facts, denial_lines
from doorward.render.printable import printable as safe
from doorward.render.text import text_from_record

if TYPE_CHECKING:
    from doorward.engine.request import Request

_NAMED_KINDS = {
    "role": "role",
    "user": "user",
    "group": "group",
    "policy": "policy",
    "instance profile": "instance-profile",
}
"""What IAM calls some resources in its messages, and their types in an ARN."""

_CLAIMED = ("effect", "layer", "on_trust")


def explain_message(
    message: str,
    *,
    policies: Path | None,
    context: Mapping[str, object],
    resource_account: str | None,
    output: str,
    server: tuple[str, str | None, str],
    recorded: Callable[[dict[str, Any]], list[str]],
) -> None:
    """Print what a message says; ``-`` is standard input.

    What words say already is not asked of a server; an encoded message alone is decoded by
    ``server`` (endpoint, profile, region) and printed by ``recorded``, as a recorded call is.

    Raises:
        InvalidInput: the text, or a policy, cannot be read.
        ServiceError: the server does not decode it.

    """
    text = read_denied_text(sys.stdin.read() if message == "-" else message)
    if text.denial is not None:
        found = _report(text.denial, policies, context, resource_account)
        lines = list(_report_lines(found, color=sys.stdout.isatty()))
    elif policies is not None:
        raise click.UsageError("an encoded message is decided already: leave out --policies")
    else:
        answer = call(*server, "DecodeAuthorizationMessage", "sts", EncodedMessage=text.encoded)
        found = json.loads(answer["DecodedMessage"])
        lines = [printable(line) for line in recorded(_as_recorded(found))]
    if output == "json":
        print_json(found)
        return
    for line in lines:
        click.echo(line)


def _request(
    denial: Denial, context: Mapping[str, object], resource_account: str | None
) -> Request:
    """Return the request that a message is about; raise ``InvalidInput`` where it says too little.

    What a session's ARN leaves out (the path of its role, tags, policies) is not known.
    """
    from doorward.engine.request_form import request

    try:
        return request(
            principal=_principal(denial.principal),
            action=denial.action,
            resource=_resource(denial),
            context=context,
            resource_account=resource_account,
        )
    except InvalidInput as error:
        error.hint = (
            "the message does not say enough to ask again: ask"
            " `doorward why PRINCIPAL ACTION RESOURCE --policies PATH`"
        )
        raise


def _principal(label: str) -> object:
    """Return a principal in the form of a question; a message has only its label."""
    if label.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return {"type": "Service", "name": label}
    if label == "anonymous":
        return {"type": "Anonymous"}
    return label


def _resource(denial: Denial) -> str:
    """Return the ARN of the resource, or ``*`` where the message names none."""
    if denial.resource is None:
        return "*"
    kind, _, name = denial.resource.rpartition(" ")
    if kind not in _NAMED_KINDS or name.startswith("arn:"):
        return name if kind in _NAMED_KINDS else denial.resource
    caller = parse_arn(denial.principal)
    if caller is None:
        return denial.resource
    return f"arn:{caller.partition}:iam::{caller.account}:{_NAMED_KINDS[kind]}/{name}"


def _compared(denial: Denial, evaluation: Mapping[str, Any]) -> dict[str, Any]:
    """Return whether an evaluation bears the message out, and its own message if it denies."""
    if "message" not in evaluation:
        return {"agrees": False}
    other = read_denied_text(evaluation["message"]).denial
    agrees = denial.effect is None or all(
        getattr(denial, name) == getattr(other, name) for name in _CLAIMED
    )
    return {"agrees": agrees, "message": evaluation["message"]}


def _report(
    denial: Denial,
    policies: Path | None,
    context: Mapping[str, object],
    resource_account: str | None,
) -> dict[str, Any]:
    """Return all there is to say: of the message, and of the request under policies, if given."""
    facts = denial_facts(denial)
    if policies is None:
        return {"denial": facts}
    from doorward.importers.policy_files import read_policies
    from doorward.usecases.queries import explanation

    asked = _request(denial, context, resource_account)
    found = explanation(read_policies(policies), asked)
    return {"denial": facts, "comparison": _compared(denial, found), "evaluation": found}


def _report_lines(found: Mapping[str, Any], *, color: bool) -> Iterator[str]:
    """Yield a report as text that is fit to be printed."""
    yield from denial_lines(found["denial"])
    yield from _compared_lines(found.get("comparison"))
    if "evaluation" in found:
        yield ""
        yield text_from_record(found["evaluation"], color=color)


def _compared_lines(comparison: Mapping[str, Any] | None) -> Iterator[str]:
    """Say whether the policies on files bear the message out."""
    if comparison is None:
        return
    if comparison["agrees"]:
        yield "  files    these policies deny it for the reason that the message gives"
    elif "message" in comparison:
        own = safe(comparison["message"])
        yield f"  files    these policies deny it for another reason: {own}"
    else:
        yield "  files    these policies allow it: others denied, or the request was another one"


def _as_recorded(decoded: Mapping[str, Any]) -> dict[str, Any]:
    """Return a decoded authorization message in the form of GetDecision's answer.

    Raises ``click.ClickException`` for one that is not from a Doorward server.
    """
    told = decoded.get("doorward")
    if told is None:
        raise click.ClickException("the server decoded the message, but is not a Doorward server")
    event = {
        "eventTime": told["time"],
        "eventSource": told["source"],
        "eventName": told["operation"],
        "userIdentity": {"arn": decoded["context"]["principal"]["arn"]},
        "errorCode": told["errorCode"],
        "errorMessage": told["errorMessage"],
    }
    return {
        "Event": json.dumps(event),
        "Decisions": [{"Text": each["text"]} for each in told["decisions"]],
    }
