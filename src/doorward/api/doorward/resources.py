"""PutResource, GetResource, ListResources, DeleteResource: the registry of resource policies."""

from __future__ import annotations

from typing import Any

from doorward.api.call import Read, Write
from doorward.api.operation import Asks, Parameters, Question, on, operation, owner
from doorward.api.pages import Page, page
from doorward.api.visibility import owning_account
from doorward.control import resources
from doorward.control.errors import Message
from doorward.engine.request import Resource
from doorward.model.resource import RegisteredResource

INVALID_TOKEN = Message("ValidationException", "NextToken is not one that was returned.")
"""What every list of this service answers to a token that is none."""


def record_arn(account: str, arn: str) -> str:
    """Return the ARN of a record of the registry: what policies on ``doorward:*Resource`` name."""
    return f"arn:aws:doorward::{account}:resource/{arn}"


def _put_asks(action: str) -> Asks:
    """Ask about the record under the account that will own it."""

    def questions(call: Read, parameters: Parameters) -> tuple[Question, ...]:
        account = parameters.get("account") or owner(parameters["arn"]) or call.caller.account
        return (Question(action, Resource(record_arn(account, parameters["arn"]), account)),)

    return questions


def _record(call: Read, parameters: Parameters) -> str:
    """Return the record's ARN under its owner; an unknown one is looked for under the caller."""
    account = owning_account(call.directory, parameters["arn"]) or call.caller.account
    return record_arn(account, parameters["arn"])


def shape(record: RegisteredResource) -> dict[str, Any]:
    """Project a record to the ``Resource`` shape."""
    optional = {"Type": record.type, "Policy": record.policy}
    return {
        "Arn": record.arn,
        "Account": record.account,
        "Tags": [{"Key": key, "Value": value} for key, value in record.tags],
        **{name: value for name, value in optional.items() if value is not None},
    }


def _one(record: RegisteredResource) -> dict[str, Any]:
    """Project to an output with one record."""
    return {"Resource": shape(record)}


@operation("doorward", "PutResource", asks=_put_asks, answer=_one)
def put_resource(
    call: Write,
    *,
    arn: str,
    account: str | None = None,
    policy: str | None = None,
    tags: list[dict[str, str]] | None = None,
    type: str | None = None,
) -> RegisteredResource:
    """Register a resource, or replace its policy and tags."""
    record = resources.put_resource(
        call.transaction,
        arn=arn,
        account=account or owner(arn) or call.caller.account,
        policy=policy,
        kind=type,
        tags=tuple((tag["Key"], tag["Value"]) for tag in tags or ()),
        now=call.now,
    )
    return resources.shown(call.transaction, record)


@operation("doorward", "GetResource", asks=on(_record), answer=_one)
def get_resource(call: Read, *, arn: str) -> RegisteredResource:
    """Return a resource's record."""
    return resources.shown(call.directory, resources.get_resource(call.directory, arn))


@operation("doorward", "DeleteResource", asks=on(_record))
def delete_resource(call: Write, *, arn: str) -> None:
    """Forget a resource and its policy."""
    resources.delete_resource(call.transaction, arn)


def _page(records: Page[RegisteredResource]) -> dict[str, Any]:
    """Project a page of records."""
    more = {"NextToken": records.marker} if records.marker else {}
    return {"Resources": [shape(record) for record in records.items], **more}


@operation(
    "doorward",
    "ListResources",
    asks=on(
        lambda call, parameters: record_arn(parameters.get("account") or call.caller.account, "*")
    ),
    answer=_page,
)
def list_resources(
    call: Read,
    *,
    account: str | None = None,
    max_results: int | None = None,
    next_token: str | None = None,
) -> Page[RegisteredResource]:
    """Return an account's records, by ARN."""
    held = call.directory.find(RegisteredResource, account=account or call.caller.account)
    found = page(held, lambda record: record.arn, next_token, max_results, INVALID_TOKEN)
    return found.each(lambda record: resources.shown(call.directory, record))
