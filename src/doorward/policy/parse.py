"""Policy text to a ``Document``, with every problem found.

What is refused here cannot be evaluated: unknown elements, wrong types, both of a pair, no effect.
What AWS refuses when a policy is written, but an evaluation can still treat safely (an unknown
condition operator, a Sid with a space, a missing Version), is kept: imported documents must be
answered for as they are. ``policy.validate`` holds the rules of writing.

Element names are case-sensitive: the grammar gives them as literal strings, and IAM answers
``Unknown field statement`` to a lower-case one. Lists have at least one entry ("Arrays can take
one or more values"): an empty ``Statement`` is a missing one, and an empty list of actions,
resources or principals cannot be evaluated, for with its ``Not…`` form it would mean everything.
Conditions are more patient, as AWS is: a list without values is read (rule C17), and an empty
``Condition`` is none. Codes are those of IAM Access Analyzer's policy checks where it has one.

Source: IAM User Guide, "Grammar of the IAM JSON policy language" and "IAM policy validation check
reference"; rules G1, G2.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from doorward.policy.document import (
    Actions,
    Condition,
    Document,
    Effect,
    PrincipalEntry,
    PrincipalKind,
    Principals,
    Resources,
    Span,
    Statement,
    Text,
)
from doorward.policy.folding import fold
from doorward.policy.json_source import (
    Array,
    Limits,
    Literal,
    Member,
    Node,
    Object,
    String,
    child,
    read_json,
)
from doorward.policy.problem import Collector, MalformedPolicy, Problem, quoted

VERSIONS = ("2008-10-17", "2012-10-17")
"""The versions of the policy language."""

_TOP_LEVEL = ("Version", "Id", "Statement")
_STATEMENT = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
_PRINCIPAL_KINDS = {kind.value: kind for kind in PrincipalKind if kind != PrincipalKind.EVERYONE}
_EFFECTS = {effect.value: effect for effect in Effect}

Parsed = tuple[Document | None, tuple[Problem, ...]]
"""A document, or ``None`` if there are errors; and all problems, in the order found."""


def parse(text: str, limits: Limits | None = None) -> Parsed:
    """Parse the text of a policy document; the text is kept as it is."""
    collector = Collector(text)
    root = read_json(collector, limits)
    document = _Parser(collector).document(root) if root is not None else None
    return (None if collector.failed else document), collector.problems


def parse_object(value: object, limits: Limits | None = None) -> Parsed:
    """Parse a policy document given as a value; spans refer to its compact JSON text."""
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        collector = Collector("")
        message = "The value cannot be written as JSON"
        collector.error(
            "JSON_SYNTAX_ERROR", "", Span(0, 0), message, "Give an object or JSON text"
        )
        return None, collector.problems
    return parse(text, limits)


def parse_or_raise(text: str, limits: Limits | None = None) -> Document:
    """Parse ``text``; raise ``MalformedPolicy`` with all problems if there are errors."""
    document, problems = parse(text, limits)
    if document is None:
        raise MalformedPolicy(problems)
    return document


def parse_policy(policy: str | Mapping[str, object]) -> Document:
    """Parse a policy given as JSON text or as a mapping.

    Raises:
        MalformedPolicy: with every problem found, each with its place.
    """
    document, problems = parse(policy) if isinstance(policy, str) else parse_object(dict(policy))
    if document is None:
        raise MalformedPolicy(problems)
    return document


class _Parser:
    """Turns nodes into the syntax tree; what cannot be used is reported and left out."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    def document(self, root: Node) -> Document | None:
        """Read the whole policy."""
        if not isinstance(root, Object):
            self._mismatch(root, "", "an object")
            return None
        elements = self._elements(root, "", _TOP_LEVEL)
        version = self._optional_text(elements, "", "Version")
        if version is not None and version not in VERSIONS:
            self._error(
                "INVALID_VERSION",
                "/Version",
                elements["Version"].value.span,
                f"The version {quoted(version)} is not valid",
                "Use 2012-10-17",
            )
        return Document(
            version,
            self._optional_text(elements, "", "Id"),
            self._statements(root, elements.get("Statement")),
            self._collector.source,
        )

    def _statements(self, root: Object, member: Member | None) -> tuple[Statement, ...]:
        if member is None:
            self._missing("MISSING_STATEMENT", "", root, "The policy has no Statement")
            return ()
        node = member.value
        if isinstance(node, Object):
            found = [self._statement(node, "/Statement", 0)]
        elif isinstance(node, Array):
            if not node.items:
                self._missing("MISSING_STATEMENT", "/Statement", node, "Statement is empty")
            found = [
                self._statement(item, f"/Statement/{index}", index)
                for index, item in enumerate(node.items)
            ]
        else:
            self._mismatch(node, "/Statement", "an object or an array of objects")
            found = []
        return tuple(statement for statement in found if statement is not None)

    def _statement(self, node: Node, pointer: str, index: int) -> Statement | None:
        if not isinstance(node, Object):
            self._mismatch(node, pointer, "an object")
            return None
        elements = self._elements(node, pointer, _STATEMENT)
        sid = self._optional_text(elements, pointer, "Sid")
        effect = self._effect(node, elements, pointer)
        principals = self._principals(elements, pointer)
        actions = self._actions(node, elements, pointer)
        resources = self._resources(elements, pointer)
        conditions = self._conditions(elements.get("Condition"), f"{pointer}/Condition")
        if effect is None or actions is None:
            return None
        return Statement(
            index, sid, effect, principals, actions, resources, conditions, pointer, node.span
        )

    def _effect(
        self, statement: Object, elements: Mapping[str, Member], pointer: str
    ) -> Effect | None:
        if "Effect" not in elements:
            self._missing("MISSING_EFFECT", pointer, statement, "The statement has no Effect")
            return None
        text = self._optional_text(elements, pointer, "Effect")
        if text is None or text in _EFFECTS:
            return _EFFECTS.get(text or "")
        self._error(
            "INVALID_EFFECT",
            f"{pointer}/Effect",
            elements["Effect"].value.span,
            f"The effect {quoted(text)} is not valid",
            "Write Allow or Deny, exactly so",
        )
        return None

    def _principals(self, elements: Mapping[str, Member], pointer: str) -> Principals | None:
        member, negated = self._one_of(elements, pointer, "Principal")
        if member is None:
            return None
        pointer = f"{pointer}/{member.key.value}"
        node = member.value
        if isinstance(node, String) and node.value == "*":
            everyone = PrincipalEntry(PrincipalKind.EVERYONE, Text("*", pointer, node.span))
            return Principals(negated, (everyone,), pointer, node.span)
        if isinstance(node, Object) and not node.members:
            message = "The principal names nobody"
            self._missing("EMPTY_OBJECT_PRINCIPAL", pointer, node, message)
            return None
        if not isinstance(node, Object):
            self._error(
                "INVALID_PRINCIPAL_FORMAT",
                pointer,
                node.span,
                "A principal is * or an object that names at least one",
                'For example {"AWS": "arn:aws:iam::111122223333:root"}',
            )
            return None
        entries = [
            PrincipalEntry(_PRINCIPAL_KINDS[key], text)
            for key, entry in self._elements(
                node, pointer, tuple(_PRINCIPAL_KINDS), "INVALID_PRINCIPAL_KEY"
            ).items()
            for text in self._strings(entry.value, f"{pointer}/{key}", "EMPTY_ARRAY_PRINCIPAL")
        ]
        return Principals(negated, tuple(entries), pointer, node.span)

    def _actions(
        self, statement: Object, elements: Mapping[str, Member], pointer: str
    ) -> Actions | None:
        member, negated = self._one_of(elements, pointer, "Action")
        if member is None:
            self._missing("MISSING_ACTION", pointer, statement, "The statement has no Action")
            return None
        pointer = f"{pointer}/{member.key.value}"
        patterns = self._strings(member.value, pointer, "EMPTY_ARRAY_ACTION")
        return Actions(negated, patterns, pointer, member.value.span)

    def _resources(self, elements: Mapping[str, Member], pointer: str) -> Resources | None:
        member, negated = self._one_of(elements, pointer, "Resource")
        if member is None:
            return None
        pointer = f"{pointer}/{member.key.value}"
        patterns = self._strings(member.value, pointer, "EMPTY_ARRAY_RESOURCE")
        return Resources(negated, patterns, pointer, member.value.span)

    def _conditions(self, member: Member | None, pointer: str) -> tuple[Condition, ...]:
        if member is None:
            return ()
        if not isinstance(member.value, Object):
            self._mismatch(member.value, pointer, "an object of operators")
            return ()
        conditions: list[Condition] = []
        for block in member.value.members:
            at = child(pointer, block.key.value)
            operator = Text(block.key.value, at, block.key.span)
            if isinstance(block.value, Object) and block.value.members:
                conditions += [self._condition(operator, key) for key in block.value.members]
            else:
                self._mismatch(block.value, at, "an object of condition keys, at least one")
        return tuple(conditions)

    def _condition(self, operator: Text, member: Member) -> Condition:
        pointer = child(operator.pointer, member.key.value)
        node = member.value
        items = node.items if isinstance(node, Array) else (node,)
        values = []
        for index, item in enumerate(items):
            at = f"{pointer}/{index}" if isinstance(node, Array) else pointer
            if isinstance(item, String) or (isinstance(item, Literal) and item.value != "null"):
                values.append(Text(item.value, at, item.span))
            else:
                self._mismatch(item, at, "a string, number or boolean")
        key = Text(member.key.value, pointer, member.key.span)
        return Condition(operator, key, tuple(values), pointer, node.span)

    def _strings(self, node: Node, pointer: str, empty: str) -> tuple[Text, ...]:
        """Read a string or an array of strings; an empty array is the error ``empty``."""
        if isinstance(node, String):
            return (Text(node.value, pointer, node.span),)
        if not isinstance(node, Array):
            self._mismatch(node, pointer, "a string or an array of strings")
            return ()
        if not node.items:
            self._missing(empty, pointer, node, "The list is empty")
        texts = []
        for index, item in enumerate(node.items):
            if isinstance(item, String):
                texts.append(Text(item.value, f"{pointer}/{index}", item.span))
            else:
                self._mismatch(item, f"{pointer}/{index}", "a string")
        return tuple(texts)

    def _elements(
        self,
        node: Object,
        pointer: str,
        known: tuple[str, ...],
        code: str = "INVALID_POLICY_ELEMENT",
    ) -> dict[str, Member]:
        """Return the members by name; report those whose name is not ``known``."""
        elements: dict[str, Member] = {}
        spelling = {fold(name): name for name in known}
        for member in node.members:
            name = member.key.value
            if name in known:
                elements[name] = member
                continue
            meant = spelling.get(fold(name))
            hint = f"Write {meant}" if meant else f"Known are {', '.join(known)}"
            message = f"The element {quoted(name)} is not valid here"
            self._error(code, child(pointer, name), member.key.span, message, hint)
        return elements

    def _one_of(
        self, elements: Mapping[str, Member], pointer: str, name: str
    ) -> tuple[Member | None, bool]:
        """Return the member ``name`` or ``Notname``, and whether it is the latter."""
        plain, negated = elements.get(name), elements.get(f"Not{name}")
        if plain is not None and negated is not None:
            self._error(
                "UNSUPPORTED_ELEMENT_COMBINATION",
                f"{pointer}/Not{name}",
                negated.key.span,
                f"{name} and Not{name} stand in one statement",
                "Keep one of them",
            )
        return (plain, False) if plain is not None else (negated, True)

    def _optional_text(
        self, elements: Mapping[str, Member], pointer: str, name: str
    ) -> str | None:
        member = elements.get(name)
        if member is None:
            return None
        if isinstance(member.value, String):
            return member.value.value
        self._mismatch(member.value, f"{pointer}/{name}", "a string")
        return None

    def _missing(self, code: str, pointer: str, node: Node, message: str) -> None:
        self._error(code, pointer, node.span, message, "Add it")

    def _mismatch(self, node: Node, pointer: str, wanted: str) -> None:
        message = f"The value should be {wanted}"
        self._error("DATA_TYPE_MISMATCH", pointer, node.span, message, "")

    def _error(self, code: str, pointer: str, span: Span, message: str, hint: str) -> None:
        self._collector.error(code, pointer, span, message, hint)
