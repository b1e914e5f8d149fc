"""Decide and GetDecision: access asked about, and decisions taken explained.

``Decide`` lets whoever guards a resource ask whether somebody may use it. Two questions stand
before the answer, both put to the engine like any other: may the asker ask about resources of that
account, and may it ask about that principal. The second falls away when the asker holds the
principal's session token: who hands over a token consents to being judged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from doorward.api.authorize import Judged, judge_question, moment_context
from doorward.api.call import Read
from doorward.api.doorward.subjects import INVALID_SUBJECT, subject_of
from doorward.api.operation import Asks, Parameters, Question, operation
from doorward.api.visibility import hidden_layers, owning_account, visible
from doorward.control.errors import ControlError
from doorward.engine.dependencies import EVERY_LAYER, Dependencies, dependencies
from doorward.engine.request import Resource
from doorward.model.event import Event
from doorward.model.resource import RegisteredResource
from doorward.policy.arn import parse_arn
from doorward.policy.folding import fold
from doorward.render.record import facts


def decision_arn(account: str, about: str) -> str:
    """Return the ARN that policies on ``doorward:Decide`` and ``doorward:GetDecision`` name."""
    return f"arn:aws:doorward::{account}:decision/{about}"


def questions_of(
    call: Read, action: str, subject: Mapping[str, str], arn: str
) -> tuple[Question, ...]:
    """Return what must be allowed before anybody is told of a subject's access to a resource.

    Asked is about decisions on the resource's account, and on the principal's where it is named.
    Raises ``ControlError`` (InvalidSubjectException) for a principal of no account.
    """
    account = owning_account(call.directory, arn) or call.caller.account
    asked = [Question(action, Resource(decision_arn(account, arn), account))]
    principal = subject.get("Principal")
    if principal is not None:
        parsed = parse_arn(principal)
        if parsed is None or not parsed.account:
            raise ControlError(INVALID_SUBJECT, f"{principal} is not the ARN of a principal.")
        about = Resource(decision_arn(parsed.account, principal), parsed.account)
        asked.append(Question(action, about))
    return tuple(asked)


def _decide_asks(action: str) -> Asks:
    """Ask whether the asker may be told."""

    def questions(call: Read, parameters: Parameters) -> tuple[Question, ...]:
        return questions_of(call, action, parameters["subject"], parameters["resource"])

    return questions


class Answered(Judged, frozen=True):
    """A decision, and its record and dependencies as far as the asker may see them."""

    record: Mapping[str, Any]
    depends: Dependencies


def answered_shape(answered: Answered) -> dict[str, Any]:
    """Project an answer to the ``Decision`` shape."""
    return shape(answered.record) | _depends_shape(answered.depends)


def _decide_answer(answered: Answered) -> dict[str, Any]:
    """Project a decision to Decide's output."""
    return {"Decision": answered_shape(answered)}


@operation(
    "doorward",
    "Decide",
    asks=_decide_asks,
    answer=_decide_answer,
    redact=frozenset({"SessionToken"}),
)
def decide(
    call: Read,
    *,
    subject: dict[str, str],
    action: str,
    resource: str,
    context: list[dict[str, Any]] | None = None,
) -> Answered:
    """Decide whether a principal may do something, on the directory as it is now.

    Context that is given wins over what the session and the resource say, as in
    ``doorward decide``; the asker vouches for it. The answer quotes what the asker may read, as
    GetDecision does.
    """
    who = subject_of(call, subject)
    # A bucket's tags are not its objects' tags.
    record = call.directory.get(RegisteredResource, resource)
    # Where neither registry nor ARN names an owner it is the asker, who guards the resource: never
    # the subject, whose own policies would then suffice. "*" is no resource: it has no owner.
    owner = owning_account(call.directory, resource)
    if owner is None and resource != "*":
        owner = call.caller.account
    question = Question(
        action, Resource(resource, owner, record.tags if record else ()), _given(context or [])
    )
    judged = judge_question(who, question, call.directory, moment_context(call.now))
    decision, layers = judged.decision, judged.layers
    full = facts(decision, layers)
    readable = EVERY_LAYER - hidden_layers(call, full["principal"], full["resource"])
    depends = dependencies(layers, decision.request, decision, readable=readable)
    return Answered(decision, layers, visible(full, call), depends)


def _given(entries: list[dict[str, Any]]) -> dict[str, str | tuple[str, ...]]:
    """Return the context that the asker gave; a key that is given twice is an error."""
    values: dict[str, str | tuple[str, ...]] = {}
    seen: set[str] = set()
    for entry in entries:
        if fold(entry["Key"]) in seen:
            raise ControlError("ValidationException", f"{entry['Key']} is given twice.")
        seen.add(fold(entry["Key"]))
        listed = tuple(entry["Values"])
        multi = entry.get("Multi", len(listed) != 1)
        if not multi and len(listed) != 1:
            raise ControlError(
                "ValidationException", f"{entry['Key']} has {len(listed)} values and is not Multi."
            )
        values[entry["Key"]] = listed if multi else listed[0]
    return values


def _get_asks(action: str) -> Asks:
    """Ask about recorded decisions of the caller's own account."""

    def questions(call: Read, parameters: Parameters) -> tuple[Question, ...]:
        account = call.caller.account
        arn = decision_arn(account, parameters["request_id"])
        return (Question(action, Resource(arn, account)),)

    return questions


class Recorded(msgspec.Struct, frozen=True):
    """A recorded call and its decisions, as far as the reader may see them."""

    event: Event
    decisions: tuple[Mapping[str, Any], ...]


def _get_answer(recorded: Recorded) -> dict[str, Any]:
    """Project a recorded call to GetDecision's output."""
    request_id = recorded.event.request_id
    return {
        "Decisions": [
            shape(each) | {"RequestId": request_id, "Record": _told(each)}
            for each in recorded.decisions
        ],
        "Event": recorded.event.record,
    }


@operation("doorward", "GetDecision", asks=_get_asks, answer=_get_answer, reads_store=True)
def get_decision(call: Read, *, request_id: str) -> Recorded:
    """Return the decisions of a recorded call, those of a denied one and of an allowed one alike.

    The account that runs the installation sees everything, another account what is its own: of
    other accounts' policies, and of organization policies, the verdict but not the text. Raises
    ``ControlError`` (ResourceNotFoundException) for a call that the reader's account had no part
    in, as for one that never was.
    """
    event = call.events.by_request(request_id)
    if event is None or call.caller.account not in event.accounts:
        raise ControlError("ResourceNotFoundException", f"No call {request_id} is recorded here.")
    records: list[dict[str, Any]] = json.loads(event.decisions)
    return Recorded(event, tuple(visible(record, call) for record in records))


def _depends_shape(found: Dependencies) -> dict[str, Any]:
    """Project what an answer depends on; nothing where it depends on nothing that can be told."""
    suppositions = [
        {
            "Context": [
                {"Key": value.key, "Values": list(value.values), "Multi": value.multi}
                for value in each.given
            ],
            "Effect": each.effect.value,
        }
        for each in found.suppositions
    ]
    projected: dict[str, Any] = {"DependsOn": suppositions} if suppositions else {}
    return projected if found.complete else projected | {"DependsOnMore": True}


_TOLD = (
    *("effect", "rule", "layers", "determining", "blockedBy", "principal", "principalType"),
    *("action", "resource", "resources", "assumptions", "message"),
)
"""Members of a record that its text tells. The context is not among them: it may hold more about
the caller than the reader is to know."""


def _told(record: Mapping[str, Any]) -> str:
    """Return as JSON text what the text of a record tells, to be drawn in another form."""
    return json.dumps({name: record[name] for name in _TOLD if name in record})


def shape(record: Mapping[str, Any]) -> dict[str, Any]:
    """Project a decision's record, with its text, to the ``Decision`` shape."""
    projected: dict[str, Any] = {
        "Principal": record["principal"],
        "Action": record["action"],
        "Resource": record["resource"],
        "Effect": record["effect"],
        "Rule": record["rule"],
        "Layers": [_capitalised(layer) for layer in record["layers"]],
        "Determining": [_capitalised(reference) for reference in record["determining"]],
        "BlockedBy": list(record["blockedBy"]),
        "Text": record["text"],
    }
    if record.get("message"):
        projected["Message"] = record["message"]
    return projected


_STATEMENT_MEMBERS = {
    "layer": "Layer",
    "level": "Level",
    "effect": "Effect",
    "policy": "Policy",
    "policyName": "PolicyName",
    "policyArn": "PolicyArn",
    "statement": "Statement",
    "sid": "Sid",
    "pointer": "Pointer",
}
"""Members of the shapes ``Layer`` and ``Statement``, by their names in a record."""


def _capitalised(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of a record under the shape's member names."""
    return {
        member: entry[name]
        for name, member in _STATEMENT_MEMBERS.items()
        if entry.get(name) is not None
    }
