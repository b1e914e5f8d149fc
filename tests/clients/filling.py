"""Fills an account with one of everything, tied together so that little can be deleted at once."""

from __future__ import annotations

import time
from typing import Any

import pyotp

from tests.accounts import allow, policy, trust
from tests.clients.world import World

READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
SOME = policy(allow("s3:GetObject"))


def fill(world: World, iam: Any) -> None:
    """Make it all, in the account of the client given."""
    own = iam.create_policy(PolicyName="fill", Path="/fill/", PolicyDocument=SOME)["Policy"]["Arn"]
    for _ in range(4):
        iam.create_policy_version(PolicyArn=own, PolicyDocument=SOME, SetAsDefault=True)
    bound = iam.create_policy(PolicyName="fill-bound", PolicyDocument=SOME)["Policy"]["Arn"]
    _user(world, iam, own, bound)
    _group(iam, own)
    _role(iam, own, bound)
    iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")
    iam.upload_server_certificate(
        ServerCertificateName="fill",
        CertificateBody=world.certificate,
        PrivateKey=world.private_key,
    )
    iam.create_saml_provider(Name="fill", SAMLMetadataDocument=world.metadata)
    iam.create_open_id_connect_provider(
        Url="https://fill.example.org", ThumbprintList=["ab" * 20], ClientIDList=["a"]
    )
    account = own.split(":")[4]
    iam.create_account_alias(AccountAlias=f"fill-{account}")  # no two accounts may have one alias
    iam.update_account_password_policy(MinimumPasswordLength=9)


def _user(world: World, iam: Any, own: str, bound: str) -> None:
    name = {"UserName": "fill"}
    iam.create_user(**name, Path="/fill/", PermissionsBoundary=bound)
    for attached in (own, READ):
        iam.attach_user_policy(**name, PolicyArn=attached)
    iam.put_user_policy(**name, PolicyName="inline", PolicyDocument=SOME)
    iam.create_login_profile(**name, Password="A-long-1-for-the-console!")
    for _ in range(2):
        iam.create_access_key(**name)
    iam.upload_ssh_public_key(**name, SSHPublicKeyBody=world.ssh_key)
    iam.upload_signing_certificate(**name, CertificateBody=world.certificate)
    iam.create_service_specific_credential(**name, ServiceName="codecommit.amazonaws.com")
    iam.create_virtual_mfa_device(VirtualMFADeviceName="fill-unused")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="fill")["VirtualMFADevice"]
    code = pyotp.TOTP(device["Base32StringSeed"].decode()).at
    now = int(time.time())
    iam.enable_mfa_device(
        **name,
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1=code(now - 30),
        AuthenticationCode2=code(now),
    )


def _group(iam: Any, own: str) -> None:
    name = {"GroupName": "fill"}
    iam.create_group(**name)
    iam.add_user_to_group(**name, UserName="fill")
    for attached in (own, READ):
        iam.attach_group_policy(**name, PolicyArn=attached)
    iam.put_group_policy(**name, PolicyName="inline", PolicyDocument=SOME)


def _role(iam: Any, own: str, bound: str) -> None:
    name = {"RoleName": "fill"}
    iam.create_role(
        **name,
        AssumeRolePolicyDocument=trust({"Service": "ec2.amazonaws.com"}),
        PermissionsBoundary=bound,
    )
    for attached in (own, READ):
        iam.attach_role_policy(**name, PolicyArn=attached)
    iam.put_role_policy(**name, PolicyName="inline", PolicyDocument=SOME)
    for profile in ("fill", "fill-too"):
        iam.create_instance_profile(InstanceProfileName=profile)
        iam.add_role_to_instance_profile(**name, InstanceProfileName=profile)
    iam.create_instance_profile(InstanceProfileName="fill-empty")
