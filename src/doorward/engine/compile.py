"""Documents compiled to matchers, once for each content.

The memos here are the one mutable thing in the core: bounded, and keyed by the whole text or
document, so that they can never change an answer.
"""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from doorward.engine.principals import Name, entry_name
from doorward.policy.action_patterns import compile_action
from doorward.policy.conditions import Check, compile_condition
from doorward.policy.context_keys import condition_keys, variable_keys
from doorward.policy.document import Actions, Condition, Document, Effect, Principals, Statement
from doorward.policy.folding import fold
from doorward.policy.json_source import Limits
from doorward.policy.parse import parse_or_raise
from doorward.policy.patterns import Matcher
from doorward.policy.resource_patterns import Check as ResourceCheck
from doorward.policy.resource_patterns import ResourceList, ShortArns, compile_resource
from doorward.policy.variables import Values

_CHARACTERS_KEPT = 16_000_000
"""Of documents, in each memo: about half a gigabyte, compiled."""

_OVERHEAD = 256
_ACTIONS_KEPT = 256
_STORED = Limits(size=1_048_576)
"""What is stored was bounded when it came; AWS's own policies are longer than its API takes."""


K = TypeVar("K")
V = TypeVar("V")


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


class _Memo(Generic[K, V]):
    """What was made of texts, as long as it is not too many characters in all."""

    __slots__ = ("_found", "_size")

    def __init__(self) -> None:
        self._found: dict[K, V] = {}
        self._size = 0

    def get(self, key: K) -> V | None:
        return self._found.get(key)

    def keep(self, key: K, value: V, size: int) -> V:
        """Keep what was made of ``size`` characters; a memo that is full is emptied before."""
        if self._size + size > _CHARACTERS_KEPT:
            self.clear()
        self._found[key] = value
        self._size += size + _OVERHEAD
        return value

    def clear(self) -> None:
        self._found.clear()
        self._size = 0


_read: _Memo[str, Document] = _Memo()
_by_content: _Memo[_ByContent, CompiledDocument] = _Memo()
_by_identity: _Memo[int, tuple[Document, CompiledDocument]] = _Memo()
# A document that is kept here cannot die, so nothing else can come to bear its identity.


def read_document(text: str) -> Document:
    """Parse a stored policy; raise ``MalformedPolicy`` if it has errors."""
    found = _read.get(text)
    return found or _read.keep(text, parse_or_raise(text, _STORED), len(text))


def compile_document(document: Document) -> CompiledDocument:
    """Return ``document``, compiled."""
    kept = _by_identity.get(id(document))
    if kept is not None:
        return kept[1]
    size = len(document.source)
    key = _ByContent(document)
    compiled = _by_content.get(key) or _by_content.keep(key, _compiled(document), size)
    return _by_identity.keep(id(document), (document, compiled), size)[1]


def forget_documents() -> None:
    """Empty the memos of documents."""
    for memo in (_read, _by_content, _by_identity):
        memo.clear()


def _compiled(document: Document) -> CompiledDocument:
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
    read = [*condition_keys(statement), *(variable_keys(statement) if variables else ())]
    return tuple(dict.fromkeys(fold(name) for _, name in read if name))


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
