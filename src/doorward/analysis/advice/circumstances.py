"""Condition keys that would make a statement apply, or not: another way to make the call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from doorward.analysis.advice.applied import with_key
from doorward.analysis.advice.setters import setter
from doorward.engine.compile import CompiledStatement
from doorward.engine.context import Context, Provenance
from doorward.engine.explain import resolved
from doorward.policy.conditions import Check
from doorward.policy.conditions.registry import NULL, take_apart
from doorward.policy.conditions.samples import OTHER, samples
from doorward.policy.document import Condition
from doorward.policy.folding import fold
from doorward.results.advice import ChangeContext


def to_apply(compiled: CompiledStatement, context: Context) -> tuple[ChangeContext, ...] | None:
    """Return the keys that make all conditions of a statement hold; ``None`` if none are found."""
    found: list[ChangeContext] = []
    by_key: dict[str, list[tuple[Condition, Check]]] = {}
    for condition, check in zip(compiled.statement.conditions, compiled.conditions, strict=True):
        by_key.setdefault(fold(condition.key.value), []).append((condition, check))
    for about in by_key.values():
        if all(check(context) for _, check in about):
            continue
        tried = (each for condition, _ in about for each in _changes(condition, context))
        fitting = _first(tried, context, [check for _, check in about], wanted=True)
        if fitting is None:
            return None
        found.append(fitting)
        context = with_key(context, fitting)
    return tuple(found)


def to_miss(compiled: CompiledStatement, context: Context) -> tuple[ChangeContext, ...]:
    """Return changes each of which makes some condition of a statement fail."""
    found = []
    for condition, check in zip(compiled.statement.conditions, compiled.conditions, strict=True):
        fitting = _first(_changes(condition, context), context, [check], wanted=False)
        if fitting is not None:
            found.append(fitting)
    return tuple(found)


def _first(
    tried: Iterable[ChangeContext], context: Context, checks: list[Check], *, wanted: bool
) -> ChangeContext | None:
    for change in tried:
        changed = with_key(context, change)
        if all(check(changed) for check in checks) is wanted:
            return change
    return None


def _changes(condition: Condition, context: Context) -> Iterator[ChangeContext]:
    """Other values of a condition's key, as far as somebody can give it one, then none."""
    key = condition.key.value
    party = setter(key)
    if party is None:
        return
    name = take_apart(condition.operator.value)
    present = context.get(key)
    multi = name.quantifier is not None
    texts = [resolved(value.value, context) for value in condition.values]
    values = [each for text in texts if text for each in samples(condition.operator.value, text)]
    if name == NULL:
        values = [OTHER]
    for value in dict.fromkeys([*values, OTHER]):
        yield ChangeContext(key, (value,), multi, party)
    if present is not None and present.provenance is not Provenance.DERIVED:
        yield ChangeContext(present.key, None, multi=False, party=party)
