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
from doorward.api.caller import caller_of_session
from doorward.api.doorward.resources import owning_account
from doorward.api.operation import Asks, Parameters, Question, operation, owner
from doorward.control.errors import ControlError
from doorward.credentials.failure import AuthenticationFailure
from doorward.engine.request import Resource
from doorward.engine.subject import Subject
from doorward.model.directory import Directory
from doorward.model.event import Event
from doorward.model.identity import User
from doorward.model.organization import Account
from doorward.model.principal import IamUser, RootUser
from doorward.model.resource import RegisteredResource
from doorward.policy.arn import parse_arn
from doorward.policy.folding import fold
from doorward.render.json import decision_record
from doorward.render.text import text_from_record

INVALID_SUBJECT = "InvalidSubjectException"


def decision_arn(account: str, about: str) -> str:
    """Return the ARN that policies on ``doorward:Decide`` and ``doorward:GetDecision`` name."""
    return f"arn:aws:doorward::{account}:decision/{about}"


def _decide_asks(action: str) -> Asks:
    """Ask about decisions on the resource's account, and on the principal's where it is named."""

    def questions(call: Read, parameters: Parameters) -> tuple[Question, ...]:
        subject, arn = parameters["subject"], parameters["resource"]
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

    return questions


class Answered(Judged, frozen=True):
    """A decision, and its record as far as the asker may see it."""

    record: Mapping[str, Any]


def _decide_answer(answered: Answered) -> dict[str, Any]:
    """Project a decision to Decide's output."""
    return {"Decision": shape(answered.record)}


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
    who = _subject(call, subject)
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
    seen = visible(decision_record(judged.decision, judged.layers), call)
    return Answered(judged.decision, judged.layers, seen)


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


def _subject(call: Read, subject: Mapping[str, str]) -> Subject:
    """Return the subject that the asker names, or whose session token it gives."""
    token, principal = subject.get("SessionToken"), subject.get("Principal")
    if (token is None) == (principal is None):
        raise ControlError(
            INVALID_SUBJECT, "A subject is either a Principal or a SessionToken, one of the two."
        )
    if token is not None:
        try:
            claims = call.vault.read_token(token)
            return caller_of_session(call.directory, claims, call.now).subject
        except AuthenticationFailure as failure:
            raise ControlError(INVALID_SUBJECT, failure.message) from failure
    return _named(call.directory, principal or "")


def _named(directory: Directory, arn: str) -> Subject:
    """Return a subject that an ARN says all about: a user or the root user.

    A role or a session is refused: what it may do depends on facts of the session (its policies,
    tags, MFA) that an ARN does not carry, and guessing them could allow too much.
    """
    parsed = parse_arn(arn)
    if parsed is None:
        raise ControlError(INVALID_SUBJECT, f"{arn} is not an ARN.")
    if parsed.service == "sts" or parsed.resource.startswith("role/"):
        raise ControlError(
            INVALID_SUBJECT,
            f"{arn} does not say which session asks: its policies, tags and MFA decide too."
            " Give the session's token.",
        )
    if parsed.resource == "root" and directory.get(Account, parsed.account) is not None:
        return Subject(RootUser(parsed.account))
    if parsed.resource.startswith("user/"):
        user = directory.get(User, parsed.account, fold(parsed.resource.rsplit("/", 1)[-1]))
        if user is not None and user.arn == arn:
            return Subject(IamUser(user.arn, user.id, user.tags))
    raise ControlError(INVALID_SUBJECT, f"There is no principal {arn} here.")


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
        "Decisions": [shape(each) | {"RequestId": request_id} for each in recorded.decisions],
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


_SUBJECT_LAYERS = frozenset({"identity", "permissionsBoundary", "session"})
_ORGANIZATION_LAYERS = frozenset({"serviceControl", "resourceControl"})
_QUOTED = ("sid", "line", "column", "excerpt", "excerptCut")


def visible(record: dict[str, Any], call: Read) -> dict[str, Any]:
    """Return a record without the text of policies that are not the reader's to read.

    Whose policies they are is told by the principal's ARN and by the directory, never by the
    record's context, which an asker may have given.
    """
    reader = call.directory.get(Account, call.caller.account)
    if reader is not None and reader.installation:
        return record
    hidden = _ORGANIZATION_LAYERS
    if owner(record["principal"]) != call.caller.account:
        hidden |= _SUBJECT_LAYERS
    if owning_account(call.directory, record["resource"]) != call.caller.account:
        hidden |= {"resource"}
    determining = [
        {name: value for name, value in each.items() if name not in _QUOTED}
        if each["layer"] in hidden
        else each
        for each in record["determining"]
    ]
    seen = {**record, "determining": determining}
    return {**seen, "text": text_from_record(seen)}


def shape(record: Mapping[str, Any]) -> dict[str, Any]:
    """Project a decision's record (``render.json.decision_record``) to the ``Decision`` shape."""
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
