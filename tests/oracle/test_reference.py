"""The reference evaluator against cases taken one by one from the rules it reads aloud.

Each row cites its rule by the ids of the page on evaluation semantics, whose sources are the
IAM User Guide's pages on policy elements, evaluation logic, boundaries and session policies.
"""

from typing import Any

import pytest

from tests.oracle.reference import evaluate

Json = dict[str, Any]

A, B = "111111111111", "222222222222"
USER = f"arn:aws:iam::{A}:user/alice"
SESSION = f"arn:aws:sts::{A}:assumed-role/Reader/s"
ROLE = f"arn:aws:iam::{A}:role/path/Reader"
FEDERATED = f"arn:aws:sts::{A}:federated-user/fay"
ROOT = f"arn:aws:iam::{A}:root"
OBJECT = "arn:aws:s3:::acme/alice/k"
QUEUE, FAR_QUEUE = f"arn:aws:sqs:eu-west-1:{A}:q", f"arn:aws:sqs:eu-west-1:{B}:q"
TARGET, FAR_TARGET = f"arn:aws:iam::{A}:role/T", f"arn:aws:iam::{B}:role/T"
NEW, OLD = "2012-10-17", "2008-10-17"


def policy(effect: str = "Allow", version: str = NEW, **elements: Any) -> Json:
    """One statement over everything, but for the elements given; None takes one out."""
    statement = {"Effect": effect, "Action": "*", "Resource": "*"} | elements
    for name in ("Action", "Resource"):
        if f"Not{name}" in elements:
            del statement[name]
    statement = {name: value for name, value in statement.items() if value is not None}
    return {"Version": version, "Statement": statement}


def ask(by: Any = USER, action: str = "s3:GetObject", on: Any = OBJECT, **rest: Any) -> Json:
    """A question; `context` and the like are of the request, everything else is a layer."""
    fields = ("context", "resourceAccount", "resourceFacts")
    request = {"principal": by, "action": action, "resource": on}
    request |= {name: rest.pop(name) for name in fields if name in rest}
    return {"id": "row", "request": request, "policies": rest}


def to(principal: Any, effect: str = "Allow", **elements: Any) -> Json:
    """A resource policy for somebody."""
    return policy(effect, Principal=principal, **elements)


ALLOW, NONE, DENY = policy(), policy(Action="x:Y"), policy("Deny")

ELEMENTS = [
    ("A1", {"Action": "S3:getOBJECT"}, {}, True),
    ("A1", {"Action": "s3:Get*"}, {}, True),
    ("A1", {"Action": "s3:?etObject"}, {}, True),
    ("A1", {"Action": "s3:GetObject?"}, {}, False),
    ("A1", {"Action": "*"}, {}, True),
    ("A2", {"Action": "s3:"}, {}, False),
    ("A2", {"Action": "s3:Get Object"}, {"action": "s3:Get Object"}, False),
    ("A2", {"Action": "s3:GetObject,s3:PutObject"}, {}, False),
    ("A2", {"NotAction": "s3:"}, {}, True),
    ("A3", {"NotAction": ["s3:Put*", "sqs:*"]}, {}, True),
    ("A3", {"NotAction": ["s3:Get*", "sqs:*"]}, {}, False),
    ("R1", {"Resource": "arn:aws:s3:::acme/*"}, {}, True),
    ("R1", {"Resource": "arn:aws:s3:::*"}, {}, True),
    ("R1", {"Resource": "arn:aws:s3:*"}, {}, True),
    ("R1", {"Resource": "arn:aws:sqs:*:q"}, {"on": QUEUE}, False),
    ("R1", {"Resource": "arn:aws:sqs:*:*:*:q"}, {"on": QUEUE}, False),
    ("R1", {"Resource": "arn:aws:sqs:eu-west-1:*:?"}, {"on": QUEUE}, True),
    ("R2", {"Resource": "arn:aws:iam::*:u*/alice"}, {"on": USER}, True),
    ("R3", {"Resource": "arn:aws:S3:::acme/*"}, {}, True),
    ("R3", {"Resource": "arn:aws:s3:::ACME/*"}, {}, False),
    ("R4", {"Resource": "arn:aws:s3:::a*z"}, {"on": "arn:aws:s3:::a\n/z"}, True),
    ("R4", {"Resource": "arn:aws:s3:::a+(b)?"}, {"on": "arn:aws:s3:::a+(b)c"}, True),
    ("R4", {"Resource": "arn:aws:s3:::a.c"}, {"on": "arn:aws:s3:::abc"}, False),
    ("R5", {"Resource": "arn:aws:s3"}, {}, True),
    ("R6", {"Resource": "*"}, {"on": "*"}, True),
    ("R6", {"Resource": "**"}, {"on": "*"}, False),
    ("R6", {"Resource": "arn:aws:s3:::*"}, {"on": "*"}, False),
    ("R6", {"NotResource": "arn:aws:s3:::*"}, {"on": "*"}, True),
    ("R7", {"NotResource": "arn:aws:s3:::${a:none}"}, {}, False),
    ("R8", {"Resource": OBJECT}, {"on": [OBJECT, QUEUE]}, False),
    ("R8", {"Resource": [OBJECT, QUEUE]}, {"on": [OBJECT, QUEUE]}, True),
    ("G2", {"Resource": None}, {}, False),
    ("V1", {"Resource": "arn:aws:s3:::acme/${aws:username}/*"}, {}, True),
    ("V1", {"version": OLD, "Resource": "arn:aws:s3:::acme/${aws:username}/*"}, {}, False),
    (
        "V1",
        {"version": OLD, "Resource": "arn:aws:s3:::${aws:username}"},
        {"on": "arn:aws:s3:::${aws:username}"},
        True,
    ),
    ("V2", {"Resource": "arn:aws:s3::${app:none, ''}:acme/*"}, {}, False),
    ("V3", {"Resource": "arn:aws:s3:::acme/${AWS:UserName}/k"}, {}, True),
    (
        "V3",
        {"Resource": "arn:aws:s3:::acme/${a:k}/k"},
        {"context": {"a:k": ["alice"]}},
        False,
    ),
    ("V4", {"Resource": "arn:aws:s3:::acme/${a:none, 'alice'}/k"}, {}, True),
    (
        "V4",
        {"Resource": "arn:aws:s3:::acme/${a:k, 'alice'}/k"},
        {"context": {"a:k": ["bob"]}},
        False,
    ),
    ("V4", {"Resource": "arn:aws:s3:::acme/${aws:username, 'bob'}/k"}, {}, True),
    ("V5", {"Resource": "arn:aws:s3:::acme/${*}"}, {}, False),
    ("V5", {"Resource": "arn:aws:s3:::${a:k}"}, {"context": {"a:k": "*"}}, False),
    ("V6", {"Resource": "arn:aws:s3:::acme/${a:none}*"}, {}, False),
    (
        "V7",
        {"Resource": f"arn:aws:sqs:*:{A}:${{aws:PrincipalTag/team}}"},
        {
            "by": {"type": "AWS", "arn": USER, "tags": {"Team": "q"}},
            "on": QUEUE,
        },
        True,
    ),
]


@pytest.mark.parametrize(("rule", "elements", "request_", "matches"), ELEMENTS)
def test_elements(rule: str, elements: Json, request_: Json, matches: bool) -> None:
    allowed = evaluate(ask(identity=[policy(**elements)], **request_))
    assert allowed["effect"] == ("ALLOW" if matches else "IMPLICIT_DENY"), rule


KEY = "a:k"

CONDITIONS = [
    ("C1", {"StringEquals": {KEY: ["x", "y"]}}, "y", True),
    ("C1", {"StringNotEquals": {KEY: ["x", "y"]}}, "y", False),
    ("C1", {"StringEquals": {KEY: "x"}, "StringLike": {KEY: "y"}}, "x", False),
    ("C2", {"STRINGEQUALSifexists": {KEY: "x"}}, "x", True),
    ("C2", {"StringMatches": {KEY: "x"}}, "x", False),
    ("C2", {"NullIfExists": {KEY: "false"}}, "x", False),
    ("C3", {"StringEquals": {KEY: "x"}}, None, False),
    ("C3", {"StringNotEquals": {KEY: "x"}}, None, True),
    ("C3", {"NumericLessThanIfExists": {KEY: "1"}}, None, True),
    ("C3", {"StringNotEqualsIfExists": {KEY: "x"}}, None, True),
    ("C3", {"ForAllValues:StringEquals": {KEY: "x"}}, None, True),
    ("C3", {"ForAnyValue:StringEquals": {KEY: "x"}}, None, False),
    ("C3", {"ForAnyValue:StringNotEquals": {KEY: "x"}}, None, False),
    ("C4", {"Null": {KEY: "true"}}, None, True),
    ("C4", {"Null": {KEY: True}}, "x", False),
    ("C4", {"Null": {KEY: "false"}}, "x", True),
    ("C4", {"Null": {KEY: "false"}}, None, False),
    ("C5", {"ForAllValues:StringEquals": {KEY: ["x", "y"]}}, ["x"], True),
    ("C5", {"ForAllValues:StringEquals": {KEY: ["x", "y"]}}, ["x", "z"], False),
    ("C5", {"ForAllValues:StringNotEquals": {KEY: ["x"]}}, ["y", "x"], False),
    ("C5", {"ForAllValues:StringEquals": {KEY: "x"}}, [], True),
    ("C5", {"ForAllValues:StringEquals": {KEY: "x"}}, [""], True),
    ("C6", {"ForAnyValue:StringEquals": {KEY: "x"}}, ["y", "x"], True),
    ("C6", {"ForAnyValue:StringNotEquals": {KEY: "x"}}, ["y", "x"], True),
    ("C6", {"ForAnyValue:StringNotEquals": {KEY: ["x", "y"]}}, ["y", "x"], False),
    ("C6", {"ForAnyValue:StringEquals": {KEY: "x"}}, [], False),
    ("C6", {"ForAnyValue:StringEquals": {KEY: ""}}, [""], False),
    ("C7", {"StringEquals": {KEY: "x"}}, ["x"], False),
    ("C7", {"StringNotEquals": {KEY: "y"}}, ["x"], False),
    ("C7", {"ForAllValues:StringEquals": {KEY: "x"}}, "x", True),
    ("C8", {"StringEquals": {KEY: "x*"}}, "xyz", False),
    ("C8", {"StringEquals": {KEY: "x*"}}, "x*", True),
    ("C8", {"StringLike": {KEY: "x*"}}, "xyz", True),
    ("C8", {"StringLike": {KEY: "X*"}}, "xyz", False),
    ("C8", {"StringEqualsIgnoreCase": {KEY: "ÄB"}}, "äb", True),
    ("C8", {"StringEqualsIgnoreCase": {KEY: "strasse"}}, "straße", False),
    ("C8", {"StringNotEqualsIgnoreCase": {KEY: "X"}}, "x", False),
    ("C9", {"NumericEquals": {KEY: 10}}, "10.0", True),
    ("C9", {"NumericEquals": {KEY: "10"}}, "10abc", False),
    ("C9", {"NumericNotEquals": {KEY: "10"}}, "1e3", False),
    ("C9", {"NumericLessThan": {KEY: "1000"}}, "1e3", False),
    ("C9", {"NumericGreaterThanEquals": {KEY: "-1.5"}}, "-1.50", True),
    ("C10", {"DateGreaterThan": {KEY: "2024-01-01T00:00:00Z"}}, "1772366400", True),
    ("C10", {"DateEquals": {KEY: "2026-03-01T13:00:00+01:00"}}, "2026-03-01T12:00:00Z", True),
    ("C10", {"DateEquals": {KEY: "2026-03-01"}}, "2026-03-01T00:00:00.000Z", True),
    ("C10", {"DateLessThan": {KEY: "2026-03-01T00:00:00Z"}}, "2026-03-01T00:00:00.1Z", False),
    ("C10", {"DateNotEquals": {KEY: "2026-03-01"}}, "noon", False),
    ("C10", {"NumericEquals": {KEY: "1772366400"}}, "1772366400", True),
    ("C11", {"Bool": {KEY: "TRUE"}}, "true", True),
    ("C11", {"Bool": {KEY: "false"}}, "no", False),
    ("C11", {"Bool": {KEY: "true"}}, True, True),
    ("C12", {"BinaryEquals": {KEY: "cmVk"}}, "cmVk", True),
    ("C12", {"BinaryEquals": {KEY: "red!"}}, "red!", False),
    ("C13", {"IpAddress": {KEY: "10.0.0.0/8"}}, "10.9.8.7", True),
    ("C13", {"IpAddress": {KEY: "2001:db8::1"}}, "2001:db8:0:0:0:0:0:1", True),
    ("C13", {"NotIpAddress": {KEY: "10.0.0.0/8"}}, "2001:db8::1", True),
    ("C13", {"IpAddress": {KEY: "10.0.0.0/8"}}, "::ffff:10.1.1.1", False),
    ("C13", {"NotIpAddress": {KEY: "10.0.0.0/8"}}, "here", False),
    ("C14", {"ArnEquals": {KEY: "arn:aws:sns:*:*:t?"}}, f"arn:aws:sns:eu-west-1:{A}:tx", True),
    ("C14", {"ArnLike": {KEY: "arn:aws:sns:*:tx"}}, f"arn:aws:sns:eu-west-1:{A}:tx", False),
    ("C14", {"StringLike": {KEY: "arn:aws:sns:*:tx"}}, f"arn:aws:sns:eu-west-1:{A}:tx", True),
    ("C14", {"ArnNotLike": {KEY: "arn:aws:s3:::b"}}, "arn:aws:sns", False),
    ("C14", {"ArnNotEquals": {KEY: "arn:aws:SNS:::b"}}, "arn:aws:sns:::b", True),
    ("C15", {"StringEquals": {"A:K": "x"}}, "x", True),
    ("C15", {"StringEquals": {"aws:resourcetag/TEAM": "red"}}, None, True),
    ("V2", {"NumericEquals": {KEY: "${a:none, '5'}"}}, "5", False),
    ("V2", {"StringEquals": {KEY: "${aws:username}"}}, "alice", True),
    ("V5", {"StringLike": {KEY: "x${*}"}}, "xy", False),
    ("V5", {"StringLike": {KEY: "x${*}"}}, "x*", True),
    ("V6", {"StringEquals": {KEY: "${a:none}"}}, "x", False),
    ("V6", {"StringNotEquals": {KEY: "${a:none}"}}, "x", True),
    ("V6", {"ArnNotLike": {KEY: "${a:none}"}}, USER, True),
    ("C14", {"ArnNotLike": {KEY: "${a:none}"}}, "arn:aws:sns", False),
    ("V7", {"ArnEquals": {KEY: "${aws:PrincipalArn}"}}, USER, True),
    ("V7", {"ArnNotEquals": {KEY: "${aws:PrincipalArn}"}}, USER, False),
    ("V7", {"ArnNotEquals": {KEY: "${aws:PrincipalArn}"}}, "arn:aws:iam::1:user/x", True),
    ("V7", {"ArnNotEquals": {KEY: "${aws:username}"}}, USER, False),
    ("V6", {"ArnNotLike": {KEY: "arn:aws:iam::*:user/${a:none}"}}, USER, True),
]


@pytest.mark.parametrize(("rule", "condition", "value", "holds"), CONDITIONS)
def test_conditions(rule: str, condition: Json, value: Any, holds: bool) -> None:
    question = ask(
        identity=[policy(Condition=condition)],
        context={} if value is None else {KEY: value},
        resourceFacts={"tags": {"Team": "red"}},
    )
    assert evaluate(question)["effect"] == ("ALLOW" if holds else "IMPLICIT_DENY"), rule


TAGGED = {"type": "AWS", "arn": USER, "uniqueId": "AIDAX"}
PATHED = {"type": "AWS", "arn": SESSION, "roleArn": ROLE, "uniqueId": "AROAX"}
SERVICE = {"type": "Service", "name": "x.amazonaws.com"}
ANONYMOUS = {"type": "Anonymous"}
PROVIDER = {"type": "Federated", "provider": "idp"}
CANONICAL = {"type": "CanonicalUser", "id": "c0"}
LINKED = {"type": "AWS", "arn": SESSION, "serviceLinked": True}
WEB = "sts:AssumeRoleWithWebIdentity"
DENY_ARN = policy("Deny", Resource=OBJECT)
NOT_ARN = policy("Deny", NotResource=OBJECT)
IF_ROLE = {"StringEquals": {"aws:PrincipalArn": ROLE}}

FLOWS = [
    ("1.6 star", ask(ANONYMOUS, resource=to("*")), "ALLOW"),
    ("1.6 star", ask(ANONYMOUS, resource=to({"AWS": "*"})), "ALLOW"),
    ("1.6 account", ask(resource=to({"AWS": A})), "IMPLICIT_DENY"),
    ("1.6 account", ask(resource=to({"AWS": ROOT}, "Deny"), identity=[ALLOW]), "EXPLICIT_DENY"),
    ("1.6 user", ask(resource=to({"AWS": USER})), "ALLOW"),
    ("1.6 user", ask(resource=to({"AWS": USER.replace("alice", "Alice")})), "IMPLICIT_DENY"),
    ("1.6 role", ask(SESSION, resource=to({"AWS": ROLE.upper()})), "IMPLICIT_DENY"),
    ("1.6 role", ask(SESSION, resource=to({"AWS": ROLE.replace("Rea", "REA")})), "ALLOW"),
    ("1.6 session", ask(SESSION, resource=to({"AWS": SESSION})), "ALLOW"),
    ("1.6 session", ask(SESSION, resource=to({"AWS": SESSION[:-1] + "*"})), "IMPLICIT_DENY"),
    ("1.6 session", ask(ROLE, resource=to({"AWS": SESSION})), "IMPLICIT_DENY"),
    ("1.6 federated", ask(FEDERATED, resource=to({"AWS": FEDERATED})), "ALLOW"),
    ("1.6 service", ask(SERVICE, resource=to({"Service": "x.amazonaws.com"})), "ALLOW"),
    ("1.6 service", ask(SERVICE, resource=to({"Service": "y.amazonaws.com"})), "IMPLICIT_DENY"),
    ("1.6 idp", ask(PROVIDER, WEB, TARGET, resource=to({"Federated": "idp"})), "ALLOW"),
    ("1.6 idp", ask(PROVIDER, resource=to({"Federated": "idp"})), "IMPLICIT_DENY"),
    ("1.6 idp", ask(PROVIDER, WEB, TARGET, resource=to("*")), "IMPLICIT_DENY"),
    ("1.6 idp", ask(PROVIDER, WEB, TARGET, resource=to("*", "Deny")), "EXPLICIT_DENY"),
    (
        "1.6 idp",
        ask(PROVIDER, WEB, TARGET, resource=to({"Federated": "idp"}), endpoint=[to("*")]),
        "ALLOW",
    ),
    ("1.6 canonical", ask(CANONICAL, resource=to({"CanonicalUser": "c0"})), "ALLOW"),
    ("P1", ask(TAGGED, resource=to({"AWS": "AIDAX"})), "ALLOW"),
    ("P1", ask(PATHED, resource=to({"AWS": "AROAX"})), "ALLOW"),
    ("P1", ask(PATHED, resource=to({"AWS": "AROAY"})), "IMPLICIT_DENY"),
    ("P2", ask(identity=[ALLOW], resource=DENY), "ALLOW"),
    ("P3", ask(resource=policy(NotPrincipal={"AWS": B})), "ALLOW"),
    ("P3", ask(resource=policy(NotPrincipal={"AWS": A})), "IMPLICIT_DENY"),
    ("P3", ask(ANONYMOUS, resource=policy(NotPrincipal={"AWS": A})), "ALLOW"),
    (
        "P3",
        ask(identity=[ALLOW], resource=policy("Deny", NotPrincipal={"AWS": USER})),
        "ALLOW",
    ),
    (
        "P4",
        ask(
            identity=[ALLOW],
            permissionsBoundary=[ALLOW],
            resource=policy("Deny", NotPrincipal={"AWS": USER}),
        ),
        "EXPLICIT_DENY",
    ),
    ("P5", ask(identity=[ALLOW], endpoint=[to({"AWS": A})]), "IMPLICIT_DENY"),
    ("P5", ask(ROOT, endpoint=[to({"AWS": A})]), "ALLOW"),
    ("P5", ask(identity=[ALLOW], endpoint=[to("*")]), "ALLOW"),
    ("P6", ask(identity=[ALLOW], resourceControl=[[to("*")]]), "ALLOW"),
    ("P6", ask(identity=[ALLOW], resourceControl=[[to({"AWS": A})]]), "IMPLICIT_DENY"),
    (
        "P6",
        ask(identity=[ALLOW], resourceControl=[[to("*"), to({"AWS": A}, "Deny")]]),
        "EXPLICIT_DENY",
    ),
    ("G2", ask(identity=[to("*")]), "IMPLICIT_DENY"),
    ("G2", ask(identity=[ALLOW, to({"AWS": B}, "Deny")]), "EXPLICIT_DENY"),
    ("R5", ask(resource=to("*", Resource="arn:aws:s3")), "IMPLICIT_DENY"),
    ("R5", ask(resource=to("*", Resource="arn:aws:s3*")), "ALLOW"),
    ("R5", ask(identity=[ALLOW], serviceControl=[[policy(Resource="arn:aws")]]), "IMPLICIT_DENY"),
    ("R5", ask(identity=[ALLOW], serviceControl=[[policy(Resource="arn:a*")]]), "ALLOW"),
    (
        "R5",
        ask(identity=[ALLOW], resourceControl=[[to("*", Resource="arn:a*")]]),
        "IMPLICIT_DENY",
    ),
    ("R6", ask(on="*", identity=[ALLOW, DENY_ARN]), "ALLOW"),
    ("R6", ask(on="*", identity=[ALLOW, NOT_ARN]), "EXPLICIT_DENY"),
    ("R7", ask(identity=[ALLOW, policy("Deny", NotResource="a:b:c:::${x:y}")]), "EXPLICIT_DENY"),
    ("C2", ask(identity=[ALLOW, policy("Deny", Condition={"Odd": {"a": "b"}})]), "EXPLICIT_DENY"),
    ("1.7-1", ask(action="sts:GetCallerIdentity", on="*", identity=[DENY]), "ALLOW"),
    ("1.7-1", ask(ANONYMOUS, "sts:GetCallerIdentity", "*"), "IMPLICIT_DENY"),
    ("1.7-1", ask(action="sts:GetSessionToken", on="*", serviceControl=[]), "ALLOW"),
    ("1.7-1", ask(SESSION, "sts:GetSessionToken", "*"), "IMPLICIT_DENY"),
    ("1.7-2", ask(identity=[ALLOW, DENY]), "EXPLICIT_DENY"),
    ("1.7-2", ask(identity=[ALLOW], session=[DENY]), "EXPLICIT_DENY"),
    ("1.7-3", ask(identity=[ALLOW], resourceControl=[[to("*")], []]), "IMPLICIT_DENY"),
    ("1.7-3", ask(ANONYMOUS, resource=to("*"), resourceControl=[[]]), "IMPLICIT_DENY"),
    ("1.7-3", ask(LINKED, identity=[ALLOW], resourceControl=[[]]), "ALLOW"),
    ("1.7-4", ask(identity=[ALLOW], serviceControl=[[ALLOW], [NONE, ALLOW]]), "ALLOW"),
    ("1.7-4", ask(identity=[ALLOW], serviceControl=[[ALLOW], [NONE]]), "IMPLICIT_DENY"),
    (
        "1.7-4",
        ask(SERVICE, resource=to({"Service": "x.amazonaws.com"}), serviceControl=[[]]),
        "ALLOW",
    ),
    ("1.7-4", ask(LINKED, identity=[ALLOW], serviceControl=[[]]), "ALLOW"),
    ("1.7-5", ask(identity=[ALLOW], endpoint=[]), "IMPLICIT_DENY"),
    ("1.7-6", ask(ANONYMOUS, identity=[ALLOW]), "IMPLICIT_DENY"),
    ("1.7-6", ask(SERVICE, resource=to("*")), "IMPLICIT_DENY"),
    (
        "1.7-6",
        ask(
            SERVICE,
            resource={
                "Statement": [to(who)["Statement"] for who in ({"Service": SERVICE["name"]}, "*")]
            },
        ),
        "ALLOW",
    ),
    ("1.7-6", ask(SERVICE, resource=to("*", "Deny")), "EXPLICIT_DENY"),
    ("1.7-7", ask(resource=to({"AWS": USER}), session=[NONE]), "IMPLICIT_DENY"),
    ("1.7-7", ask(FEDERATED, resource=to("*")), "IMPLICIT_DENY"),
    ("1.7-7", ask(ROOT, resource=to("*"), session=[NONE]), "IMPLICIT_DENY"),
    ("1.7-7", ask(identity=[ALLOW], permissionsBoundary=[NONE]), "IMPLICIT_DENY"),
    ("1.7-7", ask(SESSION, identity=[ALLOW], session=[NONE]), "IMPLICIT_DENY"),
    ("1.7-7", ask(resource=to({"AWS": USER}), permissionsBoundary=[NONE]), "ALLOW"),
    ("1.7-7", ask(SESSION, resource=to({"AWS": SESSION}), session=[NONE]), "ALLOW"),
    ("1.7-7", ask(SESSION, resource=to({"AWS": ROLE}), session=[NONE]), "IMPLICIT_DENY"),
    (
        "1.7-7",
        ask(SESSION, resource=to({"AWS": ROLE}), permissionsBoundary=[NONE]),
        "IMPLICIT_DENY",
    ),
    (
        "1.7-7",
        ask(PATHED, resource=to("*", Condition=IF_ROLE), session=[], permissionsBoundary=[]),
        "ALLOW",
    ),
    ("1.7-7", ask(FEDERATED, resource=to({"AWS": FEDERATED}), session=[]), "ALLOW"),
    ("1.7-7", ask(resource=to({"AWS": A}), identity=[ALLOW]), "ALLOW"),
    ("1.7-8", ask(on=FAR_QUEUE, identity=[ALLOW]), "IMPLICIT_DENY"),
    ("1.7-8", ask(resourceAccount=B, resource=to({"AWS": USER})), "IMPLICIT_DENY"),
    ("1.7-8", ask(resourceAccount=B, resource=to({"AWS": A}), identity=[ALLOW]), "ALLOW"),
    (
        "1.7-8",
        ask(
            resourceAccount=B,
            resource=to({"AWS": USER}),
            identity=[ALLOW],
            permissionsBoundary=[NONE],
        ),
        "IMPLICIT_DENY",
    ),
    ("1.7-8", ask(USER.replace("aws", "aws-cn"), identity=[ALLOW]), "IMPLICIT_DENY"),
    ("1.7-9", ask(resourceAccount=B, identity=[ALLOW]), "IMPLICIT_DENY"),
    ("1.7-10", ask(ROOT), "ALLOW"),
    ("1.7-10", ask(ROOT, serviceControl=[[]]), "IMPLICIT_DENY"),
    ("1.7-10", ask(ROOT, resource=to({"AWS": A}, "Deny")), "EXPLICIT_DENY"),
    ("1.7-10", ask(ROOT, permissionsBoundary=[DENY]), "ALLOW"),
    ("1.8 trust", ask(USER, "sts:AssumeRole", TARGET, identity=[ALLOW]), "IMPLICIT_DENY"),
    ("1.8 trust", ask(ROOT, "sts:AssumeRole", TARGET), "IMPLICIT_DENY"),
]

TRUST = [
    (USER, TARGET, {"AWS": USER}, [], "ALLOW"),
    (USER, TARGET, {"AWS": A}, [], "IMPLICIT_DENY"),
    (USER, TARGET, {"AWS": A}, [ALLOW], "ALLOW"),
    (ROOT, TARGET, {"AWS": A}, [], "ALLOW"),
    (USER, FAR_TARGET, {"AWS": USER}, [], "IMPLICIT_DENY"),
    (USER, FAR_TARGET, {"AWS": USER}, [ALLOW], "ALLOW"),
    (SERVICE, TARGET, {"Service": SERVICE["name"]}, [], "ALLOW"),
]


@pytest.mark.parametrize(("rule", "question", "effect"), FLOWS)
def test_flow(rule: str, question: Json, effect: str) -> None:
    assert evaluate(question)["effect"] == effect, rule


@pytest.mark.parametrize(("principal", "role", "trusted", "identity", "effect"), TRUST)
def test_role_trust_without_a_resource_element(
    principal: Any, role: str, trusted: Json, identity: list[Json], effect: str
) -> None:
    trust = to(trusted, Action="sts:AssumeRole", Resource=None)
    question = ask(principal, "sts:AssumeRole", role, identity=identity)
    question["policies"]["resource"] = trust
    assert evaluate(question)["effect"] == effect


BLOCKED = [
    (ask(identity=[ALLOW], serviceControl=[[NONE]]), ["serviceControl"]),
    (ask(identity=[ALLOW], serviceControl=[], session=[]), ["serviceControl", "session"]),
    (ask(identity=[ALLOW, DENY]), ["identity"]),
    (ask(identity=[ALLOW], permissionsBoundary=[DENY]), ["permissionsBoundary"]),
    (ask(identity=[ALLOW], resource=to("*", "Deny"), endpoint=[]), ["endpoint", "resource"]),
    (ask(identity=[], serviceControl=[[DENY]]), []),
    (ask(resource=to({"AWS": USER}), permissionsBoundary=[NONE], session=[]), ["session"]),
    (ask(action="sts:GetCallerIdentity", on="*", identity=[DENY]), []),
]


@pytest.mark.parametrize(("question", "layers"), BLOCKED)
def test_blocked_by(question: Json, layers: list[str]) -> None:
    assert evaluate(question)["blockedBy"] == layers


def test_layers_in_order_with_levels() -> None:
    question = ask(
        identity=[ALLOW], serviceControl=[[ALLOW], [DENY], []], resourceControl=[], session=[NONE]
    )
    assert evaluate(question)["layers"] == [
        {"layer": "resourceControl", "effect": "IMPLICIT_DENY"},
        {"layer": "serviceControl", "level": 0, "effect": "ALLOW"},
        {"layer": "serviceControl", "level": 1, "effect": "EXPLICIT_DENY"},
        {"layer": "serviceControl", "level": 2, "effect": "IMPLICIT_DENY"},
        {"layer": "endpoint", "effect": "NOT_APPLICABLE"},
        {"layer": "resource", "effect": "NOT_APPLICABLE"},
        {"layer": "identity", "effect": "ALLOW"},
        {"layer": "permissionsBoundary", "effect": "NOT_APPLICABLE"},
        {"layer": "session", "effect": "IMPLICIT_DENY"},
    ]


DERIVED = [
    (TAGGED, {"aws:PrincipalArn": USER, "aws:username": "alice", "aws:userid": "AIDAX"}),
    (PATHED, {"aws:PrincipalArn": ROLE, "aws:PrincipalType": "AssumedRole"}),
    (PATHED, {"aws:userid": "AROAX:s", "aws:PrincipalAccount": A}),
    (SESSION, {"aws:PrincipalArn": f"arn:aws:iam::{A}:role/Reader"}),
    (ROOT, {"aws:PrincipalType": "Account", "aws:userid": A, "aws:PrincipalArn": ROOT}),
    (FEDERATED, {"aws:PrincipalType": "FederatedUser", "aws:userid": f"{A}:fay"}),
    (SERVICE, {"aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": SERVICE["name"]}),
    (ANONYMOUS, {"aws:PrincipalType": "Anonymous", "aws:PrincipalIsAWSService": "false"}),
]


@pytest.mark.parametrize(("principal", "keys"), DERIVED)
def test_derived_keys(principal: Any, keys: dict[str, str]) -> None:
    stop = to("*", "Deny", Condition={"StringEquals": keys})
    assert evaluate(ask(principal, resource=stop))["effect"] == "EXPLICIT_DENY"


UNREADABLE = [
    "{",
    "[]",
    {"Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}},
    {"Statement": {"Effect": "Allow", "Resource": "*"}},
    {"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "x:y", "Resource": "*"}},
    {"Version": "2020-01-01", "Statement": []},
    '{"Statement": [], "Statement": []}',
]


@pytest.mark.parametrize("document", UNREADABLE)
def test_unreadable_documents_are_errors(document: Any) -> None:
    assert evaluate(ask(identity=[document])) == {"error": True}


@pytest.mark.parametrize("document", ["text", "named"])
def test_forms_of_documents(document: str) -> None:
    given: Any = {"name": "n", "document": ALLOW}
    if document == "text":
        given = '{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
    assert evaluate(ask(identity=[given]))["effect"] == "ALLOW"
