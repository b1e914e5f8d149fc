"""Guardrails that are said to have no effect have none: the engine decides the same without.

Random organizations of small service control policies, each decided with and without what the
check reports, over every request that their words tell apart.
"""

from __future__ import annotations

import itertools
import json
from random import Random

import pytest

from doorward.analysis.guardrails import (
    EVERYTHING,
    Held,
    above,
    below,
    is_limited,
    is_redundant,
    limits_of,
    probe,
    with_newcomer,
)
from doorward.engine.combine import decide
from doorward.engine.compile import read_document
from doorward.engine.context import Provenance, build
from doorward.engine.layers import Layers, Policy
from doorward.engine.request import Request, Resource
from doorward.model.home import Home
from doorward.model.snapshot import Snapshot
from tests.analysis.checks.case import (
    ACCOUNT,
    FULL_ACCESS,
    MANAGEMENT,
    OTHER,
    ROOT_ID,
    joined,
    on,
    organization,
    scp,
    unit,
    unit_id,
)

ACTIONS = ("*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "S3:getobject", "ec2:*", "s3")
RESOURCES = (
    "*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b", "arn:aws:s3:::?/b", "arn:aws:s3:::${aws:x}/b"
)  # fmt: skip
CONDITIONS: tuple[dict[str, dict[str, str]], ...] = (
    {},
    {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
    {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
    {"StringEquals": {"aws:x": "${aws:y}"}},
    {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}, "Bool": {"aws:z": "true"}},
)
QUESTIONS = [
    Request(
        probe(Home(ACCOUNT)),
        action,
        (Resource(resource, ACCOUNT),),
        build(dict(given), Provenance.GIVEN),
    )
    for action in ("s3:GetObject", "s3:PutObject", "s3:GetBucketAcl", "ec2:RunInstances")
    for resource in ("arn:aws:s3:::a/b", "arn:aws:s3:::a/c", "arn:aws:s3:::${aws:x}/b")
    for given in itertools.product(
        (("aws:RequestedRegion", "eu-west-1"), ("aws:RequestedRegion", "us-east-1")),
        (("aws:x", "a"), ("aws:x", "${aws:y}"), ("aws:w", "a")),
        (("aws:y", "a"), ("aws:z", "true")),
    )
]  # fmt: skip


def random_policy(random: Random) -> str:
    """Return a policy of one or two statements, most of them denying."""
    statements = [
        {
            "Effect": random.choice(("Deny", "Deny", "Allow")),
            random.choice(("Action", "Action", "NotAction")): random.sample(ACTIONS, 2),
            random.choice(("Resource", "Resource", "NotResource")): random.sample(RESOURCES, 1),
            "Condition": random.choice(CONDITIONS),
        }
        for _ in range(random.choice((1, 1, 2)))
    ]
    version = random.choice(("2012-10-17", "2012-10-17", "2008-10-17"))
    return json.dumps({"Version": version, "Statement": statements})


def random_chain(random: Random) -> list[Held]:
    """Return policies on the levels of a chain, with AWS's own on each."""
    return [
        Held(None, read_document(text), level, order)
        for level in ("account", "unit", "root")
        for order, text in enumerate(
            [EVERYTHING[0].document.source, *(random_policy(random) for _ in range(2))]
        )
    ]


def decided(chain: list[Held]) -> list[bool]:
    """Return how every question is decided under a chain."""
    levels = tuple(
        tuple(Policy(each.document) for each in chain if each.target == level)
        for level in ("root", "unit", "account")
    )
    layers = Layers(identity=EVERYTHING, service_control=levels)
    return [decide(layers, question).allowed for question in QUESTIONS]


def others(chain: list[Held], held: Held) -> tuple[Held, ...]:
    """Return what stands on a policy's target and above it."""
    levels = ("account", "unit", "root")
    return tuple(each for each in chain if levels.index(each.target) >= levels.index(held.target))


def test_what_is_redundant_has_no_effect() -> None:
    found = 0
    for seed in range(400):
        chain = random_chain(Random(seed))
        before: list[bool] | None = None
        for held in chain:
            if is_redundant(held, others(chain, held)):
                found += 1
                before = before or decided(chain)
                rest = [each for each in chain if each is not held]
                assert decided(rest) == before, (seed, held.document.source)
    assert found > 20


def test_all_that_are_redundant_can_go_at_once() -> None:
    """Of two that say the same, one is left."""
    for seed in range(200):
        random = Random(seed)
        text = random_policy(random)
        chain = random_chain(random)
        chain += [Held(None, read_document(text), "unit", order) for order in (7, 8)]
        left = [each for each in chain if not is_redundant(each, others(chain, each))]
        assert len(left) < len(chain)
        assert decided(left) == decided(chain), seed


DENY = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("one", "other", "redundant"),
    [
        ({**DENY, "Action": "s3:Get*"}, DENY, True),
        (DENY, {**DENY, "Action": "s3:Get*"}, False),
        ({**DENY, "Condition": {"Bool": {"aws:z": "true"}}}, DENY, True),
        (DENY, {**DENY, "Condition": {"Bool": {"aws:z": "true"}}}, False),
        ({**DENY, "Resource": "arn:aws:s3:::a/*"}, DENY, True),
        ({"Effect": "Allow", "Action": "*", "Resource": "*"}, DENY, True),
    ],
)
def test_what_covers_what(
    one: dict[str, object], other: dict[str, object], redundant: bool
) -> None:
    def held(statement: dict[str, object], order: int) -> Held:
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        return Held(None, read_document(text), "unit", order)

    mine = held(one, 1)
    full = Held(None, EVERYTHING[0].document, "unit", 0)
    assert is_redundant(mine, (full, mine, held(other, 2))) is redundant


ESTATE = Snapshot.of(
    (
        *organization(), unit("a"), unit("b", unit_id("a")), unit("empty"),
        joined(ACCOUNT, unit_id("b")), joined(OTHER), on(FULL_ACCESS, ACCOUNT),
        on(FULL_ACCESS, unit_id("a")), on(FULL_ACCESS, unit_id("b")),
    ),
    {},
)  # fmt: skip


def test_who_is_below_and_above() -> None:
    assert set(below(ESTATE, ROOT_ID)) == {ACCOUNT, OTHER, MANAGEMENT}
    assert set(below(ESTATE, unit_id("a"))) == {ACCOUNT}
    assert not set(below(ESTATE, unit_id("empty")))
    assert set(below(ESTATE, OTHER)) == {OTHER}
    assert above(ESTATE, ACCOUNT) == (ACCOUNT, unit_id("b"), unit_id("a"), ROOT_ID)


def test_units_in_a_circle_end() -> None:
    circle = (unit("a", unit_id("b")), unit("b", unit_id("a")))
    estate = Snapshot.of((*organization(), *circle, joined(ACCOUNT, unit_id("a"))), {})
    assert set(below(estate, unit_id("a"))) == {ACCOUNT}
    assert above(estate, ACCOUNT) == (ACCOUNT, unit_id("a"), unit_id("b"))


def test_a_newcomer_is_limited_by_what_is_above_it() -> None:
    inner = unit("b", unit_id("a"))
    estate, newcomer = with_newcomer(ESTATE, inner)
    assert not is_limited(limits_of(estate, newcomer).service_control)
    guarded = Snapshot.of(
        (
            *organization(), unit("a"), inner, scp("deny", DENY),
            on("p-deny0000", unit_id("a"), 1), on(FULL_ACCESS, unit_id("a")),
            on(FULL_ACCESS, unit_id("b")),
        ),
        {},
    )  # fmt: skip
    estate, newcomer = with_newcomer(guarded, inner)
    assert is_limited(limits_of(estate, newcomer).service_control)
