"""What passes ``res.public`` is open to nobody: random policies, and callers who try everything.

Every policy that the check passes is asked of the engine by anonymous callers and by users and
roles of an account that nobody knows, who send whatever they can choose.
"""

from __future__ import annotations

import itertools
from random import Random
from typing import Any

from doorward.analysis import checks
from doorward.analysis.guardrails import EVERYTHING
from doorward.analysis.observed import observed
from doorward.analysis.registry import REGISTRY
from doorward.analysis.run import run
from doorward.engine.combine import decide
from doorward.engine.context import Provenance, build
from doorward.engine.layers import Layers
from doorward.engine.situation import known_resource, situation
from doorward.engine.subject import Subject
from doorward.model.principal import Anonymous, IamUser, Principal, RoleSession
from doorward.model.snapshot import Snapshot
from doorward.results.finding import State
from tests.analysis.checks.case import ACCOUNT, NOW, ORGANIZATION, OTHER, account, resource

checks.load()

BUCKET = "arn:aws:s3:::bk"
ACTIONS = ("s3:GetObject", "s3:Get*", "s3:*", "s3:ListBucket", "s3:PutObject", "*")
PLACES = (BUCKET, f"{BUCKET}/*", f"{BUCKET}/pub/*", f"{BUCKET}/?ub/x", "*",
          f"{BUCKET}/${{aws:username}}/*")  # fmt: skip
PRINCIPALS = ("*", {"AWS": "*"}, {"AWS": OTHER}, {"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
CONDITIONS: tuple[dict[str, dict[str, str]], ...] = (
    {},
    {"StringLike": {"aws:Referer": "https://x/*"}},
    {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}},
    {"NotIpAddress": {"aws:SourceIp": "198.51.100.0/24"}},
    {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
    {"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
    {"StringEquals": {"aws:SourceVpce": "vpce-12345678"}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"StringLike": {"s3:prefix": "pub/*"}},
    {"StringNotEquals": {"s3:prefix": "pub/"}},
    {"Null": {"aws:Referer": "true"}},
    {"StringEquals": {"aws:PrincipalTag/t": "a"}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app"}},
    {"StringNotLike": {"aws:UserAgent": "bad*"}},
    {"StringEquals": {"aws:PrincipalType": "Anonymous"}},
    {"NumericLessThan": {"s3:max-keys": "10"}},
    {"StringEquals": {"aws:username": "ana"}},
)
SENT = [
    {"aws:SecureTransport": "true", "aws:SourceIp": "203.0.113.9", **dict(each)}
    for each in itertools.product(
        (("aws:Referer", "https://x/y"), ("aws:Referer", "n"), ("x", "y")),
        (("s3:prefix", "pub/a"), ("s3:prefix", "pub/"), ("s3:max-keys", "5")),
        (("aws:UserAgent", "bad"), ("aws:UserAgent", "ok")),
    )
]
"""What callers send; an address of a named block is not theirs to choose."""

CALLERS: tuple[Principal, ...] = (
    Anonymous(),
    RoleSession("arn:aws:iam::777788889999:role/app", "s", None, (("t", "a"),)),
    RoleSession("arn:aws:iam::777788889999:role/zz", "s"),
    IamUser("arn:aws:iam::777788889999:user/ana"),
)
CALLS = (
    ("s3:GetObject", f"{BUCKET}/pub/x"),
    ("s3:GetObject", f"{BUCKET}/other"),
    ("s3:PutObject", f"{BUCKET}/ana/x"),
    ("s3:ListBucket", BUCKET),
)


def statement(random: Random) -> dict[str, Any]:
    """Return a random statement."""
    return {
        "Effect": random.choice(("Allow", "Allow", "Deny")),
        random.choice(("Principal", "Principal", "NotPrincipal")): random.choice(PRINCIPALS),
        random.choice(("Action", "Action", "NotAction")): random.choice(ACTIONS),
        random.choice(("Resource", "Resource", "NotResource")): random.choice(PLACES),
        "Condition": {**random.choice(CONDITIONS), **random.choice(CONDITIONS)},
    }


def gets_in(estate: Snapshot) -> bool:
    """Say whether any caller gets in."""
    for caller, (action, place), sent in itertools.product(CALLERS, CALLS, SENT):
        layers, request = situation(
            estate,
            Subject(caller),
            action,
            known_resource(estate, place, ACCOUNT),
            given=build(dict(sent), Provenance.GIVEN),
        )
        if decide(Layers(identity=EVERYTHING, resource=layers.resource), request).allowed:
            return True
    return False


def test_what_passes_lets_nobody_in() -> None:
    ends = {State.PASS: 0, State.FAIL: 0}
    for seed in range(100):
        random = Random(seed)
        statements = [statement(random) for _ in range(random.choice((1, 2, 3)))]
        estate = Snapshot.of((account(), resource(BUCKET, *statements)), {})
        (verdict,) = run([REGISTRY["res.public"]], estate, observed(estate, (), NOW), NOW)
        ends[verdict.state] += 1
        assert verdict.state is State.FAIL or not gets_in(estate), (seed, statements)
    assert min(ends.values()) > 20
