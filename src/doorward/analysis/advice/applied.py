"""Changes carried out on the values that were asked about: what the engine would see then."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, assert_never

import msgspec

from doorward.engine.context import Context, ContextValue, Provenance
from doorward.engine.decision import StatementRef
from doorward.engine.layers import Layer, Layers, Policies, Policy
from doorward.engine.request import Request
from doorward.policy.document import Document, Statement
from doorward.policy.folding import fold
from doorward.policy.format import to_value
from doorward.policy.parse import parse_object, parse_or_raise
from doorward.results.advice import (
    AddStatement,
    AttachPolicy,
    Change,
    ChangeContext,
    ReplaceStatement,
    StopBlocking,
)

VERSION = "2012-10-17"
"""What new policies are written in."""

Place = tuple[Layer, int | None]
"""A layer, or a level of one."""

Origin = tuple[int, Statement] | None
"""The policy and the statement that a statement was in the question; ``None``: it is new."""


class Unwritable(ValueError):
    """A change does not make a policy that can be parsed."""


class Applied(msgspec.Struct, frozen=True):
    """The layers and the request after the changes.

    ``origins`` tell, for each place that was changed, its policies and their statements, which
    statement of the question each of them is.
    """

    layers: Layers
    request: Request
    origins: Mapping[Place, tuple[tuple[Origin, ...], ...]]

    def original(self, ref: StatementRef) -> StatementRef | None:
        """Return the place in the question of a statement; ``None`` if it was not there."""
        found = self.origins.get((ref.layer, ref.level))
        if found is None:
            return ref
        origin = found[ref.policy][ref.statement]
        if origin is None:
            return None
        policy, statement = origin
        return msgspec.structs.replace(
            ref, policy=policy, statement=statement.index, pointer=statement.pointer
        )


def applied(layers: Layers, request: Request, changes: Iterable[Change]) -> Applied:
    """Carry ``changes`` out, all of which speak of these ``layers`` and this ``request``.

    Raises:
        Unwritable: a policy that a change asks for cannot be parsed.
    """
    editing: dict[Place, _Policies] = {}
    for change in changes:
        match change:
            case AddStatement(layer=layer, level=level, policy=policy, statement=statement):
                _at(editing, layers, (layer, level)).add(policy, json.loads(statement))
            case AttachPolicy(layer=layer, level=level, arn=arn, document=document):
                _at(editing, layers, (layer, level)).attach(arn, document)
            case ReplaceStatement(ref=ref, statements=statements):
                place = _at(editing, layers, (ref.layer, ref.level))
                place.replace(ref.policy, ref.statement, [json.loads(each) for each in statements])
            case ChangeContext():
                context = with_key(request.context, change)
                request = msgspec.structs.replace(request, context=context)
            case StopBlocking(resource=arn):
                request = _unblocked(request, arn)
            case _:
                assert_never(change)
    origins = {}
    for where, edited in editing.items():
        policies, origins[where] = edited.finished()
        layers = _with_policies(layers, where, policies)
    return Applied(layers, request, origins)


Written = tuple[Origin, dict[str, Any]]
"""A statement as the value that JSON is read to."""


class _Policies:
    """The policies at one place while they are edited."""

    def __init__(self, policies: Policies) -> None:
        self._policies = list(policies)
        self._own = len(policies)
        self._edited: dict[int, dict[int, list[dict[str, Any]]]] = {}
        self._added: dict[int, list[dict[str, Any]]] = {}

    def add(self, policy: int | None, statement: dict[str, Any]) -> None:
        if policy is None:
            self._policies.append(_new_policy({"Version": VERSION, "Statement": [statement]}))
        else:
            self._added.setdefault(policy, []).append(statement)

    def attach(self, arn: str, document: str) -> None:
        self._policies.append(Policy(parse_or_raise(document), arn.rpartition("/")[2], arn))

    def replace(self, policy: int, statement: int, others: list[dict[str, Any]]) -> None:
        self._edited.setdefault(policy, {})[statement] = others

    def finished(self) -> tuple[Policies, tuple[tuple[Origin, ...], ...]]:
        """Return the policies, and where their statements are from; an empty one is no more."""
        policies: list[Policy] = []
        origins: list[tuple[Origin, ...]] = []
        for index, policy in enumerate(self._policies):
            statements = policy.document.statements
            if index in self._edited or index in self._added:
                written = self._written(index, policy.document)
                if not written:
                    continue
                policy = _rewritten(policy, [value for _, value in written])  # noqa: PLW2901
                origins.append(tuple([origin for origin, _ in written]))
            elif index < self._own:
                origins.append(tuple([(index, each) for each in statements]))
            else:
                origins.append((None,) * len(statements))
            policies.append(policy)
        return tuple(policies), tuple(origins)

    def _written(self, index: int, document: Document) -> list[Written]:
        values = to_value(document)["Statement"]
        edited = self._edited.get(index, {})
        written: list[Written] = []
        for number, value in enumerate(values if isinstance(values, list) else [values]):
            if number in edited:
                written += [(None, each) for each in edited[number]]
            else:
                written.append(((index, document.statements[number]), value))
        return written + [(None, each) for each in self._added.get(index, ())]


def _at(editing: dict[Place, _Policies], layers: Layers, place: Place) -> _Policies:
    found = editing.get(place)
    if found is None:
        found = editing[place] = _Policies(layers.at(*place) or ())
    return found


def _rewritten(policy: Policy, statements: list[dict[str, Any]]) -> Policy:
    value = to_value(policy.document) | {"Statement": statements}
    return msgspec.structs.replace(policy, document=_document(value))


def _new_policy(value: dict[str, Any]) -> Policy:
    return Policy(_document(value))


def _document(value: dict[str, Any]) -> Document:
    document, problems = parse_object(value)
    if document is None:
        raise Unwritable("; ".join(problem.message for problem in problems))
    return document


def _with_policies(layers: Layers, place: Place, policies: Policies) -> Layers:
    layer, level = place
    replace = msgspec.structs.replace
    match layer:
        case Layer.RESOURCE_CONTROL:
            return replace(
                layers, resource_control=_with_level(layers.resource_control, level, policies)
            )
        case Layer.SERVICE_CONTROL:
            return replace(
                layers, service_control=_with_level(layers.service_control, level, policies)
            )
        case Layer.RESOURCE:
            return replace(layers, resource=policies[0] if policies else None)
        case Layer.ENDPOINT:
            return replace(layers, endpoint=policies)
        case Layer.IDENTITY:
            return replace(layers, identity=policies)
        case Layer.PERMISSIONS_BOUNDARY:
            return replace(layers, permissions_boundary=policies)
        case Layer.SESSION:
            return replace(layers, session=policies)
        case _:
            assert_never(layer)


def _with_level(
    chain: tuple[Policies, ...] | None, level: int | None, policies: Policies
) -> tuple[Policies, ...]:
    """The chain with a level changed; a chain without levels gets its first."""
    levels = list(chain or ((),))
    levels[level or 0] = policies
    return tuple(levels)


def with_key(context: Context, change: ChangeContext) -> Context:
    """Return a context with one key changed, or without it."""
    entries = dict(context.entries)
    if change.values is None:
        entries.pop(fold(change.key), None)
    else:
        entries[fold(change.key)] = ContextValue(
            change.key, change.values, change.multi, Provenance.SUPPOSED
        )
    return Context(entries)


def _unblocked(request: Request, arn: str) -> Request:
    resources = tuple(
        msgspec.structs.replace(each, public_access_blocked=False) if each.arn == arn else each
        for each in request.resources
    )
    return msgspec.structs.replace(request, resources=resources)
