"""Instance profiles, by unmodified boto3."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.iam.people import allow, fresh, refused, somebody
from tests.live import ACCOUNT, LiveServer

TRUST = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow",'
    '"Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}'
)


@pytest.fixture
def iam(live_server: LiveServer) -> Any:
    return live_server.client("iam")


def _role(iam: Any, path: str = "/") -> str:
    name = fresh("Machine")
    iam.create_role(
        RoleName=name, Path=path, AssumeRolePolicyDocument=TRUST, Description="for machines"
    )
    return name


def _profile(iam: Any, **more: Any) -> str:
    name = fresh("Profile")
    iam.create_instance_profile(InstanceProfileName=name, **more)
    return name


def test_a_profile_is_created_read_tagged_and_deleted(iam: Any) -> None:
    name, tags = fresh("Web"), [{"Key": "team", "Value": "red"}]
    made = iam.create_instance_profile(InstanceProfileName=name, Path="/web/", Tags=tags)[
        "InstanceProfile"
    ]
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:instance-profile/web/{name}"
    assert made["InstanceProfileId"].startswith("AIPA")
    assert len(made["InstanceProfileId"]) == 21
    assert (made["Roles"], made["Tags"]) == ([], tags)
    found = iam.get_instance_profile(InstanceProfileName=name.upper())["InstanceProfile"]
    assert found == made
    assert refused(iam.create_instance_profile, InstanceProfileName=name.lower()) == (
        "EntityAlreadyExists",
        409,
        f"Instance Profile {name.lower()} already exists.",
    )
    iam.tag_instance_profile(InstanceProfileName=name, Tags=[{"Key": "Team", "Value": "blue"}])
    iam.untag_instance_profile(InstanceProfileName=name, TagKeys=["team", "none"])
    left = iam.list_instance_profile_tags(InstanceProfileName=name)
    assert left["Tags"] == [{"Key": "Team", "Value": "blue"}]
    iam.delete_instance_profile(InstanceProfileName=name)
    assert refused(iam.get_instance_profile, InstanceProfileName=name) == (
        "NoSuchEntity",
        404,
        f"Instance Profile {name} cannot be found.",
    )


def test_a_profile_has_one_role_and_both_are_kept_while_it_has(iam: Any) -> None:
    """Texts recorded from AWS in public issues (99designs/iamy 47 and 68, aws/eb-cli 86)."""
    name, role, other = _profile(iam), _role(iam, "/r/"), _role(iam)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role.upper())
    (held,) = iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Roles"]
    assert held["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/r/{role}"
    assert held["AssumeRolePolicyDocument"]["Statement"]["Action"] == "sts:AssumeRole"
    assert {"Path", "RoleName", "RoleId", "CreateDate"} < set(held)
    for each in (role, other):
        assert refused(
            iam.add_role_to_instance_profile, InstanceProfileName=name, RoleName=each
        ) == (
            "LimitExceeded",
            409,
            "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
        )
    conflict = (
        "DeleteConflict",
        409,
        "Cannot delete entity, must remove roles from instance profile first.",
    )
    assert refused(iam.delete_role, RoleName=role) == conflict
    assert refused(iam.delete_instance_profile, InstanceProfileName=name) == conflict
    code, status, _ = refused(
        iam.remove_role_from_instance_profile, InstanceProfileName=name, RoleName=other
    )
    assert (code, status) == ("NoSuchEntity", 404)
    iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role)
    iam.delete_role(RoleName=role)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=other)


def test_profiles_are_listed_by_path_and_by_role(iam: Any) -> None:
    path, role = f"/{fresh('path')}/", _role(iam)
    names = sorted(_profile(iam, Path=path) for _ in range(3))
    for name in names[:2]:
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
    first = iam.list_instance_profiles(PathPrefix=path, MaxItems=2)
    rest = iam.list_instance_profiles(PathPrefix=path, Marker=first["Marker"])
    listed = first["InstanceProfiles"] + rest["InstanceProfiles"]
    assert [each["InstanceProfileName"] for each in listed] == names
    assert (first["IsTruncated"], rest["IsTruncated"]) == (True, False)
    assert [len(each["Roles"]) for each in listed] == [1, 1, 0]
    of_role = iam.list_instance_profiles_for_role(RoleName=role)["InstanceProfiles"]
    assert [each["InstanceProfileName"] for each in of_role] == names[:2]
    assert of_role[0]["Roles"][0]["RoleName"] == role
    assert refused(iam.list_instance_profiles_for_role, RoleName="none")[0] == "NoSuchEntity"


def test_a_role_is_added_by_who_may_pass_it_to_machines(live_server: LiveServer, iam: Any) -> None:
    """IAM User Guide, "Grant a user permissions to pass a role to an AWS service"."""
    adding = allow("iam:AddRoleToInstanceProfile")
    role, name = _role(iam), _profile(iam)
    both = {"InstanceProfileName": name, "RoleName": role}
    _, without = somebody(live_server, adding)
    code, status, text = refused(without.client("iam").add_role_to_instance_profile, **both)
    assert (code, status) == ("AccessDenied", 403)
    assert f"iam:PassRole on resource: arn:aws:iam::{ACCOUNT}:role/{role}" in text

    def passing(key: str, value: str) -> Any:
        only = {"StringEquals": {key: value}}
        return somebody(live_server, adding, allow("iam:PassRole", Condition=only))[1].client(
            "iam"
        )

    other = passing("iam:PassedToService", "lambda.amazonaws.com")
    assert refused(other.add_role_to_instance_profile, **both)[0] == "AccessDenied"
    for key, value in (
        ("iam:PassedToService", "ec2.amazonaws.com"),
        ("iam:AssociatedResourceArn", f"arn:aws:ec2:*:{ACCOUNT}:instance/*"),
    ):
        passing(key, value).add_role_to_instance_profile(**both)
        iam.remove_role_from_instance_profile(**both)
