"""Users, their keys and their MFA devices, by unmodified boto3."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest

from tests.api.iam.people import allow, fresh, refused, somebody
from tests.live import ACCOUNT, LiveServer


@pytest.fixture
def iam(live_server: LiveServer) -> Any:
    return live_server.client("iam")


def _body(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_a_user_is_created_read_listed_and_deleted(iam: Any) -> None:
    name = fresh("User")
    made = iam.create_user(UserName=name, Path="/eng/", Tags=[{"Key": "team", "Value": "red"}])[
        "User"
    ]
    assert set(made) == {"Path", "UserName", "UserId", "Arn", "CreateDate", "Tags"}
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/eng/{name}"
    assert made["CreateDate"].microsecond == 0
    assert iam.get_user(UserName=name.upper())["User"] == made
    listed = [
        user for user in iam.list_users(PathPrefix="/eng/")["Users"] if user["UserName"] == name
    ]
    assert listed == [{key: value for key, value in made.items() if key != "Tags"}]
    iam.delete_user(UserName=name)
    assert refused(iam.get_user, UserName=name) == (
        "NoSuchEntity",
        404,
        f"The user with name {name} cannot be found.",
    )


def test_lists_are_paged_by_markers_that_survive_changes(iam: Any) -> None:
    path = f"/{fresh('paged')}/"
    names = [fresh(f"p{letter}") for letter in "abcdefg"]
    for name in names:
        iam.create_user(UserName=name, Path=path)
    first = iam.list_users(PathPrefix=path, MaxItems=3)
    assert first["IsTruncated"]
    assert [user["UserName"] for user in first["Users"]] == names[:3]
    iam.delete_user(UserName=names[2])
    rest = iam.list_users(PathPrefix=path, Marker=first["Marker"])
    assert [user["UserName"] for user in rest["Users"]] == names[3:]
    assert not rest["IsTruncated"]
    assert "Marker" not in rest
    pages = iam.get_paginator("list_users").paginate(
        PathPrefix=path, PaginationConfig={"PageSize": 2}
    )
    assert [user["UserName"] for page in pages for user in page["Users"]] == [
        name for name in names if name != names[2]
    ]
    assert refused(iam.list_users, Marker="nonsense!") == (
        "ValidationError",
        400,
        "Invalid Marker.",
    )


def test_get_user_without_a_name_is_the_caller(live_server: LiveServer) -> None:
    name, caller = somebody(live_server, allow("iam:GetUser"))
    assert caller.client("iam").get_user()["User"]["UserName"] == name


def test_users_may_be_let_manage_themselves_alone(live_server: LiveServer) -> None:
    """IAM User Guide, "AWS: Allows IAM users to manage their own … credentials"."""
    own = "arn:aws:iam::*:user/${aws:username}"
    name, caller = somebody(live_server, allow("iam:*AccessKey*", own))
    other, _ = somebody(live_server)
    mine = caller.client("iam")
    assert len(mine.list_access_keys()["AccessKeyMetadata"]) == 1
    second = mine.create_access_key(UserName=name)["AccessKey"]
    assert mine.create_access_key.__name__ == "create_access_key"
    assert refused(mine.create_access_key) == (
        "LimitExceeded",
        409,
        "Cannot exceed quota for AccessKeysPerUser: 2",
    )
    mine.update_access_key(AccessKeyId=second["AccessKeyId"], Status="Inactive")
    states = {
        key["AccessKeyId"]: key["Status"] for key in mine.list_access_keys()["AccessKeyMetadata"]
    }
    assert states[second["AccessKeyId"]] == "Inactive"
    mine.delete_access_key(AccessKeyId=second["AccessKeyId"])
    code, status, message = refused(mine.list_access_keys, UserName=other)
    assert (code, status) == ("AccessDenied", 403)
    assert f"iam:ListAccessKeys on resource: arn:aws:iam::{ACCOUNT}:user/{other}" in message


def test_a_role_session_must_name_the_user(live_server: LiveServer, iam: Any) -> None:
    """Text recorded from AWS in public issues ("Must specify userName …")."""
    role = fresh("Session")
    iam.create_role(
        RoleName=role,
        AssumeRolePolicyDocument=(
            '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":'
            f'{{"AWS":"{ACCOUNT}"}},"Action":"sts:AssumeRole"}}}}'
        ),
    )
    iam.attach_role_policy(RoleName=role, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
    session = live_server.administrator.assuming(arn, "session").client("iam")
    for call in (session.get_user, session.list_access_keys, session.create_access_key):
        assert refused(call) == (
            "ValidationError",
            400,
            "Must specify userName when calling with non-User credentials",
        )


def test_virtual_mfa_takes_two_real_codes(iam: Any) -> None:
    """IAM API Reference, EnableMFADevice; emulators accept 000000."""
    user, name = fresh("mfa-user"), fresh("phone")
    iam.create_user(UserName=user)
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    serial, seed = made["SerialNumber"], made["Base32StringSeed"].decode()
    assert serial == f"arn:aws:iam::{ACCOUNT}:mfa/{name}"
    assert len(base64.b32decode(seed)) == 40
    assert made["QRCodePNG"].startswith(b"\x89PNG\r\n")

    def enable(*codes: str) -> dict[str, str]:
        return {
            "UserName": user,
            "SerialNumber": serial,
            "AuthenticationCode1": codes[0],
            "AuthenticationCode2": codes[1],
        }

    assert refused(iam.enable_mfa_device, **enable("000000", "000000")) == (
        "InvalidAuthenticationCode",
        403,
        "Authentication code for device is not valid.",
    )
    device = pyotp.TOTP(seed)
    step = int(datetime.now(UTC).timestamp()) // 30
    codes = device.generate_otp(step - 1), device.generate_otp(step)
    iam.enable_mfa_device(**enable(*codes))
    assert refused(iam.resync_mfa_device, **enable(*codes))[0] == "InvalidAuthenticationCode"
    (listed,) = iam.list_mfa_devices(UserName=user)["MFADevices"]
    assert (listed["UserName"], listed["SerialNumber"]) == (user, serial)
    code, status, _ = refused(iam.get_mfa_device, SerialNumber=serial, UserName=user)
    assert (code, status) == ("NoSuchEntity", 404)
    assigned = iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]
    (ours,) = (each for each in assigned if each["SerialNumber"] == serial)
    assert ours["User"]["UserName"] == user
    assert "Base32StringSeed" not in ours
    code, status, _ = refused(iam.delete_virtual_mfa_device, SerialNumber=serial)
    assert (code, status) == ("DeleteConflict", 409)
    assert refused(iam.delete_user, UserName=user)[2] == (
        "Cannot delete entity, must delete MFA device first."
    )
    iam.deactivate_mfa_device(UserName=user, SerialNumber=serial)
    iam.tag_mfa_device(SerialNumber=serial, Tags=[{"Key": "k", "Value": "v"}])
    assert iam.list_mfa_device_tags(SerialNumber=serial)["Tags"] == [{"Key": "k", "Value": "v"}]
    iam.untag_mfa_device(SerialNumber=serial, TagKeys=["k"])
    iam.delete_virtual_mfa_device(SerialNumber=serial)
    iam.delete_user(UserName=user)


def test_a_renamed_user_is_asked_for_twice(live_server: LiveServer, iam: Any) -> None:
    """IAM API Reference, UpdateUser: permission on both the source and the target object."""
    _, caller = somebody(
        live_server, allow("iam:UpdateUser", f"arn:aws:iam::{ACCOUNT}:user/temp-*")
    )
    name, kept = fresh("temp"), fresh("kept")
    iam.create_user(UserName=name)
    mine = caller.client("iam")
    code, _, message = refused(mine.update_user, UserName=name, NewUserName=kept)
    assert code == "AccessDenied"
    assert f"arn:aws:iam::{ACCOUNT}:user/{kept}" in message
    mine.update_user(UserName=name, NewUserName=f"{name}x")
    assert iam.get_user(UserName=f"{name}x")["User"]["Path"] == "/"
