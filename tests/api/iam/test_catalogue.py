"""Rows 33, 39, 42 and 63 of the catalogue: durations, devices, escalation, reports."""

from __future__ import annotations

import csv
import io
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyotp
import pytest

from tests.accounts import allow, new_account, new_role, new_user, policy, refused, trust
from tests.signing import Signed

if TYPE_CHECKING:
    from examples.main_job.clients import Identity
    from tests.live import LiveServer

DENY_ALL = {"Effect": "Deny", "Action": "*", "Resource": "*"}


@pytest.fixture(scope="module")
def account(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


@pytest.fixture(scope="module")
def role(account: tuple[str, Identity]) -> str:
    return new_role(account[1], trust({"AWS": account[0]}))


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        ("-1", "ValidationError"),
        ("0", "ValidationError"),
        ("899", "ValidationError"),
        ("3601", "ValidationError"),
        ("43201", "ValidationError"),
        ("x", "MalformedInput"),
        ("3600.0", "MalformedInput"),
        ("1e3", "MalformedInput"),
        ("３６００", "MalformedInput"),
        ("", "MalformedInput"),
    ],
)
def test_row_33_how_long_a_session_may_last(
    account: tuple[str, Identity], role: str, seconds: str, code: str
) -> None:
    administrator = account[1]
    form = {
        "Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": role,
        "RoleSessionName": "s1", "DurationSeconds": seconds,
    }  # fmt: skip
    key, secret = administrator.access_key_id, administrator.secret_access_key
    reply = Signed(key, secret, body=urlencode(form).encode()).send(administrator.endpoint)
    assert (reply.status, reply.code) == (400, code)


def test_row_39_a_device_is_its_owner_s(account: tuple[str, Identity]) -> None:
    """Nobody takes a device over that another has, and none goes without leave."""
    number, administrator = account
    iam = administrator.client("iam")
    one, two = new_user(administrator)[0], new_user(administrator)[0]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=one)["VirtualMFADevice"]
    left = 30 - time.time() % 30
    if left < 8:
        time.sleep(left)  # codes are to be good for a while
    totp, now = pyotp.TOTP(device["Base32StringSeed"].decode()), int(time.time())
    codes = {
        "AuthenticationCode1": totp.at(now - 30),
        "AuthenticationCode2": totp.at(now),
    }
    serial = device["SerialNumber"]
    iam.enable_mfa_device(UserName=one, SerialNumber=serial, **codes)
    later = {"AuthenticationCode1": totp.at(now), "AuthenticationCode2": totp.at(now + 30)}
    with refused("EntityAlreadyExists", status=409):
        iam.enable_mfa_device(UserName=two, SerialNumber=serial, **later)
    with refused("NoSuchEntity", status=404):
        iam.deactivate_mfa_device(UserName=two, SerialNumber=serial)
    assert serial.startswith(f"arn:aws:iam::{number}:mfa/")


def test_row_39_who_must_use_a_device_does_not_switch_it_off_without(
    account: tuple[str, Identity],
) -> None:
    administrator = account[1]
    without = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    enforced = policy(allow("iam:*"), {**DENY_ALL, "Condition": without})
    name, user = new_user(administrator, enforced)
    made = administrator.client("iam").create_virtual_mfa_device(VirtualMFADeviceName=name)
    serial = made["VirtualMFADevice"]["SerialNumber"]
    for call in ("deactivate_mfa_device", "delete_virtual_mfa_device"):
        given = {"SerialNumber": serial}
        if call == "deactivate_mfa_device":
            given["UserName"] = name
        with refused("AccessDenied", "with an explicit deny", 403):
            getattr(user.client("iam"), call)(**given)


def test_row_42_nobody_widens_what_bounds_them(account: tuple[str, Identity]) -> None:
    """A user with all of IAM, within a boundary that keeps the boundary where it is."""
    number, administrator = account
    iam = administrator.client("iam")
    keep = ["iam:DeleteUserPermissionsBoundary", "iam:PutUserPermissionsBoundary",
            "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"]  # fmt: skip
    document = policy(allow("*"), {"Effect": "Deny", "Action": keep, "Resource": "*"})
    boundary = iam.create_policy(PolicyName="fence", PolicyDocument=document)["Policy"]["Arn"]
    iam.create_policy_version(
        PolicyArn=boundary, PolicyDocument=policy(allow("*")), SetAsDefault=False
    )
    name, user = new_user(administrator, policy(allow("iam:*")))
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=boundary)
    mine = user.client("iam")
    wide = "arn:aws:iam::aws:policy/AdministratorAccess"
    for call, given in (
        ("delete_user_permissions_boundary", {"UserName": name}),
        ("put_user_permissions_boundary", {"UserName": name, "PermissionsBoundary": wide}),
        ("set_default_policy_version", {"PolicyArn": boundary, "VersionId": "v2"}),
        ("create_policy_version", {"PolicyArn": boundary, "PolicyDocument": policy(allow("*"))}),
    ):
        with refused("AccessDenied", "explicit deny in a permissions boundary", 403):
            getattr(mine, call)(**given)
    assert mine.get_user(UserName=name)["User"]["Arn"] == f"arn:aws:iam::{number}:user/{name}"


def test_row_63_names_in_the_credential_report_are_text(live_server: LiveServer) -> None:
    """Names that begin as a formula does: as they are, in quotes where a comma asks for them.

    A formula that calls or fetches anything needs one of ``( | ! "``, which no name may have.
    """
    iam = new_account(live_server)[1].client("iam")
    names = ["=1+1", "+1", "-1", "@a", "a,b", "=cmd,=x"]
    for name in names:
        iam.create_user(UserName=name)
    for sign in '(|!"\t\n':
        with refused("ValidationError", "regular expression pattern", 400):
            iam.create_user(UserName=f"=a{sign}b")
    while iam.generate_credential_report()["State"] != "COMPLETE":
        time.sleep(0.1)
    text = iam.get_credential_report()["Content"].decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["user"] for row in rows} >= set(names)
    assert len({len(row) for row in rows}) == 1
    assert '"=cmd,=x"' in text
