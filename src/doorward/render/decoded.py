"""What an encoded authorization message says, as AWS's STS decodes it, and more.

Source: AWS CLI Command Reference, ``sts decode-authorization-message`` (the example output). AWS
documents no more of the form than that. What it has no member for stands under ``doorward``: the
recorded decisions in full. ``matchedStatements`` holds the statements that the reader may read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_OF_THE_CALLER = frozenset({"identity", "permissionsBoundary", "session"})


def decoded_message(
    event: Mapping[str, Any], decisions: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the message of a denied call.

    ``event`` is its CloudTrail-shaped record, ``decisions`` are the records of the decisions taken
    on it, as the reader may see them; the first that denies is the one that is told in AWS's form.
    """
    told = next(each for each in decisions if each["effect"] != "ALLOW")
    identity = event["userIdentity"]
    principal = {"id": identity["principalId"], "arn": told["principal"]}
    if "userName" in identity:
        principal = {**principal, "name": identity["userName"]}
    return {
        "allowed": False,
        "explicitDeny": told["effect"] == "EXPLICIT_DENY",
        "matchedStatements": {"items": list(_statements(told, identity["principalId"]))},
        "failures": {"items": []},
        "context": {
            "principal": principal,
            "action": told["action"],
            "resource": told["resource"],
            "conditions": {
                "items": [_condition(each["key"], each["values"]) for each in told["context"]]
            },
        },
        "doorward": {
            "requestId": event["requestID"],
            "time": event["eventTime"],
            "source": event["eventSource"],
            "operation": event["eventName"],
            "errorCode": event["errorCode"],
            "errorMessage": event["errorMessage"],
            "decisions": list(decisions),
        },
    }


def _statements(record: Mapping[str, Any], caller: str) -> Iterator[dict[str, Any]]:
    """Yield the matched statements whose text is there in full."""
    for reference in record["determining"]:
        if "excerpt" in reference and "excerptCut" not in reference:
            statement = json.loads(reference["excerpt"], strict=False)
            named = (
                [caller]
                if reference["layer"] in _OF_THE_CALLER
                else _principals(statement.get("Principal", ()))
            )
            yield {
                "statementId": statement.get("Sid", ""),
                "effect": statement["Effect"].upper(),
                "principals": _items(named),
                "principalGroups": _items(()),
                "actions": _items(_list(statement.get("Action", ()))),
                "resources": _items(_list(statement.get("Resource", ()))),
                "conditions": {"items": list(_conditions(statement.get("Condition", {})))},
            }


def _principals(element: object) -> Iterator[object]:
    """Yield the entries of a ``Principal`` element, whatever their types."""
    if isinstance(element, Mapping):
        for entries in element.values():
            yield from _list(entries)
    else:
        yield from _list(element)


def _conditions(element: Mapping[str, Mapping[str, object]]) -> Iterator[dict[str, Any]]:
    """Yield the keys of a ``Condition`` element; AWS's form has no place for their operators."""
    for keys in element.values():
        for key, values in keys.items():
            yield _condition(key, _list(values))


def _condition(key: str, values: Iterable[object]) -> dict[str, Any]:
    return {"key": key, "values": _items(values)}


def _items(values: Iterable[object]) -> dict[str, Any]:
    return {"items": [{"value": value} for value in values]}


def _list(entry: object) -> Iterable[object]:
    return entry if isinstance(entry, list | tuple) else [entry]
