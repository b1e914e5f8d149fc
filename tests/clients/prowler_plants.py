"""What is planted for Prowler to find, and what it must say of each: the truth of the plants."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import pyotp

from tests.accounts import allow, policy, trust
from tests.clients.past import VETERAN
from tests.clients.world import World
from tests.live import ACCOUNT

AWS = "arn:aws:iam::aws:policy"
ADMINISTRATOR = f"{AWS}/AdministratorAccess"
ARN = f"arn:aws:iam::{ACCOUNT}"
PASSWORD_POLICY = f"arn:aws:iam:us-east-1:{ACCOUNT}:password-policy"
ROOT = f"{ARN}:root"
HARMLESS = policy(allow("s3:GetObject", "arn:aws:s3:::prowler/*"))

POLICIES = {
    "prowler-all": policy(allow("*")),
    "prowler-kms": policy(allow("kms:*")),
    "prowler-cloudtrail": policy(allow("cloudtrail:*")),
    "prowler-market": policy(allow("aws-marketplace:Subscribe")),
    "prowler-assume": policy(allow("sts:AssumeRole")),
    "prowler-escalates": policy(allow(["iam:PassRole", "ec2:RunInstances"])),
    "prowler-agents": policy(allow("bedrock-agentcore:GetWorkloadAccessToken")),
    "prowler-harmless": HARMLESS,
}
"""Managed policies, each attached to a role of its own name (but for one)."""
UNATTACHED = "prowler-idle"

INLINE = {
    "prowler-all": policy(allow("*")),
    "prowler-kms": policy(allow("kms:*")),
    "prowler-cloudtrail": policy(allow("cloudtrail:*")),
    "prowler-market": policy(allow("aws-marketplace:Subscribe")),
    "prowler-escalates": policy(allow(["iam:PassRole", "ec2:RunInstances"])),
    "prowler-models": policy(allow(["bedrock:*", "sagemaker:*"])),
}
"""Users, each with one inline policy."""


class Verdict(NamedTuple):
    """What a check must say of a resource; the status is PASS or FAIL."""

    check: str
    resource: str
    status: str


def plant(world: World) -> None:
    """Plant it all."""
    iam = world.server.client("iam")
    for part in (_people, _policies, _roles, _account):
        part(iam, world)


def _people(iam: Any, _world: World) -> None:
    for name in ("console", "guarded", "two", "admin", "member"):
        iam.create_user(UserName=f"prowler-{name}")
    for name in ("console", "guarded", "two"):
        iam.create_login_profile(UserName=f"prowler-{name}", Password="A-long-1-for-the-console!")
    _device(iam, "prowler-guarded")
    for _ in range(2):
        iam.create_access_key(UserName="prowler-two")
    iam.attach_user_policy(UserName="prowler-admin", PolicyArn=ADMINISTRATOR)
    iam.create_group(GroupName="prowler-admins")
    iam.create_group(GroupName="prowler-nobody")
    iam.attach_group_policy(GroupName="prowler-admins", PolicyArn=ADMINISTRATOR)
    iam.add_user_to_group(GroupName="prowler-admins", UserName="prowler-member")
    for name, document in INLINE.items():
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=document)


def _device(iam: Any, user: str) -> None:
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]
    code = pyotp.TOTP(made["Base32StringSeed"].decode()).at
    iam.enable_mfa_device(
        UserName=user,
        SerialNumber=made["SerialNumber"],
        AuthenticationCode1=code(int(time.time()) - 30),
        AuthenticationCode2=code(int(time.time())),
    )


def _policies(iam: Any, _world: World) -> None:
    for name, document in POLICIES.items():
        made = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"AWS": ACCOUNT}))
        iam.attach_role_policy(RoleName=name, PolicyArn=made["Arn"])
    iam.create_policy(PolicyName=UNATTACHED, PolicyDocument=policy(allow("*")))


def _roles(iam: Any, world: World) -> None:
    neighbour = world.server.client("doorward").create_account(Name="neighbour")["Account"]["Id"]
    service = {"Service": "lambda.amazonaws.com"}
    ours = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    other = {"StringLike": {"aws:SourceArn": "arn:aws:lambda:*"}}
    trusts = {
        "admin-role": trust({"AWS": ACCOUNT}),
        "reader": trust({"AWS": f"arn:aws:iam::{neighbour}:root"}),
        "deputy": trust(service),
        "careful": trust(service, Condition=ours),
        "careless": trust(service, Condition=other),
        "security": trust({"AWS": ACCOUNT}),
        "models": trust({"AWS": ACCOUNT}),
    }
    for name, document in trusts.items():
        iam.create_role(RoleName=f"prowler-{name}", AssumeRolePolicyDocument=document)
    for name, attached in (
        ("admin-role", ADMINISTRATOR),
        ("reader", f"{AWS}/ReadOnlyAccess"),
        ("security", f"{AWS}/SecurityAudit"),
        ("security", f"{AWS}/AWSCloudShellFullAccess"),
    ):
        iam.attach_role_policy(RoleName=f"prowler-{name}", PolicyArn=attached)
    document = policy(allow("bedrock:*"))
    iam.put_role_policy(RoleName="prowler-models", PolicyName="b", PolicyDocument=document)


def _account(iam: Any, world: World) -> None:
    organizations = world.server.client("organizations")
    with suppress(organizations.exceptions.AlreadyInOrganizationException):
        organizations.create_organization(FeatureSet="ALL")
    iam.update_account_password_policy(
        MinimumPasswordLength=14,
        RequireLowercaseCharacters=True,
        RequireUppercaseCharacters=True,
        RequireNumbers=True,
        MaxPasswordAge=90,
        PasswordReusePrevention=3,
    )
    iam.create_saml_provider(Name="prowler-idp", SAMLMetadataDocument=world.metadata)
    iam.upload_server_certificate(
        ServerCertificateName="prowler-site",
        CertificateBody=world.certificate,
        PrivateKey=world.private_key,
    )


def verdicts() -> Iterator[Verdict]:
    """Yield what must be said, check by check."""
    for check, resource, status in _ROWS:
        yield Verdict(f"iam_{check}", resource, status)


def _user(name: str) -> str:
    return f"{ARN}:user/prowler-{name}"


def _role(name: str) -> str:
    return f"{ARN}:role/prowler-{name}"


def _policy(name: str) -> str:
    return f"{ARN}:policy/prowler-{name}"


_ROWS = (
    ("no_root_access_key", ROOT, "FAIL"),
    ("root_mfa_enabled", ROOT, "FAIL"),
    ("root_hardware_mfa_enabled", f"{ARN}:mfa", "FAIL"),
    ("avoid_root_usage", ROOT, "PASS"),
    ("rotate_access_key_90_days", f"{ARN}:user/{VETERAN}", "FAIL"),
    ("rotate_access_key_90_days", ROOT, "FAIL"),
    ("rotate_access_key_90_days", _user("two"), "PASS"),
    ("user_two_active_access_key", _user("two"), "FAIL"),
    ("user_two_active_access_key", _user("console"), "PASS"),
    ("user_no_setup_initial_access_key", _user("two"), "FAIL"),
    ("user_no_setup_initial_access_key", _user("console"), "PASS"),
    ("user_accesskey_unused", _user("two"), "PASS"),
    ("user_console_access_unused", _user("console"), "PASS"),
    ("user_mfa_enabled_console_access", _user("console"), "FAIL"),
    ("user_mfa_enabled_console_access", _user("guarded"), "PASS"),
    ("user_hardware_mfa_enabled", _user("guarded"), "FAIL"),
    ("user_administrator_access_policy", _user("admin"), "FAIL"),
    ("user_administrator_access_policy", _user("console"), "PASS"),
    ("user_access_not_stale_to_bedrock", _user("models"), "FAIL"),
    ("user_access_not_stale_to_sagemaker", _user("models"), "FAIL"),
    ("user_with_temporary_credentials", _user("models"), "PASS"),
    ("policy_attached_only_to_group_or_roles", _user("admin"), "FAIL"),
    ("group_administrator_access_policy", f"{ARN}:group/prowler-admins", "FAIL"),
    ("group_administrator_access_policy", f"{ARN}:group/prowler-nobody", "PASS"),
    ("administrator_access_with_mfa", f"{ARN}:group/prowler-admins", "FAIL"),
    ("administrator_access_with_mfa", f"{ARN}:group/prowler-nobody", "PASS"),
    ("aws_attached_policy_no_administrative_privileges", ADMINISTRATOR, "FAIL"),
    ("customer_attached_policy_no_administrative_privileges", _policy("all"), "FAIL"),
    ("customer_attached_policy_no_administrative_privileges", _policy("kms"), "PASS"),
    ("customer_unattached_policy_no_administrative_privileges", _policy("idle"), "FAIL"),
    ("policy_allows_privilege_escalation", _policy("escalates"), "FAIL"),
    ("policy_allows_privilege_escalation", _policy("harmless"), "PASS"),
    ("policy_no_full_access_to_kms", _policy("kms"), "FAIL"),
    ("policy_no_full_access_to_kms", _policy("harmless"), "PASS"),
    ("policy_no_full_access_to_cloudtrail", _policy("cloudtrail"), "FAIL"),
    ("policy_no_full_access_to_cloudtrail", _policy("harmless"), "PASS"),
    ("policy_no_wildcard_marketplace_subscribe", _policy("market"), "FAIL"),
    ("policy_no_wildcard_marketplace_subscribe", _policy("harmless"), "PASS"),
    ("policy_no_agentcore_workload_access_token_wildcard", _policy("agents"), "FAIL"),
    ("policy_no_agentcore_workload_access_token_wildcard", _policy("harmless"), "PASS"),
    ("policy_passrole_to_bedrock_agentcore_restricted", _policy("harmless"), "PASS"),
    ("policy_cloudshell_admin_not_attached", f"{AWS}/AWSCloudShellFullAccess", "FAIL"),
    ("no_custom_policy_permissive_role_assumption", _policy("assume"), "FAIL"),
    ("no_custom_policy_permissive_role_assumption", _policy("harmless"), "PASS"),
    ("inline_policy_no_administrative_privileges", _user("all"), "FAIL"),
    ("inline_policy_no_administrative_privileges", _user("kms"), "PASS"),
    ("inline_policy_no_full_access_to_kms", _user("kms"), "FAIL"),
    ("inline_policy_no_full_access_to_cloudtrail", _user("cloudtrail"), "FAIL"),
    ("inline_policy_no_wildcard_marketplace_subscribe", _user("market"), "FAIL"),
    ("inline_policy_allows_privilege_escalation", _user("escalates"), "FAIL"),
    ("inline_policy_allows_privilege_escalation", _user("kms"), "PASS"),
    ("role_administratoraccess_policy", _role("admin-role"), "FAIL"),
    ("role_administratoraccess_policy", _role("reader"), "PASS"),
    ("role_cross_account_readonlyaccess_policy", _role("reader"), "FAIL"),
    ("role_cross_account_readonlyaccess_policy", _role("security"), "PASS"),
    ("role_cross_service_confused_deputy_prevention", _role("deputy"), "FAIL"),
    ("role_cross_service_confused_deputy_prevention", _role("careful"), "PASS"),
    ("role_service_trust_restricts_source_to_account", _role("careful"), "PASS"),
    ("role_service_trust_restricts_source_to_account", _role("careless"), "FAIL"),
    ("role_access_not_stale_to_bedrock", _role("models"), "FAIL"),
    ("securityaudit_role_created", f"{AWS}/SecurityAudit", "PASS"),
    ("support_role_created", f"{AWS}/AWSSupportAccess", "FAIL"),
    ("password_policy_minimum_length_14", PASSWORD_POLICY, "PASS"),
    ("password_policy_lowercase", PASSWORD_POLICY, "PASS"),
    ("password_policy_uppercase", PASSWORD_POLICY, "PASS"),
    ("password_policy_number", PASSWORD_POLICY, "PASS"),
    ("password_policy_symbol", PASSWORD_POLICY, "FAIL"),
    ("password_policy_reuse_24", PASSWORD_POLICY, "FAIL"),
    (
        "password_policy_expires_passwords_within_90_days_or_less",
        PASSWORD_POLICY,
        "PASS",
    ),
    ("check_saml_providers_sts", f"{ARN}:saml-provider/prowler-idp", "PASS"),
    ("no_expired_server_certificates_stored", f"{ARN}:server-certificate/prowler-site", "PASS"),
    ("root_credentials_management_enabled", ROOT, "FAIL"),
)
