"""What the wire itself must look like, read raw: forms, errors, ids, dates, ARNs with paths.

Sources: IAM API Reference, "Making query requests", "Common errors"; IAM User Guide, "IAM
identifiers", "Revoking IAM role temporary security credentials"; recordings of AWS.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from doorward.model.ids import account_of
from examples.main_job.clients import of_session
from tests.accounts import allow, new_account, new_role, new_user, policy, refused, trust
from tests.api.iam.test_boto3_nouns import READ, TRUST, upload
from tests.certificates import rsa_key, ssh
from tests.signing import Reply, Signed

if TYPE_CHECKING:
    from examples.main_job.clients import Identity
    from tests.live import LiveServer

IAM = "https://iam.amazonaws.com/doc/2010-05-08/"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@pytest.fixture(scope="module")
def account(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


@pytest.fixture(scope="module")
def iam(account: tuple[str, Identity]) -> Any:
    return account[1].client("iam")


def asked(who: Identity, action: str, **parameters: str) -> Reply:
    """Send an IAM call as a form."""
    body = urlencode({"Action": action, "Version": "2010-05-08", **parameters}).encode()
    signed = Signed(key=who.access_key_id, secret=who.secret_access_key, service="iam", body=body)
    return signed.send(who.endpoint)


def test_a_result_has_its_wrapper_and_its_request_id(account: tuple[str, Identity]) -> None:
    reply = asked(account[1], "CreateUser", UserName="wrapped", Path="/a/")
    form = (
        rf'<CreateUserResponse xmlns="{IAM}"><CreateUserResult><User>.*</User></CreateUserResult>'
        rf"<ResponseMetadata><RequestId>({UUID})</RequestId></ResponseMetadata>"
        r"</CreateUserResponse>"
    )
    found = re.search(form, reply.body)
    assert found is not None
    assert found[1] == reply.request_id


def test_an_operation_without_a_result_has_its_request_id(account: tuple[str, Identity]) -> None:
    asked(account[1], "CreateUser", UserName="without")
    reply = asked(account[1], "DeleteUser", UserName="without")
    assert "Result>" not in reply.body
    assert re.search(
        rf'<DeleteUserResponse xmlns="{IAM}"><ResponseMetadata><RequestId>{UUID}</RequestId>'
        r"</ResponseMetadata></DeleteUserResponse>",
        reply.body,
    )


def test_an_error_has_its_envelope(account: tuple[str, Identity]) -> None:
    reply = asked(account[1], "GetUser", UserName="nobody-here")
    assert reply.status == 404
    text = "The user with name nobody-here cannot be found."
    assert re.search(
        rf'<ErrorResponse xmlns="{IAM}"><Error><Type>Sender</Type><Code>NoSuchEntity</Code>'
        rf"<Message>{text}</Message></Error><RequestId>{reply.request_id}</RequestId>"
        r"</ErrorResponse>",
        reply.body,
    )


def test_a_call_may_be_a_form_or_a_query_with_lists_by_number(
    account: tuple[str, Identity],
) -> None:
    administrator = account[1]
    tags = {
        "Tags.member.1.Key": "a", "Tags.member.1.Value": "1", "Tags.member.2.Key": "b",
        "Tags.member.2.Value": "2",
    }  # fmt: skip
    assert asked(administrator, "CreateUser", UserName="numbered", **tags).status == 200
    query = urlencode({"Action": "ListUserTags", "Version": "2010-05-08", "UserName": "numbered"})
    got = Signed(
        key=administrator.access_key_id, secret=administrator.secret_access_key, service="iam",
        method="GET", target=f"/?{query}", body=b"", headers={},
    ).send(administrator.endpoint)  # fmt: skip
    assert re.findall("<member><Key>(.)</Key><Value>(.)</Value></member>", got.body) == [
        ("a", "1"),
        ("b", "2"),
    ]
    assert "<IsTruncated>false</IsTruncated>" in got.body
    assert "<Marker>" not in got.body


def test_json_has_seconds_since_1970(live_server: LiveServer) -> None:
    doorward = Signed(
        service="doorward", body=json.dumps({"Name": "dated"}).encode(),
        headers={
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": "Doorward_20261101.CreateAccount",
        },
    )  # fmt: skip
    made = json.loads(doorward.send(live_server.endpoint).body)["Account"]["Created"]
    assert isinstance(made, int | float)
    assert abs(made - datetime.now(UTC).timestamp()) < 600


def test_markers_are_refused_in_aws_words(account: tuple[str, Identity]) -> None:
    with refused("ValidationError", "Invalid Marker.", 400):
        account[1].client("iam").list_users(Marker="not one of ours")


@pytest.mark.parametrize(
    ("action", "parameters", "text"),
    [
        ("CreateUser", {"UserName": "p", "Path": "/a//b/"}, "The specified value for path is"),
        ("GetGroup", {"GroupName": "none"}, "The group with name none cannot be found."),
        ("GetRole", {"RoleName": "none"}, "The role with name none cannot be found."),
        ("GetRolePolicy", {"RoleName": "probed", "PolicyName": "none"},
         "The role policy with name none cannot be found."),
        ("GetServerCertificate", {"ServerCertificateName": "none"},
         "The Server Certificate with name none cannot be found."),
        ("GetAccountPasswordPolicy", {},
         "The Password Policy with domain name {account} cannot be found."),
        ("GetPolicyVersion", {"PolicyArn": "{policy}", "VersionId": "v4"},
         "Policy {policy} version v4 does not exist or is not attachable."),
        ("PutUserPermissionsBoundary", {"UserName": "bounded", "PermissionsBoundary": "x" * 20},
         "Value (xxxxxxxxxxxxxxxxxxxx) for parameter PermissionsBoundary is invalid."),
        ("AttachRolePolicy", {"RoleName": "probed", "PolicyArn": "x" * 20},
         "Invalid ARN:  Could not be parsed!"),
        ("DeleteVirtualMFADevice", {"SerialNumber": "arn:aws:iam::{account}:mfa/none"},
         "VirtualMFADevice with serial number arn:aws:iam::{account}:mfa/none doesn't exist."),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)  # fmt: skip
def test_texts(
    account: tuple[str, Identity], iam: Any, action: str, parameters: dict[str, str], text: str
) -> None:
    """Texts recorded from AWS, or written against it."""
    names = {"account": account[0], "policy": f"arn:aws:iam::{account[0]}:policy/probed"}
    if not iam.list_roles(PathPrefix="/probe/")["Roles"]:
        iam.create_role(RoleName="probed", Path="/probe/", AssumeRolePolicyDocument=TRUST)
        iam.create_policy(PolicyName="probed", PolicyDocument=READ)
        iam.create_user(UserName="bounded")
    given = {name: value.format(**names) for name, value in parameters.items()}
    reply = asked(account[1], action, **given)
    assert text.format(**names) in reply.body.replace("&apos;", "'").replace("&#x27;", "'")
    assert reply.code in {"ValidationError", "NoSuchEntity"}


def test_arns_keep_their_paths(account: tuple[str, Identity], iam: Any) -> None:
    number = account[0]
    of = {"Path": "/a/b/"}
    made = {
        "user": iam.create_user(UserName="Pathed", **of)["User"],
        "group": iam.create_group(GroupName="Pathed", **of)["Group"],
        "role": iam.create_role(RoleName="Pathed", AssumeRolePolicyDocument=TRUST, **of)["Role"],
        "policy": iam.create_policy(PolicyName="Pathed", PolicyDocument=READ, **of)["Policy"],
        "instance-profile": iam.create_instance_profile(InstanceProfileName="Pathed", **of)[
            "InstanceProfile"
        ],
    }
    for kind, entity in made.items():
        assert (entity["Arn"], entity["Path"]) == (
            f"arn:aws:iam::{number}:{kind}/a/b/Pathed", "/a/b/",
        )  # fmt: skip
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="Pathed", **of)
    serial = device["VirtualMFADevice"]["SerialNumber"]
    assert serial == f"arn:aws:iam::{number}:mfa/a/b/Pathed"
    assert upload(iam, "Pathed")["Arn"] == f"arn:aws:iam::{number}:server-certificate/Pathed"
    with refused("ValidationError", "would be longer than 256 characters", 400):
        iam.create_virtual_mfa_device(VirtualMFADeviceName="x" * 226, Path="/a/b/")


def test_ids_have_their_prefixes_their_lengths_and_their_account(
    account: tuple[str, Identity], iam: Any
) -> None:
    number, administrator = account
    name, user = new_user(administrator)
    role = new_role(administrator, trust({"AWS": number}))
    answer = administrator.client("sts").assume_role(RoleArn=role, RoleSessionName="ids")
    ids = {
        "AKIA": (user.access_key_id, 20),
        "ASIA": (answer["Credentials"]["AccessKeyId"], 20),
        "AIDA": (iam.get_user(UserName=name)["User"]["UserId"], 21),
        "AROA": (answer["AssumedRoleUser"]["AssumedRoleId"].partition(":")[0], 21),
        "ANPA": (iam.create_policy(PolicyName="of-ids", PolicyDocument=READ)["Policy"]["PolicyId"],
                 21),
        "ASCA": (upload(iam, "of-ids")["ServerCertificateId"], 21),
        "APKA": (iam.upload_ssh_public_key(UserName=name, SSHPublicKeyBody=ssh(rsa_key()))[
            "SSHPublicKey"]["SSHPublicKeyId"], 20),
        "ACCA": (iam.create_service_specific_credential(
            UserName=name, ServiceName="codecommit.amazonaws.com")[
            "ServiceSpecificCredential"]["ServiceSpecificCredentialId"], 20),
    }  # fmt: skip
    for prefix, (made, length) in ids.items():
        assert re.fullmatch(f"{prefix}[A-Z2-7]{{{length - 4}}}", made), made
        assert account_of(made) == number
    assert len(user.secret_access_key) == 40
    assert re.fullmatch("[A-Za-z0-9+/]{40}", user.secret_access_key)


def test_a_name_given_again_has_another_id(iam: Any) -> None:
    ids = set()
    for _ in range(3):
        ids.add(iam.create_user(UserName="again-and-again")["User"]["UserId"])
        iam.delete_user(UserName="again-and-again")
    assert len(ids) == 3


def test_older_sessions_of_a_role_are_revoked_by_a_policy(account: tuple[str, Identity]) -> None:
    """IAM User Guide, "Revoking IAM role temporary security credentials"."""
    number, administrator = account
    role = new_role(administrator, trust({"AWS": number}), policy(allow("iam:ListUsers")))
    sts, name = administrator.client("sts"), role.rpartition("/")[2]
    older = sts.assume_role(RoleArn=role, RoleSessionName="older")["Credentials"]
    mine = of_session(administrator.endpoint, older).client("iam")
    assert mine.list_users()["Users"]
    deny = {
        "Effect": "Deny", "Action": ["*"], "Resource": ["*"],
        "Condition": {"DateLessThan": {"aws:TokenIssueTime": (
            datetime.now(UTC) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")}},
    }  # fmt: skip
    administrator.client("iam").put_role_policy(
        RoleName=name, PolicyName="AWSRevokeOlderSessions", PolicyDocument=policy(deny)
    )
    with refused("AccessDenied", "with an explicit deny in an identity-based policy", 403):
        mine.list_users()


def test_a_new_principal_is_there_at_once(account: tuple[str, Identity], iam: Any) -> None:
    """Strong consistency: no wait between a creation and what names the creature."""
    for number in range(5):
        user = iam.create_user(UserName=f"at-once-{number}")["User"]["Arn"]
        iam.create_role(
            RoleName=f"at-once-{number}", AssumeRolePolicyDocument=trust({"AWS": user})
        )
        key = iam.create_access_key(UserName=f"at-once-{number}")["AccessKey"]
        caller = type(account[1])(
            account[1].endpoint, key["AccessKeyId"], key["SecretAccessKey"]
        ).client("sts")
        assert caller.get_caller_identity()["Arn"] == user


def test_an_operation_that_there_is_not_is_named(account: tuple[str, Identity]) -> None:
    reply = asked(account[1], "NoSuchOperation")
    assert (reply.status, reply.code) == (400, "InvalidAction")
    assert "Could not find operation NoSuchOperation for version 2010-05-08" in reply.body
