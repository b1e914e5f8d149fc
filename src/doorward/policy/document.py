"""The syntax tree of an AWS policy document.

Every node keeps where it stands: a JSON pointer (RFC 6901) and the span of characters in the
source text, so that a reason can point at the text exactly as it was written. Scalars and
one-element lists are equal in the language (rule G2), so the tree holds tuples throughout; the
pointer of an entry tells how it was written: ``/Statement/0/Action`` or
``/Statement/0/Action/1``.

Source: IAM User Guide, "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

import enum

import msgspec


class Effect(enum.Enum):
    """What a matching statement does."""

    ALLOW = "Allow"
    DENY = "Deny"


class PrincipalKind(enum.Enum):
    """The keys of a ``Principal`` element; ``EVERYONE`` is the bare ``"*"``."""

    AWS = "AWS"
    SERVICE = "Service"
    FEDERATED = "Federated"
    CANONICAL_USER = "CanonicalUser"
    EVERYONE = "*"


class Span(msgspec.Struct, frozen=True, gc=False):
    """Half-open range of character offsets (not bytes) into ``Document.source``."""

    start: int
    end: int


class Text(msgspec.Struct, frozen=True, gc=False):
    """One scalar as the document says it; numbers and booleans are normalised to text (G2)."""

    value: str
    pointer: str
    span: Span


class PrincipalEntry(msgspec.Struct, frozen=True, gc=False):
    """One principal that a ``Principal`` or ``NotPrincipal`` element names."""

    kind: PrincipalKind
    text: Text


class Principals(msgspec.Struct, frozen=True, gc=False):
    """A ``Principal`` element, or ``NotPrincipal`` if ``negated``."""

    negated: bool
    entries: tuple[PrincipalEntry, ...]
    pointer: str
    span: Span


class Actions(msgspec.Struct, frozen=True, gc=False):
    """An ``Action`` element, or ``NotAction`` if ``negated``."""

    negated: bool
    patterns: tuple[Text, ...]
    pointer: str
    span: Span


class Resources(msgspec.Struct, frozen=True, gc=False):
    """A ``Resource`` element, or ``NotResource`` if ``negated``."""

    negated: bool
    patterns: tuple[Text, ...]
    pointer: str
    span: Span


class Condition(msgspec.Struct, frozen=True, gc=False):
    """One operator applied to one key: all conditions of a statement must hold (C1)."""

    operator: Text
    key: Text
    values: tuple[Text, ...]
    pointer: str
    span: Span


class Statement(msgspec.Struct, frozen=True, gc=False):
    """One statement; an element that is absent is ``None`` (conditions: an empty tuple)."""

    index: int
    sid: str | None
    effect: Effect
    principals: Principals | None
    actions: Actions
    resources: Resources | None
    conditions: tuple[Condition, ...]
    pointer: str
    span: Span


class Document(msgspec.Struct, frozen=True, gc=False):
    """A policy document. ``version`` is as written, ``None`` when absent (means 2008-10-17)."""

    version: str | None
    id: str | None
    statements: tuple[Statement, ...]
    source: str

    @property
    def has_variables(self) -> bool:
        """Whether policy variables are variables here: only under version 2012-10-17 (V1)."""
        return self.version == "2012-10-17"
