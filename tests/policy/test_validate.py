"""The rules of writing a policy, by kind: a row that keeps each rule and one that breaks it."""

from __future__ import annotations

from typing import Any

import pytest

from doorward.policy.conditions.registry import OPERATORS
from doorward.policy.kind import PolicyKind
from doorward.policy.parse import parse_or_raise, parse_policy
from doorward.policy.quotas import SIZE_QUOTAS
from doorward.policy.validate import KIND_RULES, validate

GRAMMAR = "IAM User Guide, Grammar of the IAM JSON policy language"
CHECKS = "IAM User Guide, IAM policy validation check reference"
SCP = "AWS Organizations User Guide, SCP syntax"
RCP = "AWS Organizations User Guide, RCP syntax"

STATEMENT = {"Effect": "Deny", "Action": "s3:GetObject"}
EVERYONE = {"Principal": "*"}
ALL = {"Resource": "*"}
GOOD: dict[PolicyKind, dict[str, Any]] = {
    PolicyKind.IDENTITY: STATEMENT | ALL,
    PolicyKind.TRUST: STATEMENT | EVERYONE,
    PolicyKind.SESSION: STATEMENT | ALL,
    PolicyKind.RESOURCE: STATEMENT | EVERYONE,
    PolicyKind.SERVICE_CONTROL: STATEMENT | ALL,
    PolicyKind.RESOURCE_CONTROL: STATEMENT | EVERYONE | ALL,
    PolicyKind.ENDPOINT: STATEMENT | EVERYONE | ALL,
}


def codes(
    kind: PolicyKind | None, *statements: dict[str, Any], version: str | None = "2012-10-17"
) -> list[str]:
    policy: dict[str, Any] = {} if version is None else {"Version": version}
    document = parse_policy({**policy, "Statement": list(statements)})
    return [problem.code for problem in validate(document, kind)]


@pytest.mark.parametrize("kind", PolicyKind)
def test_a_document_of_each_kind(kind: PolicyKind) -> None:
    assert codes(kind, GOOD[kind]) == []
    assert kind in KIND_RULES


def without(statement: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in statement.items() if key != name}


I, T, S, R = PolicyKind.IDENTITY, PolicyKind.TRUST, PolicyKind.SESSION, PolicyKind.RESOURCE  # noqa: E741
C, D, E = PolicyKind.SERVICE_CONTROL, PolicyKind.RESOURCE_CONTROL, PolicyKind.ENDPOINT


@pytest.mark.parametrize(
    ("kind", "statement", "expected", "source"),
    [
        (I, GOOD[I] | EVERYONE, ["UNSUPPORTED_PRINCIPAL"], GRAMMAR),
        (I, GOOD[I] | {"NotPrincipal": "*"}, ["UNSUPPORTED_PRINCIPAL"], GRAMMAR),
        (I, STATEMENT, ["MISSING_RESOURCE"], CHECKS),
        (S, GOOD[S] | EVERYONE, ["UNSUPPORTED_PRINCIPAL"], GRAMMAR),
        (S, STATEMENT, ["MISSING_RESOURCE"], CHECKS),
        (T, STATEMENT, ["MISSING_PRINCIPAL"], CHECKS),
        (T, GOOD[T] | ALL, ["ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE"], CHECKS),
        (T, GOOD[T] | {"NotResource": "*"}, ["ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE"], CHECKS),
        (
            T,
            STATEMENT | {"NotPrincipal": "*"},
            ["ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL"],
            CHECKS,
        ),
        (R, STATEMENT | ALL, ["MISSING_PRINCIPAL"], GRAMMAR),
        (R, GOOD[R] | ALL, [], GRAMMAR),
        (C, GOOD[C] | EVERYONE, ["SCP_SYNTAX_ERROR_PRINCIPAL"], SCP),
        (C, STATEMENT, ["MISSING_RESOURCE"], SCP),
        (D, GOOD[D] | {"Effect": "Allow"}, ["RCP_SYNTAX_ERROR_ALLOW"], RCP),
        (D, GOOD[D] | {"Action": ["s3:*", "*"]}, ["RCP_SYNTAX_ERROR_ACTION_WILDCARD"], RCP),
        (
            D,
            without(GOOD[D], "Action") | {"NotAction": "s3:*"},
            ["RCP_SYNTAX_ERROR_NOTACTION"],
            RCP,
        ),
        (D, GOOD[D] | {"Principal": {"AWS": "*"}}, ["RCP_SYNTAX_ERROR_PRINCIPAL"], RCP),
        (
            D,
            without(GOOD[D], "Principal") | {"NotPrincipal": "*"},
            ["RCP_SYNTAX_ERROR_PRINCIPAL"],
            RCP,
        ),
        (D, STATEMENT | ALL, ["MISSING_PRINCIPAL"], RCP),
        (E, STATEMENT | ALL, ["MISSING_PRINCIPAL"], "AWS PrivateLink Guide, endpoint policies"),
    ],
)
def test_elements_by_kind(
    kind: PolicyKind, statement: dict[str, Any], expected: list[str], source: str
) -> None:
    assert codes(kind, statement) == expected


@pytest.mark.parametrize(
    ("kind", "version", "expected"),
    [
        (I, None, ["MISSING_VERSION"]),
        (I, "2008-10-17", ["INVALID_VERSION"]),
        (C, None, ["MISSING_VERSION"]),
        (D, "2008-10-17", ["INVALID_VERSION"]),
        (T, None, []),
        (R, "2008-10-17", []),
        (S, None, []),
        (E, None, []),
    ],
)
def test_version(kind: PolicyKind, version: str | None, expected: list[str]) -> None:
    """SCP syntax: "must include a Version element"; IAM: "version 2012-10-17 or greater"."""
    assert codes(kind, GOOD[kind], version=version) == expected


@pytest.mark.parametrize(
    ("sids", "plain", "free"),
    [
        (["One", "Two", "3"], [], []),
        (["", ""], [], []),
        (["with space"], ["UNSUPPORTED_SID"], []),
        (["under_score"], ["UNSUPPORTED_SID"], []),
        (["\u0661"], ["UNSUPPORTED_SID"], []),
        (["a\n"], ["UNSUPPORTED_SID"], []),
        (["One", "Two", "One"], ["UNIQUE_SIDS_REQUIRED"], []),
        (["One", "one"], [], []),
    ],
)
def test_sids(sids: list[str], plain: list[str], free: list[str]) -> None:
    """G3: "basic alphanumeric characters … are the only allowed" in IAM, others may allow more."""
    for kind, rules in KIND_RULES.items():
        expected = plain if rules.plain_sids else free
        assert codes(kind, *(GOOD[kind] | {"Sid": sid} for sid in sids)) == expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", []),
        ("ForAnyValue:StringLikeIfExists", []),
        ("ForAllValues:ArnNotLike", []),
        ("Null", []),
        ("stringEquals", ["INVALID_CONDITION_OPERATOR"]),
        ("StringEqualsIfexists", ["INVALID_CONDITION_OPERATOR"]),
        ("ForSomeValues:StringEquals", ["INVALID_CONDITION_OPERATOR"]),
        ("ForAnyValue:Null", ["INVALID_CONDITION_OPERATOR"]),
        ("IfExists", ["INVALID_CONDITION_OPERATOR"]),
        ("", ["INVALID_CONDITION_OPERATOR"]),
        ("NullIfExists", ["NULL_WITH_IF_EXISTS"]),
        ("ForAllValues:NullIfExists", ["NULL_WITH_IF_EXISTS"]),
    ],
)
def test_condition_operators(operator: str, expected: list[str]) -> None:
    """C2; IAM answers "Invalid Condition type : stringEquals"."""
    statement = STATEMENT | {"Condition": {operator: {"aws:x": "1"}}}
    assert codes(None, statement) == expected


@pytest.mark.parametrize("operator", [operator.name for operator in OPERATORS.values()])
def test_every_operator_of_the_registry_may_be_written(operator: str) -> None:
    assert codes(None, STATEMENT | {"Condition": {operator: {"aws:x": "1"}}}) == []


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", []),
        ({"AWS": "*"}, []),
        ({"AWS": "arn:aws:iam::111122223333:role/App"}, []),
        ({"AWS": "arn:aws:iam::111122223333:role/*"}, ["UNSUPPORTED_WILDCARD_IN_PRINCIPAL"]),
        ({"AWS": "arn:aws:iam::111122223333:user/?"}, ["UNSUPPORTED_WILDCARD_IN_PRINCIPAL"]),
        ({"Service": "*"}, ["UNSUPPORTED_WILDCARD_IN_PRINCIPAL"]),
        ({"AWS": "arn:aws:iam::111122223333:group/G"}, ["INVALID_PRINCIPAL"]),
    ],
)
def test_principals(principal: object, expected: list[str]) -> None:
    """G5: no wildcard for part of a principal; a group is none."""
    assert codes(None, STATEMENT | {"Principal": principal}) == expected


@pytest.mark.parametrize("kind", PolicyKind)
def test_sizes(kind: PolicyKind) -> None:
    """G4: at the quota, one over, and whether white space counts."""
    quota = SIZE_QUOTAS.get(kind)
    base = parse_policy({"Version": "2012-10-17", "Statement": GOOD[kind]}).source
    if quota is None:
        assert kind is PolicyKind.RESOURCE
        return
    exact = base[:-1] + ',"Id":"' + "x" * (quota.characters - len(base) - len(',"Id":""')) + '"}'
    assert len(exact) == quota.characters
    over = exact.replace("xx", "xxx", 1)
    assert [p.code for p in validate(parse_or_raise(exact), kind)] == []
    assert [p.code for p in validate(parse_or_raise(over), kind)] == [quota.code]
    spaced = parse_or_raise(exact + " \n\t")
    assert [p.code for p in validate(spaced, kind)] == [quota.code] * quota.white_space_counts


def test_problems_say_where() -> None:
    text = """{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*",
    "Condition": {"StringIs": {"aws:x": "y"}}}]
}"""
    (problem,) = validate(parse_or_raise(text), PolicyKind.IDENTITY)
    assert problem.pointer == "/Statement/0/Condition/StringIs"
    assert (problem.line, problem.column) == (4, 19)
    assert problem.span is not None
    assert text[problem.span.start : problem.span.end] == '"StringIs"'
