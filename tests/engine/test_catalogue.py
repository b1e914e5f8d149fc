"""Rows 24 to 30 of the catalogue of bad input: what the engine and the reference evaluator decide.

Each question is put to both. Sources: IAM User Guide, "Policy evaluation logic", "Policy
evaluation for requests within a single account", "Cross-account policy evaluation logic", "IAM
JSON policy elements: Condition operators"; ``tests/spec`` has every clause of them as a row.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

import doorward
from tests.oracle import reference

ALICE = "arn:aws:iam::111122223333:user/alice"
ROLE = "arn:aws:iam::111122223333:role/worker"
SESSION = "arn:aws:sts::111122223333:assumed-role/worker/s1"
OBJECT = "arn:aws:s3:::bucket/a.b-c/key"
EVERYONE = {"AWS": "*"}
Policy = dict[str, Any]


def policy(effect: str = "Allow", action: Any = "*", resource: Any = "*", **more: Any) -> Policy:
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


ALL = policy()
DENY = policy("Deny")
OPEN: dict[str, Any] = {
    "identity": [ALL],
    "permissionsBoundary": [ALL],
    "session": [ALL],
    "resource": policy(Principal=EVERYONE),
    "serviceControl": [[ALL], [ALL]],
    "resourceControl": [[policy(Principal="*")], [policy(Principal="*")]],
}


def asked(
    policies: dict[str, Any],
    *,
    principal: Any = SESSION,
    action: str = "s3:GetObject",
    resource: str = OBJECT,
    owner: str = "111122223333",
    context: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The answer of the engine, on which the reference evaluator agrees."""
    request: dict[str, Any] = {"principal": principal, "action": action, "resource": resource}
    request |= {"resourceAccount": owner, "context": context or {}}
    question = {"id": 1, "request": request, "policies": policies}
    answer: dict[str, Any] = doorward.answer(copy.deepcopy(question))
    other = reference.evaluate(question)
    assert (answer["effect"], answer["rule"]) == (other["effect"], other["rule"])
    return answer


# The layers in which a Deny can stand; a group's and an inline policy are identity-based ones.
DENIES: list[tuple[str, dict[str, Any], str]] = [
    ("identity", {"identity": [ALL, DENY]}, "identity"),
    ("a group's", {"identity": [ALL, {"name": "group:staff", "document": DENY}]}, "identity"),
    ("inline", {"identity": [ALL, {"name": "inline", "document": DENY}]}, "identity"),
    ("boundary", {"permissionsBoundary": [DENY]}, "permissionsBoundary"),
    ("session", {"session": [ALL, DENY]}, "session"),
    ("resource", {"resource": policy("Deny", Principal=EVERYONE)}, "resource"),
    ("service control", {"serviceControl": [[ALL], [ALL, DENY]]}, "serviceControl"),
    (
        "resource control",
        {"resourceControl": [[ALL], [policy("Deny", Principal="*")]]},
        "resourceControl",
    ),
]


@pytest.mark.parametrize(
    ("changed", "layer"), [pytest.param(*row[1:], id=row[0]) for row in DENIES]
)
def test_row_24_a_deny_anywhere_ends_it(changed: dict[str, Any], layer: str) -> None:
    assert asked(OPEN)["effect"] == "ALLOW"
    answer = asked(OPEN | changed)
    assert answer["effect"] == "EXPLICIT_DENY"
    assert layer in {each["layer"] for each in answer["determining"]}


# "Policy evaluation for requests within a single account": whom a resource-based policy names
# decides whether a boundary's or a session policy's implicit deny limits what it grants.
GRANTS = [
    ("user, boundary silent", ALICE, ALICE, "permissionsBoundary", "ALLOW"),
    ("role, boundary silent", SESSION, ROLE, "permissionsBoundary", "IMPLICIT_DENY"),
    ("role, session silent", SESSION, ROLE, "session", "IMPLICIT_DENY"),
    ("session, boundary silent", SESSION, SESSION, "permissionsBoundary", "ALLOW"),
    ("session, session silent", SESSION, SESSION, "session", "ALLOW"),
    ("role, nothing else", SESSION, ROLE, None, "ALLOW"),
    ("account, nothing else", SESSION, "111122223333", None, "IMPLICIT_DENY"),
    ("account, boundary silent", SESSION, "111122223333", "permissionsBoundary", "IMPLICIT_DENY"),
]


@pytest.mark.parametrize(
    ("caller", "named", "silent", "effect"), [pytest.param(*row[1:], id=row[0]) for row in GRANTS]
)
def test_row_25_whom_a_resource_s_policy_names(
    caller: str, named: str, silent: str | None, effect: str
) -> None:
    policies: dict[str, Any] = {"resource": policy(Principal={"AWS": named})}
    if silent:
        policies[silent] = [policy(action="ec2:*")]
    assert asked(policies, principal=caller)["effect"] == effect


def test_row_26_across_accounts_both_sides_must_allow() -> None:
    theirs = {"resource": policy(Principal={"AWS": "111122223333"})}
    ours = {"identity": [ALL]}
    owner = "999988887777"
    assert asked(ours | theirs, principal=ALICE, owner=owner)["effect"] == "ALLOW"
    assert asked(ours, principal=ALICE, owner=owner)["effect"] == "IMPLICIT_DENY"
    assert asked(theirs, principal=ALICE, owner=owner)["effect"] == "IMPLICIT_DENY"


UNKNOWN: list[tuple[str, dict[str, Any]]] = [
    ("operator", {"StringEqual": {"aws:username": "alice"}}),
    ("operator, negated", {"NotStringEqual": {"aws:username": "alice"}}),
    ("key", {"StringEquals": {"aws:NoSuchKey": "x"}}),
    ("type of value", {"NumericLessThan": {"s3:max-keys": "many"}}),
]


@pytest.mark.parametrize("condition", [pytest.param(row[1], id=row[0]) for row in UNKNOWN])
def test_row_27_what_is_unknown_never_grants(condition: dict[str, Any]) -> None:
    """An Allow under it does not match; and it is not as if the condition were not there."""
    answer = asked({"identity": [policy(Condition=condition)]}, principal=ALICE)
    assert answer["effect"] == "IMPLICIT_DENY"


@pytest.mark.parametrize("condition", [row[1] for row in UNKNOWN[:2]], ids=["plain", "negated"])
def test_row_27_a_deny_under_an_unknown_operator_denies(condition: dict[str, Any]) -> None:
    policies = {"identity": [ALL, policy("Deny", Condition=condition)]}
    assert asked(policies, principal=ALICE)["effect"] != "ALLOW"


ABSENT = [
    ("Null true", {"Null": {"s3:prefix": "true"}}, True),
    ("Null false", {"Null": {"s3:prefix": "false"}}, False),
    ("plain", {"StringEquals": {"s3:prefix": "a"}}, False),
    ("IfExists", {"StringEqualsIfExists": {"s3:prefix": "a"}}, True),
    ("negated", {"StringNotEquals": {"s3:prefix": "a"}}, True),
    ("ForAllValues", {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}, True),
    ("ForAnyValue", {"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}}, False),
]


@pytest.mark.parametrize(
    ("condition", "holds"), [pytest.param(*row[1:], id=row[0]) for row in ABSENT]
)
def test_row_28_keys_that_are_not_there(condition: dict[str, Any], holds: bool) -> None:
    answer = asked({"identity": [policy(Condition=condition)]}, principal=ALICE)
    assert answer["effect"] == ("ALLOW" if holds else "IMPLICIT_DENY")


MANY = [
    ("all of them", "ForAllValues:StringEquals", ["a", "b"], ["a", "b"], True),
    ("all but one", "ForAllValues:StringEquals", ["a"], ["a", "b"], False),
    ("any of them", "ForAnyValue:StringEquals", ["b"], ["a", "b"], True),
    ("none of them", "ForAnyValue:StringEquals", ["c"], ["a", "b"], False),
]


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "holds"), [pytest.param(*row[1:], id=row[0]) for row in MANY]
)
def test_row_28_several_values(
    operator: str, wanted: list[str], given: list[str], holds: bool
) -> None:
    under = policy(Condition={operator: {"aws:TagKeys": wanted}})
    answer = asked({"identity": [under]}, principal=ALICE, context={"aws:TagKeys": given})
    assert answer["effect"] == ("ALLOW" if holds else "IMPLICIT_DENY")


PATTERNS = [
    ("case of an action", "S3:GETOBJECT", "*", True),
    ("a mark for one letter", "s3:Get?bject", "*", True),
    ("a mark for one letter, none there", "s3:GetObject?", "*", False),
    ("a star within", "s3:G*ect", "*", True),
    ("case of a resource", "*", "arn:aws:s3:::BUCKET/*", False),
    ("a resource as it is", "*", "arn:aws:s3:::bucket/*", True),
]
SIGNS = ("a.b-c", "a+b", "(a", "[a]", "$a", "a\\")
LITERAL = [f"arn:aws:s3:::bucket/{each}/key" for each in SIGNS]


@pytest.mark.parametrize(
    ("action", "resource", "holds"), [pytest.param(*row[1:], id=row[0]) for row in PATTERNS]
)
def test_row_29_case_and_wildcards(action: str, resource: str, holds: bool) -> None:
    answer = asked({"identity": [policy(action=action, resource=resource)]}, principal=ALICE)
    assert answer["effect"] == ("ALLOW" if holds else "IMPLICIT_DENY")


@pytest.mark.parametrize("literal", LITERAL)
def test_row_30_signs_of_regular_expressions_are_letters(literal: str) -> None:
    policies = {"identity": [policy(resource=literal)]}
    assert asked(policies, principal=ALICE, resource=literal)["effect"] == "ALLOW"
    for sign in ".+([]$\\":
        if sign in literal:
            other = literal.replace(sign, "x")
            assert asked(policies, principal=ALICE, resource=other)["effect"] == "IMPLICIT_DENY"
    lines = f"{literal}\nx"
    assert asked(policies, principal=ALICE, resource=lines)["effect"] == "IMPLICIT_DENY"


# "The confused deputy problem": a service acts for whom its request names, or not at all.
SOURCE = {
    "ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:topic"},
    "StringEquals": {"aws:SourceAccount": "111122223333"},
}


@pytest.mark.parametrize(
    ("context", "holds"),
    [
        ({}, False),
        ({"aws:SourceAccount": "111122223333"}, False),
        ({"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:topic"}, False),
        ({"aws:SourceAccount": "999988887777",
          "aws:SourceArn": "arn:aws:sns:us-east-1:999988887777:topic"}, False),
        ({"aws:SourceAccount": "111122223333",
          "aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:topic"}, True),
    ],
    ids=["nothing", "account alone", "resource alone", "somebody else's", "both"],
)  # fmt: skip
def test_row_32_a_service_must_say_for_whom(context: dict[str, str], holds: bool) -> None:
    under = policy(
        Principal={"Service": "sns.amazonaws.com"}, Condition=SOURCE, action="sqs:SendMessage"
    )
    answer = asked(
        {"resource": under},
        principal={"type": "Service", "name": "sns.amazonaws.com"},
        action="sqs:SendMessage",
        resource="arn:aws:sqs:us-east-1:111122223333:queue",
        context=context,
    )
    assert (answer["effect"] == "ALLOW") is holds
