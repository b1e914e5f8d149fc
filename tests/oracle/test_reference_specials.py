"""The reference evaluator against cases taken one by one from the rules about services (S1–S11).

Each row cites its rule; the comment above a group names the pages of AWS's documentation that it
was derived from. Beside an allow stands a deny that differs from it in one thing.
"""

from typing import Any

import pytest

from tests.oracle.reference import evaluate
from tests.oracle.test_reference import (
    ALLOW,
    ANONYMOUS,
    CANONICAL,
    DENY,
    FAR_TARGET,
    FEDERATED,
    LINKED,
    NONE,
    OBJECT,
    PATHED,
    PROVIDER,
    ROLE,
    ROOT,
    SERVICE,
    SESSION,
    TARGET,
    USER,
    WEB,
    A,
    B,
    ask,
    policy,
    to,
)

Json = dict[str, Any]
Row = tuple[str, Json, str]

KEY, FAR_KEY = f"arn:aws:kms:eu-west-1:{A}:key/k", f"arn:aws:kms:eu-west-1:{B}:key/k"
ALIAS, AWS_ALIAS = KEY.replace("key/k", "alias/k"), KEY.replace("key/k", "alias/aws/s3")
TOPIC = f"arn:aws:sns:eu-west-1:{A}:t"
HELPER = {"Service": SERVICE["name"]}


def key(by: Any = USER, action: str = "kms:Decrypt", on: Any = KEY, **rest: Any) -> Json:
    """A question about a key; `grants` are of its facts."""
    if "grants" in rest:
        rest["resourceFacts"] = {"kmsGrants": rest.pop("grants")}
    return ask(by, action, on, **rest)


def grant(grantee: str = USER, *operations: str, **fields: Any) -> Json:
    """A grant to an AWS principal, of Decrypt unless operations are named."""
    return {"GranteePrincipal": grantee, "Operations": [*operations] or ["Decrypt"]} | fields


# AWS KMS Developer Guide, "Key policies in AWS KMS", "Default key policy", "Allowing users in
# other accounts to use a KMS key", "Controlling access to aliases".
KEYS: list[Row] = [
    ("S1", key(identity=[ALLOW]), "key-policy-implicit-deny"),
    ("S1", key(identity=[ALLOW], resource=to({"AWS": B})), "key-policy-implicit-deny"),
    ("S1", key(identity=[ALLOW], resource=to({"AWS": A})), "identity-allow"),
    ("S1", key(resource=to({"AWS": A})), "identity-implicit-deny"),
    ("S1", key(resource=to({"AWS": USER})), "resource-allow"),
    ("S1", key(resource=to({"AWS": USER}), permissionsBoundary=[NONE]), "resource-allow"),
    ("S1", key(resource=to({"AWS": USER}), session=[NONE]), "session-implicit-deny"),
    ("S1", key(SESSION, resource=to({"AWS": ROLE})), "resource-allow"),
    ("S1", key(identity=[ALLOW], resource=to({"AWS": A}, "Deny")), "explicit-deny"),
    ("S1", key(ROOT), "key-policy-implicit-deny"),
    ("S1", key(ROOT, resource=to({"AWS": A})), "root-user-allow"),
    ("S1", key(ROOT, resource=to({"AWS": USER})), "key-policy-implicit-deny"),
    ("S1", key(SERVICE), "key-policy-implicit-deny"),
    ("S1", key(SERVICE, resource=to("*")), "key-policy-implicit-deny"),
    ("S1", key(SERVICE, resource=to(HELPER)), "non-account-allow"),
    ("S1", key(ANONYMOUS, resource=to("*")), "non-account-allow"),
    ("S1", key(on=FAR_KEY, identity=[ALLOW]), "key-policy-implicit-deny"),
    ("S1", key(on=FAR_KEY, resource=to({"AWS": USER})), "identity-implicit-deny"),
    ("S1", key(on=FAR_KEY, identity=[ALLOW], resource=to({"AWS": A})), "cross-account-allow"),
    ("S1", key(action="KMS:DECRYPT", identity=[ALLOW]), "key-policy-implicit-deny"),
    ("S1", key(action="kms:PutKeyPolicy", identity=[ALLOW]), "key-policy-implicit-deny"),
    ("S1", key(action="tag:TagResources", identity=[ALLOW]), "identity-allow"),
    ("S1", key(on=ALIAS, identity=[ALLOW]), "identity-allow"),
    ("S1", key(action="kms:ListKeys", on="*", identity=[ALLOW]), "identity-allow"),
    (
        "S1",
        key(action="kms:CreateAlias", on=[ALIAS, KEY], identity=[ALLOW]),
        "key-policy-implicit-deny",
    ),
]

# AWS KMS Developer Guide, "Grants in AWS KMS"; AWS KMS API Reference, "CreateGrant".
GRANTS: list[Row] = [
    ("S2", key(grants=[grant()]), "grant-allow"),
    ("S2", key(grants=[grant()], action="kms:Encrypt"), "key-policy-implicit-deny"),
    ("S2", key(grants=[grant()], action="KMS:dECRYPT"), "grant-allow"),
    ("S2", key(grants=[grant(USER, "Encrypt"), grant()]), "grant-allow"),
    ("S2", key(grants=[grant(USER, "Encrypt", "DescribeKey")]), "key-policy-implicit-deny"),
    ("S2", key(grants=[grant()], on=ALIAS), "identity-implicit-deny"),
    ("S2", key(grants=[grant()], resource=to({"AWS": B})), "grant-allow"),
    ("S2", key(grants=[grant()], resource=to({"AWS": A})), "grant-allow"),
    ("S2", key(grants=[grant()], resource=to({"AWS": USER})), "resource-allow"),
    ("S2", key(grants=[grant()], resource=to({"AWS": USER}, "Deny")), "explicit-deny"),
    ("S2", key(grants=[grant()], identity=[ALLOW]), "grant-allow"),
    ("S2", key(grants=[grant()], identity=[ALLOW], resource=to({"AWS": A})), "identity-allow"),
    ("S2", key(grants=[grant()], identity=[DENY]), "explicit-deny"),
    ("S2", key(grants=[grant()], permissionsBoundary=[NONE]), "boundary-implicit-deny"),
    ("S2", key(grants=[grant()], session=[NONE]), "session-implicit-deny"),
    ("S2", key(grants=[grant()], serviceControl=[[NONE]]), "service-control-implicit-deny"),
    ("S2", key(grants=[grant()], on=FAR_KEY), "identity-implicit-deny"),
    ("S2", key(grants=[grant()], on=FAR_KEY, identity=[ALLOW]), "grant-allow"),
    ("S2", key(grants=[grant(f"{USER}x")], identity=[ALLOW]), "key-policy-implicit-deny"),
    ("S2", key(SESSION, grants=[grant(ROLE)]), "grant-allow"),
    ("S2", key(SESSION, grants=[grant(ROLE)], session=[NONE]), "session-implicit-deny"),
    ("S2", key(SESSION, grants=[grant(SESSION)]), "grant-allow"),
    ("S2", key(SESSION, grants=[grant(SESSION)], session=[NONE]), "session-implicit-deny"),
    ("S2", key(SESSION, grants=[grant(f"{SESSION}2")]), "key-policy-implicit-deny"),
    ("S2", key(FEDERATED, grants=[grant(FEDERATED)]), "grant-allow"),
    ("S2", key(FEDERATED, grants=[grant(USER)]), "key-policy-implicit-deny"),
    ("S2", key(grants=[grant(A)]), "identity-implicit-deny"),
    ("S2", key(grants=[grant(ROOT)]), "identity-implicit-deny"),
    ("S2", key(grants=[grant(ROOT)], identity=[ALLOW]), "grant-allow"),
    ("S2", key(grants=[grant(B)], identity=[ALLOW]), "key-policy-implicit-deny"),
    ("S2", key(ROOT, grants=[grant(ROOT)]), "grant-allow"),
    ("S2", key(on=FAR_KEY, grants=[grant(A)], identity=[ALLOW]), "grant-allow"),
    ("S2, 10", key(ROOT, grants=[grant(ROOT)], resource=to({"AWS": A})), "root-user-allow"),
    ("S2", key(ANONYMOUS, grants=[grant(A)]), "key-policy-implicit-deny"),
    ("S2", key(SERVICE, grants=[grant()]), "key-policy-implicit-deny"),
    (
        "S2",
        key(
            SERVICE,
            grants=[{"GranteeServicePrincipal": SERVICE["name"], "Operations": ["Decrypt"]}],
        ),
        "grant-allow",
    ),
    (
        "S2",
        key(
            SERVICE,
            grants=[{"GranteeServicePrincipal": "y.amazonaws.com", "Operations": ["Decrypt"]}],
        ),
        "key-policy-implicit-deny",
    ),
    (
        "S2",
        key(grants=[{"granteePrincipal": USER, "operations": ["Decrypt"], "creationDate": 1.5}]),
        "grant-allow",
    ),
]

PACKED = {"kms:EncryptionContext:Department": "Finance", "kms:EncryptionContext:Stage": "prod"}
PAIRS = {"Department": "Finance", "Stage": "prod"}
ONE = {"Department": "Finance"}
FROM = {"aws:SourceArn": TOPIC}
RETIRE = "kms:RetireGrant"

# AWS KMS Developer Guide, "Grant constraints"; AWS KMS API Reference, "GrantConstraints".
CONSTRAINED = [
    ("kms:Decrypt", {"EncryptionContextEquals": PAIRS}, PACKED, True),
    ("kms:Decrypt", {"EncryptionContextEquals": PAIRS}, {}, False),
    ("kms:Decrypt", {"EncryptionContextEquals": ONE}, PACKED, False),
    ("kms:Decrypt", {"EncryptionContextEquals": PAIRS | {"x": "y"}}, PACKED, False),
    ("kms:Decrypt", {"EncryptionContextEquals": PAIRS | {"Stage": "Prod"}}, PACKED, False),
    ("kms:Decrypt", {"EncryptionContextSubset": PAIRS}, PACKED, True),
    ("kms:Decrypt", {"EncryptionContextSubset": ONE}, PACKED, True),
    ("kms:Decrypt", {"EncryptionContextSubset": PAIRS | {"x": "y"}}, PACKED, False),
    ("kms:Decrypt", {"EncryptionContextSubset": {"department": "Finance"}}, PACKED, False),
    ("kms:Decrypt", {"EncryptionContextSubset": {"Department": "finance"}}, PACKED, False),
    ("kms:Decrypt", {"encryptionContextSubset": ONE}, PACKED, True),
    ("kms:Decrypt", {"encryptionContextSubset": {"Department": "x"}}, PACKED, False),
    (
        "kms:Decrypt",
        {"EncryptionContextEquals": ONE},
        {"KMS:encryptioncontext:Department": "Finance"},
        True,
    ),
    (
        "kms:Decrypt",
        {"EncryptionContextEquals": ONE},
        {"kms:EncryptionContext:department": "Finance"},
        False,
    ),
    ("kms:Decrypt", {"SourceArn": TOPIC}, FROM, True),
    ("kms:Decrypt", {"SourceArn": TOPIC}, {}, False),
    ("kms:Decrypt", {"SourceArn": TOPIC}, {"aws:SourceArn": TOPIC + "x"}, False),
    ("kms:Decrypt", {"SourceArn": TOPIC}, {"aws:SourceArn": [TOPIC]}, False),
    ("kms:Decrypt", {"SourceArn": "*"}, FROM, False),
    ("kms:Decrypt", {"SourceArn": TOPIC, "EncryptionContextSubset": ONE}, FROM | PACKED, True),
    ("kms:Decrypt", {"SourceArn": TOPIC, "EncryptionContextSubset": ONE}, FROM, False),
    ("kms:DescribeKey", {"EncryptionContextEquals": PAIRS}, {}, True),
    ("kms:DescribeKey", {"SourceArn": TOPIC}, {}, False),
    (RETIRE, {"EncryptionContextSubset": PAIRS}, {}, True),
    (RETIRE, {"SourceArn": TOPIC}, {}, False),
    ("kms:CreateGrant", {"EncryptionContextEquals": PAIRS}, PACKED, False),
    ("kms:CreateGrant", {"EncryptionContextSubset": ONE}, PACKED, False),
    ("kms:CreateGrant", {"SourceArn": TOPIC}, FROM, True),
    ("kms:CreateGrant", {}, {}, True),
]

# AWS KMS Developer Guide, "Retiring and revoking grants".
RETIRING: list[Row] = [
    ("S2", key(action=RETIRE, grants=[grant(f"{USER}x", RetiringPrincipal=USER)]), "grant-allow"),
    ("S2", key(action=RETIRE, grants=[grant(f"{USER}x")]), "key-policy-implicit-deny"),
    ("S2", key(action=RETIRE, grants=[grant()]), "key-policy-implicit-deny"),
    ("S2", key(action=RETIRE, grants=[grant(USER, "RetireGrant")]), "grant-allow"),
    (
        "S2",
        key(action=RETIRE, grants=[grant(USER, "RetireGrant", RetiringPrincipal=A)]),
        "grant-allow",
    ),
    ("S2", key(grants=[grant(f"{USER}x", RetiringPrincipal=USER)]), "key-policy-implicit-deny"),
    (
        "S2",
        key(
            action=RETIRE,
            grants=[grant(f"{USER}x", RetiringPrincipal=USER, Constraints={"SourceArn": TOPIC})],
        ),
        "grant-allow",
    ),
    (
        "S2",
        key(action=RETIRE, grants=[grant(RetiringPrincipal=A)]),
        "identity-implicit-deny",
    ),
    (
        "S2",
        key(SERVICE, RETIRE, grants=[grant(RetiringServicePrincipal=SERVICE["name"])]),
        "grant-allow",
    ),
]

MANAGED, OWN = "arn:aws:iam::aws:policy/AdministratorAccess", f"arn:aws:iam::{A}:policy/p"
RESERVED = f"arn:aws:iam::{A}:role/aws-reserved/sso.amazonaws.com/Admin"

# AWS KMS Developer Guide, "Aliases in AWS KMS"; IAM User Guide, "Managed policies and inline
# policies"; IAM Identity Center User Guide, "Referencing permission sets in resource policies".
RESERVING: list[Row] = [
    ("S3", key(action="kms:CreateAlias", on=AWS_ALIAS, identity=[ALLOW]), "reserved-by-aws"),
    ("S3", key(action="kms:UpdateAlias", on=AWS_ALIAS, identity=[ALLOW]), "reserved-by-aws"),
    ("S3", key(ROOT, "kms:DeleteAlias", AWS_ALIAS), "reserved-by-aws"),
    ("S3", key(action="kms:DeleteAlias", on=AWS_ALIAS, identity=[DENY]), "explicit-deny"),
    ("S3", key(action="kms:DeleteAlias", on=ALIAS, identity=[ALLOW]), "identity-allow"),
    ("S3", key(action="kms:DescribeKey", on=AWS_ALIAS, identity=[ALLOW]), "identity-allow"),
    ("S3", key(action="kms:DeleteAlias", on=ALIAS + "/aws/", identity=[ALLOW]), "identity-allow"),
    ("S4", ask(ROOT, "iam:DeletePolicy", MANAGED), "reserved-by-aws"),
    ("S4", ask(ROOT, "iam:CreatePolicyVersion", MANAGED), "reserved-by-aws"),
    ("S4", ask(action="iam:TagPolicy", on=MANAGED, identity=[ALLOW]), "reserved-by-aws"),
    ("S4", ask(action="iam:DeletePolicy", on=MANAGED, identity=[DENY]), "explicit-deny"),
    ("S4", ask(action="iam:DeletePolicy", on=OWN, identity=[ALLOW]), "identity-allow"),
    ("S4", ask(LINKED, "iam:DeletePolicy", MANAGED, identity=[ALLOW]), "reserved-by-aws"),
    ("S4", ask(action="IAM:updaterole", on=RESERVED, identity=[ALLOW]), "reserved-by-aws"),
    ("S4", ask(action="iam:AttachRolePolicy", on=RESERVED, identity=[ALLOW]), "reserved-by-aws"),
    ("S4", ask(action="iam:GetRole", on=RESERVED, identity=[ALLOW]), "identity-allow"),
    ("S4", ask(action="iam:ListRolePolicies", on=RESERVED, identity=[ALLOW]), "identity-allow"),
    ("S4", ask(action="iam:PassRole", on=RESERVED, identity=[ALLOW]), "identity-allow"),
    ("S4", ask(action="iam:UpdateRole", on=TARGET, identity=[ALLOW]), "identity-allow"),
    (
        "S4",
        ask(
            action="iam:UpdateRole", on=f"arn:aws:iam::{A}:role/x/aws-reserved/T", identity=[ALLOW]
        ),
        "identity-allow",
    ),
]


def bucket(by: Any = USER, block: bool = True, **rest: Any) -> Json:
    """A question about an object in account B."""
    facts = {"blockPublicAccess": block}
    return ask(by, identity=[ALLOW], resourceAccount=B, resourceFacts=facts, **rest)


STAR = to("*")
BUCKETS: list[Row] = [
    ("S5", bucket(resource=STAR), "block-public-access"),
    ("S5", bucket(block=False, resource=STAR), "cross-account-allow"),
    ("S5", bucket(resource=to({"AWS": A})), "cross-account-allow"),
    ("S5", bucket(resource=to({"AWS": [A, "*"]})), "block-public-access"),
    ("S5", bucket(resource=to({"AWS": A, "Service": "*"})), "block-public-access"),
    ("S5", bucket(resource=to({"AWS": [A, f"{USER[:-2]}*"]})), "block-public-access"),
    ("S5", bucket(resource=to({"AWS": [A, f"{USER[:-2]}??"]})), "block-public-access"),
    ("S5", bucket(resource=policy(NotPrincipal={"AWS": B})), "block-public-access"),
    ("S5", bucket(ANONYMOUS, resource=STAR), "block-public-access"),
    ("S5", bucket(ANONYMOUS, block=False, resource=STAR), "non-account-allow"),
    (
        "S5",
        ask(ANONYMOUS, resource=STAR, resourceFacts={"blockPublicAccess": True}),
        "block-public-access",
    ),
    ("S5", bucket(CANONICAL, resource=STAR), "block-public-access"),
    ("S5", ask(resource=STAR, resourceFacts={"blockPublicAccess": True}), "resource-allow"),
    ("S5", bucket(USER.replace(A, B), resource=STAR), "identity-allow"),
    (
        "S5",
        bucket(SERVICE, resource={"Statement": [to(who)["Statement"] for who in ("*", HELPER)]}),
        "non-account-allow",
    ),
    (
        "S5",
        bucket(
            resource={
                "Statement": [to({"AWS": A})["Statement"], to("*", Action="s3:Put*")["Statement"]]
            }
        ),
        "block-public-access",
    ),
    (
        "S5",
        bucket(
            resource={
                "Statement": [
                    to({"AWS": A})["Statement"],
                    to("*", "Deny", Action="s3:Put*")["Statement"],
                ]
            }
        ),
        "cross-account-allow",
    ),
    ("S5", bucket(resource=to("*", "Deny")), "explicit-deny"),
    ("S5", bucket(on=FAR_KEY, action="kms:Decrypt", resource=STAR), "cross-account-allow"),
]

VPC = {"aws:SourceVpc": "vpc-1"}
POINT = f"arn:aws:s3:eu-west-1:{A}:accesspoint"

# Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage" (the meaning of public).
BORDER = [
    ({}, True),
    ({"StringEquals": VPC}, False),
    ({"STRINGEQUALS": {"AWS:sourcevpc": ["vpc-1", "vpc-2"]}}, False),
    ({"StringEqualsIgnoreCase": VPC}, False),
    ({"StringLike": VPC}, False),
    ({"ArnEquals": {"aws:SourceArn": TOPIC}}, False),
    ({"ArnLike": {"aws:SourceArn": TOPIC}}, False),
    ({"ForAnyValue:StringEquals": VPC}, False),
    ({"ForAllValues:StringEquals": VPC}, True),
    ({"StringEqualsIfExists": VPC}, True),
    ({"ForAnyValue:StringEqualsIfExists": VPC}, True),
    ({"StringNotEquals": VPC}, True),
    ({"StringLike": {"aws:SourceVpc": "vpc-*"}}, True),
    ({"StringLike": {"aws:SourceVpc": ["vpc-1", "vpc-?"]}}, True),
    ({"StringEquals": {"aws:SourceVpc": "vpc-*"}}, True),
    ({"StringEquals": {"aws:SourceVpc": "${aws:PrincipalTag/vpc}"}}, True),
    ({"StringEquals": {"aws:SourceVpc": "${a:none, 'vpc-1'}"}}, True),
    ({"StringLike": {"aws:SourceVpc": "vpc-*"}, "StringEquals": VPC}, False),
    ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, False),
    ({"StringEquals": {"aws:SourceOwner": A}}, False),
    ({"StringEquals": {"aws:SourceAccount": A}}, False),
    ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
    ({"StringEquals": {"aws:PrincipalOrgPaths": "o-1/r-1/"}}, True),
    ({"StringEquals": {"aws:PrincipalArn": USER}}, True),
    ({"StringEquals": {"aws:PrincipalAccount": A}}, True),
    ({"Bool": {"aws:SecureTransport": "true"}}, True),
    ({"StringEquals": {"aws:userid": "AIDAX"}}, False),
    ({"StringEquals": {"aws:userid": "AROAX"}}, False),
    ({"StringEquals": {"aws:userid": "AROAX:s"}}, True),
    ({"StringLike": {"aws:userid": "AROAX:*"}}, True),
    ({"StringEquals": {"aws:userid": f"{A}:fay"}}, False),
    ({"StringEquals": {"s3:DataAccessPointAccount": A}}, False),
    ({"StringLike": {"s3:DataAccessPointAccount": "1*"}}, True),
    ({"ArnEquals": {"s3:DataAccessPointArn": f"{POINT}/a"}}, False),
    ({"StringLike": {"s3:DataAccessPointArn": f"{POINT}/*"}}, False),
    ({"ArnLike": {"s3:DataAccessPointArn": f"arn:aws:s3:eu-west-1:{A}:*"}}, False),
    ({"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:eu-west-1:*:accesspoint/a"}}, True),
    ({"ArnLike": {"s3:DataAccessPointArn": f"arn:aws:s3:*:{A}:accesspoint/a"}}, True),
    ({"ArnLike": {"s3:DataAccessPointArn": f"{POINT}/${{aws:username}}"}}, True),
    ({"StringLike": {"s3:DataAccessPointArn": "*"}}, True),
    ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, False),
    ({"IpAddress": {"aws:SourceIp": "203.0.113.7"}}, False),
    ({"IpAddress": {"aws:SourceIp": "11.0.0.0/8"}}, False),
    ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
    ({"IpAddress": {"aws:SourceIp": "10.0.0.0/7"}}, True),
    ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, True),
    ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "128.0.0.0/1"]}}, True),
    ({"IpAddress": {"aws:SourceIp": ["172.16.0.0/12", "192.168.0.0/16"]}}, False),
    ({"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}, False),
    ({"IpAddress": {"aws:SourceIp": "2001:db8::/33"}}, False),
    ({"IpAddress": {"aws:SourceIp": "2001:db8::/31"}}, True),
    ({"IpAddress": {"aws:SourceIp": "::/0"}}, True),
    ({"IpAddress": {"aws:SourceIp": "nowhere"}}, True),
    ({"IpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}}, True),
    ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, True),
    ({"StringEquals": {"aws:SourceIp": "203.0.113.7"}}, True),
    ({"IpAddress": {"aws:VpcSourceIp": "203.0.113.7"}}, True),
]


@pytest.mark.parametrize(("condition", "public"), BORDER)
def test_the_border_of_public(condition: Json, public: bool) -> None:
    """Beside a statement that allows the caller by name, one for everyone under a condition."""
    statements = [to({"AWS": A})["Statement"], to("*", Condition=condition)["Statement"]]
    rule = evaluate(bucket(resource={"Version": "2012-10-17", "Statement": statements}))["rule"]
    assert rule == ("block-public-access" if public else "cross-account-allow")


LOCKED_BUCKET = "arn:aws:s3:::acme"
LOCKED = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"},
}
IMAGES = f"arn:aws:ecr:eu-west-1:{A}:repository/acme"
EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*"},
}
EVERYTHING_DENIED = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Deny", "Principal": "*", "Action": "*"},
}
MEMBER_ROOT = f"arn:aws:iam::{B}:root"
ISSUED = {"aws:TokenIssueTime": "2026-03-01T12:00:00Z"}
WITH_MFA = ISSUED | {"aws:MultiFactorAuthPresent": "true"}
ASSUMED = ISSUED | {"aws:AssumedRoot": "true"}
FED_ARN = f"arn:aws:sts::{A}:federated-user/f"

# IAM User Guide, "Compare AWS STS credentials"; AWS STS API Reference, "GetSessionToken",
# "GetFederationToken".
SESSIONS: list[Row] = [
    ("S6", ask(SESSION, "sts:GetFederationToken", FED_ARN, identity=[ALLOW]), "session-limit"),
    ("S6", ask(SESSION, "sts:GetSessionToken", "*", identity=[ALLOW]), "session-limit"),
    ("S6", ask(ROLE, "sts:GetSessionToken", "*", identity=[ALLOW]), "session-limit"),
    ("S6", ask(SESSION, "sts:GetSessionToken", "*", identity=[DENY]), "explicit-deny"),
    ("S6", ask(SESSION, "sts:GetAccessKeyInfo", "*", identity=[ALLOW]), "identity-allow"),
    ("S6", ask(SESSION, "iam:GetUser", USER, identity=[ALLOW], context=ISSUED), "identity-allow"),
    ("S6", ask(FEDERATED, "iam:GetUser", USER, identity=[ALLOW]), "session-limit"),
    ("S6", ask(FEDERATED, "IAM:LISTUSERS", "*", identity=[ALLOW]), "session-limit"),
    ("S6", ask(FEDERATED, "iam:GetUser", USER, identity=[DENY]), "explicit-deny"),
    (
        "S6",
        ask(FEDERATED, "iam:GetUser", USER, identity=[ALLOW], context=WITH_MFA),
        "session-limit",
    ),
    ("S6", ask(FEDERATED, "sts:AssumeRole", TARGET, resource=STAR), "session-limit"),
    ("S6", ask(FEDERATED, "sts:GetCallerIdentity", "*"), "no-permission-needed"),
    ("S6", ask(FEDERATED, "sts:GetSessionToken", "*"), "session-limit"),
    ("S6", ask(FEDERATED, identity=[ALLOW]), "identity-allow"),
    ("S6", ask(FEDERATED, identity=[ALLOW], session=[]), "session-implicit-deny"),
    ("S6", ask(action="iam:GetUser", on=USER, identity=[ALLOW]), "identity-allow"),
    ("S6", ask(action="iam:GetUser", on=USER, identity=[ALLOW], context=ISSUED), "session-limit"),
    (
        "S6",
        ask(action="iam:GetUser", on=USER, identity=[ALLOW], context=WITH_MFA),
        "identity-allow",
    ),
    (
        "S6",
        ask(
            action="iam:GetUser",
            on=USER,
            identity=[ALLOW],
            context=ISSUED | {"AWS:multifactorauthpresent": False},
        ),
        "session-limit",
    ),
    ("S6", ask(ROOT, "iam:GetUser", USER, context=ISSUED), "session-limit"),
    ("S6", ask(ROOT, "iam:GetUser", USER, context=WITH_MFA), "root-user-allow"),
    ("S6", ask(ROOT, "iam:GetUser", USER), "root-user-allow"),
    ("S6", ask(ROOT, "iam:GetUser", USER, context=ASSUMED), "root-user-allow"),
    ("S6", ask(ROOT, "sts:AssumeRole", TARGET, context=ASSUMED, resource=STAR), "session-limit"),
    (
        "S6",
        ask(action="iam:GetUser", on=USER, identity=[ALLOW], context=ASSUMED),
        "session-limit",
    ),
    ("S6", ask(action="sts:GetFederationToken", on=FED_ARN, identity=[ALLOW]), "identity-allow"),
    (
        "S6",
        ask(action="sts:GetFederationToken", on=FED_ARN, identity=[ALLOW], context=WITH_MFA),
        "session-limit",
    ),
    ("S6", ask(action="sts:GetSessionToken", on="*"), "no-permission-needed"),
    ("S6", ask(action="sts:GetSessionToken", on="*", context=WITH_MFA), "session-limit"),
    ("S6", ask(action="sts:GetCallerIdentity", on="*", context=ISSUED), "no-permission-needed"),
    (
        "S6",
        ask(action="sts:AssumeRole", on=TARGET, resource=to({"AWS": USER}), context=ISSUED),
        "resource-allow",
    ),
    ("S6", ask(identity=[ALLOW], context=ISSUED), "identity-allow"),
    (
        "S6",
        ask(SERVICE, "iam:GetUser", USER, resource=to(HELPER), context=ISSUED),
        "non-account-allow",
    ),
]

LINKED_ROLE = f"arn:aws:iam::{A}:role/aws-service-role/ecs.amazonaws.com/Reader"
QUEUE, FUNCTION = f"arn:aws:sqs:eu-west-1:{A}:q", f"arn:aws:lambda:eu-west-1:{A}:function:f"
NO_ONE = [[to("*", Action="x:Y")]]
GRANTED = {"kmsGrants": [grant(USER, "RetireGrant", "Decrypt")]}
SUB = "resource-control-implicit-deny"


def controlled(by: Any, action: str, on: str, **rest: Any) -> Json:
    """A question that an RCP would stop."""
    return ask(by, action, on, identity=[ALLOW], resourceControl=NO_ONE, **rest)


# AWS Organizations User Guide, "Resource control policies (RCPs)", "List of AWS services that
# support RCPs", "Resources and entities not restricted by RCPs"; IAM User Guide, "Service-linked
# roles".
CONTROLLED: list[Row] = [
    ("S7", controlled(USER, "s3:GetObject", OBJECT), SUB),
    ("S7", controlled(USER, "sqs:SendMessage", QUEUE), SUB),
    ("S7", controlled(USER, "SQS:sendmessage", QUEUE), SUB),
    ("S7", controlled(USER, "logs:PutLogEvents", f"arn:aws:logs:eu-west-1:{A}:log-group:g"), SUB),
    ("S7", controlled(USER, "lambda:InvokeFunction", FUNCTION), "identity-allow"),
    ("S7", controlled(USER, "iam:GetUser", USER), "identity-allow"),
    ("S7", controlled(USER, "ec2:DescribeInstances", "*"), "identity-allow"),
    (
        "S7",
        ask(
            action="lambda:InvokeFunction",
            on=FUNCTION,
            identity=[ALLOW],
            resourceControl=[[to("*", "Deny")]],
        ),
        "identity-allow",
    ),
    ("S7", controlled(USER, "sts:AssumeRole", TARGET, resource=to({"AWS": USER})), SUB),
    (
        "S7",
        controlled(USER, "sts:AssumeRole", LINKED_ROLE, resource=to({"AWS": USER})),
        "identity-allow",
    ),
    (
        "S7",
        controlled(SERVICE, "sts:AssumeRole", LINKED_ROLE, resource=to(HELPER)),
        "non-account-allow",
    ),
    (
        "S7",
        controlled(
            USER,
            "sts:AssumeRole",
            f"arn:aws:iam::{A}:role/x/aws-service-role/L",
            resource=to({"AWS": USER}),
        ),
        SUB,
    ),
    ("S7", controlled(USER, "kms:Decrypt", KEY, resourceFacts=GRANTED), SUB),
    ("S7", controlled(USER, RETIRE, KEY, resourceFacts=GRANTED), "grant-allow"),
    (
        "S7",
        controlled(USER, "kms:Decrypt", KEY, resourceFacts=GRANTED | {"awsManagedKey": True}),
        "grant-allow",
    ),
    (
        "S7",
        controlled(USER, "kms:Decrypt", KEY, resourceFacts=GRANTED | {"awsManagedKey": False}),
        SUB,
    ),
    ("S7", controlled(LINKED, "s3:GetObject", OBJECT), "identity-allow"),
    ("S9", ask(action="sts:AssumeRoot", on=MEMBER_ROOT, identity=[ALLOW]), "identity-allow"),
    ("S9", ask(ROOT, "sts:AssumeRoot", MEMBER_ROOT, identity=[ALLOW]), "resource-implicit-deny"),
    ("S9", ask(action="iam:GetUser", on=MEMBER_ROOT, identity=[ALLOW]), "resource-implicit-deny"),
    ("S10", ask(ROOT, "s3:PutBucketPolicy", LOCKED_BUCKET, resource=LOCKED), "root-user-allow"),
    ("S10", ask(ROOT, "s3:PutBucketTagging", LOCKED_BUCKET, resource=LOCKED), "explicit-deny"),
    ("S10", ask(action="s3:PutBucketPolicy", on=LOCKED_BUCKET, resource=LOCKED), "explicit-deny"),
    ("S11", ask(action="ecr:PutImage", on=IMAGES, resource=EVERYTHING), "resource-allow"),
    ("S11", ask(action="ecr:PutImage", on=IMAGES, resource=EVERYTHING_DENIED), "explicit-deny"),
    ("S11", ask(action="s3:PutObject", on=OBJECT, resource=EVERYTHING), "identity-implicit-deny"),
    ("S8", controlled(LINKED_ROLE, "s3:GetObject", OBJECT), "identity-allow"),
    (
        "S8",
        controlled(PATHED | {"roleArn": LINKED_ROLE}, "s3:GetObject", OBJECT),
        "identity-allow",
    ),
    ("S8", controlled(PATHED, "s3:GetObject", OBJECT), SUB),
    (
        "S8",
        controlled(f"arn:aws:iam::{A}:role/x/aws-service-role/L", "s3:GetObject", OBJECT),
        SUB,
    ),
    (
        "S8",
        ask(LINKED_ROLE, identity=[ALLOW], serviceControl=[[DENY]]),
        "identity-allow",
    ),
]

# The order of the rules: an explicit deny, S6, S4, partitions, guardrails, trust or S1, S5.
CHINA = USER.replace("aws", "aws-cn")
ORDER: list[Row] = [
    ("S6, S4", ask(FEDERATED, "iam:DeletePolicy", MANAGED, identity=[ALLOW]), "session-limit"),
    (
        "S4, partition",
        ask(CHINA, "iam:DeletePolicy", MANAGED, identity=[ALLOW]),
        "reserved-by-aws",
    ),
    ("partition, S1", key(CHINA, identity=[ALLOW], serviceControl=[]), "cross-partition"),
    ("3, 4", ask(serviceControl=[], resourceControl=[]), SUB),
    ("4, 5", ask(serviceControl=[], endpoint=[]), "service-control-implicit-deny"),
    ("5, S1", key(identity=[ALLOW], endpoint=[]), "endpoint-implicit-deny"),
    ("S1, 8", key(on=FAR_KEY), "key-policy-implicit-deny"),
    ("trust, 8", ask(action="sts:AssumeRole", on=FAR_TARGET), "trust-implicit-deny"),
    ("trust, 6", ask(SERVICE, "sts:AssumeRole", TARGET, resource=STAR), "trust-implicit-deny"),
    ("trust, 6", ask(PROVIDER, WEB, TARGET), "trust-implicit-deny"),
    ("5, S5", bucket(resource=STAR, endpoint=[]), "endpoint-implicit-deny"),
    ("S5, 8", bucket(resource=STAR, session=[]), "block-public-access"),
]

ROWS = [*KEYS, *GRANTS, *RETIRING, *RESERVING, *BUCKETS, *SESSIONS, *CONTROLLED, *ORDER]


@pytest.mark.parametrize(("rule", "question", "answer"), ROWS)
def test_special(rule: str, question: Json, answer: str) -> None:
    assert evaluate(question)["rule"] == answer, rule


@pytest.mark.parametrize(("action", "constraints", "context", "holds"), CONSTRAINED)
def test_constraints_of_grants(action: str, constraints: Json, context: Json, holds: bool) -> None:
    given = grant(USER, action.removeprefix("kms:"), Constraints=constraints)
    rule = evaluate(key(action=action, grants=[given], context=context))["rule"]
    assert rule == ("grant-allow" if holds else "key-policy-implicit-deny")


BLOCKED = [
    (key(identity=[ALLOW], serviceControl=[[NONE]]), []),
    (
        key(grants=[grant()], serviceControl=[[NONE]], session=[NONE]),
        ["serviceControl", "session"],
    ),
    (key(grants=[grant()], resource=to({"AWS": USER}, "Deny")), ["resource"]),
    (bucket(resource=STAR, session=[]), []),
    (bucket(resource=to({"AWS": A}), session=[]), ["session"]),
    (ask(FEDERATED, "iam:GetUser", USER, identity=[ALLOW], session=[]), []),
    (ask(action="iam:DeletePolicy", on=MANAGED, identity=[ALLOW, DENY]), []),
    (
        ask(action="ec2:StartInstances", on="*", identity=[ALLOW, DENY], resourceControl=[]),
        ["identity"],
    ),
]


@pytest.mark.parametrize(("question", "layers"), BLOCKED)
def test_specials_stay_in_force_when_layers_are_taken_away(
    question: Json, layers: list[str]
) -> None:
    assert evaluate(question)["blockedBy"] == layers


def test_layers_say_what_they_say_by_themselves() -> None:
    effects = {
        row["layer"]: row["effect"]
        for row in evaluate(
            key(grants=[grant()], action="kms:RetireGrant", resourceControl=[[to("*", "Deny")]])
        )["layers"]
    }
    assert effects["resourceControl"] == "NOT_APPLICABLE"
    assert effects["resource"] == "NOT_APPLICABLE"
    blocked = evaluate(bucket(resource=STAR))["layers"]
    assert {"layer": "resource", "effect": "ALLOW"} in blocked


MALFORMED_FACTS = [
    {"kmsGrants": "x"},
    {"kmsGrants": ["x"]},
    {"kmsGrants": [grant(USER, "Dance")]},
    {"kmsGrants": [grant(Grantee=USER)]},
    {"kmsGrants": [grant(Constraints={"SourceAccount": A})]},
    {"blockPublicAccess": "true"},
    {"awsManagedKey": None},
    {"tags": []},
    {"owner": A},
]


@pytest.mark.parametrize("facts", MALFORMED_FACTS)
def test_malformed_facts_are_errors(facts: Json) -> None:
    assert evaluate(ask(identity=[ALLOW], resourceFacts=facts)) == {"error": True}
