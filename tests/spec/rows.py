"""The form of the tables of rules: a section for each rule, a row for each clause of its text.

A row says which clause of the rule's text (``docs/reference/evaluation.md``) it shows, what is
asked, and what must come out. The source of a section is the page of AWS's documentation that
the rule restates; a row whose point AWS does not settle says so instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from doorward.model.schema import Entity
from doorward.policy.kind import PolicyKind
from tests.engine.build import ALICE, QUEUE, SEND, allow, doc

Json = dict[str, Any]

SILENT = "AWS is silent: denies"
"""The source of a row where the documentation does not say, and Doorward chose to deny."""

EFFECTS: Mapping[str, str] = {
    "no-permission-needed": "ALLOW",
    "explicit-deny": "EXPLICIT_DENY",
    "cross-partition": "IMPLICIT_DENY",
    "resource-control-implicit-deny": "IMPLICIT_DENY",
    "service-control-implicit-deny": "IMPLICIT_DENY",
    "endpoint-implicit-deny": "IMPLICIT_DENY",
    "session-limit": "IMPLICIT_DENY",
    "reserved-by-aws": "IMPLICIT_DENY",
    "trust-implicit-deny": "IMPLICIT_DENY",
    "key-policy-implicit-deny": "IMPLICIT_DENY",
    "block-public-access": "IMPLICIT_DENY",
    "resource-implicit-deny": "IMPLICIT_DENY",
    "identity-implicit-deny": "IMPLICIT_DENY",
    "boundary-implicit-deny": "IMPLICIT_DENY",
    "session-implicit-deny": "IMPLICIT_DENY",
    "root-user-allow": "ALLOW",
    "identity-allow": "ALLOW",
    "resource-allow": "ALLOW",
    "grant-allow": "ALLOW",
    "cross-account-allow": "ALLOW",
    "non-account-allow": "ALLOW",
}
"""The effect of each rule that can decide, as ``docs/reference/decide.md`` lists them."""

ALLOWED, UNMATCHED, DENIED = "identity-allow", "identity-implicit-deny", "explicit-deny"
"""What comes out when an Allow of the identity layer applies, does not, and when a Deny does."""


class Question(NamedTuple):
    """What ``doorward.answer`` is asked; the layers bear the names of ``doorward.layers``."""

    request: Json
    policies: Json


class Written(NamedTuple):
    """A document that somebody wants to write; without a kind, it is only read."""

    document: Json | str
    kind: PolicyKind | None


class Estate(NamedTuple):
    """A request in an estate, from which the layers are gathered."""

    entities: tuple[Entity, ...]
    request: Json
    session: tuple[str, ...] | None


class Row(NamedTuple):
    """One case of a rule.

    ``expected`` is the rule that decides (its effect is in ``EFFECTS``), or ``error CODE``; of a
    document, the codes of its problems, in order, ``none`` where there are none.
    """

    clause: str
    name: str
    asked: Question | Written | Estate
    expected: str
    source: str | None = None

    @property
    def passes(self) -> bool:
        """Whether the thing asked about is allowed."""
        return self.expected == "none" or EFFECTS.get(self.expected) == "ALLOW"


class Section(NamedTuple):
    """A rule, the AWS documentation that it restates, and its rows."""

    rule: str
    source: str
    rows: tuple[Row, ...]


def ask(
    clause: str,
    name: str,
    expected: str,
    *,
    who: Any = ALICE,
    action: str = SEND,
    on: Any = QUEUE,
    context: Json | None = None,
    account: str | None = None,
    facts: Json | None = None,
    source: str | None = None,
    **policies: Any,
) -> Row:
    """A question under ``policies`` (the names of ``doorward.layers``)."""
    optional = {"context": context, "resourceAccount": account, "resourceFacts": facts}
    given = {key: value for key, value in optional.items() if value is not None}
    request = {"principal": who, "action": action, "resource": on} | given
    layers = {layer: given for layer, given in policies.items() if given is not None}
    return Row(clause, name, Question(request, layers), expected, source)


def apply(clause: str, name: str, statement: Json, *, holds: bool, **rest: Any) -> Row:
    """A question under one statement of the identity layer; an Allow, unless it says Deny.

    The row holds if the statement applies: a Deny is put beside an Allow of everything.
    """
    if statement["Effect"] == "Deny":
        expected, policy = (DENIED if holds else ALLOWED), doc(allow(), statement)
    else:
        expected, policy = (ALLOWED if holds else UNMATCHED), doc(statement)
    return ask(clause, name, expected, identity=[policy], **rest)


KEY = "app:Key"
"""A key of no meaning, so that no derived one interferes."""


def when(
    clause: str,
    name: str,
    operator: str,
    values: Any,
    given: Any,
    *,
    holds: bool,
    key: str = KEY,
    **rest: Any,
) -> Row:
    """A condition on one key: ``given`` is the request's value, ``None`` if it has none."""
    context = rest.pop("context", {}) | ({} if given is None else {KEY: given})
    condition = allow(Condition={operator: {key: values}})
    return apply(clause, name, condition, holds=holds, context=context, **rest)


def write(
    clause: str,
    name: str,
    document: Json | str,
    *codes: str,
    kind: PolicyKind | None = None,
    source: str | None = None,
) -> Row:
    """A document to be written, and the codes of the problems that forbid it."""
    return Row(clause, name, Written(document, kind), " ".join(codes) or "none", source)


def live(
    clause: str,
    name: str,
    expected: str,
    entities: Iterable[Entity],
    *,
    who: Any = ALICE,
    action: str = SEND,
    on: str = QUEUE,
    account: str | None = None,
    session: tuple[str, ...] | None = None,
) -> Row:
    """A request in an estate."""
    request = {"principal": who, "action": action, "resource": on, "resource_account": account}
    return Row(clause, name, Estate(tuple(entities), request, session), expected)
