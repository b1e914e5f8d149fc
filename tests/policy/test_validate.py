"""Validation as a whole: kinds, severities, sizes, places (the rules: ``test_validate_rules``)."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.policy.conditions.registry import OPERATORS
from doorward.policy.document import Span
from doorward.policy.kind import PolicyKind
from doorward.policy.parse import parse, parse_or_raise, parse_policy
from doorward.policy.problem import Severity
from doorward.policy.quotas import INLINE_QUOTAS, RESOURCE_QUOTAS, SIZE_QUOTAS
from doorward.policy.validate import validate
from doorward.policy.validation.federation import github_beyond_a_branch
from doorward.policy.validation.registry import READING, RULES
from doorward.policy.validation.rule import EVERY_KIND, Rule
from tests.cpu import cpu_of
from tests.policy.document_strategies import WRITTEN
from tests.policy.test_parse_laws import check_problems
from tests.policy.written import GOOD, Json, codes, document, problems


@pytest.mark.parametrize("kind", PolicyKind)
def test_of_a_good_document_there_is_nothing_to_say(kind: PolicyKind) -> None:
    assert codes(kind, {}) == []
    assert codes(kind, [{"Sid": "One"}, {"Sid": "Two", "Effect": "Deny", "Action": "a:b"}]) == []


@pytest.mark.parametrize("operator", [operator.name for operator in OPERATORS.values()])
def test_every_operator_of_the_registry_may_be_written(operator: str) -> None:
    found = validate(
        parse_policy(
            {"Statement": {**GOOD[PolicyKind.RESOURCE]} | {"Condition": {operator: {"a:b": []}}}}
        )
    )
    assert [problem.code for problem in found] == ["EMPTY_ARRAY_CONDITION"]


def test_without_a_kind_only_what_holds_for_all_of_them_is_checked() -> None:
    statement: Json = {"Effect": "Deny", "Action": "s3:*", "Condition": {"StringIs": {"x": "y"}}}
    found = validate(parse_policy({"Statement": statement}))
    assert [problem.code for problem in found] == [
        "INVALID_CONDITION_OPERATOR",
        "INVALID_CONDITION_KEY_FORMAT",
    ]
    assert all(problem.refused for problem in found)


# ------------------------------------------------------------------ severities

ONLY_RCP = frozenset({PolicyKind.RESOURCE_CONTROL})
GITHUB = "token.actions.githubusercontent.com"
AWS_TYPES = {
    # IAM User Guide, "IAM policy validation check reference": one of each type.
    "INVALID_ARN_ACCOUNT": Severity.ERROR,
    "PASS_ROLE_WITH_STAR_IN_RESOURCE": Severity.SECURITY_WARNING,
    "TYPE_MISMATCH_NUMBER": Severity.WARNING,
    "REDUNDANT_ACTION": Severity.SUGGESTION,
}


@pytest.mark.parametrize(("code", "severity"), AWS_TYPES.items())
def test_severities_are_the_types_of_aws(code: str, severity: Severity) -> None:
    assert {rule.severity for rule in RULES if rule.code == code} == {severity}


def test_only_errors_are_refused_and_a_refusal_is_an_error() -> None:
    """IAM refuses a policy without Version, of which Access Analyzer only warns."""
    bare: Json = {"Statement": GOOD[PolicyKind.IDENTITY]}
    (refused,) = problems(PolicyKind.IDENTITY, bare)
    assert (refused.code, refused.severity, refused.refused) == (
        "MISSING_VERSION",
        Severity.ERROR,
        True,
    )
    (warned,) = problems(PolicyKind.SESSION, bare)
    assert (warned.code, warned.severity, warned.refused) == (
        "MISSING_VERSION",
        Severity.WARNING,
        False,
    )


def test_what_an_rcp_cannot_have_is_refused() -> None:
    """AWS Organizations User Guide, "RCP syntax": elements and values that are not supported."""
    syntax = [rule for rule in RULES if rule.code.startswith("RCP_SYNTAX_ERROR")]
    assert len(syntax) == 4
    for rule in syntax:
        assert (rule.kinds, rule.refused) == (ONLY_RCP, ONLY_RCP), rule.code


def test_a_service_is_restricted_to_a_source_where_a_resource_lets_it_in() -> None:
    """A role's trust policy is no resource policy in this sense: the check is not about it."""
    (rule,) = (one for one in RULES if one.code == "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL")
    assert rule.kinds == {PolicyKind.RESOURCE}


@pytest.mark.parametrize("operator", ["StringEquals", "StringLike", "StringEqualsIgnoreCase"])
@pytest.mark.parametrize(("branch", "found"), [("ref:refs/heads/main", 0), ("*", 1)])
def test_one_branch_is_named_by_whatever_operator(operator: str, branch: str, found: int) -> None:
    trust: Json = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {operator: {f"{GITHUB}:sub": f"repo:acme/app:{branch}"}},
    }
    beyond = [rule.code for rule in RULES if rule.check is github_beyond_a_branch]
    assert [code for code in codes(PolicyKind.TRUST, trust) if code in beyond] == beyond * found


def test_what_roles_anywhere_needs_is_not_asked_of_other_services() -> None:
    ec2: Json = {"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    assert codes(PolicyKind.TRUST, ec2 | {"Effect": "Allow"}) == []


def test_what_aws_stores_is_not_refused_for_an_error_of_access_analyzer() -> None:
    private: Json = {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
    (found,) = problems(PolicyKind.IDENTITY, private)
    assert (found.severity, found.refused) == (Severity.ERROR, False)


def test_every_rule_says_what_it_is_and_where_it_holds() -> None:
    for rule in RULES:
        assert rule.what.endswith("."), rule.code
        assert rule.kinds
        assert rule.refused <= rule.kinds
    assert len({(rule.code, kind) for rule in RULES for kind in rule.kinds}) == sum(
        len(rule.kinds) for rule in RULES
    )
    assert not READING.keys() & {rule.code for rule in RULES} - {"INVALID_VERSION"}


def test_a_ceiling_grants_nothing() -> None:
    """Permissions to pass roles are looked for where they are granted."""
    everything: Json = {"Effect": "Allow", "Action": "*"}
    for kind in (
        PolicyKind.BOUNDARY,
        PolicyKind.SESSION,
        PolicyKind.SERVICE_CONTROL,
        PolicyKind.RESOURCE,
    ):
        assert codes(kind, everything) == []
    assert len(codes(PolicyKind.IDENTITY, everything)) == 2


# ----------------------------------------------------------------------- sizes


@pytest.mark.parametrize("kind", SIZE_QUOTAS)
def test_sizes(kind: PolicyKind) -> None:
    """G4: at the quota, one over, and whether white space counts."""
    quota = SIZE_QUOTAS[kind]
    base = parse_policy({"Version": "2012-10-17", "Statement": GOOD[kind]}).source
    exact = base[:-1] + ',"Id":"' + "x" * (quota.characters - len(base) - len(',"Id":""')) + '"}'
    assert len(exact) == quota.characters
    over = exact.replace("xx", "xxx", 1)
    assert [p.code for p in validate(parse_or_raise(exact), kind)] == []
    (problem,) = validate(parse_or_raise(over), kind)
    assert (problem.code, problem.refused) == (quota.code, True)
    spaced = parse_or_raise(exact + " \n\t")
    assert [p.code for p in validate(spaced, kind)] == [quota.code] * quota.white_space_counts


def test_the_quotas_are_those_of_aws() -> None:
    """IAM User Guide, "IAM and AWS STS quotas"; AWS's announcement of 15 May 2026 (SCPs)."""
    assert {kind.value: quota.characters for kind, quota in SIZE_QUOTAS.items()} == {
        "identity": 6_144,
        "permissionsBoundary": 6_144,
        "trust": 2_048,
        "session": 2_048,
        "serviceControl": 10_240,
        "resourceControl": 5_120,
        "endpoint": 20_480,
    }
    assert INLINE_QUOTAS == {"User": 2_048, "Group": 5_120, "Role": 10_240}
    assert set(PolicyKind) - SIZE_QUOTAS.keys() == {PolicyKind.RESOURCE}


@pytest.mark.parametrize("service", RESOURCE_QUOTAS)
def test_sizes_of_resource_policies_are_the_services_own(service: str) -> None:
    """Counted in bytes, of which this letter has two."""
    long = document(PolicyKind.RESOURCE, {"Sid": "é" * (RESOURCE_QUOTAS[service] // 2)})
    (problem,) = problems(PolicyKind.RESOURCE, long, service=service)
    assert problem.code == "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"
    assert problem.refused
    for another in ("ec2", None):
        assert problems(PolicyKind.RESOURCE, long, service=another) == ()
    assert problems(PolicyKind.RESOURCE, {}, service=service) == ()


# ---------------------------------------------------------------------- places


def test_problems_say_where() -> None:
    text = """{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*", "Sid": "a b",
    "Condition": {"StringIs": {"aws:x": "y"}}}]
}"""
    sid, operator = validate(parse_or_raise(text), PolicyKind.IDENTITY)
    assert sid.pointer == "/Statement/0/Sid"
    assert (sid.line, sid.column) == (3, 75)
    assert operator.pointer == "/Statement/0/Condition/StringIs"
    assert (operator.line, operator.column) == (4, 19)
    assert operator.span is not None
    assert text[operator.span.start : operator.span.end] == '"StringIs"'


def test_problems_come_in_the_order_of_the_text() -> None:
    statement = {"Condition": {"Is": {"a:b": "*"}}, "Action": "*:a", "Sid": "1 2", "Resource": "x"}
    found = problems(PolicyKind.IDENTITY, statement)
    places = [problem.span.start for problem in found if problem.span]
    assert places == sorted(places)
    assert len(places) == len(found) == 4


def test_a_document_without_its_text_is_validated_all_the_same() -> None:
    made = parse_policy({"Statement": GOOD[PolicyKind.IDENTITY] | {"Sid": "a b"}})
    bare = msgspec.structs.replace(made, source="")
    found = validate(bare, PolicyKind.IDENTITY)
    assert sorted(problem.code for problem in found) == ["MISSING_VERSION", "UNSUPPORTED_SID"]
    assert {problem.span for problem in found} == {Span(0, 0)}


def resolves(text: str, pointer: str) -> bool:
    """Whether a pointer leads to something in the JSON text."""
    node = json.loads(text)
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        try:
            node = node[int(name)] if isinstance(node, list) else node[name]
        except (LookupError, ValueError):
            return False
    return True


@given(WRITTEN, st.sampled_from([None, *PolicyKind]))
def test_whatever_parses_is_validated_and_every_problem_has_its_place(
    text: str, kind: PolicyKind | None
) -> None:
    parsed, _ = parse(text)
    assert parsed is not None
    found = validate(parsed, kind, service="s3")
    check_problems(text, found)
    for problem in found:
        assert resolves(text, problem.pointer), problem
        assert problem.severity is Severity.ERROR or not problem.refused


# ---------------------------------------------------------------------- bounds


def test_remarks_never_crowd_out_what_is_refused() -> None:
    """2,000 redundant actions before a condition operator that there is not."""
    statement: Json = {"Action": ["s3:a"] * 2000, "Condition": {"Is": {"a:b": "c"}}}
    found = problems(PolicyKind.RESOURCE, statement)
    assert [problem.code for problem in found if problem.refused] == ["INVALID_CONDITION_OPERATOR"]
    remarks = [problem for problem in found if not problem.refused]
    assert len(remarks) == 1000
    assert {problem.code for problem in remarks} == {"REDUNDANT_ACTION", "TOO_MANY_PROBLEMS"}


def test_a_search_that_was_not_finished_says_so() -> None:
    many = [f"a:*{number:04}" for number in range(1000)]
    found = problems(PolicyKind.RESOURCE, {"Action": many})
    assert [problem.code for problem in found] == ["REDUNDANCY_CHECK_INCOMPLETE"]
    few = [f"a:*{number:04}" for number in range(100)]
    assert codes(PolicyKind.RESOURCE, {"Action": few}) == []
    statements = [{"Action": f"a:{number}"} for number in range(400)]
    assert codes(PolicyKind.RESOURCE, statements) == ["REDUNDANCY_CHECK_INCOMPLETE"]


def filled(head: str, unit: str, tail: str) -> str:
    """A text as long as any that is read: ``unit``, counted on, as often as there is room."""
    parts: list[str] = []
    size = 131_000 - len(head) - len(tail)
    while size > 0:
        parts.append(unit.replace("#", str(len(parts))))
        size -= len(parts[-1]) + 1
    return head + ",".join(parts[:-1]) + tail


_OPEN = '{"Statement":{"Effect":"Allow","Principal":"*","Action":'
ADVERSARIES = {
    "actions": filled(_OPEN + "[", '"a:*#"', "]}}"),
    "services": filled(_OPEN + "[", '"i*#"', "]}}"),
    "resources": filled(_OPEN + '"*","Resource":[', '"arn:::::*#"', "]}}"),
    "variables": filled(_OPEN + '"*","Resource":[', '"arn:::::${a}#"', "]}}"),
    "open variables": filled(_OPEN + '"*","Resource":["', "${'#", '"]}}'),
    "values": filled(
        _OPEN + '"*","Condition":{"IpAddress":{"aws:SourceIp":[', '"10.#/8"', "]}}}}"
    ),
    "keys": filled(_OPEN + '"*","Condition":{"Bool":{', '"a#:ResourceTag":"*"', "}}}}"),
    "statements": filled('{"Statement":[', '{"Effect":"Deny","Action":"*#"}', "]}"),
    "providers": filled(
        '{"Statement":{"Effect":"Allow","Action":"a:b","Principal":{"Federated":[', '"a.#"', "]}}}"
    ),
    "two long patterns": f'{_OPEN}["*{"a?" * 30_000}b*:x","*{"a" * 60_000}:y"]}}}}',
}


@pytest.mark.parametrize("text", ADVERSARIES.values(), ids=ADVERSARIES)
def test_the_worst_documents_take_no_longer_than_a_moment(text: str) -> None:
    """As large as AWS's APIs take; about half a second on an ordinary machine."""
    parsed = parse_or_raise(text)
    kinds = PolicyKind.IDENTITY, PolicyKind.TRUST
    assert cpu_of(lambda: [validate(parsed, kind) for kind in kinds]) < 5


def test_a_rule_for_every_kind_holds_without_one() -> None:
    rule = next(rule for rule in RULES if rule.code == "INVALID_CONDITION_OPERATOR")
    assert (rule.applies(None), rule.refuses(None)) == (True, True)
    narrower = Rule(rule.code, rule.severity, rule.check, EVERY_KIND - {PolicyKind.TRUST})
    assert (narrower.applies(None), narrower.refuses(None)) == (False, False)
