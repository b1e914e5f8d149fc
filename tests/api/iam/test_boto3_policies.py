"""Roles, managed and inline policies, and the condition keys that guard them, by boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.iam.people import allow, fresh, policy, refused, somebody
from tests.live import ACCOUNT, LiveServer

ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"
READ = policy(allow("s3:GetObject"))
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
        ],
    }
)


@pytest.fixture
def iam(live_server: LiveServer) -> Any:
    return live_server.client("iam")


def test_each_role_answer_has_the_members_that_aws_gives(iam: Any) -> None:
    """Recorded from AWS."""
    name, path = fresh("Role"), f"/{fresh('roles')}/"
    made = iam.create_role(
        RoleName=name,
        Path=path,
        AssumeRolePolicyDocument=TRUST,
        Tags=[{"Key": "k", "Value": "v"}],
        MaxSessionDuration=7200,
        PermissionsBoundary=ADMINISTRATOR_ACCESS,
    )["Role"]
    common = {"Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument"}
    assert set(made) == common | {"Tags", "PermissionsBoundary"}
    assert made["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": ADMINISTRATOR_ACCESS,
    }
    got = iam.get_role(RoleName=name)["Role"]
    assert got == made | {"MaxSessionDuration": 7200, "RoleLastUsed": {}}
    (listed,) = iam.list_roles(PathPrefix=path)["Roles"]
    assert set(listed) == common | {"MaxSessionDuration"}
    assert listed["AssumeRolePolicyDocument"] == json.loads(TRUST)
    iam.update_role(RoleName=name, Description="d", MaxSessionDuration=3600)
    assert iam.get_role(RoleName=name)["Role"]["Description"] == "d"
    again = iam.update_role_description(RoleName=name, Description="e")["Role"]
    assert again["Description"] == "e"
    iam.delete_role_permissions_boundary(RoleName=name)
    iam.untag_role(RoleName=name, TagKeys=["K"])
    assert iam.list_role_tags(RoleName=name)["Tags"] == []
    assert "PermissionsBoundary" not in iam.get_role(RoleName=name)["Role"]
    iam.update_assume_role_policy(
        RoleName=name, PolicyDocument=TRUST.replace(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")
    )
    iam.delete_role(RoleName=name)


def test_principals_must_exist_when_a_trust_policy_is_saved(iam: Any) -> None:
    """terraform-provider-aws issue 8905."""
    nobody = f"arn:aws:iam::{ACCOUNT}:user/{fresh('nobody')}"
    assert refused(
        iam.create_role,
        RoleName=fresh("R"),
        AssumeRolePolicyDocument=TRUST.replace(ACCOUNT, nobody),
    ) == ("MalformedPolicyDocument", 400, f'Invalid principal in policy: "AWS":"{nobody}"')


def test_documents_come_back_as_they_were_written(iam: Any) -> None:
    """A document that holds %3A itself survives."""
    text = policy(allow("s3:GetObject", "arn:aws:s3:::b/%3A+ a&é\u00ff/*"))
    name = fresh("doc")
    arn = iam.create_policy(PolicyName=name, PolicyDocument=text)["Policy"]["Arn"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
    assert version["Document"] == json.loads(text)
    user = fresh("u")
    iam.create_user(UserName=user)
    iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=text)
    got = iam.get_user_policy(UserName=user, PolicyName="p")
    assert (got["UserName"], got["PolicyName"]) == (user, "p")
    assert got["PolicyDocument"] == json.loads(text)
    assert iam.list_user_policies(UserName=user)["PolicyNames"] == ["p"]
    iam.delete_user_policy(UserName=user, PolicyName="p")
    assert refused(iam.get_user_policy, UserName=user, PolicyName="p") == (
        "NoSuchEntity",
        404,
        "The user policy with name p cannot be found.",
    )


def test_inline_policies_of_roles(iam: Any) -> None:
    role = fresh("Inline")
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=READ)
    got = iam.get_role_policy(RoleName=role, PolicyName="p")
    assert (got["RoleName"], got["PolicyDocument"]) == (role, json.loads(READ))
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == ["p"]
    assert refused(iam.delete_role, RoleName=role) == (
        "DeleteConflict",
        409,
        "Cannot delete entity, must delete policies first.",
    )
    iam.delete_role_policy(RoleName=role, PolicyName="p")
    iam.delete_role(RoleName=role)


def test_a_managed_policy_through_its_life(iam: Any) -> None:
    """CreatePolicy's counts: recorded from AWS."""
    name, user = fresh("Pol"), fresh("u")
    made = iam.create_policy(
        PolicyName=name,
        Path="/p/",
        PolicyDocument=READ,
        Description="d",
        Tags=[{"Key": "k", "Value": "v"}],
    )["Policy"]
    arn = made["Arn"]
    assert (
        made["AttachmentCount"],
        made["DefaultVersionId"],
        made["IsAttachable"],
        made["PermissionsBoundaryUsageCount"],
    ) == (0, "v1", True, 0)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["Description"] == "d"
    iam.create_user(UserName=user, PermissionsBoundary=arn)
    iam.attach_user_policy(UserName=user, PolicyArn=arn)
    iam.attach_user_policy(UserName=user, PolicyArn=ADMINISTRATOR_ACCESS)
    attached = iam.list_attached_user_policies(UserName=user)["AttachedPolicies"]
    assert attached == [
        {"PolicyName": name, "PolicyArn": arn},
        {"PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR_ACCESS},
    ]
    assert (
        iam.list_attached_user_policies(UserName=user, PathPrefix="/p/")["AttachedPolicies"]
        == attached[:1]
    )
    described = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (described["AttachmentCount"], described["PermissionsBoundaryUsageCount"]) == (1, 1)
    entities = iam.list_entities_for_policy(PolicyArn=arn)
    assert [each["UserName"] for each in entities["PolicyUsers"]] == [user]
    assert (entities["PolicyRoles"], entities["PolicyGroups"]) == ([], [])
    assert iam.list_entities_for_policy(PolicyArn=arn, EntityFilter="Role")["PolicyUsers"] == []
    (listed,) = iam.list_policies(Scope="Local", PathPrefix="/p/", OnlyAttached=True)["Policies"]
    assert set(listed) == set(made) - {"Tags"}
    second = iam.create_policy_version(PolicyArn=arn, PolicyDocument=READ, SetAsDefault=True)
    assert second["PolicyVersion"]["IsDefaultVersion"]
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [(each["VersionId"], each["IsDefaultVersion"]) for each in versions] == [
        ("v2", True),
        ("v1", False),
    ]
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    assert refused(iam.delete_policy, PolicyArn=arn)[0] == "DeleteConflict"
    iam.detach_user_policy(UserName=user, PolicyArn=arn)
    iam.delete_user_permissions_boundary(UserName=user)
    iam.delete_policy(PolicyArn=arn)
    assert refused(iam.get_policy, PolicyArn=arn) == (
        "NoSuchEntity",
        404,
        f"Policy {arn} was not found.",
    )


def test_attaching_what_does_not_exist(iam: Any) -> None:
    """Recorded from AWS."""
    role = fresh("R")
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=TRUST)
    none = f"arn:aws:iam::{ACCOUNT}:policy/none"
    assert refused(iam.attach_role_policy, RoleName=role, PolicyArn=none) == (
        "NoSuchEntity",
        404,
        f"Policy {none} does not exist or is not attachable.",
    )
    assert refused(iam.attach_role_policy, RoleName=role, PolicyArn="x" * 20) == (
        "ValidationError",
        400,
        "Invalid ARN:  Could not be parsed!",
    )


def test_policies_of_aws_are_read_by_all_and_changed_by_nobody(iam: Any) -> None:
    found = iam.get_policy(PolicyArn=ADMINISTRATOR_ACCESS)["Policy"]
    assert found["PolicyName"] == "AdministratorAccess"
    code, status, _ = refused(
        iam.create_policy_version, PolicyArn=ADMINISTRATOR_ACCESS, PolicyDocument=READ
    )
    assert (code, status) == ("AccessDenied", 403)


def _create_user(iam: Any, **more: Any) -> Any:
    return iam.create_user(UserName=fresh("made"), **more)


def _key(operator: str, key: str, value: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


EDGE = f"arn:aws:iam::{ACCOUNT}:policy/edge"


@pytest.fixture
def edge(iam: Any) -> str:
    """A policy that serves as boundary."""
    if all(each["Arn"] != EDGE for each in iam.list_policies(Scope="Local")["Policies"]):
        iam.create_policy(PolicyName="edge", PolicyDocument=READ)
    return EDGE


def test_users_may_be_made_only_with_a_boundary(live_server: LiveServer, edge: str) -> None:
    """iam:PermissionsBoundary: IAM User Guide, "Delegating responsibility to others using …"."""
    _, caller = somebody(
        live_server,
        allow("iam:CreateUser", **_key("StringEquals", "iam:PermissionsBoundary", edge)),
    )
    iam = caller.client("iam")
    assert refused(_create_user, iam=iam)[0] == "AccessDenied"
    assert refused(_create_user, iam=iam, PermissionsBoundary=ADMINISTRATOR_ACCESS)[0] == (
        "AccessDenied"
    )
    assert _create_user(iam, PermissionsBoundary=edge)["User"]["Arn"]


def test_policies_may_be_put_only_on_bounded_users(
    live_server: LiveServer, iam: Any, edge: str
) -> None:
    _, caller = somebody(
        live_server,
        allow(
            ["iam:PutUserPolicy", "iam:AttachUserPolicy", "iam:DeleteUserPermissionsBoundary"],
            **_key("StringEquals", "iam:PermissionsBoundary", edge),
        ),
    )
    bounded, free = fresh("bounded"), fresh("free")
    iam.create_user(UserName=bounded, PermissionsBoundary=edge)
    iam.create_user(UserName=free)
    mine = caller.client("iam")
    mine.put_user_policy(UserName=bounded, PolicyName="p", PolicyDocument=READ)
    mine.attach_user_policy(UserName=bounded, PolicyArn=ADMINISTRATOR_ACCESS)
    for call, more in (
        (mine.put_user_policy, {"PolicyName": "p", "PolicyDocument": READ}),
        (mine.attach_user_policy, {"PolicyArn": ADMINISTRATOR_ACCESS}),
        (mine.delete_user_permissions_boundary, {}),
    ):
        assert refused(call, UserName=free, **more)[0] == "AccessDenied"
    mine.delete_user_permissions_boundary(UserName=bounded)


def test_which_policy_is_attached_may_be_limited(live_server: LiveServer, iam: Any) -> None:
    """iam:PolicyARN."""
    _, caller = somebody(
        live_server,
        allow(
            "iam:AttachRolePolicy",
            **_key("ArnNotEquals", "iam:PolicyARN", ADMINISTRATOR_ACCESS),
        ),
    )
    role, name = fresh("R"), fresh("harmless")
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=TRUST)
    arn = iam.create_policy(PolicyName=name, PolicyDocument=READ)["Policy"]["Arn"]
    mine = caller.client("iam")
    mine.attach_role_policy(RoleName=role, PolicyArn=arn)
    code, _, _ = refused(mine.attach_role_policy, RoleName=role, PolicyArn=ADMINISTRATOR_ACCESS)
    assert code == "AccessDenied"


def test_creating_with_tags_needs_the_permission_to_tag(live_server: LiveServer) -> None:
    """IAM User Guide, "Tags for IAM resources": CreateUser with tags needs iam:TagUser too."""
    _, maker = somebody(live_server, allow("iam:CreateUser"))
    tags = [{"Key": "team", "Value": "red"}]
    code, _, message = refused(_create_user, iam=maker.client("iam"), Tags=tags)
    assert code == "AccessDenied"
    assert "iam:TagUser" in message
    _, tagger = somebody(
        live_server,
        allow(
            ["iam:CreateUser", "iam:TagUser"],
            Condition={
                "StringEquals": {"aws:RequestTag/team": "red"},
                "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]},
            },
        ),
    )
    iam = tagger.client("iam")
    assert _create_user(iam, Tags=tags)["User"]["Tags"] == tags
    more = [*tags, {"Key": "x", "Value": "y"}]
    assert refused(_create_user, iam=iam, Tags=more)[0] == "AccessDenied"


@pytest.mark.parametrize("key", ["aws:ResourceTag/team", "iam:ResourceTag/team"])
def test_tags_of_users_and_roles_guard_them(live_server: LiveServer, iam: Any, key: str) -> None:
    _, caller = somebody(
        live_server,
        allow(["iam:GetUser", "iam:DeleteRole"], **_key("StringEquals", key, "red")),
    )
    red, blue, role = fresh("red"), fresh("blue"), fresh("Red")
    iam.create_user(UserName=red, Tags=[{"Key": "team", "Value": "red"}])
    iam.create_user(UserName=blue, Tags=[{"Key": "team", "Value": "blue"}])
    iam.create_role(
        RoleName=role,
        AssumeRolePolicyDocument=TRUST,
        Tags=[{"Key": "team", "Value": "red"}],
    )
    mine = caller.client("iam")
    assert mine.get_user(UserName=red)["User"]["UserName"] == red
    assert refused(mine.get_user, UserName=blue)[0] == "AccessDenied"
    mine.delete_role(RoleName=role)


def test_who_may_not_ask_does_not_learn_what_exists(live_server: LiveServer, iam: Any) -> None:
    _, caller = somebody(live_server)
    there, absent = fresh("x"), fresh("x")
    iam.create_user(UserName=there)
    mine = caller.client("iam")
    answers = [refused(mine.get_user, UserName=name) for name in (there, absent)]
    assert [answer[:2] for answer in answers] == [("AccessDenied", 403)] * 2
    assert answers[0][2].replace(there, absent) == answers[1][2]


def test_operations_that_are_not_built_say_so(iam: Any) -> None:
    assert refused(iam.list_delegation_requests)[:2] == ("NotImplemented", 501)


def test_a_role_s_longest_sign_in_is_set_kept_and_reset(iam: Any) -> None:
    """IAM API Reference, CreateRole, UpdateRole: "omitted when the setting is unset"."""
    name, plain = fresh("signin"), fresh("signin")
    iam.create_role(RoleName=plain, AssumeRolePolicyDocument=TRUST)
    made = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=TRUST, MaxSigninSessionDuration=7_776_000
    )["Role"]
    assert made["MaxSigninSessionDuration"] == 7_776_000

    def held(role: str) -> int | None:
        got = iam.get_role(RoleName=role)["Role"].get("MaxSigninSessionDuration")
        listed = {each["RoleName"]: each for each in iam.list_roles(MaxItems=1000)["Roles"]}
        assert listed[role].get("MaxSigninSessionDuration") == got
        number: int | None = got
        return number

    assert (held(name), held(plain)) == (7_776_000, None)
    iam.update_role(RoleName=name, Description="d")
    assert held(name) == 7_776_000
    iam.update_role(RoleName=name, MaxSigninSessionDuration=3600)
    assert held(name) == 3600
    code, status, text = refused(
        iam.update_role,
        RoleName=name,
        MaxSigninSessionDuration=7200,
        ResetMaxSigninSessionDuration=True,
    )
    assert (code, status) == ("InvalidInput", 400)
    assert "cannot be given together" in text
    iam.update_role(RoleName=name, ResetMaxSigninSessionDuration=True)
    assert held(name) is None
    too_long = {"RoleName": name, "MaxSigninSessionDuration": 7_776_001}
    assert refused(iam.update_role, **too_long)[:2] == ("ValidationError", 400)
