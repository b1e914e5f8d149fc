"""The decision flow, step by step (``docs/reference/evaluation.md``), and who is met.

A row: the rule it shows, the question, and the rule of the engine that must decide it.
"""

from __future__ import annotations

from typing import Any

import pytest

from doorward.engine.decision import Effect, Rule
from tests.engine.build import (
    ALICE,
    ALICE_ID,
    FEDERATED,
    FULL,
    NONE,
    QUEUE,
    QUEUE_B,
    ROLE,
    ROOT,
    SEND,
    SESSION,
    TARGET,
    TARGET_B,
    A,
    B,
    allow,
    ask,
    deny,
    doc,
    to,
)

USER = {"type": "AWS", "arn": ALICE, "uniqueId": ALICE_ID}
READER = {"type": "AWS", "arn": SESSION, "roleArn": ROLE, "uniqueId": "AROAREADER"}
LINKED = {"type": "AWS", "arn": ROLE, "serviceLinked": True}
ANYONE = {"type": "Anonymous"}
SERVICE = {"type": "Service", "name": "sns.amazonaws.com"}
IDP = {"type": "Federated", "provider": "idp.example.com"}
OWNER = {"type": "CanonicalUser", "id": "79a5"}
DENIED = [doc(allow(), deny(Action=SEND))]
SAML, WEB = "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"


def trust(principal: Any, effect: str = "Allow") -> dict[str, Any]:
    """A trust policy: no Resource."""
    return doc({"Effect": effect, "Principal": principal, "Action": "sts:*"})


STEPS: list[tuple[str, dict[str, Any], Rule]] = [
    # 1. Actions that need no permission.
    (
        "1",
        {"action": "sts:GetCallerIdentity", "on": "*", "identity": [doc(deny())]},
        Rule.NO_PERMISSION_NEEDED,
    ),
    (
        "1",
        {"who": SERVICE, "action": "STS:getcalleridentity", "on": "*"},
        Rule.NO_PERMISSION_NEEDED,
    ),
    (
        "1",
        {"who": ANYONE, "action": "sts:GetCallerIdentity", "on": "*"},
        Rule.RESOURCE_IMPLICIT_DENY,
    ),
    (
        "1",
        {"action": "sts:GetSessionToken", "on": "*", "service_control": [[doc(deny())]]},
        Rule.NO_PERMISSION_NEEDED,
    ),
    (
        "1",
        {"who": SESSION, "action": "sts:GetSessionToken", "on": "*"},
        Rule.SESSION_LIMIT,
    ),
    # 2. An explicit deny, in every layer.
    *(
        ("2", {"identity": FULL} | layer, Rule.EXPLICIT_DENY)
        for layer in (
            {"identity": DENIED},
            {"permissions_boundary": DENIED},
            {"session": DENIED},
            {"service_control": [FULL, DENIED]},
            {"resource": doc(allow(Principal="*"), deny(Principal="*"))},
            {"resource_control": [[doc(allow(Principal="*"), deny(Principal="*"))]]},
            {"endpoint": [to("*"), doc(deny(Principal="*"))]},
        )
    ),
    # 3. RCPs: every level must allow, whoever asks.
    ("3", {"identity": FULL, "resource_control": [[to("*")], [to("*")]]}, Rule.IDENTITY_ALLOW),
    (
        "3",
        {"identity": FULL, "resource_control": [[to("*")], NONE]},
        Rule.RESOURCE_CONTROL_IMPLICIT_DENY,
    ),
    ("3", {"identity": FULL, "resource_control": NONE}, Rule.RESOURCE_CONTROL_IMPLICIT_DENY),
    (
        "3",
        {"who": ANYONE, "resource": to("*"), "resource_control": [NONE]},
        Rule.RESOURCE_CONTROL_IMPLICIT_DENY,
    ),
    ("3", {"who": LINKED, "identity": FULL, "resource_control": [NONE]}, Rule.IDENTITY_ALLOW),
    (
        "3",
        {
            "who": IDP,
            "action": WEB,
            "on": TARGET,
            "resource": trust({"Federated": "idp.example.com"}),
            "resource_control": [[to("*")]],
        },
        Rule.NON_ACCOUNT_ALLOW,
    ),
    *(
        ("P6", {"identity": FULL, "resource_control": [[doc(element)]]}, rule)
        for element, rule in (
            (allow(Principal={"AWS": "*"}), Rule.IDENTITY_ALLOW),
            (allow(Principal={"AWS": A}), Rule.RESOURCE_CONTROL_IMPLICIT_DENY),
            (allow(Principal={"AWS": ["*", A]}), Rule.RESOURCE_CONTROL_IMPLICIT_DENY),
            (allow(NotPrincipal={"AWS": B}), Rule.RESOURCE_CONTROL_IMPLICIT_DENY),
            (allow(NotPrincipal="*"), Rule.RESOURCE_CONTROL_IMPLICIT_DENY),
            (deny(Principal={"AWS": A}), Rule.EXPLICIT_DENY),
            (deny(Principal={"AWS": B}), Rule.RESOURCE_CONTROL_IMPLICIT_DENY),
            (deny(NotPrincipal={"AWS": B}), Rule.EXPLICIT_DENY),
        )
    ),
    # 4. SCPs: every level must allow; policies of one level unite.
    ("4", {"identity": FULL, "service_control": [FULL, FULL]}, Rule.IDENTITY_ALLOW),
    (
        "4",
        {
            "identity": FULL,
            "service_control": [[doc(allow(Action="s3:*")), doc(allow(Action=SEND))]],
        },
        Rule.IDENTITY_ALLOW,
    ),
    (
        "4",
        {"identity": FULL, "service_control": [FULL, [doc(allow(Action="s3:*"))]]},
        Rule.SERVICE_CONTROL_IMPLICIT_DENY,
    ),
    ("4", {"identity": FULL, "service_control": NONE}, Rule.SERVICE_CONTROL_IMPLICIT_DENY),
    ("4", {"who": ROOT, "service_control": [NONE]}, Rule.SERVICE_CONTROL_IMPLICIT_DENY),
    ("4", {"who": LINKED, "identity": FULL, "service_control": [NONE]}, Rule.IDENTITY_ALLOW),
    *(
        (
            "4",
            {"who": who, "resource": to(named), "service_control": [[doc(deny())]]},
            Rule.NON_ACCOUNT_ALLOW,
        )
        for who, named in (
            (ANYONE, "*"),
            (SERVICE, {"Service": "sns.amazonaws.com"}),
            (OWNER, {"CanonicalUser": "79a5"}),
        )
    ),
    # 5. The endpoint policy; an account there is its root user alone (P5).
    ("5", {"identity": FULL, "endpoint": [to("*")]}, Rule.IDENTITY_ALLOW),
    ("5", {"identity": FULL, "endpoint": NONE}, Rule.ENDPOINT_IMPLICIT_DENY),
    ("P5", {"identity": FULL, "endpoint": [to({"AWS": A})]}, Rule.ENDPOINT_IMPLICIT_DENY),
    ("P5", {"who": ROOT, "endpoint": [to({"AWS": A})]}, Rule.ROOT_USER_ALLOW),
    ("P5", {"identity": FULL, "endpoint": [to({"AWS": ALICE})]}, Rule.IDENTITY_ALLOW),
    (
        "P5",
        {
            "who": IDP,
            "action": SAML,
            "on": TARGET,
            "endpoint": [to("*")],
            "resource": trust({"Federated": "idp.example.com"}),
        },
        Rule.NON_ACCOUNT_ALLOW,
    ),
    # 6. Principals without an account.
    ("6", {"who": ANYONE, "resource": to("*")}, Rule.NON_ACCOUNT_ALLOW),
    ("6", {"who": ANYONE, "resource": to({"AWS": "*"})}, Rule.NON_ACCOUNT_ALLOW),
    ("6", {"who": ANYONE, "resource": to({"AWS": A})}, Rule.RESOURCE_IMPLICIT_DENY),
    ("6", {"who": ANYONE, "identity": FULL}, Rule.RESOURCE_IMPLICIT_DENY),
    (
        "6",
        {"who": ANYONE, "resource": doc(allow(NotPrincipal={"AWS": ALICE}))},
        Rule.NON_ACCOUNT_ALLOW,
    ),
    (
        "6",
        {"who": SERVICE, "resource": to({"Service": "sns.amazonaws.com"})},
        Rule.NON_ACCOUNT_ALLOW,
    ),
    (
        "6",
        {"who": SERVICE, "resource": to({"Service": "s3.amazonaws.com"})},
        Rule.RESOURCE_IMPLICIT_DENY,
    ),
    ("6", {"who": SERVICE, "resource": to("*")}, Rule.RESOURCE_IMPLICIT_DENY),
    (
        "6",
        {
            "who": SERVICE,
            "resource": doc(
                allow(Principal="*"), allow(Principal={"Service": "sns.amazonaws.com"})
            ),
        },
        Rule.NON_ACCOUNT_ALLOW,
    ),
    ("6", {"who": OWNER, "resource": to({"CanonicalUser": "79a5"})}, Rule.NON_ACCOUNT_ALLOW),
    ("6", {"who": OWNER, "resource": to("*")}, Rule.NON_ACCOUNT_ALLOW),
    ("6", {"who": OWNER, "resource": to({"CanonicalUser": "other"})}, Rule.RESOURCE_IMPLICIT_DENY),
    # 7. One account: identity, boundary and session policies together …
    ("7", {"identity": FULL}, Rule.IDENTITY_ALLOW),
    ("7", {}, Rule.IDENTITY_IMPLICIT_DENY),
    ("7", {"identity": NONE}, Rule.IDENTITY_IMPLICIT_DENY),
    ("7", {"identity": FULL, "permissions_boundary": NONE}, Rule.BOUNDARY_IMPLICIT_DENY),
    ("7", {"identity": FULL, "permissions_boundary": FULL}, Rule.IDENTITY_ALLOW),
    ("7", {"who": SESSION, "identity": FULL, "session": NONE}, Rule.SESSION_IMPLICIT_DENY),
    ("7", {"who": SESSION, "identity": FULL, "session": FULL}, Rule.IDENTITY_ALLOW),
    # … or the resource policy by itself: the table, cell by cell.
    ("7 user ARN", {"resource": to({"AWS": ALICE})}, Rule.RESOURCE_ALLOW),
    (
        "7 user ARN",
        {"resource": to({"AWS": ALICE}), "permissions_boundary": NONE},
        Rule.RESOURCE_ALLOW,
    ),
    ("7 user ARN", {"resource": to({"AWS": ALICE}), "session": NONE}, Rule.SESSION_IMPLICIT_DENY),
    ("7 user id", {"who": USER, "resource": to({"AWS": ALICE_ID})}, Rule.RESOURCE_ALLOW),
    ("7 user id", {"resource": to({"AWS": ALICE_ID})}, Rule.IDENTITY_IMPLICIT_DENY),
    ("7 session ARN", {"who": SESSION, "resource": to({"AWS": SESSION})}, Rule.RESOURCE_ALLOW),
    (
        "7 session ARN",
        {
            "who": SESSION,
            "resource": to({"AWS": SESSION}),
            "permissions_boundary": NONE,
            "session": NONE,
        },
        Rule.RESOURCE_ALLOW,
    ),
    ("7 role ARN", {"who": READER, "resource": to({"AWS": ROLE})}, Rule.RESOURCE_ALLOW),
    (
        "7 role ARN",
        {"who": READER, "resource": to({"AWS": ROLE}), "permissions_boundary": NONE},
        Rule.BOUNDARY_IMPLICIT_DENY,
    ),
    (
        "7 role ARN",
        {"who": READER, "resource": to({"AWS": ROLE}), "session": NONE},
        Rule.SESSION_IMPLICIT_DENY,
    ),
    ("7 role id", {"who": READER, "resource": to({"AWS": "AROAREADER"})}, Rule.RESOURCE_ALLOW),
    (
        "7 star",
        {"resource": to("*"), "permissions_boundary": NONE, "session": NONE},
        Rule.RESOURCE_ALLOW,
    ),
    (
        "7 star",
        {"who": SESSION, "resource": to("*"), "permissions_boundary": NONE, "session": NONE},
        Rule.RESOURCE_ALLOW,
    ),
    (
        "7 federated",
        {"who": FEDERATED, "resource": to({"AWS": FEDERATED}), "session": NONE},
        Rule.RESOURCE_ALLOW,
    ),
    ("7 federated", {"who": FEDERATED, "resource": to("*")}, Rule.IDENTITY_IMPLICIT_DENY),
    ("7 account", {"resource": to({"AWS": A})}, Rule.IDENTITY_IMPLICIT_DENY),
    ("7 account", {"resource": to({"AWS": A}), "identity": FULL}, Rule.IDENTITY_ALLOW),
    (
        "7 account",
        {"resource": to({"AWS": ROOT}), "identity": FULL, "permissions_boundary": NONE},
        Rule.BOUNDARY_IMPLICIT_DENY,
    ),
    (
        "7 best",
        {
            "who": READER,
            "resource": doc(
                allow(Principal={"AWS": [A, ROLE]}), allow(Principal={"AWS": SESSION})
            ),
            "session": NONE,
        },
        Rule.RESOURCE_ALLOW,
    ),
    ("7 role alone", {"who": ROLE, "resource": to({"AWS": SESSION})}, Rule.IDENTITY_IMPLICIT_DENY),
    ("7 role alone", {"who": ROLE, "resource": to({"AWS": ROLE})}, Rule.RESOURCE_ALLOW),
    # 8, 9. Across accounts: both sides, and no bypass.
    (
        "8",
        {"on": QUEUE_B, "identity": FULL, "resource": to({"AWS": ROOT})},
        Rule.CROSS_ACCOUNT_ALLOW,
    ),
    ("8", {"on": QUEUE_B, "identity": FULL, "resource": to({"AWS": A})}, Rule.CROSS_ACCOUNT_ALLOW),
    ("8", {"on": QUEUE_B, "identity": FULL, "resource": to("*")}, Rule.CROSS_ACCOUNT_ALLOW),
    ("8", {"on": QUEUE_B, "resource": to({"AWS": ALICE})}, Rule.IDENTITY_IMPLICIT_DENY),
    (
        "8",
        {
            "on": QUEUE_B,
            "identity": FULL,
            "resource": to({"AWS": ALICE}),
            "permissions_boundary": NONE,
        },
        Rule.BOUNDARY_IMPLICIT_DENY,
    ),
    (
        "8",
        {
            "who": SESSION,
            "on": QUEUE_B,
            "identity": FULL,
            "resource": to({"AWS": SESSION}),
            "session": NONE,
        },
        Rule.SESSION_IMPLICIT_DENY,
    ),
    (
        "8",
        {"on": QUEUE_B, "identity": FULL, "resource": to({"AWS": B})},
        Rule.RESOURCE_IMPLICIT_DENY,
    ),
    ("9", {"on": QUEUE_B, "identity": FULL}, Rule.RESOURCE_IMPLICIT_DENY),
    (
        "8",
        {"on": f"arn:aws-cn:sqs:cn-north-1:{A}:q", "identity": FULL, "resource": to("*")},
        Rule.CROSS_PARTITION,
    ),
    ("8", {"on": "arn:aws:s3:::b/k", "account": B, "identity": FULL}, Rule.RESOURCE_IMPLICIT_DENY),
    ("8", {"on": "arn:aws:s3:::b/k", "account": A, "identity": FULL}, Rule.IDENTITY_ALLOW),
    ("8", {"on": "arn:aws:s3:::b/k", "identity": FULL}, Rule.IDENTITY_ALLOW),
    (
        "8",
        {
            "on": "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "action": "iam:GetPolicy",
            "identity": FULL,
        },
        Rule.IDENTITY_ALLOW,
    ),
    # 10. The root user.
    ("10", {"who": ROOT}, Rule.ROOT_USER_ALLOW),
    ("10", {"who": ROOT, "permissions_boundary": NONE}, Rule.ROOT_USER_ALLOW),
    ("10", {"who": ROOT, "session": NONE}, Rule.SESSION_IMPLICIT_DENY),
    ("10", {"who": ROOT, "on": QUEUE_B}, Rule.RESOURCE_IMPLICIT_DENY),
    ("10", {"who": ROOT, "resource": doc(deny(Principal={"AWS": A}))}, Rule.EXPLICIT_DENY),
]

ASSUME: list[tuple[str, dict[str, Any], Rule]] = [
    ("trust", {"identity": FULL}, Rule.TRUST_IMPLICIT_DENY),
    ("trust", {"who": ROOT}, Rule.TRUST_IMPLICIT_DENY),
    ("trust", {"who": ROOT, "resource": trust({"AWS": A})}, Rule.ROOT_USER_ALLOW),
    ("trust", {"resource": trust({"AWS": ALICE})}, Rule.RESOURCE_ALLOW),
    ("trust", {"resource": trust({"AWS": A})}, Rule.IDENTITY_IMPLICIT_DENY),
    ("trust", {"resource": trust({"AWS": A}), "identity": FULL}, Rule.IDENTITY_ALLOW),
    ("trust", {"resource": trust({"AWS": ALICE}, "Deny"), "identity": FULL}, Rule.EXPLICIT_DENY),
    ("trust", {"on": TARGET_B, "resource": trust({"AWS": ALICE})}, Rule.IDENTITY_IMPLICIT_DENY),
    (
        "trust",
        {"on": TARGET_B, "resource": trust({"AWS": A}), "identity": FULL},
        Rule.CROSS_ACCOUNT_ALLOW,
    ),
    (
        "trust",
        {"who": SERVICE, "resource": trust({"Service": "sns.amazonaws.com"})},
        Rule.NON_ACCOUNT_ALLOW,
    ),
    ("trust", {"who": SERVICE, "resource": trust("*")}, Rule.TRUST_IMPLICIT_DENY),
    (
        "trust",
        {"who": IDP, "action": SAML, "resource": trust({"Federated": "idp.example.com"})},
        Rule.NON_ACCOUNT_ALLOW,
    ),
    (
        "trust",
        {"who": IDP, "action": WEB, "resource": trust({"Federated": "other"})},
        Rule.TRUST_IMPLICIT_DENY,
    ),
    ("trust", {"who": IDP, "action": WEB, "resource": trust("*")}, Rule.TRUST_IMPLICIT_DENY),
    (
        "trust",
        {"who": IDP, "resource": trust({"Federated": "idp.example.com"})},
        Rule.TRUST_IMPLICIT_DENY,
    ),
    (
        "trust",
        {
            "who": IDP,
            "action": SAML,
            "resource": doc(
                {"Effect": "Allow", "Principal": {"Federated": "idp.example.com"}, "Action": "*"},
                {"Effect": "Deny", "Principal": "*", "Action": "*"},
            ),
        },
        Rule.EXPLICIT_DENY,
    ),
    ("trust", {"action": "sts:TagSession", "identity": FULL}, Rule.TRUST_IMPLICIT_DENY),
    ("trust", {"action": "sts:TagSession", "on": "*", "identity": FULL}, Rule.IDENTITY_ALLOW),
    (
        "trust",
        {"action": "sts:SetSourceIdentity", "resource": trust({"AWS": ALICE})},
        Rule.RESOURCE_ALLOW,
    ),
    (
        "G2",
        {
            "action": "iam:GetRole",
            "resource": doc({"Effect": "Allow", "Principal": "*", "Action": "*"}),
        },
        Rule.IDENTITY_IMPLICIT_DENY,
    ),
    (
        "G2",
        {"resource": trust({"AWS": ALICE}), "identity": [doc(deny(Resource=None))]},
        Rule.RESOURCE_ALLOW,
    ),
]

PRINCIPALS: list[tuple[str, dict[str, Any], Rule]] = [
    ("P2", {"resource": doc(deny()), "identity": FULL}, Rule.IDENTITY_ALLOW),
    ("P2", {"resource": doc(allow())}, Rule.IDENTITY_IMPLICIT_DENY),
    (
        "P3",
        {"resource": doc(deny(NotPrincipal={"AWS": ALICE})), "identity": FULL},
        Rule.IDENTITY_ALLOW,
    ),
    (
        "P3",
        {"resource": doc(deny(NotPrincipal={"AWS": A})), "identity": FULL},
        Rule.IDENTITY_ALLOW,
    ),
    (
        "P3",
        {"resource": doc(deny(NotPrincipal={"AWS": ROLE})), "identity": FULL},
        Rule.EXPLICIT_DENY,
    ),
    ("P3", {"resource": doc(allow(NotPrincipal={"AWS": ROLE}))}, Rule.RESOURCE_ALLOW),
    ("P3", {"resource": doc(allow(NotPrincipal="*"))}, Rule.IDENTITY_IMPLICIT_DENY),
    (
        "P4",
        {
            "resource": doc(deny(NotPrincipal={"AWS": ALICE})),
            "identity": FULL,
            "permissions_boundary": FULL,
        },
        Rule.EXPLICIT_DENY,
    ),
    (
        "P4",
        {
            "who": ROOT,
            "resource": doc(deny(NotPrincipal={"AWS": A})),
            "permissions_boundary": FULL,
        },
        Rule.ROOT_USER_ALLOW,
    ),
    (
        "P4",
        {"resource": doc(allow(NotPrincipal={"AWS": ALICE})), "permissions_boundary": FULL},
        Rule.IDENTITY_IMPLICIT_DENY,
    ),
    ("G2", {"identity": [doc(allow(Principal="*"))]}, Rule.IDENTITY_IMPLICIT_DENY),
    ("G2", {"identity": [doc(allow(), deny(Principal={"AWS": "x"}))]}, Rule.EXPLICIT_DENY),
    (
        "1.6",
        {"who": SESSION, "resource": to({"AWS": f"arn:aws:iam::{A}:role/other/READER"})},
        Rule.RESOURCE_ALLOW,
    ),
    (
        "1.6",
        {"who": SESSION, "resource": to({"AWS": f"arn:aws:iam::{B}:role/Reader"})},
        Rule.IDENTITY_IMPLICIT_DENY,
    ),
    (
        "1.6",
        {"who": SESSION, "resource": to({"AWS": f"arn:aws-cn:iam::{A}:role/Reader"})},
        Rule.IDENTITY_IMPLICIT_DENY,
    ),
    (
        "1.6",
        {"resource": to({"AWS": f"arn:aws-cn:iam::{A}:root"}), "identity": FULL},
        Rule.IDENTITY_ALLOW,
    ),
    (
        "1.6",
        {
            "who": ROOT,
            "on": QUEUE,
            "resource": doc(deny(Principal={"AWS": [f"arn:aws-cn:iam::{A}:root"]})),
        },
        Rule.ROOT_USER_ALLOW,
    ),
    (
        "1.6",
        {"resource": to({"AWS": ALICE.replace("alice", "Alice")})},
        Rule.IDENTITY_IMPLICIT_DENY,
    ),
    ("G5", {"resource": to({"AWS": f"arn:aws:iam::{A}:user/*"})}, Rule.IDENTITY_IMPLICIT_DENY),
    ("1.6", {"resource": to({"AWS": "arn:aws"})}, Rule.IDENTITY_IMPLICIT_DENY),
]


KEY = f"arn:aws:kms:eu-west-1:{A}:key/k"
KEY_B = f"arn:aws:kms:eu-west-1:{B}:key/k"
DECRYPT = "kms:Decrypt"
OPEN = {"account": B, "on": "arn:aws:s3:::b/k", "action": "s3:GetObject", "resource": to("*")}


def grant(grantee: str, **more: Any) -> dict[str, Any]:
    """Facts of a key with one grant."""
    found = {"GranteePrincipal": grantee, "Operations": ["Decrypt", "CreateGrant"]} | more
    return {"kmsGrants": [found]}


SPECIAL: list[tuple[str, dict[str, Any], Rule]] = [
    ("S1", {"identity": FULL, "resource": to({"AWS": ALICE})}, Rule.IDENTITY_ALLOW),
    ("S1", {"identity": FULL}, Rule.KEY_POLICY_IMPLICIT_DENY),
    ("S1", {"identity": FULL, "resource": to({"AWS": A})}, Rule.IDENTITY_ALLOW),
    ("S1", {"resource": to({"AWS": A})}, Rule.IDENTITY_IMPLICIT_DENY),
    ("S1", {"resource": to({"AWS": ALICE})}, Rule.RESOURCE_ALLOW),
    ("S1", {"identity": FULL, "on": KEY_B}, Rule.KEY_POLICY_IMPLICIT_DENY),
    ("S2", {"facts": grant(ALICE)}, Rule.GRANT_ALLOW),
    ("S2", {"facts": grant(ALICE), "permissions_boundary": NONE}, Rule.BOUNDARY_IMPLICIT_DENY),
    ("S2", {"facts": grant(ALICE), "action": "kms:Encrypt"}, Rule.KEY_POLICY_IMPLICIT_DENY),
    ("S2", {"facts": grant(A)}, Rule.IDENTITY_IMPLICIT_DENY),
    ("S2", {"facts": grant(A), "identity": FULL}, Rule.GRANT_ALLOW),
    ("S2", {"facts": grant(ALICE), "on": KEY_B}, Rule.IDENTITY_IMPLICIT_DENY),
    ("S2", {"facts": grant(ALICE), "on": KEY_B, "identity": FULL}, Rule.GRANT_ALLOW),
    ("S2", {"facts": grant(ALICE), "identity": [doc(deny())]}, Rule.EXPLICIT_DENY),
    (
        "S2",
        {
            "action": "kms:RetireGrant",
            "facts": grant(ALICE, RetiringPrincipal=A, Operations=["RetireGrant"]),
        },
        Rule.GRANT_ALLOW,
    ),
    (
        "S3",
        {"action": "kms:DeleteAlias", "on": f"arn:aws:kms:eu-west-1:{A}:alias/aws/s3"},
        Rule.RESERVED_BY_AWS,
    ),
    (
        "S4",
        {"action": "iam:DeletePolicy", "on": "arn:aws:iam::aws:policy/X", "identity": FULL},
        Rule.RESERVED_BY_AWS,
    ),
    (
        "S4",
        {"action": "iam:DeletePolicy", "on": f"arn:aws:iam::{A}:policy/X", "identity": FULL},
        Rule.IDENTITY_ALLOW,
    ),
    ("S5", OPEN | {"identity": FULL}, Rule.CROSS_ACCOUNT_ALLOW),
    (
        "S5",
        OPEN | {"identity": FULL, "facts": {"blockPublicAccess": True}},
        Rule.BLOCK_PUBLIC_ACCESS,
    ),
    ("S5", OPEN | {"account": A, "facts": {"blockPublicAccess": True}}, Rule.RESOURCE_ALLOW),
    (
        "S6",
        {"who": SESSION, "action": "sts:GetFederationToken", "on": "*", "identity": FULL},
        Rule.SESSION_LIMIT,
    ),
    (
        "S6",
        {
            "action": "iam:ListUsers",
            "on": "*",
            "identity": FULL,
            "context": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"},
        },
        Rule.SESSION_LIMIT,
    ),
    (
        "S6",
        {
            "action": "iam:ListUsers",
            "on": "*",
            "identity": FULL,
            "context": {
                "aws:TokenIssueTime": "2026-01-01T00:00:00Z",
                "aws:MultiFactorAuthPresent": True,
            },
        },
        Rule.IDENTITY_ALLOW,
    ),
    (
        "S6",
        {
            "action": "sts:GetSessionToken",
            "on": "*",
            "identity": FULL,
            "context": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"},
        },
        Rule.SESSION_LIMIT,
    ),
    (
        "S7",
        {
            "action": "ec2:StartInstances",
            "on": f"arn:aws:ec2:eu-west-1:{A}:instance/i",
            "identity": FULL,
            "resource_control": [NONE],
        },
        Rule.IDENTITY_ALLOW,
    ),
]


@pytest.mark.parametrize(("step", "question", "rule"), SPECIAL)
def test_where_services_depart(step: str, question: dict[str, Any], rule: Rule) -> None:
    decision = ask(**({"action": DECRYPT, "on": KEY} | question))
    assert decision.rule is rule, step
    assert decision.allowed is (rule.value in ALLOWING_NAMES)


ALLOWING_NAMES = {
    "grant-allow",
    "no-permission-needed",
    "root-user-allow",
    "identity-allow",
    "resource-allow",
    "cross-account-allow",
    "non-account-allow",
}


@pytest.mark.parametrize(("step", "question", "rule"), STEPS + PRINCIPALS)
def test_the_rule_that_decides(step: str, question: dict[str, Any], rule: Rule) -> None:
    decision = ask(**question)
    assert decision.rule is rule, step
    assert decision.allowed is (rule.value in ALLOWING_NAMES)


@pytest.mark.parametrize(("step", "question", "rule"), ASSUME)
def test_role_trust(step: str, question: dict[str, Any], rule: Rule) -> None:
    """§1.8: a role's trust policy must allow, whoever asks."""
    decision = ask(**({"action": "sts:AssumeRole", "on": TARGET} | question))
    assert decision.rule is rule, step


def test_every_rule_decides_somewhere() -> None:
    assert {rule for _, _, rule in STEPS + ASSUME + PRINCIPALS + SPECIAL} == set(Rule)


def test_of_several_resources_the_most_severe_answer_counts() -> None:
    """R8."""
    policy = [doc(allow(Resource=[QUEUE, f"{QUEUE}3"]), deny(Resource=f"{QUEUE}3"))]
    first = ask(on=[QUEUE, f"{QUEUE}2", f"{QUEUE}4"], identity=policy)
    assert (first.effect, first.resource) == (Effect.IMPLICIT_DENY, f"{QUEUE}2")
    severest = ask(on=[f"{QUEUE}2", f"{QUEUE}3"], identity=policy)
    assert (severest.effect, severest.resource) == (Effect.EXPLICIT_DENY, f"{QUEUE}3")
    assert ask(on=[QUEUE, QUEUE], identity=policy).allowed
