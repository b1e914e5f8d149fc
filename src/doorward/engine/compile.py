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
from doorward.policy.folding import fold
from doorward.policy.json_source import Limits
from doorward.policy.parse import parse_or_raise
from doorward.policy.patterns import Matcher
from doorward.policy.resource_patterns import Check as ResourceCheck
from doorward.policy.resource_patterns import ResourceList, ShortArns, compile_resource
from doorward.policy.variables import Values, Variable, tokenize

_DOCUMENTS_KEPT = 8192
_ACTIONS_KEPT = 256
_STORED = Limits(size=1_048_576)
"""What is stored was bounded when it came; AWS's own policies are longer than its API takes."""


class CompiledStatement(msgspec.Struct, frozen=True):
    """A statement's matchers; ``principals``, ``resources``: ``None`` without the element.

    ``reads`` are the keys, folded, that its conditions and variables ask for, in order.
    """

    statement: Statement
    denies: bool
    principals: tuple[Name, ...] | None
    principals_negated: bool
    matches_action: Matcher
    resources: ResourceList | None
    conditions: tuple[Check, ...]
    reads: tuple[str, ...]
    _resource_checks: dict[ShortArns, ResourceCheck]

    def resource_check(self, short_arns: ShortArns) -> ResourceCheck | None:
        """Return whether a resource is meant; ``None`` without the element."""
        if self.resources is None:
            return None
        found = self._resource_checks.get(short_arns)
        if found is None:
            found = self.resources.check(short_arns, denies=self.denies)
            self._resource_checks[short_arns] = found
        return found


class CompiledDocument:
    """A document's compiled statements, and an index of them by action.

    The index is filled as actions are asked about, and emptied when it is full.
    """

    __slots__ = ("_by_action", "statements")

    def __init__(self, statements: tuple[CompiledStatement, ...]) -> None:
        """Take the statements in the document's order."""
        self.statements = statements
        self._by_action: dict[str, tuple[CompiledStatement, ...]] = {}

    def about(self, action: str) -> tuple[CompiledStatement, ...]:
        """Return the statements whose actions meet the folded ``action``, in order."""
        found = self._by_action.get(action)
        if found is None:
            found = tuple([each for each in self.statements if each.matches_action(action)])
            if len(self._by_action) >= _ACTIONS_KEPT:
                self._by_action.clear()
            self._by_action[action] = found
        return found


@lru_cache(maxsize=_DOCUMENTS_KEPT)
def read_document(text: str) -> Document:
    """Parse a stored policy; raise ``MalformedPolicy`` if it has errors."""
    return parse_or_raise(text, _STORED)


_by_identity: dict[int, tuple[Document, CompiledDocument]] = {}
# A document that is kept here cannot die, so nothing else can come to bear its identity.


def compile_document(document: Document) -> CompiledDocument:
    """Return ``document``, compiled."""
    kept = _by_identity.get(id(document))
    if kept is not None:
        return kept[1]
    compiled = _compiled(_ByContent(document))
    if len(_by_identity) >= _DOCUMENTS_KEPT:
        _by_identity.clear()
    _by_identity[id(document)] = (document, compiled)
    return compiled


def forget_documents() -> None:
    """Empty the memos of documents."""
    read_document.cache_clear()
    _compiled.cache_clear()
    _by_identity.clear()


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
def _compiled(key: _ByContent) -> CompiledDocument:
    document = key.document
    return CompiledDocument(
        tuple(
            _statement(statement, variables=document.has_variables)
            for statement in document.statements
        )
    )


def _statement(statement: Statement, *, variables: bool) -> CompiledStatement:
    denies = statement.effect is Effect.DENY
    resources = statement.resources
    return CompiledStatement(
        statement=statement,
        denies=denies,
        principals=_names(statement.principals),
        principals_negated=statement.principals is not None and statement.principals.negated,
        matches_action=_action(statement.actions),
        resources=None
        if resources is None
        else ResourceList(
            tuple(
                compile_resource(pattern.value, variables=variables)
                for pattern in resources.patterns
            ),
            resources.negated,
        ),
        conditions=tuple(
            _condition(condition, variables=variables, denies=denies)
            for condition in statement.conditions
        ),
        reads=_reads(statement, variables=variables),
        _resource_checks={},
    )


def _reads(statement: Statement, *, variables: bool) -> tuple[str, ...]:
    """The keys of a statement's conditions, then of its variables."""
    keys = [fold(condition.key.value) for condition in statement.conditions]
    if variables:
        texts = [*(statement.resources.patterns if statement.resources else ())]
        texts += [value for condition in statement.conditions for value in condition.values]
        for text in texts:
            if "${" in text.value:
                tokens = tokenize(text.value, variables=True)
                keys += [token.key for token in tokens if isinstance(token, Variable)]
    return tuple(dict.fromkeys(key for key in keys if key))


def _names(principals: Principals | None) -> tuple[Name, ...] | None:
    return (
        None
        if principals is None
        else tuple(entry_name(entry.kind, entry.text.value) for entry in principals.entries)
    )


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
