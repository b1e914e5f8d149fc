"""What an Organizations call must be allowed to do: its resources and condition keys.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS
Organizations". Ids that name nothing still make an ARN, so that a denial tells nobody whether they
exist; the organization is that of the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from doorward.api.call import Read
from doorward.api.operation import Asks, ContextValues, Parameters, Question
from doorward.api.pages import Page, page
from doorward.control import messages, organizations
from doorward.engine.request import Resource
from doorward.model.directory import Directory
from doorward.model.organization import Account, Organization, PolicyType
from doorward.model.principal import Tags

Find = Callable[[Read, Parameters], Resource]
"""Finds one resource of a call."""

Keys = Callable[[Read, Parameters], ContextValues]
"""Gives condition keys of a call."""

PAGE = 20
"""Items of a page when the caller does not say: the most that MaxResults admits."""

_WORDS = {"r-": "root", "ou": "ou"}


def about(*finds: Find, keys: Keys | None = None) -> Callable[[str], Asks]:
    """Ask for the operation's own action on each resource; on ``*`` when it has no type of any.

    Tags in the call ask for TagResource besides (CreateAccount, CreatePolicy: "the requester must
    have the organizations:TagResource permission").
    """

    def asks(action: str) -> Asks:
        def questions(call: Read, parameters: Parameters) -> tuple[Question, ...]:
            tags = request_tags(parameters)
            context = {**(keys(call, parameters) if keys else {}), **tags}
            resources = tuple(find(call, parameters) for find in finds) or (everything(call),)
            actions = (action, "organizations:TagResource") if tags else (action,)
            return tuple(
                Question(each, resource, context) for each in actions for resource in resources
            )

        return questions

    return asks


def everything(call: Read) -> Resource:
    """Stand for ``*``: operations without a resource type."""
    return Resource("*", call.caller.account)


def node(parameter: str) -> Find:
    """Find the root, unit or account whose id a parameter gives."""

    def find(call: Read, parameters: Parameters) -> Resource:
        node_id = parameters[parameter]
        owner, organization = _place(call.directory, call.caller.account)
        held = call.directory.get(Account, node_id)
        own = held is not None and held.organization_id == organization
        return Resource(
            f"arn:aws:organizations::{owner}:"
            f"{_WORDS.get(node_id[:2], 'account')}/{organization}/{node_id}",
            owner,
            held.tags if held and own else (),
        )

    return find


def policy(call: Read, parameters: Parameters) -> Resource:
    """Find the policy whose id the call gives; AWS's own are as good as the caller's."""
    policy_id = parameters["policy_id"]
    kind = _type(call, policy_id).value.lower()
    if policy_id in organizations.FULL_ACCESS.values():
        arn = f"arn:aws:organizations::aws:policy/{kind}/{policy_id}"
        return Resource(arn, call.caller.account)
    owner, organization = _place(call.directory, call.caller.account)
    arn = f"arn:aws:organizations::{owner}:policy/{organization}/{kind}/{policy_id}"
    return Resource(arn, owner)


def type_of_policy(call: Read, parameters: Parameters) -> ContextValues:
    """Give organizations:PolicyType of the policy whose id the call gives."""
    return {"organizations:PolicyType": _type(call, parameters["policy_id"]).value}


def type_in(parameter: str) -> Keys:
    """Give organizations:PolicyType as a parameter says it."""
    return lambda _call, parameters: {"organizations:PolicyType": parameters[parameter]}


def request_tags(parameters: Parameters) -> dict[str, str | tuple[str, ...]]:
    """Give aws:RequestTag/… and aws:TagKeys of the tags in the call; nothing without any."""
    tags = parameters.get("tags")
    if not tags:
        return {}
    keys: dict[str, str | tuple[str, ...]] = {
        f"aws:RequestTag/{tag['Key']}": tag["Value"] for tag in tags
    }
    return keys | {"aws:TagKeys": tuple(tag["Key"] for tag in tags)}


def pairs(tags: list[dict[str, str]] | None) -> Tags:
    """Return tags of a call as pairs."""
    return tuple((tag["Key"], tag["Value"]) for tag in tags or ())


def shape_page(
    shapes: list[dict[str, Any]], token: str | None, limit: int | None
) -> Page[dict[str, Any]]:
    """Return a page of output shapes in the order of their ids."""
    return page(
        shapes,
        lambda shape: str(shape.get("Id") or shape["TargetId"]),
        token,
        PAGE if limit is None else limit,
        messages.INVALID_PAGINATION_TOKEN,
    )


def _type(call: Read, policy_id: str) -> PolicyType:
    """Return a policy's type; one that does not exist counts as an SCP."""
    return organizations.type_of(call.directory, policy_id) or PolicyType.SERVICE_CONTROL_POLICY


def _place(directory: Directory, account: str) -> tuple[str, str]:
    """Return the management account and the id of an account's organization.

    An account without one names itself and no organization: whatever it asks fails later.
    """
    held = directory.get(Account, account)
    found = (
        directory.get(Organization, held.organization_id)
        if held and held.organization_id
        else None
    )
    return (found.management_account, found.id) if found else (account, "none")
