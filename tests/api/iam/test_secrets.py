"""Secrets are answered once: nothing that the server writes or says holds them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyotp

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
        assert server.stop() == 0
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert made["SerialNumber"].encode() in written
    assert b"EnableMFADevice" in written
    said = "".join(server.said)
    for secret in (key["SecretAccessKey"], seed):
        assert secret.encode() not in written
        assert secret not in said
    for code in codes:
        assert f'"{code}"'.encode() not in written
