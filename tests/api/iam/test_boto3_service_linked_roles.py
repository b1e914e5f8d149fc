"""Service-linked roles, by unmodified boto3.

Sources: IAM API Reference (CreateServiceLinkedRole, DeleteServiceLinkedRole,
GetServiceLinkedRoleDeletionStatus); IAM User Guide, "Service-linked roles"; texts recorded from
AWS in public issues.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from doorward.control.service_roles import SERVICE_ROLES
from doorward.policy.catalog.managed import managed_policy_text
from tests.accounts import allow, new_account, new_user, policy, trust
from tests.api.iam.people import refused
from tests.live import LiveServer

BATCH, SCALING = "batch.amazonaws.com", "autoscaling.amazonaws.com"
ROLE = "AWSServiceRoleForBatch"
POLICY = "arn:aws:iam::aws:policy/aws-service-role/BatchServiceRolePolicy"


@pytest.fixture(scope="module")
def account(live_server: LiveServer) -> tuple[str, Any]:
    """An account of this module's own: a service has one role in an account."""
    number, administrator = new_account(live_server)
    administrator.client("iam").create_instance_profile(InstanceProfileName="machine")
    return number, administrator


@pytest.fixture
def iam(account: tuple[str, Any]) -> Any:
    return account[1].client("iam")


@pytest.fixture
def role(iam: Any) -> Iterator[dict[str, Any]]:
    made = iam.create_service_linked_role(AWSServiceName=BATCH, Description="for jobs")["Role"]
    yield made
    iam.delete_service_linked_role(RoleName=ROLE)


def test_a_service_s_role_has_its_name_path_trust_and_policy(
    iam: Any, account: tuple[str, Any], role: dict[str, Any]
) -> None:
    arn = f"arn:aws:iam::{account[0]}:role/aws-service-role/{BATCH}/{ROLE}"
    assert set(role) == {
        "Arn",
        "AssumeRolePolicyDocument",
        "CreateDate",
        "Description",
        "Path",
        "RoleId",
        "RoleName",
    }
    assert (role["Arn"], role["RoleName"]) == (arn, ROLE)
    assert role["AssumeRolePolicyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": [BATCH]},
                "Action": ["sts:AssumeRole"],
            }
        ],
    }
    found = iam.get_role(RoleName=ROLE)["Role"]
    assert {name: found[name] for name in role} == role
    attached = iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]
    assert attached == [{"PolicyName": "BatchServiceRolePolicy", "PolicyArn": POLICY}]
    assert refused(iam.create_service_linked_role, AWSServiceName=BATCH) == (
        "InvalidInput",
        400,
        f"Service role name {ROLE} has been taken in this account, please try a different suffix.",
    )


def test_suffixes_are_for_services_that_have_them(iam: Any) -> None:
    create = iam.create_service_linked_role
    assert refused(create, AWSServiceName=BATCH, CustomSuffix="two") == (
        "InvalidInput",
        400,
        f"Custom suffix is not allowed for {BATCH}",
    )
    names = [
        create(AWSServiceName=SCALING, **suffix)["Role"]["RoleName"]
        for suffix in ({}, {"CustomSuffix": "two"})
    ]
    assert names == ["AWSServiceRoleForAutoScaling", "AWSServiceRoleForAutoScaling_two"]
    long = refused(create, AWSServiceName=SCALING, CustomSuffix="x" * 64)
    assert long[:2] == ("InvalidInput", 400)
    unknown = refused(create, AWSServiceName="nothing.amazonaws.com")
    assert unknown[:2] == ("InvalidInput", 400)
    assert "nothing.amazonaws.com" in unknown[2]
    for name in names:
        iam.delete_service_linked_role(RoleName=name)


_DOCUMENT = policy(allow("s3:*"))
_BOUNDARY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@pytest.mark.parametrize(
    ("call", "parameters"),
    [
        ("delete_role", {}),
        ("update_role", {"MaxSessionDuration": 7200}),
        ("update_role", {"MaxSigninSessionDuration": 7200}),
        ("update_assume_role_policy", {"PolicyDocument": trust({"AWS": "*"})}),
        ("attach_role_policy", {"PolicyArn": _BOUNDARY}),
        ("detach_role_policy", {"PolicyArn": POLICY}),
        ("put_role_policy", {"PolicyName": "p", "PolicyDocument": _DOCUMENT}),
        ("delete_role_policy", {"PolicyName": "p"}),
        ("put_role_permissions_boundary", {"PermissionsBoundary": _BOUNDARY}),
        ("delete_role_permissions_boundary", {}),
        ("add_role_to_instance_profile", {"InstanceProfileName": "machine"}),
    ],
)
def test_nobody_changes_a_service_s_role(
    iam: Any, role: dict[str, Any], call: str, parameters: dict[str, Any]
) -> None:
    before = iam.get_role(RoleName=ROLE)["Role"]
    assert refused(getattr(iam, call), RoleName=ROLE, **parameters) == (
        "UnmodifiableEntity",
        400,
        (
            f"Cannot perform the operation on the protected role '{ROLE}' - this role is only "
            "modifiable by AWS"
        ),
    )
    assert iam.get_role(RoleName=ROLE)["Role"] == before
    assert len(iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]) == 1


def test_its_description_and_tags_may_change(iam: Any, role: dict[str, Any]) -> None:
    iam.update_role(RoleName=ROLE, Description="for nights")
    assert (
        iam.update_role_description(RoleName=ROLE, Description="x")["Role"]["Description"] == "x"
    )
    iam.tag_role(RoleName=ROLE, Tags=[{"Key": "k", "Value": "v"}])
    iam.untag_role(RoleName=ROLE, TagKeys=["k"])


def test_a_role_is_deleted_by_a_task(iam: Any, account: tuple[str, Any]) -> None:
    iam.create_service_linked_role(AWSServiceName=BATCH)
    task = iam.delete_service_linked_role(RoleName=ROLE.upper())["DeletionTaskId"]
    assert task.startswith(f"task/aws-service-role/{BATCH}/{ROLE}/")
    status = iam.get_service_linked_role_deletion_status(DeletionTaskId=task)
    assert status["Status"] == "SUCCEEDED"
    missing = ("NoSuchEntity", 404, f"The role with name {ROLE} cannot be found.")
    assert refused(iam.get_role, RoleName=ROLE) == missing
    assert refused(iam.delete_service_linked_role, RoleName=ROLE) == missing
    get = iam.get_service_linked_role_deletion_status
    other = f"{task[:-1]}{'0' if task[-1] != '0' else '1'}"
    assert refused(get, DeletionTaskId=other)[:2] == ("NoSuchEntity", 404)
    assert refused(get, DeletionTaskId="task/1")[:2] == ("InvalidInput", 400)
    iam.create_service_linked_role(AWSServiceName=BATCH)
    iam.delete_service_linked_role(RoleName=ROLE)


def test_other_roles_are_not_deleted_by_a_task(iam: Any) -> None:
    iam.create_role(RoleName="Ours", AssumeRolePolicyDocument=trust({"Service": BATCH}))
    assert refused(iam.delete_service_linked_role, RoleName="Ours")[:2] == ("NoSuchEntity", 404)
    iam.delete_role(RoleName="Ours")


def test_who_may_make_which_service_s_role(account: tuple[str, Any]) -> None:
    """IAM User Guide, "Service-linked role permissions": iam:AWSServiceName."""
    number, administrator = account
    resource = f"arn:aws:iam::{number}:role/aws-service-role/*"
    only = {"StringLike": {"iam:AWSServiceName": BATCH}}
    document = policy(
        allow("iam:CreateServiceLinkedRole", resource, Condition=only),
        allow(["iam:DeleteServiceLinkedRole", "iam:GetServiceLinkedRoleDeletionStatus"], resource),
    )
    mine = new_user(administrator, document)[1].client("iam")
    mine.create_service_linked_role(AWSServiceName=BATCH)
    code, status, message = refused(mine.create_service_linked_role, AWSServiceName=SCALING)
    assert (code, status) == ("AccessDenied", 403)
    assert f"{SCALING}/AWSServiceRoleForAutoScaling" in message
    task = mine.delete_service_linked_role(RoleName=ROLE)["DeletionTaskId"]
    found = mine.get_service_linked_role_deletion_status(DeletionTaskId=task)
    assert found["Status"] == "SUCCEEDED"


@pytest.mark.parametrize("service", SERVICE_ROLES)
def test_every_row_can_be_made(service: str) -> None:
    """A role name that IAM admits, a policy that the catalog knows."""
    row = SERVICE_ROLES[service]
    assert managed_policy_text(row.policy_arn) is not None
    assert row.name.startswith("AWSServiceRoleFor")
    assert len(row.name) <= 64


def test_no_two_services_have_one_role() -> None:
    assert len({row.name.lower() for row in SERVICE_ROLES.values()}) == len(SERVICE_ROLES)
