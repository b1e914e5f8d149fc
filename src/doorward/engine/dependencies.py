"""What an answer depends on that nobody said: keys that the request does not carry.

Where a condition or a variable reads a key that is neither given nor derived, the request is
decided again as if it carried one: values that the policies tell apart. What is answered then is
the engine's own decision, so every difference that is told is real. Differences that need other
values, or more keys together than one statement reads, are not found; ``complete`` says whether
everything was tried that should have been.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import msgspec

from doorward.engine.combine import decide
from doorward.engine.compile import CompiledStatement, compile_document
from doorward.engine.context import Context, ContextValue, Provenance
from doorward.engine.decision import Decision, Effect
from doorward.engine.layers import Layer, Layers
from doorward.engine.request import Request
from doorward.engine.stack import stack_of
from doorward.policy.conditions.samples import OTHER, samples
from doorward.policy.context_keys import keys_of, once
from doorward.policy.document import Condition
from doorward.policy.folding import fold
from doorward.policy.variables import Variable, split_arn, tokenize

_MOST_KEYS = 24
_MOST_SAMPLES = 12
_MOST_STATEMENTS = 24

EVERY_LAYER = frozenset(Layer)
"""All layers: what whoever wrote the policies may read."""


class Supposition(msgspec.Struct, frozen=True):
    """Keys that the request might have carried, and what it would have been answered then."""

    given: tuple[ContextValue, ...]
    effect: Effect


class Dependencies(msgspec.Struct, frozen=True):
    """What the answer depends on beside what was said; ``complete`` if all of it was tried."""

    suppositions: tuple[Supposition, ...] = ()
    complete: bool = True


def dependencies(
    layers: Layers,
    request: Request,
    decision: Decision,
    *,
    readable: frozenset[Layer] = EVERY_LAYER,
) -> Dependencies:
    """Return which absent keys could have changed ``decision``, the answer to ``request``.

    Only keys that statements of ``readable`` layers read are tried, and told.
    """
    about = _about(layers, request, readable)
    readers = [each for each in about if _absent(each, decision)]
    absent = list(dict.fromkeys(key for each in readers for key in _absent(each, decision)))
    if not absent:
        return Dependencies()
    tried = itertools.chain(
        (
            (value,)
            for key in absent[:_MOST_KEYS]
            for value in _values(key, readers, decision.resource)
        ),
        (_together(each, decision) for each in readers[:_MOST_STATEMENTS]),
    )
    found: dict[tuple[tuple[str, ...], Effect], Supposition] = {}
    explained: set[str] = set()
    for given in tried:
        keys = tuple(fold(value.key) for value in given)
        if len(keys) > 1 and explained.issuperset(keys):
            continue
        effect = decide(layers, _supposing(request, given)).effect
        if effect is not decision.effect:
            found.setdefault((keys, effect), Supposition(given, effect))
            explained.update(keys)
    complete = len(absent) <= _MOST_KEYS and len(readers) <= _MOST_STATEMENTS
    return Dependencies(tuple(found.values()), complete)


def unread(layers: Layers, decision: Decision, among: frozenset[Layer]) -> tuple[str, ...]:
    """Return the keys that the request lacks and that statements about its action read.

    They are spelt as in the documents; looked at are the layers ``among``.
    """
    action = fold(decision.request.action)
    found: list[str] = []
    for row in stack_of(layers).rows:
        for policy in row.policies or () if row.layer in among else ():
            compiled = compile_document(policy.document).about(action)
            found += keys_of(policy.document, [each.statement for each in compiled])
    carried = decision.request.context.entries
    return once(name for name in found if name and fold(name) not in carried)


def _about(
    layers: Layers, request: Request, readable: frozenset[Layer]
) -> Iterator[CompiledStatement]:
    action = fold(request.action)
    for row, candidates in stack_of(layers).about(action):
        if row.layer in readable:
            for candidate in candidates:
                yield candidate.compiled


def _absent(compiled: CompiledStatement, decision: Decision) -> tuple[str, ...]:
    """The keys, folded, that a statement reads and the request does not carry."""
    entries = decision.request.context.entries
    return tuple(key for key in compiled.reads if key not in entries)


def _values(
    key: str, readers: Iterable[CompiledStatement], resource: str
) -> Iterator[ContextValue]:
    """Values of one key to try, as far as the statements tell them apart."""
    tried = [
        _sample(condition, text)
        for compiled in readers
        for condition in compiled.statement.conditions
        if fold(condition.key.value) == key
        for text in _samples(condition)
    ]
    named = [text for each in readers for text in _named(key, each, resource)]
    tried += [_supposed(key, text, multi=False) for text in (*named, *(() if tried else (OTHER,)))]
    return itertools.islice(dict.fromkeys(tried), _MOST_SAMPLES)


def _named(key: str, compiled: CompiledStatement, resource: str) -> Iterator[str]:
    """What stands in the resource where a pattern has the key as a variable, if it is plain."""
    tail = resource.split(":", 5)[-1]
    element = compiled.statement.resources
    for pattern in element.patterns if element else ():
        last = split_arn(tokenize(pattern.value, variables=True))[-1]
        before = list(itertools.takewhile(lambda token: isinstance(token, str), last))
        prefix = "".join(token for token in before if isinstance(token, str))
        at = last[len(before)] if len(before) < len(last) else None
        if isinstance(at, Variable) and at.key == key and tail.startswith(prefix):
            rest = tail[len(prefix) :]
            after = last[len(before) + 1] if len(before) + 1 < len(last) else ""
            yield rest.partition(after)[0] if isinstance(after, str) and after else rest


def _samples(condition: Condition) -> tuple[str, ...]:
    """Values that the condition tells apart; where it has none itself, any value will do."""
    found = (samples(condition.operator.value, value.value) for value in condition.values)
    return tuple(itertools.chain.from_iterable(found)) or (OTHER,)


def _sample(condition: Condition, text: str) -> ContextValue:
    """One value; a list of one where the operator is a set operator."""
    multi = ":" in condition.operator.value
    return _supposed(condition.key.value, text, multi=multi)


def _supposed(key: str, text: str, *, multi: bool) -> ContextValue:
    return ContextValue(key, (text,), multi=multi, provenance=Provenance.SUPPOSED)


def _together(compiled: CompiledStatement, decision: Decision) -> tuple[ContextValue, ...]:
    """All that one statement reads and the request lacks, each as the statement wants it."""
    absent = _absent(compiled, decision)
    found: dict[str, ContextValue] = {}
    for condition in compiled.statement.conditions:
        key = fold(condition.key.value)
        if key in absent and key not in found:
            found[key] = _sample(condition, _samples(condition)[0])
    return tuple(found.values())


def _supposing(request: Request, given: tuple[ContextValue, ...]) -> Request:
    entries = {**request.context.entries, **{fold(value.key): value for value in given}}
    return msgspec.structs.replace(request, context=Context(entries))
