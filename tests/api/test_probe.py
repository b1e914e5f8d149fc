"""The behaviour probe: what emulators of IAM get wrong, each as AWS does it, by unmodified boto3.

Provenance: the rows and what AWS answers to each are from a comparison of emulators (accepting any
MFA code, deleting users with keys, credentials for whoever asks …); codes and texts as in the IAM
and STS API References, or recorded from AWS where a test says so.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from examples.main_job.clients import Identity
from tests.accounts import allow, new_account, new_role, new_user, policy, refused, trust
from tests.api.iam.test_boto3_mfa import now, pair
from tests.signing import Signed

if TYPE_CHECKING:
    from tests.live import LiveServer

READ = policy(allow("s3:GetObject"))
NOT_ALLOWED = "is not authorized to perform: sts:AssumeRole on resource: "


@pytest.fixture(scope="module")
def account(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


@pytest.fixture(scope="module")
def iam(account: tuple[str, Identity]) -> Any:
    return account[1].client("iam")


def test_a_name_in_another_case_is_taken(iam: Any) -> None:
    iam.create_user(UserName="Pp")
    with refused("EntityAlreadyExists", "User with name pP already exists.", 409):
        iam.create_user(UserName="pP")


def test_codes_that_are_none_enable_no_device(iam: Any) -> None:
    iam.create_user(UserName="zeros")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="zeros")["VirtualMFADevice"]
    with refused("InvalidAuthenticationCode", "is not valid", 403):
        iam.enable_mfa_device(
            UserName="zeros",
            SerialNumber=device["SerialNumber"],
            AuthenticationCode1="000000",
            AuthenticationCode2="000000",
        )
    assert iam.list_mfa_devices(UserName="zeros")["MFADevices"] == []


def test_a_virtual_device_in_use_is_not_deleted(iam: Any) -> None:
    iam.create_user(UserName="device")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="in-use")["VirtualMFADevice"]
    serial, seed = made["SerialNumber"], made["Base32StringSeed"].decode()
    iam.enable_mfa_device(**pair("device", serial, seed, now()))
    with refused("DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.", 409):
        iam.delete_virtual_mfa_device(SerialNumber=serial)


def test_a_third_access_key_is_refused(iam: Any) -> None:
    iam.create_user(UserName="keys")
    for _ in range(2):
        iam.create_access_key(UserName="keys")
    with refused("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2", 409):
        iam.create_access_key(UserName="keys")


def test_a_sixth_version_of_a_policy_is_refused(iam: Any) -> None:
    arn = iam.create_policy(PolicyName="versions", PolicyDocument=READ)["Policy"]["Arn"]
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=READ)
    with refused("LimitExceeded", "A managed policy can have up to 5 versions.", 409):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=READ)


def test_a_password_that_breaks_the_rules_is_refused(live_server: LiveServer) -> None:
    """In an account of its own, whose rules they are."""
    iam = new_account(live_server)[1].client("iam")
    iam.update_account_password_policy(MinimumPasswordLength=20)
    iam.create_user(UserName="weak")
    with refused("PasswordPolicyViolation", status=400):
        iam.create_login_profile(UserName="weak", Password="a")


def test_a_user_with_access_keys_is_not_deleted(iam: Any) -> None:
    iam.create_user(UserName="owner")
    iam.create_access_key(UserName="owner")
    with refused("DeleteConflict", "Cannot delete entity, must delete access keys first.", 409):
        iam.delete_user(UserName="owner")


def test_eleven_groups_eleven_policies_and_2049_characters_are_too_many(iam: Any) -> None:
    iam.create_user(UserName="full")
    for number in range(11):
        iam.create_group(GroupName=f"full-{number}")
        iam.create_policy(PolicyName=f"full-{number}", PolicyDocument=READ)
    arns = [each["Arn"] for each in iam.list_policies(Scope="Local", PathPrefix="/")["Policies"]]
    eleven = [arn for arn in arns if "policy/full-" in arn]
    for number in range(10):
        iam.add_user_to_group(GroupName=f"full-{number}", UserName="full")
        iam.attach_user_policy(UserName="full", PolicyArn=eleven[number])
    with refused("LimitExceeded", "Cannot exceed quota for GroupsPerUser: 10", 409):
        iam.add_user_to_group(GroupName="full-10", UserName="full")
    with refused("LimitExceeded", "Cannot exceed quota for PoliciesPerUser: 10", 409):
        iam.attach_user_policy(UserName="full", PolicyArn=eleven[10])
    long = READ.replace("GetObject", "G" * 2048)
    with refused("LimitExceeded", "Maximum policy size of 2048 bytes exceeded for user full", 409):
        iam.put_user_policy(UserName="full", PolicyName="long", PolicyDocument=long)


def test_a_role_that_trusts_only_machines_is_assumed_by_nobody(
    account: tuple[str, Identity],
) -> None:
    role = new_role(account[1], trust({"Service": "ec2.amazonaws.com"}))
    with refused("AccessDenied", f"{NOT_ALLOWED}{role}", 403):
        account[1].client("sts").assume_role(RoleArn=role, RoleSessionName="probe")


def test_a_role_that_is_not_there_is_denied_alike(account: tuple[str, Identity]) -> None:
    """The texts tell nobody whether the role exists."""
    number, administrator = account
    sts = administrator.client("sts")
    role = new_role(administrator, trust({"Service": "ec2.amazonaws.com"}))
    said = []
    for arn in (role, f"arn:aws:iam::{number}:role/nothing-here"):
        with refused("AccessDenied", f"{NOT_ALLOWED}{arn}", 403) as seen:
            sts.assume_role(RoleArn=arn, RoleSessionName="probe")
        said.append(seen.message.replace(arn, "ROLE"))
    assert said[0] == said[1]


def test_a_session_is_no_longer_than_its_role_admits(account: tuple[str, Identity]) -> None:
    """Text recorded from AWS (kreuzwerker/awsu issue 27)."""
    role = new_role(account[1], trust({"AWS": account[0]}))
    said = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    with refused("ValidationError", said, 400):
        account[1].client("sts").assume_role(
            RoleArn=role, RoleSessionName="probe", DurationSeconds=43_200
        )


def test_a_key_that_nobody_has_is_no_caller(live_server: LiveServer) -> None:
    stranger = Identity(live_server.endpoint, "AKIAI44QH8DHBEXAMPLE", "x" * 40)
    said = "The security token included in the request is invalid."
    with refused("InvalidClientTokenId", said, 403):
        stranger.client("sts").get_caller_identity()


def test_a_user_id_has_its_prefix_and_21_characters(iam: Any) -> None:
    made = iam.create_user(UserName="id")["User"]["UserId"]
    assert re.fullmatch("AIDA[A-Z2-7]{17}", made)


def test_a_date_is_in_whole_seconds_with_z(live_server: LiveServer) -> None:
    body = urlencode({"Action": "GetUser", "Version": "2010-05-08"}).encode()
    reply = Signed(service="iam", body=body).send(live_server.endpoint)
    dates = re.findall("<CreateDate>(.*?)</CreateDate>", reply.body)
    assert len(dates) == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", dates[0])


def test_the_simulator_and_the_server_say_the_same(account: tuple[str, Identity]) -> None:
    administrator = account[1]
    iam = administrator.client("iam")
    name, user = new_user(administrator, policy(allow("iam:ListUsers")))
    arn = iam.get_user(UserName=name)["User"]["Arn"]
    results = iam.simulate_principal_policy(
        PolicySourceArn=arn, ActionNames=["iam:ListUsers", "iam:ListRoles"]
    )["EvaluationResults"]
    said = {each["EvalActionName"]: each["EvalDecision"] for each in results}
    assert said == {"iam:ListUsers": "allowed", "iam:ListRoles": "implicitDeny"}
    assert user.client("iam").list_users()["Users"]
    with refused("AccessDenied", "iam:ListRoles", 403):
        user.client("iam").list_roles()


def test_last_accesses_are_reported(account: tuple[str, Identity]) -> None:
    administrator = account[1]
    iam = administrator.client("iam")
    name, user = new_user(administrator, policy(allow("iam:ListUsers")))
    user.client("iam").list_users()
    arn = iam.get_user(UserName=name)["User"]["Arn"]
    job = iam.generate_service_last_accessed_details(Arn=arn)["JobId"]
    answer = iam.get_service_last_accessed_details(JobId=job)
    assert answer["JobStatus"] == "COMPLETED"
    (service,) = answer["ServicesLastAccessed"]
    assert service["ServiceNamespace"] == "iam"
    assert (datetime.now(UTC) - service["LastAuthenticated"]).total_seconds() < 3600


def test_a_users_boundary_binds(account: tuple[str, Identity]) -> None:
    administrator = account[1]
    iam = administrator.client("iam")
    name, user = new_user(administrator, policy(allow("iam:*")))
    fence = iam.create_policy(PolicyName="fence", PolicyDocument=policy(allow("iam:List*")))[
        "Policy"
    ]["Arn"]
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=fence)
    mine = user.client("iam")
    assert mine.list_users()["Users"]
    with refused("AccessDenied", "because no permissions boundary allows the iam:GetUser", 403):
        mine.get_user(UserName=name)
    iam.delete_user_permissions_boundary(UserName=name)
    assert mine.get_user(UserName=name)["User"]["UserName"] == name
