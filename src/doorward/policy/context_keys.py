"""The condition keys that a document reads, as they are written in it.

A key is read by a condition, or by a variable in a resource or in a value of a condition (V2),
with a default or without. Under versions before 2012-10-17 there are no variables (V1).

Source: IAM User Guide, "IAM JSON policy elements: Condition" and "IAM policy elements: Variables
and tags".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from doorward.policy.document import Document, Statement, Text
from doorward.policy.folding import fold
from doorward.policy.variables import names_in

Place = tuple[int, str]
"""Where in the source a key is read, and how it is spelt there."""


def condition_keys(statement: Statement) -> Iterator[Place]:
    """Yield the keys of a statement's conditions."""
    for condition in statement.conditions:
        yield condition.key.span.start, condition.key.value


def variable_keys(statement: Statement) -> Iterator[Place]:
    """Yield the keys of the variables in a statement's resources, then in its conditions."""
    texts: list[Text] = [*(statement.resources.patterns if statement.resources else ())]
    texts += [value for condition in statement.conditions for value in condition.values]
    for text in texts:
        for name in names_in(text.value):
            yield text.span.start, name


def keys_of(document: Document, statements: Iterable[Statement] | None = None) -> tuple[str, ...]:
    """Return the keys that a document reads, or that some of its statements do.

    They come in the order in which they stand in the text; one that is spelt in several ways is
    told once, as it is spelt first.
    """
    read: list[Place] = []
    for statement in document.statements if statements is None else statements:
        read += condition_keys(statement)
        read += variable_keys(statement) if document.has_variables else ()
    read.sort(key=lambda place: place[0])
    return once(name for _, name in read)


def once(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names without those that differ in case alone from one before."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold(name), name)
    return tuple(found.values())
