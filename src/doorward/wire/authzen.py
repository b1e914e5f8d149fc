"""The OpenID AuthZEN Authorization API 1.0: JSON by path, as another wording of our own Decide.

Source: openid.net/specs/authorization-api-1_0.html, final, January 2026; sections are named where
they are followed. ``docs/reference/authzen.md`` has the mapping. What is said here is turned into
parameters of ``doorward:Decide`` or ``doorward:BatchDecide`` and back: the calls are
authenticated, authorised, executed and recorded as those operations.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from doorward.wire import form, json11, validate
from doorward.wire.faults import WireError, common
from doorward.wire.http import HttpRequest, HttpResponse
from doorward.wire.models import Operation, operation

EVALUATION_PATH = "/access/v1/evaluation"
EVALUATIONS_PATH = "/access/v1/evaluations"
METADATA_PATH = "/.well-known/authzen-configuration"

MOST_EVALUATIONS = 50
"""The most evaluations of one request; AWS's comparable BatchIsAuthorized takes 30."""

REQUEST_ID = "X-Request-ID"
"""The header by which a caller names its request; it is answered as it came (section 10.1.3)."""

_CONTENT_TYPE = "application/json"
_TOKEN = "sessionToken"  # noqa: S105 - the name of a property
_TUPLE = ("subject", "action", "resource", "context")
_HOST = re.compile(r"[A-Za-z0-9._-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")


class _Unmappable(Exception):
    """An evaluation cannot be put to Decide; the text begins with its JSON pointer."""


def is_path(path: str) -> bool:
    """Say whether a path is of this API, served or not: its errors have this API's form."""
    return path.startswith("/access/")


def operation_name(request: HttpRequest) -> str | None:
    """Return the operation of ours that a request to a path of this API is; ``None`` for none.

    Without ``evaluations``, or with an empty list, a request for several is one for one (7.1).
    """
    if request.path == EVALUATION_PATH:
        return "Decide"
    if request.path != EVALUATIONS_PATH:
        return None
    try:
        body = json11.document(request.body)
    except WireError:
        return "Decide"  # It is refused when it is read, after the caller has been found out.
    return "BatchDecide" if isinstance(body, dict) and body.get("evaluations") else "Decide"


# ------------------------------------------------------------------------------------ requests


def parse(called: Operation, request: HttpRequest) -> dict[str, object]:
    """Return the parameters of the operation that a request is.

    Raises ``WireError`` for what pertains to the whole payload (7.2.1). An evaluation of several
    that cannot be mapped becomes one of ``Unreadable``, unless all are so.
    """
    if form.media_type(request) != _CONTENT_TYPE:
        raise _invalid(f"The content type must be {_CONTENT_TYPE}.")
    body = json11.document(request.body)
    if not isinstance(body, dict):
        raise _invalid("The body must be a JSON object.")
    if called.name == "BatchDecide":
        return _several(body)
    try:
        return _question(body, "")
    except _Unmappable as problem:
        raise _invalid(str(problem)) from None


def _several(body: Mapping[str, object]) -> dict[str, object]:
    """Map a request for several evaluations."""
    evaluations = body["evaluations"]
    if not isinstance(evaluations, list):
        raise _invalid("/evaluations must be an array.")
    if len(evaluations) > MOST_EVALUATIONS:
        raise _invalid(
            f"/evaluations has {len(evaluations)} entries; {MOST_EVALUATIONS} are the most."
        )
    found: list[dict[str, object]] = []
    unreadable: list[dict[str, object]] = []
    for place, each in enumerate(evaluations):
        at = f"/evaluations/{place}"
        try:
            found.append(_question(_with_defaults(each, body, at), at))
        except _Unmappable as problem:
            unreadable.append({"Place": place, "Error": _cut(str(problem))})
    if not found:
        raise _invalid(str(unreadable[0]["Error"]))
    parameters: dict[str, object] = {"Questions": found, **_semantic(body)}
    return parameters | {"Unreadable": unreadable} if unreadable else parameters


def _with_defaults(each: object, body: Mapping[str, object], at: str) -> Mapping[str, object]:
    """Return an evaluation with what the request says for all: whole members (7.1.1)."""
    if not isinstance(each, dict):
        raise _Unmappable(f"{at} must be an object.")
    return {name: body[name] for name in _TUPLE if name in body} | each


def _semantic(body: Mapping[str, object]) -> dict[str, object]:
    """Return the semantic that the options choose; options that are not known are ignored."""
    options = body.get("options", {})
    if not isinstance(options, dict):
        raise _invalid("/options must be an object.")
    if "evaluations_semantic" not in options:
        return {}
    chosen, known = options["evaluations_semantic"], _semantics()
    if chosen not in known:
        raise _invalid(f"/options/evaluations_semantic must be one of {', '.join(known)}.")
    return {"Semantic": chosen}


def _semantics() -> tuple[str, ...]:
    return operation("doorward", "BatchDecide").shapes["Semantic"].enum


def _question(given: Mapping[str, object], at: str) -> dict[str, object]:
    """Map one evaluation to parameters of Decide, valid by its model."""
    subject, action, resource = (
        _object(given, name, at) for name in ("subject", "action", "resource")
    )
    _text(resource, "type", f"{at}/resource")
    asked: dict[str, object] = {
        "Subject": _subject(subject, f"{at}/subject"),
        "Action": _text(action, "name", f"{at}/action"),
        "Resource": _resource(_text(resource, "id", f"{at}/resource"), at),
    }
    context = list(_context(given, at))
    if context:
        asked["Context"] = context
    violations = validate.validate(operation("doorward", "Decide"), asked)
    if violations:
        first = violations[0]
        named = first.path.split(".")
        place = _PLACES.get(".".join(named[:2])) or _PLACES[named[0]]
        raise _Unmappable(f"{at}{place}: {first.text.rpartition('constraint: ')[2]}")
    return asked


_PLACES: Mapping[str, str] = {
    "subject": "/subject/id",
    "subject.sessionToken": f"/subject/properties/{_TOKEN}",
    "action": "/action/name",
    "resource": "/resource/id",
    "context": "/context",
}
"""Where a member of Decide's parameters is said in an evaluation."""


def _object(given: Mapping[str, object], name: str, at: str) -> Mapping[str, object]:
    if name not in given:
        raise _Unmappable(f"{at}/{name} is missing.")
    value = given[name]
    if not isinstance(value, dict):
        raise _Unmappable(f"{at}/{name} must be an object.")
    return value


def _text(given: Mapping[str, object], name: str, at: str) -> str:
    if name not in given:
        raise _Unmappable(f"{at}/{name} is missing.")
    return _string(given[name], f"{at}/{name}")


def _string(value: object, at: str) -> str:
    if not isinstance(value, str):
        raise _Unmappable(f"{at} must be a string.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _Unmappable(f"{at} must be whole characters, not half a surrogate pair.") from None
    return value


def _resource(arn: str, at: str) -> str:
    if arn != "*" and not arn.startswith("arn:"):
        raise _Unmappable(f'{at}/resource/id must be an ARN, or "*" for an action without one.')
    return arn


# The forms of an id, by the type of the subject.
_USER = re.compile(r"arn:[^:]*:iam::[^:]*:user/.+")
_ROOT = re.compile(r"arn:[^:]*:iam::[^:]*:root")
_ANY = re.compile(r"arn:.+")


class _SubjectType(msgspec.Struct, frozen=True):
    """A type of subject: the form of its id, and whether it is told by a session token."""

    form: re.Pattern[str]
    wanted: str
    by_token: bool = False


SUBJECT_TYPES: Mapping[str, _SubjectType] = {
    "user": _SubjectType(_USER, "the ARN of a user"),
    "root": _SubjectType(_ROOT, "the ARN of an account's root user"),
    "session": _SubjectType(_ANY, "the ARN that the session calls by", by_token=True),
}
"""The subjects that can be asked about, by ``subject.type``."""


def _subject(given: Mapping[str, object], at: str) -> dict[str, object]:
    """Map a subject: by its ARN, or by a session token whose ARN it must be."""
    named, arn = _text(given, "type", at), _text(given, "id", at)
    properties = _properties(given, at)
    kind = SUBJECT_TYPES.get(named)
    if kind is None:
        known = ", ".join(SUBJECT_TYPES)
        raise _Unmappable(f"{at}/type must be one of {known}; a role acts by its sessions.")
    if not kind.form.fullmatch(arn):
        raise _Unmappable(f"{at}/id must be {kind.wanted}.")
    if kind.by_token:
        token = _text(properties, _TOKEN, f"{at}/properties")
        return {"SessionToken": token, "SessionArn": arn}
    if _TOKEN in properties:
        raise _Unmappable(f"{at}/properties/{_TOKEN} goes with the type session.")
    return {"Principal": arn}


def _properties(given: Mapping[str, object], at: str) -> Mapping[str, object]:
    value = given.get("properties", {})
    if not isinstance(value, dict):
        raise _Unmappable(f"{at}/properties must be an object.")
    return value


def _context(given: Mapping[str, object], at: str) -> Iterator[dict[str, object]]:
    """Yield the condition keys of an evaluation: its context's, and its parts' properties'.

    A name with a colon is a condition key; others are for other decision points (section 10.1.1:
    what is not known is ignored). A key that is given twice is an error.
    """
    sources = [
        (f"{at}/{name}/properties", _properties(_object(given, name, at), f"{at}/{name}"))
        for name in ("subject", "action", "resource")
    ]
    if "context" in given:
        sources.append((f"{at}/context", _object(given, "context", at)))
    seen: set[str] = set()
    for place, values in sources:
        for key, value in values.items():
            if ":" not in key:
                continue
            pointer = f"{place}/{key.replace('~', '~0').replace('/', '~1')}"
            if key.lower() in seen:
                raise _Unmappable(f"{pointer} is given twice.")
            seen.add(key.lower())
            many = isinstance(value, list)
            listed = value if isinstance(value, list) else [value]
            texts = [_value(each, pointer) for each in listed]
            yield {"Key": _string(key, place), "Values": texts, "Multi": many}


def _value(value: object, at: str) -> str:
    """Return one value of a condition key as policies compare it: text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return str(value)
    if isinstance(value, str):
        return _string(value, at)
    raise _Unmappable(f"{at} must be a string, a number, a boolean, or an array of these.")


def _cut(text: str) -> str:
    return text if len(text) <= 2_048 else f"{text[:2_047]}…"


def _invalid(message: str) -> WireError:
    return WireError(common("ValidationError", message, "authzen"))


# ------------------------------------------------------------------------------------- replies


def serialize(called: Operation, result: Mapping[str, Any], request_id: str) -> HttpResponse:
    """Render the answer of the operation as a decision, or as several (5.5, 6.2, 7.2)."""
    body: dict[str, object]
    if called.name == "BatchDecide":
        body = {"evaluations": [_evaluation(each) for each in result["Answers"]]}
    else:
        body = _decision(result["Decision"])
    headers = (("x-amzn-RequestId", request_id), ("Content-Type", _CONTENT_TYPE))
    return HttpResponse(200, headers, msgspec.json.encode(body))


def _evaluation(answer: Mapping[str, Any]) -> dict[str, object]:
    """Render one of several: an error allows nothing (7.2.1)."""
    if "Error" in answer:
        error = {"status": 400, "message": answer["Error"]}
        return {"decision": False, "context": {"error": error}}
    return _decision(answer["Decision"])


def _decision(decision: Mapping[str, Any]) -> dict[str, object]:
    """Render a decision; its context has the names of ``doorward decide``."""
    context: dict[str, object] = {"effect": decision["Effect"], "rule": decision["Rule"]}
    if decision.get("Message"):
        context["reason"] = decision["Message"]
    if decision["BlockedBy"]:
        context["blockedBy"] = decision["BlockedBy"]
    if decision.get("DependsOn"):
        context["dependsOn"] = [_supposition(each) for each in decision["DependsOn"]]
    if decision.get("DependsOnMore"):
        context["dependsOnMore"] = True
    return {"decision": decision["Effect"] == "ALLOW", "context": context}


def _supposition(found: Mapping[str, Any]) -> dict[str, object]:
    """Render what would have changed the answer."""
    values = {
        each["Key"]: each["Values"] if each["Multi"] else each["Values"][0]
        for each in found["Context"]
    }
    return {"context": values, "effect": found["Effect"]}


def identified(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return a response under the request's own id, where it is one of this API and has one."""
    given = request.header(REQUEST_ID)
    if given is None or not (is_path(request.path) or request.path == METADATA_PATH):
        return response
    return msgspec.structs.replace(response, headers=(*response.headers, (REQUEST_ID, given)))


# ------------------------------------------------------------------------------------ metadata


def metadata(request: HttpRequest, external_host: str | None) -> HttpResponse:
    """Return the metadata of the decision point (9.1); what is not in it is not served.

    Its address is the one that was asked, as the caller wrote it. Behind a proxy that changes the
    host it is that host, by https.
    """
    host = external_host or request.header("host") or ""
    if not _HOST.fullmatch(host):
        return HttpResponse(400, (("Content-Type", "text/plain"),), b"The Host cannot be read.\n")
    base = f"{'https' if external_host or request.secure else 'http'}://{host}"
    body = {
        "policy_decision_point": base,
        "access_evaluation_endpoint": base + EVALUATION_PATH,
        "access_evaluations_endpoint": base + EVALUATIONS_PATH,
    }
    headers = (("Content-Type", _CONTENT_TYPE), ("Cache-Control", "max-age=3600"))
    return HttpResponse(200, headers, msgspec.json.encode(body))
