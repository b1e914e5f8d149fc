"""The public form of a question and its answer: JSON in, JSON out.

::

    {"id", "request": {"principal", "action", "resource", "resourceAccount"?, "context"?,
                       "resourceFacts"?: {"tags"?, "blockPublicAccess"?, "kmsGrants"?,
                                          "awsManagedKey"?}},
     "policies": {"identity"?, "permissionsBoundary"?, "session"?, "resource"?,
                  "serviceControl"?, "resourceControl"?, "endpoint"?}}

A policy is an object, JSON text (pointers and spans then refer to it), or
``{"name", "document"}``. A layer that is absent does not apply; an empty one grants nothing. A
field that is not known answers an error; none is ever ignored. The form changes by addition only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from doorward.engine.combine import decide
from doorward.engine.decision import Decision, LayerVerdict, StatementRef
from doorward.engine.dependencies import Dependencies, dependencies
from doorward.engine.layers import Layers, Policies, Policy
from doorward.engine.reading import (
    Field,
    fail,
    fields,
    items,
    mapping,
    text,
)
from doorward.engine.request import Request
from doorward.engine.request_form import read_request
from doorward.errors import InvalidInput
from doorward.policy.document import Document
from doorward.policy.parse import parse, parse_object
from doorward.policy.problem import MalformedPolicy

_LAYERS = (
    "identity",
    "permissionsBoundary",
    "session",
    "resource",
    "serviceControl",
    "resourceControl",
    "endpoint",
)


# ------------------------------------------------------------------ the Python form


def layers(
    *,
    identity: object = None,
    permissions_boundary: object = None,
    session: object = None,
    resource: object = None,
    service_control: object = None,
    resource_control: object = None,
    endpoint: object = None,
) -> Layers:
    """Make the layers of a request from policies.

    A policy is a mapping, JSON text, ``{"name": …, "document": …}``, or a ``Document`` or
    ``Policy`` that is there already. ``identity``, ``permissions_boundary``, ``session`` and
    ``endpoint`` are lists of policies, ``resource`` is one, ``service_control`` and
    ``resource_control`` are lists of levels, root first, each a list of policies. ``None``: the
    layer does not apply.

    Raises:
        MalformedPolicy: a policy has errors; all of its problems are attached.
        InvalidInput: something else is wrong, with a JSON pointer (``/policies/…``).
    """
    values = (
        identity,
        permissions_boundary,
        session,
        resource,
        service_control,
        resource_control,
        endpoint,
    )
    given = zip(_LAYERS, values, strict=True)
    return _layers(Field({name: v for name, v in given if v is not None}, "/policies"))


# -------------------------------------------------------------------- the JSON form


def answer(question: Mapping[str, object]) -> dict[str, object]:
    """Answer one question; an error is an answer, too: ``{"id", "error"}``. Never raises."""
    name: object = None
    try:
        name = mapping(Field(question, "")).get("id")
        stack, asked = read_question(question)
        decision = decide(stack, asked)
        depends = dependencies_json(dependencies(stack, asked, decision))
        assumed = {"assumptions": list(decision.assumptions)} if decision.assumptions else {}
        return {"id": name, **as_json(decision), **depends, **assumed}
    except MalformedPolicy as error:
        return {"id": name, "error": _error("MalformedPolicy", error.message, error.pointer)}
    except InvalidInput as error:
        return {"id": name, "error": _error(error.code, error.message, error.pointer)}


def read_question(question: Mapping[str, object]) -> tuple[Layers, Request]:
    """Read one question: the policies, by layer, and what is asked.

    Raises:
        MalformedPolicy: a policy has errors; all of its problems are attached.
        InvalidInput: something else is wrong, with the JSON pointer to it.
    """
    found = fields(Field(question, ""), required=("id", "request"), optional=("policies",))
    _identifier(found["id"])
    asked = read_request(found["request"])
    stack = _layers(found.get("policies", Field({}, "/policies")))
    _one_resource_for_its_policy(found["request"], stack)
    return stack, asked


def answer_line(line: str) -> dict[str, object]:
    """Answer one question that is a line of JSON. Never raises."""
    try:
        question = strict_json(line)
    except InvalidInput as error:
        return {"id": None, "error": _error(error.code, error.message, error.pointer)}
    except (ValueError, RecursionError) as error:
        return {"id": None, "error": _error("InvalidJson", str(error), None)}
    return answer(question)


def strict_json(text: str) -> Any:  # noqa: ANN401 — as json.loads
    """Read JSON in which no key of an object stands twice (G1).

    Raises ``InvalidInput`` for a key that does, ``ValueError`` or ``RecursionError`` for the rest.
    """
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)


def as_json(decision: Decision) -> dict[str, object]:
    """Return a decision in the public form, without the id."""
    return {
        "effect": decision.effect.value,
        "rule": decision.rule.value,
        "layers": [_verdict(verdict) for verdict in decision.layers],
        "determining": [reference(ref) for ref in decision.determining],
        "blockedBy": [layer.value for layer in decision.blocked_by],
    }


def dependencies_json(found: Dependencies) -> dict[str, object]:
    """Return what an answer depends on beside the question; nothing if on nothing."""
    if not found.suppositions and found.complete:
        return {}
    suppositions = [
        {
            "context": {
                value.key: list(value.values) if value.multi else value.values[0]
                for value in each.given
            },
            "effect": each.effect.value,
        }
        for each in found.suppositions
    ]
    cut = {} if found.complete else {"dependsOnMore": True}
    return {"dependsOn": suppositions, **cut}


def reference(ref: StatementRef) -> dict[str, object]:
    """Return which statement is meant, in the public form."""
    level = {} if ref.level is None else {"level": ref.level}
    sid = {} if ref.sid is None else {"sid": ref.sid}
    return {
        "layer": ref.layer.value,
        **level,
        "policy": ref.policy,
        "statement": ref.statement,
        **sid,
        "pointer": ref.pointer,
    }


def _verdict(verdict: LayerVerdict) -> dict[str, object]:
    level = {} if verdict.level is None else {"level": verdict.level}
    return {"layer": verdict.layer.value, **level, "effect": verdict.effect.value}


def _error(code: str, message: str, pointer: str | None) -> dict[str, object]:
    where = {} if pointer is None else {"pointer": pointer}
    return {"code": code, "message": message, **where}


def _once(members: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse an object in which a key stands twice (G1)."""
    found: dict[str, object] = {}
    for key, value in members:
        if key in found:
            raise InvalidInput("DuplicateKey", f"the key {key!r} stands twice in one object")
        found[key] = value
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _identifier(field: Field) -> None:
    if isinstance(field.value, bool) or not isinstance(field.value, str | int):
        raise fail(field, "text or a whole number is wanted here", code="InvalidType")


# --------------------------------------------------------------------------- layers


def _one_resource_for_its_policy(field: Field, stack: Layers) -> None:
    asked = mapping(field)["resource"]
    if stack.resource is not None and not isinstance(asked, str):
        raise fail(
            Field(None, "/policies/resource"),
            "a resource policy is about one resource, not a list",
        )


def _layers(field: Field) -> Layers:
    found = fields(field, optional=_LAYERS)

    def united(name: str) -> Policies | None:
        return _policies(found[name]) if name in found else None

    def chain(name: str) -> tuple[Policies, ...] | None:
        if name not in found:
            return None
        return tuple(_policies(level) for level in items(found[name]))

    return Layers(
        identity=united("identity"),
        permissions_boundary=united("permissionsBoundary"),
        session=united("session"),
        resource=_policy(found["resource"]) if "resource" in found else None,
        service_control=chain("serviceControl"),
        resource_control=chain("resourceControl"),
        endpoint=united("endpoint"),
    )


def _policies(field: Field) -> Policies:
    return tuple(_policy(each) for each in items(field))


def _policy(field: Field) -> Policy:
    if isinstance(field.value, Policy):
        return field.value
    if isinstance(field.value, Mapping) and not {"name", "document"}.isdisjoint(field.value):
        found = fields(field, required=("name", "document"))
        return Policy(_document(found["document"]), name=text(found["name"]))
    return Policy(_document(field))


def _document(field: Field) -> Document:
    value = field.value
    if isinstance(value, Document):
        return value
    if isinstance(value, str):
        document, problems = parse(value)
    elif isinstance(value, Mapping):
        document, problems = parse_object(value)
    else:
        raise fail(field, "a policy is an object or JSON text", code="InvalidType")
    if document is None:
        error = MalformedPolicy(problems)
        error.pointer = f"{field.pointer}{error.pointer}"
        raise error
    return document
