"""Documents compiled to matchers, once for each content.

The memos here are the one mutable thing in the core: bounded, and keyed by the whole text or
document, so that they can never change an answer.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from doorward.engine.principals import Name, entry_name
from doorward.policy.action_patterns import compile_action
from doorward.policy.conditions import Check, compile_condition
from doorward.policy.document import Actions, Condition, Document, Effect, Principals, Statement
from doorward.policy.parse import parse_or_raise
from doorward.policy.patterns import Matcher
from doorward.policy.resource_patterns import ResourcePattern, compile_resource
from doorward.policy.variables import Values

_DOCUMENTS_KEPT = 8192


class CompiledStatement(msgspec.Struct, frozen=True):
    """A statement's matchers; ``principals``, ``resources``: ``None`` without the element."""

    statement: Statement
    denies: bool
    principals: tuple[Name, ...] | None
    matches_action: Matcher
    resources: tuple[ResourcePattern, ...] | None
    conditions: tuple[Check, ...]


@lru_cache(maxsize=_DOCUMENTS_KEPT)
def read_document(text: str) -> Document:
    """Parse a stored policy; raise ``MalformedPolicy`` if it has errors."""
    return parse_or_raise(text)


def compile_document(document: Document) -> tuple[CompiledStatement, ...]:
    """Return the compiled statements of ``document``, in its order."""
    return _compiled(_ByContent(document))


class _ByContent:
    """A document as a key: hashed by its source, equal by all that it holds."""

    __slots__ = ("document",)

    def __init__(self, document: Document) -> None:
        self.document = document

    def __hash__(self) -> int:
        return hash(self.document.source)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByContent) and (
            self.document is other.document or self.document == other.document
        )


@lru_cache(maxsize=_DOCUMENTS_KEPT)
def _compiled(key: _ByContent) -> tuple[CompiledStatement, ...]:
    document = key.document
    return tuple(
        _statement(statement, variables=document.has_variables)
        for statement in document.statements
    )


def _statement(statement: Statement, *, variables: bool) -> CompiledStatement:
    denies = statement.effect is Effect.DENY
    resources = statement.resources
    return CompiledStatement(
        statement=statement,
        denies=denies,
        principals=_names(statement.principals),
        matches_action=_action(statement.actions),
        resources=None
        if resources is None
        else tuple(
            compile_resource(pattern.value, variables=variables) for pattern in resources.patterns
        ),
        conditions=tuple(
            _condition(condition, variables=variables, denies=denies)
            for condition in statement.conditions
        ),
    )


def _names(principals: Principals | None) -> tuple[Name, ...] | None:
    return None if principals is None else tuple(entry_name(e) for e in principals.entries)


def _action(actions: Actions) -> Matcher:
    """One matcher for an ``Action`` or ``NotAction`` element (A3)."""
    matchers = tuple(compile_action(pattern.value) for pattern in actions.patterns)
    if actions.negated:
        return lambda action: not any(matches(action) for matches in matchers)
    if len(matchers) == 1:
        return matchers[0]
    return lambda action: any(matches(action) for matches in matchers)


def _condition(condition: Condition, *, variables: bool, denies: bool) -> Check:
    """An operator that nobody knows holds for a Deny and fails for an Allow (C2)."""
    check = compile_condition(condition, variables=variables)
    if check is not None:
        return check

    def unknown(_context: Values) -> bool:
        return denies

    return unknown
