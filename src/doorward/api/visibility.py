"""What of a decision's record a reader may see: the verdict, but not what others' policies say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from doorward.api.call import Read
from doorward.api.operation import owner
from doorward.control import resources
from doorward.engine.decision import LayerEffect
from doorward.engine.layers import Layer
from doorward.model.directory import Directory
from doorward.model.organization import Account
from doorward.render.message import within_border
from doorward.render.text import text_from_record

_SUBJECT_LAYERS = frozenset({Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY, Layer.SESSION})
_ORGANIZATION_LAYERS = frozenset({Layer.SERVICE_CONTROL, Layer.RESOURCE_CONTROL})
_QUOTED = ("sid", "line", "column", "excerpt", "excerptCut")
_OF_PRINCIPAL = re.compile(r"aws:(principal|userid|username|sourceidentity)", re.IGNORECASE)
_OF_RESOURCE = re.compile(r"aws:resource|[^:]+:resourcetag/", re.IGNORECASE)
_NAMES = ("policyName", "policyArn", "policyVia")


def owning_account(directory: Directory, arn: str) -> str | None:
    """Return who owns a resource: the account that registered it, else the one in its ARN.

    An S3 object, whose ARN names no account, is its bucket's.
    """
    record = resources.covering(directory, arn)
    return record.account if record else owner(arn)


def hidden_layers(call: Read, principal: str, resource: str) -> frozenset[Layer]:
    """Return the layers of a decision whose policies are not the caller's to read.

    The account that runs the installation reads everything. Whose policies they are is told by the
    principal's ARN and by the directory, never by a context, which an asker may have given.
    """
    reader = call.directory.get(Account, call.caller.account)
    if reader is not None and reader.installation:
        return frozenset()
    hidden = _ORGANIZATION_LAYERS
    if owner(principal) != call.caller.account:
        hidden |= _SUBJECT_LAYERS
    if owning_account(call.directory, resource) != call.caller.account:
        hidden |= {Layer.RESOURCE}
    return hidden


def visible(record: Mapping[str, Any], call: Read) -> Mapping[str, Any]:
    """Return a record, and its ``text``, without what policies say that are not the reader's.

    Which policy it is, too, is hidden where AWS's message would not say it
    (``render.message.within_border``): another account's, and those of an organization that the
    reader is not in. So are the condition keys that tell about a principal or a resource of
    another account, and whether such a resource has no policy or one that does not match: who may
    not assume a role must not learn whether it exists.
    """
    hidden = hidden_layers(call, record["principal"], record["resource"])
    if not hidden:
        return {**record, "text": text_from_record(record)}
    reader = call.directory.get(Account, call.caller.account)
    organization = reader.organization_id if reader is not None else None
    determining = [
        _seen(each, call.caller.account, organization) if Layer(each["layer"]) in hidden else each
        for each in record["determining"]
    ]
    seen = {
        **record,
        "layers": _verdicts(record, call),
        "determining": determining,
        "context": _context(record, hidden),
    }
    if "message" in record:
        seen["message"] = _unnamed(record, determining)
    return {**seen, "text": text_from_record(seen)}


def _verdicts(record: Mapping[str, Any], call: Read) -> list[Mapping[str, Any]]:
    """Return the verdicts; of another's resource, no policy reads as one that does not match."""
    if owning_account(call.directory, record["resource"]) in {call.caller.account, None}:
        return list(record["layers"])
    return [
        {**each, "effect": LayerEffect.IMPLICIT_DENY.value}
        if each["layer"] == Layer.RESOURCE.value
        and each["effect"] == LayerEffect.NOT_APPLICABLE.value
        else each
        for each in record["layers"]
    ]


def _context(record: Mapping[str, Any], hidden: frozenset[Layer]) -> list[Mapping[str, Any]]:
    """Return the condition keys that are not those of another account's principal or resource."""
    others = [
        *([_OF_PRINCIPAL] if Layer.IDENTITY in hidden else []),
        *([_OF_RESOURCE] if Layer.RESOURCE in hidden else []),
    ]
    return [
        each for each in record["context"] if not any(key.match(each["key"]) for key in others)
    ]


def _seen(
    reference: Mapping[str, Any], account: str, organization: str | None
) -> Mapping[str, Any]:
    """Return a reference to a statement of a hidden layer as far as it may be seen."""
    layer, arn = Layer(reference["layer"]), reference.get("policyArn", "")
    # A resource's policy goes by the name of the resource, which the record tells anyway.
    named = layer is Layer.RESOURCE or (
        layer in _ORGANIZATION_LAYERS and within_border(arn, account, organization)
    )
    without = _QUOTED if named else (*_QUOTED, *_NAMES)
    return {name: value for name, value in reference.items() if name not in without}


def _unnamed(record: Mapping[str, Any], seen: list[Mapping[str, Any]]) -> str:
    """Return the message, without the ARN of a policy that is not to be named.

    It was worded for the caller; the reader may be somebody else.
    """
    message: str = record["message"]
    first = record["determining"][0] if seen else {}
    if "policyArn" in first and "policyArn" not in seen[0]:
        return message.removesuffix(f": {first['policyArn']}")
    return message
