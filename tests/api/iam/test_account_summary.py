"""GetAccountSummary: every name of the model, counted from the directory."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyotp

from doorward.api.iam.account_summary import COUNTS, LIMITS
from doorward.control.quotas import QUOTAS
from tests.accounts import new_account, policy, trust
from tests.certificates import issue, metadata, pem
from tests.live import LiveServer

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def _names(iam: Any) -> set[str]:
    return set(iam.meta.service_model.shape_for("summaryKeyType").enum)


def test_an_account_s_summary(live_server: LiveServer) -> None:
    """Each thing is made and seen in exactly the counts that it should change."""
    account, administrator = new_account(live_server)
    iam = administrator.client("iam")
    before = iam.get_account_summary()["SummaryMap"]
    assert set(before) == _names(iam)
    assert len(before) == 34

    def changes() -> dict[str, int]:
        now = iam.get_account_summary()["SummaryMap"]
        return {name: now[name] - before[name] for name in now if now[name] != before[name]}

    iam.create_user(UserName="ann")
    iam.create_role(RoleName="machine", AssumeRolePolicyDocument=trust({"AWS": account}))
    iam.create_instance_profile(InstanceProfileName="machine")
    everything = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
    own = iam.create_policy(PolicyName="own", PolicyDocument=everything)["Policy"]["Arn"]
    made = {"Users": 1, "Roles": 1, "InstanceProfiles": 1, "Policies": 1}
    assert changes() == made
    iam.attach_role_policy(RoleName="machine", PolicyArn=own)
    iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=own)
    iam.attach_user_policy(UserName="ann", PolicyArn=READ_ONLY)
    made |= {"PolicyVersionsInUse": 2}
    assert changes() == made
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    made |= {"MFADevices": 1}
    assert changes() == made
    seed = device["Base32StringSeed"].decode()
    step = int(datetime.now(UTC).timestamp()) // 30
    codes = [pyotp.TOTP(seed).generate_otp(each) for each in (step - 1, step)]
    iam.enable_mfa_device(
        UserName="ann",
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1=codes[0],
        AuthenticationCode2=codes[1],
    )
    made |= {"MFADevicesInUse": 1}
    assert changes() == made
    leaf = issue()
    iam.upload_server_certificate(
        ServerCertificateName="web", CertificateBody=leaf.pem, PrivateKey=pem(leaf.key)
    )
    iam.create_open_id_connect_provider(Url="https://idp.example.org")
    iam.create_saml_provider(Name="idp", SAMLMetadataDocument=metadata(leaf.base64))
    iam.upload_signing_certificate(UserName="ann", CertificateBody=leaf.pem)
    assert changes() == made | {"ServerCertificates": 1, "Providers": 2}


def test_every_quota_is_that_of_the_table(live_server: LiveServer) -> None:
    """Defaults: IAM User Guide, "IAM and AWS STS quotas"."""
    iam = live_server.client("iam")
    summary = iam.get_account_summary()["SummaryMap"]
    for name, quota in LIMITS.items():
        assert summary[name] == QUOTAS[quota]
    assert summary["GroupsQuota"] == 300
    assert summary["AssumeRolePolicySizeQuota"] == 2048
    names = {*COUNTS, *LIMITS, "GlobalEndpointTokenVersion"}
    assert names == _names(iam)
