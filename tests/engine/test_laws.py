"""Laws of ``decide``, on the random questions of the differential test.

The questions come from ``tests.oracle.generate``; the laws need no second evaluator.
"""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.engine import compile as compiling
from doorward.engine.combine import decide
from doorward.engine.decision import Decision, Effect, Reason
from doorward.engine.layers import Layers, Policies, Policy
from doorward.engine.memos import forget
from doorward.engine.question import layers
from doorward.engine.request import Request
from doorward.engine.request_form import request
from doorward.errors import InvalidInput
from doorward.policy.document import Document
from tests.engine.build import allow, deny, doc
from tests.oracle.generate import questions

NAMES = {
    "permissionsBoundary": "permissions_boundary",
    "serviceControl": "service_control",
    "resourceControl": "resource_control",
}
FACTS = {"resourceAccount": "resource_account", "resourceFacts": "resource_facts"}


def asked(seed: int) -> tuple[Layers, Request]:
    """The first question of a seed that is well formed."""
    for question in questions(seed, range(20)):
        fields: dict[str, Any] = {FACTS.get(k, k): v for k, v in question["request"].items()}
        policies: dict[str, Any] = {NAMES.get(k, k): v for k, v in question["policies"].items()}
        try:
            return layers(**policies), request(**fields)
        except InvalidInput:
            continue
    raise AssertionError(f"no well-formed question from seed {seed}")


cases = st.integers(0, 2**32).map(asked)


def gist(decision: Decision) -> object:
    """What no order of policies may change."""
    return decision.effect, decision.rule, decision.layers, decision.blocked_by


@given(cases)
def test_expanding_changes_nothing_else(case: tuple[Layers, Request]) -> None:
    short = decide(*case)
    full = decide(*case, expand=True)
    assert msgspec.structs.replace(full, statements=None) == short
    assert full.statements is not None
    matched = [each.ref for each in full.statements if each.reason is Reason.MATCHED]
    assert set(short.determining) <= set(matched)
    assert all((each.element is None) is (each.ref in matched) for each in full.statements)


def shuffled(stack: Layers, order: random.Random) -> Layers:
    """The same layers with statements, and the policies of a level, in another order."""

    def document(found: Document) -> Document:
        statements = order.sample(found.statements, len(found.statements))
        return msgspec.structs.replace(found, statements=tuple(statements))

    def policy(found: Policy) -> Policy:
        return msgspec.structs.replace(found, document=document(found.document))

    def level(found: Policies) -> Policies:
        return tuple(policy(each) for each in order.sample(found, len(found)))

    def one(found: Policies | None) -> Policies | None:
        return None if found is None else level(found)

    def chain(found: tuple[Policies, ...] | None) -> tuple[Policies, ...] | None:
        return None if found is None else tuple(level(each) for each in found)

    return Layers(
        identity=one(stack.identity),
        permissions_boundary=one(stack.permissions_boundary),
        session=one(stack.session),
        resource=None if stack.resource is None else policy(stack.resource),
        service_control=chain(stack.service_control),
        resource_control=chain(stack.resource_control),
        endpoint=one(stack.endpoint),
    )


@given(cases, st.randoms(use_true_random=False))
def test_order_changes_nothing(case: tuple[Layers, Request], order: random.Random) -> None:
    stack, question = case
    assert gist(decide(shuffled(stack, order), question)) == gist(decide(stack, question))


def more(found: Policies | None, statement: dict[str, Any]) -> Policies:
    return (*(found or ()), *(layers(identity=[doc(statement)]).identity or ()))


@given(cases)
def test_a_deny_more_never_allows(case: tuple[Layers, Request]) -> None:
    stack, question = case
    narrowed = msgspec.structs.replace(stack, identity=more(stack.identity, deny(Action="s3:*")))
    before, after = decide(stack, question), decide(narrowed, question)
    assert not after.allowed or before.allowed


@given(cases)
def test_an_allow_more_never_denies(case: tuple[Layers, Request]) -> None:
    stack, question = case
    widened = msgspec.structs.replace(stack, identity=more(stack.identity, allow()))
    before, after = decide(stack, question), decide(widened, question)
    assert after.allowed or not before.allowed


@pytest.mark.parametrize(
    "guardrail",
    ["permissions_boundary", "session", "service_control", "resource_control", "endpoint"],
)
@given(case=cases)
def test_a_guardrail_less_never_narrows(guardrail: str, case: tuple[Layers, Request]) -> None:
    stack, question = case
    freed = msgspec.structs.replace(stack, **{guardrail: None})
    assert decide(freed, question).allowed or not decide(stack, question).allowed


@given(cases)
def test_what_blocks_alone_is_what_stands_in_the_way(case: tuple[Layers, Request]) -> None:
    """Whoever is blocked by a single guardrail without a Deny is allowed when it is gone."""
    stack, question = case
    decision = decide(stack, question)
    if decision.effect is not Effect.IMPLICIT_DENY or len(decision.blocked_by) != 1:
        return
    if len(question.resources) > 1:
        return
    field = NAMES.get(decision.blocked_by[0].value, decision.blocked_by[0].value)
    assert decide(msgspec.structs.replace(stack, **{field: None}), question).allowed


@given(cases)
def test_a_cached_answer_is_the_cold_one(case: tuple[Layers, Request]) -> None:
    forget()
    cold = decide(*case)
    assert decide(*case) == cold


def test_documents_that_share_their_source_are_told_apart() -> None:
    """The memo is keyed by all that a document holds."""
    (first,) = layers(identity=[doc(allow())]).identity or ()
    (second,) = layers(identity=[doc(deny())]).identity or ()
    forged = msgspec.structs.replace(second.document, source=first.document.source)
    kinds = [
        [statement.denies for statement in compiling.compile_document(document).statements]
        for document in (first.document, forged, first.document)
    ]
    assert kinds == [[False], [True], [False]]
    assert compiling._ByContent(forged) != forged


def test_a_request_has_resources_and_one_under_a_resource_policy() -> None:
    stack, question = layers(resource=doc(allow(Principal="*"))), asked(1)[1]
    for resources in ((), question.resources[:1] * 2):
        with pytest.raises(InvalidInput):
            decide(stack, msgspec.structs.replace(question, resources=resources))
