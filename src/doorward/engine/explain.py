"""Why every statement applies or not: each element, entry by entry.

What ``engine.expand`` says of an element is said here of every entry in it: as it is written, as
it reads for this request, and whether it is met, by the same matchers.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from doorward.engine.combine import decide, prepared
from doorward.engine.compile import CompiledStatement, compile_document
from doorward.engine.context import Context, Provenance
from doorward.engine.decision import Decision, ElementOutcome, Reason, StatementRef
from doorward.engine.expand import elements_of, first_failed
from doorward.engine.layers import Layers
from doorward.engine.match import Asked, Traits, known_names
from doorward.engine.principals import entry_name
from doorward.engine.request import Request
from doorward.engine.stack import Row, stack_of
from doorward.policy.action_patterns import compile_action
from doorward.policy.conditions import null
from doorward.policy.conditions.registry import NULL, OPERATORS, OperatorName, take_apart
from doorward.policy.document import Condition, Effect, Principals, Span, Statement, Text
from doorward.policy.folding import fold
from doorward.policy.patterns import Token, Wildcard
from doorward.policy.resource_patterns import compile_resource
from doorward.policy.variables import Variable, substitute, tokenize


class EntryOutcome(msgspec.Struct, frozen=True):
    """One entry of an element: a principal, an action, a resource, a value of a condition.

    ``written`` is its text. ``resolved`` is the text with the values of its variables in place (a
    value's own ``*`` is written ``${*}``: it is no wildcard); the same as ``written`` where there
    are no variables, ``None`` where one has no value. ``matched`` says whether the entry by itself
    is met; whether it was written in ``Not…``, or under a negated operator, is not looked at.
    """

    pointer: str
    span: Span
    written: str
    resolved: str | None
    matched: bool


class ElementExplanation(msgspec.Struct, frozen=True):
    """One element, or one condition, and the value it was tested with.

    ``name`` is as written (``NotAction``), of a condition its operator and ``key`` its key; an
    element that is absent has its usual name, and no span; the span of a condition is its key's.
    ``tested`` are the values that were looked at, ``None`` for a key that the request does not
    carry; ``provenance`` says where they come from, for a key. ``matched`` is what the decision
    saw.
    """

    reason: Reason
    name: str
    key: str | None
    pointer: str
    span: Span | None
    tested: tuple[str, ...] | None
    provenance: Provenance | None
    entries: tuple[EntryOutcome, ...]
    matched: bool


class StatementExplanation(msgspec.Struct, frozen=True):
    """One statement of the layers that apply: its place, what failed first, all its elements."""

    ref: StatementRef
    effect: Effect
    span: Span
    reason: Reason
    elements: tuple[ElementExplanation, ...]


class Explanation(msgspec.Struct, frozen=True):
    """A decision, with every statement of the layers that apply, in their order."""

    decision: Decision
    statements: tuple[StatementExplanation, ...]


def explain(layers: Layers, request: Request) -> Explanation:
    """Decide ``request`` and say of every entry of every statement whether it is met.

    Of several resources, the one that the decision names is explained.

    Raises:
        InvalidInput: as ``decide`` does.
    """
    decision = decide(layers, request, expand=True)
    resource = next(each for each in request.resources if each.arn == decision.resource)
    asked, without, _ = prepared(layers, request, resource)
    found = [
        _statement(row, index, compiled, asked, request.action, resource.arn)
        for row in stack_of(layers).rows
        if row.policies is not None and row.layer not in without
        for index, policy in enumerate(row.policies)
        for compiled in compile_document(policy.document).statements
    ]
    return Explanation(decision, tuple(found))


def _statement(
    row: Row, index: int, compiled: CompiledStatement, asked: Asked, action: str, arn: str
) -> StatementExplanation:
    statement = compiled.statement
    policy = (row.policies or ())[index]
    variables = policy.document.has_variables
    outcomes = elements_of(compiled, asked, row.traits)
    conditions = iter(statement.conditions)
    elements: list[ElementExplanation] = []
    for reason, outcome in outcomes:
        match reason:
            case Reason.PRINCIPAL:
                elements.append(_principals(statement.principals, outcome, asked, row.traits))
            case Reason.ACTION:
                elements.append(_actions(statement, outcome, asked, action))
            case Reason.RESOURCE:
                elements.append(
                    _resources(statement, outcome, asked, row.traits, arn, variables=variables)
                )
            case _:
                condition = next(conditions)
                elements.append(_condition(condition, outcome, asked.context, variables=variables))
    return StatementExplanation(
        row.reference(index, policy, statement),
        statement.effect,
        statement.span,
        first_failed(outcomes)[0],
        tuple(elements),
    )


def _element(
    reason: Reason,
    name: str,
    outcome: ElementOutcome,
    span: Span | None,
    tested: tuple[str, ...],
    entries: Iterator[EntryOutcome],
) -> ElementExplanation:
    return ElementExplanation(
        reason, name, None, outcome.pointer, span, tested, None, tuple(entries), outcome.matched
    )


def _entry(text: Text, matched: bool, resolved: str | None) -> EntryOutcome:  # noqa: FBT001 — a field
    return EntryOutcome(text.pointer, text.span, text.value, resolved, matched)


def _principals(
    principals: Principals | None, outcome: ElementOutcome, asked: Asked, traits: Traits
) -> ElementExplanation:
    known = known_names(asked.caller, traits)
    name = "NotPrincipal" if principals is not None and principals.negated else "Principal"
    entries = (
        _entry(entry.text, entry_name(entry.kind, entry.text.value) in known, entry.text.value)
        for entry in (principals.entries if principals else ())
    )
    tested = () if asked.caller.arn is None else (asked.caller.arn,)
    span = principals.span if principals else None
    return _element(Reason.PRINCIPAL, name, outcome, span, tested, entries)


def _actions(
    statement: Statement, outcome: ElementOutcome, asked: Asked, action: str
) -> ElementExplanation:
    actions = statement.actions
    name = "NotAction" if actions.negated else "Action"
    entries = (
        _entry(text, compile_action(text.value)(asked.action), text.value)
        for text in actions.patterns
    )
    return _element(Reason.ACTION, name, outcome, actions.span, (action,), entries)


def _resources(
    statement: Statement,
    outcome: ElementOutcome,
    asked: Asked,
    traits: Traits,
    arn: str,
    *,
    variables: bool,
) -> ElementExplanation:
    resources = statement.resources
    name = "NotResource" if resources is not None and resources.negated else "Resource"
    entries = (
        _resource(text, asked, traits, variables=variables)
        for text in (resources.patterns if resources else ())
    )
    span = resources.span if resources else None
    return _element(Reason.RESOURCE, name, outcome, span, (arn,), entries)


def _resource(text: Text, asked: Asked, traits: Traits, *, variables: bool) -> EntryOutcome:
    pattern = compile_resource(text.value, variables=variables)
    matched = pattern.check(traits.short_arns)(asked.resource, asked.context)
    if not pattern.resolvable(asked.context):  # V2, V6
        return _entry(text, matched, None)
    return _entry(text, matched, resolved(text.value, asked.context) if variables else text.value)


_TAKE_VARIABLES = ("string", "arn", "bool")
"""How the folded names of operators begin whose values may hold variables (V2)."""


def _condition(
    condition: Condition, outcome: ElementOutcome, context: Context, *, variables: bool
) -> ElementExplanation:
    name = take_apart(condition.operator.value)
    value = context.get(condition.key.value)
    replaced = variables and name.base.startswith(_TAKE_VARIABLES)
    entries = (
        _entry(
            text,
            _met(name, condition, text, context, variables=variables),
            resolved(text.value, context) if replaced else text.value,
        )
        for text in condition.values
    )
    return ElementExplanation(
        reason=Reason.CONDITION,
        name=condition.operator.value,
        key=condition.key.value,
        pointer=outcome.pointer,
        span=condition.key.span,
        tested=None if value is None else value.values,
        provenance=None if value is None else value.provenance,
        entries=tuple(entries),
        matched=outcome.matched,
    )


def _met(
    name: OperatorName, condition: Condition, text: Text, context: Context, *, variables: bool
) -> bool:
    """Whether any of the key's values is equal to one policy value, in the operator's sense."""
    if name == NULL:
        return null.presence(fold(condition.key.value), (text.value,))(context)
    operator, value = OPERATORS.get(name.base), context.get(condition.key.value)
    if operator is None or value is None:
        return False
    test = operator.compile(text.value, variables)
    return any(test(given, context) is True for given in value.values)


def resolved(text: str, context: Context) -> str | None:
    """``text`` with the values of its variables in it; ``None`` if one has no value (V6)."""
    template = tokenize(text, variables=True)
    if not any(isinstance(token, Variable) for token in template):
        return text
    tokens = substitute(template, context)
    return None if tokens is None else "".join(map(_written, tokens))


def _written(token: Token) -> str:
    """A token as a policy would have it; a literal that looks like a wildcard is escaped."""
    if isinstance(token, Wildcard):
        return token.value
    return "".join(f"${{{letter}}}" if letter in "*?" else letter for letter in token)
