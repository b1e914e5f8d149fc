"""From a call to the engine's answers: the questions it raises, each judged on its layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from doorward.api.call import Caller, Read
from doorward.api.operation import Parameters, Question, ServedOperation
from doorward.engine.combine import decide
from doorward.engine.context import Context, Provenance, build, overlay
from doorward.engine.decision import Decision
from doorward.engine.layers import Layers
from doorward.engine.situation import situation
from doorward.engine.subject import Subject
from doorward.errors import DoorwardError
from doorward.model.directory import Directory


class Judged(msgspec.Struct, frozen=True):
    """A decision with the layers it was taken on (a rendering quotes their text)."""

    decision: Decision
    layers: Layers


def taken(result: object) -> tuple[Judged, ...]:
    """Return the decisions that an operation was asked for and took: one, several or none."""
    results = result if isinstance(result, tuple) else (result,)
    return tuple(each for each in results if isinstance(each, Judged))


class Refusal(msgspec.Struct, frozen=True):
    """A call that its kind of credential may not make at all, whatever the policies say."""

    code: str
    message: str


class NothingAsked(DoorwardError):
    """A call would have gone through without any question: a fault of the operation's ``asks``."""


_INVALID_TOKEN = Refusal(
    "InvalidClientTokenId", "The security token included in the request is invalid."
)


def refusal(operation: ServedOperation, caller: Caller) -> Refusal | None:
    """Return why the caller's kind of session may not call ``operation``, or ``None``.

    Sources: IAM User Guide, "Compare AWS STS credentials": GetSessionToken credentials cannot call
    IAM unless MFA was given, federation tokens cannot at all; of STS each kind can call what
    ``_OF_STS`` says. AWS STS API Reference: the root user can call neither AssumeRole nor
    AssumeRoot. Texts recorded from AWS; for AssumeRoot ours.
    """
    claims = caller.claims
    if claims is not None and operation.service == "iam":
        without_mfa = claims.kind == "SessionToken" and claims.mfa_authenticated_at is None
        return _INVALID_TOKEN if without_mfa or claims.kind == "FederatedUser" else None
    if operation.service != "sts":
        return None
    if claims is not None and not _OF_STS[claims.kind](operation.name):
        return Refusal("AccessDenied", f"Cannot call {operation.name} with session credentials")
    if caller.user_id == caller.account:
        said = _NOT_FOR_ROOT.get(operation.name)
        return None if said is None else Refusal("AccessDenied", said)
    return None


_OF_STS: Mapping[str, Callable[[str], bool]] = {
    "AssumedRole": lambda name: name not in {"GetFederationToken", "GetSessionToken"},
    "AssumedRoot": lambda name: name == "GetCallerIdentity",
    "FederatedUser": lambda name: name == "GetCallerIdentity",
    "SessionToken": lambda name: name in {"AssumeRole", "GetCallerIdentity"},
}
"""Whether a kind of session can call an operation of STS."""

_NOT_FOR_ROOT: Mapping[str, str] = {
    "AssumeRole": "Roles may not be assumed by root accounts.",
    "AssumeRoot": "AssumeRoot may not be called by root accounts.",
}
"""What is said to the root user that calls these operations of STS."""


def judge(operation: ServedOperation, call: Read, parameters: Parameters) -> tuple[Judged, ...]:
    """Answer every question that the call raises, in the order in which they were asked.

    Raises ``NothingAsked`` when it raises none: what nobody has to allow is not allowed.
    """
    questions = operation.asks(call, parameters)
    if not questions:
        raise NothingAsked(operation.action)
    return tuple(
        judge_question(call.caller.subject, question, call.directory, call.ambient)
        for question in questions
    )


def judge_question(
    subject: Subject, question: Question, directory: Directory, ambient: Context
) -> Judged:
    """Gather the layers of one question from the directory and decide it."""
    layers, request = situation(
        directory,
        subject,
        question.action,
        question.resource,
        given=build(question.context, Provenance.GIVEN),
        ambient=ambient,
    )
    return Judged(decide(layers, request), layers)


def first_denied(judged: Iterable[Judged]) -> Judged | None:
    """Return the first answer that is not an allow; a call goes through if there is none."""
    return next((each for each in judged if not each.decision.allowed), None)


def moment_context(now: datetime) -> Context:
    """Return the condition keys of the moment: aws:CurrentTime and aws:EpochTime."""
    return _second_context(int(now.timestamp()))


@lru_cache(maxsize=16)
def _second_context(epoch: int) -> Context:
    values = {
        "aws:CurrentTime": datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": str(epoch),
    }
    return build(values, Provenance.DERIVED)


def ambient_context(
    now: datetime, *, source_ip: str | None, secure: bool, user_agent: str | None, region: str
) -> Context:
    """Return the condition keys of the moment and of the connection that a call comes in by.

    Source: IAM User Guide, "AWS global condition context keys".
    """
    return _ambient(int(now.timestamp()), source_ip, secure, user_agent, region)


@lru_cache(maxsize=1024)
def _ambient(
    epoch: int,
    source_ip: str | None,
    secure: bool,  # noqa: FBT001 - a memo's key is made of what is given by position
    user_agent: str | None,
    region: str,
) -> Context:
    values = {
        "aws:SecureTransport": "true" if secure else "false",
        "aws:RequestedRegion": region,
        "aws:ViaAWSService": "false",
    }
    if source_ip:
        values["aws:SourceIp"] = source_ip
    if user_agent:
        values["aws:UserAgent"] = user_agent
    return overlay(_second_context(epoch), build(values, Provenance.DERIVED))
