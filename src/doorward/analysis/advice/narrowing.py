"""A Deny without one request: the statements that are left of it.

Nothing in the language takes one action on one resource out of a statement. What is left is
written as up to three statements: all of it for everybody but the caller; for the caller, its
other actions; and the action, on its other resources. Where these cannot be written (``s3:Get*``
without one of its actions is no pattern), more than the request is let through.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from doorward.analysis.advice.marks import Mark, exempt, literal, needs_escape, only
from doorward.engine.compile import CompiledStatement
from doorward.engine.layers import Layer
from doorward.engine.match import TRAITS, Asked
from doorward.policy import catalog
from doorward.policy.action_patterns import compile_action
from doorward.policy.document import Resources
from doorward.policy.folding import fold
from doorward.policy.resource_patterns import compile_resource
from doorward.results.advice import Opening

Json = dict[str, Any]
Left = tuple[list[Json], tuple[Opening, ...]]
"""What is left of a statement, and what is opened beside the request."""

_EVERY_ACTION: Final = ("*", "*:*")
_COLONS: Final = 5


class Target(msgspec.Struct, frozen=True):
    """The request that a Deny is to let through: as it was asked, and prepared for matching."""

    action: str
    arn: str
    asked: Asked


def without(
    target: Target,
    compiled: CompiledStatement,
    value: Json,
    layer: Layer,
    mark: Mark | None,
    *,
    variables: bool,
) -> list[Left]:
    """Return what can be left of a Deny, written as ``value``, narrowest change first.

    ``mark`` tells the caller from others; ``None`` where the policy is the caller's own, or where
    no key does. ``variables`` says whether the document has any.
    """
    own = layer is Layer.SESSION
    gone: tuple[Opening, ...] = (Opening.REST_OF_STATEMENT if own else Opening.WHOLE_STATEMENT,)
    rests = _rests(target, compiled, value, layer, variables=variables)
    if mark is None:
        others = () if own else (Opening.OTHER_CALLERS,)
        return [*[(left, (*opens, *others)) for left, opens in rests], ([], gone)]
    everybody_else = exempt(value, mark)
    found: list[Left] = []
    for left, opens in rests:
        marked = [only(_unnamed(each), mark) for each in left]
        if None not in marked:
            found.append(([everybody_else, *[each for each in marked if each]], opens))
    found.append(([everybody_else], (Opening.REST_OF_STATEMENT,)))
    return [*found, ([], gone)]


def _unnamed(statement: Json) -> Json:
    """A statement without its Sid, which another bears."""
    return {name: each for name, each in statement.items() if name != "Sid"}


def _rests(
    target: Target, compiled: CompiledStatement, value: Json, layer: Layer, *, variables: bool
) -> list[Left]:
    """The statement without one action on one resource, as far as that can be written.

    Where it cannot, without the action on all of its resources, or without all of its actions on
    the resource.
    """
    actions = _other_actions(target, compiled, value)
    resources = _other_resources(target, compiled, layer, variables=variables)
    action = {name: each for name, each in value.items() if name not in ("Action", "NotAction")}
    resource = {
        name: each for name, each in value.items() if name not in ("Resource", "NotResource")
    }
    left = [action | actions] if actions else []
    if actions is not None and resources is None:
        return [(left, (Opening.OTHER_RESOURCES,))]
    if actions is None and resources is not None:
        return [([resource | resources] if resources else [], (Opening.OTHER_ACTIONS,))]
    if actions is None or resources is None:
        return []
    both = {name: each for name, each in action.items() if name in resource}
    return [(left + ([both | {"Action": target.action} | resources] if resources else []), ())]


def _other_actions(target: Target, compiled: CompiledStatement, value: Json) -> Json | None:
    """The actions but one; nothing if there is no other, ``None`` if that is no list."""
    folded = target.asked.action
    actions = compiled.statement.actions
    texts = [each.value for each in actions.patterns]
    if actions.negated:
        return {"NotAction": [*texts, target.action]}
    meeting = [each for each in texts if compile_action(each)(folded)]
    if not any(_has_wildcard(each) for each in meeting):
        rest = [each for each in texts if each not in meeting]
        return {"Action": rest} if rest else {}
    service = folded.partition(":")[0]
    every = any(each in _EVERY_ACTION for each in meeting)
    if every or (f"{service}:*" in map(fold, meeting) and _all_of(service, value)):
        return {"NotAction": target.action}
    return None


def _all_of(service: str, value: Json) -> bool:
    """Whether all resources of a statement are the service's, so that no other acts on them."""
    resources = value.get("Resource")
    texts = resources if isinstance(resources, list) else [resources]
    return all(isinstance(each, str) and each.split(":")[2:3] == [service] for each in texts)


def _other_resources(
    target: Target, compiled: CompiledStatement, layer: Layer, *, variables: bool
) -> Json | None:
    """The resources but one; nothing if there is no other, ``None`` if that is no list."""
    resources = compiled.statement.resources
    arn = target.arn
    if resources is None or (arn == "*" and catalog.wildcard_only(target.action)):
        return {}
    if arn == "*" or (needs_escape(arn) and not variables):
        return None
    texts = [each.value for each in resources.patterns]
    if resources.negated:
        return {"NotResource": [*texts, literal(arn)]}
    meeting = _meeting(resources, target.asked, layer, variables=variables)
    if all(_is_plain(each) for each in meeting):
        rest = [each for each in texts if each not in meeting]
        return {"Resource": rest} if rest else {}
    return {"NotResource": literal(arn)} if "*" in meeting else None


def _meeting(resources: Resources, asked: Asked, layer: Layer, *, variables: bool) -> list[str]:
    short = TRAITS[layer].short_arns
    return [
        each.value
        for each in resources.patterns
        if compile_resource(each.value, variables=variables).check(short)(
            asked.resource, asked.context
        )
    ]


def _has_wildcard(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


def _is_plain(pattern: str) -> bool:
    """Whether a pattern of resources means one resource: a short ARN may mean many (R5)."""
    return not needs_escape(pattern) and pattern.count(":") >= _COLONS
