"""No administrator reaches into another account: every operation that can name something there.

The administrator of one account, who may do everything, names what another account has. That it
exists there makes no difference to the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from doorward.api import services
from doorward.api.operation import REGISTRY
from doorward.wire.models import service
from tests.accounts import new_account, new_user, trust
from tests.certificates import issue, metadata, rsa_key, ssh
from tests.server import minimal

if TYPE_CHECKING:
    from examples.main_job.clients import Identity
    from tests.live import LiveServer

services.load()

FOREIGN = frozenset(
    {
        "AccessKeyId", "AccountId", "Arn", "CertificateId", "ChildId", "DeletionTaskId",
        "OpenIDConnectProviderArn", "ParentId", "PermissionsBoundary", "PolicyArn", "PolicyArns",
        "PolicyId", "PolicySourceArn", "ResourceId", "RoleArn", "RootId", "SAMLProviderArn",
        "SSHPublicKeyId", "SerialNumber", "ServiceSpecificCredentialId", "Subject", "TargetId",
    }
)  # fmt: skip
"""Members that name something in whichever account it is."""

TELLS_AN_ACCOUNT = {("sts", "GetAccessKeyInfo")}
"""STS API Reference, GetAccessKeyInfo: the account of any key, for whoever may ask; no more."""

NAMING = [
    name
    for name in sorted(REGISTRY)
    if FOREIGN & {member.name for member in service(name[0]).operations[name[1]].members}
    and name not in {("doorward", "CreateAccount"), ("sts", "GetSessionToken")} | TELLS_AN_ACCOUNT
]


@pytest.fixture(scope="module")
def foreign(live_server: LiveServer) -> dict[str, object]:
    """What the first account has: one of everything that an ARN or an id can name."""
    iam = live_server.client("iam")
    name, user = new_user(live_server.administrator)
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="theirs")["VirtualMFADevice"]
    policy = iam.create_policy(PolicyName="theirs", PolicyDocument=minimal.POLICY)["Policy"]["Arn"]
    role = iam.create_role(
        RoleName="theirs", AssumeRolePolicyDocument=trust({"AWS": minimal.ACCOUNT})
    )["Role"]["Arn"]
    group = iam.create_group(GroupName="theirs")["Group"]["Arn"]
    bucket = "arn:aws:s3:::theirs-alone"
    live_server.client("doorward").put_resource(Arn=bucket)
    iam.create_service_linked_role(AWSServiceName="fis.amazonaws.com")
    return {
        "AccessKeyId": user.access_key_id,
        "Arn": bucket,
        **_credentials(iam, name),
        "DeletionTaskId": iam.delete_service_linked_role(RoleName="AWSServiceRoleForFIS")[
            "DeletionTaskId"
        ],
        "PermissionsBoundary": policy,
        "PolicyArn": policy,
        "PolicyArns": [{"arn": policy}],
        "PolicySourceArn": group,
        "Resource": f"{bucket}/key",
        "RoleArn": role,
        "SerialNumber": device["SerialNumber"],
    }


def _credentials(iam: Any, name: str) -> dict[str, str]:
    """Return one of every provider, and of every credential that a user can have."""
    body, key = issue().pem, ssh(rsa_key())
    certificate = iam.upload_signing_certificate(UserName=name, CertificateBody=body)
    public = iam.upload_ssh_public_key(UserName=name, SSHPublicKeyBody=key)
    credential = iam.create_service_specific_credential(
        UserName=name, ServiceName="codecommit.amazonaws.com"
    )
    openid = iam.create_open_id_connect_provider(Url="https://theirs.example.org")
    saml = iam.create_saml_provider(Name="theirs", SAMLMetadataDocument=metadata(issue().base64))
    return {
        "CertificateId": certificate["Certificate"]["CertificateId"],
        "OpenIDConnectProviderArn": openid["OpenIDConnectProviderArn"],
        "SAMLProviderArn": saml["SAMLProviderArn"],
        "SSHPublicKeyId": public["SSHPublicKey"]["SSHPublicKeyId"],
        "ServiceSpecificCredentialId": credential["ServiceSpecificCredential"][
            "ServiceSpecificCredentialId"
        ],
    }


@pytest.fixture(scope="module")
def administrator(live_server: LiveServer) -> Identity:
    """The administrator of an account that has a user, group and role of the names in use."""
    number, identity = new_account(live_server)
    iam = identity.client("iam")
    iam.create_user(UserName="some")
    iam.create_group(GroupName="some")
    iam.create_role(RoleName="some", AssumeRolePolicyDocument=trust({"AWS": number}))
    return identity


@pytest.mark.parametrize("name", NAMING, ids=":".join)
def test_what_another_account_has_is_out_of_reach(
    administrator: Identity, foreign: dict[str, object], name: tuple[str, str]
) -> None:
    operation = service(name[0]).operations[name[1]]
    members = {member.name for member in operation.members}
    given = minimal.parameters(operation, also=FOREIGN - {"AccountId"})
    given |= {member: value for member, value in foreign.items() if member in members}
    if name == ("doorward", "ListAccountQuotas"):
        given["AccountId"] = minimal.ACCOUNT
    if name == ("sts", "AssumeRole"):
        del given[
            "SerialNumber"
        ]  # without a code it would be refused before the role is looked at
    if name[1].startswith("Create"):
        given |= {
            member: "another"
            for member in ("UserName", "RoleName", "PolicyName")
            if member in given
        }
    with pytest.raises(ClientError) as refusal:
        administrator.client(name[0])._make_api_call(name[1], given)
    code = refusal.value.response["Error"]["Code"]
    assert code in {
        "AccessDenied", "AccessDeniedException", "NoSuchEntity", "NoSuchEntityException",
        "InvalidInput", "ValidationError", "ConflictException",
        "AWSOrganizationsNotInUseException",
    }, refusal.value  # fmt: skip


def test_of_another_account_s_key_the_account_is_told_and_nothing_else(
    administrator: Identity, foreign: dict[str, object]
) -> None:
    answer = administrator.client("sts").get_access_key_info(AccessKeyId=foreign["AccessKeyId"])
    del answer["ResponseMetadata"]
    assert answer == {"Account": minimal.ACCOUNT}
