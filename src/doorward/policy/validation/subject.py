"""The document under examination, with what several rules ask about it, each worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TypeVar, cast

import msgspec

from doorward.policy.conditions.registry import Quantifier, take_apart
from doorward.policy.document import (
    Condition,
    Document,
    PrincipalEntry,
    PrincipalKind,
    Span,
    Statement,
    Text,
)
from doorward.policy.folding import fold
from doorward.policy.json_source import Array, Limits, Node, Object, read_json
from doorward.policy.kind import PolicyKind
from doorward.policy.problem import Collector, Finding
from doorward.policy.resource_globs import ResourceGlobs, resource_globs
from doorward.policy.validation.effort import Effort

T = TypeVar("T")


class Clause(msgspec.Struct, frozen=True):
    """A condition with its operator taken apart; ``base`` and ``key`` are folded."""

    statement: Statement
    condition: Condition
    base: str
    quantifier: Quantifier | None
    if_exists: bool
    key: str

    def at(self, message: str, hint: str) -> Finding:
        """Find something at the values of the condition."""
        condition = self.condition
        return Finding(condition.pointer, condition.span, message, hint)


def at_text(text: Text, message: str, hint: str) -> Finding:
    """Find something at one scalar."""
    return Finding(text.pointer, text.span, message, hint)


class Subject:
    """One document, written as a policy of ``kind`` (``None``: of whatever kind).

    ``service`` is the service of the resource that a resource policy is for, where that is known.
    """

    def __init__(self, document: Document, kind: PolicyKind | None, service: str | None) -> None:
        """Examine ``document``."""
        self.document = document
        self.statements = document.statements
        self.kind = kind
        self.service = service
        self.effort = Effort()
        self._done: dict[Callable[[Subject], object], object] = {}
        self._resources: dict[str, ResourceGlobs] = {}

    def once(self, work: Callable[[Subject], T]) -> T:
        """Return what ``work`` makes of the subject, for all rules that ask."""
        if work not in self._done:
            self._done[work] = work(self)
        return cast("T", self._done[work])

    def resource(self, text: str) -> ResourceGlobs:
        """Return the globs of an entry of ``Resource``; each text is read once."""
        if text not in self._resources:
            variables = self.document.has_variables
            self._resources[text] = resource_globs(text, variables=variables)
        return self._resources[text]

    @property
    def whole(self) -> Span:
        """The span of the whole text."""
        return Span(0, len(self.document.source))

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Every condition of every statement."""
        found = []
        for statement in self.statements:
            for condition in statement.conditions:
                name = take_apart(condition.operator.value)
                key = fold(condition.key.value)
                found.append(
                    Clause(statement, condition, name.base, name.quantifier, name.if_exists, key)
                )
        return tuple(found)

    @cached_property
    def _by_base(self) -> dict[str, list[Clause]]:
        found: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            found.setdefault(clause.base, []).append(clause)
        return found

    @cached_property
    def _by_key(self) -> dict[str, list[Clause]]:
        found: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            found.setdefault(clause.key, []).append(clause)
        return found

    def under(self, bases: Iterable[str]) -> Iterator[Clause]:
        """Yield the conditions whose operator, folded and without prefix and suffix, is given."""
        for base in bases:
            yield from self._by_base.get(base, ())

    def about(self, key: str) -> Iterator[Clause]:
        """Yield the conditions on a folded key."""
        yield from self._by_key.get(key, ())

    @cached_property
    def _by_statement(self) -> dict[int, dict[str, list[Clause]]]:
        found: dict[int, dict[str, list[Clause]]] = {}
        for clause in self.clauses:
            keys = found.setdefault(clause.statement.index, {})
            keys.setdefault(clause.key, []).append(clause)
        return found

    def keys_of(self, statement: Statement) -> dict[str, list[Clause]]:
        """Return the conditions of a statement by their folded keys."""
        return self._by_statement.get(statement.index, {})

    def principals(self, *kinds: PrincipalKind) -> Iterator[tuple[Statement, PrincipalEntry]]:
        """Yield the principals of these kinds, negated ones too."""
        for statement in self.statements:
            for entry in statement.principals.entries if statement.principals else ():
                if entry.kind in kinds:
                    yield statement, entry

    @cached_property
    def _root(self) -> Node | None:
        source = self.document.source
        return read_json(Collector(source), Limits(size=len(source), key=len(source)))

    def node(self, pointer: str) -> Node | None:
        """Return the node at a pointer in the text: the tree does not keep every element's."""
        node = self._root
        for token in pointer.split("/")[1:]:
            if isinstance(node, Array):
                node = node.items[int(token)]
            elif isinstance(node, Object):
                members = {member.key.value: member.value for member in node.members}
                node = members.get(token)
        return node

    def at(self, pointer: str, message: str, hint: str) -> Finding:
        """Find something at an element that the tree does not keep as a text."""
        node = self.node(pointer)
        return Finding(pointer, node.span if node else self.whole, message, hint)
