"""Every row of the tables of ``engine.special``, asked for by itself.

Sources: AWS Organizations User Guide, "List of AWS services that support RCPs" (November 2026);
IAM User Guide, "AWS managed policies"; IAM Identity Center User Guide (reserved roles).
"""

from __future__ import annotations

import pytest

from doorward.engine.decision import Rule
from doorward.engine.layers import Policy
from doorward.policy.parse import parse_or_raise
from tests.engine.build import ALICE, FULL, NONE, QUEUE, ROOT, A, allow, ask, deny, doc, to

COVERED = [
    "appstream",
    "dsql",
    "clouddirectory",
    "cloudfront",
    "cloudsearch",
    "logs",
    "networkmonitor",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "comprehendmedical",
    "firehose",
    "dynamodb",
    "dax",
    "autoscaling",
    "ecr",
    "ecr-public",
    "gamelift",
    "inspector-scan",
    "kendra",
    "kinesisvideo",
    "memorydb",
    "aoss",
    "personalize",
    "polly",
    "s3",
    "swf",
    "sqs",
    "textract",
    "timestream-influxdb",
    "transcribe",
    "translate",
    "workspaces",
    "appconfig",
    "autoscaling-plans",
    "budgets",
    "servicediscovery",
    "cloudtrail-data",
    "codeartifact",
    "codebuild",
    "codecommit",
    "codepipeline",
    "compute-optimizer",
    "cost-optimization-hub",
    "events",
    "fms",
    "fis",
    "health",
    "rolesanywhere",
    "opensearch",
    "pricing",
    "pca-connector-ad",
    "resource-groups",
    "secretsmanager",
    "signin",
    "support",
    "transfer",
    "notifications",
    "wafv2",
    "xray",
]
NOT_COVERED = ("ec2", "iam", "lambda", "sns", "rds", "organizations")
KEY = f"arn:aws:kms:eu-west-1:{A}:key/k"
GRANT = {"kmsGrants": [{"GranteePrincipal": A, "Operations": ["Decrypt", "Encrypt"]}]}

ROLE_CHANGES = [
    "AttachRolePolicy",
    "CreateRole",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "TagRole",
    "UntagRole",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
    "UpdateRoleDescription",
]
POLICY_CHANGES = [
    "CreatePolicyVersion",
    "DeletePolicy",
    "DeletePolicyVersion",
    "SetDefaultPolicyVersion",
    "TagPolicy",
    "UntagPolicy",
]


@pytest.mark.parametrize("service", COVERED)
def test_resource_control_policies_cover(service: str) -> None:
    on = f"arn:aws:{service}:eu-west-1:{A}:thing/x"
    found = ask(ALICE, f"{service}:DoIt", on, identity=FULL, resource_control=[NONE])
    assert found.rule is Rule.RESOURCE_CONTROL_IMPLICIT_DENY
    assert found.assumptions == ()


@pytest.mark.parametrize("service", NOT_COVERED)
def test_resource_control_policies_do_not_cover(service: str) -> None:
    on = f"arn:aws:{service}:eu-west-1:{A}:thing/x"
    found = ask(ALICE, f"{service}:DoIt", on, identity=FULL, resource_control=[NONE])
    assert found.rule is Rule.IDENTITY_ALLOW
    assert "rule S7" in found.assumptions[0]


def test_nobody_knows_whose_a_bucket_is() -> None:
    found = ask(on="arn:aws:s3:::b", action="s3:ListBucket", identity=FULL)
    assert "nobody says who owns arn:aws:s3:::b" in found.assumptions[0]
    assert ask(on="*", action="s3:ListAllMyBuckets", identity=FULL).assumptions == ()


@pytest.mark.parametrize(
    ("action", "on"),
    [
        *((name, f"arn:aws:iam::{A}:role/aws-reserved/R") for name in ROLE_CHANGES),
        *((name, "arn:aws:iam::aws:policy/P") for name in POLICY_CHANGES),
    ],
)
def test_what_belongs_to_aws_is_not_changed(action: str, on: str) -> None:
    assert ask(action=f"iam:{action}", on=on, identity=FULL).rule is Rule.RESERVED_BY_AWS
    own = on.replace("aws-reserved/", "").replace("::aws:", f"::{A}:")
    assert ask(action=f"iam:{action}", on=own, identity=FULL).rule is Rule.IDENTITY_ALLOW


def test_grants_are_of_keys() -> None:
    """S2: elsewhere they say nothing."""
    facts = {"kmsGrants": [{"GranteePrincipal": ALICE, "Operations": ["CreateAlias"]}]}
    alias = f"arn:aws:kms:eu-west-1:{A}:alias/own"
    assert ask(action="kms:CreateAlias", on=alias, facts=facts).rule is Rule.IDENTITY_IMPLICIT_DENY


@pytest.mark.parametrize("identity", [NONE, FULL])
def test_a_root_user_whom_the_key_policy_lets_in_needs_no_grant(identity: object) -> None:
    found = ask(ROOT, "kms:Decrypt", KEY, facts=GRANT, identity=identity, resource=to({"AWS": A}))
    assert found.rule is Rule.ROOT_USER_ALLOW


@pytest.mark.parametrize("order", [1, -1])
def test_a_policy_may_name_the_caller_more_than_once(order: int) -> None:
    named = [allow(Principal={"AWS": ALICE}), allow(Principal={"AWS": A})][::order]
    assert ask(resource=doc(*named)).rule is Rule.RESOURCE_ALLOW


def test_a_statement_is_referred_to_by_its_policy() -> None:
    document = parse_or_raise('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}')
    found = ask(identity=[Policy(document, "Name", "arn:aws:iam::aws:policy/Name", "via")])
    (ref,) = found.determining
    assert (ref.policy_name, ref.policy_arn, ref.policy_via) == (
        "Name",
        "arn:aws:iam::aws:policy/Name",
        "via",
    )


def test_a_deny_that_names_principals_where_none_is_named_is_told_to_match() -> None:
    """Closed by default: the element is invalid there, and its Deny applies."""
    found = ask(on=QUEUE, identity=[doc(deny(Principal={"AWS": "x"}))], expand=True)
    assert found.rule is Rule.EXPLICIT_DENY
    assert found.statements is not None
    assert [element.matched for element in found.statements[0].elements] == [True, True, True]
