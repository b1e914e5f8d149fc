"""Every rule of writing: a document that breaks it, where, and one that keeps it.

``CHECKS`` is AWS's own description of the check; other sources are named in the row.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from doorward.policy.kind import PolicyKind
from doorward.policy.validation.registry import RULES
from tests.policy.written import Json, document, problems

I, B, T, S, R = (  # noqa: E741 — one letter for each kind
    PolicyKind.IDENTITY,
    PolicyKind.BOUNDARY,
    PolicyKind.TRUST,
    PolicyKind.SESSION,
    PolicyKind.RESOURCE,
)
C, D, E = PolicyKind.SERVICE_CONTROL, PolicyKind.RESOURCE_CONTROL, PolicyKind.ENDPOINT

CHECKS = "IAM User Guide, IAM policy validation check reference"
GRAMMAR = "IAM User Guide, Grammar of the IAM JSON policy language"
PRINCIPAL = "IAM User Guide, AWS JSON policy elements: Principal"
VARIABLES = "IAM User Guide, IAM policy elements: Variables and tags"
SCP = "AWS Organizations User Guide, SCP syntax"
RCP = "AWS Organizations User Guide, RCP syntax"
ENDPOINTS = "AWS PrivateLink Guide, endpoint policies"
SEEN = "reports of Access Analyzer in public repositories"
RECORDED = "IAM's answers to writes, recorded in public issue trackers"
OURS = "ours"

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/App"
OIDC = f"arn:aws:iam::{ACCOUNT}:oidc-provider/"
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/Corp"
GITHUB = "token.actions.githubusercontent.com"


class Row(NamedTuple):
    """A rule, and overlays over a good statement (or whole documents) that break and keep it."""

    code: str
    kind: PolicyKind
    broken: Any
    at: str
    kept: Any
    source: str


def if_(operator: str, key: str, *values: Any) -> Json:
    return {"Condition": {operator: {key: list(values)}}}


def whole(version: str | None = "2012-10-17", **statement: Any) -> Json:
    stated = {} if version is None else {"Version": version}
    return stated | {"Statement": {"Effect": "Deny", "Action": "s3:GetObject"} | statement}


def allow(action: Any, **elements: Any) -> Json:
    return {"Effect": "Allow", "Action": action, **elements}


def web_identity(provider: str, *conditions: tuple[str, str, str]) -> Json:
    """Trust in an OIDC provider, under conditions: operator, key, value."""
    block: dict[str, dict[str, str]] = {}
    for operator, key, value in conditions:
        block.setdefault(operator, {})[key] = value
    trusted = allow("sts:AssumeRoleWithWebIdentity", Principal={"Federated": provider})
    return trusted | ({"Condition": block} if block else {})


def github(*conditions: tuple[str, str, str]) -> Json:
    return web_identity(f"{OIDC}{GITHUB}", *conditions)


DOCUMENT = [
    Row("MISSING_VERSION", I, whole(None, Resource="*"), "", {}, RECORDED),
    Row("MISSING_VERSION", B, whole(None, Resource="*"), "", {}, RECORDED),
    Row("MISSING_VERSION", C, whole(None, Resource="*"), "", {}, SCP),
    Row("MISSING_VERSION", D, whole(None, Resource="*", Principal="*"), "", {}, RCP),
    Row("MISSING_VERSION", T, whole(None, Principal="*"), "", {}, CHECKS),
    Row("MISSING_VERSION", R, whole(None, Principal="*"), "", {}, CHECKS),
    Row("INVALID_VERSION", I, whole("2008-10-17", Resource="*"), "/Version", {}, RECORDED),
    Row(
        "INVALID_VERSION",
        D,
        whole("2008-10-17", Resource="*", Principal="*"),
        "/Version",
        whole("2012-10-17", Resource="*", Principal="*"),
        RCP,
    ),
    Row("UNSUPPORTED_SID", I, {"Sid": "a b"}, "/Statement/0/Sid", {"Sid": "aB3"}, CHECKS),
    Row("UNSUPPORTED_SID", C, {"Sid": "a_b"}, "/Statement/0/Sid", {}, CHECKS),
    Row("UNSUPPORTED_SID", T, {"Sid": "\u0661"}, "/Statement/0/Sid", {"Sid": "1"}, CHECKS),
    Row("UNSUPPORTED_SID", S, {"Sid": "a\n"}, "/Statement/0/Sid", {"Sid": ""}, CHECKS),
    Row("EMPTY_SID_VALUE", R, {"Sid": ""}, "/Statement/0/Sid", {"Sid": "a b"}, CHECKS),
    Row(
        "UNIQUE_SIDS_REQUIRED",
        I,
        [{"Sid": "a"}, {"Sid": "b"}, {"Sid": "a"}],
        "/Statement/2/Sid",
        [{"Sid": "a"}, {"Sid": "A"}, {"Sid": ""}, {"Sid": ""}, {}, {}],
        CHECKS,
    ),
    Row(
        "UNIQUE_SIDS_RECOMMENDED",
        R,
        [{"Sid": "a b"}, {"Sid": "a b"}],
        "/Statement/1/Sid",
        [{"Sid": "a b"}, {"Sid": "a c"}],
        CHECKS,
    ),
]

ELEMENTS = [
    Row("MISSING_PRINCIPAL", T, {"Principal": None}, "/Statement/0", {}, CHECKS),
    Row("MISSING_PRINCIPAL", R, {"Principal": None}, "/Statement/0", {}, CHECKS),
    Row("MISSING_PRINCIPAL", D, {"Principal": None}, "/Statement/0", {}, RCP),
    Row("MISSING_PRINCIPAL", E, {"Principal": None}, "/Statement/0", {}, ENDPOINTS),
    Row("UNSUPPORTED_PRINCIPAL", I, {"Principal": "*"}, "/Statement/0/Principal", {}, GRAMMAR),
    Row("UNSUPPORTED_PRINCIPAL", B, {"Principal": "*"}, "/Statement/0/Principal", {}, GRAMMAR),
    Row(
        "UNSUPPORTED_PRINCIPAL", S, {"NotPrincipal": "*"}, "/Statement/0/NotPrincipal", {}, GRAMMAR
    ),
    Row("SCP_SYNTAX_ERROR_PRINCIPAL", C, {"Principal": "*"}, "/Statement/0/Principal", {}, CHECKS),
    Row("MISSING_RESOURCE", I, {"Resource": None}, "/Statement/0", {}, CHECKS),
    Row("MISSING_RESOURCE", S, {"Resource": None}, "/Statement/0", {"Resource": "*"}, CHECKS),
    Row("MISSING_RESOURCE", C, {"Resource": None}, "/Statement/0", {}, SCP),
    Row(
        "MISSING_RESOURCE",
        E,
        {"Resource": None},
        "/Statement/0",
        {"Resource": None, "NotResource": "*"},
        ENDPOINTS,
    ),
    Row(
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
        T,
        {"Resource": "*"},
        "/Statement/0/Resource",
        {},
        CHECKS,
    ),
    Row(
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
        T,
        {"NotResource": "*"},
        "/Statement/0/NotResource",
        {},
        CHECKS,
    ),
    Row(
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
        T,
        {"Principal": None, "NotPrincipal": "*"},
        "/Statement/0/NotPrincipal",
        {},
        CHECKS,
    ),
    Row("RCP_SYNTAX_ERROR_ALLOW", D, {"Effect": "Allow"}, "/Statement/0/Effect", {}, RCP),
    Row(
        "RCP_SYNTAX_ERROR_NOTACTION",
        D,
        {"Action": None, "NotAction": "s3:*"},
        "/Statement/0/NotAction",
        {},
        RCP,
    ),
    Row(
        "RCP_SYNTAX_ERROR_ACTION_WILDCARD",
        D,
        {"Action": ["s3:*", "*"]},
        "/Statement/0/Action/1",
        {"Action": "s3:*"},
        RCP,
    ),
    Row(
        "RCP_SYNTAX_ERROR_PRINCIPAL",
        D,
        {"Principal": {"AWS": "*"}},
        "/Statement/0/Principal",
        {},
        RCP,
    ),
    Row(
        "RCP_SYNTAX_ERROR_PRINCIPAL",
        D,
        {"Principal": None, "NotPrincipal": "*"},
        "/Statement/0/NotPrincipal",
        {},
        RCP,
    ),
]

_AWS = "/Statement/0/Principal/AWS"
_SERVICE = "/Statement/0/Principal/Service"
_FEDERATED = "/Statement/0/Principal/Federated"

PRINCIPALS = [
    Row(
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        R,
        {"Principal": {"AWS": ["*", f"arn:aws:iam::{ACCOUNT}:role/*"]}},
        f"{_AWS}/1",
        {"Principal": {"AWS": "*"}},
        PRINCIPAL,
    ),
    Row(
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        E,
        {"Principal": {"Service": "*"}},
        _SERVICE,
        {},
        PRINCIPAL,
    ),
    Row(
        "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        T,
        {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/?"}},
        _AWS,
        {"Principal": {"AWS": "*"}},
        CHECKS,
    ),
    Row(
        "INVALID_PRINCIPAL",
        T,
        {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:group/G"}},
        _AWS,
        {"Principal": {"AWS": ROLE}},
        PRINCIPAL,
    ),
    Row(
        "INVALID_ROLE_REFERENCE",
        R,
        {"Principal": {"AWS": "AROADBQP57FF2AEXAMPLE"}},
        _AWS,
        {"Principal": {"AWS": "AIDACKCEVSQ6C2EXAMPLE"}},
        CHECKS,
    ),
    Row(
        "INVALID_USER_REFERENCE",
        T,
        {"Principal": {"AWS": ["*", "AIDACKCEVSQ6C2EXAMPLE"]}},
        f"{_AWS}/1",
        {"Principal": {"AWS": "AROADBQP57FF2AEXAMPLE"}},
        CHECKS,
    ),
    Row(
        "ALLOW_WITH_NOT_PRINCIPAL",
        R,
        {"Effect": "Allow", "Principal": None, "NotPrincipal": {"AWS": ACCOUNT}},
        "/Statement/0/NotPrincipal",
        {"Principal": None, "NotPrincipal": {"AWS": ACCOUNT}},
        CHECKS,
    ),
    Row(
        "FEDERATED_PRINCIPAL_NOT_SUPPORTED",
        R,
        {"Principal": {"Federated": "cognito-identity.amazonaws.com"}},
        _FEDERATED,
        {"Principal": {"AWS": ROLE}},
        CHECKS,
    ),
]

_ASSUME = {"Action": "sts:AssumeRole"}

TRUST = [
    Row(
        "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
        T,
        {"Principal": {"Federated": ["accounts.google.com", "not a domain"]}},
        f"{_FEDERATED}/1",
        {"Principal": {"Federated": ["accounts.google.com", SAML, f"{OIDC}a.b/c"]}},
        CHECKS,
    ),
    Row(
        "MISMATCHED_ACTION_FOR_PRINCIPAL",
        T,
        _ASSUME | {"Principal": {"Federated": "cognito-identity.amazonaws.com"}},
        "/Statement/0/Action",
        {"Action": "sts:AssumeRoleWithWebIdentity"}
        | {"Principal": {"Federated": "cognito-identity.amazonaws.com"}},
        SEEN,
    ),
    Row(
        "MISMATCHED_ACTION_FOR_PRINCIPAL",
        T,
        {"Action": ["sts:TagSession", "STS:assumeRoleWithSaml"]}
        | {"Principal": {"Federated": f"{OIDC}a.b"}},
        "/Statement/0/Action/1",
        {"Action": ["sts:AssumeRoleWithSAML"], "Principal": {"Federated": SAML}},
        CHECKS,
    ),
    Row(
        "MISMATCHED_ACTION_FOR_PRINCIPAL",
        T,
        {"Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"AWS": ROLE}},
        "/Statement/0/Action",
        {"Action": ["sts:AssumeRole", "sts:AssumeRoleWithSAML"]}
        | {"Principal": {"AWS": ROLE, "Federated": SAML}},
        CHECKS,
    ),
    Row(
        "MISMATCHED_ACTION_FOR_PRINCIPAL",
        T,
        {"Action": "sts:AssumeRoleWithSAML", "Principal": {"Service": "ec2.amazonaws.com"}},
        "/Statement/0/Action",
        {"Action": "sts:AssumeRoleWithSAML", "Principal": "*"},
        CHECKS,
    ),
    Row(
        "MISMATCHED_ACTION_FOR_PRINCIPAL",
        T,
        _ASSUME | {"Principal": {"Federated": SAML}},
        "/Statement/0/Action",
        {"Action": None, "NotAction": "sts:AssumeRole", "Principal": {"Federated": SAML}},
        CHECKS,
    ),
    Row(
        "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",
        T,
        allow(
            ["sts:AssumeRole", "sts:TagSession"],
            Principal={"Service": "rolesanywhere.amazonaws.com"},
        ),
        "/Statement/0/Action",
        allow(
            ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
            Principal={"Service": "rolesanywhere.amazonaws.com"},
        ),
        CHECKS,
    ),
    Row(
        "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",
        T,
        {"Effect": "Allow", "Action": None, "NotAction": "sts:Tag*"}
        | {"Principal": {"Service": ["ec2.amazonaws.com", "rolesanywhere.amazonaws.com"]}},
        "/Statement/0/NotAction",
        [
            allow("sts:Assume*", Principal={"Service": "rolesanywhere.amazonaws.com"}),
            allow("sts:TagSession", Principal={"Service": "rolesanywhere.amazonaws.com"}),
            allow("sts:Set*", Principal={"Service": "rolesanywhere.amazonaws.com"}),
        ],
        CHECKS,
    ),
    Row(
        "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",
        T,
        {"Principal": {"AWS": [f"arn:aws:sts::{ACCOUNT}:assumed-role/App/one", ROLE]}},
        f"{_AWS}/0",
        {"Principal": {"AWS": [f"arn:aws:sts::{ACCOUNT}:assumed-role/Other/one", ROLE, "1"]}},
        CHECKS,
    ),
]

_FROM_GITHUB = ("StringEquals", f"{GITHUB}:aud", "sts.amazonaws.com")
_OF_MAIN = ("StringEquals", f"{GITHUB}:sub", "repo:acme/app:ref:refs/heads/main")
_SUB = f"/Statement/0/Condition/StringEquals/{GITHUB}:sub"

FEDERATION = [
    Row(
        "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
        T,
        web_identity(f"{OIDC}oidc.example.com/id/X", ("StringEquals", "aws:SourceIp", "1.2.3.4")),
        _FEDERATED,
        web_identity(
            f"{OIDC}oidc.example.com/id/X", ("StringLike", "OIDC.example.com/id/x:sub", "a*")
        ),
        CHECKS,
    ),
    Row(
        "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
        T,
        web_identity("accounts.google.com"),
        _FEDERATED,
        web_identity("accounts.google.com") | {"Effect": "Deny"},
        CHECKS,
    ),
    Row(
        "MISSING_GITHUB_REPO_CONDITION_KEY",
        T,
        github(_FROM_GITHUB),
        _FEDERATED,
        github(_OF_MAIN),
        CHECKS,
    ),
    Row(
        "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
        T,
        github(("StringLike", f"{GITHUB}:sub", "repo:acme/*")),
        f"/Statement/0/Condition/StringLike/{GITHUB}:sub",
        github(_OF_MAIN),
        CHECKS,
    ),
    Row(
        "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
        T,
        github(("StringEquals", f"{GITHUB}:sub", "repo:acme/app:environment:production")),
        _SUB,
        github(_OF_MAIN) | {"Effect": "Deny"},
        SEEN,
    ),
    Row(
        "CONFIRM_AUDIENCE_CLAIM_TYPE",
        T,
        github(_FROM_GITHUB, _OF_MAIN),
        f"/Statement/0/Condition/StringEquals/{GITHUB}:aud",
        github(_OF_MAIN),
        SEEN,
    ),
]

_TOPIC = {"Principal": {"Service": "sns.amazonaws.com"}, "Effect": "Allow"}

SERVICES = [
    Row(
        "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        R,
        _TOPIC,
        _SERVICE,
        _TOPIC | if_("StringEquals", "AWS:SourceAccount", ACCOUNT),
        CHECKS,
    ),
    Row(
        "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        R,
        _TOPIC | if_("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control"),
        _SERVICE,
        _TOPIC | {"Effect": "Deny"},
        CHECKS,
    ),
    Row(
        "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        R,
        _TOPIC | if_("StringEquals", "aws:Referer", ACCOUNT),
        _SERVICE,
        _TOPIC | if_("ArnLike", "aws:SourceArn", ROLE),
        CHECKS,
    ),
    Row(
        "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        R,
        _TOPIC | if_("StringEquals", "aws:PrincipalOrgID", "o-1"),
        "/Statement/0/Condition/StringEquals/aws:PrincipalOrgID",
        _TOPIC | if_("StringEqualsIfExists", "aws:PrincipalOrgID", "o-1"),
        CHECKS,
    ),
    Row(
        "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        T,
        _TOPIC | if_("StringLike", "aws:PrincipalTag/team", "red"),
        "/Statement/0/Condition/StringLike/aws:PrincipalTag~1team",
        {"Principal": {"Service": "sns.amazonaws.com", "AWS": ROLE}}
        | if_("StringLike", "aws:PrincipalTag/team", "red"),
        CHECKS,
    ),
]

_RESOURCE = "/Statement/0/Resource"

ACTIONS_AND_RESOURCES = [
    Row(
        "WILDCARD_IN_SERVICE_NAME",
        I,
        {"Action": ["*", "*code*:List*"]},
        "/Statement/0/Action/1",
        {"Action": ["*", "codebuild:*"]},
        CHECKS,
    ),
    Row(
        "WILDCARD_IN_SERVICE_NAME",
        I,
        {"Resource": "arn:aws:*code*::111122223333:*"},
        _RESOURCE,
        {"Resource": "arn:*:s3:*:*:*"},
        CHECKS,
    ),
    Row("INVALID_ARN_PREFIX", I, {"Resource": "bucket"}, _RESOURCE, {"Resource": "*"}, CHECKS),
    Row("INVALID_ARN_PREFIX", R, {"Resource": "*:aws:s3:::b"}, _RESOURCE, {}, CHECKS),
    Row(
        "INVALID_ARN_PREFIX",
        C,
        {"NotResource": "**", "Resource": None},
        "/Statement/0/NotResource",
        {"Resource": "arn:*"},
        CHECKS,
    ),
    Row(
        "MISSING_ARN_FIELD",
        I,
        {"Resource": ["*", "arn:aws:s3:bucket"]},
        f"{_RESOURCE}/1",
        {"Resource": ["arn:aws:s3:::bucket", "bucket"]},
        CHECKS,
    ),
    Row(
        "MISSING_ARN_FIELD",
        I,
        {"Resource": "arn:aws:sns:${aws:RequestedRegion}:topic"},
        _RESOURCE,
        {"Resource": "arn:aws:s3:::${aws:username}"},
        CHECKS,
    ),
    Row(
        "INVALID_ARN_ACCOUNT",
        I,
        {"Resource": "arn:aws:iam::1111:role/a"},
        _RESOURCE,
        {"Resource": [f"arn:aws:iam::{ACCOUNT}:role/a", "arn:aws:iam::aws:policy/a"]},
        CHECKS,
    ),
    Row(
        "INVALID_ARN_ACCOUNT",
        R,
        {"Resource": "arn:aws:iam::ACCOUNT:role/a"},
        _RESOURCE,
        {"Resource": ["arn:aws:iam::1*:role/a", "arn:aws:iam::${aws:PrincipalAccount}:role/a"]},
        CHECKS,
    ),
    Row(
        "INVALID_ARN_SERVICE_CASE",
        I,
        {"Resource": "arn:aws:S3:::b"},
        _RESOURCE,
        {"Resource": ["arn:aws:s3:::B", "arn:aws:S3", "arn:aws:S*:::b"]},
        CHECKS,
    ),
]

_VALUE = "/Statement/0/Condition/StringEquals/aws:x/0"


def value(text: str) -> Json:
    return if_("StringEquals", "aws:x", text)


VARIABLE = [
    Row(
        "MISSING_BRACE_IN_VARIABLE",
        I,
        {"Resource": "arn:aws:s3:::${aws:username"},
        _RESOURCE,
        {"Resource": ["arn:aws:s3:::${aws:username}/$${aws:userid}{", "arn:aws:s3:::$"]},
        CHECKS,
    ),
    Row("MISSING_BRACE_IN_VARIABLE", I, value("${aws:a${aws:b}"), _VALUE, value("a}b{"), CHECKS),
    Row(
        "MISSING_QUOTE_IN_VARIABLE",
        I,
        value("${aws:userid, 'anonymous}"),
        _VALUE,
        value("${aws:userid, 'anonymous'}"),
        CHECKS,
    ),
    Row(
        "MISSING_QUOTE_IN_VARIABLE",
        I,
        value("${aws:userid, anonymous}"),
        _VALUE,
        value("${*}"),
        CHECKS,
    ),
    Row(
        "MISSING_QUOTE_IN_VARIABLE",
        I,
        value("${aws:userid,'a'}"),
        _VALUE,
        value("${$}"),
        VARIABLES,
    ),
    Row(
        "UNSUPPORTED_SPACE_IN_VARIABLE",
        I,
        value("${aws:user name}"),
        _VALUE,
        value("${aws:username, 'no body'}"),
        CHECKS,
    ),
    Row("EMPTY_VARIABLE", I, value("a${}"), _VALUE, value("a{}"), CHECKS),
    Row(
        "EMPTY_VARIABLE",
        I,
        value("${ , 'a'}"),
        _VALUE,
        whole("2008-10-17", **value("${}")),
        CHECKS,
    ),
    Row(
        "VARIABLE_UNSUPPORTED_IN_ELEMENT",
        I,
        {"Action": "s3:${aws:username}"},
        "/Statement/0/Action",
        {"Resource": "arn:aws:s3:::${aws:username}"},
        CHECKS,
    ),
    Row(
        "VARIABLE_UNSUPPORTED_IN_ELEMENT",
        R,
        {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"}},
        _AWS,
        whole("2008-10-17", Principal={"AWS": "${aws:username}"}),
        CHECKS,
    ),
    Row(
        "VARIABLE_UNSUPPORTED_IN_ELEMENT",
        I,
        if_("StringEquals", "aws:PrincipalTag/${aws:username}", "a"),
        "/Statement/0/Condition/StringEquals/aws:PrincipalTag~1${aws:username}",
        value("${aws:username}"),
        CHECKS,
    ),
    Row(
        "MISPLACED_VARIABLE_IN_ARN",
        I,
        {"Resource": "arn:aws:iam::${aws:PrincipalAccount}:role/a"},
        _RESOURCE,
        {"Resource": "arn:aws:iam::*:role/${aws:PrincipalAccount}"},
        VARIABLES,
    ),
    Row(
        "VARIABLE_UNSUPPORTED_IN_VERSION",
        R,
        whole("2008-10-17", Principal="*", Resource="arn:aws:s3:::${aws:username}"),
        "/Statement/Resource",
        value("${aws:username}"),
        CHECKS,
    ),
    Row(
        "VARIABLE_UNSUPPORTED_IN_VERSION",
        R,
        whole(None, Principal="*", **value("${aws:username}")),
        "/Statement/Condition/StringEquals/aws:x/0",
        whole(None, Principal="*", **value("${aws:username")),
        CHECKS,
    ),
    Row(
        "INVALID_VARIABLE_FOR_OPERATOR",
        I,
        if_("NumericEquals", "aws:x", "${aws:y}"),
        "/Statement/0/Condition/NumericEquals/aws:x/0",
        if_("ArnLikeIfExists", "aws:x", "${aws:y}"),
        CHECKS,
    ),
    Row(
        "INVALID_VARIABLE_FOR_OPERATOR",
        I,
        if_("Null", "aws:x", "${aws:y}"),
        "/Statement/0/Condition/Null/aws:x/0",
        if_("ForAnyValue:StringLike", "aws:x", "${aws:y}"),
        CHECKS,
    ),
]


def _operator(name: str) -> str:
    return f"/Statement/0/Condition/{name}"


OPERATORS = [
    Row(
        "INVALID_CONDITION_OPERATOR",
        kind,
        if_(name, "aws:x", "1"),
        _operator(name),
        if_(good, "aws:x", "1"),
        RECORDED,
    )
    for kind, name, good in [
        (I, "stringEquals", "StringEquals"),
        (R, "StringEqualsIfexists", "StringEqualsIfExists"),
        (C, "ForSomeValues:StringEquals", "ForAllValues:ArnNotLike"),
        (T, "IfExists", "ForAnyValue:StringLikeIfExists"),
        (E, "", "Null"),
    ]
] + [
    Row(
        "NULL_WITH_IF_EXISTS",
        I,
        if_("NullIfExists", "aws:x", "true"),
        _operator("NullIfExists"),
        if_("Null", "aws:x", "true"),
        CHECKS,
    ),
    Row(
        "NULL_WITH_IF_EXISTS",
        I,
        if_("ForAllValues:NullIfExists", "aws:x", "true"),
        _operator("ForAllValues:NullIfExists"),
        if_("ForAllValues:Null", "aws:x", "true"),
        CHECKS,
    ),
    Row(
        "NULL_WITH_QUALIFIER",
        I,
        if_("ForAnyValue:Null", "aws:x", "true"),
        _operator("ForAnyValue:Null"),
        if_("Null", "aws:x", "true"),
        CHECKS,
    ),
    Row("EMPTY_OBJECT_CONDITION", I, {"Condition": {}}, "/Statement/0/Condition", {}, CHECKS),
    Row(
        "EMPTY_ARRAY_CONDITION",
        I,
        if_("StringEquals", "aws:x"),
        _operator("StringEquals/aws:x"),
        if_("StringEquals", "aws:x", ""),
        CHECKS,
    ),
    Row(
        "EMPTY_ARRAY_CONDITION_FORALLVALUES",
        I,
        if_("ForAllValues:StringEquals", "aws:x"),
        _operator("ForAllValues:StringEquals/aws:x"),
        if_("StringEquals", "aws:x"),
        CHECKS,
    ),
    Row(
        "EMPTY_ARRAY_CONDITION_FORANYVALUE",
        I,
        if_("ForAnyValue:StringEqualsIfExists", "aws:x"),
        _operator("ForAnyValue:StringEqualsIfExists/aws:x"),
        if_("ForAllValues:StringEquals", "aws:x"),
        CHECKS,
    ),
    Row(
        "EMPTY_ARRAY_CONDITION_IFEXISTS",
        I,
        if_("StringEqualsIfExists", "aws:x"),
        _operator("StringEqualsIfExists/aws:x"),
        if_("ForAnyValue:StringEqualsIfExists", "aws:x"),
        CHECKS,
    ),
]


def key(code: str, bad: str, good: str, source: str = CHECKS, kind: PolicyKind = I) -> Row:
    pointer = f"/Statement/0/Condition/StringEquals/{bad.replace('/', '~1')}"
    return Row(
        code, kind, if_("StringEquals", bad, "x"), pointer, if_("StringEquals", good, "x"), source
    )


KEYS = [
    key("INVALID_CONDITION_KEY_FORMAT", "username", "aws:username", RECORDED),
    key("INVALID_CONDITION_KEY_FORMAT", ":a", "a:b", RECORDED, T),
    key("INVALID_CONDITION_KEY_FORMAT", "a: ", "a:b c", RECORDED, R),
    key("INVALID_CONDITION_KEY_FORMAT", "a b:c", "a:b:c", RECORDED, C),
    key("MISSING_TAG_KEY_IN_CONDITION", "aws:RequestTag", "aws:RequestTag/a"),
    key("MISSING_TAG_KEY_IN_CONDITION", "ec2:ResourceTag/", "ec2:ResourceTag/a"),
    key("MISSING_TAG_KEY_IN_CONDITION", "aws:principalTAG/", "aws:TagKeys"),
    key("DEPRECATED_GLOBAL_CONDITION_KEY", "AWS:arn", "aws:PrincipalArn"),
    key("UNSUPPORTED_GLOBAL_CONDITION_KEY", "aws:ARN", "aws:SourceArn", kind=R),
    Row(
        "MISSING_PAIRED_CONDITION_KEYS",
        R,
        if_("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
        _operator("IpAddress/aws:VpcSourceIp"),
        {
            "Condition": {
                "IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"},
                "StringEquals": {"aws:SourceVpc": "vpc-12345678"},
            }
        },
        CHECKS,
    ),
]


def values(code: str, operator: str, name: str, bad: Any, good: Any, source: str = CHECKS) -> Row:
    """A value that is wrong, after one that is right."""
    return Row(
        code,
        I,
        if_(operator, name, good, bad),
        f"/Statement/0/Condition/{operator}/{name}/1",
        if_(operator, name, good),
        source,
    )


VALUES = [
    values("INVALID_VPC_FORMAT", "StringEquals", "aws:SourceVpc", "vpc-1", "vpc-111bbb22"),
    values("INVALID_VPC_FORMAT", "StringLike", "aws:SourceVPC", "vpce-12345678", "vpc-1*"),
    values("INVALID_VPC_FORMAT", "StringNotEquals", "aws:SourceVpc", "", "${aws:x}"),
    values("INVALID_VPCE_FORMAT", "StringEquals", "aws:SourceVpce", "vpc-1", "vpce-1a2b3c4d"),
    values(
        "INVALID_VPCE_FORMAT", "StringEquals", "aws:SourceVpce", "vpce-1", "vpce-0123456789abcdef0"
    ),
    values("TYPE_MISMATCH_BOOLEAN", "Bool", "aws:x", "yes", True),
    values("TYPE_MISMATCH_BOOLEAN", "BoolIfExists", "aws:x", 1, "FALSE"),
    values("TYPE_MISMATCH_BOOLEAN", "Null", "aws:x", "1", "true"),
    values("TYPE_MISMATCH_DATE", "DateLessThan", "aws:CurrentTime", "tomorrow", "2026-01-01"),
    values("TYPE_MISMATCH_DATE", "DateEquals", "aws:CurrentTime", "2026-1-1", "1772366400"),
    values("TYPE_MISMATCH_NUMBER", "NumericEquals", "s3:max-keys", "ten", 10),
    values("TYPE_MISMATCH_NUMBER", "NumericEquals", "s3:max-keys", "1e3", "${aws:x}"),
    values("TYPE_MISMATCH_IP_RANGE", "IpAddress", "aws:SourceIp", "198.51.100.0/33", "::/0"),
    values("TYPE_MISMATCH_IP_RANGE", "NotIpAddress", "aws:SourceIp", "here", "198.51.100.1"),
    values("TYPE_MISMATCH_STRING", "BinaryEquals", "aws:x", "red!", "cmVk"),
    values("INVALID_DATE_VALUE", "DateLessThan", "aws:EpochTime", "1772366400", "2026-01-01"),
    values("WILDCARD_WITHOUT_LIKE_OPERATOR", "StringEquals", "aws:x", "a*", "a${*}"),
    values("WILDCARD_WITHOUT_LIKE_OPERATOR", "StringNotEqualsIgnoreCase", "aws:x", "?", "a"),
    Row(
        "WILDCARD_WITHOUT_LIKE_OPERATOR",
        I,
        if_("ForAnyValue:StringEqualsIfExists", "aws:x", "*"),
        _operator("ForAnyValue:StringEqualsIfExists/aws:x/0"),
        {"Condition": {"StringLike": {"aws:x": "a*"}, "ArnEquals": {"aws:y": "arn:*"}}},
        CHECKS,
    ),
    Row(
        "INVALID_CONDITION_MULTIPLE_BOOLEAN",
        I,
        if_("Bool", "aws:x", "true", "false"),
        _operator("Bool/aws:x"),
        if_("ForAnyValue:Bool", "aws:x", "true", "false"),
        CHECKS,
    ),
    Row(
        "INVALID_CONDITION_DATA_TYPE",
        I,
        if_("StringEquals", "aws:x", "1", 2),
        _operator("StringEquals/aws:x"),
        if_("StringEquals", "aws:x", 1, -2),
        CHECKS,
    ),
    Row(
        "INVALID_CONDITION_DATA_TYPE",
        I,
        if_("StringEquals", "aws:x", "true", True),
        _operator("StringEquals/aws:x"),
        if_("StringEquals", "aws:x", False, True),
        CHECKS,
    ),
    Row(
        "REDUNDANT_CONDITION_VALUE_NUM",
        I,
        if_("NumericLessThan", "aws:MultiFactorAuthAge", "2700", "3600"),
        _operator("NumericLessThan/aws:MultiFactorAuthAge"),
        if_("NumericEquals", "aws:MultiFactorAuthAge", "2700", "3600"),
        CHECKS,
    ),
    Row(
        "REDUNDANT_CONDITION_VALUE_NUM",
        I,
        if_("DateGreaterThanEquals", "aws:CurrentTime", "2026-01-01", "2027-01-01"),
        _operator("DateGreaterThanEquals/aws:CurrentTime"),
        if_("DateGreaterThanEquals", "aws:CurrentTime", "2026-01-01"),
        CHECKS,
    ),
]


def source_ip(code: str, operator: str, bad: list[str], good: list[str]) -> Row:
    return Row(
        code,
        I,
        if_(operator, "aws:SourceIp", *bad),
        _operator(f"{operator}/aws:SourceIp"),
        if_(operator, "aws:SourceIp", *good),
        CHECKS,
    )


ADDRESSES = [
    source_ip("PRIVATE_IP_ADDRESS", "IpAddress", ["10.0.0.0/8", "fd00::/8"], ["203.0.113.0/24"]),
    source_ip(
        "PRIVATE_IP_ADDRESS", "IpAddressIfExists", ["172.31.0.1"], ["172.32.0.1", "10.0.0.0/7"]
    ),
    source_ip("PRIVATE_NOT_IP_ADDRESS", "NotIpAddress", ["192.168.0.0/16"], ["192.0.2.0/24"]),
    source_ip("PRIVATE_IP_ADDRESS_SUBSET", "IpAddress", ["10.0.0.1", "192.0.2.1"], ["10.0.0.1"]),
    source_ip("PRIVATE_IP_ADDRESS_SUBSET", "IpAddress", ["10.0.0.1", "::/0"], ["::/0", "1.1.1.1"]),
    source_ip(
        "PRIVATE_NOT_IP_ADDRESS_SUBSET", "NotIpAddress", ["fc00::1", "2001:db8::"], ["fc00::1"]
    ),
    Row(
        "PRIVATE_IP_ADDRESS",
        I,
        if_("IpAddress", "aws:SourceIP", "10.0.0.1"),
        _operator("IpAddress/aws:SourceIP"),
        if_("IpAddress", "aws:VpcSourceIp", "10.0.0.1"),
        CHECKS,
    ),
    values("IMPROVE_IP_RANGE", "IpAddress", "aws:SourceIp", "203.0.113.7/24", "203.0.113.0/24"),
    values("IMPROVE_IP_RANGE", "NotIpAddress", "aws:x", "2001:DB8::1/64", "2001:db8::1/128"),
    values("IMPROVE_IP_RANGE", "IpAddress", "aws:x", "1.2.3.4/0", "nowhere"),
]


def granted(names: str, action: str, too_many: str, few: str) -> list[Row]:
    """One permission in all its forms; the codes begin with ``names``."""
    prefix = f"{names}_WITH_"
    star = allow(
        [action.split(":", maxsplit=1)[0] + ":*", "s3:*"], Resource=["arn:aws:s3:::b", too_many]
    )
    by_name = allow(["s3:*", action.lower()], Resource=too_many)
    left = {"Effect": "Allow", "Action": None, "NotAction": "s3:*", "Resource": too_many}
    action_at = "/Statement/0/Action"
    except_one = {"Resource": None, "NotResource": few}
    return [
        Row(
            f"{prefix}STAR_IN_RESOURCE",
            I,
            by_name,
            f"{action_at}/1",
            by_name | {"Resource": few},
            CHECKS,
        ),
        Row(
            f"{prefix}STAR_IN_ACTION_AND_RESOURCE",
            I,
            star,
            f"{action_at}/0",
            star | {"Action": ["iam:Get*", "s3:*"]},
            CHECKS,
        ),
        Row(
            f"{prefix}STAR_IN_RESOURCE_AND_NOT_ACTION",
            I,
            left,
            "/Statement/0/NotAction",
            left | {"NotAction": ["s3:*", "i?m:*"]},
            CHECKS,
        ),
        Row(f"{prefix}NOT_RESOURCE", I, by_name | except_one, f"{action_at}/1", by_name, CHECKS),
        Row(
            f"{prefix}STAR_IN_ACTION_AND_NOT_RESOURCE",
            I,
            star | except_one,
            f"{action_at}/0",
            star | except_one | {"Effect": "Deny"},
            CHECKS,
        ),
        Row(
            f"{prefix}NOT_ACTION_AND_NOT_RESOURCE",
            I,
            left | except_one,
            "/Statement/0/NotAction",
            left,
            CHECKS,
        ),
    ]


_PASS = allow("iam:PassRole", Resource="*")
_LINKED = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/"

GRANTS = [
    *granted("PASS_ROLE", "iam:PassRole", "*", ROLE),
    *granted("PASS_ROLE", "iam:PassRole", "arn:aws:iam::*:role/*", "arn:aws:iam::*:role/Service*"),
    *granted("CREATE_SLR", "iam:CreateServiceLinkedRole", "*", f"{_LINKED}es.amazonaws.com/*"),
    *granted("CREATE_SLR", "iam:CreateServiceLinkedRole", f"{_LINKED}*", "arn:aws:s3:::*"),
    Row(
        "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        I,
        _PASS | if_("StringEqualsIfExists", "iam:PassedToService", "ec2.amazonaws.com"),
        "/Statement/0/Action",
        _PASS | if_("StringEquals", "iam:PassedToService", "ec2.amazonaws.com"),
        "AWS lists its own AWSServiceRoleForAmazonEKSNodegroup, which has the former",
    ),
    Row(
        "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        I,
        _PASS | if_("StringNotEquals", "iam:PassedToService", "ec2.amazonaws.com"),
        "/Statement/0/Action",
        _PASS | {"Resource": f"arn:aws:iam::{ACCOUNT}:role/${{aws:username}}"},
        CHECKS,
    ),
    Row(
        "CREATE_SLR_WITH_STAR_IN_RESOURCE",
        I,
        allow("iam:CreateServiceLinkedRole", Resource="*")
        | if_("StringLike", "iam:AWSServiceName", "a4b.amazonaws.com"),
        "/Statement/0/Action",
        allow("iam:CreateServiceLinkedRole", Resource=None),
        "AWS lists its own AlexaForBusinessFullAccess, which has the former",
    ),
]

REDUNDANCY = [
    Row(
        "REDUNDANT_ACTION",
        I,
        {"Action": ["iam:Get*", "iam:List*", "iam:GetCredentialReport"]},
        "/Statement/0/Action/2",
        {"Action": ["iam:Get*", "iam:List*", "iam:*CredentialReport"]},
        CHECKS,
    ),
    Row(
        "REDUNDANT_ACTION",
        I,
        {"Action": None, "NotAction": ["s3:GetObject", "S3:getobject"]},
        "/Statement/0/NotAction/1",
        {"Action": ["s3:Get", "*:", "s3:"]},
        "IAM User Guide, IAM JSON policy elements: Action (case)",
    ),
    Row(
        "REDUNDANT_ACTION",
        I,
        {"Action": ["s3:a**", "s3:a*"]},
        "/Statement/0/Action/1",
        {"Action": ["s3:a?*", "s3:a"]},
        "both are the same pattern: the first stays",
    ),
    Row("REDUNDANT_ACTION", I, {"Action": ["a:b", "*"]}, "/Statement/0/Action/0", {}, CHECKS),
    Row(
        "REDUNDANT_RESOURCE",
        I,
        {
            "Resource": [
                f"arn:aws:iam::{ACCOUNT}:role/jane-admin",
                f"arn:aws:iam::{ACCOUNT}:role/jane*",
            ]
        },
        f"{_RESOURCE}/0",
        {"Resource": [f"arn:aws:iam::{ACCOUNT}:role/Jane", f"arn:aws:iam::{ACCOUNT}:role/jane*"]},
        CHECKS,
    ),
    Row(
        "REDUNDANT_RESOURCE",
        I,
        {"Resource": ["arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:username}/*"]},
        f"{_RESOURCE}/1",
        {"Resource": ["arn:aws:s3:::b/${aws:username}*", "arn:aws:s3:::b/x"]},
        "whatever the value of the variable",
    ),
    Row(
        "REDUNDANT_RESOURCE",
        I,
        {"Resource": None, "NotResource": ["arn:aws:s3:::*", "arn:aws:s3:::b"]},
        "/Statement/0/NotResource/1",
        {"Resource": None, "NotResource": ["arn:aws:s3:::*", "arn:aws:s3:::${aws:username}"]},
        "rule R7: a variable without a value decides alone",
    ),
    Row(
        "REDUNDANT_RESOURCE",
        I,
        {"Resource": ["arn:aws:sns:*:1:t", "arn:aws:sns:eu-west-1:1:t"]},
        f"{_RESOURCE}/1",
        {"Resource": ["arn:aws:sns:*:1:t", "arn:aws:sns:eu-west-1:2:t", "arn:aws:s3", "arn:*"]},
        "rule R5: how far a short ARN reaches depends on the policy",
    ),
    Row(
        "REDUNDANT_RESOURCE",
        R,
        {"Resource": ["arn:aws:s3:::b", "*"]},
        f"{_RESOURCE}/0",
        {"Resource": "*"},
        "rule R2: the literal * matches everything",
    ),
    Row(
        "REDUNDANT_STATEMENT",
        I,
        [{"Sid": "a"}, {"Sid": "b"}],
        "/Statement/1",
        [{}, {"Effect": "Allow"}],
        CHECKS,
    ),
    Row(
        "REDUNDANT_STATEMENT",
        I,
        [{}, {"Action": "s3:Get*"}],
        "/Statement/0",
        [value("a"), value("b")],
        "wider in its actions",
    ),
    Row(
        "REDUNDANT_STATEMENT",
        I,
        [value("a"), {"Resource": ["arn:aws:s3:::*", "*"]}],
        "/Statement/0",
        [{"Resource": "arn:aws:s3:::a"}, value("a")],
        "one condition less",
    ),
    Row(
        "REDUNDANT_STATEMENT",
        I,
        [
            {"Action": None, "NotAction": ["s3:*", "iam:*"]},
            {"Action": None, "NotAction": "s3:Get*"},
        ],
        "/Statement/0",
        [{"Action": None, "NotAction": "s3:*"}, {"Action": "iam:*"}],
        "NotAction: the shorter list means more",
    ),
    Row(
        "REDUNDANT_STATEMENT",
        I,
        [
            {"Resource": None, "NotResource": "arn:aws:s3:::a"},
            {"Resource": None, "NotResource": ["arn:aws:s3:::a"]},
        ],
        "/Statement/1",
        [
            {"Resource": None, "NotResource": "arn:aws:s3:::a"},
            {"Resource": None, "NotResource": "arn:aws:s3:::*"},
            {"Resource": "arn:aws:s3:::a"},
        ],
        "rule R7: of NotResource only the same is said to cover",
    ),
    Row(
        "REDUNDANT_STATEMENT",
        R,
        [{"Principal": {"AWS": ACCOUNT}}, {"Principal": {"AWS": [ACCOUNT, ROLE]}}],
        "/Statement/0",
        [{"Principal": {"AWS": ACCOUNT}}, {"Principal": {"CanonicalUser": ACCOUNT}}],
        "wider in its principals",
    ),
    Row(
        "REDUNDANT_STATEMENT",
        R,
        [{"Principal": {"AWS": ACCOUNT}}, {}],
        "/Statement/0",
        [
            {"Principal": None, "NotPrincipal": {"AWS": ACCOUNT}},
            {"Principal": {"AWS": ACCOUNT}},
            {"Principal": None, "NotPrincipal": {"AWS": ROLE}, "Resource": "*"},
            {"Principal": None},
        ],
        "everyone is wider than anyone; of NotPrincipal only the same covers",
    ),
]

ROWS = [
    *DOCUMENT,
    *ELEMENTS,
    *PRINCIPALS,
    *TRUST,
    *FEDERATION,
    *SERVICES,
    *ACTIONS_AND_RESOURCES,
    *VARIABLE,
    *OPERATORS,
    *KEYS,
    *VALUES,
    *ADDRESSES,
    *GRANTS,
    *REDUNDANCY,
]

SIZES = {rule.code for rule in RULES if rule.code.startswith("POLICY_SIZE")}


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.code}-{row.kind.value}" for row in ROWS])
def test_a_rule_is_broken_and_kept(row: Row) -> None:
    found = [(each.code, each.pointer) for each in problems(row.kind, row.broken)]
    assert [at for code, at in found if code == row.code] == [row.at], found
    kept = [each.code for each in problems(row.kind, row.kept)]
    assert row.code not in kept, document(row.kind, row.kept)


def test_every_rule_has_a_row_for_what_it_refuses_and_for_what_it_remarks() -> None:
    """Sizes and the incomplete search have tests of their own (``test_validate``)."""
    rows = {(row.code, row.kind) for row in ROWS}
    missing = [
        rule.code
        for rule in RULES
        if rule.code not in SIZES | {"REDUNDANCY_CHECK_INCOMPLETE"}
        and not any(code == rule.code and kind in rule.kinds for code, kind in rows)
    ]
    assert missing == []
