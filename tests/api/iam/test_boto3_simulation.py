"""SimulateCustomPolicy and GetContextKeysForCustomPolicy, by unmodified boto3.

Provenance, row by row: the examples of the IAM API Reference (their policies written as JSON,
which the pages' are not) and of the AWS CLI's pages, with the answers printed there; answers
recorded from AWS. Where Doorward departs, docs/how-to/simulate-with-boto3.md says so.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.api.iam.people import allow, policy, refused
from tests.live import ACCOUNT, LiveServer

Json = dict[str, Any]

OTHER = "444455556666"
MATEO = f"arn:aws:iam::{OTHER}:user/mateo"
IAM_ONLY = policy(allow("iam:*"))
OBJECT = "arn:aws:s3:::production/Test"
TO_MATEO = policy(
    {
        "Effect": "Allow",
        "Principal": {"AWS": MATEO},
        "Action": ["s3:List*", "s3:Put*"],
        "Resource": "arn:aws:s3:::production/*",
    }
)


@pytest.fixture(scope="module")
def iam(live_server: LiveServer) -> Any:
    return live_server.client("iam")


def custom(
    iam: Any, *policies: str, actions: str | list[str] = "s3:PutObject", **more: Any
) -> Any:
    """Return the results of a simulation of one action or several."""
    names = [actions] if isinstance(actions, str) else actions
    answer = iam.simulate_custom_policy(PolicyInputList=policies, ActionNames=names, **more)
    assert answer["IsTruncated"] is False
    return answer["EvaluationResults"]


def place(statement: Json) -> tuple[str, tuple[int, int], tuple[int, int]]:
    """Return whose statement it is, and from where to where it reaches (line, column)."""
    start, end = statement["StartPosition"], statement["EndPosition"]
    return (
        statement["SourcePolicyId"],
        (start["Line"], start["Column"]),
        (end["Line"], end["Column"]),
    )


# ------------------------------------------------------------------- decisions and members

AFTER_2018 = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*",'
    '"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}'
)


def moment(value: str) -> Json:
    return {
        "ContextEntries": [
            {
                "ContextKeyName": "aws:CurrentTime",
                "ContextKeyValues": [value],
                "ContextKeyType": "date",
            }
        ]
    }


def test_an_allow_on_everything_has_the_members_that_aws_gives(iam: Any) -> None:
    """AWS CLI, `simulate-custom-policy`, example 1; SourcePolicyType as recorded."""
    (found,) = custom(
        iam, AFTER_2018, actions="dynamodb:CreateBackup", **moment("2019-04-25T11:00:00Z")
    )
    assert found == {
        "EvalActionName": "dynamodb:CreateBackup",
        "EvalResourceName": "*",
        "EvalDecision": "allowed",
        "MatchedStatements": [
            {
                "SourcePolicyId": "PolicyInputList.1",
                "SourcePolicyType": "IAM Policy",
                "StartPosition": {"Line": 1, "Column": 38},
                "EndPosition": {"Line": 1, "Column": 167},
            }
        ],
        "MissingContextValues": [],
    }


def test_a_denial_has_no_statements_and_names_what_is_missing(iam: Any) -> None:
    """AWS CLI, `simulate-custom-policy`, example 2."""
    action = "dynamodb:CreateBackup"
    (found,) = custom(iam, AFTER_2018, actions=action, **moment("2014-04-25T11:00:00Z"))
    assert (found["EvalDecision"], found["MatchedStatements"], found["MissingContextValues"]) == (
        "implicitDeny",
        [],
        [],
    )
    (found,) = custom(iam, AFTER_2018, actions=action)
    assert found["MissingContextValues"] == ["aws:CurrentTime"]


def test_in_one_account_a_resource_policy_allows_past_the_boundary(iam: Any) -> None:
    """API Reference, SimulateCustomPolicy, "Same-Account Simulation": both policies allow IAM."""
    (found,) = custom(
        iam,
        IAM_ONLY,
        CallerArn=MATEO,
        ResourceArns=[OBJECT],
        ResourceOwner=f"arn:aws:iam::{OTHER}:root",
        PermissionsBoundaryPolicyInputList=[IAM_ONLY],
        ResourcePolicy=TO_MATEO,
    )
    assert found["EvalDecision"] == "allowed"
    assert found["EvalDecisionDetails"] == {}
    assert found["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    (specific,) = found["ResourceSpecificResults"]
    assert specific == {
        "EvalResourceName": OBJECT,
        "EvalResourceDecision": "allowed",
        "MatchedStatements": found["MatchedStatements"],
        "MissingContextValues": [],
        "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False},
    }
    (statement,) = found["MatchedStatements"]
    assert statement["SourcePolicyType"] == "Resource Policy"
    assert statement["SourcePolicyId"] == "ResourcePolicy"


def test_across_accounts_every_kind_of_policy_says_what_it_decides(iam: Any) -> None:
    """API Reference, SimulatePrincipalPolicy, "Cross-Account Simulation"."""
    asked: Json = {
        "CallerArn": MATEO,
        "ResourceArns": [OBJECT],
        "ResourceOwner": "arn:aws:iam::123456789012:root",
        "PermissionsBoundaryPolicyInputList": [IAM_ONLY],
        "ResourcePolicy": TO_MATEO,
    }
    details = {
        "IAM Policy": "implicitDeny",
        "Resource Policy": "allowed",
        "Permissions Boundary Policy": "implicitDeny",
    }
    (found,) = custom(iam, policy(allow("sqs:*")), **asked)
    assert (found["EvalDecision"], found["MatchedStatements"]) == ("implicitDeny", [])
    assert found["EvalDecisionDetails"] == details
    (specific,) = found["ResourceSpecificResults"]
    assert specific["EvalDecisionDetails"] == details
    assert [each["SourcePolicyId"] for each in specific["MatchedStatements"]] == ["ResourcePolicy"]
    # Where an SCP stops the request, nothing more is said of the rest.
    levels = [{"ServiceControlPolicyInputList": [IAM_ONLY]}]
    (found,) = custom(
        iam, policy(allow("s3:*")), OrderedOrganizationPolicyInputList=levels, **asked
    )
    assert found["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": False}
    assert "EvalDecisionDetails" not in found
    # A resource without a policy lets nobody of another account in.
    del asked["ResourcePolicy"], asked["PermissionsBoundaryPolicyInputList"]
    (found,) = custom(iam, policy(allow("s3:*")), **asked)
    assert found["EvalDecisionDetails"] == {
        "IAM Policy": "allowed",
        "Resource Policy": "implicitDeny",
    }


def test_the_resources_of_an_action_are_united_in_one_result(iam: Any) -> None:
    """API Reference, EvaluationResult: "a single EvaluationResult per action"."""
    reading = policy(
        allow("s3:GetObject", "arn:aws:s3:::a/*", Condition={"Bool": {"app:Here": "true"}}),
        allow("s3:GetObject", "arn:aws:s3:::b/*"),
        {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::c/*"},
    )
    arns = [f"arn:aws:s3:::{bucket}/k" for bucket in "abc"]
    (found,) = custom(iam, reading, actions="s3:GetObject", ResourceArns=arns)
    specific = found["ResourceSpecificResults"]
    assert [each["EvalResourceName"] for each in specific] == arns
    assert [each["EvalResourceDecision"] for each in specific] == [
        "implicitDeny",
        "allowed",
        "explicitDeny",
    ]
    assert found["EvalDecision"] == "explicitDeny"
    assert found["EvalResourceName"] == "arn:${Partition}:s3:::${BucketName}/${ObjectName}"
    # Only the statements of the decision that is reported; all missing keys, each once.
    assert found["MatchedStatements"] == specific[2]["MatchedStatements"]
    assert found["MissingContextValues"] == ["app:Here"]
    (found,) = custom(iam, reading, actions="s3:GetObject", ResourceArns=[*arns[1:2], "*"])
    assert found["EvalDecision"] == "implicitDeny"
    assert [each["EvalResourceDecision"] for each in found["ResourceSpecificResults"]] == [
        "allowed",
        "implicitDeny",
    ]


def test_levels_of_service_control_policies(iam: Any) -> None:
    """API Reference: the root first, the account last; every level has to allow."""
    full, queues = policy(allow("*")), policy(allow("sqs:*"))

    def asked(*levels: list[str]) -> Any:
        given = [{"ServiceControlPolicyInputList": level} for level in levels]
        (found,) = custom(iam, full, OrderedOrganizationPolicyInputList=given)
        assert all(
            each["SourcePolicyId"] == "PolicyInputList.1" for each in found["MatchedStatements"]
        )
        return found["EvalDecision"], found["OrganizationsDecisionDetail"][
            "AllowedByOrganizations"
        ]

    deny = policy({"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"})
    assert asked([full], [full]) == ("allowed", True)
    assert asked([full], [queues], [full]) == ("implicitDeny", False)
    assert asked([full], [full, deny]) == ("explicitDeny", False)


def test_a_trust_policy_is_honoured(iam: Any) -> None:
    """Not by AWS's simulator ("isn't supported for IAM roles"; aws-cli issue 10314)."""
    role = f"arn:aws:iam::{OTHER}:role/Ops"

    def asked(trusted: str | None) -> str:
        trust = policy(
            {"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole"}
        )
        more = {} if trusted is None else {"ResourcePolicy": trust}
        (found,) = custom(
            iam,
            policy(allow("sts:AssumeRole")),
            actions="sts:AssumeRole",
            CallerArn=MATEO,
            ResourceArns=[role],
            **more,
        )
        decision: str = found["ResourceSpecificResults"][0]["EvalResourceDecision"]
        return decision

    assert asked(MATEO) == "allowed"
    assert asked(f"arn:aws:iam::{OTHER}:user/other") == "implicitDeny"
    assert asked(None) == "implicitDeny"


# -------------------------------------------------------------------------------- positions

ALLOW_S3 = '{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}'
ALLOW_SQS = ALLOW_S3.replace("s3", "sqs")
EXAMPLE_1 = """{
  "Version":"2012-10-17",
  "Statement":{
    "Effect":"Allow",
    "Action":"s3:PutObject",
    "Resource":"arn:aws:s3:::my-test-bucket"
  }
}"""
ADMINISTRATOR = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "*",
      "Resource": "*"
    }
  ]
}"""


@pytest.mark.parametrize(
    ("text", "places"),
    [
        # Recorded: 1:41 for the first of json.dumps' list; the next begins where it ends.
        (
            f'{{"Version": "2012-10-17", "Statement": [{ALLOW_S3}, {ALLOW_SQS}, {ALLOW_S3}]}}',
            [((1, 41), (1, 95)), ((1, 152), (1, 208))],
        ),
        # API Reference, SimulatePrincipalPolicy, example 1: 3:16 to 7:4.
        (
            EXAMPLE_1,
            [((3, 16), (7, 4))],
        ),
        # Recorded of AdministratorAccess: 3:17 to 8:6.
        (
            ADMINISTRATOR,
            [((3, 17), (8, 6))],
        ),
    ],
)
def test_statements_reach_from_where_to_where_aws_says(iam: Any, text: str, places: Any) -> None:
    bucket = "arn:aws:s3:::my-test-bucket"
    (found,) = custom(iam, text, ResourceArns=[bucket])
    assert [place(each)[1:] for each in found["MatchedStatements"]] == places


# ------------------------------------------------------------------------- context entries


@pytest.mark.parametrize(
    ("kind", "operator", "wanted", "values"),
    [
        ("string", "StringEquals", "red", ["red"]),
        ("stringList", "ForAnyValue:StringEquals", "red", ["blue", "red"]),
        ("numeric", "NumericLessThan", "10", ["9.5"]),
        ("numericList", "ForAllValues:NumericLessThan", "10", ["1", "2"]),
        ("boolean", "Bool", "true", ["true"]),
        ("booleanList", "ForAnyValue:Bool", "true", ["false", "true"]),
        ("ip", "IpAddress", "203.0.113.0/24", ["203.0.113.7"]),
        ("ipList", "ForAnyValue:IpAddress", "203.0.113.0/24", ["203.0.113.7"]),
        ("binary", "BinaryEquals", "QUJD", ["QUJD"]),
        ("binaryList", "ForAnyValue:BinaryEquals", "QUJD", ["QUJD", "AAAA"]),
        ("date", "DateLessThan", "2026-01-01T00:00:00Z", ["2025-12-31T00:00:00Z"]),
        ("dateList", "ForAnyValue:DateLessThan", "2026-01-01T00:00:00Z", ["2025-12-31"]),
    ],
)
def test_every_type_of_context_key(
    iam: Any, kind: str, operator: str, wanted: str, values: list[str]
) -> None:
    """ContextKeyTypeEnum, whole; a value of another type is refused."""
    document = policy(allow("s3:*", Condition={operator: {"app:Key": wanted}}))

    def asked(values: list[str], key: str = "APP:key") -> Any:
        entry = {"ContextKeyName": key, "ContextKeyValues": values, "ContextKeyType": kind}
        return custom(iam, document, ContextEntries=[entry])[0]["EvalDecision"]

    assert asked(values) == "allowed"
    assert asked(values, "app:Other") == (
        "allowed" if operator.startswith("ForAllValues") else "implicitDeny"
    )
    if not kind.startswith("string"):
        with pytest.raises(ClientError, match=f"'no' is not {kind.removesuffix('List')}"):
            asked(["no"])


# ------------------------------------------------------------------------------------ pages


def test_pages_of_results(iam: Any) -> None:
    actions = [f"s3:Action{number:03}" for number in range(130)]
    given = {"PolicyInputList": [policy(allow("s3:*"))], "ActionNames": actions}
    pages = list(iam.get_paginator("simulate_custom_policy").paginate(**given))
    assert [len(each["EvaluationResults"]) for each in pages] == [100, 30]
    named = [each["EvalActionName"] for page in pages for each in page["EvaluationResults"]]
    assert named == actions
    first = iam.simulate_custom_policy(**given, MaxItems=1)
    assert (first["IsTruncated"], len(first["EvaluationResults"])) == (True, 1)
    # However many resources there are, a page has its bound.
    arns = [f"arn:aws:s3:::b/{number}" for number in range(400)]
    first = iam.simulate_custom_policy(**given, ResourceArns=arns)
    assert [each["EvalActionName"] for each in first["EvaluationResults"]] == actions[:2]
    assert refused(iam.simulate_custom_policy, **given, Marker="!")[0] == "ValidationError"


# ----------------------------------------------------------------------------------- errors

HERE = f"arn:aws:iam::{ACCOUNT}"
ASSUMED = f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/session"
EC2 = [f"arn:aws:ec2:eu-west-1:{ACCOUNT}:{kind}/x" for kind in ("instance", "image")]

REFUSED: list[tuple[Json, str]] = [
    # Recorded from AWS (public issue trackers).
    (
        {"ResourceArns": ["14a050d4-021e-4efe"]},
        "ResourceNames are not in a valid ARN format: 14a050d4-021e-4efe.",
    ),
    ({"ResourceOwner": "me"}, "'me' is not a valid as a Resource Owner."),
    (
        {"CallerArn": ASSUMED},
        f"Invalid Entity Arn: {ASSUMED} does not clearly define entity type and name.",
    ),
    # Ours.
    ({"ActionNames": ["s3:Get*"]}, "Invalid Input Actions: s3:Get* is not service:Operation."),
    ({"ActionNames": ["GetObject"]}, "Invalid Input Actions: GetObject is not service:Operation."),
    (
        {"PermissionsBoundaryPolicyInputList": [IAM_ONLY, IAM_ONLY]},
        "There can be only one permissions boundary policy.",
    ),
    ({"ResourcePolicy": TO_MATEO}, "CallerArn is required with a ResourcePolicy."),
    (
        {"CallerArn": f"{HERE}:group/g"},
        f"{HERE}:group/g is a group, and no group is ever a caller.",
    ),
    ({"ResourceHandlingOption": "EC2"}, "Invalid Resource Handling Option: EC2."),
    (
        {"ResourceHandlingOption": "EC2-VPC-EBS", "ResourceArns": EC2},
        "The Resource Handling Option EC2-VPC-EBS needs a resource of the type security-group.",
    ),
    (
        {"ResourceArns": [f"arn:aws:s3:::b/{number}" for number in range(1001)]},
        "At most 1000 resources fit into one simulation.",
    ),
    (
        {"ContextEntries": [{"ContextKeyValues": ["v"]}]},
        "Invalid Context Entries: ?: there is no ContextKeyName.",
    ),
    (
        {"ContextEntries": [{"ContextKeyName": "app:a", "ContextKeyType": "string"}]},
        "Invalid Context Entries: app:a: one string has one value.",
    ),
    (
        {
            "ContextEntries": [
                {"ContextKeyName": f"app:{k}", "ContextKeyValues": ["v"]} for k in "aA"
            ]
        },
        "Invalid Context Entries: app:A: it is given twice.",
    ),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_wrong_input(iam: Any, given: Json, message: str) -> None:
    asked = {"PolicyInputList": [IAM_ONLY], "ActionNames": ["s3:GetObject"]} | given
    assert refused(iam.simulate_custom_policy, **asked) == ("InvalidInput", 400, message)


def test_a_scenario_with_all_its_resources(iam: Any) -> None:
    kinds = ("instance", "image", "security-group", "network-interface", "subnet", "volume")
    arns = [f"arn:aws:ec2:eu-west-1:{ACCOUNT}:{kind}/x" for kind in kinds]
    asked: Json = {"actions": "ec2:RunInstances", "ResourceArns": arns}
    (found,) = custom(
        iam, policy(allow("ec2:*")), ResourceHandlingOption="EC2-VPC-EBS-Subnet", **asked
    )
    assert found["EvalDecision"] == "allowed"
    assert len(found["ResourceSpecificResults"]) == len(kinds)


def test_a_policy_that_is_none_is_told_of_with_its_place(iam: Any) -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow"}}, indent=1)
    where = "Invalid Input Policies: PolicyInputList.2"
    for call in (iam.simulate_custom_policy, iam.get_context_keys_for_custom_policy):
        more = {"ActionNames": ["s3:A"]} if "simulate" in call.__name__ else {}
        assert refused(call, PolicyInputList=[IAM_ONLY, text], **more) == (
            "InvalidInput",
            400,
            f"{where}: The statement has no Action (line 3, column 15).",
        )
