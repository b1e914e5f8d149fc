"""``decide`` in its Python form: explanations, and what it refuses."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.engine import compile as compiling
from doorward.engine.combine import decide
from doorward.engine.decision import LayerEffect, Reason
from doorward.engine.layers import Layer, Layers, Policies
from doorward.engine.question import layers
from doorward.engine.request import Request
from doorward.engine.request_form import request
from doorward.errors import InvalidInput
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


def policies_of(stack: Layers, layer: Layer) -> Policies:
    """The policies of a layer, those of all its levels one after the other."""
    match getattr(stack, NAMES.get(layer.value, layer.value)):
        case None:
            return ()
        case (tuple(), *_) as levels:
            return tuple(policy for level in levels for policy in level)
        case tuple() as policies:
            return policies
        case policy:
            return (policy,)


cases = st.integers(0, 2**32).map(asked)


@given(cases)
def test_expanding_changes_nothing_else(case: tuple[Layers, Request]) -> None:
    short = decide(*case)
    full = decide(*case, expand=True)
    assert msgspec.structs.replace(full, statements=None) == short
    assert full.statements is not None
    matched = [each.ref for each in full.statements if each.reason is Reason.MATCHED]
    assert set(short.determining) <= set(matched)
    assert all((each.element is None) is (each.ref in matched) for each in full.statements)
    applying = {v.layer for v in full.layers if v.effect is not LayerEffect.NOT_APPLICABLE}
    policies = [policy for layer in applying for policy in policies_of(case[0], layer)]
    assert len(full.statements) == sum(len(policy.document.statements) for policy in policies)


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
    for resources, code in ((), "MissingField"), (question.resources[:1] * 2, "InvalidValue"):
        with pytest.raises(InvalidInput) as refused:
            decide(stack, msgspec.structs.replace(question, resources=resources))
        assert refused.value.code == code
