"""Groups by unmodified boto3: their answers, their members, and what membership lets do.

Provenance: IAM API Reference, the page of each operation; "IAM user groups" in the IAM User Guide.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.iam.people import allow, fresh, goes_through, policy, refused, somebody
from tests.live import ACCOUNT, LiveServer

ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"
READ = policy(allow("s3:GetObject"))
HERE = f"arn:aws:iam::{ACCOUNT}"

Json = dict[str, Any]


@pytest.fixture(scope="module")
def iam(live_server: LiveServer) -> Any:
    return live_server.client("iam")


def names(groups: list[Json]) -> list[str]:
    return [each["GroupName"] for each in groups]


def test_a_group_is_created_read_listed_renamed_and_deleted(iam: Any) -> None:
    name, path = fresh("Group"), f"/{fresh('groups')}/"
    made = iam.create_group(GroupName=name, Path=path)["Group"]
    assert set(made) == {"Path", "GroupName", "GroupId", "Arn", "CreateDate"}
    assert made["Arn"] == f"{HERE}:group{path}{name}"
    assert (made["GroupId"][:4], len(made["GroupId"])) == ("AGPA", 21)
    found = iam.get_group(GroupName=name.upper())
    assert (found["Group"], found["Users"], found["IsTruncated"]) == (made, [], False)
    assert iam.list_groups(PathPrefix=path)["Groups"] == [made]
    assert refused(iam.create_group, GroupName=name.swapcase()) == (
        "EntityAlreadyExists",
        409,
        f"Group with name {name.swapcase()} already exists.",
    )
    iam.update_group(GroupName=name, NewGroupName=f"{name}2", NewPath="/")
    renamed = iam.get_group(GroupName=f"{name}2")["Group"]
    assert renamed == made | {
        "GroupName": f"{name}2", "Path": "/", "Arn": f"{HERE}:group/{name}2"
    }  # fmt: skip
    iam.delete_group(GroupName=f"{name}2")
    for gone in (name, f"{name}2"):
        assert refused(iam.get_group, GroupName=gone) == (
            "NoSuchEntity",
            404,
            f"The group with name {gone} cannot be found.",
        )


def test_members_and_groups_come_by_pages(iam: Any) -> None:
    group, users = fresh("paged"), [fresh(f"m{letter}") for letter in "abcde"]
    more = [fresh(f"g{letter}") for letter in "abc"]
    for name in (group, *more):
        iam.create_group(GroupName=name)
    for name in users:
        iam.create_user(UserName=name, Tags=[{"Key": "k", "Value": "v"}])
        iam.add_user_to_group(GroupName=group, UserName=name)
    first = iam.get_group(GroupName=group, MaxItems=2)
    assert [each["UserName"] for each in first["Users"]] == users[:2]
    assert set(first["Users"][0]) == {"Path", "UserName", "UserId", "Arn", "CreateDate"}
    assert first["IsTruncated"]
    iam.remove_user_from_group(GroupName=group, UserName=users[1])
    rest = iam.get_group(GroupName=group, Marker=first["Marker"])
    assert [each["UserName"] for each in rest["Users"]] == users[2:]
    assert not rest["IsTruncated"]
    for name in more:
        iam.add_user_to_group(GroupName=name, UserName=users[0])
    pages = iam.get_paginator("list_groups_for_user").paginate(
        UserName=users[0], PaginationConfig={"PageSize": 2}
    )
    assert [names(page["Groups"]) for page in pages] == [more[:2], [more[2], group]]
    assert refused(iam.list_groups_for_user, UserName=users[0], Marker="nonsense!")[::2] == (
        "ValidationError",
        "Invalid Marker.",
    )


def test_adding_and_removing_twice_is_no_error(iam: Any) -> None:
    """Tried on AWS: cloud-custodian, pull request 4730."""
    group, user = fresh("G"), fresh("u")
    iam.create_group(GroupName=group)
    iam.create_user(UserName=user)
    for _ in range(2):
        iam.add_user_to_group(GroupName=group.lower(), UserName=user.upper())
    assert len(iam.get_group(GroupName=group)["Users"]) == 1
    for _ in range(2):
        iam.remove_user_from_group(GroupName=group, UserName=user)
    assert iam.get_group(GroupName=group)["Users"] == []
    for call in (iam.add_user_to_group, iam.remove_user_from_group):
        assert refused(call, GroupName="none", UserName=user)[::2] == (
            "NoSuchEntity",
            "The group with name none cannot be found.",
        )
        assert refused(call, GroupName=group, UserName="none")[::2] == (
            "NoSuchEntity",
            "The user with name none cannot be found.",
        )


def test_policies_of_a_group(iam: Any) -> None:
    group, path = fresh("G"), f"/{fresh('of-groups')}/"
    iam.create_group(GroupName=group)
    iam.put_group_policy(GroupName=group, PolicyName="in", PolicyDocument=READ)
    got = iam.get_group_policy(GroupName=group.lower(), PolicyName="in")
    assert (got["GroupName"], got["PolicyName"]) == (group, "in")
    assert got["PolicyDocument"] == json.loads(READ)
    assert iam.list_group_policies(GroupName=group)["PolicyNames"] == ["in"]
    iam.delete_group_policy(GroupName=group, PolicyName="in")
    assert refused(iam.get_group_policy, GroupName=group, PolicyName="in")[::2] == (
        "NoSuchEntity",
        "The group policy with name in cannot be found.",
    )
    made = iam.create_policy(PolicyName=fresh("p"), Path=path, PolicyDocument=READ)["Policy"]
    for _ in range(2):
        iam.attach_group_policy(GroupName=group, PolicyArn=made["Arn"])
    iam.attach_group_policy(GroupName=group, PolicyArn=ADMINISTRATOR_ACCESS)
    attached = iam.list_attached_group_policies(GroupName=group)["AttachedPolicies"]
    assert attached == [
        {"PolicyName": made["PolicyName"], "PolicyArn": made["Arn"]},
        {"PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR_ACCESS},
    ]
    below = iam.list_attached_group_policies(GroupName=group, PathPrefix=path)
    assert below["AttachedPolicies"] == attached[:1]
    (listed,) = iam.list_policies(Scope="Local", PathPrefix=path, OnlyAttached=True)["Policies"]
    assert listed["AttachmentCount"] == 1
    assert refused(iam.delete_policy, PolicyArn=made["Arn"])[::2] == (
        "DeleteConflict",
        "Cannot delete a policy attached to entities.",
    )
    iam.detach_group_policy(GroupName=group, PolicyArn=made["Arn"])
    assert refused(iam.detach_group_policy, GroupName=group, PolicyArn=made["Arn"])[::2] == (
        "NoSuchEntity",
        f"Policy {made['Arn']} was not found.",
    )
    iam.delete_policy(PolicyArn=made["Arn"])


def test_what_a_policy_is_attached_to_may_be_groups(iam: Any) -> None:
    group, user, role = fresh("G"), fresh("u"), fresh("R")
    arn = iam.create_policy(PolicyName=fresh("p"), PolicyDocument=READ)["Policy"]["Arn"]
    made = iam.create_group(GroupName=group, Path="/p/")["Group"]
    iam.attach_group_policy(GroupName=group, PolicyArn=arn)
    iam.create_user(UserName=user)
    iam.attach_user_policy(UserName=user, PolicyArn=arn)
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=policy(trust), PermissionsBoundary=arn)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 2

    def found(**more: Any) -> tuple[list[str], list[str], list[str]]:
        answer = iam.list_entities_for_policy(PolicyArn=arn, **more)
        return (
            names(answer["PolicyGroups"]),
            [each["UserName"] for each in answer["PolicyUsers"]],
            [each["RoleName"] for each in answer["PolicyRoles"]],
        )

    assert found() == ([group], [user], [role])
    assert found(EntityFilter="Group") == ([group], [], [])
    assert found(PathPrefix="/p/") == ([group], [], [])
    assert found(PolicyUsageFilter="PermissionsPolicy") == ([group], [user], [])
    assert found(PolicyUsageFilter="PermissionsBoundary") == ([], [], [role])
    first = iam.list_entities_for_policy(PolicyArn=arn, MaxItems=1)
    assert first["PolicyGroups"] == [{"GroupName": group, "GroupId": made["GroupId"]}]
    assert found(MaxItems=1) == ([group], [], [])
    assert found(Marker=first["Marker"]) == ([], [user], [role])


def test_deletion_conflicts_of_groups(iam: Any) -> None:
    group, user = fresh("G"), fresh("u")
    iam.create_group(GroupName=group)
    iam.create_user(UserName=user)
    iam.add_user_to_group(GroupName=group, UserName=user)
    users_first = (
        "DeleteConflict",
        409,
        "Cannot delete entity, must remove users from group first.",
    )
    assert refused(iam.delete_group, GroupName=group) == users_first
    assert refused(iam.delete_user, UserName=user) == users_first
    iam.remove_user_from_group(GroupName=group, UserName=user)
    iam.delete_user(UserName=user)
    iam.put_group_policy(GroupName=group, PolicyName="p", PolicyDocument=READ)
    assert refused(iam.delete_group, GroupName=group)[2] == (
        "Cannot delete entity, must delete policies first."
    )


def test_a_member_may_what_its_group_may_until_the_next_request(
    live_server: LiveServer, iam: Any
) -> None:
    """Membership, policies and names of groups take effect at once, whichever of them changes."""
    name, caller = somebody(live_server)
    group = fresh("readers")
    mine = caller.client("iam")
    iam.create_group(GroupName=group)

    granted = policy(allow("iam:ListUsers"))
    denied = policy({"Effect": "Deny", "Action": "iam:ListUsers", "Resource": "*"})
    steps = [
        (iam.put_group_policy, {"PolicyName": "p", "PolicyDocument": granted}, False),
        (iam.add_user_to_group, {"UserName": name}, True),
        (iam.update_group, {"NewPath": "/elsewhere/"}, True),
        (iam.put_group_policy, {"PolicyName": "no", "PolicyDocument": denied}, False),
        (iam.delete_group_policy, {"PolicyName": "no"}, True),
        (iam.remove_user_from_group, {"UserName": name}, False),
        (iam.add_user_to_group, {"UserName": name}, True),
        (iam.delete_group_policy, {"PolicyName": "p"}, False),
        (iam.attach_group_policy, {"PolicyArn": ADMINISTRATOR_ACCESS}, True),
        (iam.detach_group_policy, {"PolicyArn": ADMINISTRATOR_ACCESS}, False),
    ]
    for call, more, expected in steps:
        call(GroupName=group, **more)
        assert goes_through(mine.list_users) is expected, (call.__name__, more)


def test_who_may_fill_which_group_may_be_limited(live_server: LiveServer, iam: Any) -> None:
    """Service Authorization Reference: AddUserToGroup is asked for on the group."""
    _, caller = somebody(live_server, allow("iam:AddUserToGroup", f"{HERE}:group/free/*"))
    free, closed, user = fresh("free"), fresh("closed"), fresh("u")
    iam.create_group(GroupName=free, Path="/free/")
    iam.create_group(GroupName=closed)
    iam.create_user(UserName=user)
    mine = caller.client("iam")
    mine.add_user_to_group(GroupName=free, UserName=user)
    code, status, message = refused(mine.add_user_to_group, GroupName=closed, UserName=user)
    assert (code, status) == ("AccessDenied", 403)
    assert f"iam:AddUserToGroup on resource: {HERE}:group/{closed}" in message


def test_which_policy_a_group_gets_may_be_limited(live_server: LiveServer, iam: Any) -> None:
    """iam:PolicyARN."""
    given = {"ArnNotEquals": {"iam:PolicyARN": ADMINISTRATOR_ACCESS}}
    _, caller = somebody(live_server, allow("iam:AttachGroupPolicy", Condition=given))
    group = fresh("G")
    iam.create_group(GroupName=group)
    arn = iam.create_policy(PolicyName=fresh("p"), PolicyDocument=READ)["Policy"]["Arn"]
    mine = caller.client("iam")
    mine.attach_group_policy(GroupName=group, PolicyArn=arn)
    code, _, _ = refused(mine.attach_group_policy, GroupName=group, PolicyArn=ADMINISTRATOR_ACCESS)
    assert code == "AccessDenied"
