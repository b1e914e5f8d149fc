"""The law of advice: what it is to keep for every denied request, tried on random ones."""

import itertools
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from doorward.analysis.advice import advise, applied
from doorward.analysis.advice.writable import KINDS
from doorward.engine.combine import decide
from doorward.engine.layers import Layers
from doorward.engine.principal_form import read_principal
from doorward.engine.principals import MatchKind, caller_of
from doorward.engine.question import read_question
from doorward.engine.reading import Field
from doorward.engine.request import Request, Resource
from doorward.engine.special import needs_trust
from doorward.errors import DoorwardError
from doorward.model.principal import Principal
from doorward.policy.catalog import wildcard_only
from doorward.policy.folding import fold
from doorward.policy.kind import PolicyKind
from doorward.policy.parse import parse_or_raise
from doorward.policy.resource_patterns import prepare
from doorward.policy.validate import validate
from doorward.results.advice import AddStatement, Advice, Change, ChangeContext, Opening, Way
from tests.oracle.generate import questions
from tests.oracle.generate_vocabulary import PRINCIPALS, REQUESTS

Json = dict[str, Any]

SIBLINGS = 6
MOST_PARTS = 6


class Tried(NamedTuple):
    """What came of one question: what was seen, and how the law is broken, if it is."""

    seen: Counter[str]
    broken: list[str]


def asked(question: Json) -> tuple[Layers, Request] | None:
    """The question as the engine has it; ``None`` if it is malformed."""
    try:
        return read_question(question)
    except DoorwardError:
        return None


def tried(question: Json) -> Tried:
    """Try the law on one question."""
    found = asked(question)
    if found is None:
        return Tried(Counter({"malformed": 1}), [])
    layers, request = found
    decision = decide(layers, request)
    if decision.allowed:
        return Tried(Counter({"allowed": 1}), [])
    advice = advise(layers, request, decision)
    seen: Counter[str] = Counter({"denied": 1, f"rule {decision.rule.value}": 1})
    seen[verdict(advice)] += 1
    broken = [f"says that nothing helps, and what does: {advice}"] if contradicts(advice) else []
    for way in advice.ways:
        seen.update(f"change {type(each).__name__}" for each in way.changes)
        seen.update(f"opens {each.value}" for change in way.changes for each in change.opens)
        seen["exact ways" if way.exact else "ways that open more"] += 1
        broken += broken_by(layers, request, way, random.Random(question["id"]))
    return Tried(seen, broken)


def contradicts(advice: Advice) -> bool:
    """Whether the advice says that nothing helps, beside a way."""
    return advice.final and bool(advice.ways)


def verdict(advice: Advice) -> str:
    """What kind of advice this is."""
    if not advice.ways:
        return "nothing helps" if advice.final else "no way found"
    return "an exact way" if any(way.exact for way in advice.ways) else "no exact way"


def broken_by(layers: Layers, request: Request, way: Way, rng: random.Random) -> Iterator[str]:
    """How one way breaks the law."""
    if not allowed(layers, request, way.changes):
        yield f"does not flip: {way}"
        return
    for part in parts(way.changes):
        if allowed(layers, request, part):
            yield f"a part suffices: {part} of {way}"
    for change in way.changes:
        if isinstance(change, AddStatement):
            kind = KINDS[change.layer]
            if '"Resource"' not in change.statement:
                kind = PolicyKind.TRUST
            text = json.dumps({"Version": "2012-10-17", "Statement": json.loads(change.statement)})
            refused = [each for each in validate(parse_or_raise(text), kind) if each.refused]
            if refused:
                yield f"cannot be written: {change} {refused}"
    yield from changed_siblings(layers, request, way, rng)


def allowed(layers: Layers, request: Request, changes: Iterable[Change]) -> bool:
    """Whether the request passes after the changes."""
    after = applied(layers, request, changes)
    return decide(after.layers, after.request).allowed


def parts(changes: tuple[Change, ...]) -> Iterator[tuple[Change, ...]]:
    """Every proper part of a few changes; of many, all with one left out."""
    sizes = range(len(changes)) if len(changes) <= MOST_PARTS else [len(changes) - 1]
    for size in sizes:
        yield from itertools.combinations(changes, size)


ANYTHING = frozenset({"action", "resource", "caller"})
OPENED = {
    Opening.OTHER_RESOURCES: frozenset({"resource"}),
    Opening.OTHER_ACTIONS: frozenset({"action"}),
    Opening.REST_OF_STATEMENT: frozenset({"action", "resource"}),
    Opening.OTHER_CALLERS: frozenset({"caller"}),
    Opening.WHOLE_STATEMENT: ANYTHING,
    Opening.LEVEL: ANYTHING,
    Opening.PUBLIC_POLICY: ANYTHING,
}
"""In which way a request that may be opened, too, differs from the one that was asked about."""


def changed_siblings(
    layers: Layers, request: Request, way: Way, rng: random.Random
) -> Iterator[str]:
    """Requests beside this one whose answer the way changes without saying so.

    What a way says that it opens may be allowed after it; nothing may be denied.
    """
    policies = [each for each in way.changes if not isinstance(each, ChangeContext)]
    if not policies:
        return
    opened = frozenset[str]().union(
        *[OPENED[each] for change in way.changes for each in change.opens]
    )
    after = applied(layers, request, policies).layers
    for sibling, differs in siblings(request, rng):
        then = after
        if differs == "caller":  # who has policies of its own; the others are shared
            then = msgspec.structs.replace(
                after, identity=shared(layers, after), session=layers.session
            )
        was, is_now = decide(layers, sibling), decide(then, sibling)
        if was.allowed is is_now.allowed or (is_now.allowed and differs in opened):
            continue
        yield (
            f"{sibling.principal} {sibling.action} {sibling.resources}: "
            f"{was.rule} -> {is_now.rule} by {way}"
        )


def shared(before: Layers, after: Layers) -> Any:
    """The identity policies that others may have, too: those that are there, as they are now."""
    if before.identity is None or after.identity is None:
        return before.identity
    return after.identity[: len(before.identity)]


def siblings(request: Request, rng: random.Random) -> Iterator[tuple[Request, str]]:
    """Requests with another action, resource or caller; and which of them differs."""
    service = request.action.partition(":")[0].lower()
    about = [(list(row[1]), row[2]) for row in REQUESTS if row[1][0].startswith(service + ":")]
    actions = sorted({name for names, _ in about for name in names})
    listless = request.resources[0].arn == "*"
    for action in rng.sample(actions, min(len(actions), SIBLINGS)):
        # An action without resource types is never asked on a resource, nor another without one.
        if action.lower() != request.action.lower() and wildcard_only(action) is listless:
            yield msgspec.structs.replace(request, action=action), "action"
    arns = sorted({arn for _, arn in about if isinstance(arn, str)})
    resource = request.resources[0]
    # A trust policy is about its own role; an action without resource types is asked on none.
    apart = needs_trust(fold(request.action), prepare(resource.arn))
    if len(request.resources) == 1 and not apart and not wildcard_only(request.action):
        named = [*arns, *[arn + "/more" for arn in arns], resource.arn[:-1]]
        for arn in rng.sample(named, min(len(named), SIBLINGS)):
            if arn != resource.arn and "*" not in arn:
                other = Resource(arn, resource.account, resource.tags)
                yield msgspec.structs.replace(request, resources=(other,)), "resource"
    for _, form in rng.sample(PRINCIPALS, SIBLINGS):
        principal = read_principal(Field(form, ""))
        if not same(principal, request.principal):
            yield msgspec.structs.replace(request, principal=principal), "caller"


def same(one: Principal, other: Principal) -> bool:
    """Whether two callers are one to policies: sessions of a role, or one by another name."""
    return not {*own_names(one)}.isdisjoint(own_names(other)) or one == other


def own_names(principal: Principal) -> Iterator[object]:
    """The names that are a caller's own, and not everybody's or an account's."""
    for name, kind in caller_of(principal, federates=True).names.items():
        if kind not in {MatchKind.EVERYONE, MatchKind.ACCOUNT}:
            yield name


def run(
    seed: int, numbers: Iterable[int], stop: int | None = None
) -> tuple[Counter[str], list[str]]:
    """Try the law on the questions of these numbers, until ``stop`` denials were seen."""
    seen: Counter[str] = Counter()
    broken: list[str] = []
    for question in questions(seed, numbers):
        found = tried(question)
        seen.update(found.seen)
        broken += [f"{question['id']}: {each}" for each in found.broken]
        if stop is not None and seen["denied"] >= stop:
            break
    return seen, broken
