"""A live account exported by boto3 and by the AWS CLI, and read back as an estate.

Provenance: IAM API Reference, GetAccountAuthorizationDetails; the estate's decisions are held
against those of the server that it was exported from.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from doorward.engine.request_form import request
from doorward.importers.estate.ask import ask, question
from doorward.importers.estate.read import Estate, read_estate
from examples.main_job.clients import Identity
from tests.accounts import allow, new_account, policy, refused, trust
from tests.live import LiveServer

AWS_POLICY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess"
ODD = '{ "Version" : "2012-10-17",\n "Statement":[{"Effect":"Allow","Action":"s3:List*",\n'
ODD += '"Resource":"*","Condition":{"StringLike":{"s3:prefix":["a%3Ab/*","\\u00e9"]}}}]}'


class World(msgspec.Struct, frozen=True):
    """An account with something of everything."""

    account: str
    administrator: Identity
    policy_arn: str


@pytest.fixture(scope="module")
def world(live_server: LiveServer) -> World:
    account, administrator = new_account(live_server)
    iam = administrator.client("iam")
    arn = iam.create_policy(
        PolicyName="Jobs",
        Path="/team/",
        Description="of jobs",
        PolicyDocument=policy(allow("sqs:*", f"arn:aws:sqs:us-east-1:{account}:jobs")),
    )["Policy"]["Arn"]
    iam.create_policy_version(
        PolicyArn=arn,
        PolicyDocument=policy(allow("sqs:Send*", f"arn:aws:sqs:us-east-1:{account}:jobs")),
        SetAsDefault=True,
    )
    tags = [{"Key": "team", "Value": "red"}]
    iam.create_user(UserName="Ann", Path="/eng/", Tags=tags, PermissionsBoundary=BOUNDARY)
    iam.put_user_policy(UserName="Ann", PolicyName="odd", PolicyDocument=ODD)
    iam.put_user_policy(UserName="Ann", PolicyName="iam", PolicyDocument=policy(allow("iam:Get*")))
    iam.attach_user_policy(UserName="Ann", PolicyArn=arn)
    iam.create_user(UserName="bob")
    iam.create_group(GroupName="Devs", Path="/eng/")
    iam.put_group_policy(
        GroupName="Devs", PolicyName="of-devs", PolicyDocument=policy(allow("sns:Publish"))
    )
    iam.attach_group_policy(GroupName="Devs", PolicyArn=AWS_POLICY)
    iam.add_user_to_group(GroupName="Devs", UserName="bob")
    iam.create_role(
        RoleName="Ops",
        Path="/r/",
        AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{account}:user/eng/Ann"}),
        PermissionsBoundary=arn,
        Tags=tags,
    )
    iam.create_instance_profile(InstanceProfileName="Web", Path="/w/")
    iam.add_role_to_instance_profile(InstanceProfileName="Web", RoleName="Ops")
    iam.attach_role_policy(RoleName="Ops", PolicyArn=AWS_POLICY)
    iam.attach_role_policy(RoleName="Ops", PolicyArn=arn)
    return World(account, administrator, arn)


def _body(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _text(value: Any) -> str:
    def plain(each: object) -> str:
        assert isinstance(each, datetime)
        return each.isoformat()

    return json.dumps(value, default=plain)


def by_boto3(world: World, folder: Path) -> None:
    iam = world.administrator.client("iam")
    answer = _body(iam.get_account_authorization_details())
    (folder / "all.json").write_text(_text(answer), encoding="utf-8")


def by_boto3_paged(world: World, folder: Path) -> None:
    paginator = world.administrator.client("iam").get_paginator(
        "get_account_authorization_details"
    )
    for number, page in enumerate(paginator.paginate(PaginationConfig={"PageSize": 2})):
        (folder / f"{number}.json").write_text(_text(_body(page)), encoding="utf-8")
    assert number > 2


def by_cli(world: World, folder: Path) -> None:
    who = world.administrator
    environment = dict(os.environ) | {
        "AWS_ENDPOINT_URL": who.endpoint,
        "AWS_ACCESS_KEY_ID": who.access_key_id,
        "AWS_SECRET_ACCESS_KEY": who.secret_access_key,
    }
    command = [str(Path(sys.executable).parent / "aws"), "iam"]
    command += ["get-account-authorization-details", "--page-size", "3", "--output", "json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    (folder / "cli.json").write_text(done.stdout, encoding="utf-8")


QUESTIONS = [
    ("user/eng/Ann", "s3:ListBucket", "arn:aws:s3:::box", {"s3:prefix": "a%3Ab/c"}),
    ("user/eng/Ann", "s3:ListBucket", "arn:aws:s3:::box", {"s3:prefix": "other"}),
    ("user/eng/Ann", "sqs:SendMessage", "arn:aws:sqs:us-east-1:{account}:jobs", {}),
    ("user/eng/Ann", "sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:{account}:jobs", {}),
    ("user/eng/Ann", "iam:GetUser", "arn:aws:iam::{account}:user/bob", {}),
    ("user/eng/Ann", "sts:AssumeRole", "arn:aws:iam::{account}:role/r/Ops", {}),
    ("user/bob", "sts:AssumeRole", "arn:aws:iam::{account}:role/r/Ops", {}),
    ("user/bob", "sns:Publish", "arn:aws:sns:us-east-1:{account}:news", {}),
    ("user/bob", "s3:GetObject", "arn:aws:s3:::box/key", {}),
    ("user/bob", "s3:PutObject", "arn:aws:s3:::box/key", {}),
    ("role/r/Ops", "sqs:SendMessage", "arn:aws:sqs:us-east-1:{account}:jobs", {}),
    ("role/r/Ops", "s3:GetObject", "arn:aws:s3:::box/key", {}),
    ("user/administrator", "ec2:RunInstances", "*", {}),
]


def of_estate(estate: Estate, who: str, action: str, on: str, context: dict[str, str]) -> str:
    asked = question(estate, request(principal=who, action=action, resource=on, context=context))
    return ask(estate, asked).decision.effect.value


@pytest.mark.parametrize("export", [by_boto3, by_boto3_paged, by_cli])
def test_an_exported_account_decides_as_the_live_one(
    world: World, export: Any, tmp_path: Path
) -> None:
    export(world, tmp_path)
    estate = read_estate(tmp_path)
    assert estate.problems == ()
    seen = set()
    for name, action, resource, context in QUESTIONS:
        who = f"arn:aws:iam::{world.account}:{name}"
        on = resource.format(account=world.account)
        ask_live = simulated if name.startswith("role/") else decided
        expected = ask_live(world.administrator, who, action, on, context)
        assert of_estate(estate, who, action, on, context) == expected, (name, action)
        seen.add(expected)
    assert seen == {"ALLOW", "IMPLICIT_DENY"}


def decided(asker: Identity, who: str, action: str, on: str, context: dict[str, str]) -> str:
    """Ask the live server about a user."""
    answer = asker.client("doorward").decide(
        Subject={"Principal": who},
        Action=action,
        Resource=on,
        Context=[{"Key": key, "Values": [value]} for key, value in context.items()],
    )
    effect: str = answer["Decision"]["Effect"]
    return effect


def simulated(asker: Identity, who: str, action: str, on: str, context: dict[str, str]) -> str:
    """Ask the live server about some session of a role: the simulator is the engine itself."""
    assert not context
    answer = asker.client("iam").simulate_principal_policy(
        PolicySourceArn=who, ActionNames=[action], ResourceArns=[on]
    )
    words = {"allowed": "ALLOW", "implicitDeny": "IMPLICIT_DENY", "explicitDeny": "EXPLICIT_DENY"}
    return words[answer["EvaluationResults"][0]["EvalDecision"]]


def test_every_member_of_the_details(world: World) -> None:
    """IAM API Reference: UserDetail, RoleDetail, ManagedPolicyDetail, PolicyVersion."""
    answer = world.administrator.client("iam").get_account_authorization_details()
    (ann,) = (each for each in answer["UserDetailList"] if each["UserName"] == "Ann")
    assert set(ann) == {
        "Path", "UserName", "UserId", "Arn", "CreateDate", "UserPolicyList", "GroupList",
        "AttachedManagedPolicies", "PermissionsBoundary", "Tags",
    }  # fmt: skip
    assert [each["PolicyName"] for each in ann["UserPolicyList"]] == ["iam", "odd"]
    assert ann["UserPolicyList"][1]["PolicyDocument"] == json.loads(ODD)
    assert ann["AttachedManagedPolicies"] == [
        {"PolicyName": "Jobs", "PolicyArn": world.policy_arn}
    ]
    assert (ann["GroupList"], ann["Tags"]) == ([], [{"Key": "team", "Value": "red"}])
    assert ann["PermissionsBoundary"]["PermissionsBoundaryArn"] == BOUNDARY
    (bob,) = (each for each in answer["UserDetailList"] if each["UserName"] == "bob")
    assert (bob["GroupList"], bob["UserPolicyList"]) == (["Devs"], [])
    (devs,) = answer["GroupDetailList"]
    assert set(devs) == {
        "Path", "GroupName", "GroupId", "Arn", "CreateDate", "GroupPolicyList",
        "AttachedManagedPolicies",
    }  # fmt: skip
    assert [each["PolicyName"] for each in devs["GroupPolicyList"]] == ["of-devs"]
    assert [each["PolicyArn"] for each in devs["AttachedManagedPolicies"]] == [AWS_POLICY]
    (ops,) = answer["RoleDetailList"]
    assert set(ops) == {
        "Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument",
        "InstanceProfileList", "RolePolicyList", "AttachedManagedPolicies",
        "PermissionsBoundary", "Tags", "RoleLastUsed",
    }  # fmt: skip
    (web,) = ops["InstanceProfileList"]
    assert web["Arn"] == f"arn:aws:iam::{world.account}:instance-profile/w/Web"
    assert [each["RoleId"] for each in web["Roles"]] == [ops["RoleId"]]
    assert ops["AssumeRolePolicyDocument"]["Statement"][0]["Action"] == "sts:AssumeRole"
    policies = {each["Arn"]: each for each in answer["Policies"]}
    assert set(policies) == {
        world.policy_arn, AWS_POLICY, BOUNDARY, "arn:aws:iam::aws:policy/AdministratorAccess",
    }  # fmt: skip
    jobs = policies[world.policy_arn]
    assert (jobs["AttachmentCount"], jobs["PermissionsBoundaryUsageCount"]) == (2, 1)
    assert (jobs["Description"], jobs["DefaultVersionId"]) == ("of jobs", "v2")
    listed = jobs["PolicyVersionList"]
    versions = [(each["VersionId"], each["IsDefaultVersion"]) for each in listed]
    assert versions == [("v2", True), ("v1", False)]
    assert policies[BOUNDARY]["PermissionsBoundaryUsageCount"] == 1
    assert policies[AWS_POLICY]["PolicyVersionList"][0]["IsDefaultVersion"]


def test_documents_are_url_encoded_on_the_wire(world: World) -> None:
    """Decoded once, a document is byte for byte what was put; decoded twice, %3A would be gone."""
    iam, seen = world.administrator.client("iam"), []
    iam.meta.events.register_first(
        "before-parse.iam.GetAccountAuthorizationDetails",
        lambda response_dict, **_: seen.append(response_dict["body"].decode()),
    )
    iam.get_account_authorization_details(Filter=["User"])
    assert f"<PolicyDocument>{quote(ODD, safe='')}</PolicyDocument>" in seen[0]


def test_bad_input_is_refused(world: World) -> None:
    iam = world.administrator.client("iam")
    with refused("ValidationError", "Invalid Marker.", 400):
        iam.get_account_authorization_details(Marker="nonsense!")
    with refused("ValidationError", "filter", 400):
        iam.get_account_authorization_details(Filter=["Cat"])
