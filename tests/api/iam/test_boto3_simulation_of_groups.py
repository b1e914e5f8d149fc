"""SimulatePrincipalPolicy and the context keys of groups and of their members, by boto3.

Provenance: IAM API Reference, "SimulatePrincipalPolicy": "If you specify a user, the simulation
also includes all policies that are attached to any groups the user belongs to"; the names of
inline policies follow those that are recorded of users and roles (`user_NAME_POLICY`).
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.iam.people import allow, fresh, goes_through, policy, refused, somebody
from tests.live import ACCOUNT, LiveServer

Json = dict[str, Any]

HERE = f"arn:aws:iam::{ACCOUNT}"
BOB = f"{HERE}:user/bob"
NAMED = allow("s3:GetObject", "arn:aws:s3:::home/${aws:username}/*")


@pytest.fixture(scope="module")
def iam(live_server: LiveServer) -> Any:
    return live_server.client("iam")


@pytest.fixture(scope="module")
def managed(iam: Any) -> Json:
    """A managed policy on sqs."""
    document = policy(allow("sqs:*"))
    found: Json = iam.create_policy(PolicyName=fresh("m"), PolicyDocument=document)["Policy"]
    return found


@pytest.fixture(scope="module")
def group(iam: Any, managed: Json) -> Json:
    """A group with an inline policy on sns and s3, and the managed one."""
    made: Json = iam.create_group(GroupName=fresh("Team"), Path="/t/")["Group"]
    name = made["GroupName"]
    document = policy(allow("sns:Publish"), NAMED)
    iam.put_group_policy(GroupName=name, PolicyName="in", PolicyDocument=document)
    iam.attach_group_policy(GroupName=name, PolicyArn=managed["Arn"])
    return made


@pytest.fixture(scope="module")
def member(iam: Any, group: Json) -> Json:
    """A user in the group, with an inline policy of its own."""
    made: Json = iam.create_user(UserName=fresh("member"))["User"]
    name = made["UserName"]
    iam.put_user_policy(UserName=name, PolicyName="in", PolicyDocument=policy(allow("ec2:*")))
    iam.add_user_to_group(GroupName=group["GroupName"], UserName=name)
    return made


def simulated(iam: Any, arn: str, *actions: str, **more: Any) -> list[Json]:
    found: list[Json] = iam.simulate_principal_policy(
        PolicySourceArn=arn, ActionNames=actions, **more
    )["EvaluationResults"]
    return found


def allowed(iam: Any, arn: str, **more: Any) -> set[str]:
    actions = ("sns:Publish", "sqs:SendMessage", "ec2:RunInstances")
    found = simulated(iam, arn, *actions, **more)
    return {each["EvalActionName"][:3] for each in found if each["EvalDecision"] == "allowed"}


def test_a_member_has_its_groups_policies_too(
    iam: Any, member: Json, group: Json, managed: Json
) -> None:
    actions = ("sns:Publish", "sqs:SendMessage", "ec2:RunInstances", "rds:CreateDBInstance")
    found = simulated(iam, member["Arn"], *actions)
    assert [each["EvalDecision"] for each in found] == ["allowed"] * 3 + ["implicitDeny"]
    sources = [[each["SourcePolicyId"] for each in one["MatchedStatements"]] for one in found]
    assert sources == [
        [f"group_{group['GroupName']}_in"],
        [managed["PolicyName"]],
        [f"user_{member['UserName']}_in"],
        [],
    ]
    keys = iam.get_context_keys_for_principal_policy(PolicySourceArn=member["Arn"])
    assert keys["ContextKeyNames"] == ["aws:username"]


def test_what_a_member_has_of_a_group_is_excluded_by_the_groups_name(
    iam: Any, member: Json, group: Json, managed: Json
) -> None:
    """API Reference, "InlinePolicyIdentifierType"."""

    def left(*identifiers: Json) -> set[str]:
        return allowed(iam, member["Arn"], PolicyExclusionList=list(identifiers))

    def inline(kind: str, name: str) -> Json:
        identifier = {"PolicyName": "in", "AttachmentType": kind, "AttachmentName": name}
        return {"InlinePolicyIdentifier": identifier}

    assert left() == {"sns", "sqs", "ec2"}
    assert left(inline("group", group["GroupName"].upper())) == {"sqs", "ec2"}
    assert left(inline("user", member["UserName"])) == {"sns", "sqs"}
    assert left(inline("user", group["GroupName"]), inline("group", member["UserName"])) == (
        {"sns", "sqs", "ec2"}
    )
    assert left({"PolicyType": "inline"}) == {"sqs"}
    assert left({"PolicyArn": managed["Arn"]}) == {"sns", "ec2"}


def test_a_group_has_its_own_policies_alone(iam: Any, group: Json, managed: Json) -> None:
    arn = group["Arn"]
    assert allowed(iam, arn) == {"sns", "sqs"}
    found = simulated(iam, arn, "sns:Publish", "sqs:SendMessage")
    sources = [[each["SourcePolicyId"] for each in one["MatchedStatements"]] for one in found]
    assert sources == [[f"group_{group['GroupName']}_in"], [managed["PolicyName"]]]
    given = allowed(iam, arn, PolicyInputList=[policy(allow("ec2:*"))])
    assert given == {"sns", "sqs", "ec2"}
    keys = iam.get_context_keys_for_principal_policy(PolicySourceArn=arn)
    assert keys["ContextKeyNames"] == ["aws:username"]


def test_nobody_calls_as_a_group(iam: Any, group: Json) -> None:
    """Who the caller is stays open until a CallerArn says it."""
    home = {"ResourceArns": ["arn:aws:s3:::home/bob/k"]}
    (found,) = simulated(iam, group["Arn"], "s3:GetObject", **home)
    assert (found["EvalDecision"], found["MissingContextValues"]) == (
        "implicitDeny",
        ["aws:username"],
    )
    (found,) = simulated(iam, group["Arn"], "s3:GetObject", CallerArn=BOB, **home)
    assert found["EvalDecision"] == "allowed"
    on_object = {
        "ResourceArns": ["arn:aws:s3:::other/k"],
        "ResourcePolicy": policy(
            allow("s3:GetObject", "arn:aws:s3:::other/*", Principal={"AWS": BOB})
        ),
    }
    (found,) = simulated(iam, group["Arn"], "s3:GetObject", **on_object)
    assert found["EvalDecision"] == "implicitDeny"
    (found,) = simulated(iam, group["Arn"], "s3:GetObject", CallerArn=BOB, **on_object)
    assert found["EvalDecision"] == "allowed"
    refusal = refused(
        iam.simulate_principal_policy,
        PolicySourceArn=BOB.replace("bob", "administrator"),
        ActionNames=["s3:GetObject"],
        CallerArn=group["Arn"],
    )
    assert refusal[::2] == (
        "InvalidInput",
        f"{group['Arn']} is a group, and no group is ever a caller.",
    )


def test_a_group_under_another_path_is_not_that_group(iam: Any, group: Json) -> None:
    other = group["Arn"].replace("/t/", "/")
    for call, more in (
        (iam.simulate_principal_policy, {"ActionNames": ["s3:GetObject"]}),
        (iam.get_context_keys_for_principal_policy, {}),
    ):
        assert refused(call, PolicySourceArn=other, **more)[::2] == (
            "NoSuchEntity",
            f"The group with name {group['GroupName']} cannot be found.",
        )


def test_the_server_does_for_members_what_the_simulation_said(
    live_server: LiveServer, iam: Any
) -> None:
    name, caller = somebody(live_server, allow("iam:GetGroup"))
    group = fresh("G")
    iam.create_group(GroupName=group)
    no = {"Effect": "Deny", "Action": "iam:GetGroup", "Resource": f"{HERE}:group/{group}"}
    iam.put_group_policy(
        GroupName=group, PolicyName="p", PolicyDocument=policy(allow("iam:ListUsers"), no)
    )
    other, mine = fresh("other"), caller.client("iam")
    iam.create_group(GroupName=other)
    calls = [
        ("iam:ListUsers", "*", mine.list_users),
        ("iam:GetGroup", f"{HERE}:group/{group}", lambda: mine.get_group(GroupName=group)),
        ("iam:GetGroup", f"{HERE}:group/{other}", lambda: mine.get_group(GroupName=other)),
    ]

    def both() -> list[bool]:
        done = []
        for action, resource, call in calls:
            (said,) = simulated(iam, f"{HERE}:user/{name}", action, ResourceArns=[resource])
            done.append(goes_through(call))
            assert (said["EvalDecision"] == "allowed") is done[-1], (action, resource)
        return done

    assert both() == [False, True, True]
    iam.add_user_to_group(GroupName=group, UserName=name)
    assert both() == [True, False, True]
    iam.remove_user_from_group(GroupName=group, UserName=name)
    assert both() == [False, True, True]
