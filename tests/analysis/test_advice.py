"""Advice on denials and allows: a table of questions that people ask, and the law on random ones.

The expected statements are written by hand from AWS's documentation of the elements that they use:
IAM User Guide, "Example SCP to deny access without MFA" and its like, "AWS JSON policy elements:
Principal", "AWS global condition context keys" (aws:PrincipalArn is the role's ARN in a session);
AWS Organizations User Guide, "SCP syntax" (Allow with Resource and Condition), "RCP syntax" (no
Allow can be written; RCPFullAWSAccess is the one there is).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
import pytest

from doorward.analysis.advice import advise, applied
from doorward.engine.combine import decide
from doorward.engine.question import read_question
from doorward.results.advice import (
    AddStatement,
    Advice,
    AttachPolicy,
    Change,
    ChangeContext,
    Opening,
    Party,
    ReplaceStatement,
    StopBlocking,
    Way,
)
from tests.analysis import advice_law

Json = dict[str, Any]

HOME, OTHER = "111122223333", "444455556666"
BOB = f"arn:aws:iam::{HOME}:user/team/Bob"
DEPLOY = f"arn:aws:sts::{HOME}:assumed-role/Deploy/ci"
ROLE = f"arn:aws:iam::{HOME}:role/Deploy"
REPORT = "arn:aws:s3:::acme/report.csv"
QUEUE = f"arn:aws:sqs:eu-west-1:{OTHER}:orders"
FULL: Json = {"Effect": "Allow", "Action": "*", "Resource": "*"}
EVERYBODY: Json = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def policy(*statements: Json) -> Json:
    """A policy of the present version."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def deny(actions: str | list[str], resources: str, **others: Any) -> Json:
    """A Deny statement."""
    return {"Effect": "Deny", "Action": actions, "Resource": resources, **others}


class Row(NamedTuple):
    """A question, and the ways that are expected: what, by whom, its statements, what it opens."""

    principal: Any
    action: str
    resource: str
    policies: Json
    ways: list[list[tuple[Any, ...]]]
    context: Mapping[str, str] = MappingProxyType({})
    facts: Mapping[str, Any] = MappingProxyType({})


def told(change: Change) -> tuple[Any, ...]:
    """One change, with all that it says."""
    opens = [each.value for each in change.opens]
    who = " ".join(filter(None, (change.party.value, change.account)))
    found: list[Any] = []
    match change:
        case AddStatement():
            found = [f"add {change.layer.value}", change.level, json.loads(change.statement)]
        case AttachPolicy():
            found = [f"attach {change.layer.value}", change.level, change.arn]
        case ReplaceStatement(ref=ref):
            found = [f"replace {ref.layer.value} {ref.policy}.{ref.statement}", ref.level]
            found += [json.loads(each) for each in change.statements]
        case ChangeContext():
            found = ["set", None, change.key, change.values]
        case StopBlocking():
            found = ["stop blocking", None, change.resource]
    what, level, *rest = found
    return (what if level is None else f"{what} level {level}", who, *rest, *opens)


NO_MFA = deny("*", "*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})
GET = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": REPORT}
FOR_BOB = {"ArnEquals": {"aws:PrincipalArn": BOB}}
SEND = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}
COMPUTE = {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}
BOTH, BUCKET = ["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::acme/*"
NOT_BOB = {"ArnNotEquals": {"aws:PrincipalArn": BOB}}

ADMINISTRATOR = f"callerAccount {HOME}"
OWNER = "resourceAccount"

ROWS = {
    "nothing grants it": Row(
        BOB, "s3:getobject", REPORT, {"identity": []}, [[("add identity", ADMINISTRATOR, GET)]]
    ),
    "a Deny without MFA": Row(
        BOB,
        "s3:GetObject",
        REPORT,
        {"identity": [policy(FULL, NO_MFA)]},
        [
            [("set", "caller", "aws:MultiFactorAuthPresent", ("true",))],
            [
                (
                    "replace identity 0.1",
                    ADMINISTRATOR,
                    NO_MFA | {"Condition": NO_MFA["Condition"] | NOT_BOB},
                    {
                        "Effect": "Deny",
                        "NotAction": "s3:GetObject",
                        "Resource": "*",
                        "Condition": NO_MFA["Condition"] | FOR_BOB,
                    },
                    {
                        "Effect": "Deny",
                        "Action": "s3:GetObject",
                        "NotResource": REPORT,
                        "Condition": NO_MFA["Condition"] | FOR_BOB,
                    },
                )
            ],
        ],
        {"aws:MultiFactorAuthPresent": "false"},
    ),
    "an external id is missing": Row(
        f"arn:aws:iam::{OTHER}:user/Eve",
        "sts:AssumeRole",
        ROLE,
        {
            "identity": [policy(FULL)],
            "resource": policy(
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": OTHER},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"sts:ExternalId": "4711"}},
                }
            ),
        },
        [
            [("set", "caller", "sts:ExternalId", ("4711",))],
            [
                (
                    "add resource",
                    f"{OWNER} {HOME}",
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": f"arn:aws:iam::{OTHER}:user/Eve"},
                        "Action": "sts:AssumeRole",
                    },
                )
            ],
        ],
    ),
    "another account's queue: both sides": Row(
        DEPLOY,
        "sqs:SendMessage",
        QUEUE,
        {"identity": []},
        [
            [
                ("add resource", f"{OWNER} {OTHER}", SEND | {"Principal": {"AWS": ROLE}}),
                ("add identity", ADMINISTRATOR, SEND),
            ]
        ],
    ),
    "an organization policy of the second level": Row(
        BOB,
        "s3:GetObject",
        REPORT,
        {"identity": [policy(FULL)], "serviceControl": [[policy(FULL)], [policy(COMPUTE)]]},
        [[("add serviceControl level 1", "organization", GET | {"Condition": FOR_BOB})]],
    ),
    "one action of a Deny's list, in a bucket that is denied whole": Row(
        BOB,
        "s3:GetObject",
        REPORT,
        {"identity": [policy(FULL)], "serviceControl": [[policy(FULL, deny(BOTH, BUCKET))]]},
        [
            [
                (
                    "replace serviceControl 0.1 level 0",
                    "organization",
                    deny(BOTH, BUCKET, Condition=NOT_BOB),
                    deny(["s3:PutObject"], BUCKET, Condition=FOR_BOB),
                    "otherResources",
                )
            ]
        ],
    ),
    "a Deny of just this": Row(
        BOB,
        "s3:GetObject",
        REPORT,
        {"identity": [policy(FULL, deny("s3:GetObject", REPORT, Sid="No"))]},
        [
            [
                (
                    "replace identity 0.1",
                    ADMINISTRATOR,
                    deny("s3:GetObject", REPORT, Sid="No", Condition=NOT_BOB),
                )
            ]
        ],
    ),
    "a Deny that has exceptions already": Row(
        BOB,
        "s3:GetObject",
        REPORT,
        {
            "identity": [
                policy(
                    FULL,
                    deny(
                        "s3:GetObject",
                        REPORT,
                        Condition={"arnNotEquals": {"AWS:PrincipalArn": ROLE}},
                    ),
                )
            ]
        },
        [
            [
                (
                    "replace identity 0.1",
                    ADMINISTRATOR,
                    deny(
                        "s3:GetObject",
                        REPORT,
                        Condition={"arnNotEquals": {"AWS:PrincipalArn": [ROLE, BOB]}},
                    ),
                )
            ]
        ],
    ),
    "actions of which no list can be written": Row(
        BOB,
        "s3:GetObject",
        REPORT,
        {"permissionsBoundary": [policy(FULL, deny("s3:Get*", "*"))], "identity": [policy(FULL)]},
        [
            [
                (
                    "replace permissionsBoundary 0.1",
                    ADMINISTRATOR,
                    deny("s3:Get*", "*", Condition=NOT_BOB),
                    {
                        "Effect": "Deny",
                        "Action": "s3:Get*",
                        "NotResource": REPORT,
                        "Condition": FOR_BOB,
                    },
                    "otherActions",
                )
            ]
        ],
    ),
    "a session's own policies": Row(
        DEPLOY,
        "s3:GetObject",
        REPORT,
        {"identity": [policy(FULL)], "session": [policy(COMPUTE)]},
        [[("add session", f"sessionMaker {HOME}", GET)]],
    ),
    "a resource control policy that allows nothing": Row(
        BOB,
        "s3:GetObject",
        REPORT,
        {"identity": [policy(FULL)], "resourceControl": [[]]},
        [
            [
                (
                    "attach resourceControl level 0",
                    "organization",
                    "arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess",
                    "level",
                )
            ]
        ],
    ),
    "an anonymous caller": Row(
        {"type": "Anonymous"},
        "s3:GetObject",
        REPORT,
        {},
        [
            [
                (
                    "add resource",
                    OWNER,
                    GET
                    | {
                        "Principal": "*",
                        "Condition": {"StringEquals": {"aws:PrincipalType": "Anonymous"}},
                    },
                )
            ]
        ],
    ),
    "a public bucket that is blocked": Row(
        {"type": "Anonymous"},
        "s3:GetObject",
        REPORT,
        {"resource": policy(EVERYBODY)},
        [[("stop blocking", OWNER, REPORT, "publicPolicy")]],
        facts={"blockPublicAccess": True},
    ),
    "a policy of AWS's own: nothing helps": Row(
        BOB,
        "iam:DeletePolicy",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        {"identity": [policy(FULL)]},
        [],
    ),
    "an action without resource types": Row(
        BOB,
        "ec2:DescribeInstances",
        "*",
        {"identity": []},
        [
            [
                (
                    "add identity",
                    ADMINISTRATOR,
                    {"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"},
                )
            ]
        ],
    ),
    "a resource whose name has a star": Row(
        BOB,
        "s3:GetObject",
        "arn:aws:s3:::acme/a*b",
        {"identity": []},
        [[("add identity", ADMINISTRATOR, GET | {"Resource": "arn:aws:s3:::acme/a${*}b"})]],
    ),
    "GetSessionToken's credentials without MFA": Row(
        BOB,
        "iam:ListUsers",
        "*",
        {"identity": [policy(FULL)]},
        [[("set", f"sessionMaker {HOME}", "aws:MultiFactorAuthPresent", ("true",))]],
        {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"},
    ),
    "a resource policy that could grant it, too": Row(
        BOB,
        "s3:GetObject",
        REPORT,
        {"identity": [], "resource": policy(deny("s3:PutObject", "*", Principal="*"))},
        [
            [("add identity", ADMINISTRATOR, GET)],
            [("add resource", OWNER, GET | {"Principal": {"AWS": BOB}})],
        ],
    ),
}


def advised(row: Row) -> Advice:
    """The advice on a row's question."""
    request = {"principal": row.principal, "action": row.action, "resource": row.resource}
    extra = {"resourceFacts": dict(row.facts)} if row.facts else {}
    layers, asked = read_question(
        {
            "id": 1,
            "request": request | {"context": dict(row.context)} | extra,
            "policies": row.policies,
        }
    )
    return advise(layers, asked, decide(layers, asked))


@pytest.mark.parametrize("name", ROWS)
def test_the_advice_on_a_question(name: str) -> None:
    found = advised(ROWS[name])
    assert [[told(each) for each in way.changes] for way in found.ways] == ROWS[name].ways
    assert found.final is (not ROWS[name].ways)


def test_what_no_policy_can_name_has_no_way() -> None:
    """RFC 8259, section 7: a control character; what is not ASCII can be written."""
    for resource, ways in (("arn:aws:s3:::acme/\x00", 0), ("arn:aws:s3:::acme/報告書", 1)):
        question = {"id": 1, "request": {"principal": BOB, "action": "s3:GetObject",
                    "resource": resource, "resourceAccount": HOME}}  # fmt: skip
        layers, request = read_question(question)
        advice = advise(layers, request, decide(layers, request))
        assert (len(advice.ways), advice.final) == (ways, False)


def test_that_one_side_comes_to_nothing_is_not_the_end_where_another_does() -> None:
    """A Deny of whoever says anything of MFA, for a session that has no such call without it.

    Not to speak of MFA gets past the Deny and then nowhere; an administrator can narrow the Deny.
    """
    row = Row(
        BOB,
        "iam:ListUsers",
        "*",
        {
            "identity": [
                policy(
                    FULL,
                    deny("*", "*", Condition={"Null": {"aws:MultiFactorAuthPresent": "false"}}),
                )
            ]
        },
        [],
        {"aws:TokenIssueTime": "2026-01-01T00:00:00Z", "aws:MultiFactorAuthPresent": "false"},
    )
    found = advised(row)
    assert [[told(each)[0] for each in way.changes] for way in found.ways] == [
        ["replace identity 0.1", "set"]
    ]
    assert not found.final


def test_an_allow_is_ended_by_each_of_its_sides() -> None:
    found = advised(
        Row(
            DEPLOY,
            "sqs:SendMessage",
            QUEUE,
            {
                "identity": [policy(FULL), policy(FULL)],
                "resource": policy(EVERYBODY),
                "serviceControl": [[policy(FULL)]],
            },
            [],
        )
    )
    assert [
        [(ref.layer.value, ref.policy) for ref in each.statements] for each in found.endings
    ] == [
        [("serviceControl", 0)],
        [("resource", 0)],
        [("identity", 0), ("identity", 1)],
    ]


def test_an_allow_of_two_sides_that_do_for_each_other_ends_without_both() -> None:
    named = EVERYBODY | {"Principal": {"AWS": BOB}}
    found = advised(
        Row(
            BOB,
            "s3:GetObject",
            REPORT,
            {"identity": [policy(FULL)], "resource": policy(named)},
            [],
        )
    )
    assert [[ref.layer.value for ref in each.statements] for each in found.endings] == [
        ["resource", "identity"]
    ]


def test_what_needs_no_permission_is_carried_by_nothing() -> None:
    assert advised(Row(BOB, "sts:GetCallerIdentity", "*", {}, [])) == Advice()


# ------------------------------------------------------------------------------------- the law


def test_the_law_on_random_denials() -> None:
    """More of them, from new seeds, by ``dev.py advice``."""
    seen, broken = advice_law.run(20261127, range(300))
    assert broken == []
    assert seen["denied"] > 200
    for name in ("exact ways", "ways that open more", "nothing helps"):
        assert seen[name] > 10, seen
    for change in Change.__args__:
        assert seen[f"change {change.__name__}"] > 5, seen


def _wider(way: Way) -> Way:
    """Grant every resource, and do not say so."""
    return Way(
        tuple(
            msgspec.structs.replace(
                each, statement=json.dumps(json.loads(each.statement) | {"Resource": "*"})
            )
            if isinstance(each, AddStatement) and "Resource" in each.statement
            else each
            for each in way.changes
        )
    )


def _longer(way: Way) -> Way:
    """Ask for one thing more than it takes."""
    more = ChangeContext("app:Nothing", ("x",), multi=False, party=Party.CALLER)
    return Way((*way.changes, more))


def _shorter(way: Way) -> Way:
    """Ask for one thing less than it takes."""
    return Way(way.changes[1:])


def _silent(way: Way) -> Way:
    """Do not say what is opened."""
    return Way(tuple(msgspec.structs.replace(each, opens=()) for each in way.changes))


def _gone(way: Way) -> Way:
    """Remove what should be narrowed, and name the narrower opening."""
    return Way(
        tuple(
            msgspec.structs.replace(each, statements=(), opens=(Opening.OTHER_ACTIONS,))
            if isinstance(each, ReplaceStatement)
            else each
            for each in way.changes
        )
    )


@pytest.mark.parametrize("fault", [_wider, _longer, _shorter, _silent, _gone])
def test_the_law_notices_bad_advice(fault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def bad(*question: Any) -> Advice:
        good = advise(*question)
        return Advice(tuple(fault(way) for way in good.ways), good.endings, good.final)

    monkeypatch.setattr(advice_law, "advise", bad)
    assert advice_law.run(1, range(60))[1] != []


def test_changes_leave_the_question_as_it_was() -> None:
    question = {
        "id": 1,
        "request": {"principal": BOB, "action": "s3:GetObject", "resource": REPORT},
        "policies": {"identity": [policy(deny("s3:*", "*"))]},
    }
    layers, request = read_question(question)
    (way,) = advise(layers, request, decide(layers, request)).ways
    after = applied(layers, request, way.changes)
    assert decide(after.layers, after.request).allowed
    assert (layers, request) == read_question(question)
