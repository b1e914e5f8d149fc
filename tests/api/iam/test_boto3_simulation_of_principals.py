"""SimulatePrincipalPolicy and the context keys of principals, by unmodified boto3.

Provenance: IAM API Reference, "SimulatePrincipalPolicy", "PolicyIdentifier"; errors and names of
policies recorded from AWS, where a row says so.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.accounts import new_account
from tests.api.iam.people import allow, fresh, goes_through, policy, refused, somebody
from tests.live import ACCOUNT, LiveServer

Json = dict[str, Any]

OTHER = "444455556666"
HERE = f"arn:aws:iam::{ACCOUNT}"
TIMED = policy(allow("s3:*", Condition={"DateGreaterThan": {"aws:CurrentTime": "2018-08-16"}}))


@pytest.fixture(scope="module")
def iam(live_server: LiveServer) -> Any:
    return live_server.client("iam")


def principal(iam: Any, arn: str, *actions: str, **more: Any) -> Any:
    return iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=actions, **more)[
        "EvaluationResults"
    ]


def test_a_user_with_inline_attached_and_bounding_policies(iam: Any) -> None:
    """SourcePolicyId of inline policies: recorded from AWS (`role_NAME_POLICY`)."""
    name = fresh("sim")
    managed = iam.create_policy(
        PolicyName=fresh("managed"), PolicyDocument=policy(allow("sqs:*"), allow("sns:Publish"))
    )["Policy"]
    edge = iam.create_policy(
        PolicyName=fresh("edge"), PolicyDocument=policy(allow(["s3:*", "sqs:*"]))
    )["Policy"]["Arn"]
    user = iam.create_user(UserName=name, PermissionsBoundary=edge)["User"]["Arn"]
    iam.put_user_policy(UserName=name, PolicyName="in", PolicyDocument=policy(allow("s3:Get*")))
    iam.attach_user_policy(UserName=name, PolicyArn=managed["Arn"])
    found = principal(
        iam,
        user,
        "s3:GetObject",
        "sqs:SendMessage",
        "sns:Publish",
        "s3:PutObject",
        PolicyInputList=[policy(allow("s3:Put*"))],
    )
    assert [each["EvalDecision"] for each in found] == [
        "allowed",
        "allowed",
        "implicitDeny",
        "allowed",
    ]
    sources = [[each["SourcePolicyId"] for each in one["MatchedStatements"]] for one in found]
    assert sources == [[f"user_{name}_in"], [managed["PolicyName"]], [], ["PolicyInputList.1"]]
    assert [
        each["PermissionsBoundaryDecisionDetail"]["AllowedByPermissionsBoundary"] for each in found
    ] == [True, True, False, True]
    # "if … you pass in a different permissions boundary policy … the new … is used"
    bound = {"PermissionsBoundaryPolicyInputList": [policy(allow("sns:*"))]}
    decisions = principal(iam, user, "s3:GetObject", "sns:Publish", **bound)
    assert [each["EvalDecision"] for each in decisions] == ["implicitDeny", "allowed"]
    assert iam.get_context_keys_for_principal_policy(PolicySourceArn=user)["ContextKeyNames"] == []


def test_what_is_excluded_does_not_count(iam: Any) -> None:
    """API Reference, "PolicyIdentifier"."""
    name = fresh("Sim")
    managed = iam.create_policy(
        PolicyName=fresh("managed"), PolicyDocument=policy(allow("sqs:*"))
    )["Policy"]["Arn"]
    edge = iam.create_policy(PolicyName=fresh("edge"), PolicyDocument=policy(allow("s3:*")))
    iam.create_user(UserName=name, PermissionsBoundary=edge["Policy"]["Arn"])
    iam.put_user_policy(UserName=name, PolicyName="in", PolicyDocument=policy(allow("s3:*")))
    iam.attach_user_policy(UserName=name, PolicyArn=managed)
    reader = "arn:aws:iam::aws:policy/AmazonSNSReadOnlyAccess"
    iam.attach_user_policy(UserName=name, PolicyArn=reader)
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"

    def allowed(*identifiers: Json) -> set[str]:
        actions = ("s3:GetObject", "sqs:SendMessage", "sns:ListTopics")
        found = principal(iam, arn, *actions, PolicyExclusionList=list(identifiers))
        return {each["EvalActionName"][:3] for each in found if each["EvalDecision"] == "allowed"}

    def inline(entity: str, of: str = "user") -> Json:
        identifier = {"PolicyName": "in", "AttachmentType": of, "AttachmentName": entity}
        return {"InlinePolicyIdentifier": identifier}

    bound = {"PolicyType": "permission-boundary"}
    assert allowed() == {"s3:"}
    assert allowed(bound) == {"s3:", "sqs", "sns"}
    assert allowed(bound, {"PolicyType": "inline"}) == {"sqs", "sns"}
    assert allowed(bound, {"PolicyType": "user-managed"}) == {"s3:", "sns"}
    assert allowed(bound, {"PolicyType": "aws-managed"}) == {"s3:", "sqs"}
    assert allowed(bound, {"PolicyArn": managed}) == {"s3:", "sns"}
    assert allowed(bound, {"PolicyArn": "arn:aws:iam::aws:policy/AmazonSNS*"}) == {"s3:", "sqs"}
    # What fits nothing is ignored.
    assert allowed(bound, inline(name, "role"), inline("none"), {"PolicyType": "rcp"}) == {
        "s3:", "sqs", "sns",
    }  # fmt: skip
    assert allowed(bound, inline(name.lower())) == {"sqs", "sns"}
    for wrong in ("arn:aws:iam::aws:policy/A*S*", "arn:aws:iam::aws:user/abcd"):
        with pytest.raises(ClientError, match="Invalid Policy Exclusion"):
            allowed({"PolicyArn": wrong})


def test_a_role_and_a_caller_with_the_policies_of_another(iam: Any) -> None:
    name = fresh("Sim")
    root = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(root))["Role"]["Arn"]
    own = allow("s3:*", "arn:aws:s3:::home/${aws:username}/*")
    ours = allow("sqs:*", Condition={"ArnLike": {"aws:PrincipalArn": role}})
    iam.put_role_policy(RoleName=name, PolicyName="in", PolicyDocument=policy(own, ours))
    home = {"ResourceArns": ["arn:aws:s3:::home/bob/k"]}
    (s3,) = principal(iam, role, "s3:GetObject", **home)
    assert (s3["EvalDecision"], s3["MissingContextValues"]) == ("implicitDeny", ["aws:username"])
    (sqs,) = principal(iam, role, "sqs:SendMessage")
    assert [each["SourcePolicyId"] for each in sqs["MatchedStatements"]] == [f"role_{name}_in"]
    bob = f"arn:aws:iam::{ACCOUNT}:user/bob"
    found = principal(iam, role, "s3:GetObject", "sqs:SendMessage", CallerArn=bob, **home)
    assert [each["EvalDecision"] for each in found] == ["allowed", "implicitDeny"]
    assert iam.get_context_keys_for_principal_policy(
        PolicySourceArn=role, PolicyInputList=[TIMED, TIMED]
    )["ContextKeyNames"] == ["aws:username", "aws:PrincipalArn", "aws:CurrentTime"]


def test_the_server_then_does_what_the_simulation_said(live_server: LiveServer, iam: Any) -> None:
    """SimulatePrincipalPolicy beside the calls themselves, by the user's own key."""
    target, tagged = fresh("target"), fresh("tagged")
    iam.create_user(UserName=target)
    iam.create_user(UserName=tagged, Tags=[{"Key": "team", "Value": "red"}])
    name, caller = somebody(
        live_server,
        allow("iam:GetUser"),
        allow("iam:ListUsers", Condition={"StringEquals": {"aws:username": "nobody"}}),
        allow("iam:ListUserTags", f"arn:aws:iam::{ACCOUNT}:user/{tagged}"),
        {"Effect": "Deny", "Action": "iam:GetUser", "Resource": f"arn:aws:iam::*:user/{tagged}"},
    )
    own, arn = caller.client("iam"), f"arn:aws:iam::{ACCOUNT}:user/{name}"
    calls = [
        ("iam:GetUser", target, lambda: own.get_user(UserName=target)),
        ("iam:GetUser", tagged, lambda: own.get_user(UserName=tagged)),
        ("iam:ListUserTags", target, lambda: own.list_user_tags(UserName=target)),
        ("iam:ListUserTags", tagged, lambda: own.list_user_tags(UserName=tagged)),
        ("iam:ListUsers", None, own.list_users),
    ]
    found = []
    for action, about, call in calls:
        arns = [f"arn:aws:iam::{ACCOUNT}:user/{about}"] if about else ["*"]
        (said,) = principal(iam, arn, action, ResourceArns=arns)
        done = goes_through(call)
        assert (said["EvalDecision"] == "allowed") is done, action
        found.append(done)
    assert found == [True, False, False, True, False]


def test_service_control_policies_of_the_directory_count(live_server: LiveServer) -> None:
    """OrganizationsDecisionDetail: "if the simulated user's account is part of" one."""
    _, administrator = new_account(live_server)
    iam = administrator.client("iam")
    own = next(each["Arn"] for each in iam.list_users()["Users"])
    (found,) = principal(iam, own, "s3:GetObject")
    assert "OrganizationsDecisionDetail" not in found
    organizations = administrator.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    (root,) = organizations.list_roots()["Roots"]
    organizations.enable_policy_type(RootId=root["Id"], PolicyType="SERVICE_CONTROL_POLICY")
    organizations.create_account(Email=f"{fresh('m')}@example.com", AccountName="Member")
    member = next(
        each["Id"]
        for each in organizations.list_accounts()["Accounts"]
        if each["Name"] == "Member"
    )
    deny = policy({"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"})
    scp = organizations.create_policy(
        Name="no", Description="", Content=deny, Type="SERVICE_CONTROL_POLICY"
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=scp, TargetId=member)
    role = f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole"
    # The management account is exempt.
    (found,) = principal(iam, own, "s3:GetObject")
    assert found["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True}
    session = administrator.assuming(role, "session")
    inside = session.client("iam")
    found = principal(inside, role, "s3:GetObject", "s3:PutObject")
    assert [
        (each["EvalDecision"], each["OrganizationsDecisionDetail"]["AllowedByOrganizations"])
        for each in found
    ] == [("explicitDeny", False), ("allowed", True)]
    assert all(each["MatchedStatements"] == [] for each in found[:1])
    (found,) = principal(inside, role, "s3:GetObject", PolicyExclusionList=[{"PolicyType": "scp"}])
    assert found["EvalDecision"] == "allowed"


# ------------------------------------------------------------------------------- who asks

NOT_OURS = (
    f"Invalid Policy Source Arn: caller's account {ACCOUNT} does not have access to policies"
    f" in account {OTHER}"
)


@pytest.mark.parametrize(
    ("arn", "code", "message"),
    [
        (f"{HERE}:user/none", "NoSuchEntity", "The user with name none cannot be found."),
        (f"{HERE}:role/none", "NoSuchEntity", "The role with name none cannot be found."),
        (f"{HERE}:group/none", "NoSuchEntity", "The group with name none cannot be found."),
        (f"{HERE}:user/p/administrator", "NoSuchEntity",
         "The user with name administrator cannot be found."),
        (f"{HERE}:root", "InvalidInput",
         f"Invalid Entity Arn: {HERE}:root does not clearly define entity type and name."),
        # Recorded from AWS.
        (f"arn:aws:iam::{OTHER}:role/Ops", "InvalidInput", NOT_OURS),
    ],
)  # fmt: skip
def test_sources_that_there_are_not(iam: Any, arn: str, code: str, message: str) -> None:
    asked: Json = {"PolicySourceArn": arn, "ActionNames": ["s3:GetObject"]}
    assert refused(iam.simulate_principal_policy, **asked)[::2] == (code, message)
    del asked["ActionNames"]
    assert refused(iam.get_context_keys_for_principal_policy, **asked)[::2] == (code, message)


def test_who_may_not_ask_learns_nothing(live_server: LiveServer) -> None:
    name, caller = somebody(live_server, allow("iam:Simulate*", f"{HERE}:user/${{aws:username}}"))
    iam = caller.client("iam")
    (found,) = principal(iam, f"{HERE}:user/{name}", "s3:GetObject")
    assert found["EvalDecision"] == "implicitDeny"
    told = {
        refused(
            iam.simulate_principal_policy, PolicySourceArn=f"{HERE}:{each}", ActionNames=["s3:A"]
        )[0]
        for each in ("user/administrator", "user/none", "role/none")
    }
    assert told == {"AccessDenied"}
