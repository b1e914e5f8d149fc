"""Secrets are answered once: nothing that the server writes or says holds them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyotp

from examples.main_job.clients import Identity
from tests.api.iam.people import refused
from tests.live import serving


def test_no_file_and_no_log_holds_a_secret(tmp_path: Path) -> None:
    with serving(f"sqlite:///{tmp_path}/estate.db") as server:
        iam = server.client("iam")
        iam.create_user(UserName="ann")
        key = iam.create_access_key(UserName="ann")["AccessKey"]
        made = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
        seed = made["Base32StringSeed"].decode()
        step = int(datetime.now(UTC).timestamp()) // 30
        device = pyotp.TOTP(seed)
        codes = device.generate_otp(step - 1), device.generate_otp(step)
        enable = {
            "UserName": "ann",
            "SerialNumber": made["SerialNumber"],
            "AuthenticationCode1": codes[0],
            "AuthenticationCode2": codes[1],
        }
        iam.enable_mfa_device(**enable)
        assert refused(iam.enable_mfa_device, **enable)[0] == "EntityAlreadyExists"
        passwords = ("correct-Horse7", "another-Horse8", "third-Horse9", "wéak")
        iam.create_login_profile(UserName="ann", Password=passwords[0])
        iam.update_account_password_policy(AllowUsersToChangePassword=True)
        ann = Identity(server.endpoint, key["AccessKeyId"], key["SecretAccessKey"]).client("iam")
        ann.change_password(OldPassword=passwords[0], NewPassword=passwords[1])
        change = {"OldPassword": passwords[0], "NewPassword": passwords[2]}
        assert refused(ann.change_password, **change)[0] == "AccessDenied"
        weak = {"UserName": "ann", "Password": passwords[3]}
        assert refused(iam.update_login_profile, **weak)[0] == "PasswordPolicyViolation"
        odd = {"UserName": "ann", "Password": f"{passwords[2]}\u2028"}
        code, _, text = refused(iam.update_login_profile, **odd)
        assert (code, passwords[2] in text) == ("ValidationError", False)
        assert server.stop() == 0
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert made["SerialNumber"].encode() in written
    assert b"EnableMFADevice" in written
    said = "".join(server.said)
    for secret in (key["SecretAccessKey"], seed, *passwords):
        assert secret.encode() not in written
        assert secret not in said
    for code in codes:
        assert f'"{code}"'.encode() not in written
    with closing(sqlite3.connect(tmp_path / "estate.db")) as database:
        told = database.execute(
            "SELECT name, record FROM events WHERE name LIKE '%Password' OR name LIKE '%Profile'"
        ).fetchall()
    assert [name for name, _ in told].count("ChangePassword") == 2
    for _, record in told:
        assert "HIDDEN_DUE_TO_SECURITY_REASONS" in record
        assert "argon2" not in record
