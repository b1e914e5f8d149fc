"""What is reported as redundant can be left out: no decision changes."""

from __future__ import annotations

import copy
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import doorward
from doorward.engine.decision import Effect
from doorward.policy.kind import PolicyKind
from doorward.policy.parse import parse_policy
from doorward.policy.validate import validate
from tests.policy.written import Json

USER = "arn:aws:iam::111122223333:user/alice"
ACTIONS = ["*", "s3:*", "S3:Get*", "s3:GetObject", "s3:Get?bject", "s3:*Object", "s3:", "a:b"]
RESOURCES = [
    "*", "arn:aws:s3:::*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:username}",
    "arn:aws:s3:::b/a?*", "arn:aws:s3:::b/alice", "arn:*:*:*:*:b/*", "arn:aws:s3", "arn:*",
    "arn:aws:s3:::${app:none}",
]  # fmt: skip
PRINCIPALS = ["*", {"AWS": "*"}, {"AWS": USER}, {"AWS": ["111122223333", USER]}]
CONDITIONS: list[Json] = [
    {},
    {"StringLike": {"app:x": ["a*", "b"]}},
    {"StringLike": {"app:x": ["a*", "b"]}, "Null": {"app:y": "true"}},
    {"StringNotEquals": {"app:x": "a"}},
]


def some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3)


@st.composite
def statements(draw: st.DrawFn) -> Json:
    return {
        "Effect": draw(st.sampled_from(["Allow", "Deny"])),
        draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"])): draw(
            st.sampled_from(PRINCIPALS)
        ),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): draw(some(ACTIONS)),
        draw(st.sampled_from(["Resource", "Resource", "NotResource"])): draw(some(RESOURCES)),
        "Condition": draw(st.sampled_from(CONDITIONS)),
    }


DOCUMENTS = st.builds(
    lambda version, several: {"Version": version, "Statement": several},
    st.sampled_from(["2012-10-17", "2008-10-17"]),
    st.lists(statements(), min_size=1, max_size=3),
)

REQUESTS = [
    doorward.request(principal=USER, action=action, resource=resource, context=context)
    for action, resource, context in product(
        ["s3:GetObject", "s3:PutObject", "a:b"],
        ["*", "arn:aws:s3:::b/alice", "arn:aws:s3:::b/a", "arn:aws:s3:::c"],
        [{}, {"app:x": "a"}, {"app:x": "b", "app:y": "1"}],
    )
]


def decisions(document: Json) -> list[Effect]:
    """What the document decides as the policy of a resource."""
    layers = doorward.layers(resource=document)
    return [doorward.decide(layers, request).effect for request in REQUESTS]


def without(document: Json, pointer: str) -> Json:
    """A document less what a pointer leads to."""
    rest = copy.deepcopy(document)
    *way, last = pointer.split("/")[1:]
    node: Any = rest
    for token in way:
        node = node[int(token)] if isinstance(node, list) else node[token]
    del node[int(last)]
    return rest


@given(DOCUMENTS)
def test_what_is_redundant_can_be_left_out(document: Json) -> None:
    found = validate(parse_policy(document), PolicyKind.RESOURCE)
    before = decisions(document)
    for problem in found:
        if problem.code in {"REDUNDANT_ACTION", "REDUNDANT_RESOURCE", "REDUNDANT_STATEMENT"}:
            assert decisions(without(document, problem.pointer)) == before, problem
