"""Every writing operation once, each with what it needs before it, by real clients.

The clients are boto3's; what they send goes to the pipeline of an application in this process, so
that faults can be put under it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pyotp
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from doorward.api import services
from doorward.server.pipeline import Pipeline
from doorward.usecases.application import Application
from doorward.usecases.config import Settings
from doorward.wire.http import HttpRequest
from examples.main_job.clients import _session
from tests.accounts import allow, policy, trust
from tests.certificates import issue, metadata, pem, rsa_key, ssh
from tests.live import ACCOUNT, KEY, MASTER_KEY, SECRET

ALL = policy(allow("*"))
TRUST = trust({"AWS": ACCOUNT})
IDP = f"arn:aws:iam::{ACCOUNT}:oidc-provider/idp.example.org"
SCP = "SERVICE_CONTROL_POLICY"
THUMBPRINT = "ab" * 20
TAG, TAGS = ["a"], [{"Key": "a", "Value": "1"}]


@dataclass(frozen=True)
class Made:
    """A value that an earlier step was given in its answer, kept under this name."""

    name: str


@dataclass(frozen=True)
class Code:
    """A code of the virtual device, so many steps of 30 seconds from now."""

    steps: int


@dataclass(frozen=True)
class Text:
    """A text that is made when the story is told (keys and certificates are never committed)."""

    make: Callable[[], str]


@dataclass(frozen=True)
class Step:
    """One call. ``keeps`` names values of the answer by their paths; ``by`` is who calls."""

    service: str
    operation: str
    given: Mapping[str, Any] = field(default_factory=dict)
    keeps: Mapping[str, str] = field(default_factory=dict)
    by: str = "administrator"


@cache
def _server_certificate() -> tuple[str, str]:
    made = issue()
    return made.pem, pem(made.key)


def iam(operation: str, keeps: Mapping[str, str] | None = None, /, **given: Any) -> Step:
    """A step of IAM, by the administrator."""
    return Step("iam", operation, given, keeps or {})


def org(operation: str, keeps: Mapping[str, str] | None = None, /, **given: Any) -> Step:
    """A step of Organizations, by the administrator."""
    return Step("organizations", operation, given, keeps or {})


_ANN = {"UserName": "ann"}
_USER = (
    iam("UpdateAccountPasswordPolicy", AllowUsersToChangePassword=True),
    iam("CreateAccountAlias", AccountAlias="acme"),
    iam("PutAccountProperties", Properties={"RoleManager/Enabled": "false"}),
    iam("SetSecurityTokenServicePreferences", GlobalEndpointTokenVersion="v2Token"),
    iam("CreateUser", UserName="ann", Tags=TAGS),
    iam("CreatePolicy", {"policy": "Policy.Arn"}, PolicyName="all", PolicyDocument=ALL),
    iam("CreatePolicyVersion", PolicyArn=Made("policy"), PolicyDocument=ALL),
    iam("SetDefaultPolicyVersion", PolicyArn=Made("policy"), VersionId="v2"),
    iam("DeletePolicyVersion", PolicyArn=Made("policy"), VersionId="v1"),
    iam("TagPolicy", PolicyArn=Made("policy"), Tags=TAGS),
    iam("UntagPolicy", PolicyArn=Made("policy"), TagKeys=TAG),
    iam("PutUserPermissionsBoundary", **_ANN, PermissionsBoundary=Made("policy")),
    iam("PutUserPolicy", **_ANN, PolicyName="own", PolicyDocument=ALL),
    iam("AttachUserPolicy", **_ANN, PolicyArn=Made("policy")),
    iam("TagUser", **_ANN, Tags=[{"Key": "b", "Value": ""}]),
    iam("UntagUser", **_ANN, TagKeys=TAG),
    iam(
        "CreateAccessKey",
        {"key": "AccessKey.AccessKeyId", "secret": "AccessKey.SecretAccessKey"},
        **_ANN,
    ),
    iam("CreateLoginProfile", **_ANN, Password="correct-Horse7"),
    Step(
        "iam",
        "ChangePassword",
        {"OldPassword": "correct-Horse7", "NewPassword": "another-Horse8"},
        by="ann",
    ),
    iam("UpdateLoginProfile", **_ANN, Password="third-Horse9"),
    Step("sts", "GetSessionToken", by="ann"),
    iam("UpdateUser", **_ANN, NewPath="/eng/"),
)
_GROUP = (
    iam("CreateGroup", GroupName="team"),
    iam("UpdateGroup", GroupName="team", NewPath="/eng/"),
    iam("AddUserToGroup", GroupName="team", **_ANN),
    iam("PutGroupPolicy", GroupName="team", PolicyName="own", PolicyDocument=ALL),
    iam("AttachGroupPolicy", GroupName="team", PolicyArn=Made("policy")),
    iam("DetachGroupPolicy", GroupName="team", PolicyArn=Made("policy")),
    iam("DeleteGroupPolicy", GroupName="team", PolicyName="own"),
    iam("RemoveUserFromGroup", GroupName="team", **_ANN),
    iam("DeleteGroup", GroupName="team"),
)
_PHONE, _TOKEN = {"SerialNumber": Made("phone")}, {"TokenSerial": "GAHT00000001"}
_CREDENTIALS = (
    iam(
        "CreateVirtualMFADevice",
        {"phone": "VirtualMFADevice.SerialNumber", "seed": "VirtualMFADevice.Base32StringSeed"},
        VirtualMFADeviceName="phone",
    ),
    iam("TagMFADevice", **_PHONE, Tags=TAGS),
    iam("UntagMFADevice", **_PHONE, TagKeys=TAG),
    iam(
        "EnableMFADevice",
        **_ANN,
        **_PHONE,
        AuthenticationCode1=Code(-2),
        AuthenticationCode2=Code(-1),
    ),
    iam(
        "ResyncMFADevice",
        **_ANN,
        **_PHONE,
        AuthenticationCode1=Code(0),
        AuthenticationCode2=Code(1),
    ),
    iam("DeactivateMFADevice", **_ANN, **_PHONE),
    iam("DeleteVirtualMFADevice", **_PHONE),
    Step("doorward", "RegisterMFAToken", {**_TOKEN, "Seed": "JBSWY3DPEHPK3PXP" * 2}),
    Step("doorward", "DeleteMFAToken", _TOKEN),
    Step("doorward", "RecordSecurityKey", {**_ANN, "Name": "blue"}, {"blue": "SerialNumber"}),
    iam("DeactivateMFADevice", **_ANN, SerialNumber=Made("blue")),
    iam(
        "UploadSSHPublicKey",
        {"ssh": "SSHPublicKey.SSHPublicKeyId"},
        **_ANN,
        SSHPublicKeyBody=Text(lambda: ssh(rsa_key())),
    ),
    iam("UpdateSSHPublicKey", **_ANN, SSHPublicKeyId=Made("ssh"), Status="Inactive"),
    iam("DeleteSSHPublicKey", **_ANN, SSHPublicKeyId=Made("ssh")),
    iam(
        "UploadSigningCertificate",
        {"signing": "Certificate.CertificateId"},
        **_ANN,
        CertificateBody=Text(lambda: issue().pem),
    ),
    iam("UpdateSigningCertificate", **_ANN, CertificateId=Made("signing"), Status="Inactive"),
    iam("DeleteSigningCertificate", **_ANN, CertificateId=Made("signing")),
    iam(
        "CreateServiceSpecificCredential",
        {"git": "ServiceSpecificCredential.ServiceSpecificCredentialId"},
        **_ANN,
        ServiceName="codecommit.amazonaws.com",
    ),
    iam(
        "UpdateServiceSpecificCredential",
        **_ANN,
        ServiceSpecificCredentialId=Made("git"),
        Status="Inactive",
    ),
    iam("ResetServiceSpecificCredential", **_ANN, ServiceSpecificCredentialId=Made("git")),
    iam("DeleteServiceSpecificCredential", **_ANN, ServiceSpecificCredentialId=Made("git")),
)
_ROLE, _PROFILE = {"RoleName": "deploy"}, {"InstanceProfileName": "web"}
_ROLES = (
    iam("CreateRole", {"role": "Role.Arn"}, **_ROLE, AssumeRolePolicyDocument=TRUST),
    iam("TagRole", **_ROLE, Tags=TAGS),
    iam("UntagRole", **_ROLE, TagKeys=TAG),
    iam("UpdateRole", **_ROLE, MaxSessionDuration=7200),
    iam("UpdateRoleDescription", **_ROLE, Description="deploys"),
    iam("UpdateAssumeRolePolicy", **_ROLE, PolicyDocument=TRUST),
    iam("PutRolePolicy", **_ROLE, PolicyName="own", PolicyDocument=ALL),
    iam("AttachRolePolicy", **_ROLE, PolicyArn=Made("policy")),
    iam("PutRolePermissionsBoundary", **_ROLE, PermissionsBoundary=Made("policy")),
    Step("sts", "AssumeRole", {"RoleArn": Made("role"), "RoleSessionName": "told"}),
    iam("CreateInstanceProfile", **_PROFILE),
    iam("TagInstanceProfile", **_PROFILE, Tags=TAGS),
    iam("UntagInstanceProfile", **_PROFILE, TagKeys=TAG),
    iam("AddRoleToInstanceProfile", **_PROFILE, **_ROLE),
    iam("RemoveRoleFromInstanceProfile", **_PROFILE, **_ROLE),
    iam("DeleteInstanceProfile", **_PROFILE),
    iam("DeleteRolePermissionsBoundary", **_ROLE),
    iam("DeleteRolePolicy", **_ROLE, PolicyName="own"),
    iam("DetachRolePolicy", **_ROLE, PolicyArn=Made("policy")),
    iam("DeleteRole", **_ROLE),
    iam(
        "CreateServiceLinkedRole", {"linked": "Role.RoleName"}, AWSServiceName="ecs.amazonaws.com"
    ),
    iam("DeleteServiceLinkedRole", RoleName=Made("linked")),
)
_SITE, _OIDC = {"ServerCertificateName": "site"}, {"OpenIDConnectProviderArn": IDP}
_CONTEXT = {"SubjectSourceKey": "sub", "SubjectTypeValue": "user"}
_SAML = {"SAMLProviderArn": Made("saml")}
_METADATA = Text(lambda: metadata(issue().base64))
_PROVIDERS = (
    iam(
        "UploadServerCertificate",
        **_SITE,
        CertificateBody=Text(lambda: _server_certificate()[0]),
        PrivateKey=Text(lambda: _server_certificate()[1]),
    ),
    iam("TagServerCertificate", **_SITE, Tags=TAGS),
    iam("UntagServerCertificate", **_SITE, TagKeys=TAG),
    iam("UpdateServerCertificate", **_SITE, NewPath="/x/"),
    iam("DeleteServerCertificate", **_SITE),
    iam("CreateOpenIDConnectProvider", Url="https://idp.example.org", ThumbprintList=[THUMBPRINT]),
    iam("TagOpenIDConnectProvider", **_OIDC, Tags=TAGS),
    iam("UntagOpenIDConnectProvider", **_OIDC, TagKeys=TAG),
    iam("AddClientIDToOpenIDConnectProvider", **_OIDC, ClientID="app"),
    iam("RemoveClientIDFromOpenIDConnectProvider", **_OIDC, ClientID="app"),
    iam("UpdateOpenIDConnectProviderThumbprint", **_OIDC, ThumbprintList=["cd" * 20]),
    iam("UpdateOpenIDConnectProvider", **_OIDC, ContextProvider=_CONTEXT),
    iam("DeleteOpenIDConnectProvider", **_OIDC),
    iam(
        "CreateSAMLProvider",
        {"saml": "SAMLProviderArn"},
        Name="idp",
        SAMLMetadataDocument=_METADATA,
    ),
    iam("TagSAMLProvider", **_SAML, Tags=TAGS),
    iam("UntagSAMLProvider", **_SAML, TagKeys=TAG),
    iam("UpdateSAMLProvider", **_SAML, SAMLMetadataDocument=_METADATA),
    iam("DeleteSAMLProvider", **_SAML),
)
_DOWN = (
    iam("DeleteLoginProfile", **_ANN),
    iam("UpdateAccessKey", **_ANN, AccessKeyId=Made("key"), Status="Inactive"),
    iam("DeleteAccessKey", **_ANN, AccessKeyId=Made("key")),
    iam("DetachUserPolicy", **_ANN, PolicyArn=Made("policy")),
    iam("DeleteUserPolicy", **_ANN, PolicyName="own"),
    iam("DeleteUserPermissionsBoundary", **_ANN),
    iam("DeletePolicy", PolicyArn=Made("policy")),
    iam("DeleteUser", **_ANN),
    iam("DeleteAccountAlias", AccountAlias="acme"),
    iam("DeleteAccountPasswordPolicy"),
)
_TRUSTED = {"ServicePrincipal": "iam.amazonaws.com"}
_OU, _SCP = {"OrganizationalUnitId": Made("unit")}, {"PolicyId": Made("scp")}
_TYPE = {"RootId": Made("root"), "PolicyType": SCP}
_ORGANIZATION = (
    org("CreateOrganization", FeatureSet="ALL"),
    org("ListRoots", {"root": "Roots.0.Id"}),
    org("EnablePolicyType", **_TYPE),
    org(
        "CreateOrganizationalUnit",
        {"unit": "OrganizationalUnit.Id"},
        ParentId=Made("root"),
        Name="prod",
    ),
    org("UpdateOrganizationalUnit", **_OU, Name="production"),
    org(
        "CreatePolicy",
        {"scp": "Policy.PolicySummary.Id"},
        Name="deny",
        Description="",
        Type=SCP,
        Content=policy({"Effect": "Deny", "Action": "s3:*", "Resource": "*"}),
    ),
    org("UpdatePolicy", **_SCP, Name="deny-s3"),
    org("AttachPolicy", **_SCP, TargetId=Made("unit")),
    org(
        "CreateAccount",
        {"member": "CreateAccountStatus.AccountId"},
        Email="member@example.org",
        AccountName="Member",
    ),
    org(
        "MoveAccount",
        AccountId=Made("member"),
        SourceParentId=Made("root"),
        DestinationParentId=Made("unit"),
    ),
    org(
        "MoveAccount",
        AccountId=Made("member"),
        SourceParentId=Made("unit"),
        DestinationParentId=Made("root"),
    ),
    org("DetachPolicy", **_SCP, TargetId=Made("unit")),
    org("DeletePolicy", **_SCP),
    org("DeleteOrganizationalUnit", **_OU),
    org("DisablePolicyType", **_TYPE),
    org("EnableAWSServiceAccess", **_TRUSTED),
    iam("EnableOrganizationsRootCredentialsManagement"),
    iam("EnableOrganizationsRootSessions"),
    iam("DisableOrganizationsRootSessions"),
    iam("DisableOrganizationsRootCredentialsManagement"),
    org("DisableAWSServiceAccess", **_TRUSTED),
)
_OURS = (
    Step("doorward", "CreateAccount", {"Name": "lab"}),
    Step(
        "doorward",
        "PutAccountQuota",
        {"AccountId": ACCOUNT, "QuotaName": "GroupsPerAccount", "Value": 299},
    ),
    Step("doorward", "PutResource", {"Arn": "arn:aws:s3:::acme", "Policy": None}),
    Step("doorward", "DeleteResource", {"Arn": "arn:aws:s3:::acme"}),
)

STORY = (*_USER, *_GROUP, *_CREDENTIALS, *_ROLES, *_PROVIDERS, *_DOWN, *_ORGANIZATION, *_OURS)
"""Every writing operation, in an order in which each finds what it needs."""


class Told:
    """An application that the story is told to, in this process."""

    def __init__(self, store: str) -> None:
        services.load()
        self.application = Application(
            Settings(
                store=store,
                master_key=MASTER_KEY,
                bootstrap_account_id=ACCOUNT,
                bootstrap_access_key_id=KEY,
                bootstrap_secret_access_key=SECRET,
            )
        )
        self._pipeline = Pipeline(self.application)
        self._made: dict[str, Any] = {}
        self._clients: dict[tuple[str, str], Any] = {}

    def call(self, step: Step) -> Any:
        """Make one call; raises botocore's ``ClientError`` for a refusal."""
        given = {name: self._value(value) for name, value in step.given.items()}
        given = {name: value for name, value in given.items() if value is not None}
        answer = self._client(step.by, step.service)._make_api_call(step.operation, given)
        for name, path in step.keeps.items():
            value = answer
            for part in path.split("."):
                value = value[int(part)] if part.isdigit() else value[part]
            self._made[name] = value.decode() if isinstance(value, bytes) else value
        return answer

    def _value(self, value: Any) -> Any:
        match value:
            case Made():
                return self._made[value.name]
            case Code():
                at = datetime.now(UTC) + timedelta(seconds=30 * value.steps)
                return pyotp.TOTP(self._made["seed"]).at(at)
            case Text():
                return value.make()
            case _:
                return value

    def _client(self, by: str, service: str) -> Any:
        if (by, service) not in self._clients:
            key, secret = KEY, SECRET
            if by != "administrator":
                key, secret = self._made["key"], self._made["secret"]
            self._clients[by, service] = self._made_client(service, key, secret)
        return self._clients[by, service]

    def _made_client(self, service: str, key: str, secret: str) -> Any:
        """Return a client whose requests go to the pipeline, and nowhere else."""
        client = _session().client(
            service,
            endpoint_url="http://iam.example",
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(retries={"max_attempts": 0}),
        )
        client.meta.events.register("before-send", self._sent)
        return client

    def _sent(self, request: AWSPreparedRequest, **_others: Any) -> AWSResponse:
        headers = {name: _text(value) for name, value in request.headers.items()}
        headers.setdefault("Host", "iam.example")
        body = request.body or b""
        answer = self._pipeline.respond(
            HttpRequest(
                request.method,
                "/",
                headers=tuple(headers.items()),
                body=body.encode() if isinstance(body, str) else body,
            )
        )
        raw: Any = io.BytesIO(answer.body)
        raw.stream = lambda: iter([answer.body])
        return AWSResponse(request.url, answer.status, dict(answer.headers), raw)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


@contextmanager
def told(store: str) -> Iterator[Told]:
    """Give an application on a store; it is closed in the end."""
    telling = Told(store)
    try:
        yield telling
    finally:
        telling.application.close()
