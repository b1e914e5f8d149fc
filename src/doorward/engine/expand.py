"""Every statement of a decision's layers, element by element: what the short answer leaves out.

The matchers are those of the decision; here nothing stops at the first that fails.
"""

from __future__ import annotations

from doorward.engine.compile import CompiledStatement, compile_document
from doorward.engine.decision import ElementOutcome, Reason, StatementOutcome
from doorward.engine.match import Asked, Traits, principal_kinds, resource_matches
from doorward.engine.stack import Some, Stack

Element = tuple[Reason, ElementOutcome]
"""An element's outcome, and the reason that it is if it failed."""


def expanded(stack: Stack, asked: Asked, without: Some) -> tuple[StatementOutcome, ...]:
    """Return the outcome of every statement of the layers that apply, in their order."""
    found: list[StatementOutcome] = []
    for row in stack.rows:
        if row.policies is None or row.layer in without:
            continue
        for index, policy in enumerate(row.policies):
            for compiled in compile_document(policy.document).statements:
                ref = row.reference(index, policy, compiled.statement)
                elements = elements_of(compiled, asked, row.traits)
                reason, element = first_failed(elements)
                outcomes = tuple([outcome for _, outcome in elements])
                found.append(StatementOutcome(ref, reason, element, outcomes))
    return tuple(found)


def first_failed(elements: list[Element]) -> tuple[Reason, str | None]:
    """Return why a statement does not apply, and the pointer of the element that says so."""
    for reason, outcome in elements:
        if not outcome.matched:
            return reason, outcome.pointer
    return Reason.MATCHED, None


def elements_of(compiled: CompiledStatement, asked: Asked, traits: Traits) -> list[Element]:
    """Return every element's outcome; one that is missing stands at the statement's pointer."""
    statement = compiled.statement
    principals, resources = statement.principals, statement.resources
    found: list[Element] = []
    if traits.names_principals or principals is not None:
        pointer = statement.pointer if principals is None else principals.pointer
        named = principal_kinds(compiled, asked, traits) is not None
        found.append((Reason.PRINCIPAL, ElementOutcome(pointer, named)))
    action = ElementOutcome(statement.actions.pointer, compiled.matches_action(asked.action))
    found.append((Reason.ACTION, action))
    pointer = statement.pointer if resources is None else resources.pointer
    resource = ElementOutcome(pointer, resource_matches(compiled, asked, traits))
    found.append((Reason.RESOURCE, resource))
    for check, condition in zip(compiled.conditions, statement.conditions, strict=True):
        held = ElementOutcome(condition.pointer, check(asked.context))
        found.append((Reason.CONDITION, held))
    return found
