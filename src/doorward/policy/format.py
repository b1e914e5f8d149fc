"""A document back to JSON text, in the order of the grammar.

What was a list stays a list and what was a single value stays one, so that parsing the text gives
the same document again, pointers included; only spans and source differ. Numbers and booleans come
back as the text that they mean (rule G2).
"""

from __future__ import annotations

import json
from typing import Any

from doorward.policy.document import (
    Actions,
    Condition,
    Document,
    PrincipalKind,
    Principals,
    Resources,
    Statement,
    Text,
)


def compact(document: Document) -> str:
    """Return the document as JSON text without white space between its parts."""
    return json.dumps(to_value(document), ensure_ascii=False, separators=(",", ":"))


def pretty(document: Document) -> str:
    """Return the document as JSON text for people: an entry a line, two spaces a level."""
    return json.dumps(to_value(document), ensure_ascii=False, indent=2)


def to_value(document: Document) -> dict[str, Any]:
    """Return the document as the value that JSON text would be read to."""
    value: dict[str, Any] = {}
    if document.version is not None:
        value["Version"] = document.version
    if document.id is not None:
        value["Id"] = document.id
    statements = [_statement(statement) for statement in document.statements]
    single = [statement.pointer for statement in document.statements] == ["/Statement"]
    value["Statement"] = statements[0] if single else statements
    return value


def _statement(statement: Statement) -> dict[str, Any]:
    value: dict[str, Any] = {}
    if statement.sid is not None:
        value["Sid"] = statement.sid
    value["Effect"] = statement.effect.value
    if statement.principals is not None:
        value[_name("Principal", statement.principals)] = _principals(statement.principals)
    value[_name("Action", statement.actions)] = _texts(
        statement.actions.patterns, statement.actions.pointer
    )
    if statement.resources is not None:
        value[_name("Resource", statement.resources)] = _texts(
            statement.resources.patterns, statement.resources.pointer
        )
    if statement.conditions:
        value["Condition"] = _conditions(statement.conditions)
    return value


def _name(name: str, element: Principals | Actions | Resources) -> str:
    return f"Not{name}" if element.negated else name


def _principals(principals: Principals) -> str | dict[str, Any]:
    by_kind: dict[PrincipalKind, list[Text]] = {}
    for entry in principals.entries:
        by_kind.setdefault(entry.kind, []).append(entry.text)
    if PrincipalKind.EVERYONE in by_kind:
        return PrincipalKind.EVERYONE.value
    return {
        kind.value: _texts(tuple(texts), f"{principals.pointer}/{kind.value}")
        for kind, texts in by_kind.items()
    }


def _conditions(conditions: tuple[Condition, ...]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for condition in conditions:
        block = value.setdefault(condition.operator.value, {})
        block[condition.key.value] = _texts(condition.values, condition.pointer)
    return value


def _texts(texts: tuple[Text, ...], pointer: str) -> str | list[str]:
    """A single value if it stands at the element's own pointer, else the list it was."""
    if [text.pointer for text in texts] == [pointer]:
        return texts[0].value
    return [text.value for text in texts]
