"""AWS's own managed policies through the IAM API, by boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from doorward.policy.catalog import aws_managed_policies, managed_policy_text
from tests.api.iam.people import allow, fresh, policy, refused, somebody
from tests.live import ACCOUNT, LiveServer

READ_ONLY_ACCESS = "arn:aws:iam::aws:policy/ReadOnlyAccess"
OF_A_SERVICE = "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy"


@pytest.fixture
def iam(live_server: LiveServer) -> Any:
    return live_server.client("iam")


@pytest.fixture
def role(iam: Any) -> str:
    """A role without policies."""
    name = fresh("R")
    trust = policy({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    return name


@pytest.mark.parametrize("size", [100, 1000])
def test_all_are_listed_page_by_page(iam: Any, size: int) -> None:
    pages = iam.get_paginator("list_policies").paginate(
        Scope="AWS", PaginationConfig={"PageSize": size}
    )
    sizes, found = [], []
    for page in pages:
        sizes.append(len(page["Policies"]))
        found += page["Policies"]
    known = [each for each in aws_managed_policies() if each.arn.startswith("arn:aws:iam:")]
    assert [each["Arn"] for each in found] == [each.arn for each in known]
    assert set(sizes[:-1]) == {size}
    assert {each["PolicyId"] for each in found} == {each.id for each in known}


def test_by_path_and_by_use(iam: Any, role: str) -> None:
    def listed(**filters: Any) -> set[str]:
        found = iam.list_policies(Scope="AWS", MaxItems=1000, **filters)["Policies"]
        return {each["Arn"] for each in found}

    path = "arn:aws:iam::aws:policy/job-function"
    functions = listed(PathPrefix="/job-function/")
    assert {f"{path}/Billing", f"{path}/ViewOnlyAccess"} <= functions
    assert {arn.rpartition("/")[0] for arn in functions} == {path}
    assert f"{path}/Billing" not in listed(OnlyAttached=True)
    iam.attach_role_policy(RoleName=role, PolicyArn=f"{path}/Billing")
    assert f"{path}/Billing" in listed(OnlyAttached=True)
    assert f"{path}/Billing" not in listed(PolicyUsageFilter="PermissionsBoundary")


def test_one_is_told_with_its_dates_and_its_text(iam: Any) -> None:
    found = iam.get_policy(PolicyArn=READ_ONLY_ACCESS)["Policy"]
    assert found["PolicyId"].startswith("ANPADOORWARD")
    assert "Description" not in found
    assert found["CreateDate"].isoformat() == "2015-02-06T18:39:48+00:00"
    assert found["UpdateDate"] > found["CreateDate"]
    default = found["DefaultVersionId"]
    (version,) = iam.list_policy_versions(PolicyArn=READ_ONLY_ACCESS)["Versions"]
    assert (version["VersionId"], version["IsDefaultVersion"]) == (default, True)
    assert version["CreateDate"] == found["UpdateDate"]
    got = iam.get_policy_version(PolicyArn=READ_ONLY_ACCESS, VersionId=default)["PolicyVersion"]
    assert got["Document"] == json.loads(managed_policy_text(READ_ONLY_ACCESS) or "")
    code, status, _ = refused(iam.get_policy_version, PolicyArn=READ_ONLY_ACCESS, VersionId="v1")
    assert (code, status) == ("NoSuchEntity", 404)


def test_the_longest_that_may_be_attached_decides(live_server: LiveServer, iam: Any) -> None:
    name, caller = somebody(live_server)
    theirs = caller.client("iam")
    assert refused(theirs.list_users)[0] == "AccessDenied"
    iam.attach_user_policy(UserName=name, PolicyArn=READ_ONLY_ACCESS)
    assert theirs.list_users()["Users"]
    assert refused(theirs.create_user, UserName=fresh("u"))[0] == "AccessDenied"


def test_it_may_limit_a_session(live_server: LiveServer, iam: Any, role: str) -> None:
    iam.put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=policy(allow("*")))
    _, caller = somebody(live_server, allow("sts:AssumeRole"))
    role_arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
    limited = caller.assuming(role_arn, "session", PolicyArns=[{"arn": READ_ONLY_ACCESS}])
    session = limited.client("iam")
    assert session.list_users()["Users"]
    assert refused(session.create_user, UserName=fresh("u"))[0] == "AccessDenied"


def test_those_of_service_linked_roles_are_for_nobody_else(iam: Any, role: str) -> None:
    """IAM API Reference, AttachRolePolicy, PutRolePermissionsBoundary: PolicyNotAttachable."""
    assert iam.get_policy(PolicyArn=OF_A_SERVICE)["Policy"]["Path"] == "/aws-service-role/"
    assert refused(iam.attach_role_policy, RoleName=role, PolicyArn=OF_A_SERVICE) == (
        "PolicyNotAttachable",
        400,
        "Cannot attach a Service Role Policy to a Customer Role.",
    )
    code, status, _ = refused(
        iam.put_role_permissions_boundary, RoleName=role, PermissionsBoundary=OF_A_SERVICE
    )
    assert (code, status) == ("PolicyNotAttachable", 400)
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
    assert "PermissionsBoundary" not in iam.get_role(RoleName=role)["Role"]
